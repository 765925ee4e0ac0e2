"""What the clock does for registrations: it tells of those due, and ends what was not renewed, kept or prolonged."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from db.access.clock import ClockRule, TickReport
from db.access.commands import Call
from db.access.journal import move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.kernel.database import write
from db.people.models.person import Person
from db.registrations.contacts import end_contact_role, unit_contacts
from db.registrations.lifecycle import AGREEMENT_LIFECYCLE, PLEDGE_LIFECYCLE, REGISTRATION_LIFECYCLE
from db.registrations.models.agreement import AgreementState, PartnershipAgreement
from db.registrations.models.registration import Registration, RegistrationState
from db.registrations.models.service import Pledge, PledgeState
from db.registrations.pledges import settle_pledge
from db.settings.models import SettingKey
from db.settings.values import setting

BATCH = 500
# How long after its day a pledge may still be kept, in days.
DAYS_OF_PLEDGES = 30


def tell_of_registrations(call: Call, report: TickReport) -> None:
    """Notify the party, or the staff where nobody of it signs in, of each registration that is to be renewed."""
    for registration in _rows(Registration, RegistrationState.ACTIVE, Registration.renew_by <= call.day):
        if _tell(call, registration):
            report.counts["registrations due"] += 1


def _tell(call: Call, registration: Registration) -> bool:
    code = registration.division_code
    text = f"报到登记 Registration_{registration.id} 应于{registration.renew_by}前续期，逾期将失效。"
    accounts = _accounts(call, registration)
    to = [Recipient(role, code, account) for role, account in accounts] or [Recipient(Role.STAFF, code)]
    about = f"{registration.id}:{registration.renew_by}"
    told = [
        notify(
            call, NoticeKind.REGISTRATION_DUE, f"{about}:{one.account_id or 0}", one, text, division_code=code
        )
        for one in to
    ]  # fmt: skip
    return any(told)


def _accounts(call: Call, registration: Registration) -> list[tuple[Role, int]]:
    person = Person.find(id=registration.person_id) if registration.person_id else None
    if person is not None and person.account_id is not None:
        return [(Role.RESIDENT, person.account_id)]
    return [(Role.UNIT_CONTACT, account) for account in unit_contacts(call, registration)]


def lapse_registrations(call: Call, report: TickReport) -> None:
    """Mark each registration as lapsed that was not renewed in time, and end the role of its contact."""

    def is_over(row: Registration) -> bool:
        days = setting(SettingKey.REGISTRATION_LAPSE_DAYS, row.division_code)
        return row.renew_by is not None and row.renew_by + timedelta(days=days) < call.day

    def lapse(row: Registration) -> None:
        end_contact_role(call, row)
        move(call, REGISTRATION_LIFECYCLE, row, JournalAction.LAPSE, contact_grant=None)

    due = _rows(Registration, RegistrationState.ACTIVE, Registration.renew_by < call.day)
    for _ in _each(filter(is_over, due), RegistrationState.ACTIVE, is_over, lapse):
        report.counts["registrations lapsed"] += 1


def lapse_pledges(call: Call, report: TickReport) -> None:
    """Mark each pledge as lapsed that was not kept within 30 days after its day."""
    last = call.day - timedelta(days=DAYS_OF_PLEDGES)

    def lapse(pledge: Pledge) -> None:
        settle_pledge(call, pledge.id)
        found = Pledge.lock(id=pledge.id)
        if found is not None and found.state is PledgeState.OPEN:
            move(call, PLEDGE_LIFECYCLE, found, JournalAction.LAPSE)

    due = _rows(Pledge, PledgeState.OPEN, Pledge.due_on < last)
    for _ in _each(due, PledgeState.OPEN, lambda row: row.due_on < last, lapse):
        report.counts["pledges lapsed"] += 1


def expire_agreements(call: Call, report: TickReport) -> None:
    """Mark each agreement as expired whose last day is over."""
    due = _rows(PartnershipAgreement, AgreementState.SIGNED, PartnershipAgreement.ends_on < call.day)

    def expire(row: PartnershipAgreement) -> None:
        move(call, AGREEMENT_LIFECYCLE, row, JournalAction.LAPSE)

    for _ in _each(due, AgreementState.SIGNED, lambda row: row.ends_on < call.day, expire):
        report.counts["agreements expired"] += 1


def _each(rows: Iterator[Any], state: Any, is_due: Callable[[Any], bool], step: Callable[[Any], Any]) -> Iterator[Any]:
    """Take a step with each row that, once it is locked, is still in the state and due; return these."""
    for row in rows:
        with write():
            found = type(row).lock(id=row.id)
            if found is None or found.state is not state or not is_due(found):
                continue
            step(found)
        yield found


def _rows(model: Any, state: Any, due: Any) -> Iterator[Any]:
    last = 0
    while batch := list(
        model.select().where(model.state == state, due, model.id > last).order_by(model.id).limit(BATCH)
    ):
        yield from batch
        last = batch[-1].id


RULES: tuple[ClockRule, ...] = (tell_of_registrations, lapse_registrations, lapse_pledges, expire_agreements)
