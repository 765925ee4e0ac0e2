"""Random rows of messages for the tests that compare the engine with an independent reading."""

from typing import Any

from db.messages.models import (
    OF_AN_ISSUE,
    ChannelMessage,
    DiscardReason,
    MatchReason,
    MessageCandidate,
    MessageChannel,
    MessageContact,
    MessageState,
)
from tests.graph.maker import LINES, MOMENTS, PHONES, PROSE, Maker


def fill(maker: Maker) -> None:
    """Make messages for communities, some with a contact, and issues that they may be about."""
    messages = maker.add(ChannelMessage, [_message(maker, home, at) for home in maker.homes for at in maker.few(4)])
    contacts = [
        {
            "message": row["id"], "division_code": row["division_code"], "name": maker.maybe(LINES),
            "phone": maker.maybe(PHONES), "address": maker.maybe(LINES),
        }
        for row in maker.some(messages)
    ]  # fmt: skip
    maker.rows.append((MessageContact, contacts))
    maker.add(
        MessageCandidate,
        [_candidate(maker, row, issue) for row in messages for issue in maker.several(maker.ids(maker.matters), 3)],
    )


def _message(maker: Maker, home: dict[str, Any], at: int) -> dict[str, Any]:
    state = maker.one(list(MessageState))
    if state in OF_AN_ISSUE and not maker.matters:
        state = MessageState.RECEIVED
    is_answered = state is MessageState.ANSWERED or (state in OF_AN_ISSUE and maker.random.random() < 0.5)
    return {
        "number": f"LX-{home['code']}-{at:06}", "division": home["id"], "division_code": home["code"],
        "channel": maker.one(list(MessageChannel)), "received_at": maker.one(MOMENTS), "text": maker.one(PROSE),
        "topic_code": maker.maybe(["HOU-01", "ENV-02"]),
        "site": maker.maybe([site["id"] for site in maker.sites if site["division"] == home["id"]]),
        "place": maker.maybe(LINES), "caller": maker.maybe(maker.ids(maker.people), 0.4),
        "reply_due_at": maker.maybe(MOMENTS), "reply": maker.one(PROSE) if is_answered else None,
        "replied_at": maker.one(MOMENTS) if is_answered else None,
        "issue": maker.one(maker.ids(maker.matters)) if state in OF_AN_ISSUE else None,
        "discard_reason": maker.one(list(DiscardReason)) if state is MessageState.DISCARDED else None,
        "settled_at": None if state is MessageState.RECEIVED else maker.one(MOMENTS), "state": state,
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 5),
    }  # fmt: skip


def _candidate(maker: Maker, message: dict[str, Any], issue: int) -> dict[str, Any]:
    reasons = maker.several([reason.value for reason in MatchReason], 3)
    return {
        "message": message["id"], "division_code": message["division_code"], "issue": issue,
        "score": maker.random.randint(1, 100), "reasons": " ".join(reasons),
    }  # fmt: skip
