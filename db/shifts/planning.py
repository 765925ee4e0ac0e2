"""Shifts are planned, many at once, and cancelled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult, RowResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.access.officers import community_of
from db.access.steps import offices_over, require
from db.access.subjects import command
from db.incidents.finding import OfIncident
from db.kernel.bounds import Ahead, Between, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import setting
from db.shifts.lifecycle import ASSIGNMENT_LIFECYCLE, PLANNERS, SHIFT_LIFECYCLE
from db.shifts.models.shift import KEPT_FOR, NEEDED, TO_COME, Force, Shift, ShiftAssignment, ShiftKind, ShiftState
from db.shifts.standing import SHIFT
from db.sites.finding import AtSite

# How many shifts are planned at once, and how far ahead the first of them, in days.
AT_ONCE, _AHEAD = 200, 366
_DAY = timedelta(days=1)
_KEPT = Between(0, 200)


@dataclass(frozen=True, slots=True)
class Times(Inputs):
    """When shifts are: one after another from a moment to another, and so on each of some days."""

    starts_at: Annotated[datetime, Ahead(_AHEAD)]
    ends_at: datetime
    length_minutes: Annotated[int, Between(30, 1440)]
    days: Annotated[int, Between(1, AT_ONCE)] = 1

    def spans(self, division_code: str) -> list[tuple[datetime, datetime]]:
        """List when each shift begins and ends.

        Raises:
            DomainError: INVALID_INPUT, they do not fit into the time, or are too many; LIMIT_REACHED, they are too
                long.
        """
        most = setting(SettingKey.SHIFT_MOST_HOURS, division_code)
        if self.length_minutes > most * 60:
            raise DomainError(
                ErrorCode.LIMIT_REACHED,
                f"A shift lasts at most {most} hours; plan shorter ones.",
                ("lengthMinutes",),
                chinese=f"单个班次最长 {most} 小时，请缩短时长。",
            )
        length = timedelta(minutes=self.length_minutes)
        if not self.starts_at < self.ends_at <= self.starts_at + _DAY or (self.ends_at - self.starts_at) % length:
            raise invalid(
                "endsAt",
                "Let endsAt follow startsAt within 24 hours, by a multiple of lengthMinutes.",
                "endsAt 须在 startsAt 之后 24 小时以内，且间隔为 lengthMinutes 的整数倍。",
            )
        a_day = (self.ends_at - self.starts_at) // length
        if a_day * self.days > AT_ONCE:
            raise invalid(
                "days",
                f"Plan at most {AT_ONCE} shifts at once; these are {a_day * self.days}.",
                f"一次最多安排 {AT_ONCE} 个班次，现为 {a_day * self.days} 个。",
            )
        return [(at, at + length) for at in self._beginnings(a_day, length)]

    def _beginnings(self, a_day: int, length: timedelta) -> Iterator[datetime]:
        return (self.starts_at + day * _DAY + number * length for day in range(self.days) for number in range(a_day))


@dataclass(frozen=True, slots=True)
class People(Inputs):
    """How many people a shift needs, and how many of them of each force of a joint duty."""

    needed: Annotated[int, NEEDED]
    police: Annotated[int, _KEPT] = 0
    militia: Annotated[int, _KEPT] = 0
    ethnic_religious: Annotated[int, _KEPT] = 0

    def columns(self, kind: ShiftKind) -> dict[str, Any]:
        """Return the columns of a shift that say it.

        Raises:
            DomainError: TEAM_INCOMPLETE, a joint duty lacks a force; INVALID_INPUT, another kind has forces, or they
                are more than all people.
        """
        kept = {Force.POLICE: self.police, Force.MILITIA: self.militia, Force.ETHNIC_RELIGIOUS: self.ethnic_religious}
        lacking = [force for force, count in kept.items() if not count]
        if kind is ShiftKind.JOINT_DUTY and lacking:
            raise DomainError(
                ErrorCode.TEAM_INCOMPLETE,
                f"A joint duty needs at least one of each force; it lacks {', '.join(lacking)}.",
                (_NAMES[lacking[0]],),
                chinese=f"三民联勤每支力量至少一人，现缺{'、'.join(force.chinese for force in lacking)}。",
            )
        if kind is not ShiftKind.JOINT_DUTY and len(lacking) < len(kept):
            raise invalid("kind", "Only a joint duty keeps places for forces.", "只有三民联勤班次须填写各力量人数。")
        if sum(kept.values()) > self.needed:
            raise invalid("needed", "Let needed be at least the sum of the forces.", "needed 不得少于各力量人数之和。")
        return {"needed": self.needed, **{KEPT_FOR[force]: count for force, count in kept.items()}}


_NAMES = {Force.POLICE: "police", Force.MILITIA: "militia", Force.ETHNIC_RELIGIOUS: "ethnicReligious"}


@command()
def plan_shifts(
    call: Call,
    *,
    division_code: str,
    kind: ShiftKind,
    place: Annotated[str, Length(2, 60, has_lines=False)],
    at_site: AtSite,
    of_incident: OfIncident,
    times: Times,
    people: People,
) -> CommandResult:
    """Plan shifts at a place of a community, one after another and on several days (安排班次).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, INVALID_INPUT; LIMIT_REACHED, the shifts are too long; TEAM_INCOMPLETE, a
            joint duty lacks a force; SLOT_CONFLICT, the place has a shift of the kind then; as `OfIncident` refuses.
    """
    home = community_of(division_code, is_locked=True)
    role = require(offices_over(call, division_code), PLANNERS, "divisionCode")
    spans, needed = times.spans(division_code), people.columns(kind)
    _require_free(division_code, kind, place, spans)
    site = at_site.find(division_code)
    # It is locked, so that it is not stood down while shifts of it are ahead.
    incident = of_incident.find(call, division_code, is_locked=True)
    early = timedelta(minutes=setting(SettingKey.SHIFT_EARLY_MINUTES, division_code))
    rest = timedelta(hours=setting(SettingKey.SHIFT_REST_HOURS, division_code))
    by, made = By.actor(call, role, division_code), []
    for starts_at, ends_at in spans:
        shift = begin(
            call, SHIFT_LIFECYCLE, Shift, by, division=home.id, division_code=home.code, kind=kind,
            site=site and site.id, incident=incident, place=place, starts_at=starts_at, ends_at=ends_at,
            check_in_from=starts_at - early, rest_from=starts_at - rest, rest_until=ends_at + rest,
            created_at=call.at, **needed,
        )  # fmt: skip
        made.append(RowResult({"shift": shift.id, "event": entry_of(SHIFT_LIFECYCLE, shift)}))
    return CommandResult(results=tuple(made))


@command(SHIFT, "cancelShift")
def cancel_shift(call: Call, shift: Shift, role: Role, *, reason: Prose) -> CommandResult:
    """Cancel a shift before it begins; whoever was to come is excused, and told if they have an account (取消班次).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    by, count = By.actor(call, role, shift.division_code), 0
    text = f"{shift.kind.chinese}班次（Shift_{shift.id}，{shift.place}）已取消，您无须到岗。原因：{reason}"
    for (account_id,) in _accounts_to_come.tuples(shift.id):
        to = Recipient(Role.RESIDENT, shift.division_code, account_id)
        about = f"{shift.id}:{account_id}"
        notify(call, NoticeKind.SHIFT_CANCELLED, about, to, text, division_code=shift.division_code)
    for row in ShiftAssignment.lock_all(shift=shift.id):
        if row.state in TO_COME:
            move(call, ASSIGNMENT_LIFECYCLE, row, JournalAction.CANCEL)
            count += 1
    event = move(call, SHIFT_LIFECYCLE, shift, JournalAction.CANCEL, by, note=reason, taken=shift.taken - count)
    return CommandResult({"shift": shift.id, "event": event})


@compiled
def _accounts_to_come(shift_id: Any) -> Any:
    """Select the accounts of those who are to come to a shift."""
    row = ShiftAssignment
    to_come = (row.shift == shift_id) & row.state.in_([state.value for state in TO_COME])
    people = row.select(Person.account).join(Person, on=row.person == Person.id)
    return people.where(to_come, Person.account.is_null(False)).order_by(row.id)


def _require_free(division_code: str, kind: ShiftKind, place: str, spans: list[tuple[datetime, datetime]]) -> None:
    """Check that a place of a community, which is locked, has no shift of a kind at some times."""
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    for other in _there.all(division_code, kind, place, first, last):
        if any(other.starts_at < end and other.ends_at > start for start, end in spans):
            raise DomainError(
                ErrorCode.SLOT_CONFLICT,
                f"The place has a shift of this kind then already: Shift_{other.id}; plan another time or place.",
                ("startsAt",),
                chinese=f"该地点此时段已有同类班次：Shift_{other.id}，请改换时间或地点。",
            )


@compiled
def _there(division_code: Any, kind: Any, place: Any, first: Any, last: Any) -> Any:
    same = (Shift.division_code == division_code) & (Shift.kind == kind) & (Shift.place == place)
    meets = (Shift.starts_at < last) & (Shift.ends_at > first) & (Shift.state != ShiftState.CANCELLED.value)
    return Shift.select().where(same, meets).order_by(Shift.starts_at)
