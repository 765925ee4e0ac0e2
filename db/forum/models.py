"""The tables of the forum: sessions, who is invited to them, and what was said there."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.bookings.models import Booking
from db.committees.models.committee import Committee, Member
from db.deliberation.models.meeting import AgendaItem
from db.issues.models.issue import Issue
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.people.models.person import ERASED, Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division

# How many people may have come to a session.
PARTICIPANTS = Between(1, 100_000)


class ForumState(DomainEnum):
    """The state of a session of the forum (居民说事状态)."""

    ANNOUNCED = (
        "ANNOUNCED",
        "The session is announced; residents may make statements beforehand.",
        "已预告",
    )
    HELD = "HELD", "The session was opened, and its statements are being settled.", "已召开"
    CLOSED = "CLOSED", "Every statement came to something, and the session with its statements is public.", "已公布"
    CANCELLED = "CANCELLED", "The session was called off.", "已取消"


class StatementOutcome(DomainEnum):
    """What a statement came to (发言办理结果)."""

    ISSUE = "ISSUE", "It became an issue.", "转为议题"
    JOINED = "JOINED", "It is about an issue that was open already, which the speaker follows.", "并入已有事项"
    PROPOSAL = "PROPOSAL", "It was put on the agenda of the next meeting.", "提交会议"
    ANSWERED = "ANSWERED", "It was answered there.", "现场答复"
    NO_ACTION = "NO_ACTION", "Nothing was to be done.", "无需办理"


# Those that lead to an issue.
TO_ISSUE = (StatementOutcome.ISSUE, StatementOutcome.JOINED)


class ForumSession(BaseModel):
    """A session of the forum (居民说事). booking: of the room, where one is booked. host: who leads it."""

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="forum_sessions", on_delete="RESTRICT", index=False)
    division = ForeignKeyField(Division, backref="forum_sessions", on_delete="RESTRICT")
    division_code = CodeField()
    title = LineField()
    booking = ForeignKeyField(Booking, null=True, backref="forum_sessions", on_delete="RESTRICT")
    place = LineField(null=True)
    scheduled_at = UtcDateTimeField()
    held_at = UtcDateTimeField(null=True)
    host = ForeignKeyField(Member, backref="forum_sessions", on_delete="RESTRICT")
    participant_count = IntegerField(null=True)
    summary = ProseField(null=True)
    published_at = UtcDateTimeField(null=True)
    state = EnumField(ForumState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        committee_id: int
        division_id: int
        booking_id: int | None
        host_id: int

    class Meta:
        indexes = (
            (("committee", "scheduled_at", "id"), True),
            (("division_code", "scheduled_at", "id"), True),
            (("division_code", "id"), True),
            (("scheduled_at", "id"), True),
        )
        constraints = [
            Check("booking_id IS NOT NULL OR place IS NOT NULL"),
            Check("(state IN ('HELD', 'CLOSED')) = (held_at IS NOT NULL)"),
            Check("(held_at IS NULL) = (participant_count IS NULL)"),
            Check("(state = 'CLOSED') = (published_at IS NOT NULL)"),
            Check("(published_at IS NULL) = (summary IS NULL)"),
            Check(PARTICIPANTS.sql("participant_count")),
        ]


class ForumInvitation(BaseModel):
    """Somebody who is invited to a session for what it is about (邀请对象). label: who it is, in words."""

    id = BigAutoField()
    session = ForeignKeyField(ForumSession, backref="invited", on_delete="CASCADE", index=False)
    division_code = CodeField()
    organization = ForeignKeyField(Organization, null=True, backref="forum_invitations", on_delete="RESTRICT")
    person = ForeignKeyField(Person, null=True, backref="forum_invitations", on_delete="RESTRICT")
    label = LineField()

    if TYPE_CHECKING:
        session_id: int
        organization_id: int | None
        person_id: int | None

    class Meta:
        indexes = ((("session", "id"), True),)
        constraints = [Check("organization_id IS NULL OR person_id IS NULL")]


class Statement(BaseModel):
    """What somebody said in a session, or beforehand (发言), and what it came to.

    speaker: a person who is registered; speaker_name: of somebody who is not. An anonymous statement may have neither.
    """

    id = BigAutoField()
    session = ForeignKeyField(ForumSession, backref="statements", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    position = IntegerField()
    speaker = ForeignKeyField(Person, null=True, backref="statements", on_delete="RESTRICT")
    speaker_name = LineField(null=True)
    is_anonymous = BooleanField()
    text = ProseField()
    outcome = EnumField(StatementOutcome, null=True)
    issue = ForeignKeyField(Issue, null=True, backref="statements", on_delete="RESTRICT")
    agenda_item = ForeignKeyField(AgendaItem, null=True, unique=True, backref="statements", on_delete="RESTRICT")
    answer = ProseField(null=True)
    settled_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        session_id: int
        speaker_id: int | None
        issue_id: int | None
        agenda_item_id: int | None

    class Meta:
        indexes = ((("session", "position"), True), (("division_code", "id"), True))
        constraints = [
            Check("speaker_id IS NULL OR speaker_name IS NULL"),
            Check("is_anonymous OR speaker_id IS NOT NULL OR speaker_name IS NOT NULL"),
            Check("(outcome IS NULL) = (settled_at IS NULL)"),
            Check("(issue_id IS NOT NULL) = (outcome IS NOT NULL AND outcome IN ('ISSUE', 'JOINED'))"),
            Check("(agenda_item_id IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'PROPOSAL')"),
            Check("outcome IS NULL OR outcome <> 'ANSWERED' OR answer IS NOT NULL"),
        ]


# What somebody said, or that they were invited, holds nobody.
_TIES = (
    (Statement, ("a statement", "发言"), "speaker", {}),
    (ForumInvitation, ("an invitation", "邀请"), "person", {"label": ERASED}),
)
for _model, _words, _column, _erased in _TIES:
    add_tie(
        Tie(
            _model,
            _words,
            points=lambda row, person, column=_column: getattr(row, column) == person.id,
            holds=lambda row, now: SQL("FALSE"),
            keeps=False,
            erased=_erased,
        )
    )
TABLES = (ForumSession, ForumInvitation, Statement)
