"""Incidents in any order, and at once: their times are ordered, and no state is without its time (I42)."""

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from peewee import DatabaseProxy

from db.city.clock import tick
from db.city.journal_check import verify_journals
from db.incidents.models import Incident, IncidentState
from db.places.models.division import OFFICE_LEVELS
from db.teams.models.deployment import Deployment, DeploymentState
from tests.asking import Asking
from tests.emergency.factories import make_incident
from tests.emergency.test_incidents import called, fire, unit
from tests.factories import AT
from tests.teams.factories import make_deployment
from tests.threads import at_once
from tests.town import build

S = IncidentState
STEPS = 60
TIMES = ("detected_at", "called_at", "graded_at", "first_on_site_at", "stood_down_at")
# How many of these times a state has; a false alarm may have been called.
REACHED = {S.DETECTED: 1, S.CALLED: 2, S.GRADED: 3, S.HANDLING: 4, S.STOOD_DOWN: 5, S.REVIEWED: 5}
OPEN = (S.DETECTED, S.CALLED, S.GRADED, S.HANDLING)
OFFICES = ("staff", "subdistrict", "district", "city")
PEOPLE = ("resident", "staff", "director", "subdistrict", "district", "city", "next_staff")


def check() -> None:
    """Check I42, and that what is over holds nobody and nothing open."""
    for row in Incident.select():
        times = [time for name in TIMES if (time := getattr(row, name)) is not None]
        assert times == sorted(times), row.number
        assert len(times) in ((REACHED[row.state],) if row.state in REACHED else (1, 2)), (row.number, row.state)
        assert times == [getattr(row, name) for name in TIMES[: len(times)]], row.number
        if row.state in (S.STOOD_DOWN, S.REVIEWED):
            there = Deployment.select().where(Deployment.incident == row.id, Deployment.state == "ON_SITE")
            parts = Incident.select().where(Incident.parent == row.id, Incident.state.in_(OPEN))
            assert (there.count(), parts.count()) == (0, 0), row.number


class Life:
    """What is done about the incidents of one community and its district, at random."""

    def __init__(self, ask: Asking, rng: Random) -> None:
        self.ask, self.rng, self.at, self.done = ask, rng, AT, set[str]()

    def step(self) -> None:
        """Take one step, which may be refused."""
        name = self.rng.choice(NAMES)
        refused = getattr(self, name)()
        if refused is not None:
            self.done.add(f"{name} refused" if refused else name)
        check()

    def detect(self) -> Any:
        town = self.ask.town
        who, code = self.rng.choice([("resident", town.home.division_code), ("district", town.district.code)])
        parent = {"parentId": self._incident()} if self.rng.random() < 0.5 else {}
        if Incident.select().count() >= 4:
            return None
        return self._do("detectIncident", who, divisionCode=code, kind="FIRE", title="示范小区起火", **parent)

    def call(self) -> Any:
        return self._on(S.DETECTED, "callIncident", parties=[unit(self.ask)])

    def grade(self) -> Any:
        at = self.rng.randrange(4)
        return self._on(S.CALLED, "gradeIncident", OFFICES[at], grade=("IV", "III", "II", "I")[at], reason="级别")

    def report(self) -> Any:
        return self._on(S.HANDLING, "reportSituation", text="情况")

    def stand_down(self) -> Any:
        return self._on(S.HANDLING, "standDownIncident", summary="解除")

    def review(self) -> Any:
        return self._on(S.STOOD_DOWN, "reviewIncident", above=1, lessons="复盘")

    def dismiss(self) -> Any:
        return self._on(S.DETECTED, "dismissIncident", reason="误报") if self.rng.random() < 0.3 else None

    def answer(self) -> Any:
        return self._deployed(DeploymentState.CALLED, "answerDeployment", headcount=5)

    def start(self) -> Any:
        return self._deployed(DeploymentState.ACCEPTED, "startDeployment")

    def end(self) -> Any:
        return self._deployed(DeploymentState.ON_SITE, "endDeployment", headcount=5)

    def clock(self) -> Any:
        self.at += timedelta(hours=self.rng.choice([0, 1, 30]))
        tick(self.at)

    def _do(self, name: str, who: str, **given: Any) -> Any:
        return self.ask.refused(who, name, self.at, **given)

    def _on(self, state: IncidentState, name: str, who: str = "", above: int = 0, **given: Any) -> Any:
        """Take a step with an incident: mostly as the office that answers for it, or one so many levels above."""
        incident = self._incident(state)
        row = Incident.get_or_none(id=int(incident.rpartition("_")[2]))
        answers = OFFICES[min(OFFICE_LEVELS.index(row.level) + above, 3)] if row else "staff"
        who = (who or answers) if self.rng.random() < 0.8 else self.rng.choice(PEOPLE)
        return self._do(name, who, incidentId=incident, **given)

    def _deployed(self, state: DeploymentState, name: str, **given: Any) -> Any:
        ids = sorted(row.id for row in Deployment.find_all(state=state)) or [99]
        return self._do(name, "contact", deploymentId=f"Deployment_{self.rng.choice(ids)}", **given)

    def _incident(self, state: IncidentState | None = None) -> str:
        """Choose an incident: mostly one in a state, if there is one."""
        rows = sorted(Incident.select(), key=lambda row: row.id)
        fitting = [row for row in rows if row.state == state and self.rng.random() < 0.8]
        return f"Incident_{self.rng.choice([row.id for row in fitting or rows] or [99])}"


NAMES = (
    "detect", "call", "call", "call", "grade", "grade", "grade", "grade", "answer", "answer", "start", "start", "end",
    "end", "end", "report", "stand_down", "stand_down", "stand_down", "review", "review", "dismiss", "clock",
)  # fmt: skip


def test_whatever_is_done_about_incidents_their_times_are_ordered(scratch: DatabaseProxy) -> None:
    done, ask = set[str](), Asking(build())

    @given(seed=st.integers(0, 2**32))
    @settings(
        max_examples=15, derandomize=True, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    def live(seed: int) -> None:
        with scratch.savepoint() as undo:
            life = Life(ask, Random(seed))
            for _ in range(STEPS):
                life.step()
            found = verify_journals(ask.town.city.code).findings
            assert {one.subject_type for one in found} & {"Incident", "Deployment"} == set()
            done.update(life.done)
            undo.rollback()

    live()
    assert done >= {*NAMES} - {"clock"}


def test_of_two_grades_at_once_one_is_first(database: DatabaseProxy) -> None:
    ask = Asking(build())
    incident = fire(ask)["id"]
    called(ask, incident)
    people = iter([("staff", "IV"), ("subdistrict", "III")] * 3)

    def grade() -> Any:
        who, wanted = next(people)
        given = {"incidentId": incident, "grade": wanted, "reason": "级别", "expectedVersion": 2}
        return [code for code, _ in ask.refused(who, "gradeIncident", **given)]

    assert sorted(at_once(6, grade)) == [[], *[["STALE_OBJECT"]] * 5]
    row = Incident.get()
    assert (row.state, row.version) == (S.GRADED, 3)
    check()


def test_a_party_arrives_while_its_incident_is_stood_down(database: DatabaseProxy) -> None:
    ask = Asking(build())
    home = ask.town.home.division
    large = make_incident(ask.town.district, state=S.HANDLING)
    rows = [make_incident(home, state=S.HANDLING, parent=large) for _ in range(4)]
    steps = []
    for row in rows:
        came = make_deployment(organization=ask.town.unit, incident=row, state=DeploymentState.ACCEPTED)
        steps.append(("contact", "startDeployment", {"deploymentId": f"Deployment_{came.id}"}))
        steps.append(("staff", "standDownIncident", {"incidentId": f"Incident_{row.id}", "summary": "解除"}))
    steps.append(("district", "standDownIncident", {"incidentId": f"Incident_{large.id}", "summary": "解除"}))
    given_out = iter(steps)

    def act() -> Any:
        who, name, given = next(given_out)
        return given, [code for code, _ in ask.refused(who, name, **given)]

    answers = at_once(len(steps), act)

    assert len(answers) == len(steps)
    assert {code for _, codes in answers for code in codes} <= {"NOT_ALL_SETTLED", "LIMIT_REACHED"}
    # Of the two, one came first: who is on site keeps an incident open, and nobody comes to one that is over.
    for row in rows:
        is_open = Incident.get_by_id(row.id).state is S.HANDLING
        came = Deployment.get(Deployment.incident == row.id)
        assert is_open == (came.state is DeploymentState.ON_SITE)
    check()


def test_a_shift_is_not_planned_for_what_is_being_stood_down(database: DatabaseProxy) -> None:
    ask = Asking(build())
    incident = fire(ask)["id"]
    deployment = called(ask, incident)
    for who, name, asked in (
        ("staff", "gradeIncident", {"incidentId": incident, "grade": "IV", "reason": "级别"}),
        ("contact", "startDeployment", {"deploymentId": deployment}),
        ("contact", "endDeployment", {"deploymentId": deployment, "headcount": 5}),
    ):
        assert ask.refused(who, name, **asked) == []
    begins = AT + timedelta(days=1)
    shifts = {
        "divisionCode": ask.town.home.division_code, "kind": "PATROL", "place": "示范广场", "needed": 2,
        "lengthMinutes": 60, "startsAt": begins.isoformat(), "endsAt": (begins + timedelta(hours=1)).isoformat(),
        "incidentId": incident,
    }  # fmt: skip
    steps = iter([("planShifts", shifts), ("standDownIncident", {"incidentId": incident, "summary": "解除"})])

    def act() -> Any:
        name, given = next(steps)
        return name, [code for code, _ in ask.refused("staff", name, **given)]

    refused = dict(at_once(2, act))

    assert refused in (
        {"planShifts": [], "standDownIncident": ["NOT_ALL_SETTLED"]},
        {"planShifts": ["LIMIT_REACHED"], "standDownIncident": []},
    )
