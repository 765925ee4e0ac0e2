"""The hotline and the mailbox: the tables of messages, their contacts, and the issues that they may be about."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, BigIntegerField, Check, CompositeKey, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.issues.models.issue import Issue
from db.kernel.bounds import Between, Length
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import Division
from db.sites.models import Site

TEXT, SCORE = Length(1, 4000), Between(1, 100)


class MessageChannel(GrowingEnum):
    """How a message reached the community (来电来信渠道)."""

    HOTLINE = "HOTLINE", "The city's telephone hotline.", "民情热线"
    MAILBOX = "MAILBOX", "The public mailbox for suggestions.", "民意信箱"
    APP = "APP", "The city's app for residents.", "小兰帮办"


class MessageState(DomainEnum):
    """The state of a message (来电来信状态)."""

    RECEIVED = "RECEIVED", "The message waits for somebody to deal with it.", "待处理"
    CONVERTED = "CONVERTED", "The message became an issue.", "已转事项"
    LINKED = "LINKED", "The message is about an issue that was open already.", "已关联"
    ANSWERED = "ANSWERED", "The message was answered without an issue.", "已答复"
    DISCARDED = "DISCARDED", "The message was discarded, with a stated reason.", "已作废"


# Those in which a message is about an issue.
OF_AN_ISSUE = (MessageState.CONVERTED, MessageState.LINKED)


class DiscardReason(DomainEnum):
    """Why a message is discarded (作废理由)."""

    NO_CONTENT = "NO_CONTENT", "The message has no content.", "无实质内容"
    ABUSIVE = "ABUSIVE", "The message is nothing but abuse.", "含不当言辞"
    ADVERTISING = "ADVERTISING", "The message is an advertisement.", "广告推销"
    MISDIALLED = "MISDIALLED", "The caller wanted somebody else.", "误拨误投"


class MatchReason(GrowingEnum):
    """Why an issue may be what a message is about (疑似重复依据)."""

    SAME_TOPIC = "SAME_TOPIC", "Both have the same topic.", "主题相同"
    SAME_SITE = "SAME_SITE", "Both are about the same site or place.", "地点相同"
    SAME_CALLER = "SAME_CALLER", "Both came from the same telephone number within seven days.", "来电人相同"
    ALIKE_TEXT = "ALIKE_TEXT", "The words of both are mostly the same.", "内容相近"


class ChannelMessage(BaseModel):
    """What somebody said on the hotline or wrote to the mailbox (来电来信), and what it came to.

    caller: the account of somebody who wrote it themselves. reply_due_at: null while its issue is open, and where no
    reply is due. settled_at: when it came to what its state says.
    """

    id = BigAutoField()
    number = CodeField(unique=True)
    division = ForeignKeyField(Division, backref="messages", on_delete="RESTRICT")
    division_code = CodeField()
    channel = EnumField(MessageChannel)
    received_at = UtcDateTimeField()
    text = ProseField()
    topic_code = CodeField(null=True)
    site = ForeignKeyField(Site, null=True, backref="messages", on_delete="RESTRICT")
    place = LineField(null=True)
    caller = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    reply_due_at = UtcDateTimeField(null=True)
    reply = ProseField(null=True)
    replied_at = UtcDateTimeField(null=True)
    issue = ForeignKeyField(Issue, null=True, backref="messages", on_delete="RESTRICT")
    discard_reason = EnumField(DiscardReason, null=True)
    settled_at = UtcDateTimeField(null=True)
    state = EnumField(MessageState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        site_id: int | None
        caller_id: int | None
        issue_id: int | None

    class Meta:
        indexes = (
            (("received_at", "id"), True),
            (("division_code", "received_at", "id"), True),
            (("state", "reply_due_at"), False),
        )
        constraints = [
            Check(TEXT.sql("text")),
            Check("(state = 'RECEIVED') = (settled_at IS NULL)"),
            Check("(state IN ('CONVERTED', 'LINKED')) = (issue_id IS NOT NULL)"),
            Check("(state = 'DISCARDED') = (discard_reason IS NOT NULL)"),
            Check("(reply IS NULL) = (replied_at IS NULL)"),
            Check("state <> 'ANSWERED' OR reply IS NOT NULL"),
        ]


# With all that tells who sees a message and whether it was answered in time, so that figures need no table.
ChannelMessage.add_index(
    ChannelMessage.index(
        ChannelMessage.division_code,
        ChannelMessage.state,
        ChannelMessage.caller,
        ChannelMessage.reply_due_at,
        ChannelMessage.replied_at,
        name="channel_message_figures",
    )
)


class MessageContact(BaseModel):
    """Who called or wrote, and how to reach them: apart from the message, so that it can be erased."""

    message = ForeignKeyField(ChannelMessage, primary_key=True, on_delete="CASCADE")
    division_code = CodeField()
    name = LineField(null=True)
    phone = CodeField(null=True)
    address = LineField(null=True)

    if TYPE_CHECKING:
        message_id: int


class MessageCandidate(BaseModel):
    """An open issue that a message may be about (疑似重复). reasons: names of `MatchReason` with blanks between."""

    id = BigAutoField()
    message = ForeignKeyField(ChannelMessage, backref="candidates", on_delete="CASCADE", index=False)
    division_code = CodeField()
    issue = ForeignKeyField(Issue, backref="message_candidates", on_delete="CASCADE")
    score = IntegerField()
    reasons = LineField()

    if TYPE_CHECKING:
        message_id: int
        issue_id: int

    class Meta:
        indexes = ((("message", "issue"), True), (("message", "score", "id"), True))
        constraints = [Check(SCORE.sql("score"))]


class MessageSerial(BaseModel):
    """The last number given to a message in a community and year: as `LedgerSerial`."""

    division_code = CodeField()
    year = IntegerField()
    last = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("division_code", "year")


TABLES = (ChannelMessage, MessageContact, MessageCandidate, MessageSerial)
