"""Which rows of a connection are read: their order, the page, its cursors and the fingerprint that cursors bear."""

from collections.abc import Callable

from schema.catalog.derived_fields import order_choices
from schema.catalog.fields import CatalogType, FieldContext, Kind, Many, Part, Scalar
from schema.catalog.registry import Catalog
from schema.engine import cursors, filtering
from schema.engine.arguments import argument_leaves
from schema.engine.bindings import (
    Argument,
    Const,
    Leaf,
    ListFingerprint,
    Param,
    RequestValues,
    constant,
    items,
    leaf,
    members,
)
from schema.engine.plan import Cursor, OrderKey, PageSpan
from schema.engine.planner.limits import Limits
from schema.engine.selection import Selected
from schema.errors import Path, bad_input

# A type that clients do not know by id still needs one to break ties.
_TIE = Scalar(name="id", description="", kind=Kind.ID, nullable=False, expression=lambda row: row.id, is_column=True)


def scoped(given: FieldContext, item: Many | Part, selected: Selected) -> FieldContext:
    """Add the `scope` argument of a field to what its expressions know, where it takes one."""
    scope = constant(selected.arguments.get("scope")) if item.scoped else None
    return given if scope is None else FieldContext(given.visibility, {**given.arguments, "scope": str(scope)})


def order_of(catalog: Catalog, many: Many, selected: Selected, given: FieldContext) -> tuple[OrderKey, ...]:
    """Return the steps of a connection's order, the id last.

    Raises:
        RequestRefused: BAD_USER_INPUT, a step is null.
    """
    target = catalog.types[many.target]
    keys = [*_asked_order(catalog, target, selected)] or _default_order(target, many, given)
    tie = target.fields.get("id", _TIE)
    assert isinstance(tie, Scalar)
    upto = next((index for index, key in enumerate(keys) if key.by is tie), None)
    if upto is not None:
        return tuple(keys[: upto + 1])
    return (*keys, OrderKey(tie, bool(keys) and keys[-1].descending, False))


def fingerprint_of(target: CatalogType, order: tuple[OrderKey, ...], many: Many, selected: Selected) -> Leaf:
    """Return the fingerprint of a list: its type and order, and all that decides which rows it has."""
    # The names of an enumeration are part of it: with another one between them a cursor's rank would mean another name.
    steps = (
        f"{key.by.name} {'DESC' if key.descending else 'ASC'} {'FIRST' if key.nulls_first else 'LAST'}"
        f"{' ' + ' '.join(key.enum) if key.enum else ''}"
        for key in order
    )
    narrowed = selected.arguments.get("filter")
    leaves = argument_leaves(many.arguments, selected.arguments)
    # What is left out decides nothing, so a list that learns to take something keeps the cursors it gave.
    if given := {name: leaf for name, leaf in leaves.items() if leaf is not None}:
        narrowed = {"filter": narrowed, "arguments": given}
    return ListFingerprint((target.name, *steps), narrowed).fold_constants()


def span_of(limits: Limits, order: tuple[OrderKey, ...], fingerprint: Leaf, selected: Selected) -> PageSpan:
    """Return which part of a list is asked for.

    Raises:
        RequestRefused: BAD_USER_INPUT, both first and last are given.
    """
    first, last = selected.arguments.get("first"), selected.arguments.get("last")
    if first is not None and last is not None:
        raise bad_input("Send first or last, not both.", selected.path)
    name, size = ("first", first) if last is None else ("last", last)
    after, before = (_cursor(order, fingerprint, selected, side) for side in ("after", "before"))
    return PageSpan(
        size_of(size, limits.default_page, limits.max_page, name, selected.path), last is not None, after, before
    )


def size_of(argument: Argument, default: int, greatest: int, name: str, path: Path) -> Param[int]:
    """Return the parameter of a page's size. name: of the argument, which refuses more than the greatest."""
    return Param(Const(default) if argument is None else leaf(argument), _within(greatest, name, path), "bigint")


def _asked_order(catalog: Catalog, target: CatalogType, selected: Selected) -> list[OrderKey]:
    choices = order_choices(catalog, target.name)
    keys: list[OrderKey] = []
    for argument in items(selected.arguments.get("orderBy")):
        if argument is None:
            raise bad_input("A step of orderBy is null; leave it out.", (*selected.path, "orderBy"))
        step = members(argument)
        by = choices[str(constant(step["field"]))].field
        descending, nulls_first = constant(step.get("direction")) == "DESC", constant(step.get("nulls")) == "FIRST"
        keys.append(OrderKey(by, descending, nulls_first))
    return keys


def _default_order(target: CatalogType, many: Many, given: FieldContext) -> list[OrderKey]:
    order = next((order for name, order in many.order_with.items() if given.argument(name) is not None), many.order)
    keys: list[OrderKey] = []
    for name, direction in order:
        scalar = target.fields[name]
        assert isinstance(scalar, Scalar)
        keys.append(OrderKey(scalar, direction == "DESC", False))
    return keys


def _cursor(order: tuple[OrderKey, ...], fingerprint: Leaf, selected: Selected, side: str) -> Cursor | None:
    argument = selected.arguments.get(side)
    if argument is None:
        return None
    kinds = tuple(key.kind for key in order)
    path = (*selected.path, side)
    return Cursor(
        tuple(
            Param(leaf(argument), cursors.reader(kinds, index, fingerprint, path), filtering.CASTS.get(kind, "text"))
            for index, kind in enumerate(kinds)
        )
    )


def _within(greatest: int, name: str, path: Path) -> Callable[[int, RequestValues], int]:
    def check(value: int, _: RequestValues) -> int:
        if not 0 <= value <= greatest:
            raise bad_input(f"{name} must lie between 0 and {greatest}; it is {value}.", (*path, name))
        return value

    return check
