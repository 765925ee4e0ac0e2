"""Figures of a division that count messages, as far as the viewer may know of them."""

from collections.abc import Callable

from peewee import ColumnBase, Node

from db.kernel.expressions import Row
from db.messages.models import MessageState
from db.places.scope import count_in_scope, share
from schema.catalog.declare import computed
from schema.catalog.fields import CatalogField, FieldContext, Kind
from schema.engine.bindings import NOW
from schema.graph.messages.types import ChannelMessage


def _messages(division: Row, given: FieldContext, *conditions: Callable[[Row], ColumnBase]) -> Node:
    return count_in_scope(ChannelMessage, division, given, *conditions)


def _is_linked(message: Row) -> ColumnBase:
    return message.state == MessageState.LINKED.value


def _was_to_be_answered(message: Row) -> ColumnBase:
    return message.replied_at.is_null(False) | (message.reply_due_at < NOW)


def _was_answered_in_time(message: Row) -> ColumnBase:
    # Before its issue is over no reply is due, and one that was given then is in time.
    in_time = message.reply_due_at.is_null() | (message.replied_at <= message.reply_due_at)
    return message.replied_at.is_null(False) & in_time


FIGURES: dict[str, CatalogField] = {
    "message_count": computed(int, _messages, "The number of messages of the hotline and the mailbox.", cost=10),
    "duplicate_share": computed(
        Kind.DECIMAL,
        lambda division, given: share(_messages(division, given, _is_linked), _messages(division, given)),
        "The share of messages that joined an open issue, in per cent, rounded half up to one decimal.",
        places=1,
        cost=20,
    ),
    "replied_in_time_share": computed(
        Kind.DECIMAL,
        lambda division, given: share(
            _messages(division, given, _was_answered_in_time), _messages(division, given, _was_to_be_answered)
        ),
        "The share of messages answered in time among those that were answered or should be by now, in per cent, "
        "rounded half up to one decimal.",
        places=1,
        cost=20,
    ),
}
