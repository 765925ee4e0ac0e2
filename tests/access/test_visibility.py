"""Each rule of visibility says the same of one row and, as SQL, of many: for every role, on random cities."""

from typing import Any

from peewee import DatabaseProxy

from db.access.models.account import Account, Role
from db.access.viewers import Rule, ViewerSql, Visibility, visibility_of
from db.city.visibility import RULES
from db.kernel.database import tuples_of
from db.places.models.division import Division
from schema.graph import CATALOG
from tests.factories import make_role_grant
from tests.graph.maker import MOMENTS
from tests.graph.rows import insert, make_rows
from tests.issues.test_policy import NOBODY, askers

SEEDS = (100, 105, 106, 108, 113)


def grant_every_role() -> None:
    """Let the accounts hold every role somewhere, whatever the random rows hold."""
    accounts, divisions = list(Account.select()), list(Division.select())
    for at, role in enumerate(Role):
        # By ids that no random row has.
        make_role_grant(
            role,
            divisions[at % len(divisions)],
            account=accounts[at % len(accounts)],
            starts_at=MOMENTS[0],
            id=10_000 + at,
        )


def visible(rule: Rule, viewer: ViewerSql) -> set[int]:
    """Ask the database which rows a rule lets somebody see."""
    row: Any = rule.noun
    condition = rule.condition(row, viewer)
    query = row.select(row._meta.primary_key)
    return {key for (key,) in tuples_of(query if condition is None else query.where(condition))}


def test_everybody_sees_the_same_rows_either_way(scratch: DatabaseProxy) -> None:
    seen, hidden, roles = set[Rule](), set[Rule](), set[Role]()
    for seed in SEEDS:
        with scratch.savepoint() as undo:
            insert(make_rows(seed))
            grant_every_role()
            rows: list[tuple[Rule, list[Any]]] = [(rule, list(rule.noun.select())) for rule in RULES]
            for actor, viewer in askers():
                roles |= {held.role for held in actor.held}
                known = viewer.seeing(Visibility.PUBLIC if actor is NOBODY else visibility_of(actor))
                for rule, candidates in rows:
                    found = visible(rule, known)
                    assert found == {row._pk for row in candidates if rule.check(actor, row)}, (rule.noun, actor)
                    seen |= {rule} if found else set()
                    hidden |= {rule} if len(found) < len(candidates) else set()
            undo.rollback()

    assert roles == set(Role)
    assert seen == hidden == set(RULES)


def test_every_type_that_is_not_public_names_a_rule() -> None:
    hidden = {kind.model for kind in CATALOG.types.values() if kind.visible is not None}

    assert hidden == {rule.noun for rule in RULES}
