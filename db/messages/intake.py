"""Messages come in: they are numbered, and compared with the open issues of the community."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of
from db.access.models.account import Role
from db.access.officers import community_of
from db.access.steps import not_permitted, offices_over
from db.access.subjects import command
from db.issues.deadlines import working_days_after
from db.issues.intake import SUBMITTERS, Contact
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Length, Past
from db.kernel.serials import numbers_of
from db.messages.duplicates import suggest
from db.messages.lifecycle import MESSAGE_LIFECYCLE, OFFICES
from db.messages.models import TEXT, ChannelMessage, MessageChannel, MessageContact, MessageSerial
from db.settings.models import SettingKey
from db.settings.values import setting
from db.sites.finding import AtSite

# How many days ago a message may have come in that is only taken in now.
DAYS_LATE = 366
_next_number = numbers_of("LX", MessageSerial)


@dataclass(frozen=True, slots=True)
class Said(Inputs):
    """What was said or written, when, and what it is about."""

    channel: MessageChannel
    text: Annotated[str, TEXT]
    received_at: Annotated[datetime, Past(DAYS_LATE)] | None = None
    topic_code: str | None = None
    place: Annotated[str, Length(1, 200)] | None = None


@command()
def take_in_message(call: Call, *, division_code: str, said: Said, contact: Contact, at_site: AtSite) -> CommandResult:
    """Record a message for a community: staff and offices what others say, anybody there their own (登记来电来信).

    Raises:
        DomainError: NOT_FOUND, no such community or site; NOT_PERMITTED, the actor holds no role there; INVALID_INPUT.
    """
    home = community_of(division_code)
    role, is_own = _taking(call, division_code)
    site = at_site.find(division_code)
    received_at, told = said.received_at or call.at, contact.columns()
    message = begin(
        call, MESSAGE_LIFECYCLE, ChannelMessage, By.actor(call, role, division_code),
        **{**said.values(), "received_at": received_at}, number=_next_number(call.at, division_code), division=home.id,
        division_code=division_code, site=site and site.id, caller=call.actor.account_id if is_own else None,
        reply_due_at=reply_due(received_at, division_code), created_at=call.at,
    )  # fmt: skip
    suggest(message, told.get("phone"))
    if told:
        MessageContact.create(message=message.id, division_code=division_code, **told)
    return CommandResult({"message": message.id, "event": entry_of(MESSAGE_LIFECYCLE, message)})


def reply_due(since: datetime, division_code: str) -> datetime:
    """Return until when a message is to be answered that waits since a moment."""
    return working_days_after(since, setting(SettingKey.MESSAGE_REPLY_WD, division_code))


def _taking(call: Call, division_code: str) -> tuple[Role, bool]:
    """Return the role in which the actor takes in a message, and whether it is their own.

    Raises:
        DomainError: NOT_PERMITTED, they hold no role in the community.
    """
    offices = offices_over(call, division_code)
    office = next((offices[capacity] for capacity in OFFICES if capacity in offices), None)
    if office is not None:
        return office, False
    local = (held.role for held in call.actor.held if held.role in SUBMITTERS and held.part.covers(division_code))
    own = next(local, None)
    if own is None:
        raise not_permitted(*OFFICES, Capacity.LOCAL, field="divisionCode")
    return own, True
