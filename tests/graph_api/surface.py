"""Requests that reach every argument of the schema: an odd value in one place, usual ones in all others."""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
)

from tests.graph_api.odd_values import NULL, Written, bare, listed, odd, structure, text

# How deep what is not aimed at is written.
_DEEPEST = 3


@dataclass(frozen=True)
class Place:
    """Where an argument stands, or a field of an input object in it.

    fields: names from the root to the field that has the argument. inner: names from the argument to the place.
    """

    is_mutation: bool
    fields: tuple[str, ...]
    argument: str
    inner: tuple[str, ...]
    type: Any


@dataclass
class _Variables:
    """The variables of one request while it is written. declared: their definitions. given: what is sent for each."""

    declared: list[str]
    given: dict[str, str]


class Surface:
    """Writes requests. known: usual texts by the name of a type of object (ids), an argument or a scalar."""

    def __init__(self, schema: GraphQLSchema, known: Mapping[str, list[str]], rng: Random) -> None:
        self.schema = schema
        self.known = known
        self.rng = rng
        self.places = list(self._places())

    def requests(self) -> Iterator[tuple[Place, dict[str, str]]]:
        """Return requests without end: JSON texts by name, `query` and `variables`.

        In each round every place has its turn, those of mutations three times: there is more behind them.
        """
        turns = [place for place in self.places for _ in range(3 if place.is_mutation else 1)]
        while True:
            for place in self.rng.sample(turns, len(turns)):
                yield place, self.request(place)

    # --- Where arguments stand ----------------------------------------------------------------------------------------

    def _places(self) -> Iterator[Place]:
        inputs: set[str] = set()
        objects: set[str] = set()
        for is_mutation, root in ((False, self.schema.query_type), (True, self.schema.mutation_type)):
            assert root
            for path, field in _fields(root, objects):
                for name, argument in field.args.items():
                    start = Place(is_mutation, path, name, (), argument.type)
                    yield start
                    yield from self._inside(start, inputs)

    def _inside(self, start: Place, seen: set[str]) -> Iterator[Place]:
        """List the fields of input objects below a place, each type's where it is met first."""
        waiting = deque([start])
        while waiting:
            place = waiting.popleft()
            named = get_named_type(place.type)
            if not isinstance(named, GraphQLInputObjectType) or named.name in seen:
                continue
            seen.add(named.name)
            for name, field in named.fields.items():
                below = replace(place, inner=(*place.inner, name), type=field.type)
                yield below
                waiting.append(below)

    # --- Requests -----------------------------------------------------------------------------------------------------

    def request(self, place: Place) -> dict[str, str]:
        """Write a request with an odd value in a place."""
        root: Any = self.schema.mutation_type if place.is_mutation else self.schema.query_type
        variables = _Variables([], {})
        selection = self._path(root, place, 0, variables)
        kind = "mutation" if place.is_mutation else "query"
        atomic = " @atomic" if place.is_mutation and self.rng.random() < 0.1 else ""
        declared = f"({', '.join(variables.declared)})" if variables.declared else ""
        given = ", ".join(f"{json.dumps(name)}: {value}" for name, value in variables.given.items())
        return {"query": json.dumps(f"{kind}{declared}{atomic} {{ {selection} }}"), "variables": f"{{{given}}}"}

    def _path(self, parent: GraphQLObjectType, place: Place, at: int, variables: _Variables) -> str:
        name = place.fields[at]
        field = parent.fields[name]
        target = get_named_type(field.type)
        is_last = at == len(place.fields) - 1
        arguments = {
            key: self._usual(key, argument.type)
            for key, argument in field.args.items()
            if is_required_argument(argument)
        }
        written = {key: value.literal for key, value in arguments.items()}
        if is_last:
            argument = field.args[place.argument]
            written[place.argument] = self._aimed(argument.type, place.argument, place.inner, variables)
        said = f"({', '.join(f'{key}: {value}' for key, value in written.items())})" if written else ""
        below = self._shown(target, _DEEPEST, variables) if is_last else self._path(target, place, at + 1, variables)
        return f"{name}{said}{f' {{ {below} }}' if below else ''}"

    def _shown(self, type_: Any, depth: int, variables: _Variables) -> str:
        """Select of an object some fields that need no argument, now and then with an odd one."""
        if is_leaf_type(type_):
            return ""
        if not is_object_type(type_) or depth == 0:
            return "__typename"
        chosen = ["__typename"]
        usable = [
            (name, field)
            for name, field in type_.fields.items()
            if not any(is_required_argument(argument) for argument in field.args.values()) and name != "groups"
        ]
        for name, field in self.rng.sample(usable, min(len(usable), 4)):
            below = self._shown(get_named_type(field.type), depth - 1, variables)
            said = ""
            if field.args and self.rng.random() < 0.1:
                key, argument = self.rng.choice(list(field.args.items()))
                said = f"({key}: {self._aimed(argument.type, key, (), variables)})"
            chosen.append(f"{name}{said}{f' {{ {below} }}' if below else ''}")
        if "userErrors" in type_.fields:
            chosen.append("userErrors { code field message }")
        return " ".join(dict.fromkeys(chosen))

    # --- Values -------------------------------------------------------------------------------------------------------

    def _aimed(self, wrapped: Any, name: str, inner: tuple[str, ...], variables: _Variables) -> str:
        """Write an argument with an odd value somewhere in it: in the document, or a part of it as a variable."""
        if inner and self.rng.random() < 0.7:
            return self._opened(wrapped, inner, variables)
        value = self._with_odd(wrapped, name, inner)
        return value.literal if self.rng.random() < 0.3 else self._variable(wrapped, name, value, variables)

    def _opened(self, wrapped: Any, inner: tuple[str, ...], variables: _Variables) -> str:
        type_ = get_named_type(wrapped)
        name, *rest = inner
        fields = {key: value.literal for key, value in self._needed(type_, name).items()}
        fields[name] = self._aimed(type_.fields[name].type, name, tuple(rest), variables)
        written = f"{{{', '.join(f'{key}: {value}' for key, value in fields.items())}}}"
        return f"[{written}]" if is_list_type(_nullable(wrapped)) else written

    def _with_odd(self, wrapped: Any, name: str, inner: tuple[str, ...]) -> Written:
        type_ = get_named_type(wrapped)
        if not inner:
            return self._odd(wrapped, name)
        field, *rest = inner
        fields = self._needed(type_, field)
        fields[field] = self._with_odd(type_.fields[field].type, field, tuple(rest))
        value = structure(fields)
        return listed([value]) if is_list_type(_nullable(wrapped)) else value

    def _odd(self, wrapped: Any, name: str) -> Written:
        named = get_named_type(wrapped)
        value = odd(self.rng, named.name)
        if is_list_type(_nullable(wrapped)) and self.rng.random() < 0.7:
            others = [self._usual_one(name, named, 1), NULL, value]
            return listed([value, *self.rng.choices(others, k=self.rng.randrange(3))])
        return value

    def _variable(self, wrapped: Any, name: str, value: Written, variables: _Variables) -> str:
        """Send a value as a variable: of the type itself, or without its non-null and with a default, or left out."""
        key = f"v{len(variables.declared)}"
        declared = str(wrapped)
        if self.rng.random() < 0.5:
            declared = f"{_nullable(wrapped)} = {self._usual(name, wrapped).literal}"
            value = self.rng.choice((value, NULL, NULL))
        variables.declared.append(f"${key}: {declared}")
        if self.rng.random() < 0.95:
            variables.given[key] = value.json
        return f"${key}"

    def _needed(self, type_: GraphQLInputObjectType, besides: str) -> dict[str, Written]:
        """Write what an input object needs, and a few things that it may have."""
        fields: dict[str, Written] = {}
        for name, field in type_.fields.items():
            if name == besides:
                continue
            if name == "dryRun":
                fields[name] = bare(self.rng.choice(("true", "true", "false")))
            elif is_required_input_field(field) or (name == "issueId" and self.rng.random() < 0.9):
                fields[name] = self._usual(name, field.type)
        return fields

    def _usual(self, name: str, wrapped: Any, depth: int = 0) -> Written:
        type_ = _nullable(wrapped)
        if isinstance(type_, GraphQLList):
            return listed([self._usual(name, type_.of_type, depth)])
        return self._usual_one(name, type_, depth)

    def _usual_one(self, name: str, type_: Any, depth: int) -> Written:
        if isinstance(type_, GraphQLInputObjectType):
            return structure(self._needed(type_, "") if depth < _DEEPEST else {})
        if isinstance(type_, GraphQLEnumType):
            chosen = self.rng.choice(list(type_.values))
            return Written(chosen, json.dumps(chosen))
        if type_.name == "Boolean":
            return bare(self.rng.choice(("true", "false")))
        if type_.name == "Int":
            return bare(str(self.rng.randrange(1, 6)))
        if type_.name == "ID":
            named = name.removesuffix("Id")[:1].upper() + name.removesuffix("Id")[1:]
            return text(self.rng.choice(self.known.get(named) or self.known["ID"]))
        return text(self.rng.choice(self.known.get(name) or self.known[type_.name]))


def _nullable(wrapped: Any) -> Any:
    return wrapped.of_type if is_non_null_type(wrapped) else wrapped


def _fields(root: GraphQLObjectType, seen: set[str]) -> Iterator[tuple[tuple[str, ...], GraphQLField]]:
    """List every field below a root once, by the shortest path to it. seen: types that were listed before."""
    waiting: deque[tuple[tuple[str, ...], GraphQLObjectType]] = deque([((), root)])
    while waiting:
        path, type_ = waiting.popleft()
        for name, field in type_.fields.items():
            yield (*path, name), field
            target = get_named_type(field.type)
            if is_object_type(target) and target.name not in seen:
                seen.add(target.name)
                waiting.append(((*path, name), target))
