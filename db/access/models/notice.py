"""Notices: reminders that the system sends to an account, or to those who hold a role at an office."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, ForeignKeyField

from db.access.models.account import Account, Role
from db.committees.models.committee import Member
from db.issues.models.issue import Issue
from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, EnumField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel


class NoticeKind(GrowingEnum):
    """The kind of a notice (提醒类型)."""

    DEADLINE_NEAR = "DEADLINE_NEAR", "Four fifths of the time until the deadline have passed.", "黄牌预警"
    OVERDUE = "OVERDUE", "The deadline has passed.", "红牌超期"
    CITY_LIST = "CITY_LIST", "The issue is overdue at the city, which has no level above.", "市级挂单"
    PROGRESS_DUE = "PROGRESS_DUE", "Progress on a complex issue was not reported in time.", "进展待报"
    UNCLAIMED = "UNCLAIMED", "Nobody claimed the issue in time, so it must be assigned.", "无人认领"
    CLAIM_LAPSED = "CLAIM_LAPSED", "The claimant missed the promised day, so the claim was released.", "认领失约"
    MERGE_SUGGESTED = "MERGE_SUGGESTED", "The issue may be a duplicate of an earlier one.", "疑似重复"
    PROPOSAL_SUGGESTED = "PROPOSAL_SUGGESTED", "Five issues on one topic within 30 days suggest a meeting.", "未诉先办"
    TERM_ENDING = "TERM_ENDING", "A member's term ends within 30 days.", "任期将满"
    TERM_ENDED = "TERM_ENDED", "A member's term has ended and the seat is free.", "任期届满"
    GRACE_ENDING = "GRACE_ENDING", "A committee still breaks a rule at the end of its grace.", "宽限届满"
    REGISTRATION_DUE = "REGISTRATION_DUE", "A registration is to be renewed, or it lapses.", "报到续期"
    APPRAISED = "APPRAISED", "The community appraised a registration of the unit, or of who works for it.", "年度评议"
    VISIT_DUE = "VISIT_DUE", "The sponsor of a target has not visited in time.", "走访到期"
    CALLED_OUT = "CALLED_OUT", "A team or unit was called out, or has not answered its call.", "出动召集"
    SHIFT_OPEN = "SHIFT_OPEN", "People are missing from a shift that has begun.", "班次缺岗"
    SHIFT_CANCELLED = "SHIFT_CANCELLED", "A shift that somebody was to come to was cancelled.", "班次取消"
    BOOKING_CHANGED = "BOOKING_CHANGED", "A booking got its places, was put off, or waits.", "预约变动"
    MATCH_SUGGESTED = "MATCH_SUGGESTED", "A resource was suggested for a need, and its owner is asked.", "对接推荐"
    REPLY_DUE = "REPLY_DUE", "Somebody who sent a message waits for a reply.", "待回复"
    GRADE_DUE = "GRADE_DUE", "An incident was called and not graded in time.", "突发事件待分级"
    REPORT_DUE = "REPORT_DUE", "The office in charge of an incident has not reported on it in time.", "情况报告待报"
    APPLICATION_DUE = "APPLICATION_DUE", "An application is nearly due, or overdue.", "办件到期"
    APPLICATION_RATED = "APPLICATION_RATED", "An applicant was not content with an office.", "办件差评"
    GATE_ALARM = "GATE_ALARM", "Somebody with a fever or a red code was refused at a gate.", "卡口预警"
    FEVER = "FEVER", "Somebody who is monitored at home has a fever, or feels ill.", "监测发热预警"
    SCORE_PUBLISHED = "SCORE_PUBLISHED", "The results of an assessment were published.", "考核公布"
    MEETING_DEMANDED = "MEETING_DEMANDED", "Half of the members demand a meeting.", "半数委员提议开会"


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
