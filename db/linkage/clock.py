"""What the clock does for linkage: it reminds the sponsors who have not visited in time."""

from collections.abc import Iterator
from typing import Any

from db.access.clock import ClockRule, TickReport
from db.access.commands import Call
from db.access.models.access import RoleGrant, is_held
from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.kernel.database import write
from db.kernel.statements import compiled
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind, SponsorshipState
from db.linkage.sponsorships import visit_days
from db.linkage.targets import target_of
from db.people.models.person import Person

BATCH = 500
# As what a person who answers for a target is told.
_ROLES = {
    SponsorshipKind.LEADER_CONTACT: Role.LEADER,
    SponsorshipKind.PATCH: Role.SUBDISTRICT_OFFICER,
    SponsorshipKind.TARGET: Role.RESIDENT,
}


def remind_sponsors(call: Call, report: TickReport) -> None:
    """Notify each sponsor who has not visited in time, once a period."""
    while found := _due.all(call.day):
        with write():
            for row in found:
                _remind(call, report, row.id)


def _remind(call: Call, report: TickReport, row_id: int) -> None:
    row = Sponsorship.lock(id=row_id)
    if row is None or row.state is not SponsorshipState.ACTIVE or row.remind_on > call.day:
        return
    text = f"您包抓的{target_of(row).row.name}应于{row.visit_by}前走访，现已逾期，请及时走访并记录。"
    for role, account_id in _told(call, row):
        about = f"Sponsorship_{row.id}:{row.remind_on}:{account_id}"
        to = Recipient(role, row.division_code, account_id)
        told = notify(call, NoticeKind.VISIT_DUE, about, to, text, division_code=row.division_code)
        report.counts["visits due"] += told
    row.change(remind_on=call.day + visit_days(row.kind, row.division_code))


def _told(call: Call, row: Sponsorship) -> Iterator[tuple[Role, int]]:
    """List who is reminded, each account once: the person, or the contacts of the unit and who leads its work."""
    told: dict[int, Role] = {}
    if row.sponsor_organization_id is not None:
        told |= {account: Role.UNIT_CONTACT for (account,) in _contacts.tuples(row.sponsor_organization_id, call.now)}
    for person_id in filter(None, (row.sponsor_person_id, row.lead_person_id)):
        person = Person.find(id=person_id)
        if person is not None and person.account_id is not None:
            told.setdefault(person.account_id, _ROLES[row.kind])
    yield from ((role, account) for account, role in told.items())


@compiled
def _due(day: Any) -> Any:
    is_due = (Sponsorship.state == SponsorshipState.ACTIVE) & (Sponsorship.remind_on <= day)
    return Sponsorship.select().where(is_due).order_by(Sponsorship.remind_on, Sponsorship.id).limit(BATCH)


@compiled
def _contacts(unit: Any, now: Any) -> Any:
    speaks = (RoleGrant.organization == unit) & (RoleGrant.role == Role.UNIT_CONTACT) & is_held(RoleGrant, now)
    return RoleGrant.select(RoleGrant.account).where(speaks).order_by(RoleGrant.account)


RULES: tuple[ClockRule, ...] = (remind_sponsors,)
