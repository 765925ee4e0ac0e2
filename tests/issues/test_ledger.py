"""The ledger: what was tampered with is found and named, and a month is written out with the head of its chains."""

import csv
import importlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import actor_of
from db.access.commands import Call, run_command
from db.access.models.account import Role
from db.city import models
from db.issues.intake import accept_issue, submit_issue
from db.issues.ledger import GENESIS, HASHED_COLUMNS, entry_hash
from db.issues.ledger_check import verify
from db.issues.ledger_export import COLUMNS, export, head_after
from db.issues.lifecycle import IssueState
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, Urgency
from db.kernel.chain_check import LedgerFault
from db.kernel.database import is_postgres
from db.kernel.errors import DomainError, ErrorCode
from db.places.models.division import DivisionLevel
from tests.factories import AT, make_committee, make_division, make_issue, make_ledger_entry, make_role_grant

Fault = LedgerFault


def make_ledger(length: int = 4, **values: Any) -> models.Issue:
    """Make an issue with a sound ledger of so many entries."""
    issue = make_issue(version=length, **values)
    make_ledger_entry(issue)
    for seq in range(2, length + 1):
        add_entry(issue, note=f"第{seq}条", at=AT + timedelta(hours=seq))
    return issue


def add_entry(issue: models.Issue, **values: Any) -> models.LedgerEntry:
    """Add an entry that leaves everything as it was."""
    carried = {"from_state": issue.state, "from_level": issue.current_level}
    return make_ledger_entry(issue, **{**carried, **values})


def tamper(database: DatabaseProxy, *statements: str) -> None:
    """Change the database as somebody would who owns it: without the triggers that refuse it."""
    for table, migration in (("ledger_entry", "0002_keep_the_ledger"), ("journal_entry", "0016_keep_journals")):
        triggers = importlib.import_module(f"db.city.migrations.{migration}")
        for name in triggers.POSTGRES_EVENTS if is_postgres() else triggers.SQLITE_EVENTS:
            on = f" ON {table}" if is_postgres() else ""
            database.execute_sql(f"DROP TRIGGER IF EXISTS {table}_refuses_{name}{on}")
    for statement in statements:
        database.execute_sql(statement)


def stored(issue: models.Issue, seq: int) -> dict[str, Any]:
    """Return the columns of an entry as they are stored."""
    names = ", ".join([*HASHED_COLUMNS, "prev_hash", "hash"])
    sql = f"SELECT {names} FROM ledger_entry WHERE issue_id = {issue.id} AND seq = {seq}"
    row = models.LedgerEntry._meta.database.execute_sql(sql).fetchone()
    return dict(zip([*HASHED_COLUMNS, "prev_hash", "hash"], row, strict=True))


def found(division_code: str | None = None) -> list[tuple[int, int, LedgerFault]]:
    """Verify, and list issue, entry and fault."""
    return [(finding.subject_id, finding.seq, finding.fault) for finding in verify(division_code).findings]


def test_sound_ledgers_are_intact(scratch: DatabaseProxy) -> None:
    make_ledger(1)
    make_ledger(4)

    report = verify()

    assert (report.is_intact, report.subject_count, report.entry_count, report.findings) == (True, 2, 5, [])


def test_what_verbs_write_is_intact(scratch: DatabaseProxy) -> None:
    committee = make_committee()
    grant = make_role_grant(Role.STAFF, committee.division)
    call = Call(actor_of(grant.account_id, AT), AT)
    texts = {"title": "示范小区路灯不亮", "description": "三天不亮", "channel": Channel.APP, "contact_name": "示范居民"}
    kinds = {"duty": Duty.PUBLIC_BENEFIT_SERVICE, "urgency": Urgency.NORMAL}
    made = run_command(
        "submitIssue", submit_issue, call, {"division_code": committee.division_code, **texts, **kinds}, id_
    )
    run_command("acceptIssue", accept_issue, call, {"issue_id": made, **kinds}, id_)

    report = verify()

    assert (report.entry_count, report.findings) == (2, [])


def id_(done: Any) -> int:
    return done.rows["issue"]


def test_a_changed_text_is_found(scratch: DatabaseProxy) -> None:
    make_ledger()
    issue = make_ledger()

    tamper(scratch, f"UPDATE ledger_entry SET note = '改过' WHERE issue_id = {issue.id} AND seq = 3")

    assert found() == [(issue.id, 3, Fault.CHANGED)]


@pytest.mark.parametrize("column", [name for name in HASHED_COLUMNS if name not in ("issue_id", "seq", "actor_id")])
def test_every_column_that_the_hash_covers_is_watched(scratch: DatabaseProxy, column: str) -> None:
    issue = make_ledger(3)
    values = {"at": "2020-01-01T00:00:00Z", "due_before": "2020-01-01T00:00:00Z", "due_after": "2020-01-01T00:00:00Z"}
    names = {"action": "REJECT", "actor_role": "AUDITOR", "from_state": "CLOSED", "to_state": "CLOSED"}
    levels = {"from_level": "CITY", "to_level": "CITY"}
    value = {**values, **names, **levels}.get(column, "1")

    tamper(scratch, f"UPDATE ledger_entry SET {column} = '{value}' WHERE issue_id = {issue.id} AND seq = 2")

    assert (issue.id, 2, Fault.CHANGED) in found()


@pytest.mark.parametrize(("gone", "seq"), [((1,), 1), ((2,), 2), ((2, 3), 2), ((4,), 4), ((1, 2, 3, 4), 1)])
def test_missing_entries_are_found(scratch: DatabaseProxy, gone: tuple[int, ...], seq: int) -> None:
    issue = make_ledger(4)

    listed = ", ".join(map(str, gone))
    tamper(scratch, f"DELETE FROM ledger_entry WHERE issue_id = {issue.id} AND seq IN ({listed})")

    assert found() == [(issue.id, seq, Fault.MISSING)]


def test_entries_that_changed_places_are_found(scratch: DatabaseProxy) -> None:
    issue = make_ledger(4)

    place = f"UPDATE ledger_entry SET seq = %s WHERE issue_id = {issue.id} AND seq = %s"
    tamper(scratch, place % (99, 2), place % (2, 3), place % (3, 99))

    assert found() == [(issue.id, 2, Fault.REORDERED), (issue.id, 3, Fault.REORDERED)]
    assert [finding.detail for finding in verify().findings] == [
        "The entry was written as entry 3.",
        "The entry was written as entry 2.",
    ]


def test_a_gap_that_was_closed_up_is_found(scratch: DatabaseProxy) -> None:
    issue = make_ledger(4)

    tamper(
        scratch,
        f"DELETE FROM ledger_entry WHERE issue_id = {issue.id} AND seq = 3",
        f"UPDATE ledger_entry SET seq = 3 WHERE issue_id = {issue.id} AND seq = 4",
    )

    assert found() == [(issue.id, 3, Fault.REORDERED), (issue.id, 4, Fault.MISSING)]


def test_an_entry_replaced_with_one_whose_hash_fits_is_found(scratch: DatabaseProxy) -> None:
    issue = make_ledger(4)
    entry = stored(issue, 2) | {"note": "另一条"}
    forged = entry_hash(entry, entry["prev_hash"])

    tamper(
        scratch,
        f"UPDATE ledger_entry SET note = '另一条', hash = '{forged}' WHERE issue_id = {issue.id} AND seq = 2",
    )

    assert found() == [(issue.id, 2, Fault.REPLACED)]


def test_a_chain_that_does_not_begin_at_the_beginning_is_found(scratch: DatabaseProxy) -> None:
    issue = make_ledger(2)
    first = stored(issue, 1)
    forged = entry_hash(first, "f" * 64)
    assert first["prev_hash"] == GENESIS

    tamper(
        scratch,
        f"UPDATE ledger_entry SET prev_hash = '{'f' * 64}', hash = '{forged}' WHERE issue_id = {issue.id} AND seq = 1",
    )

    assert found() == [(issue.id, 1, Fault.REPLACED), (issue.id, 1, Fault.REPLACED)]


@pytest.mark.parametrize(
    "change",
    [
        "state = 'ACCEPTED'",
        "current_level = 'CITY'",
        "due_at = '2026-02-01T00:00:00Z'",
        "version = 3",
    ],
)
def test_an_issue_changed_past_its_ledger_is_found(scratch: DatabaseProxy, change: str) -> None:
    issue = make_ledger(4)

    scratch.execute_sql(f"UPDATE issue SET {change} WHERE id = {issue.id}")

    assert found() == [(issue.id, 4, Fault.DIVERGED)]


def test_an_entry_that_begins_elsewhere_than_the_one_before_ended_is_found(scratch: DatabaseProxy) -> None:
    issue = make_issue(version=2)
    make_ledger_entry(issue)
    add_entry(issue, from_state=IssueState.CLOSED)

    assert found() == [(issue.id, 2, Fault.DIVERGED)]


def test_only_the_division_asked_for_is_verified(scratch: DatabaseProxy) -> None:
    inside = make_ledger(committee=make_committee())
    other = make_division(parent=make_division(DivisionLevel.SUBDISTRICT, make_division(DivisionLevel.DISTRICT)))
    outside = make_ledger(committee=make_committee(other))
    tamper(scratch, "UPDATE ledger_entry SET note = '改过' WHERE seq = 2")

    assert found(inside.division_code) == [(inside.id, 2, Fault.CHANGED)]
    assert found(other.parent.code) == [(outside.id, 2, Fault.CHANGED)]
    assert verify(other.parent.code).subject_count == 1


def test_batches_leave_nothing_out(scratch: DatabaseProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.kernel.chain_check.BATCH", 2)
    committee = make_committee()
    issues = [make_ledger(2, committee=committee) for _ in range(5)]
    tamper(scratch, "UPDATE ledger_entry SET note = '改过' WHERE seq = 2")
    seen: list[tuple[int, int]] = []

    report = verify(progress=lambda done, total: seen.append((done, total)))

    assert [finding.subject_id for finding in report.findings] == [issue.id for issue in issues]
    assert (report.subject_count, report.entry_count, seen) == (5, 10, [(2, 5), (4, 5), (5, 5)])


def test_a_report_names_the_first_faults_and_counts_all(
    scratch: DatabaseProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.kernel.chain_check.MAX_FINDINGS", 2)
    make_ledger(4)
    tamper(scratch, "UPDATE ledger_entry SET idempotency_key = 'x'")

    report = verify()

    assert (report.fault_count, len(report.findings), report.is_intact) == (4, 2, False)


def test_an_unknown_division_is_refused(scratch: DatabaseProxy) -> None:
    with pytest.raises(DomainError) as refusal:
        verify("999999999999")

    assert (refusal.value.code, refusal.value.field) == (ErrorCode.NOT_FOUND, ("divisionCode",))


# --- Export -----------------------------------------------------------------------------------------------------------

JANUARY = datetime(2025, 12, 31, 16, tzinfo=UTC)  # In Lanzhou the year begins.
FEBRUARY = datetime(2026, 1, 31, 16, tzinfo=UTC)


@pytest.fixture
def months(scratch: DatabaseProxy) -> models.Issue:
    """Make an issue with an entry before, at both ends of, and after January in Lanzhou."""
    issue = make_issue(version=4)
    make_ledger_entry(issue, at=JANUARY - timedelta(seconds=1))
    add_entry(issue, at=JANUARY, note="=1+1")
    add_entry(issue, at=FEBRUARY - timedelta(seconds=1), note='两行\n和"引号"')
    add_entry(issue, at=FEBRUARY)
    return issue


def test_a_month_in_json_holds_what_the_hashes_cover(months: models.Issue, tmp_path: Path) -> None:
    written = export(months.division_code, "2026-01", "json", tmp_path)
    content = json.loads(written.path.read_text())

    assert written.path.name == f"ledger-{months.division_code}-2026-01.json"
    assert [(entry["seq"], entry["note"]) for entry in content["entries"]] == [(2, "=1+1"), (3, '两行\n和"引号"')]
    assert [entry_hash(entry, entry["prev_hash"]) == entry["hash"] for entry in content["entries"]] == [True, True]
    assert (content["divisionCode"], content["month"], content["entryCount"]) == (months.division_code, "2026-01", 2)
    assert content["head"] == written.head == head_after(months.division_code, "2026-01")
    assert list(tmp_path.iterdir()) == [written.path]


def test_a_month_in_csv_has_its_head_beside_it_and_no_formulas(months: models.Issue, tmp_path: Path) -> None:
    written = export(months.division_code, "2026-01", "csv", tmp_path)

    assert written.path.read_bytes().startswith(b"\xef\xbb\xbfnumber,")
    with written.path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    notes = [row[COLUMNS.index("note")] for row in rows]
    assert (tuple(header), notes, written.entry_count) == (COLUMNS, ["'=1+1", '两行\n和"引号"'], 2)
    assert written.path.with_suffix(".csv.head").read_text() == f"{written.head}\n"


@pytest.mark.parametrize(
    "note",
    ["=A1", "+1", "-1", "@SUM(A1)", "＝A1", "＋1", "－1", "＠SUM(A1)", "\t=A1", "\r1", "\n1", " =A1", "\u3000＝A1",
     "﹦1", "\u200b=A1"],
)  # fmt: skip
def test_a_formula_is_harmless_in_csv(scratch: DatabaseProxy, tmp_path: Path, note: str) -> None:
    issue = make_issue(version=2)
    make_ledger_entry(issue, at=JANUARY, note=note)

    written = export(issue.division_code, "2026-01", "csv", tmp_path)

    with written.path.open(encoding="utf-8-sig", newline="") as file:
        _, row = csv.reader(file)
    assert row[COLUMNS.index("note")] == f"'{note}"


@pytest.mark.parametrize("note", ["1=1", "a-b", "张三@社区", "（＝）", "已修好"])
def test_what_is_no_formula_is_written_as_it_is(scratch: DatabaseProxy, tmp_path: Path, note: str) -> None:
    issue = make_issue(version=2)
    make_ledger_entry(issue, at=JANUARY, note=note)

    written = export(issue.division_code, "2026-01", "csv", tmp_path)

    with written.path.open(encoding="utf-8-sig", newline="") as file:
        _, row = csv.reader(file)
    assert row[COLUMNS.index("note")] == note


def test_an_empty_month_is_written_too(months: models.Issue, tmp_path: Path) -> None:
    written = export(months.division_code, "2025-11", "json", tmp_path)

    assert json.loads(written.path.read_text())["entries"] == []


def test_december_ends_with_the_year(months: models.Issue, tmp_path: Path) -> None:
    written = export(months.division_code, "2025-12", "json", tmp_path)

    assert [entry["seq"] for entry in json.loads(written.path.read_text())["entries"]] == [1]


def test_entries_of_all_communities_below_are_written(months: models.Issue, tmp_path: Path) -> None:
    parent = months.division.parent
    second = make_issue(committee=make_committee(make_division(parent=parent)))
    make_ledger_entry(second, at=JANUARY)

    written = export(parent.code, "2026-01", "json", tmp_path)

    entries = json.loads(written.path.read_text())["entries"]
    assert [(entry["issue_id"], entry["seq"]) for entry in entries] == [(months.id, 2), (months.id, 3), (second.id, 1)]


def test_later_entries_leave_a_months_head_as_it_was(months: models.Issue) -> None:
    before = head_after(months.division_code, "2026-01")

    add_entry(months, at=FEBRUARY + timedelta(days=1))

    assert head_after(months.division_code, "2026-01") == before
    assert head_after(months.division_code, "2026-02") != before


def test_the_head_shows_a_chain_that_was_made_anew(scratch: DatabaseProxy, months: models.Issue) -> None:
    before = head_after(months.division_code, "2026-01")

    forge(scratch, months, lambda entry: entry | {"actor_name": "别人"})

    assert verify().is_intact
    assert head_after(months.division_code, "2026-01") != before


def forge(database: DatabaseProxy, issue: models.Issue, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change every entry of a ledger and chain all of them anew."""
    prev_hash = GENESIS
    for seq in range(1, issue.version + 1):
        entry = change(stored(issue, seq))
        forged = entry_hash(entry, prev_hash)
        changed = f"actor_name = '{entry['actor_name']}', prev_hash = '{prev_hash}', hash = '{forged}'"
        tamper(database, f"UPDATE ledger_entry SET {changed} WHERE issue_id = {issue.id} AND seq = {seq}")
        prev_hash = forged


@pytest.mark.parametrize("month", ["2026", "2026-13", "January", "2026-01-01", ""])
def test_what_is_no_month_is_refused(scratch: DatabaseProxy, tmp_path: Path, month: str) -> None:
    with pytest.raises(DomainError) as refusal:
        export(make_division().code, month, "csv", tmp_path)

    assert (refusal.value.code, list(tmp_path.iterdir())) == (ErrorCode.INVALID_INPUT, [])
