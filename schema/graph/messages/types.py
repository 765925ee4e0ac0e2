"""Messages of the hotline and the mailbox, and the issues that they may be about."""

from db.kernel.expressions import json_names
from db.messages import models, visibility
from schema.catalog.declare import column, computed, many, model_type, names, one
from schema.graph.masks import MASKED_ADDRESS, MASKED_NAME, MASKED_PHONE
from schema.graph.viewer import seen_by


@model_type(
    models.ChannelMessage,
    "What somebody said on the hotline or wrote to the mailbox (来电来信).",
    visible=seen_by(visibility.MESSAGE),
)
class ChannelMessage:
    """Known to staff and the offices above, and to whoever wrote it themselves."""

    number = column("The number of the message, without gaps in its community and year (来电来信编号).")
    division = one("Division", "The community that the message is for.")
    division_code = column("The 12-digit code of the community.")
    channel = column("How the message reached the community.")
    received_at = column("When the message came in.")
    text = column("The words of the message.")
    topic_code = column("The code of the topic, such as HOU-01.")
    site = one("Site", "The site that the message is about, if it names one.")
    place = column("The place that the message is about, in words.")
    contact = one(
        "MessageContact",
        "The masked contact of whoever called or wrote; null where none was left.",
        on=lambda message, contact: contact.message == message.id,
        shares_visibility=True,
    )
    candidates = many(
        "MessageCandidate",
        "Open issues that the message may be about, the likeliest first; for staff and the offices above.",
        on="message",
        order="-score",
    )
    issue = one("Issue", "The issue that the message became or joined, for those who may know of it.")
    is_linked = computed(
        bool,
        lambda message: message.state == models.MessageState.LINKED.value,
        "Whether the message joined an issue that was open already.",
        cost=0,
    )
    reply_due_at = column(
        "When the message is to be answered; null while its issue is open, and for a discarded message."
    )
    reply = column("What whoever called or wrote was answered.")
    replied_at = column("When the reply was noted.")
    discard_reason = column("Why the message was discarded.")
    settled_at = column("When the message was converted, linked, answered or discarded.")
    state = column("The state of the message.")
    created_at = column("When the message was taken in.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(
    models.MessageContact,
    "The masked contact of a message (联系方式); `revealContact` returns it in full and records the access.",
    visible=seen_by(visibility.CONTACT),
    is_node=False,
)
class MessageContact:
    """Apart from the message, so that it can be erased."""

    name = MASKED_NAME
    phone = MASKED_PHONE
    address = MASKED_ADDRESS


@model_type(
    models.MessageCandidate,
    "An open issue that a message may be about (疑似重复); nothing is joined by itself.",
    visible=seen_by(visibility.CANDIDATE),
    is_node=False,
)
class MessageCandidate:
    """Found when the message came in, and kept as it was then."""

    message = one("ChannelMessage", "The message that may be about the issue.")
    issue = one("Issue", "The issue that it may be about.")
    score = column("How likely the message is about the issue, of 100.")
    reasons = names(
        lambda candidate: json_names(candidate.reasons), "What the score is made of.", enum=models.MatchReason
    )


MESSAGE_TYPES = (ChannelMessage, MessageContact, MessageCandidate)
