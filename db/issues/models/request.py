"""Requests about an issue that another office decides: to put it off, to extend its deadline, to send it elsewhere."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.issues.models.issue import Issue
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import Division


class IssueRequestKind(GrowingEnum):
    """The kind of a request (申请类型)."""

    SUSPENSION = "SUSPENSION", "A request to suspend handling until a day.", "缓办"
    EXTENSION = "EXTENSION", "A request for a later deadline.", "延期"
    TRANSFER = "TRANSFER", "A request to transfer the issue to the division that it belongs to.", "转派"


class IssueRequestState(DomainEnum):
    """The state of a request (申请状态)."""

    PENDING = "PENDING", "The request waits for a decision.", "待审批"
    APPROVED = "APPROVED", "The request was granted.", "已同意"
    DECLINED = "DECLINED", "The request was declined.", "未同意"


class IssueRequestDecision(DomainEnum):
    """The decision on a request (审批意见)."""

    APPROVED = "APPROVED", "The request is granted and takes effect at once.", "同意"
    DECLINED = "DECLINED", "The request is not granted.", "不同意"


class IssueRequest(BaseModel):
    """A request about an issue (申请): one of a kind may be pending at a time."""

    id = BigAutoField()
    issue = ForeignKeyField(Issue, backref="requests", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    kind = EnumField(IssueRequestKind)
    state = EnumField(IssueRequestState)
    reason = ProseField()
    resume_on = DayField(null=True)
    working_days = IntegerField(null=True)
    target = ForeignKeyField(Division, null=True, on_delete="RESTRICT")
    asked_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    asked_by_name = LineField()
    asked_at = UtcDateTimeField()
    decided_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    decided_by_name = LineField(null=True)
    decided_at = UtcDateTimeField(null=True)
    decision_reason = ProseField(null=True)
    version = IntegerField(constraints=[SQL("DEFAULT 1")])

    if TYPE_CHECKING:
        issue_id: int
        target_id: int | None
        asked_by_id: int | None
        decided_by_id: int | None

    class Meta:
        indexes = ((("issue", "asked_at", "id"), True), (("division_code", "state"), False))
        constraints = [
            Check("(kind = 'SUSPENSION') = (resume_on IS NOT NULL)"),
            Check("(kind = 'EXTENSION') = (working_days IS NOT NULL)"),
            Check("(kind = 'TRANSFER') = (target_id IS NOT NULL)"),
            Check("(state = 'PENDING') = (decided_at IS NULL)"),
            Check("working_days BETWEEN 1 AND 10"),
        ]


IssueRequest.add_index(
    IssueRequest.index(
        IssueRequest.issue,
        IssueRequest.kind,
        unique=True,
        where=SQL("state = 'PENDING'"),
        name="issue_request_one_pending",
    )
)
