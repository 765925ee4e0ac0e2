"""Answers introspection: what the graph is made of, as JSON text, with the number of fields that it holds.

The library's own resolvers give the values. What is asked of the same part of the schema in many places is worked out
once, so that the work is bounded by the number of fields, which is known before the answer is paid for.
"""

from collections.abc import Hashable, Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import orjson
from graphql import (
    BooleanValueNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLFieldResolver,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLType,
    SchemaMetaFieldDef,
    SelectionSetNode,
    StringValueNode,
    TypeMetaFieldDef,
    VariableNode,
)

from schema.engine.bindings import RequestValues
from schema.engine.selection import Reader
from schema.errors import RequestErrorCode, RequestRefused, bad_input

DEFINITIONS = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
# Fields of an answer that cost one point; working one out takes a few microseconds.
FIELDS_A_POINT = 10


class Described(NamedTuple):
    """A part of the answer. fields: how many it holds, those below it included."""

    text: bytes
    fields: int


class Description:
    """One introspection field of an operation, planned for the shape of its variables.

    max_points: points that it may cost.
    """

    def __init__(self, schema: GraphQLSchema, reader: Reader, nodes: list[FieldNode], max_points: int) -> None:
        self.schema = schema
        self.reader = reader
        self.nodes = nodes
        self.max_points = max_points

    def bind(self, request_values: RequestValues, /) -> int:
        """Return the points that the answer costs, by its size.

        Raises:
            RequestRefused: QUERY_TOO_COSTLY, it is known to be too large; BAD_USER_INPUT, an argument is null.
        """
        return 1 + self._described(request_values).fields // FIELDS_A_POINT

    def text(self, request_values: RequestValues) -> bytes:
        """Return the answer as JSON text."""
        return self._described(request_values).text

    def _described(self, request_values: RequestValues) -> Described:
        arguments = _arguments(self.nodes[0], request_values.variables)
        return _describe(self, tuple(sorted(arguments.items())))


# A whole schema is most of a megabyte and takes 50 ms; it is asked for by few documents.
@lru_cache(8)
def _describe(about: Description, arguments: tuple[tuple[str, object], ...]) -> Described:
    definition = DEFINITIONS[about.nodes[0].name.value]
    work = _Work(about)
    assert definition.resolve
    found = definition.resolve(None, work.info, **dict(arguments))
    return work.complete(definition.type, found, _below(about.nodes))


class _Asked(NamedTuple):
    """A field that is asked of an object: its key as JSON, how its value is found, its type, what is asked below."""

    key: bytes
    resolve: GraphQLFieldResolver
    arguments: Mapping[str, object]
    type: GraphQLType
    below: tuple[SelectionSetNode, ...]


class _Work:
    """One description while it is made. info: what the library's resolvers look at."""

    def __init__(self, about: Description) -> None:
        self.info: Any = SimpleNamespace(schema=about.schema)
        self._reader = about.reader
        self._max_fields = about.max_points * FIELDS_A_POINT
        # By what is described and what is asked of it; the latter stay here, so that no other has their identity.
        self._known: dict[tuple[Hashable, int], Described] = {}
        self._asked: dict[tuple[str, tuple[int, ...]], list[_Asked]] = {}

    def complete(self, type_: GraphQLType, value: Any, below: tuple[SelectionSetNode, ...]) -> Described:
        """Write a value of a type; below: what is asked of it."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        if value is None:
            return Described(b"null", 1)
        if isinstance(type_, GraphQLList):
            texts: list[bytes] = []
            fields = 0
            for item in value:
                described = self.complete(type_.of_type, item, below)
                texts.append(described.text)
                fields += described.fields
                if fields > self._max_fields:
                    raise self._too_many(fields)
            return Described(b"[%s]" % b",".join(texts), fields)
        if isinstance(type_, GraphQLObjectType):
            asked = self._fields(type_, below)
            key = (_identity(value), id(asked))
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = self._object(value, asked)
            return known
        assert isinstance(type_, GraphQLScalarType | GraphQLEnumType)
        return Described(orjson.dumps(type_.coerce_output_value(value)), 1)

    def _object(self, value: object, asked: list[_Asked]) -> Described:
        texts: list[bytes] = []
        fields = 0
        for key, resolve, arguments, type_, below in asked:
            described = self.complete(type_, resolve(value, self.info, **arguments), below)
            texts.append(key + described.text)
            fields += described.fields
            if fields > self._max_fields:
                raise self._too_many(fields)
        return Described(b"{%s}" % b",".join(texts), fields)

    def _too_many(self, fields: int) -> RequestRefused:
        return RequestRefused(
            RequestErrorCode.QUERY_TOO_COSTLY,
            f"The answer would have more than {self._max_fields} fields of introspection; ask for fewer at once.",
            details={"cost": 1 + fields // FIELDS_A_POINT, "limit": self._max_fields // FIELDS_A_POINT},
            points=self._max_fields // FIELDS_A_POINT,
        )

    def _fields(self, type_: GraphQLObjectType, sets: tuple[SelectionSetNode, ...]) -> list[_Asked]:
        key = (type_.name, tuple([id(each) for each in sets]))
        known = self._asked.get(key)
        if known is None:
            collected = self._reader.fields_of(type_, sets)
            known = self._asked[key] = [self._field(type_, name, nodes) for name, nodes in collected.items()]
        return known

    def _field(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> _Asked:
        prefix = b'"%s":' % key.encode()
        name = nodes[0].name.value
        if name == "__typename":
            return _Asked(prefix, lambda *_: type_.name, {}, GraphQLString, ())
        definition = type_.fields[name]
        return _Asked(
            prefix,
            definition.resolve,
            _arguments(nodes[0], self._reader.variables),
            definition.type,
            _below(nodes),
        )


def _below(nodes: list[FieldNode]) -> tuple[SelectionSetNode, ...]:
    return tuple([node.selection_set for node in nodes if node.selection_set])


def _arguments(node: FieldNode, variables: Mapping[str, object]) -> dict[str, object]:
    """Read the arguments of an introspection field: `name`, or `includeDeprecated`, whose default is false.

    Raises:
        RequestRefused: BAD_USER_INPUT, one is null.
    """
    read: dict[str, object] = {}
    for argument in node.arguments or ():
        name, value = argument.name.value, argument.value
        if isinstance(value, VariableNode):
            if value.name.value not in variables:
                continue
            read[name] = variables[value.name.value]
        elif isinstance(value, StringValueNode | BooleanValueNode):
            read[name] = value.value
        if read.get(name) is None:
            raise bad_input(f"{name} must not be null; leave it out or give a value.")
    return read


def _identity(value: object) -> Hashable:
    # Types with the same name are the same, however often the library made them; fields come as (name, definition).
    if isinstance(value, tuple):
        return value[0], id(value[1])
    return str(value) if isinstance(value, GraphQLType) else id(value)
