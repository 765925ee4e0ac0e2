"""What the clock does for messages and contacts: reminders, the office above, replies that fall due, what is erased."""

from datetime import timedelta
from typing import Any

import pytest

from db.access.models.notice import Notice, NoticeKind
from db.access.models.purge import PurgeRun
from db.city import models
from db.city.clock import tick
from db.issues.lifecycle import IssueOutcome, IssueState
from db.kernel.fields import utc_text
from db.messages.models import ChannelMessage, MessageContact, MessageState
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.messages.factories import make_channel_message, make_message_contact
from tests.messages.post import ISSUE, Post

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
CLOSED = {"state": IssueState.CLOSED, "outcome": IssueOutcome.RESOLVED}


@pytest.fixture
def post(ask: Asking) -> Post:
    return Post(ask)


def told() -> list[tuple[str, str]]:
    """List who was told of a reply that is due: the role, and the office by the length of its code's end."""
    notices = Notice.select().where(Notice.kind == NoticeKind.REPLY_DUE).order_by(Notice.id)
    return [(str(one.role), one.office_code) for one in notices]


def test_staff_is_reminded_after_a_working_day_and_the_office_above_told_after_five(post: Post) -> None:
    message = post.message()
    staff, above = ("STAFF", post.code), ("SUBDISTRICT_OFFICER", post.town.street.code)

    tick(AT + DAY - SECOND)
    assert told() == []
    tick(AT + DAY)
    tick(AT + 2 * DAY)
    assert told() == [staff]
    # Monday of the next week.
    tick(AT + 7 * DAY - SECOND)
    assert told() == [staff]
    tick(AT + 7 * DAY)
    tick(AT + 8 * DAY)
    assert told() == [staff, above]
    # Whoever restores it has as long again.
    at = AT + 8 * DAY
    assert post.do("staff", "discardMessage", at, messageId=message, reason="MISDIALLED") == []
    tick(at + DAY)
    assert post.do("staff", "restoreMessage", at + DAY, messageId=message) == []
    tick(at + DAY)
    assert told() == [staff, above]
    tick(at + 2 * DAY)
    assert told() == [staff, above, staff]


def test_settings_say_how_long_a_message_waits(post: Post) -> None:
    for key, value in (("MESSAGE_REPLY_WD", 2), ("MESSAGE_LATEST_WD", 2)):
        given = {"key": key, "value": value, "divisionCode": post.town.district.code}
        assert post.do("district", "setSetting", **given) == []
    post.message()

    tick(AT + DAY)
    assert told() == []
    tick(AT + 2 * DAY)
    assert [role for role, _ in told()] == ["STAFF", "SUBDISTRICT_OFFICER"]


def test_the_reply_is_due_once_the_issue_is_over(post: Post) -> None:
    message = post.message()
    assert post.do("staff", "convertMessage", messageId=message, **ISSUE) == []
    issue = models.Issue.get()
    tick(AT + 3 * DAY)
    assert (told(), post.read("staff", message, "replyDueAt")) == ([], {"replyDueAt": None})

    at = AT + 9 * DAY
    issue.change(**CLOSED, closed_at=at, updated_at=at)
    tick(at)
    tick(at + 2 * DAY)
    assert told() == [("STAFF", post.code)]
    assert Notice.get(Notice.kind == NoticeKind.REPLY_DUE).issue_id == issue.id
    assert post.read("staff", message, "replyDueAt") == {"replyDueAt": utc_text(at + DAY)}
    # It goes on again, and nothing is due until it is over once more.
    issue.change(state=IssueState.IN_PROGRESS, outcome=None, closed_at=None)
    tick(at + 2 * DAY)
    assert post.read("staff", message, "replyDueAt") == {"replyDueAt": None}
    issue.change(**CLOSED, closed_at=at)
    tick(at + 7 * DAY)
    assert told() == [("STAFF", post.code)] * 2
    assert post.do("staff", "answerMessage", at + 7 * DAY, messageId=message, reply="已修好") == []
    tick(at + 30 * DAY)
    assert len(told()) == 2


def test_with_a_merged_issue_the_reply_waits_for_the_one_that_goes_on(post: Post) -> None:
    master = make.make_issue(IssueState.ACCEPTED, post.town.home, number="LZ-1")
    merged = make.make_issue(IssueState.MERGED, post.town.home, number="LZ-2", merged_into=master)
    make_channel_message(post.town.home.division, state=MessageState.CONVERTED, issue=merged)

    tick(AT)
    assert told() == []
    master.change(**CLOSED, closed_at=AT)
    tick(AT)
    assert told() == [("STAFF", post.code)]


def in_time(post: Post, at: Any) -> Any:
    shows = "stats { messageCount duplicateShare repliedInTimeShare }"
    text = f'{{ division(code: "{post.town.district.code}") {{ {shows} }} }}'
    return list(post.ask.answer("district", text, at)["data"]["division"]["stats"].values())


def test_figures_of_messages(post: Post) -> None:
    make.make_issue(IssueState.ACCEPTED, post.town.home, number="LZ-1")
    assert in_time(post, AT) == [0, "0.0", "0.0"]
    first, second, third = (post.message() for _ in range(3))
    assert in_time(post, AT) == [3, "0.0", "0.0"]

    assert post.do("staff", "answerMessage", AT + DAY, messageId=first, reply="已答") == []
    assert post.do("staff", "answerMessage", AT + DAY + SECOND, messageId=second, reply="已答") == []
    assert in_time(post, AT + DAY) == [3, "0.0", "50.0"]
    assert in_time(post, AT + DAY + SECOND) == [3, "0.0", "33.3"]
    assert post.do("staff", "linkMessage", messageId=third, issueNumber="LZ-1") == []
    assert in_time(post, AT + DAY + SECOND) == [3, "33.3", "50.0"]


def test_contacts_are_erased_a_year_after_the_end(post: Post) -> None:
    home = post.town.home.division
    year, early = AT - 365 * DAY, AT - 365 * DAY + SECOND
    over = make.make_issue(committee=post.town.home, **CLOSED, closed_at=year, updated_at=year)
    just_over = make.make_issue(committee=post.town.home, **CLOSED, closed_at=early, updated_at=early)
    working = make.make_issue(IssueState.IN_PROGRESS, post.town.home, updated_at=year)
    merged = {
        goes_on.id: make.make_issue(IssueState.MERGED, post.town.home, merged_into=goes_on, updated_at=year)
        for goes_on in (over, just_over, working)
    }
    messages = {
        "over": {"state": MessageState.CONVERTED, "issue": over, "settled_at": year},
        "over, replied later": {
            "state": MessageState.LINKED, "issue": over, "settled_at": year, "reply": "答复", "replied_at": early,
        },
        "answered": {"state": MessageState.ANSWERED, "settled_at": year, "replied_at": year},
        "answered later": {"state": MessageState.ANSWERED, "settled_at": early, "replied_at": early},
        "discarded": {"state": MessageState.DISCARDED, "settled_at": year},
        "just over": {"state": MessageState.CONVERTED, "issue": just_over, "settled_at": year},
        "at work": {"state": MessageState.LINKED, "issue": working, "settled_at": year},
        "received": {"state": MessageState.RECEIVED, "received_at": year},
    }  # fmt: skip
    ids = {make_channel_message(home, **values).id: name for name, values in messages.items()}
    for message_id in ids:
        make_message_contact(ChannelMessage.get_by_id(message_id))
    issues = {
        over.id: "over", just_over.id: "just over", working.id: "at work", merged[over.id].id: "merged, over",
        merged[just_over.id].id: "merged, just over", merged[working.id].id: "merged, at work",
    }  # fmt: skip
    for issue_id in issues:
        make.make_issue_contact(models.Issue.get_by_id(issue_id))

    tick(AT)

    runs = {(run.rule, run.before, run.count) for run in PurgeRun.select()}
    assert runs == {("message.contact", year, 3), ("issue.contact", year, 2)}
    kept = {ids[one.message_id] for one in MessageContact.select()}
    assert kept == {"over, replied later", "answered later", "just over", "at work", "received"}
    left = {issues[one.get_id()] for one in models.IssueContact.select()}
    assert left == {"just over", "at work", "merged, just over", "merged, at work"}


def test_a_district_may_keep_contacts_for_less(post: Post) -> None:
    given = {"key": "MESSAGE_KEEP_DAYS", "value": 90, "divisionCode": post.town.district.code}
    assert post.do("district", "setSetting", **given) == []
    for committee in (post.town.home, post.town.far):
        long_ago = {"settled_at": AT - 90 * DAY, "replied_at": AT - 90 * DAY}
        make_message_contact(make_channel_message(committee.division, state=MessageState.ANSWERED, **long_ago))

    tick(AT)

    assert [one.division_code for one in MessageContact.select()] == [post.town.far.division_code]
