"""The change feed over GraphQL: cursors, what each viewer is told, pages, divisions, and what is refused."""

import contextlib
import threading
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.access.models.change import Change
from db.city import feed
from db.city.models import Issue
from db.issues import intake
from db.issues.models.duty import Duty
from db.issues.models.issue import Urgency
from db.kernel.database import database as proxy
from db.kernel.database import is_postgres, write
from tests import factories as make
from tests.asking import Asking
from tests.graph.test_statements import sent_by
from tests.town import build

CHANGES = """query ($after: SyncCursor, $types: [ChangedType!], $code: String, $scope: Scope!, $first: Int) {
    changes(after: $after, types: $types, divisionCode: $code, scope: $scope, first: $first) {
        changes { cursor type nodeId version kind at node { __typename id ... on Issue { title version } } }
        cursor hasMore
    }
}"""


@pytest.fixture
def ask(database: DatabaseProxy) -> Asking:
    """Return somebody who sends GraphQL to a town whose changes are committed."""
    return Asking(build())


def follow(ask: Asking, who: str | None, after: str | None, **asked: Any) -> Any:
    """Read one page of the feed."""
    answer = ask.answer(who, CHANGES, after=after, **{"scope": "SUBTREE", **asked})
    assert "errors" not in answer, answer
    return answer["data"]["changes"]


def refusal(ask: Asking, who: str | None, after: str, **asked: Any) -> str:
    """Expect the feed to be refused, and return the code."""
    [error] = ask.answer(who, CHANGES, after=after, **{"scope": "SUBTREE", **asked})["errors"]
    assert "changes" in error["path"]
    return error["extensions"]["code"]


def lines(page: Any) -> list[tuple[str, int, str]]:
    """List what a page tells."""
    return [(change["nodeId"], change["version"], change["kind"]) for change in page["changes"]]


def test_each_viewer_is_told_what_they_see(ask: Asking) -> None:
    started = {who: follow(ask, who, None)["cursor"] for who in ("staff", "resident", "stranger", None)}

    issue = f"Issue_{ask.town.submit()}"
    staff, stranger = (follow(ask, who, started[who]) for who in ("staff", "stranger"))

    assert lines(staff) == [(issue, 1, "CREATED")]
    [change] = staff["changes"]
    assert change["node"] == {"__typename": "Issue", "id": issue, "title": "示范小区路灯不亮", "version": 1}
    assert (change["cursor"], staff["hasMore"]) == (staff["cursor"], False)
    # What they are told of does not show, and what they have seen moves on.
    assert (stranger["changes"], stranger["hasMore"]) == ([], False)
    assert stranger["cursor"] != started["stranger"]

    given = {"urgency": Urgency.NORMAL, "duty": Duty.DISPUTE_RESOLUTION}
    ask.town.act("staff", intake.accept_issue, issue_id=int(issue[6:]), **given)

    accepted = [("Need_1", 1, "CREATED"), (issue, 2, "UPDATED")]
    assert sorted(lines(follow(ask, "staff", staff["cursor"]))) == sorted(accepted)
    assert sorted(lines(follow(ask, "stranger", stranger["cursor"]))) == sorted(accepted)
    # Who sees an issue reads its history.
    assert sorted(lines(follow(ask, None, started[None]))) == sorted([(issue, 1, "CREATED"), *accepted])


def test_a_transaction_that_is_open_holds_back_what_came_after_it_began(ask: Asking) -> None:
    row = ask.town.submit()
    start = follow(ask, "staff", None, types=["ISSUE"])["cursor"]
    is_written, is_read = threading.Event(), threading.Event()

    def hold() -> None:
        with proxy.obj.connection_context(), write():
            Issue.update(title="示范小区路灯又亮了").where(Issue.id == row).execute()
            is_written.set()
            assert is_read.wait(20)

    holding = threading.Thread(target=hold)
    holding.start()
    assert is_written.wait(20)
    # On SQLite one transaction writes at a time.
    after = [ask.town.submit()] if is_postgres() else []
    before_end = follow(ask, "staff", start, types=["ISSUE"])
    is_read.set()
    holding.join(20)

    assert (before_end["changes"], before_end["hasMore"], before_end["cursor"]) == ([], False, start)
    told = lines(follow(ask, "staff", before_end["cursor"], types=["ISSUE"]))
    assert told == [(f"Issue_{row}", 1, "UPDATED"), *((f"Issue_{one}", 1, "CREATED") for one in after)]


def test_what_a_viewer_does_not_see_any_more_is_gone_and_what_they_never_saw_is_not_told(ask: Asking) -> None:
    row = ask.town.submit()
    cursors = {who: follow(ask, who, None, types=["ISSUE"])["cursor"] for who in ("resident", "staff", "stranger")}

    # The reporter's account is taken off, as a purge does it.
    Issue.update(reporter=None).where(Issue.id == row).execute()

    told = {who: follow(ask, who, cursor, types=["ISSUE"]) for who, cursor in cursors.items()}
    assert lines(told["resident"]) == [(f"Issue_{row}", 1, "GONE")]
    assert told["resident"]["changes"][0]["node"] is None
    assert lines(told["staff"]) == [(f"Issue_{row}", 1, "UPDATED")]
    assert lines(told["stranger"]) == []


def test_a_page_is_three_statements_and_goes_on_where_the_last_one_ended(ask: Asking, database: DatabaseProxy) -> None:
    start = follow(ask, "staff", None)["cursor"]
    rows = [ask.town.submit() for _ in range(5)]
    follow(ask, "staff", start)

    with sent_by(database.connection()) as sent:
        page = follow(ask, "staff", start, first=2)
    assert len(sent) == 3 + 3  # And three to know who asks.
    last = follow(ask, "staff", None)["cursor"]
    with sent_by(database.connection()) as sent:
        follow(ask, "staff", last)
    assert len(sent) == 1 + 3

    found = lines(page)
    while page["hasMore"]:
        assert page["changes"][-1]["cursor"] == page["cursor"]
        page = follow(ask, "staff", page["cursor"], first=2)
        found += lines(page)
    assert found == [(f"Issue_{row}", 1, "CREATED") for row in rows]
    assert follow(ask, "staff", page["cursor"])["changes"] == []


def test_a_page_looks_at_a_bounded_number_of_changes(ask: Asking) -> None:
    start = follow(ask, None, None)["cursor"]
    ask.town.submit()
    values = Change.select().where(Change.type == "Issue").dicts()[0]
    del values["id"]
    Change.insert_many([values] * feed.WINDOW).execute()

    first = follow(ask, None, start)
    second = follow(ask, None, first["cursor"])

    assert (first["changes"], first["hasMore"]) == ([], True)
    assert (second["changes"], second["hasMore"]) == ([], False)
    assert len({start, first["cursor"], second["cursor"]}) == 3


def test_the_feed_of_a_division_tells_of_what_moves_in_and_out(ask: Asking) -> None:
    town = ask.town
    row = town.accept()
    home, next_door = town.home.division_code, town.next_door.division_code
    asked = [{"code": code, "types": ["ISSUE"]} for code in (home, next_door, town.street.code, town.district.code)]
    asked += [{**asked[2], "scope": "SELF"}, {**asked[2], "scope": "CHILDREN"}]
    starts = [follow(ask, None, None, **one)["cursor"] for one in asked]

    Issue.update(division_code=next_door, committee=town.next_door).where(Issue.id == row).execute()

    told = [lines(follow(ask, None, start, **one)) for start, one in zip(starts, asked, strict=True)]
    gone, moved = [(f"Issue_{row}", 2, "GONE")], [(f"Issue_{row}", 2, "UPDATED")]
    assert told == [gone, moved, moved, moved, [], moved]


def test_a_cursor_is_of_what_it_was_asked_for_and_of_who_asked(ask: Asking) -> None:
    cursor = follow(ask, "staff", None, types=["ISSUE"])["cursor"]

    assert refusal(ask, "staff", cursor) == "INVALID_CURSOR"
    assert refusal(ask, "staff", cursor, types=["ISSUE"], code=ask.town.home.division_code) == "INVALID_CURSOR"
    assert refusal(ask, "staff", "anything", types=["ISSUE"]) == "INVALID_CURSOR"
    assert refusal(ask, "stranger", cursor, types=["ISSUE"]) == "CURSOR_TOO_OLD"
    make.make_role_grant(Role.STAFF, ask.town.far.division, account=ask.town.accounts["staff"])
    assert refusal(ask, "staff", cursor, types=["ISSUE"]) == "CURSOR_TOO_OLD"


def test_what_is_rolled_back_is_not_told(ask: Asking) -> None:
    start = follow(ask, "staff", None)["cursor"]

    with write():
        with contextlib.suppress(ZeroDivisionError), write():
            divmod(1, ask.town.submit() - ask.town.submit() + 1)
        kept = ask.town.submit()

    assert lines(follow(ask, "staff", start)) == [(f"Issue_{kept}", 1, "CREATED")]
