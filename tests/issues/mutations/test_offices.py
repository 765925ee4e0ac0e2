"""What offices set for those below: deadlines by the city, norms by a district."""

from typing import Any

import pytest

from db.city import models
from db.issues.deadlines import Span, span
from db.issues.models.clock import Clock, SpanUnit
from db.issues.models.issue import Urgency
from tests import factories as make
from tests.asking import Asking

RULE: dict[str, Any] = {"clock": "HANDLING", "urgency": "NORMAL", "amount": 5, "unit": "WORKING_DAY"}
SIX = {kind: [f"第{number}条" for number in range(1, 7)] for kind in ("participate", "abstain")}


def handling(code: str) -> Span:
    return span(Clock.HANDLING, Urgency.NORMAL, code)


def test_the_city_sets_a_deadline_for_a_division_and_all_below_it(ask: Asking) -> None:
    town = ask.town
    shown = "slaRule { divisionCode amount unit version setAt setByName }"

    first = ask.change("city", "setSlaRule", shown, divisionCode=town.district.code, **RULE)
    given = RULE | {"divisionCode": town.district.code, "amount": 6, "expectedVersion": 1}
    second = ask.change("city", "setSlaRule", "slaRule { amount version }", **given)

    assert first["slaRule"] == {
        "divisionCode": town.district.code, "amount": 5, "unit": "WORKING_DAY", "version": 1,
        "setAt": "2026-01-05T08:00:00Z", "setByName": "示范city",
    }  # fmt: skip
    assert second == {"slaRule": {"amount": 6, "version": 2}, "userErrors": []}
    assert handling(town.home.division_code) == Span(6, SpanUnit.WORKING_DAY)
    assert handling(town.far.division_code) == Span(7, SpanUnit.DAY)


def test_a_community_shows_the_deadlines_that_count_for_it_the_nearest_first(ask: Asking) -> None:
    make.make_sla_rule(ask.town.city)
    make.make_sla_rule(ask.town.street, amount=2)
    make.make_sla_rule(models.Division.get(models.Division.code == ask.town.far.division_code), amount=9)
    code = ask.town.home.division_code

    text = "query ($code: String!) { division(code: $code) { slaRules { nodes { divisionCode amount } } } }"
    answer = ask.answer("resident", text, code=code)

    assert answer["data"]["division"]["slaRules"]["nodes"] == [
        {"divisionCode": ask.town.street.code, "amount": 2}, {"divisionCode": ask.town.city.code, "amount": 1},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "given", "refusal"),
    [
        ("district", {}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("staff", {}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("city", {"divisionCode": "999999999999"}, [("NOT_FOUND", ["divisionCode"])]),
        ("city", {"amount": 0}, [("INVALID_INPUT", ["amount"])]),
        ("city", {"amount": 10_001}, [("INVALID_INPUT", ["amount"])]),
        ("city", {"expectedVersion": 3}, [("STALE_OBJECT", ["expectedVersion"])]),
    ],
)
def test_setting_a_deadline_is_refused(ask: Asking, who: str, given: dict[str, Any], refusal: list[Any]) -> None:
    inputs = RULE | {"divisionCode": ask.town.district.code} | given

    assert ask.refused(who, "setSlaRule", **inputs) == refusal
    assert models.SlaRule.select().count() == 0


def test_trying_a_deadline_dry_sets_nothing_and_a_key_sets_it_once(ask: Asking) -> None:
    given = RULE | {"divisionCode": ask.town.district.code}

    dry = ask.change("city", "setSlaRule", "slaRule { version }", dryRun=True, **given)
    kept = models.SlaRule.select().count()
    once, again = (
        ask.change("city", "setSlaRule", "isReplayed slaRule { version }", idempotencyKey="a", **given) for _ in "ab"
    )

    assert (dry["slaRule"], kept) == ({"version": 1}, 0)
    assert (once["isReplayed"], again) == (False, once | {"isReplayed": True})


def test_a_district_publishes_its_norms_version_by_version(ask: Asking) -> None:
    code = ask.town.district.code
    shown = "division { conductNorms(first: 13) { nodes { version kind position code } } }"

    ask.change("district", "publishConductNorms", "__typename", divisionCode=code, **SIX)
    given = SIX | {"divisionCode": code, "expectedVersion": 1}
    second = ask.change("district", "publishConductNorms", shown, **given)

    nodes = second["division"]["conductNorms"]["nodes"]
    assert [(node["version"], node["code"]) for node in nodes] == [
        *[(2, f"PARTICIPATE-{number}") for number in range(1, 7)],
        *[(2, f"ABSTAIN-{number}") for number in range(1, 7)],
        (1, "PARTICIPATE-1"),
    ]
    community = "query ($code: String!) { division(code: $code) { conductNorms { totalCount } } }"
    below, elsewhere = (
        ask.answer(None, community, code=committee.division_code)["data"]["division"]["conductNorms"]["totalCount"]
        for committee in (ask.town.home, ask.town.far)
    )
    assert (below, elsewhere) == (24, 0)


@pytest.mark.parametrize(
    ("who", "given", "refusal"),
    [
        ("subdistrict", {}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("city", {}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("district", {"abstain": ["一条"] * 5}, [("INVALID_INPUT", ["abstain"])]),
        ("district", {"participate": ["一条"] * 7}, [("INVALID_INPUT", ["participate"])]),
        ("district", {"participate": ["一"] * 5 + ["长" * 201]}, [("INVALID_INPUT", ["participate"])]),
        ("district", {"expectedVersion": 1}, [("STALE_OBJECT", ["expectedVersion"])]),
        ("district", {"divisionCode": "999999000000"}, [("NOT_FOUND", ["divisionCode"])]),
    ],
)
def test_publishing_norms_is_refused(ask: Asking, who: str, given: dict[str, Any], refusal: list[Any]) -> None:
    inputs = SIX | {"divisionCode": ask.town.district.code} | given

    assert ask.refused(who, "publishConductNorms", **inputs) == refusal
    assert models.ConductNorm.select().count() == 0


def test_norms_are_of_a_district_and_of_nothing_else(ask: Asking) -> None:
    given = SIX | {"divisionCode": ask.town.street.code}

    assert ask.refused("district", "publishConductNorms", **given) == [("NOT_FOUND", ["divisionCode"])]


def test_an_older_norm_is_no_reason_any_more(ask: Asking) -> None:
    make.make_conduct_norm(ask.town.district, version=1, code="ABSTAIN-9")
    make.make_conduct_norm(ask.town.district, version=2)
    issue = f"Issue_{ask.town.submit()}"
    given = {"issueId": issue, "reason": "NORM_ABSTAIN", "advice": "请向法院反映"}

    old = ask.refused("staff", "rejectIssue", normCode="ABSTAIN-9", **given)
    new = ask.refused("staff", "rejectIssue", normCode="ABSTAIN-1", **given)

    assert (old, new) == ([("INVALID_INPUT", ["normCode"])], [])
