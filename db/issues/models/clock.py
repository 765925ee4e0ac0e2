"""What clocks run by: deadlines by division and exceptions to the calendar; and what a tick tells whom."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.access.models.account import Account, Role
from db.committees.models.committee import Member
from db.issues.models.claim import Claim
from db.issues.models.issue import Issue, Urgency
from db.kernel.database import BaseModel
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, ProseField, UtcDateTimeField


class Clock(DomainEnum):
    """The kind of deadline (时限类型)."""

    INTAKE = "INTAKE", "Time until the issue is accepted or rejected.", "受理时限"
    TRIAGE = "TRIAGE", "Time until it is decided who handles the issue.", "分办时限"
    CLAIM = "CLAIM", "Time during which the issue can be claimed.", "认领时限"
    HANDLING = "HANDLING", "Time until the work is reported done.", "办理时限"
    VERIFICATION = "VERIFICATION", "Time until the work is verified.", "核验时限"
    REPORTER = "REPORTER", "Time until the reporter answers a question.", "补充时限"


class SpanUnit(DomainEnum):
    """The unit in which a deadline is counted (时限单位)."""

    MINUTE = "MINUTE", "The deadline is counted in minutes.", "分钟"
    HOUR = "HOUR", "The deadline is counted in hours.", "小时"
    DAY = "DAY", "The deadline is counted in calendar days.", "自然日"
    WORKING_DAY = "WORKING_DAY", "The deadline is counted in working days.", "工作日"


class NoticeKind(DomainEnum):
    """The kind of a notice (提醒类型)."""

    DEADLINE_NEAR = "DEADLINE_NEAR", "Four fifths of the time until the deadline have passed.", "黄牌预警"
    OVERDUE = "OVERDUE", "The deadline has passed.", "红牌超期"
    CITY_LIST = "CITY_LIST", "The issue is overdue at the city, which has no level above.", "市级挂单"
    UNCLAIMED = "UNCLAIMED", "Nobody claimed the issue in time, so it must be assigned.", "无人认领"
    CLAIM_LAPSED = "CLAIM_LAPSED", "The claimant missed the promised day, so the claim was released.", "认领失约"
    MERGE_SUGGESTED = "MERGE_SUGGESTED", "The issue may be a duplicate of an earlier one.", "疑似重复"
    PROPOSAL_SUGGESTED = "PROPOSAL_SUGGESTED", "Five issues on one topic within 30 days suggest a meeting.", "未诉先办"
    TERM_ENDING = "TERM_ENDING", "A member's term ends within 30 days.", "任期将满"
    TERM_ENDED = "TERM_ENDED", "A member's term has ended and the seat is free.", "任期届满"
    MEETING_DEMANDED = "MEETING_DEMANDED", "Half of the members demand a meeting.", "半数委员提议开会"


class SlaRule(BaseModel):
    """A deadline that a division sets for itself and all below it, unless one of these sets its own (时限配置)."""

    id = BigAutoField()
    division_code = CodeField()
    clock = EnumField(Clock)
    urgency = EnumField(Urgency)
    amount = IntegerField()
    unit = EnumField(SpanUnit)
    version = IntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    set_at = UtcDateTimeField(null=True)
    set_by_name = LineField(null=True)

    class Meta:
        indexes = ((("division_code", "clock", "urgency"), True),)
        constraints = [Check("length(division_code) = 12"), Check("amount BETWEEN 1 AND 10000")]


class WorkCalendarDay(BaseModel):
    """A day on which offices work or not, whatever the built-in calendar says (工作日调整)."""

    id = BigAutoField()
    day = DayField(unique=True)
    is_working_day = BooleanField()


class Notice(BaseModel):
    """A reminder that the system sent (提醒) to those who hold a role at an office, or one account among them.

    `key` says what it is about, so that a second tick notifies nobody twice.
    """

    id = BigAutoField()
    key = CodeField(unique=True)
    kind = EnumField(NoticeKind)
    division_code = CodeField()
    issue = ForeignKeyField(Issue, null=True, backref="notices", on_delete="CASCADE", index=False)
    member = ForeignKeyField(Member, null=True, on_delete="CASCADE")
    role = EnumField(Role)
    office_code = CodeField()
    account = ForeignKeyField(Account, null=True, on_delete="CASCADE")
    text = ProseField()
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        issue_id: int | None
        member_id: int | None
        account_id: int | None

    class Meta:
        indexes = (
            (("issue", "created_at", "id"), True),
            (("office_code", "role", "created_at", "id"), True),
            (("division_code", "kind", "created_at"), False),
        )


# What a tick looks for: clocks that run, promises that wait, terms that end.
Issue.add_index(Issue.index(Issue.state, Issue.due_at, Issue.id, name="issue_clock"))
Claim.add_index(Claim.index(Claim.promised_on, Claim.id, where=SQL("state = 'CONFIRMED'"), name="claim_promised"))
Member.add_index(Member.index(Member.term_end, Member.id, where=SQL("is_active"), name="member_term"))
