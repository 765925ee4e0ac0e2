"""Counts and measures of rows, and of groups of them."""

from db.kernel.refusals import camel
from schema.catalog.derived_fields import GroupChoice, group_choices, measured
from schema.catalog.fields import Aggregate, CatalogType
from schema.engine import filtering
from schema.engine.arguments import with_arguments
from schema.engine.bindings import Param, constant, items
from schema.engine.plan import (
    Cost,
    GroupKey,
    Groups,
    Keyed,
    KeyPart,
    Measure,
    Measured,
    Measures,
    Totals,
    Typename,
)  # fmt: skip
from schema.engine.planner.pages import size_of
from schema.engine.planner.rows import RowPlanner
from schema.engine.selection import Selected
from schema.errors import bad_input


def totals(rows: RowPlanner, item: Aggregate, selected: Selected) -> tuple[Totals, Cost]:
    """Plan an aggregate: its measures and its groups.

    Raises:
        RequestRefused: BAD_USER_INPUT, groups are asked for without groupBy.
    """
    target = rows.catalog.types[item.target]
    predicate = filtering.predicate_of(rows.catalog, target, selected, rows.limits.bounds)
    shown: list[tuple[str, Groups | Measured]] = []
    parts: list[tuple[Param[int], Cost]] = []
    for below in selected.only():
        if below.name == "groups":
            groups = _groups(rows, target, selected, below)
            shown.append((below.key, groups))
            parts.append((groups.size, Cost(1)))
        else:
            shown.append((below.key, _measure(target, below, f"{target.name}Aggregate")))
    base = item.cost + filtering.relation_cost(predicate)
    given = with_arguments(rows.viewer, item, selected)
    return Totals(item, given, target, predicate, tuple(shown)), Cost(base, tuple(parts))


def _groups(rows: RowPlanner, target: CatalogType, selected: Selected, below: Selected) -> Groups:
    by = _group_by(rows, target, selected)
    if not by:
        raise bad_input("groups needs the argument groupBy, which names the fields to group by.", below.path)
    having = filtering.having(target, selected.arguments.get("having"), (*selected.path, "having"))
    limit = rows.limits.max_groups
    size = size_of(below.arguments.get("first"), limit, limit, "first", below.path)
    shown: Keyed[GroupKey | Measured] = tuple(
        (
            part.key,
            _group_key(rows, target, part) if part.name == "key" else _measure(target, part, f"{target.name}Group"),
        )
        for part in below.only()
    )
    return Groups(by, having, size, shown)


def _group_by(rows: RowPlanner, target: CatalogType, selected: Selected) -> tuple[GroupChoice, ...]:
    choices = group_choices(rows.catalog, target.name)
    names = [str(constant(name)) for name in items(selected.arguments.get("groupBy")) if name is not None]
    return tuple(choices[name] for name in dict.fromkeys(names))


def _group_key(rows: RowPlanner, target: CatalogType, selected: Selected) -> GroupKey:
    by_name = {camel(choice.key): choice for choice in group_choices(rows.catalog, target.name).values()}
    shown: list[tuple[str, KeyPart | Typename]] = []
    for below in selected.only():
        if below.name == "__typename":
            shown.append((below.key, Typename(f"{target.name}GroupKey")))
            continue
        place = None
        if below.fields:
            assert rows.catalog.hierarchy
            place, _ = rows.row(rows.catalog.types[rows.catalog.hierarchy.type], below.only())
        shown.append((below.key, KeyPart(by_name[below.name], place)))
    return GroupKey(tuple(shown))


def _measure(target: CatalogType, selected: Selected, owner: str) -> Measured:
    if selected.name == "__typename":
        return Typename(owner)
    if selected.name == "count":
        return Measure("count")
    scalars = {scalar.graphql_name: scalar for scalar in measured(target, selected.name)}
    object_name = f"{target.name}{selected.name.capitalize()}"
    fields: Keyed[Measure | Typename] = tuple(
        (
            below.key,
            Typename(object_name) if below.name == "__typename" else Measure(selected.name, scalars[below.name]),
        )
        for below in selected.only()
    )
    return Measures(fields)
