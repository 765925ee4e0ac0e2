"""Column types that hold the same text or number on SQLite and PostgreSQL, so that answers are equal byte for byte.

Times, days, codes and short texts are stored as the text that the API shows (docs/adr/0002); on PostgreSQL each is a
domain type that checks its form, made by the first migration from `POSTGRES_DOMAINS`.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar, overload

from peewee import SQL, BigIntegerField, Check, NodeList, TextField

from db.kernel.enumeration import DomainEnum, GrowingEnum

# What each `field_type` below is called by each database. PostgreSQL sorts these texts by code point, as SQLite does.
SQLITE_TYPES = {"LINE": "TEXT", "CODE": "TEXT", "PROSE": "TEXT", "UTC_TIME": "TEXT", "DAY": "TEXT", "FIXED": "INTEGER"}
POSTGRES_TYPES = {
    "LINE": "text_line",
    "CODE": "text_code",
    "PROSE": 'TEXT COLLATE "C"',
    "UTC_TIME": "utc_time",
    "DAY": "calendar_day",
    "FIXED": "BIGINT",
}
POSTGRES_DOMAINS = {
    "text_line": r"""CREATE DOMAIN text_line AS text COLLATE "C" CHECK (VALUE !~ '[\x01-\x1f\x7f]')""",
    "text_code": """CREATE DOMAIN text_code AS text COLLATE "C" CHECK (VALUE ~ '^[A-Za-z0-9_.:+-]*$')""",
    "utc_time": r"""CREATE DOMAIN utc_time AS text COLLATE "C" CHECK (VALUE ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$')""",
    "calendar_day": r"""CREATE DOMAIN calendar_day AS text COLLATE "C" CHECK (VALUE ~ '^\d{4}-\d\d-\d\d$')""",
}

# The same forms as SQLite's checks, put after the column's name.
SQLITE_FORMS = {
    "LINE": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "CODE": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "UTC_TIME": f"GLOB '{'-'.join(('[0-9]' * 4, '[0-9]' * 2, '[0-9]' * 2))}T{':'.join(['[0-9]' * 2] * 3)}Z'",
    "DAY": f"GLOB '{'-'.join(('[0-9]' * 4, '[0-9]' * 2, '[0-9]' * 2))}'",
}


ValueT = TypeVar("ValueT")
EnumT = TypeVar("EnumT", bound=DomainEnum)


class TypedField(Generic[ValueT]):
    """Names the type of a column's values, with None where it is nullable; the type checker alone reads it."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> ValueT: ...
        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: object, value: ValueT) -> None: ...


class FormedField(TextField):
    """Text of a known form, which both databases check: PostgreSQL in the column's type, SQLite beside it."""

    def ddl(self, ctx: Any) -> Any:
        """Add SQLite's check to the column's definition."""
        definition = super().ddl(ctx)
        if ctx.state.field_types[self.field_type] == "TEXT" and not (
            isinstance(self, EnumField) and not self.is_growing
        ):
            definition.nodes.append(Check(f"{self.column_name} {SQLITE_FORMS[self.field_type]}"))
        return definition


class LineField(FormedField):
    """One line of free text: no control characters, so only quotes and backslashes need escaping in JSON."""

    field_type = "LINE"


class CodeField(FormedField):
    """An identifier from a known alphabet (letters, digits, `_.:+-`), which never needs escaping."""

    field_type = "CODE"


class ProseField(TextField):
    """Free text of any length, line breaks included."""

    field_type = "PROSE"


class EnumField(TypedField[ValueT], CodeField):
    """A member of a `DomainEnum`, stored by name; the database checks the name, or its form alone where the names grow.

    A name that this release does not know, written by a newer one, is read as its text.
    """

    if TYPE_CHECKING:

        @overload
        def __new__(cls, enum: type[EnumT], *, null: Literal[True], **options: Any) -> "EnumField[EnumT | None]": ...
        @overload
        def __new__(cls, enum: type[EnumT], *, null: Literal[False] = ..., **options: Any) -> "EnumField[EnumT]": ...
        def __new__(cls, *arguments: Any, **options: Any) -> Any: ...

    def __init__(self, enum: type[DomainEnum], **options: Any) -> None:
        self.enum, self.is_growing = enum, issubclass(enum, GrowingEnum)
        super().__init__(**options)

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        """Add the check constraint once the column's name is known."""
        super().bind(model, name, set_attribute)
        if self.is_growing:
            return
        allowed = ", ".join(f"'{member.value}'" for member in self.enum)
        self.constraints = [*(self.constraints or ()), Check(f"{self.column_name} IN ({allowed})")]

    def db_value(self, value: Any) -> str | None:
        """Return the name of a member.

        Raises:
            ValueError: the enumeration has no such name.
        """
        if value is None or isinstance(value, self.enum):
            return value and value.value
        if value not in self.enum.__members__:
            names = ", ".join(self.enum.__members__)
            raise ValueError(f"{value!s} is not a {self.enum.__name__}; the names are {names}")
        return str(value)

    def python_value(self, value: Any) -> DomainEnum | str | None:
        return self.enum.__members__.get(value, value)


class UtcDateTimeField(TypedField[ValueT], FormedField):
    """A moment, to the second, as `2026-01-31T08:00:00Z`; in Python an aware datetime in UTC."""

    if TYPE_CHECKING:

        @overload
        def __new__(cls, *, null: Literal[True], **options: Any) -> "UtcDateTimeField[datetime | None]": ...
        @overload
        def __new__(cls, *, null: Literal[False] = ..., **options: Any) -> "UtcDateTimeField[datetime]": ...
        def __new__(cls, **options: Any) -> Any: ...

    field_type = "UTC_TIME"

    def db_value(self, value: Any) -> str | None:
        return None if value is None else utc_text(value)

    def python_value(self, value: Any) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class DayField(TypedField[ValueT], FormedField):
    """A calendar day, as `2026-01-31`; in Python a date."""

    if TYPE_CHECKING:

        @overload
        def __new__(cls, *, null: Literal[True], **options: Any) -> "DayField[date | None]": ...
        @overload
        def __new__(cls, *, null: Literal[False] = ..., **options: Any) -> "DayField[date]": ...
        def __new__(cls, **options: Any) -> Any: ...

    field_type = "DAY"

    def db_value(self, value: Any) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: Any) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class FixedDecimalField(TypedField[ValueT], BigIntegerField):
    """A decimal with a fixed number of places, stored as a whole number of its smallest unit: exact on both."""

    if TYPE_CHECKING:

        @overload
        def __new__(
            cls, places: int = 2, *, null: Literal[True], **options: Any
        ) -> "FixedDecimalField[Decimal | None]": ...
        @overload
        def __new__(
            cls, places: int = 2, *, null: Literal[False] = ..., **options: Any
        ) -> "FixedDecimalField[Decimal]": ...
        def __new__(cls, *arguments: Any, **options: Any) -> Any: ...

    field_type = "FIXED"

    def __init__(self, places: int = 2, **options: Any) -> None:
        self.places = places
        super().__init__(**options)

    def db_value(self, value: Any) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimal places")
        return int(scaled)

    def python_value(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)


def utc_text(moment: datetime | str) -> str:
    """Write an aware datetime as the text that is stored and shown: UTC, whole seconds, `Z`."""
    return moment if isinstance(moment, str) else _utc_text(moment)


@lru_cache(1024)
def _utc_text(moment: datetime) -> str:
    # Not strftime, which writes the year 1 with one digit.
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def one_of(*columns: str) -> SQL | NodeList:
    """Check that exactly one of the columns is set: how a reference to one of several tables is kept."""
    count = " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in columns)
    return Check(f"{count} = 1")


def at_most_one_of(*columns: str) -> SQL | NodeList:
    """Check that no more than one of the columns is set."""
    count = " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in columns)
    return Check(f"{count} <= 1")
