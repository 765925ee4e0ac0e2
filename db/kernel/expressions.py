"""How signatures name what SQL expressions are made of.

Peewee's own types serve for the rest: `ColumnBase` is what operators work on, `Node` is anything that becomes SQL.
"""

from typing import Protocol

from peewee import SQL, Case, ColumnBase, Node, NodeList, Value, fn


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
