"""The commands about who may do what."""

from datetime import timedelta

from peewee import DatabaseProxy

from tests.conftest import url_of
from tests.factories import AT, make_account, make_audit_entry, make_division
from tests.graph_api.test_cli import Run, run

__all__ = ["run"]


def test_audit_prints_a_line_an_entry_the_newest_last(database: DatabaseProxy, run: Run) -> None:
    account, home, far = make_account(name="示范居民"), make_division(), make_division()
    make_audit_entry(account=account, at=AT + timedelta(hours=1), division_code=home.code, reason="two\nlines")
    make_audit_entry(mutation="closeIssue", subject_type="Issue", subject_id=7, division_code=far.code)
    url = url_of(database)

    printed = run("audit", DATABASE_URL=url)
    of_home = run("audit", "--division", home.code, DATABASE_URL=url)
    newest = run("audit", "--limit", "1", DATABASE_URL=url)
    later = run("audit", "--since", "2026-01-05T18:00:00+08:00", DATABASE_URL=url)

    assert [line.split("\t") for line in printed.stdout.splitlines()] == [
        ["2026-01-05T08:00:00+00:00", "REFUSED", "command line", "closeIssue", "Issue_7", far.code, "192.0.2.1", "r1",
         "示范"],
        ["2026-01-05T09:00:00+00:00", "REFUSED", f"{account.id} 示范居民", "", "", home.code, "192.0.2.1", "r1",
         "two lines"],
    ]  # fmt: skip
    assert of_home.stdout == newest.stdout == printed.stdout.splitlines(keepends=True)[1]
    assert later.stdout == "nothing to show\n"


def test_audit_says_which_division_there_is_not(database: DatabaseProxy, run: Run) -> None:
    refused = run("audit", "--division", "999999999999", DATABASE_URL=url_of(database))

    assert (refused.exit_code, refused.stderr) == (
        1, "Error: There is no division 999999999999; give a 12-digit code, such as 620102000000.\n",
    )  # fmt: skip
