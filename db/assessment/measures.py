"""The ten indicators: what each divides by what, which rows that counts, and the filters that show them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from db.assessment import facts, filters
from db.assessment.facts import Window
from db.assessment.filters import Texts
from db.assessment.models import Indicator


@dataclass(frozen=True, slots=True)
class Measure:
    """How an indicator is counted.

    select: the numbers of each result of a period: `result`, `cases`, `part` and `whole`, the latter two in hundredths.
    formula: in English and Chinese. counted_in: the connection that finds what counts; None where days are counted.
    counted, achieved: its filter for all of it, and for what counts in the committee's favour. needs_cases: there must
    be so many cases as `ASSESSMENT_LEAST_CASES` says.
    """

    select: Callable[[Window], Any]
    formula: tuple[str, str]
    counted_in: str | None = None
    counted: Callable[[Texts], list[Any]] = lambda texts: []
    achieved: Callable[[Texts], list[Any]] = lambda texts: []
    needs_cases: bool = True


MEASURES: dict[Indicator, Measure] = {
    Indicator.MEETINGS_HELD: Measure(
        facts.meetings,
        (
            "Months with a meeting that was held ÷ whole months of the period that are over, from the one after the "
            "committee's founding.",
            "有例会召开的月数 ÷ 周期内已结束的整月数（成立当月不计）。",
        ),
        "meetings",
        lambda texts: [
            *filters.of_community(texts),
            *filters.between("heldAt", texts.months_since, texts.months_until),
            filters.ENDED,
        ],
        needs_cases=False,
    ),
    Indicator.RESPONSE: Measure(
        facts.of_results(facts.responses),
        (
            "Issues whose first ACCEPT, REJECT or ASK came by the deadline ÷ issues submitted in the period and due. "
            "Merged ones count with their master; those that were withdrawn in time, or are for an emergency number, "
            "do not count.",
            "首次受理、不予受理或要求补充未逾期的事项 ÷ 周期内提交且已到期的事项（并案计入主案；"
            "按期撤回和转 110/119/120 的不计）。",
        ),
        "issues",
        filters.due,
        lambda texts: [*filters.submitted(texts), ", isAnsweredInTime: {eq: true}}"],
    ),
    Indicator.RESOLUTION: Measure(
        facts.of_results(facts.resolutions),
        (
            "Issues closed in the period as RESOLVED, and half of those PARTLY_RESOLVED ÷ issues closed, without those "
            "REFERRED_OUT.",
            "（已解决 + ½ 部分解决）÷ 周期内销号的事项（转介的不计）。",
        ),
        "issues",
        lambda texts: [*filters.closed(texts), ", outcome: {neq: REFERRED_OUT}}"],
        lambda texts: [*filters.closed(texts), ", outcome: {in: [RESOLVED, PARTLY_RESOLVED]}}"],
    ),
    Indicator.SATISFACTION: Measure(
        facts.of_results(facts.ratings),
        (
            "The sum of (rating − 1) ÷ (4 × issues closed in the period and rated).",
            "Σ（评分 − 1）÷（4 × 周期内销号且已评分的事项数），未评分的不计。",
        ),
        "issues",
        lambda texts: [*filters.closed(texts), ", rating: {isNull: false}}"],
    ),
    Indicator.ON_TIME: Measure(
        facts.of_results(facts.reports),
        (
            "Reports that the work is done which came by the deadline, or where none ran ÷ all such reports of the "
            "period.",
            "未逾期的办结 ÷ 周期内全部办结。",
        ),
        "ledgerEntries",
        lambda texts: [*filters.reported(texts), filters.ENDED],
        lambda texts: [*filters.reported(texts), ", isInTime: {eq: true}}"],
    ),
    Indicator.CLAIMS_KEPT: Measure(
        facts.of_results(facts.claims),
        (
            "Claims fulfilled in the period ÷ claims fulfilled, or released after they were confirmed.",
            "周期内已履行的认领 ÷（已履行 + 确认后释放的认领）。",
        ),
        "claims",
        lambda texts: [
            *filters.ended_claims(texts),
            ", or: [{state: {eq: FULFILLED}}, {state: {eq: RELEASED}, confirmedAt: {isNull: false}}]}",
        ],
        lambda texts: [*filters.ended_claims(texts), ", state: {eq: FULFILLED}}"],
    ),
    Indicator.NOT_REOPENED: Measure(
        facts.of_results(facts.closings),
        (
            "Issues closed in the period and not reopened in it ÷ issues closed in it.",
            "1 − 周期内重启的事项 ÷ 周期内销号的事项。",
        ),
        "issues",
        lambda texts: [*filters.struck_off(texts), filters.ENDED],
        filters.not_reopened,
    ),
    Indicator.HOURS: Measure(
        facts.hours,
        (
            "Confirmed hours of the period ÷ (registered persons and members of teams × ASSESSMENT_HOURS_A_YEAR × days "
            "÷ 365), at most 1.",
            "周期内已确认时长 ÷（报到人员和队员数 × 每年应服务时长 × 天数 ÷ 365），最多为 1。",
        ),
        "persons",
        filters.people,
    ),
    Indicator.SPONSOR_VISITS: Measure(
        facts.of_results(facts.visits),
        (
            "Sponsorships of targets with a visit of the sponsor in the period, calls not counted ÷ sponsorships of "
            "targets that run.",
            "周期内包抓人走访过的包抓对象 ÷ 包抓对象（电话不计）。",
        ),
        "sponsorships",
        lambda texts: [*filters.sponsored(texts), filters.ENDED],
        lambda texts: [
            *filters.sponsored(texts),
            ", visits: {some: {form: {neq: PHONE}",
            *filters.between("visitedOn", texts.first_day, texts.last_day, "lte"),
            "}}}",
        ],
    ),
    Indicator.COMPLIANT_DAYS: Measure(
        facts.compliant_days,
        (
            "Days at whose end the committee was ACTIVE ÷ days of the period since its founding. No rows are counted; "
            "the steps are in the committee's journal.",
            "运行中（合规）的天数 ÷ 周期内成立以来的天数（逐日计，见社工委台账）。",
        ),
        needs_cases=False,
    ),
}
