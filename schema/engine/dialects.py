"""What the two databases spell differently: how text is put together, quoted, gathered and cut, and values bound.

SQLite writes a row with one `printf`, PostgreSQL by concatenation; see docs/adr.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from peewee import OP, Context, Expression, Node, PostgresqlDatabase, SqliteDatabase

from schema.engine.bindings import Param


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of text that the database works out; never NULL. is_deep: it holds a sub-select or a row of its own."""

    sql: str
    is_deep: bool = False


Parts: TypeAlias = list[str | Sql]

_CHAINS = (OP.AND, OP.OR)
# printf takes 127 arguments in older SQLites, its format included.
_MAX_ARGUMENTS = 90


class Dialect:
    """One database's spelling. Methods take and give SQL expressions as text."""

    # How a table is joined whose row is always there.
    join: str
    gather_function: str
    context_options: dict[str, object]

    def placeholder(self, position: int, cast: str) -> str:
        """Write the parameter at a position, counted from 1."""
        raise NotImplementedError

    def bind(self, values: list[object]) -> list[Any]:
        """Turn values into what the driver takes."""
        raise NotImplementedError

    def as_bytes(self, text: str) -> str:
        """Write the final text so that the driver hands over its bytes."""
        raise NotImplementedError

    def string(self, value: str, nullable: bool) -> "Parts":
        """Write a text that needs no escape as a JSON string."""
        return ['"', Sql(value), '"'] if not nullable else [self._or_null(value)]

    def line(self, value: str, nullable: bool) -> "Parts":
        """Write a one-line text as a JSON string."""
        raise NotImplementedError

    def prose(self, value: str, nullable: bool) -> "Parts":
        """Write any text as a JSON string."""
        raise NotImplementedError

    def decimal(self, value: str, places: int, nullable: bool) -> "Parts":
        """Write a whole number of smallest units as a decimal with its point, as a JSON string."""
        raise NotImplementedError

    def _or_null(self, value: str) -> "Sql":
        raise NotImplementedError

    def is_in_list(self, value: str, listed: str) -> str:
        """Build the condition that a value is in a bound list."""
        raise NotImplementedError

    def contains_text(self, value: str, part: str) -> str:
        """Build the condition that a text holds another."""
        raise NotImplementedError

    def hexadecimal(self, value: str) -> str:
        """Write a text's UTF-8 bytes in hexadecimal."""
        raise NotImplementedError

    def first_of(self, column: str) -> str:
        """Build a column's value in the first of the aggregated rows; NULL for no rows."""
        raise NotImplementedError

    def last_of(self, column: str) -> str:
        """Build a column's value in the last of the aggregated rows; NULL for no rows."""
        raise NotImplementedError

    def bucket(self, value: str, bucket: str, is_moment: bool) -> str:
        """Cut a time (or day) down to its day, week, month or year in Asia/Shanghai, as a day."""
        raise NotImplementedError

    def whole(self, value: str) -> str:
        """Make a sum a whole number that divides like one."""
        return value

    def pairs(self, types: str, ids: str) -> str:
        """Write a source of rows `n(type, row_id, position)` made of two bound lists."""
        raise NotImplementedError

    def text(self, parts: Parts) -> str:
        """Concatenate parts to one text."""
        raise NotImplementedError

    def gather(self, column: str, separator: str = ",") -> str:
        """Join a column of texts, in the order of the rows; empty for no rows."""
        return f"COALESCE({self.gather_function}({column}, '{separator}'), '')"


class SqliteDialect(Dialect):
    """SQLite's spelling."""

    # Joined in the order written: the planner would otherwise begin with a small table and sort the large one.
    join = "CROSS JOIN"
    gather_function = "group_concat"
    context_options = SqliteDatabase(None).get_context_options()

    def placeholder(self, position: int, cast: str) -> str:
        return f"?{position}"

    def bind(self, values: list[object]) -> list[object]:
        return [json.dumps(value) if isinstance(value, list) else value for value in values]

    def text(self, parts: Parts) -> str:
        # A row is written by one printf; a sub-select is an operand of `||`, which nests less than an argument does.
        pieces: list[str] = []
        chunk: Parts = []
        for part in parts:
            is_deep = isinstance(part, Sql) and part.is_deep
            if is_deep or sum(isinstance(known, Sql) for known in chunk) == _MAX_ARGUMENTS:
                pieces += [_printf(chunk)] if chunk else []
                chunk = []
            if is_deep:
                pieces.append(part.sql if isinstance(part, Sql) else part)
            else:
                chunk.append(part)
        return " || ".join([*pieces, _printf(chunk)] if chunk else pieces)

    def line(self, value: str, nullable: bool) -> Parts:
        return [self._or_null(value)]

    def prose(self, value: str, nullable: bool) -> Parts:
        return [self._or_null(value)]

    def decimal(self, value: str, places: int, nullable: bool) -> Parts:
        if places == 0:
            text = f"CAST({value} AS TEXT)"
            return ['"', Sql(text), '"'] if not nullable else [self._or_null(text)]
        if "SELECT" in value:
            # Counted once, and not for each time that it is named below.
            text = self.decimal("once.value", places, nullable)[0]
            assert isinstance(text, Sql)
            return [Sql(f"(SELECT {text.sql} FROM (SELECT {value} AS value) AS once)", is_deep=True)]
        sign, unit = f"CASE WHEN {value} < 0 THEN '-' ELSE '' END", 10**places
        text = f"""printf('"%s%d.%0{places}d"', {sign}, abs({value}) / {unit}, abs({value}) % {unit})"""
        return [Sql(f"CASE WHEN {value} IS NULL THEN 'null' ELSE {text} END" if nullable else text)]

    def _or_null(self, value: str) -> Sql:
        # The JSON text of NULL is null.
        return Sql(f"json_quote({value})")

    def as_bytes(self, text: str) -> str:
        return f"CAST({text} AS BLOB)"

    def is_in_list(self, value: str, listed: str) -> str:
        return f"{value} IN (SELECT value FROM json_each({listed}))"

    def contains_text(self, value: str, part: str) -> str:
        return f"instr({value}, {part}) > 0"

    def hexadecimal(self, value: str) -> str:
        return f"hex({value})"

    def first_of(self, column: str) -> str:
        return f"json_group_array({column}) ->> '$[0]'"

    def last_of(self, column: str) -> str:
        return f"json_group_array({column}) ->> '$[#-1]'"

    def bucket(self, value: str, bucket: str, is_moment: bool) -> str:
        steps = {
            "day": "",
            "week": ", 'weekday 0', '-6 days'",
            "month": ", 'start of month'",
            "year": ", 'start of year'",
        }[bucket]
        shift = ", '+8 hours'" if is_moment else ""
        return f"date({value}{shift}{steps})"

    def pairs(self, types: str, ids: str) -> str:
        return (
            f"(SELECT a.value AS type, b.value AS row_id, a.key AS position"
            f" FROM json_each({types}) AS a JOIN json_each({ids}) AS b ON b.key = a.key) AS n"
        )


class PostgresDialect(Dialect):
    """PostgreSQL's spelling."""

    join = "JOIN"
    gather_function = "string_agg"
    context_options = PostgresqlDatabase(None).get_context_options()

    def placeholder(self, position: int, cast: str) -> str:
        return f"${position}::{cast or 'text'}"

    def text(self, parts: Parts) -> str:
        return " || ".join(_operand(part.sql) if isinstance(part, Sql) else quoted(part) for part in _joined(parts))

    def line(self, value: str, nullable: bool) -> Parts:
        # A line has no control characters, so only these two need an escape.
        escaped = f"""replace(replace({value}, '\\', '\\\\'), '"', '\\"')"""
        return self.string(escaped, nullable)

    def prose(self, value: str, nullable: bool) -> Parts:
        text = f"to_json({value}::text)::text"
        return [Sql(f"COALESCE({text}, 'null')" if nullable else text)]

    def decimal(self, value: str, places: int, nullable: bool) -> Parts:
        # The product has as many places as the factor.
        return self.string(f"({value} * {10**-places:.{places}f})" if places else f"({value})", nullable)

    def _or_null(self, value: str) -> Sql:
        return Sql(f"""COALESCE('"' || {value} || '"', 'null')""")

    def bind(self, values: list[object]) -> list[bytes | None]:
        # Everything goes as text and is cast in the statement: numbers of different sizes would prepare it anew.
        return [value.encode() if isinstance(value, str) else _postgres_text(value) for value in values]

    def as_bytes(self, text: str) -> str:
        return text

    def is_in_list(self, value: str, listed: str) -> str:
        return f"{value} = ANY({listed})"

    def contains_text(self, value: str, part: str) -> str:
        return f"strpos({value}, {part}) > 0"

    def hexadecimal(self, value: str) -> str:
        return f"upper(encode(convert_to({value}, 'UTF8'), 'hex'))"

    def first_of(self, column: str) -> str:
        return f"(array_agg({column}))[1]"

    def last_of(self, column: str) -> str:
        return f"(array_agg({column}))[COUNT(*)]"

    def bucket(self, value: str, bucket: str, is_moment: bool) -> str:
        shift = " + interval '8 hours'" if is_moment else ""
        return f"to_char(date_trunc('{bucket}', {value}::text::timestamp{shift}), 'YYYY-MM-DD')"

    def whole(self, value: str) -> str:
        return f"({value})::bigint"

    def pairs(self, types: str, ids: str) -> str:
        return f"unnest({types}, {ids}) WITH ORDINALITY AS n(type, row_id, position)"


def _postgres_text(value: object) -> bytes | None:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, list):
        quoted_items = (str(item).replace("\\", "\\\\").replace('"', '\\"') for item in value)
        return ("{" + ",".join(f'"{item}"' for item in quoted_items) + "}").encode()
    return None if value is None else str(value).encode()


def _printf(parts: Parts) -> str:
    pattern = "".join("%s" if isinstance(part, Sql) else part.replace("%", "%%") for part in parts)
    arguments = [part.sql for part in parts if isinstance(part, Sql)]
    if not arguments:
        return quoted("".join(str(part) for part in parts))
    return f"printf({', '.join([quoted(pattern), *arguments])})"


def _joined(parts: Parts) -> Parts:
    """Join neighbouring texts, so that each costs one concatenation."""
    joined: Parts = []
    for part in parts:
        if joined and isinstance(part, str) and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _operand(sql: str) -> str:
    return sql if _SIMPLE.fullmatch(sql) else f"({sql})"


# A column, a call or what is in brackets already: no operator of it can be drawn apart by another beside it.
_SIMPLE = re.compile(r'"\w+"\."\w+"|g\.\w+|\w+\([^()]*\)')

SQLITE = SqliteDialect()
POSTGRES = PostgresDialect()


class Statement(Context):
    """Renders Peewee expressions to text, with constants of the declarations written out and `Param`s numbered.

    Only values that stand in our own declarations are written out; whatever comes from a request is a `Param`.
    """

    def __init__(self, dialect: Dialect, params: list[Param]) -> None:
        super().__init__(**dialect.context_options)
        self._dialect = dialect
        self._params = params

    __slots__ = ("_dialect", "_params")

    def sql(self, obj: object) -> "Statement":
        """Write an expression; a chain of AND or of OR with one pair of brackets, however long it is."""
        if not (isinstance(obj, Expression) and obj.op in _CHAINS):
            return super().sql(obj)
        is_whole_condition = self._sql[-1:] == [" WHERE "]
        with self(parentheses=not is_whole_condition, in_expr=True):
            for at, link in enumerate(_links(obj, obj.op)):
                # Before the first as well: a chain within it is no whole condition.
                self.literal(f" {obj.op} " if at else "")
                self.sql(link)
        return self

    def parameter(self, param: Param) -> "Statement":
        """Write a bound parameter."""
        self.literal(numbered(self._dialect, self._params, param))
        return self

    def value(
        self, value: object, converter: Callable[[object], object] | None = None, add_param: bool = True
    ) -> "Statement":
        """Write a constant."""
        if converter is None:
            converter = self.state.converter
        if converter:
            value = converter(value)
        if hasattr(value, "__sql__"):
            with self(converter=None):
                return self.sql(value)
        self.literal(constant(value))
        return self


def _links(node: Node, op: str) -> Iterator[Node]:
    """List what an operator joins, however it is nested."""
    if isinstance(node, Expression) and node.op == op:
        yield from _links(node.lhs, op)
        yield from _links(node.rhs, op)
    elif isinstance(node, Expression) and node.op not in _CHAINS:
        # Every other operator binds closer, so that it needs no brackets of its own.
        yield Expression(node.lhs, node.op, node.rhs, flat=True)
    else:
        yield node


def numbered(dialect: Dialect, params: list[Param], param: Param) -> str:
    """Write a parameter, giving it the next number the first time it is met."""
    position = next((at for at, known in enumerate(params) if known is param), len(params))
    if position == len(params):
        params.append(param)
    return dialect.placeholder(position + 1, param.cast)


def constant(value: object) -> str:
    """Write a value of our own as a literal.

    Raises:
        TypeError: it is neither a text nor a whole number nor a truth value nor None.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    raise TypeError(f"a declaration holds the value {value!r}")


def quoted(text: str) -> str:
    """Write a text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def columns(names: Sequence[str], alias: str) -> str:
    """List columns of an alias."""
    return ", ".join(f'"{alias}"."{name}"' for name in names)
