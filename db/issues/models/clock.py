"""What clocks run by: deadlines by division."""

from peewee import SQL, BigAutoField, Check, IntegerField

from db.issues.models.claim import Claim
from db.issues.models.issue import Issue, Urgency
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel

# How many units a deadline may have.
AMOUNT = Between(1, 10_000)


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
        constraints = [Check("length(division_code) = 12"), Check(AMOUNT.sql("amount"))]


# What a tick looks for: clocks that run, and promises that wait.
# With all that tells where an issue lies and who sees it, so that a count of what is overdue needs no table.
Issue.add_index(
    Issue.index(
        Issue.state, Issue.due_at, Issue.id, Issue.division_code, Issue.number, Issue.reporter, name="issue_clock"
    )
)
Claim.add_index(Claim.index(Claim.promised_on, Claim.id, where=SQL("state = 'CONFIRMED'"), name="claim_promised"))
