"""Reads lists out of a column of JSON text in a statement, and writes JSON text, as either database spells it."""

from typing import Any

from peewee import SQL, ColumnBase, Node


class JsonItems(Node):
    """The items of a list in a JSON text, as a source of rows: none where the text has no such list.

    `JsonItems(edition.content, "needs")` stands after FROM; `item_position`, `item_text` and the others read its rows.
    """

    def __init__(self, text: ColumnBase, name: str) -> None:
        self._text, self._name = text, name

    def __sql__(self, ctx: Any) -> Any:
        if _is_sqlite(ctx):
            return ctx.literal("json_each(").sql(self._text).literal(f", '$.{self._name}') AS item")
        items = f")::json -> '{self._name}') WITH ORDINALITY AS item(value, key)"
        return ctx.literal("json_array_elements((").sql(self._text).literal(items)


class _Spelled(ColumnBase):
    def __init__(self, sqlite: str, postgresql: str) -> None:
        self._sqlite, self._postgresql = sqlite, postgresql

    def __sql__(self, ctx: Any) -> Any:
        return ctx.literal(self._sqlite if _is_sqlite(ctx) else self._postgresql)


class JsonValue(ColumnBase):
    """A text or a whole number as JSON text; NULL stays NULL, or becomes `null`."""

    def __init__(self, value: ColumnBase) -> None:
        self._value = value

    def __sql__(self, ctx: Any) -> Any:
        before, after = ("json_quote(", ")") if _is_sqlite(ctx) else ("CAST(to_json(", ") AS TEXT)")
        return ctx.literal(before).sql(self._value).literal(after)


def _is_sqlite(ctx: Any) -> bool:
    return ctx.state.param == "?"


def item_position() -> ColumnBase:
    """Return the place of an item in its list, from 1."""
    return _Spelled("(item.key + 1)", "item.key")


def item_text(name: str) -> ColumnBase:
    """Return a text of an item by its name; NULL where it has none."""
    return SQL(f"(item.value ->> '{name}')")


def item_hundredths(name: str) -> ColumnBase:
    """Return a number of an item that is written with two decimal places, as a whole number of hundredths."""
    return SQL(f"CAST(replace(item.value ->> '{name}', '.', '') AS BIGINT)")


def item_day(name: str) -> ColumnBase:
    """Return the day in Asia/Shanghai, where it is eight hours later, of a moment of an item."""
    return _Spelled(
        f"date(item.value ->> '{name}', '+8 hours')",
        f"to_char((item.value ->> '{name}')::timestamp + interval '8 hours', 'YYYY-MM-DD')",
    )
