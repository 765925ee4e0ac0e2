"""The commands of the clock and the ledger: what they do, print and end with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import DatabaseProxy

from db.city import models
from db.issues.intake import request_info
from db.issues.ledger_export import head_after
from tests.access.nouns import make_journal_entry
from tests.conftest import url_of
from tests.graph_api.test_cli import Run, run  # noqa: F401
from tests.issues.test_ledger import tamper
from tests.town import Town, build, ledger_of


@pytest.fixture
def town(database: DatabaseProxy) -> Iterator[Town]:
    """Make a town with an issue whose reporter is asked something, on the 5th of January 2026."""
    made = build()
    for row in (*models.Committee.select(), *models.Organization.select()):
        make_journal_entry(row)
    issue_id = made.submit()
    made.act("staff", request_info, issue_id=issue_id, question="是哪一栋楼？")
    yield made
    database.connect(reuse_if_open=True)


def test_tick_does_what_is_due_and_says_so(town: Town, database: DatabaseProxy, run: Run) -> None:  # noqa: F811
    url = url_of(database)

    early = run("tick", "--at", "2026-01-12T15:59:59+08:00", DATABASE_URL=url)
    due = run("tick", "--at", "2026-01-12T16:00:00+08:00", DATABASE_URL=url)
    again = run("tick", "--at", "2026-01-12T16:00:00+08:00", DATABASE_URL=url)

    # The first tick of a month keeps what is counted.
    assert (early.stdout, due.stdout, again.stdout) == ("    75 kept figures\n", "     1 lapsed\n", "nothing to do\n")
    assert [result.exit_code for result in (early, due, again)] == [0, 0, 0]
    assert ledger_of(models.Issue.get().id) == ["CREATE", "ASK", "LAPSE"]


def test_tick_is_quiet_in_a_year_without_a_calendar(town: Town, database: DatabaseProxy, run: Run) -> None:  # noqa: F811
    done = run("tick", "--at", "2031-05-05T08:00:00Z", DATABASE_URL=url_of(database))

    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize("text", ["2026-01-12T16:00:00", "tomorrow"])
def test_tick_refuses_what_is_no_moment(database: DatabaseProxy, run: Run, text: str) -> None:  # noqa: F811
    refused = run("tick", "--at", text, DATABASE_URL=url_of(database))

    assert refused.exit_code == 2
    assert f"'{text}' is not a time with a time zone; write it as 2026-01-31T08:00:00+08:00." in refused.stderr


def test_verify_says_that_ledgers_are_intact(town: Town, database: DatabaseProxy, run: Run) -> None:  # noqa: F811
    done = run("ledger", "verify", DATABASE_URL=url_of(database))

    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "1 issues, 2 entries, 0 faults")


def test_verify_names_what_is_wrong_with_a_journal_and_fails(
    town: Town,
    database: DatabaseProxy,
    run: Run,  # noqa: F811
) -> None:
    tamper(database, f"DELETE FROM journal_entry WHERE subject_type = 'Committee' AND subject_id = {town.home.id}")

    failed = run("ledger", "verify", DATABASE_URL=url_of(database))

    assert failed.exit_code == 1
    assert failed.stdout.splitlines()[-3:] == [
        f"Committee_{town.home.id}, journal entry 1: MISSING. Entry 1 is missing.",
        "5 journals, 4 entries, 1 faults",
        "1 issues, 2 entries, 0 faults",
    ]


def test_verify_names_what_is_wrong_and_fails(town: Town, database: DatabaseProxy, run: Run) -> None:  # noqa: F811
    tamper(database, "DELETE FROM ledger_entry WHERE seq = 1")
    issue = models.Issue.get()

    failed = run("ledger", "verify", "--division", town.city.code, DATABASE_URL=url_of(database))

    assert failed.exit_code == 1
    assert failed.stdout.splitlines()[-2:] == [
        f"issue {issue.id}, entry 1: MISSING. Entry 1 is missing.",
        "1 issues, 1 entries, 1 faults",
    ]


def test_an_export_and_its_head_can_be_compared_later(
    town: Town,
    database: DatabaseProxy,
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    code, url = town.home.division_code, url_of(database)
    head = head_after(code, "2026-01")
    which = ("--division", code, "--month", "2026-01")

    written = run("ledger", "export", *which, "--format", "json", DATABASE_URL=url)
    same = run("ledger", "verify", *which, "--head", head, DATABASE_URL=url)
    other = run("ledger", "verify", *which, "--head", "0" * 64, DATABASE_URL=url)

    assert written.stdout == f"wrote ledger-{code}-2026-01.json: 2 entries, head {head}\n"
    assert (tmp_path / f"ledger-{code}-2026-01.json").is_file()
    assert (same.exit_code, other.exit_code) == (0, 1)
    assert f"The head of {code} at the end of 2026-01 is different" in other.stdout


def test_a_head_needs_to_know_of_what(database: DatabaseProxy, run: Run) -> None:  # noqa: F811
    refused = run("ledger", "verify", "--head", "0" * 64, DATABASE_URL=url_of(database))

    assert refused.exit_code == 2
    assert "--head needs the --division and --month of its export." in refused.stderr
