"""Rows of messages for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from db.city import models
from db.messages.models import (
    ChannelMessage,
    DiscardReason,
    MessageCandidate,
    MessageChannel,
    MessageContact,
    MessageSerial,
    MessageState,
)
from tests.issues.factories import make_issue
from tests.places.factories import make_division
from tests.times import AT

_NUMBERS = count(1)
_OF_STATE: dict[MessageState, dict[str, Any]] = {
    MessageState.RECEIVED: {"reply_due_at": AT + timedelta(days=1)},
    MessageState.ANSWERED: {"settled_at": AT, "reply": "示范答复", "replied_at": AT},
    MessageState.DISCARDED: {"settled_at": AT, "discard_reason": DiscardReason.NO_CONTENT},
}


def make_channel_message(division: models.Division | None = None, **values: Any) -> ChannelMessage:
    """Make a message for a community that nobody has dealt with."""
    division = division or make_division()
    state = MessageState(values.get("state", MessageState.RECEIVED))
    given = {
        "number": f"LX-{division.code}-2025-{next(_NUMBERS):06}", "channel": MessageChannel.HOTLINE,
        "received_at": AT, "text": "示范小区三号楼前的路灯不亮", "state": state, "created_at": AT, "version": 1,
        **_OF_STATE.get(state, {"settled_at": AT}), **values,
    }  # fmt: skip
    if state in (MessageState.CONVERTED, MessageState.LINKED) and "issue" not in given:
        given["issue"] = make_issue()
    return ChannelMessage.create(division=division, division_code=division.code, **given)


def make_message_contact(message: ChannelMessage | None = None, **values: Any) -> MessageContact:
    """Make the contact of a message."""
    message = message or make_channel_message()
    given = {"name": "赵示范", "phone": "13800000000", "address": "示范小区三号楼", **values}
    return MessageContact.create(message=message, division_code=message.division_code, **given)


def make_message_candidate(message: ChannelMessage | None = None, **values: Any) -> MessageCandidate:
    """Make an issue that a message may be about."""
    message = message or make_channel_message()
    given = {"score": 70, "reasons": "SAME_TOPIC SAME_SITE", **values}
    if "issue" not in given:
        given["issue"] = make_issue()
    return MessageCandidate.create(message=message, division_code=message.division_code, **given)


def make_message_serial(division: models.Division | None = None, **values: Any) -> MessageSerial:
    """Make the last number of a community and year."""
    division = division or make_division()
    return MessageSerial.create(**{"division_code": division.code, "year": 2026, "last": 0, **values})


MAKERS: dict[type[Any], Callable[..., Any]] = {
    ChannelMessage: make_channel_message,
    MessageContact: make_message_contact,
    MessageCandidate: make_message_candidate,
    MessageSerial: make_message_serial,
}
