"""A message from its intake to its reply, and what is refused on the way (热线信箱)."""

from datetime import timedelta
from typing import Any

import pytest

from db.city import models
from db.city.journal_check import verify_journals
from db.issues.lifecycle import IssueState
from db.kernel.fields import utc_text
from db.messages.models import ChannelMessage, MessageContact
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.messages.post import ISSUE, TOLD, Post, issue_of, row
from tests.town import last_of

DAY = timedelta(days=1)


@pytest.fixture
def post(ask: Asking) -> Post:
    return Post(ask)


def test_a_message_becomes_an_issue_with_its_channel_and_contact(post: Post) -> None:
    site = make.make_site(post.town.home.division)
    shows = (
        "message { id number state channel receivedAt replyDueAt isLinked site { name } } event { action actorName }"
    )
    made = post.take_in(shows=shows, siteId=f"Site_{site.id}")
    message = made["message"]
    assert message["number"] == f"LX-{post.code}-2026-000001"
    assert (message["state"], message["isLinked"], message["receivedAt"]) == ("RECEIVED", False, utc_text(AT))
    # On Monday at four in the afternoon: until the same time on Tuesday.
    assert message["replyDueAt"] == utc_text(AT + DAY)
    assert message["site"] == {"name": site.name}
    assert made["event"] == {"action": "CREATE", "actorName": "示范staff"}

    done = post.ask.change(
        "staff", "convertMessage", "message { state replyDueAt } issue { id } event { action issue { id } }",
        messageId=message["id"], **ISSUE,
    )  # fmt: skip
    assert done["message"] == {"state": "CONVERTED", "replyDueAt": None}
    issue = issue_of(done["issue"]["id"])
    assert done["event"] == {"action": "CONVERT", "issue": {"id": f"Issue_{issue.id}"}}
    assert (issue.channel, issue.description, issue.topic_code, issue.place) == (
        "HOTLINE", TOLD["text"], "HOU-01", "三号楼",
    )  # fmt: skip
    assert (issue.site_id, issue.is_anonymous, issue.reporter_id, issue.reporter_count) == (site.id, False, None, 1)
    contact = models.IssueContact.get_by_id(issue.id)
    assert (contact.name, contact.phone, contact.address) == ("赵示范", "13800000001", None)
    assert post.do("staff", "convertMessage", messageId=message["id"], **ISSUE) == [
        ("ILLEGAL_TRANSITION", ["messageId"])
    ]
    assert models.Issue.select().count() == 1
    assert not [one for one in verify_journals().findings if one.subject_type == "ChannelMessage"]


def test_what_is_said_of_the_issue_goes_before_what_the_message_says(post: Post) -> None:
    message = post.message(text="长" * 2001, contactName=None, contactPhone=None)
    assert post.do("staff", "convertMessage", messageId=message, **ISSUE) == [("INVALID_INPUT", ["description"])]
    given = {"description": "路灯不亮", "place": "四号楼", "topicCode": "ENV-02"}
    assert post.do("staff", "convertMessage", messageId=message, **ISSUE, **given) == []

    issue = models.Issue.get()
    assert (issue.description, issue.place, issue.topic_code) == ("路灯不亮", "四号楼", "ENV-02")
    # Nobody is known who could be asked.
    assert issue.is_anonymous
    assert not models.IssueContact.select().exists()


def test_a_message_joins_an_open_issue_and_counts_as_a_reporter(post: Post) -> None:
    issue = make.make_issue(IssueState.IN_PROGRESS, post.town.home, number="LZ-1")
    message = post.message("resident")

    shows = "message { state isLinked issue { id } } issue { reporterCount version } event { action }"
    done = post.ask.change("staff", "linkMessage", shows, messageId=message, issueNumber="LZ-1")

    assert done["message"] == {"state": "LINKED", "isLinked": True, "issue": {"id": f"Issue_{issue.id}"}}
    assert (done["issue"], done["event"]) == ({"reporterCount": 2, "version": 2}, {"action": "LINK"})
    entry = last_of(issue.id)
    assert (entry.action, entry.from_state, entry.to_state) == ("LINK", "IN_PROGRESS", "IN_PROGRESS")
    assert entry.told == {"message_id": row(message), "reporter_count": 2}
    # Whoever wrote it themselves follows the issue; the contact stays with the message.
    followers = [one.account_id for one in models.IssueFollower.select()]
    assert followers == [post.town.accounts["resident"].id]
    assert not models.IssueContact.select().exists()
    listed = post.ask.answer("staff", '{ issue(number: "LZ-1") { messages { nodes { id } } } }')["data"]["issue"]
    assert listed == {"messages": {"nodes": [{"id": message}]}}
    hidden = post.ask.answer("neighbour", '{ issue(number: "LZ-1") { messages { nodes { id } } } }')["data"]["issue"]
    assert hidden == {"messages": {"nodes": []}}


def test_which_issues_a_message_may_join(post: Post) -> None:
    home, message = post.town.home, post.message()
    ended = make.make_issue(IssueState.CLOSED, home, number="LZ-1")
    next_door = make.make_issue(IssueState.ACCEPTED, post.town.next_door, number="LZ-2")
    across = make.make_issue(IssueState.ACCEPTED, post.town.across, number="LZ-3")
    private = make.make_issue(IssueState.SUBMITTED, post.town.far)

    def link(who: str, issue: models.Issue | None, **more: Any) -> Any:
        named = {"issueId": f"Issue_{issue.id}"} if issue else {}
        return post.do(who, "linkMessage", messageId=message, dryRun=True, **named, **more)

    assert link("staff", ended) == [("ILLEGAL_TRANSITION", ["issueId"])]
    assert link("staff", next_door) == [("NOT_PERMITTED", ["issueId"])]
    assert link("subdistrict", next_door) == []
    assert link("subdistrict", across) == [("NOT_PERMITTED", ["issueId"])]
    assert link("district", across) == []
    assert link("district", private) == [("NOT_FOUND", ["issueId"])]
    assert link("staff", None) == link("staff", ended, issueNumber="LZ-1") == [("INVALID_INPUT", ["issueId"])]
    assert link("staff", None, issueNumber="LZ-9") == [("NOT_FOUND", ["issueNumber"])]
    assert ChannelMessage.get().state == "RECEIVED"


def test_a_merged_issue_stands_for_the_one_that_goes_on(post: Post) -> None:
    master = make.make_issue(IssueState.ACCEPTED, post.town.home, number="LZ-1", reporter_count=2)
    merged = make.make_issue(IssueState.MERGED, post.town.home, number="LZ-2", merged_into=master)

    assert post.do("staff", "linkMessage", messageId=post.message(), issueId=f"Issue_{merged.id}") == []

    assert ChannelMessage.get().issue_id == master.id
    assert models.Issue.get_by_id(master.id).reporter_count == 3
    assert models.Issue.get_by_id(merged.id).reporter_count == 1


def test_a_message_is_answered_once(post: Post) -> None:
    first, second = post.message(), post.message()

    assert post.do("staff", "answerMessage", messageId=first, reply="路灯明天修好") == []
    assert post.read("staff", first, "state reply repliedAt replyDueAt settledAt") == {
        "state": "ANSWERED", "reply": "路灯明天修好", "repliedAt": utc_text(AT), "replyDueAt": utc_text(AT + DAY),
        "settledAt": utc_text(AT),
    }  # fmt: skip
    assert post.do("staff", "answerMessage", messageId=first, reply="再答") == [("ILLEGAL_TRANSITION", ["messageId"])]
    assert post.do("staff", "convertMessage", messageId=second, **ISSUE) == []
    assert post.do("subdistrict", "answerMessage", messageId=second, reply="已转办") == []
    assert post.read("staff", second, "state reply") == {"state": "CONVERTED", "reply": "已转办"}
    assert post.do("staff", "answerMessage", messageId=second, reply="再答") == [("LIMIT_REACHED", ["messageId"])]
    actions = [entry.action for entry in models.JournalEntry.select().order_by(models.JournalEntry.id)]
    assert actions == ["CREATE", "CREATE", "ANSWER", "CONVERT", "REPLY"]


def test_a_discarded_message_is_seen_above_and_can_be_restored_for_a_week(post: Post) -> None:
    message = post.message()

    assert post.do("staff", "discardMessage", messageId=message, reason="ADVERTISING") == []
    assert post.read("subdistrict", message, "state discardReason replyDueAt") == {
        "state": "DISCARDED", "discardReason": "ADVERTISING", "replyDueAt": None,
    }  # fmt: skip
    later = AT + 7 * DAY
    assert post.do("staff", "restoreMessage", later + timedelta(seconds=1), messageId=message) == [
        ("LIMIT_REACHED", ["messageId"])
    ]
    assert post.do("staff", "restoreMessage", later, messageId=message) == []
    assert post.read("staff", message, "state discardReason replyDueAt settledAt") == {
        "state": "RECEIVED", "discardReason": None, "replyDueAt": utc_text(later + DAY), "settledAt": None,
    }  # fmt: skip


def test_who_knows_of_a_message_and_of_what_it_may_be_about(post: Post) -> None:
    make.make_issue(
        IssueState.ACCEPTED, post.town.home, number="LZ-1", topic_code="HOU-01", place="三号楼", description="无"
    )
    message = post.message("resident")
    shows = "number text contact { name phone } candidates { nodes { score reasons issue { number } } }"

    by_office = {who: post.read(who, message, shows) for who in ("staff", "subdistrict", "district", "city")}
    found = {"score": 70, "reasons": ["SAME_TOPIC", "SAME_SITE"], "issue": {"number": "LZ-1"}}
    told = {
        "number": f"LX-{post.code}-2026-000001", "text": TOLD["text"],
        "contact": {"name": "赵****", "phone": "138****0001"}, "candidates": {"nodes": [found]},
    }  # fmt: skip
    assert by_office == dict.fromkeys(by_office, told)
    own = post.read("resident", message, shows)
    assert (own["contact"], own["candidates"]) == ({"name": "赵****", "phone": "138****0001"}, {"nodes": []})
    for who in ("neighbour", "director", "grid", "next_staff", "other_subdistrict", None):
        assert post.read(who, message, shows) is None
    counts = "{ messageAggregate(groupBy: [CHANNEL, STATE]) { count groups { key { channel state } count } } }"
    for who, count in (("staff", 1), ("resident", 1), ("neighbour", 0), (None, 0)):
        assert post.ask.answer(who, counts)["data"]["messageAggregate"]["count"] == count
    entries = '{ journalEntries(filter: {subjectType: {eq: "ChannelMessage"}}) { totalCount } }'
    for who, count in (("staff", 1), ("resident", 1), ("neighbour", 0), (None, 0)):
        assert post.ask.answer(who, entries)["data"]["journalEntries"]["totalCount"] == count


def test_a_contact_is_shown_in_full_to_offices_and_on_the_record(post: Post) -> None:
    message, unsigned = post.message("resident"), post.message(contactName=None, contactPhone=None)
    shows = "name phone address message { id } issue { id }"

    def reveal(who: str, **given: Any) -> Any:
        return post.ask.change(who, "revealContact", shows, AT, reason="回访", **given)

    told = reveal("subdistrict", messageId=message)
    assert {name: told[name] for name in ("name", "phone", "address", "message", "issue")} == {
        "name": "赵示范", "phone": "13800000001", "address": None, "message": {"id": message}, "issue": None,
    }  # fmt: skip
    number = ChannelMessage.get_by_id(row(message)).number
    assert reveal("staff", messageNumber=number, dryRun=True)["phone"] is None
    assert reveal("staff", messageNumber=number, expectedVersion=9)["userErrors"][0]["code"] == "STALE_OBJECT"
    audited = [(one.action, one.subject_type, one.subject_id) for one in models.AuditEntry.select()]
    assert audited == [("REVEALED", "ChannelMessage", row(message))]
    refused = {
        who: [(error["code"], error["field"]) for error in reveal(who, messageId=message)["userErrors"]]
        for who in ("resident", "neighbour")
    }
    assert refused == {"resident": [("NOT_PERMITTED", None)], "neighbour": [("NOT_FOUND", ["messageId"])]}
    [error] = reveal("staff", messageId=unsigned)["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["messageId"])
    [error] = reveal("staff", messageId=message, issueNumber="LZ-1")["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", ["messageId"])
    [error] = reveal("staff")["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", ["issueId"])


@pytest.mark.parametrize(
    ("who", "given", "refusal"),
    [
        ("staff", {"text": ""}, ("INVALID_INPUT", ["text"])),
        ("staff", {"text": "长" * 4001}, ("INVALID_INPUT", ["text"])),
        ("staff", {"receivedAt": utc_text(AT + DAY)}, ("INVALID_INPUT", ["receivedAt"])),
        ("staff", {"receivedAt": utc_text(AT - 367 * DAY)}, ("INVALID_INPUT", ["receivedAt"])),
        ("staff", {"siteId": "Site_99"}, ("NOT_FOUND", ["siteId"])),
        ("staff", {"divisionCode": "620102"}, ("NOT_FOUND", ["divisionCode"])),
        ("stranger", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("next_staff", {}, ("NOT_PERMITTED", ["divisionCode"])),
    ],
)
def test_what_is_taken_in(post: Post, who: str, given: dict[str, Any], refusal: Any) -> None:
    errors = post.take_in(who, **given)["userErrors"]

    assert [(error["code"], error["field"]) for error in errors] == [refusal]
    assert not ChannelMessage.select().exists()


def test_many_messages_are_taken_in_at_once_and_numbered_without_gaps(post: Post) -> None:
    make.make_issue(IssueState.ACCEPTED, post.town.home, number="LZ-1", topic_code="HOU-01", place="三号楼")
    rows = [{"divisionCode": post.code, **TOLD, "text": f"第{at}条来电"} for at in range(5)]
    rows[1]["siteId"] = "Site_99"
    shows = "results { message { number candidates { nodes { score } } } event { action } userErrors { code field } }"

    done = post.ask.change("staff", "takeInMessages", shows, rows=rows, errorPolicy="SKIP_FAILED")["results"]

    numbers = [one["message"] and one["message"]["number"] for one in done]
    first = f"LX-{post.code}-2026-00000"
    assert numbers == [f"{first}1", None, f"{first}2", f"{first}3", f"{first}4"]
    assert done[1]["userErrors"] == [{"code": "NOT_FOUND", "field": ["rows", "1", "siteId"]}]
    assert [len(one["message"]["candidates"]["nodes"]) for one in done if one["message"]] == [1] * 4
    assert MessageContact.select().count() == 4
    refused = post.ask.change("staff", "takeInMessages", shows, rows=rows)["results"]
    assert [one["message"] for one in refused] == [None] * 5
    assert post.take_in()["message"]["number"] == f"{first}5"
