"""Messages in the tests that span all nouns."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.issues.lifecycle import IssueState
from db.messages.models import MessageState
from tests.factories import MAKERS
from tests.graph.evaluator import (
    AGGREGATES,
    COMPUTED,
    FIGURES,
    FIGURES_OF_NOW,
    LISTS,
    LOOKUPS,
    ROOT_LISTS,
    by_column,
    rounded,
    scoped,
)
from tests.graph.places import OFFICERS, SEATS, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS
from tests.graph.viewers import HIDDEN_SUBJECTS, RULES, Viewer, masked, masked_phone
from tests.issues.capacities import covers
from tests.issues.factories import make_issue
from tests.messages import factories
from tests.messages.factories import make_channel_message, make_message_candidate, make_message_contact
from tests.messages.rows import fill
from tests.people.nouns import OFFICES

FILLS.append(fill)
MAKERS.update(factories.MAKERS)


def is_office(viewer: Viewer, row: Any) -> bool:
    """Return whether a viewer is on the staff of a row's community, or in an office above it."""
    code = row.division_code
    return viewer.is_good(code) and any(grant.role in OFFICES and covers(grant, code) for grant in viewer.held())


def sees(viewer: Viewer, message: Any) -> bool:
    is_own = viewer.account_id is not None and message.caller_id == viewer.account_id
    return is_office(viewer, message) or (is_own and viewer.is_good(message.division_code))


RULES |= {
    "ChannelMessage": sees,
    "MessageContact": lambda viewer, contact: sees(viewer, viewer.world.get("ChannelMessage", contact.message_id)),
    "MessageCandidate": is_office,
}
HIDDEN_SUBJECTS.add("ChannelMessage")
COMPUTED |= {
    ("ChannelMessage", "isLinked"): lambda _, row: row.state == "LINKED",
    ("ChannelMessage", "contact"): lambda world, row: world.by_id["MessageContact"].get(row.id),
    ("MessageContact", "name"): lambda _, row: masked(row.name, 1),
    ("MessageContact", "phone"): lambda _, row: masked_phone(row.phone),
    ("MessageContact", "address"): lambda _, row: masked(row.address, 3),
    ("MessageCandidate", "reasons"): lambda _, row: row.reasons.split(),
}
LISTS |= {
    ("Division", "messages"): (scoped("ChannelMessage"), "-receivedAt"),
    ("Issue", "messages"): (by_column("issue_id", "ChannelMessage"), ""),
    ("ChannelMessage", "candidates"): (by_column("message_id", "MessageCandidate"), "-score"),
}
AGGREGATES["messageAggregate"] = "ChannelMessage"
LOOKUPS["message"] = "ChannelMessage"
ROOT_LISTS["messages"] = ("ChannelMessage", "-receivedAt")


def _share(part: list[Any], whole: list[Any]) -> Decimal:
    return rounded(Decimal(100 * len(part)) / (len(whole) or 1), Decimal("0.1"))


def _in_time(rows: Any, now: datetime) -> Decimal:
    def was_due(row: Any) -> bool:
        return row.replied_at is not None or (row.reply_due_at is not None and row.reply_due_at < now)

    def was_in_time(row: Any) -> bool:
        return row.replied_at is not None and (row.reply_due_at is None or row.replied_at <= row.reply_due_at)

    return _share(rows("ChannelMessage", was_in_time), rows("ChannelMessage", was_due))


FIGURES |= {
    "messageCount": lambda rows: len(rows("ChannelMessage")),
    "duplicateShare": lambda rows: _share(
        rows("ChannelMessage", lambda row: row.state == "LINKED"), rows("ChannelMessage")
    ),
}
FIGURES_OF_NOW["repliedInTimeShare"] = _in_time


def add_to_place(place: Place) -> dict[str, str]:
    """Add messages in the states that steps need; the resident wrote the first."""
    home = place.committee.division
    new = make_channel_message(home, caller=place.accounts[Role.RESIDENT])
    make_message_contact(new)
    make_message_candidate(new, issue=make_issue(IssueState.ACCEPTED, place.committee))
    discarded = make_channel_message(home, state=MessageState.DISCARDED)
    return {"message": f"ChannelMessage_{new.id}", "discarded message": f"ChannelMessage_{discarded.id}"}


THINGS.append(add_to_place)
_OFFICES = {Role.STAFF, *OFFICERS}
_LOCALS = {Role.RESIDENT, Role.GRID_WORKER, *SEATS, Role.UNIT_CONTACT, Role.TEAM_CAPTAIN}
_KNOW = _OFFICES | {Role.RESIDENT}
READS = {
    "message": ('message(id: "%(message)s") { id }', _KNOW),
    "messages": ('messages(filter: {id: {eq: "%(message)s"}}) { totalCount nodes { id } }', _KNOW),
    "messageAggregate": ('messageAggregate(filter: {id: {eq: "%(message)s"}}) { count }', _KNOW),
}
MAY = {
    "takeInMessage": (_OFFICES | _LOCALS,),
    "takeInMessages": (_OFFICES | _LOCALS,),
    "convertMessage": (_OFFICES,),
    "linkMessage": (_OFFICES, _OFFICES),
    "answerMessage": (_OFFICES,),
    "discardMessage": (_OFFICES,),
    "restoreMessage": (_OFFICES,),
    "revealContact of a message": (_OFFICES,),
}
KNOWN = dict.fromkeys([*MAY][2:], _KNOW) | {"restoreMessage": _OFFICES}
_TOLD = {"channel": "HOTLINE", "text": WORDS, "contactPhone": "13800000000"}
INPUTS |= {
    "takeInMessage": lambda at: {"divisionCode": at.place.code, **_TOLD},
    "takeInMessages": lambda at: {"rows": [{"divisionCode": at.place.code, **_TOLD}]},
    "convertMessage": lambda at: {
        "messageId": at.row("message"), "title": WORDS, "duty": "PUBLIC_BENEFIT_SERVICE", "urgency": "NORMAL",
    },
    "linkMessage": lambda at: at.about("accepted", messageId=at.row("message")),
    "answerMessage": lambda at: {"messageId": at.row("message"), "reply": WORDS},
    "discardMessage": lambda at: {"messageId": at.row("message"), "reason": "NO_CONTENT"},
    "restoreMessage": lambda at: {"messageId": at.row("discarded message")},
    "revealContact of a message": lambda at: {"messageId": at.row("message"), "reason": WORDS},
}  # fmt: skip
