"""Values that stand in a plan until it runs: constants of the document, variables and facts of the request."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from peewee import Context, Node

from schema.spending import NOTHING_SPENT, Spent


@dataclass(slots=True)
class RequestValues:
    """What a statement may know of its request.

    account_id: of the viewer, 0 for nobody. spent: points of cost. rows: ids of what a mutation made or changed, by
    name. ids: global ids of the rows that an object names which no table holds. language: of messages to people, `en`
    or `zh`. What declarations know of the viewer besides are attributes of
    a subclass, which a `RequestFact` names.
    """

    variables: Mapping[str, object]
    now: str
    account_id: int
    spent: Spent = NOTHING_SPENT
    rows: Mapping[str, int] = field(default_factory=dict)
    ids: Sequence[str] = ()
    language: str = "en"


# For what can be read before there is a request.
NO_REQUEST = RequestValues({}, "", 0)


class Leaf(Protocol):
    """Where a value comes from. What it is, GraphQL has checked against the type of its place."""

    def read(self, request_values: RequestValues) -> Any:
        """Return the value for one request."""
        ...


@dataclass(frozen=True, slots=True)
class Const:
    """A value written in the document."""

    value: object

    def read(self, request_values: RequestValues) -> object:
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Var:
    """A value inside a variable: its name, then keys and indices into it."""

    path: tuple[str | int, ...]

    def read(self, request_values: RequestValues) -> object:
        """Walk to the value."""
        value: Any = request_values.variables
        for step in self.path:
            value = value[step]
        return value


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list, some of whose items are variables."""

    items: tuple[Leaf, ...]

    def read(self, request_values: RequestValues) -> list[Any]:
        """Return the items."""
        return [item.read(request_values) for item in self.items]


@dataclass(frozen=True, slots=True)
class RequestFact:
    """A value known only when the statement runs: an attribute of the request's values."""

    name: str

    def read(self, request_values: RequestValues) -> object:
        """Return the fact."""
        return getattr(request_values, self.name)


@dataclass(frozen=True, slots=True)
class PayloadRow:
    """The id of a row that a mutation made or changed, by its name in the payload."""

    name: str

    def read(self, request_values: RequestValues) -> int:
        """Return the row's id."""
        return request_values.rows[self.name]


# What an argument is once read: a leaf, null, or a structure of them.
Argument: TypeAlias = "Leaf | dict[str, Argument] | list[Argument] | None"


def members(argument: Argument) -> dict[str, Argument]:
    """Return the fields of an argument that is an input object; none where it is null or left out."""
    assert argument is None or isinstance(argument, dict)
    return argument or {}


def items(argument: Argument) -> list[Argument]:
    """Return the items of an argument that is a list written out; none where it is null or left out."""
    assert argument is None or isinstance(argument, list)
    return argument or []


def leaf(argument: Argument) -> Leaf:
    """Return an argument that is one value."""
    assert isinstance(argument, Const | Var)
    return argument


def constant(argument: Argument) -> object:
    """Return the value of an argument that changes the statement, and so is never bound; None where it is null."""
    assert argument is None or isinstance(argument, Const)
    return argument.value if argument else None


def resolve(argument: Argument, request_values: RequestValues) -> Any:
    """Insert the values into a structure of leaves."""
    if isinstance(argument, dict):
        return {key: resolve(value, request_values) for key, value in argument.items()}
    if isinstance(argument, list):
        return [resolve(value, request_values) for value in argument]
    return None if argument is None else argument.read(request_values)


class ListFingerprint:
    """The mark that a cursor bears of its list: type, order and filter, the filter's values included."""

    def __init__(self, about: tuple[str, ...], filter_: Argument) -> None:
        self.about = about
        self.filter = filter_
        self._leaves = tuple(_leaves(filter_))

    def read(self, request_values: RequestValues) -> str:
        """Return ten hexadecimal digits."""
        # By text, for 1, 1.0 and true are equal as keys.
        key = (self, repr([leaf.read(request_values) for leaf in self._leaves]))
        known = _fingerprints.get(key)
        if known is None:
            known = self._made(request_values)
            if len(_fingerprints) >= _MAX_FINGERPRINTS:
                _fingerprints.clear()
            if len(key[1]) <= _MAX_KEY_LENGTH:
                _fingerprints[key] = known
        return known

    def fold_constants(self) -> "Leaf":
        """Return the fingerprint as a constant where no variable is part of it."""
        try:
            return Const(self._made(NO_REQUEST))
        except KeyError:
            return self

    def _made(self, request_values: RequestValues) -> str:
        content = json.dumps([self.about, resolve(self.filter, request_values)], default=str, sort_keys=True)
        return hashlib.blake2b(content.encode(), digest_size=5).hexdigest()


# What fingerprints read lately, by their values: working one out takes longer than all the rest of binding.
_fingerprints: dict[tuple[ListFingerprint, str], str] = {}
_MAX_FINGERPRINTS = 1_000
_MAX_KEY_LENGTH = 500


def _leaves(argument: Argument) -> Iterator[Leaf]:
    if isinstance(argument, dict):
        argument = list(argument.values())
    if isinstance(argument, list):
        for part in argument:
            yield from _leaves(part)
    elif argument is not None:
        yield argument


BoundT = TypeVar("BoundT")
# Turns a value that was read into the one that is bound.
Convert: TypeAlias = Callable[[Any, RequestValues], BoundT]


def _converted(source: Leaf, convert: Convert[BoundT], request_values: RequestValues) -> BoundT:
    return convert(source.read(request_values), request_values)


class Param(Node, Generic[BoundT]):
    """A bound parameter of a statement: where its value comes from, and how it becomes the database's.

    cast: the PostgreSQL type to name where the statement around it does not tell. is_literal: it is a name of the
    schema's own that stands in the document, and may be written out, which tells the database's planner more.
    """

    def __init__(
        self,
        source: Leaf,
        convert: Convert[BoundT] | None = None,
        cast: str = "",
        is_literal: bool = False,
    ) -> None:
        self.source = source
        self.convert = convert
        self.cast = cast
        self.is_literal = is_literal
        # Gives the value to bind for one request.
        self.bind: Callable[[RequestValues], BoundT] = (
            source.read if convert is None else partial(_converted, source, convert)
        )

    def __sql__(self, ctx: Context) -> Context:
        # Not `ctx.value`: a column on the other side of a comparison would convert the parameter itself.
        return ctx.parameter(self)  # pyright: ignore[reportAttributeAccessIssue]


# The facts that declarations use by name.
NOW = Param(RequestFact("now"))
ACCOUNT_ID = Param(RequestFact("account_id"), cast="bigint")
LANGUAGE = Param(RequestFact("language"))
