"""One case a person and one taker a task, whoever is at it at once (I43)."""

from itertools import count
from typing import Any

from peewee import DatabaseProxy

from db.access.models.journal import JournalEntry
from db.monitoring.models import AidTask, MonitoringCase
from db.registrations.models.service import HourRecord
from tests.asking import Asking
from tests.monitoring.care import Care
from tests.threads import at_once
from tests.town import build


def codes_of(answers: list[Any]) -> list[str]:
    return sorted(code for refused in answers for code, _ in refused)


def test_a_person_has_one_open_case_however_many_open_one(database: DatabaseProxy) -> None:
    care = Care(Asking(build()))
    number = count()

    answers = at_once(6, lambda: care.do(("health", "staff")[next(number) % 2], "openMonitoring", **care.wanted()))

    assert codes_of(answers) == ["ALREADY_EXISTS"] * 5
    assert [row.state for row in MonitoringCase.select()] == ["OPEN"]


def test_a_task_goes_to_one_taker_and_its_hours_count_once(database: DatabaseProxy) -> None:
    care = Care(Asking(build()))
    task = care.request(care.open())
    number = count()

    def take() -> Any:
        return care.do(("volunteer", "helper")[next(number) % 2], "takeAidTask", taskId=task)

    answers = at_once(6, take)

    # Whoever has it is told the same when they take it again.
    assert codes_of(answers) == ["CONFLICT"] * 5
    taken = AidTask.get()
    taker = next(who for who, person in care.volunteers.items() if person.id == taken.taker_id)
    entries = [entry.actor_name for entry in JournalEntry.select() if entry.action == "TAKE"]
    assert entries == [f"示范{taker}"]

    assert care.do(taker, "completeAidTask", taskId=task, hours="1") == []
    answers = at_once(4, lambda: care.do("resident", "confirmAidTask", taskId=task, rating=5))
    assert codes_of(answers) == ["ILLEGAL_TRANSITION"] * 3
    assert [record.person_id for record in HourRecord.select()] == [taken.taker_id]
