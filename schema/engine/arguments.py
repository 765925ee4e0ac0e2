"""A field's own arguments, as bound parameters for the expressions that it declares."""

from collections.abc import Mapping
from decimal import Decimal

from peewee import ColumnBase, Context, fn

from schema.catalog.fields import BoundArgument, CatalogField, FieldArgument, FieldContext, InputType, Kind, Scalar
from schema.engine import filtering
from schema.engine.bindings import Argument, Const, Param, RequestValues, members
from schema.engine.selection import Selected
from schema.errors import bad_input


class Operand(ColumnBase):
    """A bound parameter that expressions calculate with as they do with a column."""

    def __init__(self, param: Param[object]) -> None:
        self.param = param

    def __sql__(self, ctx: Context) -> Context:
        return self.param.__sql__(ctx)


def with_arguments(given: FieldContext, item: CatalogField, selected: Selected) -> FieldContext:
    """Add the arguments of a field to what its expressions know; each is None where it was left out or is null.

    Raises (when the parameters are bound):
        RequestRefused: BAD_USER_INPUT, a number lies outside its bounds, or a text cannot be stored.
    """
    if not item.arguments:
        return given
    leaves = argument_leaves(item.arguments, selected.arguments)
    bound = {one.name: _bound(one, leaves[one.name], selected.path) for one in item.arguments}
    return FieldContext(given.visibility, {**given.arguments, **bound})


def argument_leaves(declared: tuple[FieldArgument, ...], given: Mapping[str, Argument]) -> dict[str, Argument]:
    """Return the leaf of each argument by its own name, a structure opened, with the default of what is not given."""
    found = {one: given.get(one.graphql_name) for one in declared}
    return {one.name: _leaf(one, _default(one) if leaf is None else leaf) for one, leaf in found.items()}


def argument_cost(item: CatalogField, selected: Selected) -> int:
    """Return the points for the arguments that were given."""
    return sum(one.cost for one in item.arguments if selected.arguments.get(one.graphql_name) is not None)


def _leaf(declared: FieldArgument, argument: Argument) -> Argument:
    if argument is None or not isinstance(declared.kind, InputType):
        return argument
    return argument_leaves(declared.kind.fields, members(argument))


def _default(declared: FieldArgument) -> Const | None:
    return None if declared.default is None else Const(declared.default)


def _bound(declared: FieldArgument, argument: Argument, path: tuple[str, ...]) -> BoundArgument:
    if argument is None:
        return None
    where = (*path, declared.graphql_name)
    if isinstance(declared.kind, InputType):
        return {one.name: _bound(one, members(argument)[one.name], where) for one in declared.kind.fields}
    operand = Operand(
        _checked(declared, filtering.bound(_as_scalar(declared), argument, where, declared.of, "lte"), where)
    )
    # A variable may be null as well.
    is_settled = declared.default is None or isinstance(argument, Const)
    return operand if is_settled else fn.COALESCE(operand, declared.default)


def _as_scalar(declared: FieldArgument) -> Scalar:
    """Return a scalar of the argument's type: an argument is bound as what that would be compared with."""
    kind = declared.kind if isinstance(declared.kind, Kind) else Kind.ENUM
    return Scalar(
        name=declared.name, description="", kind=kind, nullable=True, expression=lambda row: row, places=declared.places
    )


def _checked(declared: FieldArgument, param: Param, path: tuple[str, ...]) -> Param:
    if declared.between is None:
        return param
    lowest, highest = declared.between

    def bind(value: Decimal | int, request_values: RequestValues) -> object:
        if not lowest <= Decimal(value) <= highest:
            raise bad_input(f"{path[-1]} must lie between {lowest} and {highest}; it is {value}.", path)
        return param.convert(value, request_values) if param.convert else value

    return Param(param.source, bind, param.cast)
