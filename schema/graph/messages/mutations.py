"""Mutations of the hotline and the mailbox: messages are taken in, dealt with and answered."""

from dataclasses import replace

from db.messages import contacts, intake, settling
from db.messages.models import DiscardReason, MessageChannel
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation, bulk
from schema.graph.issues.mutations.intake import SUBMITTED

_SHOWN = {"message": "ChannelMessage", "event": "JournalEntry"}
_WITH_ISSUE = {**_SHOWN, "issue": "Issue"}
_OF_ISSUE = {one.name: one for one in SUBMITTED}


def _optional(name: str, description: str) -> Argument:
    return replace(_OF_ISSUE[name], description=description, required=False)


_TAKE_IN = Mutation(
    "takeInMessage",
    "Take in a message of the hotline, the mailbox or the app: staff and the offices above what others say, anybody "
    "with a role in the community their own (登记来电来信).",
    intake.take_in_message,
    (
        Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
        Argument("channel", MessageChannel, "How the message reached the community."),
        Argument("text", Kind.PROSE, "The words of the message."),
        Argument("received_at", Kind.DATETIME, "When the message came in; now when left out.", required=False),
        _optional("topic_code", "The code of the topic, such as HOU-01."),
        _optional("place", "The place that the message is about."),
        _optional("site_id", "The site of the community that the message is about; give this or `siteCode`."),
        _optional("site_code", "The code of the site in the community; give this or `siteId`."),
        _optional("contact_name", "The name of whoever called or wrote; no contact is kept in the journal."),
        _optional("contact_phone", "The telephone number of whoever called or wrote."),
        _optional("contact_address", "The address of whoever called or wrote."),
    ),
    _SHOWN,
)
TAKING_IN = (
    _TAKE_IN,
    bulk("takeInMessages", "Take in many messages at once (批量登记来电来信).", _TAKE_IN),
)
SETTLING = (
    Mutation(
        "convertMessage",
        "Submit the issue that a message becomes, with its channel and its contact (转为事项).",
        settling.convert_message,
        (
            *(_OF_ISSUE[name] for name in ("title", "duty", "urgency")),
            _optional("description", "The description of the concern; the words of the message when left out."),
            _optional("topic_code", "The code of the topic; that of the message when left out."),
            _optional("place", "The place that the issue is about; that of the message when left out."),
            _optional("site_id", "The site that the issue is about; that of the message when left out."),
            _optional("site_code", "The code of the site in the community; give this or `siteId`."),
            _OF_ISSUE["referred_to"],
        ),
        _WITH_ISSUE,
    ),
    Mutation(
        "linkMessage",
        "Link a message to an open issue that it is about; the issue counts one reporter more (关联事项).",
        settling.link_message,
        (
            Argument(
                "issue_id",
                Kind.ID,
                "The issue; give this or `issueNumber`. One that was merged stands for the issue that goes on.",
                required=False,
                of=("Issue",),
            ),
            Argument("issue_number", Kind.CODE, "The ledger number of the issue.", required=False),
        ),
        _WITH_ISSUE,
    ),
    Mutation(
        "answerMessage",
        "Note what whoever called or wrote was answered; a message without an issue is settled by it (答复来电来信).",
        settling.answer_message,
        (Argument("reply", Kind.PROSE, "The words of the reply."),),
        _SHOWN,
    ),
    Mutation(
        "discardMessage",
        "Discard a message that is for nobody; the offices above go on seeing it (作废来电来信).",
        settling.discard_message,
        (Argument("reason", DiscardReason, "Why the message is discarded."),),
        _SHOWN,
    ),
    Mutation(
        "restoreMessage",
        "Restore a message that was discarded by mistake, within seven days (恢复来电来信).",
        settling.restore_message,
        shows=_SHOWN,
    ),
)
REVEALING = (
    Mutation(
        "revealContact",
        "Reveal the contact of an open issue to the responsible office or, unless the report is anonymous, to the "
        "handler, or that of a message to the offices; auditors see who asked and why (查看联系方式).",
        contacts.reveal_contact,
        (
            Argument("issue_id", Kind.ID, "The issue; give this or another name.", required=False, of=("Issue",)),
            Argument("issue_number", Kind.CODE, "The ledger number of the issue.", required=False),
            Argument("message_id", Kind.ID, "The message, by id.", required=False, of=("ChannelMessage",)),
            Argument("message_number", Kind.CODE, "The number of the message.", required=False),
            Argument("reason", Kind.PROSE, "Why you need the contact."),
        ),
        {"issue": "Issue", "message": "ChannelMessage"},
        is_versioned=True,
        tells={
            "name": "The name, if one was given; returned once only, and never by a dry run or a retry.",
            "phone": "The telephone number, if one was given; returned once only.",
            "address": "The address, if one was given; returned once only.",
        },
    ),
)
