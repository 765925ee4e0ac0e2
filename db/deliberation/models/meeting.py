"""Meetings of a committee: agenda, attendance, votes and resolutions."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.committees.models.committee import Committee, Member
from db.issues.models.duty import Duty
from db.issues.models.issue import Issue
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel


class MeetingState(DomainEnum):
    """Where a meeting stands (会议状态)."""

    SCHEDULED = "SCHEDULED", "The meeting has been announced with its papers.", "已通知"
    HELD = "HELD", "The meeting is being held with a quorum.", "已召开"
    CLOSED = "CLOSED", "The meeting is over and its minutes are signed.", "已成纪要"
    CANCELLED = "CANCELLED", "The meeting was called off, or had no quorum.", "已取消"


class AttendanceStatus(DomainEnum):
    """Whether a member attended a meeting (出席情况)."""

    PRESENT = "PRESENT", "The member was present.", "出席"
    ABSENT = "ABSENT", "The member was absent.", "缺席"
    EXCUSED = "EXCUSED", "The member was absent with leave.", "请假"


class VoteChoice(DomainEnum):
    """How a member voted (表决意见)."""

    FOR = "FOR", "The member voted in favour.", "同意"
    AGAINST = "AGAINST", "The member voted against.", "反对"
    ABSTAIN = "ABSTAIN", "The member abstained from the vote.", "弃权"
    RECUSED = "RECUSED", "The member declared an interest and did not vote.", "回避"


class ResolutionOutcome(DomainEnum):
    """The outcome of a vote on an agenda item (决议结果)."""

    CARRIED = "CARRIED", "More than half of all active members voted in favour.", "通过"
    LOST = "LOST", "The proposal did not get a majority.", "未通过"
    DEFERRED = "DEFERRED", "The decision was postponed to a later meeting.", "延后"


class Meeting(BaseModel):
    """A meeting of a committee (会议)."""

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="meetings", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    state = EnumField(MeetingState)
    scheduled_at = UtcDateTimeField()
    announced_at = UtcDateTimeField()
    held_at = UtcDateTimeField(null=True)
    is_urgent = BooleanField(default=False)
    place = LineField()
    chair = ForeignKeyField(Member, null=True, on_delete="SET NULL")
    minutes = ProseField(null=True)
    minutes_signed_at = UtcDateTimeField(null=True)
    minutes_published_at = UtcDateTimeField(null=True)
    version = IntegerField(constraints=[SQL("DEFAULT 1")])

    if TYPE_CHECKING:
        committee_id: int
        chair_id: int | None

    class Meta:
        indexes = (
            (("committee", "scheduled_at", "id"), True),
            (("scheduled_at", "id"), True),
            (("division_code", "scheduled_at"), False),
        )
        constraints = [Check("(state IN ('HELD', 'CLOSED')) = (held_at IS NOT NULL)")]


class AgendaItem(BaseModel):
    """A matter on a meeting's agenda (议题), proposed by a member and often about an issue.

    `needs_hearing`: it is wide or disputed, so that a hearing (听证) comes before its resolution (rule M5).
    `duty`: null where it was proposed without one.
    """

    id = BigAutoField()
    meeting = ForeignKeyField(Meeting, backref="agenda_items", on_delete="CASCADE", index=False)
    division_code = CodeField()
    position = IntegerField()
    title = LineField()
    issue = ForeignKeyField(Issue, null=True, backref="agenda_items", on_delete="RESTRICT")
    proposed_by = ForeignKeyField(Member, null=True, on_delete="SET NULL")
    needs_hearing = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    hearing_held_on = DayField(null=True)
    hearing_record = ProseField(null=True)
    duty = EnumField(Duty, null=True)

    if TYPE_CHECKING:
        meeting_id: int
        issue_id: int | None
        proposed_by_id: int | None

    class Meta:
        indexes = ((("meeting", "position"), True),)
        constraints = [Check("(hearing_held_on IS NULL) = (hearing_record IS NULL)")]


class MeetingDemand(BaseModel):
    """One member's demand for a meeting (提议召开会议), until one is called: half of the members may have it (M3)."""

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="meeting_demands", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    member = ForeignKeyField(Member, on_delete="RESTRICT")
    reason = ProseField()
    demanded_at = UtcDateTimeField()
    meeting = ForeignKeyField(Meeting, null=True, backref="demands", on_delete="SET NULL")

    if TYPE_CHECKING:
        committee_id: int
        member_id: int
        meeting_id: int | None

    class Meta:
        indexes = ((("committee", "demanded_at", "id"), True),)


MeetingDemand.add_index(
    MeetingDemand.index(
        MeetingDemand.member, unique=True, where=SQL("meeting_id IS NULL"), name="meeting_demand_one_open"
    )
)


class Attendance(BaseModel):
    """A record of whether a member attended a meeting (出席)."""

    id = BigAutoField()
    meeting = ForeignKeyField(Meeting, backref="attendance", on_delete="CASCADE", index=False)
    member = ForeignKeyField(Member, on_delete="RESTRICT")
    division_code = CodeField()
    status = EnumField(AttendanceStatus)

    if TYPE_CHECKING:
        meeting_id: int
        member_id: int

    class Meta:
        indexes = ((("meeting", "member"), True),)


class Vote(BaseModel):
    """The vote of one member on one agenda item (表决)."""

    id = BigAutoField()
    agenda_item = ForeignKeyField(AgendaItem, backref="votes", on_delete="CASCADE", index=False)
    member = ForeignKeyField(Member, on_delete="RESTRICT")
    division_code = CodeField()
    choice = EnumField(VoteChoice)
    interest = LineField(null=True)

    if TYPE_CHECKING:
        agenda_item_id: int
        member_id: int

    class Meta:
        indexes = ((("agenda_item", "member"), True),)
        constraints = [Check("choice <> 'RECUSED' OR interest IS NOT NULL")]


class Resolution(BaseModel):
    """The decision of a meeting on an agenda item (决议)."""

    id = BigAutoField()
    agenda_item = ForeignKeyField(AgendaItem, unique=True, on_delete="CASCADE")
    division_code = CodeField()
    outcome = EnumField(ResolutionOutcome)
    text = ProseField()
    for_count = IntegerField()
    against_count = IntegerField()
    abstain_count = IntegerField()
    adopted_at = UtcDateTimeField()

    if TYPE_CHECKING:
        agenda_item_id: int
