"""Relation filters inside each other: what they find, what they cost, how deep they go, and how much work they are."""

from collections.abc import Callable
from typing import Any

import pytest

from db.issues.lifecycle import IssueState
from schema.engine import Bounds, Limits, filtering
from schema.request.execute import Executor
from tests.factories import make_claim, make_committee, make_issue, make_organization, make_resource
from tests.graph.conftest import Sides
from tests.graph.sides import Side
from tests.work import counted_steps

BUSY, ISSUES = 3, 40
# No limit but the depth that can be set at most.
OPEN = Limits(max_cost=10**15, bounds=Bounds(filter_depth=12))


def crowd() -> None:
    """Make three committees with forty issues each; the last issue of each is claimed with a resource."""
    for at in range(BUSY):
        committee = make_committee()
        issues = [make_issue(IssueState.ACCEPTED, committee, title=f"第{at}处路灯{n}") for n in range(ISSUES)]
        make_claim(issues[-1], resource=make_resource(make_organization(committee.division)))


@pytest.fixture(scope="module")
def crowded(make_sides: Callable[..., Sides]) -> Sides:
    """Return the crowd on both databases, with an executor that refuses little."""
    return make_sides(crowd, limits=OPEN)


@pytest.fixture(params=[0, 1], ids=["sqlite", "postgresql"])
def busy(crowded: Sides, request: pytest.FixtureRequest) -> Side:
    """Return the crowd on one database after the other."""
    return crowded[request.param]


def within(levels: int, inner: str, quantifier: str = "some") -> str:
    """Write a filter that goes to the committee and back to its issues, so many times."""
    for _ in range(levels):
        inner = f"{{committee: {{issues: {{{quantifier}: {inner}}}}}}}"
    return inner


def total(side: Side, filter_: str, root: str = "issues") -> Any:
    answer = side.json(f"{{ {root}(first: 1, filter: {filter_}) {{ totalCount }} }}")
    return answer["data"][root]["totalCount"] if "data" in answer else answer["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("levels", [1, 2, 3, 5, 6])
@pytest.mark.parametrize(
    ("quantifier", "inner", "found"),
    [
        ("some", '{title: {contains: "第1处"}}', ISSUES),
        ("some", '{title: {contains: "第7处"}}', 0),
        ("every", '{title: {contains: "第2处"}}', ISSUES),
        ("none", '{title: {eq: "第0处路灯3"}}', 0),
    ],
)
def test_filters_inside_each_other_find_what_they_say(
    busy: Side, levels: int, quantifier: str, inner: str, found: int
) -> None:
    # None of none of … is everything and nothing in turn: those of the one committee, or of the others.
    if quantifier == "none":
        found = ISSUES if levels % 2 == 0 else (BUSY - 1) * ISSUES

    assert total(busy, within(levels, inner, quantifier)) == found


@pytest.mark.parametrize(
    ("root", "filter_", "found"),
    [
        ("issues", "{claims: {some: {resource: {claims: {some: {issue: {claims: {count: {eq: 1}}}}}}}}}", BUSY),
        ("issues", "{committee: {issues: {some: {claims: {some: {hasResource: true}}}}}}", None),
        ("committees", "{issues: {some: {claims: {some: {issue: {committee: {issues: {count: {gt: 9}}}}}}}}}", BUSY),
        ("committees", "{issues: {every: {not: {claims: {some: {resource: {claims: {some: {}}}}}}}}}", 0),
        ("divisions", "{issues: {some: {division: {committee: {issues: {some: {claims: {some: {}}}}}}}}}", None),
        ("resources", "{claims: {none: {issue: {claims: {none: {resource: {claims: {some: {}}}}}}}}}", BUSY),
    ],
)
def test_both_databases_find_the_same(crowded: Sides, root: str, filter_: str, found: int | None) -> None:
    answers = [total(side, filter_, root) for side in crowded]

    assert answers[0] == answers[1]
    if found is not None:
        assert answers[0] == found


@pytest.mark.parametrize("quantifier", ["some", "every", "none"])
def test_work_grows_with_the_levels_and_not_with_their_power(crowded: Sides, quantifier: str) -> None:
    side, inner = crowded[0], '{title: {contains: "nowhere"}}'

    taken: list[int] = []
    for levels in (1, 2, 4):
        with side.bound(), counted_steps(side.database.connection()) as steps:
            total(side, within(levels, inner, quantifier))
        taken.append(steps[0])

    # Forty times as many for each level, where each row's issues are looked through anew.
    assert taken[1] < 4 * taken[0] + 20
    assert taken[2] < 4 * taken[1] + 20


# --- What is refused --------------------------------------------------------------------------------------------------


def nested(kind: str, levels: int) -> str:
    inner = '{title: {eq: "x"}}'
    forms = {
        "relations": "{{mergedInto: {0}}}",
        "lists": "{{mergedIssues: {{some: {0}}}}}",
        "not": "{{not: {0}}}",
        "and": "{{and: [{0}]}}",
        "or": '{{or: [{{title: {{eq: "y"}}}}, {0}]}}',
    }
    for _ in range(levels):
        inner = forms[kind].format(inner)
    return inner


MOST = {"relations": 8, "lists": 8, "not": 48, "and": 48, "or": 48}


@pytest.mark.parametrize("kind", MOST)
def test_a_filter_is_as_deep_as_may_be_and_no_deeper(side: Side, kind: str) -> None:
    with side.bound():
        dear = Side(side.database, Executor(Limits(max_cost=10**15)))

    def code(levels: int) -> Any:
        return total(dear, nested(kind, levels))

    assert isinstance(code(MOST[kind]), int)
    assert code(MOST[kind] + 1) == "QUERY_TOO_DEEP"
    assert code(190) in ("QUERY_TOO_DEEP", "DOCUMENT_TOO_LARGE", "GRAPHQL_PARSE_FAILED")


@pytest.mark.parametrize("kind", MOST)
def test_what_can_be_set_at_most_is_answered(busy: Side, kind: str) -> None:
    assert total(busy, nested(kind, max(12, MOST[kind]))) in (0, BUSY * ISSUES)


@pytest.mark.parametrize("relation", ["mergedInto: {0}", "mergedIssues: {{every: {0}}}"])
def test_relations_and_conditions_may_both_be_as_deep_as_they_may(busy: Side, relation: str) -> None:
    filter_ = '{title: {eq: "x"}}'
    for at in range(48):
        form = f"{{{{{relation}}}}}" if at % 4 == 0 else "{{not: {0}}}" if at % 4 == 1 else "{{or: [{0}]}}"
        filter_ = form.format(filter_)

    assert isinstance(total(busy, filter_), int)


def test_what_the_database_cannot_take_is_refused(crowded: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtering, "_MAX_LEVELS", 1_000)
    side = crowded[0]
    with side.bound():
        boundless = Side(side.database, Executor(Limits(max_cost=10**30, bounds=Bounds(filter_depth=1_000))))

    assert total(boundless, nested("lists", 40)) == "QUERY_TOO_DEEP"
    assert total(boundless, "{}") == BUSY * ISSUES


@pytest.mark.parametrize("levels", [65, 150, 400, 480])
@pytest.mark.parametrize("kind", ["not", "and", "mergedInto"])
def test_a_filter_in_a_variable_is_refused_however_deep_it_is(side: Side, kind: str, levels: int) -> None:
    given: Any = {"title": {"eq": "x"}}
    for _ in range(levels):
        given = {kind: [given] if kind == "and" else given}
    text = "query Q($f: IssueFilter) { issues(filter: $f) { totalCount } }"

    (error,) = side.json(text, {"f": given})["errors"]

    assert error["extensions"]["code"] in ("QUERY_TOO_DEEP", "DOCUMENT_TOO_LARGE")


def test_a_refusal_says_how_deep_the_filter_is_and_how_deep_it_may_be(side: Side) -> None:
    (error,) = side.json(f"{{ issues(filter: {nested('relations', 20)}) {{ totalCount }} }}")["errors"]

    assert error == {
        "message": "The filter has 20 nested relations; at most 8 are allowed. Ask in several requests.",
        "path": ["issues", "filter"],
        "extensions": {"code": "QUERY_TOO_DEEP", "what": "relations", "depth": 20, "maxDepth": 8},
    }


def test_relations_cost_more_the_deeper_they_are(side: Side) -> None:
    def cost(filter_: str) -> int:
        return side.answer(f"{{ issues(first: 0, filter: {filter_}) {{ totalCount }} }}").cost

    plain = cost("{}")
    costs = [cost(within(levels, "{}")) - plain for levels in (1, 2, 3)]

    assert costs == [5 + 15, 5 + 15 + 45 + 135, 5 + 15 + 45 + 135 + 405 + 1_215]
    assert total(side, f"{{and: [{within(4, '{}')}, {within(4, '{}')}]}}") == "QUERY_TOO_COSTLY"
