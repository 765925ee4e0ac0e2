"""What the clock does for registrations: it tells of those due, and ends what was not renewed, kept or prolonged."""

from datetime import timedelta

from db.access.clock import ClockRule, Due, TickReport
from db.access.commands import Call
from db.access.journal import move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.people.models.person import Person
from db.registrations.contacts import end_contact_role, unit_contacts
from db.registrations.lifecycle import AGREEMENT_LIFECYCLE, PLEDGE_LIFECYCLE, REGISTRATION_LIFECYCLE
from db.registrations.models.agreement import AgreementState, PartnershipAgreement
from db.registrations.models.registration import Registration, RegistrationState
from db.registrations.models.service import Pledge, PledgeState
from db.registrations.pledges import settle_pledge
from db.settings.models import SettingKey
from db.settings.values import setting

# How long after its day a pledge may still be kept, in days.
DAYS_OF_PLEDGES = 30


def tell_of_registrations(call: Call, report: TickReport) -> None:
    """Notify the party, or the staff where nobody of it signs in, of each registration that is to be renewed."""
    for registration in _to_renew.rows(call):
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

    def lapse(row: Registration) -> None:
        end_contact_role(call, row)
        move(call, REGISTRATION_LIFECYCLE, row, JournalAction.LAPSE, contact_grant=None)
        report.counts["registrations lapsed"] += 1

    for row in _unrenewed.rows(call):
        days = setting(SettingKey.REGISTRATION_LAPSE_DAYS, row.division_code)
        if row.renew_by is not None and row.renew_by + timedelta(days=days) < call.day:
            _unrenewed.take(call, row.id, lapse)


def lapse_pledges(call: Call, report: TickReport) -> None:
    """Mark each pledge as lapsed that was not kept within 30 days after its day."""

    def lapse(pledge: Pledge) -> None:
        settle_pledge(call, pledge.id)
        found = Pledge.lock(id=pledge.id)
        if found is not None and found.state is PledgeState.OPEN:
            move(call, PLEDGE_LIFECYCLE, found, JournalAction.LAPSE)
        report.counts["pledges lapsed"] += 1

    _unkept.for_each(call, lapse)


def expire_agreements(call: Call, report: TickReport) -> None:
    """Mark each agreement as expired whose last day is over."""

    def expire(row: PartnershipAgreement) -> None:
        move(call, AGREEMENT_LIFECYCLE, row, JournalAction.LAPSE)
        report.counts["agreements expired"] += 1

    _ended.for_each(call, expire)


_IS_ACTIVE = Registration.state == RegistrationState.ACTIVE
_to_renew = Due(Registration, lambda tick: _IS_ACTIVE & (Registration.renew_by <= tick.today))
_unrenewed = Due(Registration, lambda tick: _IS_ACTIVE & (Registration.renew_by < tick.today))
_unkept = Due(
    Pledge, lambda tick: (Pledge.state == PledgeState.OPEN) & (Pledge.due_on < tick.day(lambda: -DAYS_OF_PLEDGES))
)
_ended = Due(
    PartnershipAgreement,
    lambda tick: (PartnershipAgreement.state == AgreementState.SIGNED) & (PartnershipAgreement.ends_on < tick.today),
)

RULES: tuple[ClockRule, ...] = (tell_of_registrations, lapse_registrations, lapse_pledges, expire_agreements)
