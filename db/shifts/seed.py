"""Shifts of the demo city: a fortnight around its present in each community, and who came; hours follow from them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, MINUTE, Present, day, utc
from db.people.models.person import PeopleGroup
from db.people.seed import Home, add_person
from db.places.seed.plan import Place
from db.registrations.models.service import HourRecord, HourState
from db.registrations.seed import Cadre
from db.settings.models import SettingKey
from db.shifts.clock import MINUTES_LATE
from db.shifts.lifecycle import ASSIGNMENT_LIFECYCLE, SHIFT_LIFECYCLE
from db.shifts.models.shift import (
    DUTIES,
    KEPT_FOR,
    AssignmentState,
    Force,
    Shift,
    ShiftAssignment,
    ShiftKind,
    ShiftState,
)
from db.sites.models import SiteKind
from db.teams.seed.teams import Crew

A, F, K, S, D = JournalAction, Force, ShiftKind, ShiftState, AssignmentState
# How many shifts there are at scale 1, and how many places of them somebody was given (section 24 of the sizes).
_SHIFTS, _ASSIGNMENTS = 6_000, 13_000
_EARLY = SettingKey.SHIFT_EARLY_MINUTES.default * MINUTE
_REST = SettingKey.SHIFT_REST_HOURS.default * HOUR
_STAFF, _RESIDENT = Actor("社区两委工作人员1", Role.STAFF), Actor("居民", Role.RESIDENT)
_HALF_HOUR = 30 * MINUTE
# Since when those who serve on joint duty are known.
_SINCE = "2020-08-03"
# The place of each kind, and the kind of site that it is at.
_PLACES: Mapping[ShiftKind, tuple[str, SiteKind | None]] = {
    K.CHECKPOINT: ("小区东门卡口", SiteKind.COMPOUND), K.TESTING: ("社区核酸采样点", None),
    K.PUBLICITY: ("社区宣传栏", None), K.PATROL: ("第一网格", SiteKind.GRID), K.JOINT_DUTY: ("社区警务室", None),
}  # fmt: skip
# When people come and leave, in minutes after the beginning and the end of a shift; who comes late has served less.
_CAME, _LEFT = (-20, -10, 0, -5, 10), (0, 5, 0, 2, 0, -15, 3)
_PLANNED_AHEAD = 7 * DAY
# In one of so many communities somebody did not come, was excused, or looks for somebody who takes a place over.
_ONE_OF = {A.MISS: 4, A.EXCUSE: 3, A.OFFER: 10}


class _Planned(NamedTuple):
    """A shift of every community. day: after the present one. forces: whom it has. free: how many places stay free.

    last: what happens to the last of its places in some communities.
    """

    day: int
    hour: int
    length: int
    kind: ShiftKind
    forces: tuple[Force, ...]
    free: int = 0
    last: JournalAction = A.CHECK_OUT

    def fate(self, place: Place) -> JournalAction:
        """Return what happens to the last place in a community."""
        return self.last if place.index % _ONE_OF.get(self.last, 1) == 0 else A.CHECK_OUT


_JOINT = (F.POLICE, F.MILITIA, F.ETHNIC_RELIGIOUS)
_PLAN = (
    _Planned(-9, 8, 4 * HOUR, K.CHECKPOINT, (F.CADRE, F.VETERAN)),
    _Planned(-9, 12, 4 * HOUR, K.CHECKPOINT, (F.CADRE, F.VETERAN)),
    _Planned(-7, 8, 4 * HOUR, K.CHECKPOINT, (F.CADRE, F.VETERAN)),
    _Planned(-7, 12, 4 * HOUR, K.CHECKPOINT, (F.CADRE, F.VETERAN), last=A.MISS),
    _Planned(-5, 8, 210 * MINUTE, K.TESTING, (F.VOLUNTEER,) * 5),
    _Planned(-4, 9, 2 * HOUR, K.PUBLICITY, (F.VOLUNTEER,) * 2),
    _Planned(-3, 19, 2 * HOUR, K.PATROL, (F.VETERAN, F.VOLUNTEER)),
    _Planned(-3, 20, 3 * HOUR, K.JOINT_DUTY, _JOINT),
    _Planned(-2, 8, 4 * HOUR, K.CHECKPOINT, (F.CADRE, F.VOLUNTEER)),
    _Planned(-1, 19, 2 * HOUR, K.PATROL, (F.VETERAN, F.VOLUNTEER), last=A.EXCUSE),
    _Planned(0, 8, 6 * HOUR, K.CHECKPOINT, (F.CADRE, F.VETERAN)),
    _Planned(0, 19, 2 * HOUR, K.PATROL, (F.VETERAN, F.VOLUNTEER)),
    _Planned(1, 8, 4 * HOUR, K.CHECKPOINT, (F.CADRE,), free=1, last=A.OFFER),
    _Planned(2, 9, 2 * HOUR, K.PUBLICITY, (F.VOLUNTEER,), free=2),
    # Some communities have one more, for which nobody has been found yet.
    _Planned(3, 20, 3 * HOUR, K.JOINT_DUTY, (), free=3),
)
_PLACES_TAKEN = sum(len(one.forces) for one in _PLAN)


class _Person(NamedTuple):
    """Somebody who can be on a shift, with the team, the unit or the registration for which they serve."""

    id: int
    team: int | None = None
    unit: int | None = None
    registration: int | None = None


class _Turn(NamedTuple):
    """A place of a shift that somebody was given. steps: what happened to it by the present."""

    person: _Person
    force: Force
    steps: list[Step]

    @property
    def is_free_again(self) -> bool:
        """Whether the person was excused, or did not come."""
        return self.steps[-1].state in (D.EXCUSED, D.ABSENT)

    def when(self, action: JournalAction) -> int | None:
        """Return when a step was taken; None where it was not."""
        return next((step.at for step in self.steps if step.action is action), None)


def add_shifts(
    rows: Rows, home: Home, place: Place, crews: Sequence[Crew], cadres: Mapping[int, Sequence[Cadre]],
    sites: Mapping[SiteKind, Sequence[int]], present: Present,
) -> None:  # fmt: skip
    """Add the shifts of a community, its share of them all; nobody is on two of them."""
    added = _Added(rows, home, place, present, sites, _people(rows, home, place, crews, cadres))
    more = len(place.share(_ASSIGNMENTS)) - _PLACES_TAKEN
    for planned in _PLAN[: len(place.share(_SHIFTS))]:
        helpers = (F.VOLUNTEER,) * more if planned.kind is K.TESTING else ()
        added.add(planned._replace(forces=planned.forces + helpers))


def _people(
    rows: Rows, home: Home, place: Place, crews: Sequence[Crew], cadres: Mapping[int, Sequence[Cadre]]
) -> Mapping[Force, Iterator[_Person]]:
    """List who can stand for each force, each person once; those who serve on joint duty are added."""
    first, number = crews[0], f"{place.index + 1:04}"
    militia = add_person(rows, home, f"示范民兵{number}", _SINCE, groups=(PeopleGroup.MILITIA,))
    officer = add_person(rows, home, f"示范民宗干部{number}", _SINCE, groups=(PeopleGroup.ETHNIC_RELIGIOUS_AFFAIRS,))
    assert first.instructor is not None, "the first team is the veterans'"
    return {
        F.POLICE: iter([_Person(first.instructor)]),
        F.MILITIA: iter([_Person(militia)]),
        F.ETHNIC_RELIGIOUS: iter([_Person(officer)]),
        # The first cadre of each unit was appraised, with hours that these would change.
        F.CADRE: (
            _Person(cadre.person, unit=unit, registration=cadre.registration)
            for unit, there in cadres.items()
            for cadre in there[1:]
        ),
        F.VETERAN: (_Person(person, team=first.id) for person in first.veterans),
        F.VOLUNTEER: (_Person(person, team=crew.id) for crew in crews for person in crew.volunteers),
    }


class _Added:
    """Adds the shifts of one community, as far as they have come by the present."""

    def __init__(
        self, rows: Rows, home: Home, place: Place, present: Present, sites: Mapping[SiteKind, Sequence[int]],
        people: Mapping[Force, Iterator[_Person]],
    ) -> None:  # fmt: skip
        self.rows, self.home, self.place, self.present, self.sites, self.people = (
            rows, home, place, present, sites, people,
        )  # fmt: skip
        self.count = place.index

    def add(self, planned: _Planned) -> None:
        """Add a shift, who is on it, and their hours."""
        starts = self.present.midnight + planned.day * DAY + planned.hour * HOUR
        ends = starts + planned.length
        turns = [self._turn(planned, number, starts, ends) for number in range(len(planned.forces))]
        needed = len(turns) + planned.free
        word, kind = _PLACES[planned.kind]
        steps = self._past(_steps(turns, needed, starts, ends))
        shift = add_with_journal(
            self.rows, SHIFT_LIFECYCLE, Shift, steps, division_id=self.home.division_id,
            division_code=self.home.code,
            kind=planned.kind, site_id=self.sites[kind][0] if kind is not None else None, place=word,
            starts_at=utc(starts), ends_at=utc(ends), check_in_from=utc(starts - _EARLY), rest_from=utc(starts - _REST),
            rest_until=utc(ends + _REST), needed=needed, taken=sum(not turn.is_free_again for turn in turns),
            created_at=utc(starts - _PLANNED_AHEAD),
            **dict.fromkeys(KEPT_FOR.values(), int(planned.kind is K.JOINT_DUTY)),
        )  # fmt: skip
        for turn in turns:
            came, left = turn.when(A.CHECK_IN), turn.when(A.CHECK_OUT)
            row = add_with_journal(
                self.rows, ASSIGNMENT_LIFECYCLE, ShiftAssignment, turn.steps, shift_id=shift,
                division_code=self.home.code, person_id=turn.person.id, team_id=turn.person.team,
                organization_id=turn.person.unit, force=turn.force, checked_in_at=utc(came), checked_out_at=utc(left),
                created_at=utc(turn.steps[0].at),
            )  # fmt: skip
            served = (min(left, ends) - max(came, starts)) // _HALF_HOUR if came and left else 0
            if left and served:
                self.rows.add(
                    HourRecord, division_code=self.home.code, person_id=turn.person.id, team_id=turn.person.team,
                    registration_id=turn.person.registration, source_type=ShiftAssignment.__name__, source_id=row,
                    day=day(max(came or 0, starts)), hours=served * 50, duty=DUTIES[planned.kind],
                    text=f"{planned.kind.chinese}值守：{word}", state=HourState.CONFIRMED, created_at=utc(left),
                    version=1,
                )  # fmt: skip

    def _turn(self, planned: _Planned, number: int, starts: int, ends: int) -> _Turn:
        """Let somebody have a place of a shift. number: of the place, the last of which may fall free again."""
        self.count += 1
        force = planned.forces[number]
        by = _RESIDENT if force is F.VOLUNTEER else _STAFF
        steps = [Step(starts - _PLANNED_AHEAD + (1 + number) * HOUR, A.CREATE, D.PLANNED, by)]
        fate = planned.fate(self.place) if number == len(planned.forces) - 1 else A.CHECK_OUT
        if fate is A.EXCUSE:
            steps.append(Step(starts - DAY, A.EXCUSE, D.EXCUSED, _STAFF, note="家中有事，已说明情况"))
        elif fate is A.MISS:
            steps.append(Step(starts + MINUTES_LATE * MINUTE, A.MISS, D.ABSENT))
        elif fate is A.OFFER:
            steps.append(Step(starts - 2 * DAY, A.OFFER, D.SWAP_OFFERED, _RESIDENT))
        else:
            came, left = _CAME[self.count % len(_CAME)], _LEFT[self.count % len(_LEFT)]
            steps.append(Step(starts + came * MINUTE, A.CHECK_IN, D.CHECKED_IN, _STAFF))
            steps.append(Step(ends + left * MINUTE, A.CHECK_OUT, D.DONE, _STAFF))
        return _Turn(next(self.people[force]), force, self._past(steps))

    def _past(self, steps: list[Step]) -> list[Step]:
        return [step for step in steps if step.at <= self.present.at]


def _steps(turns: Sequence[_Turn], needed: int, starts: int, ends: int) -> list[Step]:
    """List what happens to a shift, in its order."""
    steps = [Step(starts - _PLANNED_AHEAD, A.CREATE, S.OPEN, _STAFF)]
    for turn in turns:
        first = turn.steps[0]
        steps.append(Step(first.at, A.JOIN if first.actor is _RESIDENT else A.AMEND, S.OPEN, first.actor))
    if len(turns) == needed:
        steps.append(Step(steps[-1].at, A.FILL, S.FULL))
    for turn in turns:
        if (excused := turn.when(A.EXCUSE)) is not None:
            steps += [Step(excused, A.LEAVE, S.FULL), Step(excused, A.FALL_SHORT, S.OPEN)]
    steps.append(Step(starts, A.BEGIN, S.RUNNING))
    steps += [Step(missed, A.LEAVE, S.RUNNING) for turn in turns if (missed := turn.when(A.MISS)) is not None]
    return [*steps, Step(ends, A.COMPLETE, S.ENDED)]
