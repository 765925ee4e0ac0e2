"""The commands about who may do what."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import DatabaseProxy

from db.access.actor import actor_of
from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.access.tokens import find_token
from db.city.models import Account, AuditEntry
from db.places.models.division import DivisionLevel
from tests.conftest import url_of
from tests.factories import AT, make_account, make_audit_entry, make_division, make_person
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


def test_a_token_is_made_for_a_person_whose_account_has_no_subject(database: DatabaseProxy, run: Run) -> None:
    url, account = url_of(database), make_account(subject=None)
    known, unknown = make_person(account=account), make_person()

    made = run("token", "issue", f"Person_{known.id}", "--name", "补发", DATABASE_URL=url)
    refused = run("token", "issue", f"Person_{unknown.id}", "--name", "补发", DATABASE_URL=url)

    token = find_token(made.stdout.strip(), datetime.now(UTC))
    assert token is not None
    assert token.account_id == account.id
    assert f"There is no account Person_{unknown.id}" in refused.stderr


def test_a_token_is_made_listed_and_revoked(database: DatabaseProxy, run: Run) -> None:
    url, home = url_of(database), make_division()

    missing = run("token", "issue", "ops:export", "--name", "夜间导出", DATABASE_URL=url)
    made = run(
        *("token", "issue", "ops:export", "--new", "导出", "--name", "夜间导出", "--scope", "read"),
        *("--division", home.code, "--expires", "2100-01-01T00:00:00+08:00"),
        DATABASE_URL=url,
    )
    text = made.stdout.strip()
    listed = run("token", "list", "ops:export", DATABASE_URL=url)
    revoked = [run("token", "revoke", text[:10], DATABASE_URL=url) for _ in range(2)]
    none = run("token", "list", "nobody", DATABASE_URL=url)

    assert (missing.exit_code, missing.stderr) == (
        1,
        "Error: There is no account ops:export; create it with --new NAME.\n",
    )
    assert re.fullmatch("lzg_.{43}", text)
    assert listed.stdout.split("\t") == [
        text[:10], "ops:export", "夜间导出", "read", home.code, "used never", "expires 2099-12-31T16:00:00+00:00\n",
    ]  # fmt: skip
    assert [done.exit_code for done in revoked] == [0, 1]
    assert "0 tokens in use begin with" in revoked[1].stderr
    assert find_token(text, AT) is None
    assert none.stdout == "nothing to show\n"
    entries: Any = AuditEntry.select().order_by(AuditEntry.id)
    assert [(entry.action.value, entry.account_id) for entry in entries] == [
        ("TOKEN_ISSUED", None), ("TOKEN_REVOKED", None),
    ]  # fmt: skip


def test_the_first_officer_is_made_by_the_command_line(database: DatabaseProxy, run: Run) -> None:
    city, url = make_division(DivisionLevel.CITY), url_of(database)

    granted = run("grant", "ops:chief", "CITY_OFFICER", city.code, "--new", "示范主管", DATABASE_URL=url)
    below = run("grant", "ops:chief", "CITY_OFFICER", make_division().code, DATABASE_URL=url)
    seat = run("grant", "ops:chief", "MEMBER", city.code, DATABASE_URL=url)

    assert granted.stdout == f"ops:chief is CITY_OFFICER over {city.name}\n"
    assert (below.exit_code, seat.exit_code) == (1, 2)
    assert "is granted over a city" in below.stderr
    account: Any = Account.get(Account.subject == "ops:chief")
    actor = actor_of(account.id, datetime.now(UTC))
    assert [(held.role, *held.part) for held in actor.held] == [(Role.CITY_OFFICER, city.code, city.last_code)]
    assert AuditEntry.get().action == AuditAction.GRANTED
