"""Hours of service: they are logged by or for whoever served, reviewed, and logged by what people did."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from peewee import Model, fn

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.models.account import Role
from db.access.subjects import Subject, command, stale_row
from db.issues.models.duty import Duty
from db.kernel.bounds import Between, Days, Length
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.people.finding import living_person
from db.people.models.person import Person
from db.registrations.models.registration import Registration, RegistrationState
from db.registrations.models.service import HourRecord, HourReview, HourState, Pledge, PledgeState
from db.registrations.pledges import settle_pledge
from db.registrations.standing import role_of_party
from db.registrations.visibility import may_see_hours
from db.settings.models import SettingKey
from db.settings.values import setting
from db.teams.models.team import VolunteerTeam
from db.teams.standing import is_in

_STEP = Decimal("0.5")
_TEXT = Length(1, 200, has_lines=False)


@dataclass(frozen=True, slots=True)
class For(Inputs):
    """What hours are counted for: a registration, a team, a pledge, or none of these."""

    registration_id: int | None = None
    team_id: int | None = None
    pledge_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Counted:
    """The rows that hours are counted for."""

    registration: Registration | None
    team: VolunteerTeam | None
    pledge: Pledge | None

    def code(self, person: Person) -> str:
        """Return the code of the community where a person served."""
        return next((row.division_code for row in (self.registration, self.team) if row), person.division_code)


@command()
def log_hours(
    call: Call,
    *,
    person_id: int,
    counted_for: For,
    day: Annotated[date, Days(last=0)],
    hours: Annotated[Decimal, Between(_STEP, 24, places=1)],
    duty: Duty,
    text: Annotated[str, _TEXT],
) -> CommandResult:
    """Log the hours that a person served on a day, for a review (登记服务时长).

    Raises:
        DomainError: NOT_FOUND, no such person, registration, team or pledge; NOT_PERMITTED; INVALID_INPUT;
            ILLEGAL_TRANSITION, the registration is not active, or the pledge not open; LIMIT_REACHED, more hours than a
            record or a day has, or too late.
    """
    person = living_person(person_id)
    counted = _counted(person, counted_for)
    code = counted.code(person)
    _require_logger(call, person, counted, code)
    _require_together(person, counted, day)
    if hours % _STEP:
        raise invalid("hours", "Log hours in steps of half an hour.", "时长以半小时为单位。")
    _require_limits(call, person, code, day, hours)
    record = HourRecord.create(
        division_code=code, person=person, registration=counted.registration, team=counted.team,
        pledge=counted.pledge, day=day, hours=hours, duty=duty, text=text, state=HourState.LOGGED,
        created_at=call.at, version=1,
    )  # fmt: skip
    return CommandResult({"hourRecord": record.id})


def _counted(person: Person, given: For) -> _Counted:
    pledge = Pledge.find(id=given.pledge_id) if given.pledge_id is not None else None
    if given.pledge_id is not None and pledge is None:
        raise not_found("pledgeId", "There is no such pledge; check the id.", "没有此承诺，请核对 ID。")
    registration_id = given.registration_id if given.registration_id is not None or pledge is None else (
        pledge.registration_id
    )  # fmt: skip
    registration = _registration(person, registration_id) if registration_id is not None else None
    if pledge is not None and (registration is None or pledge.registration_id != registration.id):
        raise not_found("pledgeId", "The registration has no such pledge; check the id.", "该报到没有此承诺，请核对。")
    if pledge is not None and pledge.state is not PledgeState.OPEN:
        raise _not_open("pledgeId", "The pledge is not open any more; leave it out.", "该承诺已了结，请勿填写。")
    team = VolunteerTeam.find(id=given.team_id) if given.team_id is not None else None
    if given.team_id is not None and team is None:
        raise not_found("teamId", "There is no such team; check the id.", "没有此志愿服务队，请核对 ID。")
    return _Counted(registration, team, pledge)


def _registration(person: Person, registration_id: int) -> Registration:
    """Find the registration that hours of a person are counted for: their own, or the one of their unit."""
    found = Registration.find(id=registration_id)
    is_own = found is not None and found.person_id == person.id
    is_of_unit = (
        found is not None and found.organization_id is not None and found.organization_id == person.work_unit_id
    )
    if found is None or not (is_own or is_of_unit):
        raise not_found(
            "registrationId",
            "Neither the person nor their unit has such a registration; check the id.",
            "该人员及其单位没有此报到登记，请核对 ID。",
        )
    if found.state is not RegistrationState.ACTIVE:
        message = "The registration is not active; renew it first, or leave it out."
        raise _not_open("registrationId", message, "该报到现未生效，请先续期，或不填写报到登记。")
    return found


def _not_open(field: str, message: str, chinese: str) -> DomainError:
    return DomainError(ErrorCode.ILLEGAL_TRANSITION, message, (field,), chinese=chinese)


def _require_logger(call: Call, person: Person, counted: _Counted, code: str) -> None:
    """Check that the actor is the person, the contact of their unit, or the captain of the team that is named."""
    registration, team = counted.registration, counted.team
    units = (person.work_unit_id, registration.work_unit_id if registration else None)
    is_captain = team is not None and any(
        held.role is Role.TEAM_CAPTAIN and held.team_id == team.id for held in call.actor.held
    )
    if is_captain or role_of_party(call, code, person, units) is not None:
        return
    raise DomainError(
        ErrorCode.NOT_PERMITTED,
        "Hours are logged by the person, by the contact of their unit, or by the captain of the team.",
        chinese="服务时长由本人、所在单位联络人或志愿服务队队长登记。",
    )


def _require_together(person: Person, counted: _Counted, day: date) -> None:
    """Check that a person serves with the team that is named, and where and since when the pledge was made.

    Raises:
        DomainError: NOT_ELIGIBLE, they do not belong to the team; INVALID_INPUT.
    """
    registration, team, pledge = counted.registration, counted.team, counted.pledge
    if team is not None and not is_in.exists(team.id, person.id):
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "The person does not belong to the team; leave it out, or add them to the team first.",
            ("teamId",),
            chinese="该人员不是该队队员；请勿填写，或先加入该队。",
        )
    if team is not None and registration is not None and team.division_code != registration.division_code:
        message = "The team and the registration are of different communities; hours count for one of them."
        raise invalid("teamId", message, "志愿服务队与报到不在同一社区，时长只能计入其一。")
    if pledge is not None and day < pledge.created_at.astimezone(SHANGHAI).date():
        message = "The pledge was made after that day; leave it out."
        raise invalid("day", message, "该承诺在此日之后作出，请勿填写该承诺。")


def _require_limits(call: Call, person: Person, code: str, day: date, hours: Decimal) -> None:
    """Check hours of a person, who is locked, against what a record and a day may have, and how late they come."""
    most, a_day = (setting(key, code) for key in (SettingKey.HOURS_MOST_A_RECORD, SettingKey.HOURS_MOST_A_DAY))
    if hours > most:
        raise _limit("hours", f"One record has at most {most} hours.", f"每次最多登记 {most} 小时。")
    late = setting(SettingKey.HOURS_LATE_DAYS, code)
    if day < (first := call.day - timedelta(days=late)):
        raise _limit(
            "day",
            f"Hours are logged within {late} days; those before {first.isoformat()} are too late.",
            f"时长须在服务后 {late} 天内登记，{first.isoformat()} 以前的不再受理。",
        )
    if (so_far := _logged_on(person, day)) + hours > a_day:
        # A captain sees the hours with the team alone, and is not told of the others.
        is_known = role_of_party(call, code, person, (person.work_unit_id,)) is not None
        english, chinese = (f"; {so_far:.1f} are logged already", f"，当日已登记 {so_far:.1f} 小时") if is_known else (
            "; with those of that day these are more", "，连同当日已登记时长已超出"
        )  # fmt: skip
        raise _limit(
            "hours", f"A person serves at most {a_day} hours a day{english}.", f"每人每日最多 {a_day} 小时{chinese}。"
        )


def _logged_on(person: Person, day: date) -> Decimal:
    """Sum the hours of a person on a day, those that were rejected left out."""
    return Decimal(_of_day.scalar(person.id, day) or 0).scaleb(-2)


def _limit(field: str, message: str, chinese: str) -> DomainError:
    return DomainError(ErrorCode.LIMIT_REACHED, message, (field,), chinese=chinese)


@compiled
def _of_day(person_id: Any, day: Any) -> Any:
    own = (HourRecord.person == person_id) & (HourRecord.day == day)
    return HourRecord.select(fn.SUM(HourRecord.hours)).where(own, HourRecord.state != HourState.REJECTED.value)


def log_from(
    call: Call, source: Model, person: Person, counted_for: For, *, division_code: str, served: "Served"
) -> bool:
    """Log confirmed hours that follow from something that a person did, once; return whether there were new ones.

    What was done is not refused: of a day that would have too many hours, those count that it has left.

    source: the row that they follow from, such as a shift that a person was checked out of. person: is locked.
    """
    a_day = setting(SettingKey.HOURS_MOST_A_DAY, division_code)
    hours = min(served.hours, a_day - _logged_on(person, served.day))
    if hours <= 0:
        return False
    pledge_id = counted_for.pledge_id
    is_new = HourRecord.create_unless_there(
        division_code=division_code, person=person.id, registration=counted_for.registration_id,
        team=counted_for.team_id, pledge=pledge_id, source_type=type(source).__name__, source_id=source.get_id(),
        day=served.day, hours=hours, duty=served.duty, text=served.text, state=HourState.CONFIRMED,
        created_at=call.at, version=1,
    )  # fmt: skip
    settle_pledge(call, pledge_id)
    return is_new


@dataclass(frozen=True, slots=True)
class Served:
    """What somebody did on a day. hours: in steps of half an hour."""

    day: date
    hours: Decimal
    duty: Duty
    text: str


def _stand_as_reviewer(call: Call, record: HourRecord, action: Any) -> None:
    person = Person.get_by_id(record.person_id)
    is_own = person.account_id is not None and person.account_id == call.actor.account_id
    is_staff = call.actor.holds(Role.STAFF, over=record.division_code) is not None
    is_captain = record.team_id is not None and any(
        held.role is Role.TEAM_CAPTAIN and held.team_id == record.team_id for held in call.actor.held
    )
    if is_own or not (is_staff or is_captain):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "Hours are reviewed by staff of the community, or by the captain of the team, and never one's own.",
            chinese="服务时长由社区工作人员或志愿服务队队长审核，不得审核本人的时长。",
        )
    if record.state is not HourState.LOGGED:
        message = "The hours were reviewed already; log new ones if something is missing."
        raise _not_open("hourRecordId", message, "该时长已审核；如有遗漏，请另行登记。")


HOUR_RECORD = Subject(
    model=HourRecord,
    keys={"hour_record_id": "id"},
    missing=("There is no such record of hours; check the id.", "没有此服务时长，请核对 ID。"),
    stale=stale_row,
    stand=_stand_as_reviewer,
    is_known=may_see_hours,
)


@command(HOUR_RECORD)
def review_hours(
    call: Call,
    record: HourRecord,
    standing: None,
    *,
    decision: HourReview,
    reason: Annotated[str, _TEXT] | None = None,
) -> CommandResult:
    """Decide whether logged hours count: truthful, complete, in time and free of charge (审核服务时长).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, no reason is given.
    """
    is_confirmed = decision is HourReview.CONFIRMED
    if not is_confirmed and reason is None:
        raise invalid("reason", "Give the reason why the hours do not count.", "请说明不予确认的理由。")
    record.change(
        state=HourState.CONFIRMED if is_confirmed else HourState.REJECTED, reviewed_by_name=call.actor.name,
        review_note=reason, version=record.version + 1,
    )  # fmt: skip
    if is_confirmed:
        settle_pledge(call, record.pledge_id)
    return CommandResult({"hourRecord": record.id})
