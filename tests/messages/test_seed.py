"""The demo city's messages: one in each state in every community, numbered, replied to, and compared with issues."""

from collections import Counter

from peewee import DatabaseProxy

from db.city import models
from db.city.seed import AS_OF_TIME
from db.issues.endings import is_over
from db.messages.duplicates import Told, compare
from db.messages.models import OF_AN_ISSUE, ChannelMessage, MessageCandidate, MessageState
from tests.city.seed_rows import found, rows
from tests.messages.invariants import check_numbers

CANDIDATES = {"LINKED": 437, "RECEIVED": 316, "CONVERTED": 3}


def told(row: ChannelMessage | models.Issue, text: str) -> Told:
    return Told(row.topic_code, row.site_id, row.place, text)


def test_each_community_has_a_message_in_each_state(demo_city: DatabaseProxy) -> None:
    messages = found(ChannelMessage.select())

    assert Counter(row.state for row in messages) == dict.fromkeys(MessageState, 427)
    assert len({row.division_code for row in messages}) == 427
    check_numbers(messages)
    moments = [at for row in messages for at in (row.created_at, row.settled_at, row.replied_at) if at is not None]
    assert max(moments) <= AS_OF_TIME


def test_a_reply_is_due_where_the_issue_is_over_and_nowhere_else(demo_city: DatabaseProxy) -> None:
    its = models.Issue.alias()
    over = ChannelMessage.select(ChannelMessage.id).join(its, on=its.id == ChannelMessage.issue).where(is_over(its))
    ended = {row.id for row in over}

    for row in found(ChannelMessage.select().where(ChannelMessage.state.in_(OF_AN_ISSUE))):
        assert (row.reply_due_at is not None) == (row.id in ended), row.number


def test_candidates_have_the_score_of_the_rule(demo_city: DatabaseProxy) -> None:
    candidates = found(MessageCandidate.select())
    messages = {row.id: row for row in found(ChannelMessage.select())}
    issues = {row.id: row for row in found(models.Issue.select())}

    for row in candidates:
        message, issue = messages[row.message_id], issues[row.issue_id]
        score, reasons = compare(told(message, message.text), told(issue, issue.description), False)
        assert (row.score, row.reasons) == (score, " ".join(reasons))
        assert score >= 60
    assert Counter(messages[row.message_id].state for row in candidates) == CANDIDATES
    linked = rows("SELECT COUNT(*) FROM ledger_entry WHERE action = 'LINK'")
    assert linked == [(427,)]
