"""Which open issues a message may be about: the score, its reasons, and what is looked at (疑似重复)."""

from datetime import timedelta
from typing import Any

import pytest

from db.issues.lifecycle import IssueState
from db.messages.duplicates import Told, compare
from db.messages.models import ChannelMessage, MessageCandidate
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.messages.post import TOLD, Post, row

DAY = timedelta(days=1)
TEXT = "三号楼前的路灯坏了三天"


@pytest.fixture
def post(ask: Asking) -> Post:
    return Post(ask)


@pytest.mark.parametrize(
    ("message", "issue", "is_same_caller", "expected"),
    [
        (Told("HOU-01", None, None, "路灯"), Told("HOU-01", None, None, "垃圾"), False, (40, ["SAME_TOPIC"])),
        (Told("HOU-01", 7, "三号楼", "路灯"), Told("HOU-02", 7, "四号楼", "垃圾"), False, (30, ["SAME_SITE"])),
        (Told(None, None, "三号楼", "路灯"), Told(None, 7, "三号楼", "垃圾"), False, (30, ["SAME_SITE"])),
        (Told(None, None, None, "路灯"), Told(None, None, None, "垃圾"), True, (20, ["SAME_CALLER"])),
        # Of 路灯, 灯坏, 坏了 and 路灯, 灯不, 不亮 one pair of six is common, and counts twice.
        (Told(None, None, None, "路灯坏了"), Told(None, None, None, "路灯不亮"), False, (10, [])),
        # Three of four pairs, without blanks and full stops: 30 times six eighths, rounded half up.
        (Told(None, None, None, "路灯 坏了。"), Told(None, None, None, "路灯坏了很久"), False, (23, ["ALIKE_TEXT"])),
        (Told(None, None, None, TEXT), Told(None, None, None, TEXT), False, (30, ["ALIKE_TEXT"])),
        (
            Told("HOU-01", 7, None, TEXT),
            Told("HOU-01", 7, None, TEXT),
            True,
            (100, ["SAME_TOPIC", "SAME_SITE", "SAME_CALLER", "ALIKE_TEXT"]),
        ),
        (Told(None, None, None, "灯"), Told(None, None, None, "灯"), False, (0, [])),
    ],
)
def test_the_score_is_the_sum_of_what_both_have(
    message: Told, issue: Told, is_same_caller: bool, expected: Any
) -> None:
    assert compare(message, issue, is_same_caller) == expected


def issue_at_home(post: Post, phone: str | None = None, **values: Any) -> int:
    given = {"state": IssueState.ACCEPTED, "topic_code": "HOU-01", "place": "三号楼", "description": "无", **values}
    issue = make.make_issue(committee=post.town.home, **given)
    if phone is not None:
        make.make_issue_contact(issue, phone=phone)
    return issue.id


def candidates(post: Post, at: Any = AT, **given: Any) -> list[tuple[int, int, str]]:
    """Take in a message, and list the issues that it may be about with their scores and reasons."""
    message = post.message(at=at, **given)
    found = MessageCandidate.select().where(MessageCandidate.message == row(message))
    return [(one.issue_id, one.score, one.reasons) for one in found.order_by(MessageCandidate.id)]


def test_open_issues_of_the_community_and_the_last_month_are_looked_at(post: Post) -> None:
    oldest = issue_at_home(post, created_at=AT - 30 * DAY)
    issue_at_home(post, created_at=AT - 31 * DAY)
    issue_at_home(post, state=IssueState.CLOSED)
    make.make_issue(IssueState.ACCEPTED, post.town.next_door, topic_code="HOU-01", place="三号楼")
    private = issue_at_home(post, state=IssueState.SUBMITTED)

    assert candidates(post) == [(oldest, 70, "SAME_TOPIC SAME_SITE"), (private, 70, "SAME_TOPIC SAME_SITE")]


def test_from_a_score_on_an_issue_is_suggested_at_most_five_of_them(post: Post) -> None:
    # 40 of the topic and 30 times two thirds of the texts, and a little less.
    enough = issue_at_home(post, place=None, description="路灯坏了")
    issue_at_home(post, place=None, description="路灯坏掉")
    assert candidates(post, text="路灯坏掉了")[0][0] == enough + 1
    few = candidates(post, text="路灯坏了吗谁知道啊")
    assert few == []
    best = [issue_at_home(post) for _ in range(7)]
    assert [one[0] for one in candidates(post, text="别的事")] == best[:5]


def test_a_district_says_from_which_score_on_and_how_far_back(post: Post) -> None:
    issue = issue_at_home(post, place=None, created_at=AT - 40 * DAY)
    assert candidates(post) == []

    for key, value in (("DEDUP_SCORE", 40), ("DEDUP_DAYS", 40)):
        given = {"key": key, "value": value, "divisionCode": post.town.district.code}
        assert post.do("district", "setSetting", **given) == []

    assert candidates(post) == [(issue, 40, "SAME_TOPIC")]


def test_the_same_caller_is_known_by_the_number_for_a_week(post: Post) -> None:
    reported = issue_at_home(post, TOLD["contactPhone"], place=None, created_at=AT - 7 * DAY)
    of_another = issue_at_home(post, "13900000000", place=None)

    assert candidates(post) == [(reported, 60, "SAME_TOPIC SAME_CALLER")]
    assert candidates(post, AT + timedelta(seconds=1)) == []
    assert candidates(post, contactPhone=None) == []

    # Or by another message about the issue.
    linked = post.message(topicCode=None)
    assert post.do("staff", "linkMessage", messageId=linked, issueId=f"Issue_{of_another}") == []
    assert candidates(post) == [(reported, 60, "SAME_TOPIC SAME_CALLER"), (of_another, 60, "SAME_TOPIC SAME_CALLER")]
    assert candidates(post, AT + 8 * DAY) == []


def test_nothing_is_joined_by_itself(post: Post) -> None:
    issue = issue_at_home(post, TOLD["contactPhone"], description=TEXT)

    assert candidates(post) == [(issue, 100, "SAME_TOPIC SAME_SITE SAME_CALLER ALIKE_TEXT")]
    message = ChannelMessage.get()
    assert (message.state, message.issue_id) == ("RECEIVED", None)
