"""Messages in any order, and at once: reporters are counted once (I29), ledgers replayed (I30), numbers whole (I31)."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from peewee import DatabaseProxy

from db.city import models
from db.city.clock import tick
from db.kernel.database import write
from db.messages.models import ChannelMessage
from tests.asking import Asking
from tests.factories import AT
from tests.messages.invariants import check, check_histories
from tests.messages.post import ISSUE, TOLD, Post
from tests.threads import at_once
from tests.town import build

STEPS = 40
NAMES = (
    "take_in", "take_in", "take_in", "convert", "convert", "link", "link", "answer", "discard", "restore", "accept",
    "assign", "progress", "merge", "merge", "merge", "unmerge", "unmerge", "unmerge", "withdraw", "clock",
)  # fmt: skip


class Life:
    """What is done with the messages and issues of one community, at random."""

    def __init__(self, post: Post, rng: Random) -> None:
        self.post, self.rng, self.at, self.done = post, rng, AT, set[str]()

    def step(self) -> None:
        """Take one step, which may be refused."""
        name = self.rng.choice(NAMES)
        refused = getattr(self, name)()
        if refused is not None:
            self.done.add(f"{name} refused" if refused else name)
        check()

    def take_in(self) -> Any:
        who = self.rng.choice(["staff", "resident", "subdistrict"])
        is_wrong = self.rng.random() < 0.2
        topic = self.rng.choice(["HOU-01", "ENV-02"])
        given: dict[str, Any] = {"contactName": self.rng.choice([None, "赵示范"])}
        given |= {"siteId": "Site_99"} if is_wrong else {}
        return self.post.take_in(who, self.at, topicCode=topic, **given)["userErrors"]

    def clock(self) -> Any:
        self.at += timedelta(days=self.rng.choice([0, 1, 4]))
        tick(self.at)

    def convert(self) -> Any:
        return self._on_message("convertMessage", **ISSUE)

    def link(self) -> Any:
        return self._on_message("linkMessage", issueId=self._issue())

    def answer(self) -> Any:
        return self._on_message("answerMessage", reply="示范答复")

    def discard(self) -> Any:
        return self._on_message("discardMessage", reason="NO_CONTENT")

    def restore(self) -> Any:
        return self._on_message("restoreMessage")

    def accept(self) -> Any:
        given = {"issueId": self._issue("SUBMITTED"), "urgency": "NORMAL", "duty": "PUBLIC_BENEFIT_SERVICE"}
        return self.post.do("staff", "acceptIssue", self.at, **given)

    def assign(self) -> Any:
        return self.assign_to_unit(self._issue("ACCEPTED"))

    def assign_to_unit(self, issue: str) -> Any:
        """Let the unit handle an issue."""
        unit = self.post.town.unit
        assert unit is not None
        return self.post.do("staff", "assignIssue", self.at, issueId=issue, handlerId=f"Organization_{unit.id}")

    def progress(self) -> Any:
        issue = self._issue("IN_PROGRESS")
        return self.post.do("contact", "reportProgress", self.at, issueId=issue, percent=50, text="示范进展")

    def merge(self) -> Any:
        return self.post.do("staff", "mergeIssue", self.at, issueId=self._issue("ACCEPTED"), masterId=self._issue())

    def unmerge(self) -> Any:
        return self.post.do("staff", "unmergeIssue", self.at, issueId=self._issue("MERGED"), reason="示范")

    def withdraw(self) -> Any:
        given = {"issueId": self._issue(), "reason": "示范", "reporterConsent": "电话同意"}
        return self.post.do("staff", "withdrawIssue", self.at, **given)

    def _on_message(self, name: str, **given: Any) -> Any:
        ids = sorted(row.id for row in ChannelMessage.find_all())
        if not ids:
            return None
        return self.post.do("staff", name, self.at, messageId=f"ChannelMessage_{self.rng.choice(ids)}", **given)

    def _issue(self, state: str | None = None) -> str:
        """Choose an issue: mostly one in a state, if there is one."""
        issues = sorted(models.Issue.select(), key=lambda issue: issue.id)
        fitting = [issue for issue in issues if issue.state == state and self.rng.random() < 0.8]
        ids = [issue.id for issue in fitting or issues] or [99]
        return f"Issue_{self.rng.choice(ids)}"


def test_whatever_is_done_with_messages_reporters_and_numbers_are_whole(scratch: DatabaseProxy) -> None:
    done = set[str]()
    post = Post(Asking(build()))
    _, *handled = (post.town.accept() for _ in range(3))
    for issue_id in handled:
        Life(post, Random(0)).assign_to_unit(f"Issue_{issue_id}")

    @given(seed=st.integers(0, 2**32))
    @settings(
        max_examples=20, derandomize=True, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    def live(seed: int) -> None:
        with scratch.savepoint() as undo:
            life = Life(post, Random(seed))
            for _ in range(STEPS):
                life.step()
            check_histories()
            done.update(life.done)
            undo.rollback()

    live()
    assert done >= set(NAMES) - {"clock"}


def test_messages_that_come_in_at_once_are_numbered_without_gaps(database: DatabaseProxy) -> None:
    post = Post(Asking(build()))

    class Undone(Exception):
        """Ends a transaction."""

    def undo() -> None:
        with write():
            post.message()
            raise Undone

    def take_in() -> Any:
        rows = [{"divisionCode": post.code, **TOLD}, {"divisionCode": post.code, **TOLD, "siteId": "Site_99"}]
        post.message()
        with pytest.raises(Undone):
            undo()
        post.ask.change("staff", "takeInMessages", "__typename", rows=rows)
        post.ask.change("staff", "takeInMessages", "__typename", rows=rows, errorPolicy="SKIP_FAILED")
        return post.do("staff", "takeInMessage", divisionCode=post.code, **TOLD, dryRun=True)

    assert at_once(6, take_in) == [[]] * 6
    assert ChannelMessage.select().count() == 12
    check()
    check_histories()


def test_a_message_comes_to_one_thing_whoever_is_first(database: DatabaseProxy) -> None:
    post = Post(Asking(build()))
    message, other = post.message(), post.message()

    refused = at_once(6, lambda: post.do("staff", "convertMessage", messageId=message, **ISSUE))

    assert sorted(refused, key=len) == [[], *[[("ILLEGAL_TRANSITION", ["messageId"])]] * 5]
    assert models.Issue.select().count() == 1
    issue = f"Issue_{models.Issue.get().id}"
    refused = at_once(6, lambda: post.do("subdistrict", "linkMessage", messageId=other, issueId=issue))
    assert sorted(refused, key=len) == [[], *[[("ILLEGAL_TRANSITION", ["messageId"])]] * 5]
    assert models.Issue.get().reporter_count == 2
    check()
    check_histories()


def test_messages_are_linked_while_their_issues_are_merged(database: DatabaseProxy) -> None:
    post = Post(Asking(build()))
    town = post.town
    issues = [town.accept() for _ in range(4)]
    messages = iter([post.message() for _ in range(12)])
    merges = iter([(first, second) for first in issues for second in issues if first != second])

    def link_or_merge() -> Any:
        first, second = next(merges)
        merged = post.do("staff", "mergeIssue", issueId=f"Issue_{first}", masterId=f"Issue_{second}")
        linked = post.do("staff", "linkMessage", messageId=next(messages), issueId=f"Issue_{first}")
        return [code for code, _ in merged], linked

    answers = at_once(12, link_or_merge)

    # Each message found the issue that goes on, whenever it was merged.
    assert [linked for _, linked in answers] == [[]] * 12
    assert {code for codes, _ in answers for code in codes} <= {"ILLEGAL_TRANSITION", "INVALID_INPUT"}
    going_on = [issue for issue in models.Issue.select() if issue.merged_into_id is None]
    assert sum(issue.reporter_count for issue in going_on) == len(issues) + 12
    check()
    check_histories()
