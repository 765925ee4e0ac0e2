"""Journals: what was tampered with is found and named, for each noun that has one."""

from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import SYSTEM
from db.access.commands import Call
from db.access.journal import JOURNAL_COLUMNS, move
from db.access.models.journal import JournalAction
from db.city import models
from db.city.journal_check import verify_journals
from db.city.machines import JOURNALED
from db.issues.lifecycles import NEED_LIFECYCLE
from db.kernel.chain_check import LedgerFault
from db.places.models.division import DivisionLevel
from tests.access.nouns import make_journal_entry
from tests.factories import AT, MAKERS, make_committee, make_division, make_issue, make_need
from tests.issues.test_ledger import tamper

Fault = LedgerFault
A = JournalAction


def made_need() -> models.Need:
    """Make a need whose journal has four entries, and the journal of its committee."""
    committee = make_committee()
    make_journal_entry(committee)
    need = models.Need.get_by_id(make_need(make_issue(committee=committee)).id)
    make_journal_entry(need)
    for at, action in enumerate((A.MEET, A.LACK, A.MEET)):
        move(Call(SYSTEM, AT + timedelta(hours=at)), NEED_LIFECYCLE, need, action)
    return need


def found(division_code: str | None = None) -> list[tuple[str, int, int, LedgerFault]]:
    """Verify, and list subject, entry and fault."""
    findings = verify_journals(division_code).findings
    return [(finding.subject_type, finding.subject_id, finding.seq, finding.fault) for finding in findings]


def entry(seq: int) -> str:
    """Write the condition that selects an entry of the need."""
    return f"WHERE subject_type = 'Need' AND seq = {seq}"


def test_sound_journals_are_intact(scratch: DatabaseProxy) -> None:
    made_need()

    report = verify_journals()

    assert (report.is_intact, report.subject_count, report.entry_count, report.findings) == (True, 2, 5, [])


@pytest.mark.parametrize("model", JOURNALED, ids=lambda model: model.__name__)
def test_an_entry_of_every_noun_is_verified(scratch: DatabaseProxy, model: Any) -> None:
    row = MAKERS[model]()
    make_journal_entry(row)
    noun = model.__name__
    assert not any(finding[0] == noun for finding in found())

    tamper(scratch, f"UPDATE journal_entry SET note = '改过' WHERE subject_type = '{noun}'")

    assert (noun, row.id, 1, Fault.CHANGED) in found()


_OTHERS = ("subject_type", "subject_id", "seq", "actor_id")


@pytest.mark.parametrize("column", [name for name in JOURNAL_COLUMNS if name not in _OTHERS])
def test_every_column_that_the_hash_covers_is_watched(scratch: DatabaseProxy, column: str) -> None:
    need = made_need()
    values = {"at": "2020-01-01T00:00:00Z", "action": "HOLD", "actor_role": "AUDITOR"}

    tamper(scratch, f"UPDATE journal_entry SET {column} = '{values.get(column, '1')}' {entry(2)}")

    assert ("Need", need.id, 2, Fault.CHANGED) in found()


@pytest.mark.parametrize(("gone", "seq"), [((1,), 1), ((2,), 2), ((2, 3), 2), ((4,), 4), ((1, 2, 3, 4), 1)])
def test_missing_entries_are_found(scratch: DatabaseProxy, gone: tuple[int, ...], seq: int) -> None:
    need = made_need()

    tamper(scratch, *[f"DELETE FROM journal_entry {entry(each)}" for each in gone])

    assert found() == [("Need", need.id, seq, Fault.MISSING)]


def test_entries_that_changed_places_are_found(scratch: DatabaseProxy) -> None:
    need = made_need()

    places = ((2, 99), (3, 2), (99, 3))
    tamper(scratch, *[f"UPDATE journal_entry SET seq = {to} {entry(seq)}" for seq, to in places])

    assert found() == [("Need", need.id, 2, Fault.REORDERED), ("Need", need.id, 3, Fault.REORDERED)]


def test_an_entry_given_to_another_subject_is_found(scratch: DatabaseProxy) -> None:
    need, other = made_need(), made_need()

    tamper(
        scratch,
        f"DELETE FROM journal_entry {entry(4)} AND subject_id = {other.id}",
        f"UPDATE journal_entry SET subject_id = {other.id} {entry(4)} AND subject_id = {need.id}",
    )

    assert found() == [("Need", need.id, 4, Fault.MISSING), ("Need", other.id, 4, Fault.CHANGED)]


@pytest.mark.parametrize("change", ["state = 'OPEN'", "version = 3"])
def test_a_row_changed_past_its_journal_is_found(scratch: DatabaseProxy, change: str) -> None:
    need = made_need()

    scratch.execute_sql(f"UPDATE need SET {change} WHERE id = {need.id}")

    assert found() == [("Need", need.id, 4, Fault.DIVERGED)]


def test_only_the_division_asked_for_is_verified(scratch: DatabaseProxy) -> None:
    need = made_need()
    other = make_division(parent=make_division(DivisionLevel.SUBDISTRICT, make_division(DivisionLevel.DISTRICT)))
    tamper(scratch, f"UPDATE journal_entry SET note = '改过' {entry(2)}")

    assert found(need.division_code) == [("Need", need.id, 2, Fault.CHANGED)]
    assert found(other.parent.code) == []
