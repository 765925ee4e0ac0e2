"""Who was monitored at home in the outbreak of October 2021, and what neighbours did for them.

All of it is over for long, so who they were and what was measured is erased, as the clock would have done. One case is
open at the present: somebody has come back from elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence

from db.access.models.account import A_RESIDENT, Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, Present, day, midnight, utc
from db.monitoring.lifecycle import AID_LIFECYCLE, MONITORING_LIFECYCLE
from db.monitoring.models import (
    AidKind,
    AidState,
    AidTask,
    ConsentBy,
    MonitoringCase,
    MonitoringOutcome,
    MonitoringReading,
    MonitoringState,
)
from db.people.seed import Home
from db.places.seed.plan import Place
from db.settings.models import SettingKey
from db.sites.models import SiteKind
from db.teams.models.team import VolunteerTeamKind
from db.teams.seed.teams import Crew

_STAFF = Actor("社区两委工作人员1", Role.STAFF)
# Whoever helped is not named any more.
_NEIGHBOUR = Actor(None, Role.RESIDENT)
# How many there would be at scale 1 if every community had a team that helps; half of them have one.
_CASES, _BEGAN, _WEEKS = 4_340, midnight("2021-10-25"), 6
_DAYS = SettingKey.MONITORING_DAYS.default
_KINDS = (AidKind.MEALS, AidKind.SHOPPING, AidKind.RUBBISH, AidKind.MEALS, AidKind.MEDICINE, AidKind.COUNSELLING)
# Since how many days somebody is monitored at the present, and what was measured twice a day, in tenths of a degree.
_SINCE_DAYS, _TEMPERATURES = 3, (364, 366, 365, 367, 363, 366)
# How many tasks one case after the other brought, and the hours of each in hundredths.
_TASKS, _HOURS = (4, 4, 5, 4, 4, 5, 4), (50, 100, 50, 150, 200)


def add_monitoring(
    rows: Rows, home: Home, place: Place, crews: Sequence[Crew], sites: Mapping[SiteKind, Sequence[int]], incident: int
) -> None:
    """Add the share of a community that has a team for it: cases that are over, and the tasks of each."""
    team = next((crew for crew in crews if crew.kind is VolunteerTeamKind.HOME_MONITORING), None)
    if team is None:
        return
    places = sites[SiteKind.COMPOUND]
    for number in place.share(_CASES):
        begins = _BEGAN + number % (7 * _WEEKS) * DAY
        ends = begins + _DAYS * DAY
        where = {"division_id": home.division_id, "division_code": home.code, "team_id": team.id}
        steps = [
            Step(begins + 9 * HOUR, JournalAction.CREATE, MonitoringState.OPEN, _STAFF),
            Step(ends + 10 * HOUR, JournalAction.END, MonitoringState.CLOSED, _STAFF),
        ]
        case = add_with_journal(
            rows, MONITORING_LIFECYCLE, MonitoringCase, steps, incident_id=incident,
            site_id=places[number % len(places)], starts_on=day(begins), ends_on=day(ends),
            consent_at=utc(begins + 9 * HOUR), consent_by=ConsentBy.SELF, outcome=MonitoringOutcome.COMPLETED,
            created_at=utc(begins + 9 * HOUR), **where,
        )  # fmt: skip
        for task in range(_TASKS[number % len(_TASKS)]):
            _add_task(rows, case, begins + (1 + task) * DAY, number + task, where)


def add_open_case(
    rows: Rows, home: Home, person: int, team: int, site: int, incident: Callable[[int], int], present: Present
) -> None:
    """Add that a person of a community is monitored since some days, and asked for something last night.

    incident: adds the one that it belongs to, which began at a time.
    """
    begins = present.midnight - _SINCE_DAYS * DAY
    since = begins + 9 * HOUR
    where = {"division_id": home.division_id, "division_code": home.code, "team_id": team}
    case = add_with_journal(
        rows, MONITORING_LIFECYCLE, MonitoringCase, [Step(since, JournalAction.CREATE, MonitoringState.OPEN, _STAFF)],
        incident_id=incident(since - HOUR), site_id=site, person_id=person, address="1号楼1单元101室",
        starts_on=day(begins), ends_on=day(begins + _DAYS * DAY), consent_at=utc(since), consent_by=ConsentBy.SELF,
        created_at=utc(since), **where,
    )  # fmt: skip
    measured = [begins + number * DAY + hour * HOUR for number in range(_SINCE_DAYS) for hour in (10, 20)]
    for at, tenths in zip(measured, _TEMPERATURES, strict=True):
        rows.add(
            MonitoringReading, case_id=case, division_code=home.code, at=utc(at), temperature=tenths,
            has_symptoms=False,
        )  # fmt: skip
    asked = measured[-1] + HOUR
    steps = [Step(asked, JournalAction.CREATE, AidState.OPEN, Actor(A_RESIDENT, Role.RESIDENT))]
    add_with_journal(
        rows, AID_LIFECYCLE, AidTask, steps, case_id=case, kind=AidKind.SHOPPING, text="请代购三天的蔬菜和牛奶。",
        wanted_by=utc(present.midnight + DAY + 18 * HOUR), created_at=utc(asked), **where,
    )  # fmt: skip


def _add_task(rows: Rows, case: int, at: int, number: int, where: Mapping[str, object]) -> None:
    asked, done = at + 8 * HOUR, at + 12 * HOUR
    rating = 5 - number % 3 // 2 if number % 4 else None
    steps = [
        Step(asked, JournalAction.CREATE, AidState.OPEN, _STAFF),
        Step(asked + HOUR, JournalAction.TAKE, AidState.TAKEN, _NEIGHBOUR),
        Step(done, JournalAction.COMPLETE, AidState.DONE, _NEIGHBOUR),
        # What nobody confirms is confirmed by the clock, a day later.
        Step(done + DAY, JournalAction.CONFIRM, AidState.CONFIRMED)
        if rating is None
        else Step(done + HOUR, JournalAction.CONFIRM, AidState.CONFIRMED, _STAFF),
    ]
    add_with_journal(
        rows, AID_LIFECYCLE, AidTask, steps, case_id=case,
        kind=_KINDS[number % len(_KINDS)], wanted_by=utc(done), taken_at=utc(asked + HOUR), done_at=utc(done),
        hours=_HOURS[number % len(_HOURS)], rating=rating,
        created_at=utc(asked), **where,
    )  # fmt: skip
