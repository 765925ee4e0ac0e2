"""How signatures name what SQL expressions are made of.

Peewee's own types serve for the rest: `ColumnBase` is what operators work on, `Node` is anything that becomes SQL.
"""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Protocol, TypeAlias, TypeVar

from peewee import SQL, Case, ColumnBase, Node, NodeList, Value, fn

ResultT = TypeVar("ResultT")
# A condition of a row, and of what else it may ask; None where it asks for nothing.
Condition: TypeAlias = Callable[..., Node | None]


class Row(Protocol):
    """The row that an expression is about: an alias of a table or of a sub-select, whose columns are its attributes."""

    def __getattr__(self, name: str, /) -> ColumnBase: ...


def unindexed(condition: Node) -> NodeList:
    """Return a condition in a form that no index serves, so that the database takes the index of another one."""
    return NodeList((SQL("("), condition, SQL(") IS TRUE")), glue="")


def json_names(text: Node) -> Node:
    """Build the JSON array of the names that stand in a text with blanks between; NULL stays NULL."""
    listed = Value('["').concat(fn.REPLACE(text, " ", '","')).concat('"]')
    return Case(None, [(text == "", "[]")], listed)


def call(function: Callable[..., ResultT], *arguments: object) -> ResultT:
    """Call a declared lambda with as many of the arguments as it takes."""
    return function(*arguments[: _arity(function)])


@cache
def _arity(function: Callable[..., object]) -> int:
    parameters = inspect.signature(function).parameters.values()
    return sum(1 for parameter in parameters if parameter.kind is not inspect.Parameter.VAR_POSITIONAL)
