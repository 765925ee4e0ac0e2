"""Schemes are published; periods opened, computed, published, appealed against and made final."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from peewee import Value

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import Notice, NoticeKind
from db.access.officers import as_seen, no_such_division
from db.access.steps import not_permitted
from db.access.subjects import command
from db.assessment.computing import rank_committees, score_committees
from db.assessment.lifecycle import PERIOD_LIFECYCLE
from db.assessment.models import (
    WEIGHT,
    WHOLE,
    AppealState,
    AssessmentPeriod,
    AssessmentScheme,
    AssessmentWeight,
    CommitteeResult,
    Indicator,
    Score,
)
from db.assessment.standing import PERIOD, leading_role
from db.assessment.visibility import LEVELS, assessing_role
from db.committees.models.committee import FIRST_DAY
from db.issues.deadlines import working_days_after
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.bounds import Between, Days, Items, Prose
from db.kernel.calendar import SHANGHAI, beginning_of
from db.kernel.enumeration import DomainEnum
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.places.models.division import Division, ancestor_codes
from db.settings.models import SettingKey
from db.settings.values import setting

A, C = JournalAction, Capacity
MAX_DAYS = 366
_COUNTED = Between(Decimal(0), Decimal(100_000_000), places=2)
_HUNDREDTH = Decimal("0.01")


class AppealDecision(DomainEnum):
    """What is decided on an appeal against a score (考核复核决定)."""

    UPHELD = "UPHELD", "The score is corrected.", "更正得分"
    REJECTED = "REJECTED", "The score stands.", "维持原分"


@dataclass(frozen=True, slots=True)
class Weighted:
    """The weight of an indicator."""

    indicator: Indicator
    weight: Annotated[int, WEIGHT]


@command()
def publish_assessment_scheme(
    call: Call,
    *,
    division_code: str,
    weights: Annotated[Sequence[Weighted], Items(1, len(Indicator))],
    note: Prose | None = None,
) -> CommandResult:
    """Publish the next version of a city's or a district's scheme; periods that are there keep theirs (公布考核办法).

    Raises:
        DomainError: NOT_FOUND, no such city or district; NOT_PERMITTED; STALE_OBJECT, another version was published
            meanwhile; INVALID_INPUT, an indicator stands twice, or the weights do not add up to 100.
    """
    division, _ = _assessed_by(call, division_code)
    newest = _newest_scheme.first(division.id)
    version = newest.version if newest else 0
    as_seen(call, version)
    given: dict[Indicator, int] = {}
    for at, row in enumerate(weights):
        if row.indicator in given:
            message = f"{row.indicator} stands twice; give each indicator one weight."
            raise _of_weight(at, message, "同一指标只能填写一次。")
        given[row.indicator] = row.weight
    if (total := sum(given.values())) != WHOLE:
        raise invalid(
            "weights", f"The weights add up to {total}; make it {WHOLE}.", f"权重合计为 {total}，须为 {WHOLE}。"
        )
    scheme = AssessmentScheme.create(
        division=division.id, division_code=division.code, version=version + 1, published_at=call.at,
        published_by_name=call.actor.name, note=note,
    )  # fmt: skip
    for indicator in Indicator:
        AssessmentWeight.create(scheme=scheme.id, indicator=indicator, weight=given.get(indicator, 0))
    return CommandResult({"assessmentScheme": scheme.id})


def _of_weight(at: int, message: str, chinese: str) -> DomainError:
    return DomainError(ErrorCode.INVALID_INPUT, message, ("weights", str(at), "indicator"), chinese=chinese)


def _assessed_by(call: Call, code: str) -> tuple[Division, Role]:
    """Lock the city or district that the actor's office assesses; return it with the actor's role.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED.
    """
    division = Division.lock(code=code)
    if division is None or division.level not in LEVELS:
        raise no_such_division(code)
    role = assessing_role(code)
    if call.actor.holds(role, over=code) is None:
        raise not_permitted(C.ASSESSOR, field="divisionCode")
    return division, role


@compiled
def _newest_scheme(division_id: Any) -> Any:
    scheme = AssessmentScheme
    return scheme.select().where(scheme.division == division_id).order_by(scheme.version.desc()).limit(1)


@command()
def open_assessment_period(
    call: Call,
    *,
    division_code: str,
    starts_on: Annotated[date, Days(first=FIRST_DAY, last=0)],
    ends_on: Annotated[date, Days(first=FIRST_DAY, last=MAX_DAYS)],
    scheme_id: int | None = None,
) -> CommandResult:
    """Open a span of days for which the committees of a city or a district are assessed (开启考核周期).

    Raises:
        DomainError: NOT_FOUND, no such city or district, no such scheme of it or of what it lies in, or none at all;
            NOT_PERMITTED; ALREADY_EXISTS, there is a period of the same days; INVALID_INPUT, it ends before it begins,
            or is longer than a year.
    """
    division, role = _assessed_by(call, division_code)
    if not timedelta(0) <= ends_on - starts_on < timedelta(days=MAX_DAYS):
        raise invalid(
            "endsOn",
            f"The period must end on its first day or later, and have at most {MAX_DAYS} days.",
            f"周期的最后一天不能早于第一天，且最长 {MAX_DAYS} 天。",
        )
    there = AssessmentPeriod.find(division=division.id, starts_on=starts_on, ends_on=ends_on)
    if there is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"There is a period of these days: AssessmentPeriod_{there.id}.",
            ("startsOn",),
            chinese=f"已有相同起止日期的考核周期：AssessmentPeriod_{there.id}。",
        )
    period = begin(
        call, PERIOD_LIFECYCLE, AssessmentPeriod, By.actor(call, role, division.code), division=division.id,
        division_code=division.code, scheme=_scheme(division, scheme_id).id, starts_on=starts_on, ends_on=ends_on,
        created_at=call.at,
    )  # fmt: skip
    return CommandResult({"assessmentPeriod": period.id, "event": entry_of(PERIOD_LIFECYCLE, period)})


def _scheme(division: Division, scheme_id: int | None) -> AssessmentScheme:
    """Return the scheme that is named, or the newest one of a division, or else of what it lies in.

    Raises:
        DomainError: NOT_FOUND.
    """
    codes = (division.code, *ancestor_codes(division.code))
    if scheme_id is not None:
        scheme = AssessmentScheme.find(id=scheme_id)
        found = scheme if scheme is not None and scheme.division_code in codes else None
    else:
        newest = (_newest_scheme.first(over.id) for code in codes if (over := Division.find(code=code)))
        found = next((scheme for scheme in newest if scheme is not None), None)
    if found is None:
        message = (
            "There is no such scheme of the division or of what it lies in; publish one (publishAssessmentScheme)."
        )
        raise not_found("schemeId", message, "该区划及其上级没有此考核办法，请先公布（publishAssessmentScheme）。")
    return found


# --- Computing and publishing -----------------------------------------------------------------------------------------


@command(PERIOD, "computeAssessment")
def compute_assessment(call: Call, period: AssessmentPeriod, role: Role) -> CommandResult:
    """Compute the scores of all committees from what is on record now, in place of those computed before (核算得分).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    done = take_step(
        call,
        period,
        role,
        A.COMPUTE,
        computed_at=call.at,
        **span_of(period.starts_on, period.ends_on, call.at, call.day),
    )
    score_committees(period)
    return done


def span_of(starts_on: date, ends_on: date, at: datetime, today: date) -> dict[str, Any]:
    """Return what of some days counts when it is computed at a time: until then, and only months that are over."""
    day_after = ends_on + timedelta(days=1)
    # The month of the first day, where it is whole.
    first_month = _month_of(_month_of(starts_on - timedelta(days=1)) + timedelta(days=31))
    return {
        "since_at": beginning_of(starts_on),
        "until_at": min(beginning_of(day_after), at + timedelta(seconds=1)),
        "last_on": min(ends_on, today),
        "first_month": first_month,
        "end_month": max(first_month, _month_of(min(day_after, today))),
    }


def _month_of(day: date) -> date:
    return day.replace(day=1)


@command(PERIOD, "publishAssessment")
def publish_assessment(call: Call, period: AssessmentPeriod, role: Role) -> CommandResult:
    """Publish the results; everybody sees them, and directors are told that they can appeal (公布考核结果).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; LIMIT_REACHED, they were computed
            before the period was over.
    """
    until = working_days_after(call.at, setting(SettingKey.ASSESSMENT_APPEAL_WD, period.division_code))
    end = f"{until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    text = f"{period.starts_on}至{period.ends_on}的考核结果已公布，如有异议可在{end}前申诉。"
    _tell_directors.change(period.id, text, call.now)
    return take_step(call, period, role, A.PUBLISH, published_at=call.at, appeal_until=until)


@compiled
def _tell_directors(period_id: Any, text: Any, now: Any) -> Any:
    """Notify the director of each committee that was assessed, all at once: a city has hundreds."""
    kind, row = NoticeKind.SCORE_PUBLISHED, CommitteeResult
    key = Value(f"{kind.value}:").concat(row.period.cast("TEXT")).concat(":").concat(row.committee.cast("TEXT"))
    told = {
        Notice.key: key, Notice.kind: Value(kind.value), Notice.division_code: row.division_code,
        Notice.role: Value(Role.DIRECTOR.value), Notice.office_code: row.division_code, Notice.text: text,
        Notice.created_at: now,
    }  # fmt: skip
    found = row.select(*told.values()).where(row.period == period_id).order_by(row.id)
    return Notice.insert_from(found, list(told))


@command(PERIOD, "finalizeAssessment")
def finalize_assessment(call: Call, period: AssessmentPeriod, role: Role) -> CommandResult:
    """Make the results final, once no appeal is pending or possible; they never change again (考核定案).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; NOT_ALL_SETTLED.
    """
    return take_step(call, period, role, A.FINALIZE)


# --- Appeals ----------------------------------------------------------------------------------------------------------


@command(PERIOD, "appealScore")
def appeal_score(
    call: Call, period: AssessmentPeriod, role: Role, *, committee_id: int, indicator: Indicator, grounds: Prose
) -> CommandResult:
    """Appeal as the director of a committee against one of its scores, once a period (考核申诉).

    Raises:
        DomainError: NOT_FOUND, also where the committee was not assessed; NOT_PERMITTED, the actor does not direct it;
            ILLEGAL_TRANSITION; LIMIT_REACHED, it is too late, or the committee has appealed already; STALE_OBJECT.
    """
    result = _result_of(period, committee_id)
    leads = leading_role(call, committee_id)
    if leads is None:
        raise not_permitted(C.DIRECTOR, field="committeeId")
    if result.appeal_state is not AppealState.NONE:
        raise RowGuard.APPEALED_ONCE.refusal()
    result.change(appeal_state=AppealState.PENDING, appeal_indicator=indicator, appeal_grounds=grounds)
    facts = {"result": result, "indicator": indicator}
    return take_step(call, period, leads, A.APPEAL, result, facts=facts)


def _result_of(period: AssessmentPeriod, committee_id: int) -> CommitteeResult:
    """Find the result of a committee.

    Raises:
        DomainError: NOT_FOUND.
    """
    result = CommitteeResult.find(period=period.id, committee=committee_id)
    if result is None:
        message = "The committee has no result in this period; check the id."
        raise not_found("committeeId", message, "该社工委在本周期没有考核结果，请核对 ID。")
    return result


@dataclass(frozen=True, slots=True)
class Corrected(Inputs):
    """What should have been counted."""

    corrected_numerator: Annotated[Decimal, _COUNTED] | None = None
    corrected_denominator: Annotated[Decimal, _COUNTED] | None = None


@command(PERIOD, "decideAppeal")
def decide_appeal(
    call: Call,
    period: AssessmentPeriod,
    role: Role,
    *,
    committee_id: int,
    decision: AppealDecision,
    reason: Prose,
    corrected: Corrected,
) -> CommandResult:
    """Decide an appeal as the office above; where it is upheld, the score, totals and ranks are corrected (复核申诉).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, STALE_OBJECT; ILLEGAL_TRANSITION, the committee has no appeal that waits;
            INVALID_INPUT, what was upheld corrects nothing, or what was rejected does.
    """
    result = _result_of(period, committee_id)
    indicator = result.appeal_indicator
    if result.appeal_state is not AppealState.PENDING or indicator is None:
        raise RowGuard.NOTHING_APPEALED.refusal()
    is_upheld = decision is AppealDecision.UPHELD
    if is_upheld != any(value is not None for value in corrected.values().values()):
        raise invalid(
            "correctedNumerator",
            "Send what should have been counted where the appeal is upheld, and nothing where it is rejected.",
            "更正得分须填写更正后的分子或分母；维持原分则不填。",
        )
    result.change(appeal_state=AppealState(decision.value), decision=reason)
    if is_upheld:
        _correct(Score.get(result=result.id, indicator=indicator), corrected)
        rank_committees(period)
    facts = {"result": result, "indicator": indicator, "decision": decision}
    return take_step(call, period, role, A.DECIDE, result, facts=facts)


def _correct(score: Score, corrected: Corrected) -> None:
    """Correct a score.

    Raises:
        DomainError: INVALID_INPUT, there would be nothing to divide by.
    """
    numerator, denominator = corrected.corrected_numerator, corrected.corrected_denominator
    numerator = score.numerator if numerator is None else numerator
    denominator = score.denominator if denominator is None else denominator
    if not denominator:
        message = "The corrected denominator must be greater than 0."
        raise invalid("correctedDenominator", message, "更正后的分母须大于 0。")
    points = min(Decimal(100), (100 * numerator / denominator).quantize(_HUNDREDTH, ROUND_HALF_UP))
    by = points - (score.points or 0)
    score.change(numerator=numerator, denominator=denominator, points=points, corrected_by=by)


def take_step(
    call: Call,
    period: AssessmentPeriod,
    role: Role,
    action: JournalAction,
    result: CommitteeResult | None = None,
    **more: Any,
) -> CommandResult:
    """Move a period, and return what its payload shows. result: that it is about. more: as of `move`."""
    by = By.actor(call, role, period.division_code)
    rows = {"assessmentPeriod": period.id, "event": move(call, PERIOD_LIFECYCLE, period, action, by, **more)}
    return CommandResult(rows if result is None else {**rows, "committeeResult": result.id})
