"""The tables of assessment: schemes with their weights, periods, the result of each committee, and its scores."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, BigIntegerField, Check, ForeignKeyField, IntegerField

from db.committees.models.committee import Committee
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import Division

# What the weights of a scheme add up to.
WHOLE = 100
WEIGHT = Between(0, WHOLE)


class Indicator(GrowingEnum):
    """What a committee is assessed by (考核指标)."""

    MEETINGS_HELD = "MEETINGS_HELD", "Whether the committee met every month.", "例会召开率", 10
    RESPONSE = "RESPONSE", "Whether issues were answered in time.", "响应率", 15
    RESOLUTION = "RESOLUTION", "Whether issues were resolved.", "解决率", 17
    SATISFACTION = "SATISFACTION", "Whether those who reported issues were content.", "满意率", 18
    ON_TIME = "ON_TIME", "Whether work was done in time.", "按时办结率", 10
    CLAIMS_KEPT = "CLAIMS_KEPT", "Whether what was claimed was done.", "认领履约率", 10
    NOT_REOPENED = "NOT_REOPENED", "Whether closed issues stayed closed.", "一次办结率", 5
    HOURS = "HOURS", "Whether people gave the hours of service that are hoped for.", "志愿服务时长", 5
    SPONSOR_VISITS = "SPONSOR_VISITS", "Whether sponsors visited what they answer for.", "包抓走访率", 5
    COMPLIANT_DAYS = "COMPLIANT_DAYS", "Whether the committee kept the rules of composition.", "组成合规率", 5

    def __init__(self, _value: str, _english: str, _chinese: str, weight: int) -> None:
        self.weight = weight


class PeriodState(DomainEnum):
    """The state of an assessment period (考核周期状态)."""

    OPEN = "OPEN", "The period is open, and nothing has been computed yet.", "进行中"
    COMPUTED = "COMPUTED", "The results were computed; the office that assesses can see them.", "已核算"
    PUBLISHED = "PUBLISHED", "The results are public, and can be appealed against.", "已公布"
    FINAL = "FINAL", "The results are final.", "已定案"


# Those in which everybody sees the results.
PUBLIC_STATES = (PeriodState.PUBLISHED, PeriodState.FINAL)


class AppealState(DomainEnum):
    """What became of a committee's appeal against its result (考核申诉状态)."""

    NONE = "NONE", "The committee has not appealed.", "未申诉"
    PENDING = "PENDING", "The appeal waits for a decision.", "待复核"
    UPHELD = "UPHELD", "The appeal was upheld, and the score corrected.", "已更正"
    REJECTED = "REJECTED", "The appeal was rejected.", "维持原分"


class AssessmentScheme(BaseModel):
    """How a city or a district weighs the indicators (考核办法): published once, and never changed."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="assessment_schemes", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    version = IntegerField()
    published_at = UtcDateTimeField()
    published_by_name = LineField(null=True)
    note = ProseField(null=True)

    if TYPE_CHECKING:
        division_id: int

    class Meta:
        indexes = ((("division", "version"), True), (("division_code", "id"), True))
        constraints = [Check("version >= 1")]


class AssessmentWeight(BaseModel):
    """The weight of an indicator in a scheme (指标权重)."""

    id = BigAutoField()
    scheme = ForeignKeyField(AssessmentScheme, backref="weights", on_delete="RESTRICT", index=False)
    indicator = EnumField(Indicator)
    weight = IntegerField()

    if TYPE_CHECKING:
        scheme_id: int

    class Meta:
        indexes = ((("scheme", "indicator"), True),)
        constraints = [Check(WEIGHT.sql("weight"))]


class AssessmentPeriod(BaseModel):
    """A span of days for which the committees of a city or a district are assessed (考核周期).

    since_at, until_at: the moments between which something must have happened to count, the second one excluded.
    last_on: the last day that counts. first_month, end_month: the first days of the first month that counts, and of the
    one after the last. All are null until the results are computed.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="assessment_periods", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    scheme = ForeignKeyField(AssessmentScheme, backref="periods", on_delete="RESTRICT")
    starts_on = DayField()
    ends_on = DayField()
    since_at = UtcDateTimeField(null=True)
    until_at = UtcDateTimeField(null=True)
    last_on = DayField(null=True)
    first_month = DayField(null=True)
    end_month = DayField(null=True)
    computed_at = UtcDateTimeField(null=True)
    published_at = UtcDateTimeField(null=True)
    appeal_until = UtcDateTimeField(null=True)
    state = EnumField(PeriodState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        scheme_id: int

    class Meta:
        indexes = ((("division", "starts_on", "ends_on"), True), (("division_code", "id"), True))
        constraints = [
            Check("ends_on >= starts_on"),
            Check("(state = 'OPEN') = (computed_at IS NULL)"),
            Check("(computed_at IS NULL) = (since_at IS NULL)"),
            Check("(computed_at IS NULL) = (until_at IS NULL)"),
            Check("(computed_at IS NULL) = (last_on IS NULL)"),
            Check("(computed_at IS NULL) = (first_month IS NULL)"),
            Check("(computed_at IS NULL) = (end_month IS NULL)"),
            Check("(state IN ('PUBLISHED', 'FINAL')) = (published_at IS NOT NULL)"),
            Check("(published_at IS NULL) = (appeal_until IS NULL)"),
        ]


class CommitteeResult(BaseModel):
    """How a committee did in a period (考核结果). total: null where nothing that has a weight was assessed."""

    id = BigAutoField()
    period = ForeignKeyField(AssessmentPeriod, backref="results", on_delete="RESTRICT", index=False)
    committee = ForeignKeyField(Committee, backref="assessment_results", on_delete="RESTRICT")
    division_code = CodeField()
    total = FixedDecimalField(null=True)
    rank_in_district = IntegerField(null=True)
    rank_in_city = IntegerField(null=True)
    appeal_state = EnumField(AppealState)
    appeal_indicator = EnumField(Indicator, null=True)
    appeal_grounds = ProseField(null=True)
    decision = ProseField(null=True)

    if TYPE_CHECKING:
        period_id: int
        committee_id: int

    class Meta:
        indexes = ((("period", "committee"), True), (("division_code", "id"), True))
        constraints = [
            Check("total BETWEEN 0 AND 10000"),
            Check("(appeal_state = 'NONE') = (appeal_indicator IS NULL)"),
            Check("(appeal_state = 'NONE') = (appeal_grounds IS NULL)"),
            Check("(appeal_state IN ('UPHELD', 'REJECTED')) = (decision IS NOT NULL)"),
        ]


class Score(BaseModel):
    """What a committee reached by one indicator (指标得分).

    cases: how many rows were counted; null where none are, but days. points: null where there was too little to assess.
    corrected_by: by how many points a decision on an appeal changed it.
    """

    id = BigAutoField()
    period = ForeignKeyField(AssessmentPeriod, backref="scores", on_delete="RESTRICT", index=False)
    result = ForeignKeyField(CommitteeResult, backref="scores", on_delete="CASCADE", index=False)
    division_code = CodeField()
    indicator = EnumField(Indicator)
    cases = BigIntegerField(null=True)
    numerator = FixedDecimalField()
    denominator = FixedDecimalField()
    points = FixedDecimalField(null=True)
    corrected_by = FixedDecimalField(null=True)

    if TYPE_CHECKING:
        period_id: int
        result_id: int

    class Meta:
        indexes = (
            (("result", "indicator"), True),
            # With all that a ranking adds up, so that it needs no table.
            (("period", "result", "indicator", "points"), False),
            (("division_code", "id"), True),
        )
        constraints = [Check("points BETWEEN 0 AND 10000"), Check("numerator >= 0"), Check("denominator >= 0")]


TABLES = (AssessmentScheme, AssessmentWeight, AssessmentPeriod, CommitteeResult, Score)
