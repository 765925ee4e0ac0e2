"""The clock of applications: reminders, when it stands still (I48), and what is kept for a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from peewee import DatabaseProxy

from db.access.models.journal import JournalEntry
from db.access.models.notice import Notice, NoticeKind
from db.access.models.purge import PurgeRun
from db.attachments.models import Attachment
from db.city.clock import tick
from db.files.models import File
from db.kernel.calendar import SHANGHAI
from db.people.models.person import Person
from db.services.models.application import ApplicationMaterial, ApplicationState, ServiceApplication
from tests.asking import Asking
from tests.attachments.factories import make_attachment
from tests.factories import AT
from tests.files.factories import make_file
from tests.services.desk import DAY, Desk
from tests.services.factories import make_application_material, make_service_application
from tests.town import build

SECOND, STEPS = timedelta(seconds=1), 18
S = ApplicationState


@pytest.fixture
def desk(ask: Asking) -> Desk:
    return Desk(ask)


def told() -> list[tuple[str, str]]:
    """List who was told of an application: the role, and the office."""
    notices = Notice.select().where(Notice.kind == NoticeKind.APPLICATION_DUE).order_by(Notice.id)
    return [(str(one.role), one.office_code) for one in notices]


def test_the_office_is_reminded_at_four_fifths_and_the_one_above_told_when_it_is_late(desk: Desk) -> None:
    row = {"applicationId": desk.file("resident", itemCode="CJ-001")}
    staff, street = ("STAFF", desk.town.home.division_code), ("SUBDISTRICT_OFFICER", desk.town.street.code)

    tick(AT + DAY * 4 / 5 - SECOND)
    assert told() == []
    tick(AT + DAY * 4 / 5)
    tick(AT + DAY - SECOND)
    assert told() == [staff]
    tick(AT + DAY)
    tick(AT + 2 * DAY)
    assert told() == [staff, street]
    # Five working days from Wednesday.
    at = AT + 2 * DAY
    assert desk.do("staff", "acceptApplication", at, **row) == []
    forward = {**row, "forwardedTo": desk.town.street.code, "outsideNumber": "JD-1"}
    assert desk.do("staff", "forwardApplication", at + DAY, **forward) == []
    tick(at + 7 * DAY - SECOND)
    assert told()[2:] == [street]
    tick(at + 7 * DAY)
    assert told()[3:] == [("DISTRICT_OFFICER", desk.town.district.code)]
    assert desk.do("subdistrict", "decideApplication", at + 8 * DAY, **row, decision="APPROVED") == []
    tick(at + 60 * DAY)
    assert len(told()) == 4
    stats = f'{{ division(code: "{desk.town.street.code}") {{ stats {{ decidedInTimeShare }} }} }}'
    answer = desk.ask.answer(None, stats, at + 9 * DAY)["data"]["division"]["stats"]
    assert answer == {"decidedInTimeShare": "0.0"}


def test_materials_and_applicants_are_kept_for_a_time(desk: Desk) -> None:
    ago = {name: AT - timedelta(days=days) for name, days in (("old", 90), ("new", 89), ("long", 1826))}
    rows = {
        "decided": {"state": S.DECIDED, "decided_at": ago["old"]},
        "just decided": {"state": S.RATED, "decided_at": ago["new"], "rating_text": "很好"},
        "withdrawn": {"state": S.WITHDRAWN, "withdrawn_at": ago["old"]},
        "open": {"state": S.ACCEPTED},
        "long ago": {"state": S.RATED, "decided_at": ago["long"], "rating_text": "很好"},
    }
    for values in rows.values():
        row = make_service_application(desk.other, **{"created_at": AT - 2000 * DAY, **values})
        if row.decided_at != ago["long"]:
            file = make_file(attached_at=row.created_at)
            make_application_material(row, attachment=make_attachment(row, file=file))
        values["id"] = row.id
    given = {"key": "MATERIAL_KEEP_DAYS", "value": 30, "divisionCode": desk.town.far.division_code[:6] + "000000"}
    assert desk.do("city", "setSetting", **given) == []

    tick(AT)

    runs = {(run.rule, run.count) for run in PurgeRun.select()}
    assert runs == {("application.material", 2), ("application.applicant", 1)}
    kept = {one.application_id for one in ApplicationMaterial.select()}
    assert kept == {rows["just decided"]["id"], rows["open"]["id"]} == {one.subject_id for one in Attachment.select()}
    assert {one.id for one in File.select()} == {one.file_id for one in Attachment.select() if one.file_id}
    forgotten = [(one.id, one.rating_text) for one in ServiceApplication.select() if one.applicant_id is None]
    assert forgotten == [(rows["long ago"]["id"], None)]


def test_who_applies_is_not_erased_before_it_is_decided(desk: Desk) -> None:
    row = {"applicationId": desk.file("resident")}
    erase = {"personId": f"Person_{desk.person.id}"}
    assert desk.do("staff", "erasePerson", **erase) == [("NOT_ALL_SETTLED", ["personId"])]
    assert desk.do("resident", "withdrawApplication", **row, reason="示范") == []
    assert desk.do("staff", "erasePerson", **erase) == []
    assert Person.get_by_id(desk.person.id).is_erased


# --- Whatever happens ----------------------------------------------------------------------------------------------


def _working(first: datetime, last: datetime) -> Iterator[datetime]:
    """List the working days after one moment up to another; January 2026 has no holiday after its first days."""
    day = first.astimezone(SHANGHAI).date()
    while (day := day + DAY) <= last.astimezone(SHANGHAI).date():
        # On 4 January a Sunday was worked.
        if day.weekday() < 5:
            yield datetime.combine(day, first.astimezone(SHANGHAI).timetz())


def _due(application: ServiceApplication) -> datetime | None:
    """Work out when an application is due from its journal alone: working days but those on which it stood still."""
    own = (JournalEntry.subject_type == "ServiceApplication") & (JournalEntry.subject_id == application.id)
    since, days, stood, asked = AT, 1, set[Any](), None
    for entry in JournalEntry.select().where(own).order_by(JournalEntry.seq):
        if entry.action == "REQUEST":
            asked = entry.at
        elif entry.action == "SUPPLEMENT":
            assert asked is not None
            stood, asked = {day.date() for day in _working(asked, entry.at)}, None
        elif entry.action == "TAKE_ON":
            since, days, stood = entry.at, application.item.promised_days, set()
        elif entry.action == "CREATE":
            since = entry.at
    if asked is not None:
        return None
    counted = [day for day in _working(since, since + 90 * DAY) if day.date() not in stood]
    return counted[days - 1]


class _Life:
    """What is done with one application, at random."""

    def __init__(self, desk: Desk, rng: Random) -> None:
        self.desk, self.rng, self.at, self.done = desk, rng, AT, set[str]()
        self.named = {"applicationId": desk.file("resident", itemCode=rng.choice(["MZ-001", "CJ-001"]))}

    def live(self) -> None:
        """Take some steps, of which some are refused, and check the clock after each."""
        for _ in range(STEPS):
            name = self.rng.choice(["wait", "request", "supplement", "accept", "forward", "decide"])
            if not getattr(self, name)():
                self.done.add(name)
            self._check()

    def wait(self) -> Any:
        self.at += timedelta(hours=self.rng.choice([1, 20, 30, 80]))
        tick(self.at)

    def request(self) -> Any:
        return self._do("staff", "requestApplicationMaterials", materials=["M-1"])

    def supplement(self) -> Any:
        return self._do(self.rng.choice(["resident", "staff"]), "supplementApplication", note="示范")

    def accept(self) -> Any:
        return self._do("staff", "acceptApplication")

    def forward(self) -> Any:
        to = self.desk.town.street.code
        return self._do("staff", "forwardApplication", forwardedTo=to, outsideNumber="JD-1")

    def decide(self) -> Any:
        # Seldom, so that other things happen first.
        if self.rng.random() < 0.3:
            return ["refused"]
        return self._do(self.rng.choice(["staff", "subdistrict"]), "decideApplication", decision="APPROVED")

    def _do(self, who: str, name: str, **given: Any) -> Any:
        return self.desk.do(who, name, self.at, **self.named, **given)

    def _check(self) -> None:
        row = ServiceApplication.get()
        shown = self.desk.read("resident", self.named["applicationId"], "state dueAt", self.at)
        due = _due(row)
        assert (shown["dueAt"] is None) == (due is None) == (row.state is S.NEEDS_MATERIALS), "I48"
        if due is not None:
            assert datetime.fromisoformat(shown["dueAt"]) == due, "I48"
        if row.state is S.NEEDS_MATERIALS:
            before = len(told())
            tick(self.at + 30 * DAY)
            assert len(told()) == before, "I48: nobody is late"


def test_the_clock_stands_still_where_materials_are_missing_and_nowhere_else(scratch: DatabaseProxy) -> None:
    done = set[str]()
    desk = Desk(Asking(build()))

    @given(seed=st.integers(0, 2**32))
    @settings(
        max_examples=12, derandomize=True, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    def live(seed: int) -> None:
        with scratch.savepoint() as undo:
            life = _Life(desk, Random(seed))
            life.live()
            done.update(life.done)
            undo.rollback()

    live()
    assert done >= {"request", "supplement", "accept", "forward", "decide"}
