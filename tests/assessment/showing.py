"""Asks the graph for what the filters of scores find, as an officer who sees everything."""

from collections import Counter
from decimal import Decimal
from typing import Any

from tests.asking import answer_to

# Of these the numerator is a count of rows.
COUNTS = {"RESPONSE", "ON_TIME", "CLAIMS_KEPT", "NOT_REOPENED", "SPONSOR_VISITS"}
SCORES = """query ($id: ID!, $first: Int!) { assessmentPeriod(id: $id) { results(first: $first) { nodes {
    scores(first: 10) { nodes { indicator cases numerator countedIn counted achieved } } } } } }"""


def check_filters(account_id: int, period_id: int, at: Any, *, first: int) -> Counter[str]:
    """Check that what `counted` finds is as many rows as were counted; return how many, by indicator.

    first: of how many committees.
    """
    given = {"id": f"AssessmentPeriod_{period_id}", "first": first}
    results = answer_to(account_id, SCORES, at, **given)["data"]["assessmentPeriod"]["results"]["nodes"]
    found: Counter[str] = Counter()
    for score in (score for result in results for score in result["scores"]["nodes"]):
        assert (score["counted"] is None) == (score["countedIn"] is None) == (score["cases"] is None)
        if score["counted"] is None:
            continue
        found[score["indicator"]] += score["cases"]
        assert _count(account_id, at, score["countedIn"], score["counted"]) == score["cases"], score
        if score["achieved"] is not None:
            achieved = _count(account_id, at, score["countedIn"], score["achieved"])
            assert achieved == Decimal(score["numerator"]) or score["indicator"] not in COUNTS, score
    return found


def _count(account_id: int, at: Any, connection: str, text: str) -> int:
    answer = answer_to(account_id, f"{{ {connection}(filter: {text}) {{ totalCount }} }}", at)
    assert "errors" not in answer, (answer, text)
    return answer["data"][connection]["totalCount"]
