"""Variables of a request: coerced to their types, and the shape of them that a plan depends on.

The usual values take a short way through functions made once for each operation; whatever is out of the ordinary, right
or wrong, goes the library's way, which also words the errors.
"""

from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from typing import TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLNullableInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    is_input_type,
    is_leaf_type,
    is_required_input_field,
    type_from_ast,
)
from graphql.execution.values import get_variable_values

from schema.engine.bounds import Bounds
from schema.engine.selection import is_structural, is_whole, nullable_type

_INT_LIMIT = 2**31
_MANY_ERRORS = 10


# Inputs of a request, by variable; and the same with `schema.scalars.WrittenNumber` for numbers that have a point.
Inputs: TypeAlias = Mapping[str, object]
WrittenInputs: TypeAlias = Callable[[], Inputs]
# Turns a value of an input into the one that is used, or raises `_Unusual`; tells the shape of a coerced value.
Coercer: TypeAlias = Callable[[object], object]
Shape: TypeAlias = Callable[[object], Hashable]


class _Unusual(Exception):
    """Not what the short way expects."""


class VariableReader:
    """Coerces the variables of one operation. bounds: how long a list or text in them may be."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode, bounds: Bounds) -> None:
        self.schema = schema
        self.bounds = bounds
        self.definitions = operation.variable_definitions or ()
        self.types = {d.variable.name.value: _input_type(schema, d) for d in self.definitions}
        self._plain = [(name, _coercer(wrapped, bounds)) for name, wrapped in self.types.items()]
        self._has_default = {d.variable.name.value for d in self.definitions if d.default_value is not None}
        # Required variables that never affect the SQL are not part of the plan key.
        self._shapes = [(name, _shape(of)) for name, of in self.types.items() if not _is_shapeless(of)]

    def read(self, inputs: Inputs, written: WrittenInputs | None = None) -> dict[str, object]:
        """Coerce the variables; those that are absent and have no default are left out.

        written: gives the inputs as they were written, where the text is still there.

        Raises:
            GraphQLError: a variable is missing or of the wrong type.
            RequestRefused: BAD_USER_INPUT, a list or text is too long.
        """
        if not self._plain:
            return {}
        try:
            return self._read_plain(inputs)
        except (_Unusual, ValueError, GraphQLError):
            return self._read_fully(inputs, written)

    def shape(self, variables: Mapping[str, object]) -> tuple[Hashable, ...]:
        """Return what a plan depends on: which parts are there, and the values that change the statement."""
        if not self._shapes:
            return ()
        return tuple([shape(variables[name]) if name in variables else _MISSING for name, shape in self._shapes])

    def _read_plain(self, inputs: Mapping[str, object]) -> dict[str, object]:
        values: dict[str, object] = {}
        for name, coerce in self._plain:
            if name in inputs:
                values[name] = coerce(inputs[name])
            elif name in self._has_default or isinstance(self.types[name], GraphQLNonNull):
                raise _Unusual
        return values

    def _read_fully(self, inputs: Inputs, written: WrittenInputs | None) -> dict[str, object]:
        given = {name: inputs[name] for name in self.types if name in inputs}
        self.bounds.check_value(given)
        if written is not None and _holds_float(given):
            inputs = written()
        read = get_variable_values(self.schema, self.definitions, dict(inputs), max_errors=_MANY_ERRORS)
        if isinstance(read, list):
            raise read[0] if read else GraphQLError("The variables do not match the operation.")
        return {name: _plain_enums(value) for name, value in read.coerced.items()}


_MISSING = "missing"


def _input_type(schema: GraphQLSchema, definition: VariableDefinitionNode) -> GraphQLInputType:
    found = type_from_ast(schema, definition.type)
    assert is_input_type(found), "the document is valid"
    return found


def _holds_float(value: object) -> bool:
    if isinstance(value, dict | list):
        return any(map(_holds_float, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float)


def _plain_enums(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [_plain_enums(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_enums(item) for key, item in value.items()}
    return value


def _is_shapeless(wrapped: GraphQLInputType) -> bool:
    if isinstance(wrapped, GraphQLNonNull):
        inner = nullable_type(wrapped)
        if isinstance(inner, GraphQLList):
            inner = nullable_type(inner.of_type)
        return _is_plain(inner)
    return False


def _is_plain(type_: GraphQLInputType) -> bool:
    """Return whether a plan is the same for all values of a type other than null."""
    return is_whole(type_) or (is_leaf_type(type_) and not is_structural(type_))


def _shape(wrapped: GraphQLInputType) -> Shape:
    """Make the function that tells the shape of a type's values, each of which may be null."""
    type_ = nullable_type(wrapped)
    if isinstance(type_, GraphQLList):
        item = nullable_type(type_.of_type)
        if _is_plain(item):
            return lambda value: None if value is None else "list"
        return _shape_of_list(_shape(item))
    if isinstance(type_, GraphQLInputObjectType) and not is_whole(type_):
        return _shape_of_object(type_)
    if is_structural(type_):
        return lambda value: value
    return lambda value: None if value is None else "value"


def _shape_of_list(shape: Shape) -> Shape:
    def read(value: object) -> Hashable:
        if value is None:
            return None
        return tuple([shape(item) for item in (value if isinstance(value, list) else [value])])

    return read


def _shape_of_object(type_: GraphQLInputObjectType) -> Shape:
    # Made when first used: input types refer to themselves.
    shapes: dict[str, Shape] = {}

    def read(value: object) -> Hashable:
        if value is None:
            return None
        assert isinstance(value, dict)
        for name in value:
            if name not in shapes:
                shapes[name] = _shape(type_.fields[name].type)
        return tuple([(name, shapes[name](item)) for name, item in value.items()])

    return read


def _coercer(wrapped: GraphQLInputType, bounds: Bounds) -> Coercer:
    if isinstance(wrapped, GraphQLNonNull):
        return _strict(wrapped.of_type, bounds)
    coerce = _strict(wrapped, bounds)
    return lambda value: None if value is None else coerce(value)


def _strict(type_: GraphQLNullableInputType, bounds: Bounds) -> Coercer:
    """Make the function that coerces a type's values other than null."""
    if isinstance(type_, GraphQLList):
        return _list(_coercer(type_.of_type, bounds), bounds.list_items)
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_, bounds)
    if isinstance(type_, GraphQLEnumType):
        return _enum(frozenset(type_.values))
    if type_.name in ("String", "ID"):
        return _text(bounds.characters)
    return _SCALARS.get(type_.name) or _parsed(type_.parse_value)


def _parsed(parse: Coercer) -> Coercer:
    def read(value: object) -> object:
        # A float may not be the number that was written.
        if value is None or type(value) is float:
            raise _Unusual
        return parse(value)

    return read


def _list(coerce: Coercer, max_items: int) -> Coercer:
    def read(value: object) -> object:
        if type(value) is not list or len(value) > max_items:
            raise _Unusual
        return [coerce(item) for item in value]

    return read


def _object(type_: GraphQLInputObjectType, bounds: Bounds) -> Coercer:
    # Made when first used: input types refer to themselves.
    coercers: dict[str, Coercer] = {}
    required = [name for name, field in type_.fields.items() if is_required_input_field(field)]
    fields = type_.fields

    def read(value: object) -> object:
        if type(value) is not dict or any(name not in value for name in required):
            raise _Unusual
        coerced = {}
        for name, item in value.items():
            if name not in fields:
                raise _Unusual
            if name not in coercers:
                coercers[name] = _coercer(fields[name].type, bounds)
            coerced[name] = coercers[name](item)
        return coerced

    return read


def _enum(names: frozenset[str]) -> Coercer:
    def read(value: object) -> object:
        if type(value) is not str or value not in names:
            raise _Unusual
        return value

    return read


def _text(max_characters: int) -> Coercer:
    def read(value: object) -> object:
        if type(value) is not str or len(value) > max_characters:
            raise _Unusual
        return value

    return read


def _whole(value: object) -> int:
    if type(value) is not int or not -_INT_LIMIT <= value < _INT_LIMIT:
        raise _Unusual
    return value


def _truth(value: object) -> bool:
    if type(value) is not bool:
        raise _Unusual
    return value


_SCALARS: dict[str, Coercer] = {"Int": _whole, "Boolean": _truth}
