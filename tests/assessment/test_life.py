"""The life of an assessment: who sees it when, appeals with their dates, what is final (I40), and races."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError

from db.access.models.notice import Notice
from db.assessment.models import AssessmentPeriod, AssessmentWeight, CommitteeResult, Indicator, PeriodState, Score
from db.city import models
from db.city.journal_check import verify_journals
from db.committees.models.committee import CommitteeState
from db.deliberation.models.meeting import MeetingState
from db.kernel.database import database as proxy
from tests import factories as make
from tests.asking import Asking
from tests.assessment.reckoning import check_results, kept_scores, ranks_of, reckoned_scores, total_of
from tests.factories import AT
from tests.threads import at_once
from tests.town import build

DAY = timedelta(days=1)
MEETING = datetime.fromisoformat("2025-11-20T02:00:00Z")
WEIGHTS = [{"indicator": one.value, "weight": one.weight} for one in Indicator]
ROWS = "rank committeeId total parts { indicator points weight }"


class Year:
    """A city whose officers assess the last quarter of 2025; the home committee met in one month of it."""

    def __init__(self, ask: Asking) -> None:
        self.ask, self.town = ask, ask.town
        for committee in (self.town.home, self.town.next_door, self.town.across, self.town.far):
            committee.change(state=CommitteeState.ACTIVE, established_on=date(2025, 1, 1))
        make.make_meeting(self.town.home, state=MeetingState.CLOSED, scheduled_at=MEETING, held_at=MEETING)
        self.city, self.district = self.town.city.code, self.town.district.code
        assert self.do("city", "publishAssessmentScheme", divisionCode=self.city, weights=WEIGHTS) == []

    def do(self, who: str, name: str, at: Any = AT, /, **given: Any) -> Any:
        """Perform a mutation; return how it was refused."""
        return self.ask.refused(who, name, at, **given)

    def open(self, who: str = "city", code: str = "", **given: Any) -> str:
        """Open the period and return its id."""
        days = {"startsOn": "2025-10-01", "endsOn": "2025-12-31", **given}
        made = self.ask.change(
            who, "openAssessmentPeriod", "assessmentPeriod { id }", divisionCode=code or self.city, **days
        )
        assert made["userErrors"] == []
        return made["assessmentPeriod"]["id"]

    def published(self, who: str = "city", code: str = "") -> str:
        """Open, compute and publish the period; return its id."""
        period = self.open(who, code)
        for name in ("computeAssessment", "publishAssessment"):
            assert self.do(who, name, assessmentPeriodId=period) == []
        return period

    def own(self, who: str | None, shows: str) -> Any:
        """Read the results of the home committee as somebody."""
        code = self.town.home.division_code
        text = f'{{ committee(divisionCode: "{code}") {{ assessmentResults {{ {shows} }} }} }}'
        return self.ask.answer(who, text)["data"]["committee"]["assessmentResults"]

    def read(self, who: str | None, period: str, shows: str, at: Any = AT) -> Any:
        """Read a period as somebody."""
        return self.ask.answer(who, f'{{ assessmentPeriod(id: "{period}") {{ {shows} }} }}', at)["data"][
            "assessmentPeriod"
        ]


@pytest.fixture
def year(ask: Asking) -> Year:
    return Year(ask)


def row_of(period: str) -> AssessmentPeriod:
    return AssessmentPeriod.get_by_id(int(period.rpartition("_")[2]))


def test_schemes_are_versions_that_add_up_and_stay(year: Year) -> None:
    wanted = {"divisionCode": year.city, "weights": WEIGHTS}
    for weights, field in (
        (WEIGHTS[1:], ["weights"]), ([*WEIGHTS[:9], WEIGHTS[0]], ["weights", "9", "indicator"]),
    ):  # fmt: skip
        assert year.do("city", "publishAssessmentScheme", **wanted | {"weights": weights}) == [("INVALID_INPUT", field)]
    assert year.do("district", "publishAssessmentScheme", **wanted) == [("NOT_PERMITTED", ["divisionCode"])]
    assert year.do("city", "publishAssessmentScheme", **wanted, expectedVersion=0) == [
        ("STALE_OBJECT", ["expectedVersion"])
    ]
    assert year.do("city", "publishAssessmentScheme", **wanted, expectedVersion=1) == []
    # A district without a scheme is assessed by the city's, and by its own once there is one.
    periods = [year.open("district", year.district, endsOn="2025-11-30")]
    half = [{"indicator": "RESPONSE", "weight": 50}, {"indicator": "HOURS", "weight": 50}]
    assert year.do("district", "publishAssessmentScheme", divisionCode=year.district, weights=half) == []
    periods.append(year.open("district", year.district))
    shown = "scheme { division { code } version weights { nodes { indicator weight } } }"
    schemes = [year.read("district", period, shown)["scheme"] for period in periods]
    assert [(one["division"]["code"], one["version"]) for one in schemes] == [(year.city, 2), (year.district, 1)]
    assert schemes[0]["weights"]["nodes"] == WEIGHTS
    assert sum(one["weight"] for one in schemes[1]["weights"]["nodes"]) == 100
    for change in (AssessmentWeight.update(weight=1), AssessmentWeight.delete()):
        with pytest.raises(IntegrityError), proxy.atomic():
            change.execute()


def test_periods_have_days_of_their_own(year: Year) -> None:
    days = {"divisionCode": year.city, "startsOn": "2025-10-01", "endsOn": "2025-12-31"}
    year.open()
    assert year.do("city", "openAssessmentPeriod", **days) == [("ALREADY_EXISTS", ["startsOn"])]
    for wrong, refusal in (
        ({"endsOn": "2025-09-30"}, ("INVALID_INPUT", ["endsOn"])),
        ({"startsOn": "2024-12-30"}, ("INVALID_INPUT", ["endsOn"])),
        ({"startsOn": "2026-01-06", "endsOn": "2026-01-06"}, ("INVALID_INPUT", ["startsOn"])),
        ({"divisionCode": year.town.street.code}, ("NOT_FOUND", ["divisionCode"])),
        ({"divisionCode": year.district}, ("NOT_PERMITTED", ["divisionCode"])),
        ({"startsOn": "2025-11-01", "schemeId": "AssessmentScheme_99"}, ("NOT_FOUND", ["schemeId"])),
    ):
        assert year.do("city", "openAssessmentPeriod", **days | wrong) == [refusal], wrong


def test_only_the_office_sees_it_until_it_is_published_and_then_everybody(year: Year) -> None:
    period = year.open()
    shown = "state results { totalCount } scores { totalCount } ranking { rank }"
    assert year.read("city", period, shown)["results"]["totalCount"] == 0
    assert year.do("city", "computeAssessment", assessmentPeriodId=period) == []

    for who in (None, "director", "district", "subdistrict", "staff"):
        assert year.read(who, period, shown) is None
        assert year.own(who, "totalCount") == {"totalCount": 0}
    for who in ("director", "district"):
        assert year.do(who, "publishAssessment", assessmentPeriodId=period) == [("NOT_FOUND", ["assessmentPeriodId"])]
    seen = year.read("city", period, shown)
    assert (seen["state"], seen["results"], seen["scores"]) == ("COMPUTED", {"totalCount": 4}, {"totalCount": 40})
    assert year.do("city", "publishAssessment", assessmentPeriodId=period) == []
    assert year.read(None, period, shown) == {**seen, "state": "PUBLISHED"}
    # The director of each committee is told, who may appeal, and nobody else.
    told = "{ viewer { notices { nodes { kind text divisionCode } } } }"
    [notice] = year.ask.answer("director", told)["data"]["viewer"]["notices"]["nodes"]
    assert (notice["kind"], notice["divisionCode"]) == ("SCORE_PUBLISHED", year.town.home.division_code)
    assert notice["text"] == "2025-10-01至2025-12-31的考核结果已公布，如有异议可在2026-01-19 16:00前申诉。"
    assert {one.role for one in Notice.select()} == {"DIRECTOR"}
    assert Notice.select().count() == 4
    assert year.ask.answer("member", told)["data"]["viewer"]["notices"]["nodes"] == []
    # A district's own is its officers' alone, and ranks nobody in the city.
    other = year.open("district", year.district)
    assert year.do("city", "computeAssessment", assessmentPeriodId=other) == [("NOT_FOUND", ["assessmentPeriodId"])]
    assert year.do("district", "computeAssessment", assessmentPeriodId=other) == []
    results = year.read("district", other, "results { nodes { divisionCode rankInDistrict rankInCity } }")
    assert len(results["results"]["nodes"]) == 3
    assert {row["rankInCity"] for row in results["results"]["nodes"]} == {None}


def test_a_score_shows_how_it_came_about(year: Year) -> None:
    period = year.published()
    shown = "indicator weight cases numerator denominator points isAssessed countedIn counted achieved formula"
    [result] = year.own(None, f"nodes {{ total scores {{ nodes {{ {shown} }} }} }}")["nodes"]
    scores = {row["indicator"]: row for row in result["scores"]["nodes"]}

    met, kept = scores["MEETINGS_HELD"], scores["COMPLIANT_DAYS"]
    assert (met["cases"], met["numerator"], met["denominator"], met["points"]) == (1, "1.00", "3.00", "33.33")
    assert (kept["cases"], kept["numerator"], kept["denominator"], kept["points"]) == (None, "92.00", "92.00", "100.00")
    assert (kept["countedIn"], kept["counted"]) == (None, None)
    assert [row["isAssessed"] for row in scores.values()].count(True) == 2
    # (10 * 33.33 + 5 * 100) / 15
    assert result["total"] == "55.55"
    home = year.ask.answer("city", f"{{ meetings(filter: {met['counted']}) {{ totalCount }} }}")
    assert home["data"] == {"meetings": {"totalCount": 1}}
    check_results(row_of(period))


def test_what_if_keeps_nothing_and_ranks_by_any_weights(year: Year) -> None:
    period = year.published()
    random = Random(1)
    # Scores of all kinds, as an appeal may leave them.
    for score in Score.select():
        score.change(points=random.choice([None, Decimal(0), Decimal("33.33"), Decimal("66.67"), Decimal(100)]))
    scores = kept_scores(row_of(period))
    points: dict[int, dict[str, Decimal | None]] = {}
    for (committee, name), reached in scores.items():
        points.setdefault(committee, {})[name] = reached[3]
    results = list(CommitteeResult.select().order_by(CommitteeResult.id).dicts())
    trials = [{}, {"hours": 1}, {"response": 100, "onTime": 3}] + [
        {camel(one): random.randint(0, 9) for one in Indicator} for _ in range(5)
    ]
    for trial in trials:
        given = ", ".join(f"{name}: {weight}" for name, weight in trial.items())
        rows = year.read(None, period, f"ranking(weights: {{{given}}}) {{ {ROWS} }}")["ranking"]
        weights = {str(one): trial.get(camel(one), 0) for one in Indicator}
        totals = {committee: total_of(reached, weights) for committee, reached in points.items()}
        ranks = ranks_of(totals)
        assert {row["committeeId"]: (row["rank"], row["total"]) for row in rows} == {
            f"Committee_{committee}": (ranks[committee], total and f"{total:.2f}" if total is None else f"{total:.2f}")
            for committee, total in totals.items()
        }
        assert [row["rank"] or 99 for row in rows] == sorted(row["rank"] or 99 for row in rows)
        assert {part["indicator"]: part["weight"] for part in rows[0]["parts"]} == weights
    assert list(CommitteeResult.select().order_by(CommitteeResult.id).dicts()) == results
    # Within a division, among themselves, and only the first.
    within = f'ranking(divisionCode: "{year.district}", first: 2) {{ rank committeeId }}'
    rows = year.read(None, period, within)["ranking"]
    assert len(rows) == 2
    assert rows[0]["rank"] in (1, None)
    assert f"Committee_{year.town.far.id}" not in {row["committeeId"] for row in rows}


def camel(indicator: Indicator) -> str:
    """Return the name of the weight of an indicator."""
    first, *others = indicator.value.lower().split("_")
    return first + "".join(map(str.capitalize, others))


def test_appeals_have_their_time_and_correct_scores(year: Year) -> None:
    period = year.published()
    home, other = f"Committee_{year.town.home.id}", f"Committee_{year.town.far.id}"
    appeal = {
        "assessmentPeriodId": period,
        "committeeId": home,
        "indicator": "MEETINGS_HELD",
        "grounds": "十二月也开过例会",
    }
    decide = {"assessmentPeriodId": period, "committeeId": home, "reason": "核对会议纪要属实"}
    until = row_of(period).appeal_until
    assert until is not None
    assert until == AT + 14 * DAY

    assert year.do("director", "appealScore", until + DAY, **appeal) == [("LIMIT_REACHED", ["assessmentPeriodId"])]
    assert year.do("director", "appealScore", **appeal | {"committeeId": other}) == [("NOT_PERMITTED", ["committeeId"])]
    assert year.do("member", "appealScore", **appeal) == [("NOT_PERMITTED", None)]
    assert year.do("city", "decideAppeal", **decide, decision="REJECTED") == [("ILLEGAL_TRANSITION", ["committeeId"])]
    assert year.do("city", "finalizeAssessment", assessmentPeriodId=period) == [
        ("NOT_ALL_SETTLED", ["assessmentPeriodId"])
    ]
    assert year.do("director", "appealScore", until, **appeal) == []
    assert year.do("director", "appealScore", until, **appeal) == [("LIMIT_REACHED", ["committeeId"])]
    late = until + 20 * DAY
    assert year.do("city", "finalizeAssessment", late, assessmentPeriodId=period) == [
        ("NOT_ALL_SETTLED", ["assessmentPeriodId"])
    ]
    assert year.do("district", "decideAppeal", late, **decide, decision="REJECTED") == [("NOT_PERMITTED", None)]
    for wrong in ({"decision": "UPHELD"}, {"decision": "REJECTED", "correctedNumerator": "2"}):
        refused = year.do("city", "decideAppeal", late, **decide, **wrong)
        assert refused == [("INVALID_INPUT", ["correctedNumerator"])]
    upheld = {"decision": "UPHELD", "correctedNumerator": "2"}
    scores = "scores { nodes { indicator points correctedBy } }"
    shows = f"committeeResult {{ appealState decision total {scores} }} event {{ action }}"
    made = year.ask.change("city", "decideAppeal", shows, late, **decide, **upheld)
    result = made["committeeResult"]
    assert (result["appealState"], result["decision"], made["event"]["action"]) == (
        "UPHELD",
        decide["reason"],
        "DECIDE",
    )
    assert result["scores"]["nodes"][0] == {"indicator": "MEETINGS_HELD", "points": "66.67", "correctedBy": "33.34"}
    # (10 * 66.67 + 5 * 100) / 15
    assert result["total"] == "77.78"
    check_results(row_of(period))
    assert year.do("city", "finalizeAssessment", late, assessmentPeriodId=period) == []
    assert year.do("director", "appealScore", until, **appeal) == [("ILLEGAL_TRANSITION", ["assessmentPeriodId"])]
    # A district's appeals are decided by the city.
    own = year.published("district", year.district)
    assert year.do("director", "appealScore", **appeal | {"assessmentPeriodId": own}) == []
    own_decision = {**decide, "assessmentPeriodId": own, "decision": "REJECTED"}
    assert year.do("district", "decideAppeal", **own_decision) == [("NOT_PERMITTED", None)]
    assert year.do("city", "decideAppeal", **own_decision) == []
    assert [one for one in verify_journals().findings if one.subject_type == "AssessmentPeriod"] == []


def test_what_is_final_never_changes(year: Year) -> None:
    period = year.published()
    named = {"assessmentPeriodId": period}
    late = AT + 30 * DAY
    assert year.do("city", "finalizeAssessment", late, **named) == []
    before = [list(model.select().order_by(model.id).dicts()) for model in (AssessmentPeriod, CommitteeResult, Score)]

    home = {"committeeId": f"Committee_{year.town.home.id}"}
    for who, name, more in (
        ("city", "computeAssessment", {}),
        ("city", "publishAssessment", {}),
        ("city", "finalizeAssessment", {}),
        ("director", "appealScore", {**home, "indicator": "HOURS", "grounds": "示范"}),
        ("city", "decideAppeal", {**home, "decision": "REJECTED", "reason": "示范"}),
    ):
        assert year.do(who, name, late, **named, **more) == [("ILLEGAL_TRANSITION", ["assessmentPeriodId"])], "I40"
    for change in (
        Score.update(points=1), CommitteeResult.update(total=1), Score.delete(), CommitteeResult.delete(),
        AssessmentPeriod.update(state=PeriodState.OPEN.value),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), proxy.atomic():
            change.execute()
    after = [list(model.select().order_by(model.id).dicts()) for model in (AssessmentPeriod, CommitteeResult, Score)]
    assert after == before, "I40"


def test_what_runs_is_computed_but_not_published(year: Year) -> None:
    period = year.open(startsOn="2025-12-01", endsOn="2026-01-31")
    named = {"assessmentPeriodId": period}
    assert year.do("city", "computeAssessment", **named) == []
    row = row_of(period)
    assert (row.last_on, row.first_month, row.end_month) == (date(2026, 1, 5), date(2025, 12, 1), date(2026, 1, 1))
    assert year.do("city", "publishAssessment", AT + 60 * DAY, **named) == [("LIMIT_REACHED", ["assessmentPeriodId"])]
    assert year.do("city", "computeAssessment", AT + 60 * DAY, **named) == []
    assert year.do("city", "publishAssessment", AT + 60 * DAY, **named) == []
    assert kept_scores(row_of(period)) == reckoned_scores(row_of(period)), "I38"


def test_scores_are_computed_and_published_once_whoever_is_first(database: DatabaseProxy) -> None:
    year = Year(Asking(build()))
    period = year.open()
    named = {"assessmentPeriodId": period}
    assert year.do("city", "computeAssessment", **named) == []
    steps = iter(["computeAssessment", "publishAssessment"] * 2)

    answers = at_once(4, lambda: year.do("city", next(steps), **named))

    # Whoever computes after it was published is refused, and so is who publishes twice; no score is there twice.
    assert len(answers) == 4
    assert sum(answer == [] for answer in answers) in (1, 2, 3)
    refusals = [answer for answer in answers if answer]
    assert all(answer == [("ILLEGAL_TRANSITION", ["assessmentPeriodId"])] for answer in refusals)
    assert row_of(period).state is PeriodState.PUBLISHED
    assert Score.select().count() == 10 * CommitteeResult.select().count() == 40
    check_results(row_of(period))
    # Of two appeals of a committee one is kept, and two decisions on it are one.
    appeal = {**named, "committeeId": f"Committee_{year.town.home.id}", "indicator": "HOURS", "grounds": "示范理由"}
    assert sorted(at_once(3, lambda: year.do("director", "appealScore", **appeal)))[:1] == [[]]
    decision = {**named, "committeeId": appeal["committeeId"], "decision": "REJECTED", "reason": "示范"}
    decided = at_once(3, lambda: year.do("city", "decideAppeal", **decision))
    assert decided.count([]) == 1
    assert (
        models.JournalEntry.select().where(models.JournalEntry.subject_type == "AssessmentPeriod").count()
        == row_of(period).version
    )
    assert [one for one in verify_journals().findings if one.subject_type == "AssessmentPeriod"] == []
