"""The policy says the same for one row, in Python, and for many, in SQL: for every role, on random trees and rows.

Roles are held here and elsewhere, not yet and no more, with tokens that are good everywhere and in a part of the city.
"""

import os
from collections.abc import Iterator
from functools import reduce
from typing import Any

import pytest
from peewee import SQL, DatabaseProxy, Select, Value

from db.access.actor import FULL, Actor, Mandate, actor_of
from db.access.models.account import Role
from db.access.steps import mask
from db.access.viewers import ViewerSql, Visibility, readable_range, visibility_of
from db.city.models import Account, Division, Issue, RoleGrant
from db.issues import policy, policy_sql, visibility
from db.issues.lifecycle import Capacity
from db.kernel.codes import CodeRange, SqlCodeRange
from db.kernel.fields import utc_text
from tests.graph.maker import MOMENTS
from tests.graph.rows import insert, make_rows

SEEDS = range(100, 100 + int(os.environ.get("POLICY_TREES", "12")))
NOBODY = Actor(None, None, ())


@pytest.fixture(params=SEEDS)
def issues(request: pytest.FixtureRequest, scratch: DatabaseProxy) -> list[Issue]:
    """Fill the database at random, and give its issues."""
    insert(make_rows(request.param))
    return list(Issue.select())


def askers() -> Iterator[tuple[Actor, ViewerSql]]:
    """Return everybody who may ask, as both ways know them: at two moments, with a token for all and for a part."""
    codes = [(division.code, division.last_code) for division in Division.select()]
    mandates = [FULL, *(Mandate(part=CodeRange(first, last)) for first, last in codes[::4])]
    for at in MOMENTS[3], MOMENTS[-1]:
        now = utc_text(at)
        yield NOBODY, _asker(NOBODY, now)
        for account in Account.select():
            for mandate in mandates:
                actor = actor_of(account.id, at, mandate)
                yield actor, _asker(actor, now)


def _asker(actor: Actor, now: str) -> ViewerSql:
    """Return an actor at a moment, as values in a statement that is built for them alone."""
    part, reads = (SqlCodeRange(*map(Value, part)) for part in (actor.mandate.part, readable_range(actor)))
    return ViewerSql(
        Value(actor.account_id or 0), Value(now), part, reads, lambda now, compute: Value(compute(now.value))
    )


# As an expression sees it.
ROW: Any = Issue


# A table of the masks of single capacities: Peewee takes far longer to write a condition than a database to try it.
_CAPACITIES = {mask([capacity]): capacity for capacity in Capacity}
_EACH: list[Any] = [Select(columns=[SQL(str(bit)).alias("bit")]) for bit in _CAPACITIES]
_MASKS = reduce(lambda above, one: above.union_all(one), _EACH).alias("masks")


def found(condition: Any) -> set[int]:
    """Ask the database for which issues a condition holds."""
    query = Issue.select(Issue.id)
    return {issue.id for issue in (query if condition is None else query.where(condition))}


def test_everybody_sees_the_same_issues_either_way(issues: list[Issue]) -> None:
    for actor, asker in askers():
        sight = Visibility.PUBLIC if actor is NOBODY else visibility_of(actor)

        seen = found(visibility.sees(ROW, asker.seeing(sight)))

        assert seen == {issue.id for issue in issues if visibility.may_see(actor, issue)}, (actor, sight)


def test_everybody_knows_the_same_reporters_either_way(issues: list[Issue]) -> None:
    for actor, asker in askers():
        known = found(policy_sql.knows_reporter(Issue, asker))
        own = found(policy_sql.is_reporter(Issue, asker.account_id))

        assert known == {issue.id for issue in issues if policy.knows_reporter(actor, issue)}, actor
        assert own == {issue.id for issue in issues if policy.is_reporter(actor, issue)}, actor


def test_everybody_is_the_same_towards_an_issue_either_way(issues: list[Issue]) -> None:
    for actor, asker in askers():
        held = {(issue.id, capacity) for issue in issues for capacity in policy.capacities(actor, issue)}
        bit = _MASKS.c.bit
        may: Any = Issue.select(Issue.id, bit).from_(Issue, _MASKS).where(policy_sql.may(Issue, bit, asker)).tuples()

        assert {(issue, _CAPACITIES[one]) for issue, one in may} == held, actor


def test_the_random_rows_hold_every_role_and_every_case(scratch: DatabaseProxy) -> None:
    roles: set[Role] = set()
    sights: set[Visibility] = set()
    hidden = known = 0
    for seed in SEEDS:
        with scratch.savepoint() as undo:
            insert(make_rows(seed))
            roles |= {Role(grant.role) for grant in RoleGrant.select()}
            for actor, _ in askers():
                sights |= {visibility_of(actor)}
                for issue in Issue.select():
                    hidden += not visibility.may_see(actor, issue)
                    known += policy.knows_reporter(actor, issue)
            undo.rollback()

    assert roles == set(Role)
    assert sights == {Visibility.OWN, Visibility.ALL}
    assert min(hidden, known) > 13 * len(SEEDS)
