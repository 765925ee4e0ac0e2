"""The yearly appraisal of a registration: a grade, beside what was done in the year as it stands when it is given."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from peewee import Case, fn

from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.models.journal import JournalEntry
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.access.steps import require
from db.access.subjects import command
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Length
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.registrations.contacts import unit_contacts
from db.registrations.lifecycle import REGISTRATION_LIFECYCLE
from db.registrations.models.registration import Registration, RegistrationState
from db.registrations.models.service import (
    YEARS,
    Appraisal,
    AppraisalGrade,
    HourRecord,
    HourState,
    Pledge,
    PledgeState,
)
from db.registrations.standing import registration_subject, to_registration
from db.settings.models import SettingKey
from db.settings.values import setting

_DAY = timedelta(days=1)


def _stand_as_staff(call: Call, registration: Registration, action: Any) -> Role:
    return require(to_registration(call, registration), (Capacity.COMMUNITY_STAFF,))


@command(registration_subject(_stand_as_staff))
def appraise_registration(
    call: Call,
    registration: Registration,
    role: Role,
    *,
    year: Annotated[int, YEARS],
    grade: AppraisalGrade,
    comment: Annotated[str, Length(1, 500)],
) -> CommandResult:
    """Grade what a party did in a year, and report it to the contact of its unit (年度评议); once a year.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, STALE_OBJECT; INVALID_INPUT, the year has not begun; NOT_ELIGIBLE, the
            registration was active for too few days of it; ALREADY_EXISTS, it was appraised.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    if first > call.day:
        raise invalid(
            "year", "The year has not begun; give this year or an earlier one.", "该年度尚未开始，请核对年度。"
        )
    if (other := Appraisal.find(registration=registration.id, year=year)) is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The registration was appraised for {year} already: Appraisal_{other.id}.",
            ("year",),
            chinese=f"该报到 {year} 年度已评议：Appraisal_{other.id}。",
        )
    _require_active_days(call, registration, first, last)
    hours = Decimal(_hours.scalar(registration.id, first, last) or 0).scaleb(-2)
    [(kept, due)] = _pledges.tuples(registration.id, first, last)
    contacts = unit_contacts(call, registration)
    made = Appraisal.create(
        registration=registration, division_code=registration.division_code, person=registration.person_id,
        year=year, grade=grade, hours=hours, pledges_kept=kept or 0, pledges_due=due or 0, comment=comment,
        reported_at=call.at if contacts else None, created_at=call.at,
    )  # fmt: skip
    figures = f"{year} 年度，服务 {hours} 小时，履约 {kept or 0}/{due or 0}"
    _report(call, made, contacts, f"{grade.chinese}：Registration_{registration.id}，{figures}。")
    return CommandResult({"appraisal": made.id})


def _report(call: Call, appraisal: Appraisal, contacts: list[int], text: str) -> None:
    for account_id in contacts:
        to = Recipient(Role.UNIT_CONTACT, appraisal.division_code, account_id)
        about = f"{appraisal.id}:{account_id}"
        notify(call, NoticeKind.APPRAISED, about, to, text, division_code=appraisal.division_code)


def _require_active_days(call: Call, registration: Registration, first: date, last: date) -> None:
    days = _active_days(_states.tuples(REGISTRATION_LIFECYCLE.noun, registration.id), first, min(last, call.day))
    least = setting(SettingKey.APPRAISAL_LEAST_DAYS, registration.division_code)
    if days < least:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            f"The registration was active on {days} days of {first.year}; it takes {least} to be appraised.",
            ("year",),
            chinese=f"该报到 {first.year} 年度生效 {days} 天，满 {least} 天方可评议。",
        )


def _active_days(entries: list[tuple[Any, ...]], first: date, last: date) -> int:
    """Count the days from `first` to `last` on which a registration was active. entries: times and states, in order."""
    days, since = 0, None
    for at, state in [*entries, (None, None)]:
        day = last + _DAY if at is None else at.astimezone(SHANGHAI).date()
        if since is not None:
            days += max(0, (min(day, last + _DAY) - max(since, first)).days)
        since = day if state == RegistrationState.ACTIVE.value else None
    return days


@compiled
def _states(noun: Any, row_id: Any) -> Any:
    own = (JournalEntry.subject_type == noun) & (JournalEntry.subject_id == row_id)
    return JournalEntry.select(JournalEntry.at, JournalEntry.to_state).where(own).order_by(JournalEntry.seq)


@compiled
def _hours(registration_id: Any, first: Any, last: Any) -> Any:
    counted = (HourRecord.registration == registration_id) & (HourRecord.state == HourState.CONFIRMED.value)
    return HourRecord.select(fn.SUM(HourRecord.hours)).where(counted & HourRecord.day.between(first, last))


@compiled
def _pledges(registration_id: Any, first: Any, last: Any) -> Any:
    """Count the pledges of a registration that were kept, and all that were due in some time."""
    kept = fn.SUM(Case(None, [(Pledge.state == PledgeState.KEPT.value, 1)], 0))
    own = (Pledge.registration == registration_id) & (Pledge.state != PledgeState.CANCELLED.value)
    return Pledge.select(kept, fn.COUNT(Pledge.id)).where(own & Pledge.due_on.between(first, last))
