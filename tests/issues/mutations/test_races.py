"""Atomic operations at once: one that lost against another is run again as a whole."""

import threading
from typing import Any

from peewee import DatabaseProxy

from db.city import models
from db.kernel.database import database as proxy
from tests.asking import Asking
from tests.town import build, ledger_of

ROUNDS = 5
TEXT = """mutation ($first: CommentIssueInput!, $second: CommentIssueInput!) @atomic {
    first: commentIssue(input: $first) { userErrors { code } event { seq } }
    second: commentIssue(input: $second) { userErrors { code } event { seq } }
}"""


def test_atomic_operations_that_lock_crosswise_both_happen(database: DatabaseProxy) -> None:
    ask = Asking(build())
    issues = [ask.town.accept() for _ in range(2)]
    together = threading.Barrier(2, timeout=20)
    answers: list[Any] = []

    def comment(who: str, order: list[int]) -> None:
        first, second = ({"issueId": f"Issue_{issue}", "text": "还是不亮"} for issue in order)
        try:
            for _ in range(ROUNDS):
                together.wait()
                answers.append(ask.answer(who, TEXT, first=first, second=second))
        finally:
            proxy.close()

    threads = [
        threading.Thread(target=comment, args=("resident", issues)),
        threading.Thread(target=comment, args=("neighbour", issues[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.get("errors") for answer in answers] == [None] * (2 * ROUNDS)
    refusals = [answer["data"][name]["userErrors"] for answer in answers for name in ("first", "second")]
    assert refusals == [[]] * (4 * ROUNDS)
    assert [ledger_of(issue).count("NOTE") for issue in issues] == [2 * ROUNDS] * 2
    assert models.Comment.select().count() == 4 * ROUNDS
