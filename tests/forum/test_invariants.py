"""Sessions of the forum in any order, and at once: what is closed is settled (I28), and a room is taken once."""

from itertools import count
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from peewee import DatabaseProxy

from db.city import models
from db.city.journal_check import verify_journals
from db.forum.models import ForumSession, Statement, StatementOutcome
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.forum.invariants import check
from tests.forum.sitting import DAY, ISSUE, OPENED, PROPOSAL, Forum
from tests.threads import at_once
from tests.town import build

STEPS = 25


class Life:
    """What is done with the sessions of one committee, at random."""

    def __init__(self, forum: Forum, room: str, rng: Random) -> None:
        self.forum, self.room, self.rng, self.done = forum, room, rng, set[str]()

    def step(self) -> None:
        """Take one step, which may be refused."""
        names = ["schedule", "say", "say", "say", "hold", "settle", "settle", "settle", "close", "cancel"]
        name = self.rng.choice(names)
        done = getattr(self, name)()
        if done is not None:
            self.done.add(f"{name} refused" if done else name)
        check()

    def schedule(self) -> Any:
        room = {"roomId": self.room, "place": None} if self.rng.random() < 0.6 else {}
        return self.forum.schedule(**room)["userErrors"]

    def say(self) -> Any:
        who = self.rng.choice(["resident", "neighbour", "staff"])
        by = {"speakerName": "孙示范"} if who == "staff" else {"isAnonymous": self.rng.random() < 0.5}
        return self._on_session(who, "addStatement", text="示范发言", **by)

    def hold(self) -> Any:
        return self._on_session("director", "holdForum", participantCount=9)

    def close(self) -> Any:
        return self._on_session("staff", "closeForum", summary="示范小结")

    def cancel(self) -> Any:
        return self._on_session("staff", "cancelForum", reason="示范")

    def settle(self) -> Any:
        """Settle one of the statements, whatever it needs."""
        said = sorted(row.id for row in Statement.find_all())
        if not said:
            return None
        outcome = self.rng.choice(list(StatementOutcome))
        open_issue = models.Issue.select(models.Issue.id).where(models.Issue.number == "LZ-1").scalar()
        needed: dict[StatementOutcome, dict[str, Any]] = {
            StatementOutcome.ISSUE: {"issue": ISSUE}, StatementOutcome.JOINED: {"issueId": f"Issue_{open_issue}"},
            StatementOutcome.PROPOSAL: {"proposal": PROPOSAL}, StatementOutcome.ANSWERED: {"answer": "示范答复"},
        }  # fmt: skip
        given = {"statementId": f"Statement_{self.rng.choice(said)}", "outcome": outcome.value}
        refused = self.forum.do("director", "settleStatement", **given, **needed.get(outcome, {}))
        if not refused:
            self.done.add(outcome.value)
        return refused

    def _on_session(self, who: str, name: str, **given: Any) -> Any:
        ids = sorted(row.id for row in ForumSession.find_all())
        if not ids:
            return None
        return self.forum.do(who, name, sessionId=f"ForumSession_{self.rng.choice(ids)}", **given)


def _forum() -> tuple[Forum, str]:
    """Make a forum with a room, a meeting ahead and an open issue."""
    forum = Forum(Asking(build()))
    make.make_meeting(forum.town.home, scheduled_at=AT + 9 * DAY)
    make.make_issue(committee=forum.town.home, number="LZ-1", reporter=forum.town.accounts["neighbour"])
    return forum, f"Resource_{forum.room().id}"


def test_whatever_is_done_with_sessions_what_is_closed_is_settled(scratch: DatabaseProxy) -> None:
    done = set[str]()
    forum, room = _forum()

    @given(seed=st.integers(0, 2**32))
    @settings(
        max_examples=12, derandomize=True, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    def live(seed: int) -> None:
        with scratch.savepoint() as undo:
            life = Life(forum, room, Random(seed))
            for _ in range(STEPS):
                life.step()
            subjects = ("ForumSession", "Booking")
            assert [found for found in verify_journals().findings if found.subject_type in subjects] == []
            done.update(life.done)
            undo.rollback()

    live()
    steps = ("schedule", "say", "hold", "settle", "close", "cancel")
    assert done == {*steps, *(f"{name} refused" for name in steps), *(one.value for one in StatementOutcome)}


def test_what_happens_at_once_happens_once(database: DatabaseProxy) -> None:
    forum, room = _forum()

    answers = at_once(4, lambda: forum.schedule(roomId=room, place=None))

    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert codes == ["SLOT_CONFLICT"] * 3
    check()

    [session] = [answer["forumSession"]["id"] for answer in answers if not answer["userErrors"]]
    at_once(4, lambda: forum.say("resident", session))
    assert forum.do("director", "holdForum", sessionId=session, participantCount=9) == []
    check()

    first, *others = sorted(row.id for row in Statement.find_all())
    settle = {"outcome": "ISSUE", "issue": ISSUE}
    refused = at_once(4, lambda: forum.do("director", "settleStatement", statementId=f"Statement_{first}", **settle))
    assert sorted(refused, key=len) == [[], *[[("LIMIT_REACHED", ["statementId"])]] * 3]
    check()

    # While the others are settled, somebody closes and somebody speaks: whatever comes first, I28 holds.
    number = count()

    def settle_close_or_speak() -> Any:
        at = next(number)
        if at < len(others):
            given = {"statementId": f"Statement_{others[at]}", "outcome": "NO_ACTION"}
            return forum.do("director", "settleStatement", **given)
        if at == len(others):
            return forum.do("staff", "closeForum", sessionId=session, summary="示范小结")
        return forum.do("neighbour", "addStatement", OPENED, sessionId=session, text="示范发言")

    at_once(len(others) + 2, settle_close_or_speak)
    check()
