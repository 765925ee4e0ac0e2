"""What is counted by a roll-up is what counting the rows gives, for everybody who asks and on both databases."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from functools import partial
from itertools import combinations, count
from random import Random
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from db.city import models
from schema.engine.dialects import SqliteDialect
from schema.engine.emit import emit
from schema.engine.planner import Planner
from schema.engine.selection import Reader
from schema.graph import CATALOG
from schema.root import schema
from tests.graph.conftest import Sides
from tests.graph.documents import Document
from tests.graph.evaluator import Evaluator, World
from tests.graph.maker import NOW
from tests.graph.rows import insert, make_rows
from tests.graph.test_equality import LIMITS, answers
from tests.graph.test_statements import counted

# Columns that are counted together, and the levels of places for which they are.
HELD = (
    (("STATE", "DUTY"), ("PROVINCE", "CITY", "DISTRICT")),
    (("STATE", "URGENCY", "CHANNEL"), ("PROVINCE", "CITY", "DISTRICT")),
    (("STATE",), ("SUBDISTRICT", "DIVISION_CODE", "DISTRICT")),
)
FILTERS = (
    "", "{state: {in: [ACCEPTED, SUBMITTED, REJECTED, CLOSED]}}", "{not: {state: {eq: MERGED}}}",
    "{or: [{state: {eq: SUBMITTED}}, {and: [{state: {nin: [MERGED]}}, {state: {neq: WITHDRAWN}}]}]}",
    "{state: {isNull: true}}",
)  # fmt: skip
STATS = """issueCount openIssueCount closedIssueCount communityCount villageCount committeeCount memberCount
    memberCountByCategory { category count } organizationCount partnerUnitCount socialOrganizationCount
    communitiesWithTenSocialOrganizations shareWithTenSocialOrganizations"""
ROLLED = "_count_by_"
# The rows themselves; those that only the viewer sees are counted under the alias of the roll-up.
ROWS = 'FROM "issue" AS "r'


def served() -> Iterator[str]:
    """Write documents of which a roll-up holds every count."""
    for columns, levels in HELD:
        for size in range(len(columns) + 1):
            for chosen in combinations(columns, size):
                for place in ((), *((level,) for level in levels), levels[:2]):
                    if by := [*place, *chosen]:
                        yield _grouped(by, FILTERS[(len(by) + size) % len(FILTERS)])
    yield "{ issueAggregate(filter: {duty: {in: [DISPUTE_RESOLUTION]}}) { count } }"
    yield '{ issueAggregate(filter: {divisionCode: {startsWith: "6201"}}, groupBy: [STATE]) { groups { count } } }'
    for filter_ in FILTERS:
        given = f"(filter: {filter_})" if filter_ else ""
        inside = f", filter: {filter_}" if filter_ else ""
        yield f"{{ issues{given} {{ totalCount }} }}"
        for scope in ("SELF", "CHILDREN", "SUBTREE"):
            yield f"{{ divisions(first: 100) {{ nodes {{ issues(scope: {scope}{inside}) {{ totalCount }} }} }} }}"
    for scope in ("SELF", "CHILDREN", "SUBTREE"):
        yield f"{{ divisions(first: 100) {{ nodes {{ code stats(scope: {scope}) {{ {STATS} }} }} }} }}"
    for by in ("STATE", "CITY, STATE"):
        yield f"{{ committeeAggregate(groupBy: [{by}]) {{ count groups {{ count }} }} }}"
    for by in ("CATEGORY", "IS_ACTIVE, DISTRICT", "PROVINCE, CATEGORY, IS_ACTIVE"):
        yield f"{{ memberAggregate(filter: {{isActive: {{eq: true}}}}, groupBy: [{by}]) {{ groups {{ count }} }} }}"
    for by in ("KIND", "IS_PARTNER_UNIT, DISTRICT", "KIND, SUBDISTRICT"):
        yield f"{{ organizationAggregate(groupBy: [{by}]) {{ count groups {{ count }} }} }}"
    yield "{ divisions { nodes { organizations(filter: {kind: {neq: ENTERPRISE}}) { totalCount } } } }"
    yield "{ divisions(orderBy: [{field: ISSUES_COUNT, direction: DESC}]) { nodes { code } } }"
    yield "{ divisions(filter: {issues: {count: {gt: 1}}}) { totalCount } }"
    yield "{ divisions(filter: {stats: {openIssueCount: {gte: 1}}}) { nodes { code } } }"


def _grouped(by: list[str], filter_: str) -> str:
    given = f"filter: {filter_}, " if filter_ else ""
    keys = " ".join(_key(name) for name in by)
    having = ", having: {count: {gte: 2}}" if len(by) == 2 else ""
    groups = f"groups(first: 500) {{ key {{ {keys} }} count }}"
    return f"{{ issueAggregate({given}groupBy: [{', '.join(by)}]{having}) {{ count {groups} }} }}"


def _key(name: str) -> str:
    places = ("PROVINCE", "CITY", "DISTRICT", "SUBDISTRICT")
    return f"{name.lower()} {{ code }}" if name in places else {"DIVISION_CODE": "divisionCode"}.get(name, name.lower())


NOT_SERVED = (
    "{ issues(filter: {topicCode: {eq: \"HOU-01\"}}) { totalCount } }",
    "{ issues(filter: {committee: {name: {neq: \"\"}}}) { totalCount } }",
    "{ issues(filter: {isOverdue: {eq: true}}) { totalCount } }",
    "{ issueAggregate(groupBy: [DUTY, SUBDISTRICT]) { groups { count } } }",
    "{ issueAggregate(groupBy: [DUTY, CHANNEL]) { groups { count } } }",
    "{ issueAggregate(groupBy: [STATE]) { groups { count sum { reporterCount } } } }",
    "{ issueAggregate(groupBy: [STATE], having: {sum: {reporterCount: {gt: 1}}}) { groups { count } } }",
    "{ issueAggregate(groupBy: [CREATED_AT_DAY]) { groups { count } } }",
    "{ committees { nodes { issues { totalCount } } } }",
)  # fmt: skip


@pytest.fixture
def sides(make_own_sides: Callable[..., Sides]) -> Sides:
    """Return both databases with the same random rows."""
    rows = next(rows for rows in map(make_rows, count(1)) if _is_much(dict(rows)[models.Issue]))
    return make_own_sides(partial(insert, rows), limits=LIMITS)


def _is_much(issues: list[dict[str, Any]]) -> bool:
    return len(issues) > 20 and len({issue["division_code"] for issue in issues}) > 4


def test_every_count_is_that_of_the_rows_for_everybody(sides: Sides) -> None:
    with sides[0].bound():
        world = World()
    random, documents = Random(1), list(served())
    accounts = [None, *(row.id for row in world.rows["Account"])]
    part = next((row.code, row.last_code) for row in world.rows["Division"] if row.level == "DISTRICT")

    for at, text in enumerate(documents):
        # Nobody always, for whom a roll-up is all that is read, and of the others one in turn.
        for account in (None, *random.sample(accounts[1:], 1)):
            where = (part,) if at % 5 == 0 else ()
            evaluator = Evaluator(world, NOW, account, *where)
            if account is None:
                with counted(sides[0]) as sent:
                    answers(sides, evaluator, Document(text, {}), {})
                assert ROLLED in "".join(sent), text
                assert ROWS not in "".join(sent), text
            else:
                answers(sides, evaluator, Document(text, {}), {})


def test_rows_are_counted_where_no_roll_up_holds_what_is_asked_for(sides: Sides) -> None:
    for text in NOT_SERVED:
        with counted(sides[0]) as sent:
            sides[0].json(text)
        assert ROLLED not in "".join(sent), text


def test_a_rollup_that_does_not_tell_what_is_public_serves_nobody_who_does_not_see_all() -> None:
    hidden = copy(CATALOG)
    hidden.types = CATALOG.types | {"Member": replace(CATALOG.types["Member"], visible=lambda row: row.is_active)}
    core = schema()._schema
    for text in ("{ members { totalCount } }", "{ memberAggregate(groupBy: [CATEGORY]) { count groups { count } } }"):
        document = parse(text)
        node = document.definitions[0]
        assert isinstance(node, OperationDefinitionNode)
        assert core.query_type
        (selected,) = Reader(core, document, {}, 10).root(node, core.query_type)
        for catalog, is_served in ((CATALOG, True), (hidden, False)):
            plan = Planner(catalog, LIMITS, "PUBLIC", {}).plan(selected)
            assert (ROLLED in emit(plan, catalog, SqliteDialect()).sql) == is_served
