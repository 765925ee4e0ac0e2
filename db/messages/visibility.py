"""Who knows of a message: staff, the offices above, and whoever wrote it; what it may be about, the offices alone."""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.account import is_office
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.kernel.expressions import Row
from db.messages.models import ChannelMessage, MessageCandidate, MessageContact


def may_see(actor: Actor, message: ChannelMessage) -> bool:
    """Return whether an actor knows of a message."""
    code, is_own = message.division_code, actor.account_id is not None and actor.account_id == message.caller_id
    return (is_own and actor.mandate.part.covers(code)) or actor.has_power(is_office, over=code)


def sees(message: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of a message."""
    is_own = viewer.covers(message.division_code) & (message.caller == viewer.account_id)
    return is_own | _sees_as_office(message, viewer)


def _sees_as_office(row: Row, viewer: ViewerSql) -> ColumnBase:
    return viewer.covers(row.division_code) & viewer.has_power(is_office, over=row.division_code)


def _may_see_contact(actor: Actor, contact: MessageContact) -> bool:
    return may_see(actor, ChannelMessage.get_by_id(contact.message_id))


def _sees_contact(contact: Row, viewer: ViewerSql) -> ColumnBase:
    message: Any = ChannelMessage.alias("its_message")
    return fn.EXISTS(message.select(SQL("1")).where(message.id == contact.message, sees(message, viewer)))


def _may_see_candidate(actor: Actor, candidate: MessageCandidate) -> bool:
    return actor.has_power(is_office, over=candidate.division_code)


MESSAGE = hide_subject(Rule(ChannelMessage, may_see, sees))
CONTACT = Rule(MessageContact, _may_see_contact, _sees_contact)
CANDIDATE = Rule(MessageCandidate, _may_see_candidate, _sees_as_office)
RULES = (MESSAGE, CONTACT, CANDIDATE)
