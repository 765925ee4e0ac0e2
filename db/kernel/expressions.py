"""How signatures name what SQL expressions are made of.

Peewee's own types serve for the rest: `ColumnBase` is what operators work on, `Node` is anything that becomes SQL.
"""

from typing import Protocol

from peewee import SQL, ColumnBase, Node, NodeList


class Row(Protocol):
    """The row that an expression is about: an alias of a table or of a sub-select, whose columns are its attributes."""

    def __getattr__(self, name: str, /) -> ColumnBase: ...


def unindexed(condition: Node) -> NodeList:
    """Return a condition in a form that no index serves, so that the database takes the index of another one."""
    return NodeList((SQL("("), condition, SQL(") IS TRUE")), glue="")
