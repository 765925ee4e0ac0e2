"""Values that stand in a plan until it runs: constants of the document, variables of the request, facts of the moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from peewee import Context, Node


@dataclass(frozen=True, slots=True)
class Moment:
    """What a statement may know of its request besides the variables."""

    now: str
    account_id: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Const:
    """A value written in the document."""

    value: Any

    def read(self, variables: Mapping[str, Any], moment: Moment) -> Any:
        """Give the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Var:
    """A value inside a variable: its name, then keys and indices into it."""

    path: tuple[str | int, ...]

    def read(self, variables: Mapping[str, Any], moment: Moment) -> Any:
        """Walk to the value."""
        value: Any = variables
        for step in self.path:
            value = value[step]
        return value


@dataclass(frozen=True, slots=True)
class Fact:
    """A value known only when the statement runs: the time, or who asks."""

    name: str

    def read(self, variables: Mapping[str, Any], moment: Moment) -> Any:
        """Look the fact up."""
        if self.name == "now":
            return moment.now
        return moment.account_id if self.name == "account_id" else moment.facts[self.name]


Leaf = Const | Var | Fact


class Param(Node):
    """A bound parameter of a statement: where its value comes from, and how it becomes the database's."""

    def __init__(self, source: Leaf, convert: Callable[[Any], Any] | None = None) -> None:
        self.source = source
        self.convert = convert

    def bind(self, variables: Mapping[str, Any], moment: Moment) -> Any:
        """Give the value to bind for one request."""
        value = self.source.read(variables, moment)
        return value if self.convert is None else self.convert(value)

    def __sql__(self, ctx: Context) -> Context:
        # Not `ctx.value`: a column on the other side of a comparison would convert the parameter itself.
        ctx._values.append(self)
        return ctx.literal(ctx.state.param or "?")


# The two facts that declarations use by name.
NOW = Param(Fact("now"))
ACCOUNT_ID = Param(Fact("account_id"))
