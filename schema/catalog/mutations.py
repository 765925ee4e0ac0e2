"""How a mutation is declared: its command, what it takes and what its payload shows.

`schema.build` makes its GraphQL types of that.

Every input also has `idempotencyKey`, `dryRun` and `clientMutationId`; one whose command has a subject has the
keys of the subject and `expectedVersion`. Every payload also has `isReplayed`, `userErrors` and `clientMutationId`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from db.access.bulk import MAX_ROWS, BulkErrorPolicy, run_rows
from db.access.commands import Call, CommandResult
from db.access.inputs import Input, flattened
from db.access.subjects import Command, Subject
from db.kernel.enumeration import DomainEnum
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import camel
from db.kernel.text import read_code, read_text
from schema.catalog.fields import Kind
from schema.ids import read_id


@dataclass(frozen=True, slots=True)
class InputObject:
    """A structure that an argument takes, or of which a payload tells a list."""

    name: str
    description: str
    arguments: tuple["Argument", ...]


@dataclass(frozen=True, slots=True)
class ToldList:
    """A list of structures that a payload holds once."""

    description: str
    of: InputObject


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing that a mutation takes; the command gets it by its snake_case name, or not at all where it was left out.

    kind: a scalar, an enum of the domain, or a structure. of: the types that an id may name; the command gets the row's
    id, or with several types the pair of type and row id. is_raw: the command gets it as the client gave it.
    is_clearable: null empties it, and reaches the command as None. description: without the bounds, which the command
    declares.
    """

    name: str
    kind: Kind | type[DomainEnum] | InputObject
    description: str
    required: bool = True
    of: tuple[str, ...] = ()
    is_list: bool = False
    is_raw: bool = False
    is_clearable: bool = False

    @property
    def graphql_name(self) -> str:
        """The name that clients use."""
        return camel(self.name)

    def bounded(self, declared: Input) -> "Argument":
        """Return the argument with its bounds in its description, at the end of its first clause."""
        description = self.description
        for clause in declared.clauses:
            end = min(at for at in (description.find(";"), len(description) - 1) if at >= 0)
            description = f"{description[:end]}, {clause}{description[end:]}"
        kind = self.kind
        if isinstance(kind, InputObject):
            kind = replace(kind, arguments=bounded(kind.arguments, declared.fields))
        return replace(self, description=description, kind=kind)

    def read(self, value: Any, path: tuple[str, ...]) -> Any:
        """Turn a coerced value into what the command takes.

        Raises:
            DomainError: NOT_FOUND, a text is no id, or the id of another type; INVALID_INPUT, a text that
                `db.kernel.text` refuses, an empty one included, or a year before 1900 or after 2999.
        """
        if value is None or self.is_raw:
            return value
        if self.is_list:
            return [self._read_one(item, (*path, str(at))) for at, item in enumerate(value)]
        return self._read_one(value, path)

    def _read_one(self, value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(self.kind, InputObject):
            return read_arguments(self.kind.arguments, value, path)
        if isinstance(self.kind, type):
            return self.kind(value)
        if self.kind is Kind.ID:
            return self._row(value, path)
        if self.kind is Kind.DECIMAL:
            return Decimal(value)
        if self.kind is Kind.DATETIME:
            return datetime.fromisoformat(_in_years(value, path))
        if self.kind is Kind.DATE:
            return date.fromisoformat(_in_years(value, path))
        return _text(value, self.kind, path) if isinstance(value, str) else value

    def _row(self, value: str, path: tuple[str, ...]) -> Any:
        found = read_id(value, self.of, path)
        return found[1] if len(self.of) == 1 else found


# Years of a time or day that is kept. At the edges of the calendar a deadline could not be worked out from it.
_FIRST_YEAR, _LAST_YEAR = "1900", "2999"


def _in_years(value: str, path: tuple[str, ...]) -> str:
    if not _FIRST_YEAR <= value[:4] <= _LAST_YEAR:
        raise DomainError(
            ErrorCode.INVALID_INPUT,
            f"The year must lie between {_FIRST_YEAR} and {_LAST_YEAR}; leave the field out where there is no limit.",
            path,
            chinese=f"年份须在 {_FIRST_YEAR} 至 {_LAST_YEAR} 之间；没有期限时请不填此项。",
        )
    return value


def _text(value: str, kind: Any, path: tuple[str, ...]) -> str:
    return read_code(value, path) if kind is Kind.CODE else read_text(value, path, has_lines=kind is Kind.PROSE)


def read_arguments(arguments: tuple[Argument, ...], given: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Turn a coerced input into what the command takes, by its own names.

    What was left out is left out, and so is null where it does not empty anything.
    """
    by_name = {argument.graphql_name: argument for argument in arguments}
    return {
        by_name[name].name: by_name[name].read(value, (*path, name))
        for name, value in given.items()
        if name in by_name and (value is not None or by_name[name].is_clearable)
    }


def bounded(arguments: Iterable[Argument], declared: Mapping[str, Input]) -> tuple[Argument, ...]:
    """Return arguments with the bounds that a command declares in their descriptions."""
    return tuple(one.bounded(declared[one.name]) if one.name in declared else one for one in arguments)


# What a payload shows: GraphQL types by field, and for the results of a bulk form the same again.
PayloadShape = Mapping[str, "str | Mapping[str, str]"]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A command as the API offers it.

    name: as clients call it. command: called as `command(call, **inputs)`. shows: payload field to GraphQL type;
    `CommandResult.rows` gives the row of each; of a bulk form `results` to what each of them shows. is_versioned: the
    input has `expectedVersion` although the command has no subject, but something else that has versions. tells: texts
    and lists that the payload holds once, and what they are: `CommandResult.texts` and `lists` give them. single: of a
    bulk form, the mutation that is run for each row. is_open: it is for visitors too, who are not signed in.
    """

    name: str
    description: str
    command: Callable[..., Any]
    arguments: tuple[Argument, ...] = ()
    shows: PayloadShape = field(default_factory=lambda: {"issue": "Issue", "event": "LedgerEntry"})
    is_versioned: bool = False
    tells: Mapping[str, str | ToldList] = field(default_factory=dict)
    single: str = ""
    is_open: bool = False
    # What the command takes, the keys of its subject included.
    inputs: tuple[Argument, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Complete the descriptions of the arguments from the bounds that the command declares."""
        if isinstance(self.command, Command):
            object.__setattr__(self, "arguments", bounded(self.arguments, flattened(self.command.inputs)))
        of_subject = subject_arguments(self.subject) if self.subject else ()
        object.__setattr__(self, "inputs", (*of_subject, *self.arguments))

    @property
    def title(self) -> str:
        """The name that its input and payload types begin with."""
        return self.name[0].upper() + self.name[1:]

    @property
    def subject(self) -> Subject | None:
        """The row that the command is about, which the input names."""
        return self.command.subject if isinstance(self.command, Command) else None

    @property
    def has_version(self) -> bool:
        """Whether the input has `expectedVersion`."""
        return self.is_versioned or (self.subject is not None and self.subject.stale is not None)


def bulk(name: str, description: str, one: Mutation) -> Mutation:
    """Declare the bulk form of a mutation: it takes rows of the same input, and answers row by row."""

    def attempt(call: Call, row: Mapping[str, Any]) -> CommandResult:
        version = row.get("expectedVersion")
        own = call if version is None else replace(call, expected_version=version)
        return one.command(own, **read_arguments(one.inputs, row, ()))

    def run_each(
        call: Call, rows: list[Mapping[str, Any]], error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL
    ) -> CommandResult:
        return run_rows([partial(attempt, call, row) for row in rows], error_policy)

    version = (VERSION_ARGUMENT,) if one.has_version else ()
    row = InputObject(f"{name[0].upper()}{name[1:]}Row", f"One row of the input of `{name}`.", (*one.inputs, *version))
    arguments = (
        Argument("rows", row, f"Up to {MAX_ROWS} rows, performed in this order.", is_list=True, is_raw=True),
        Argument(
            "error_policy",
            BulkErrorPolicy,
            "Whether the other rows are kept when some are refused; REJECT_ALL when left out.",
            required=False,
        ),
    )
    shows: PayloadShape = {"results": one.shows}  # pyright: ignore[reportAssignmentType]
    return Mutation(name, description, run_each, arguments, shows, single=one.name)


def subject_arguments(subject: Subject) -> tuple[Argument, ...]:
    """Return the arguments that name a subject: one for each of its keys, of which the client gives one."""
    return tuple(_subject_argument(subject, key, column) for key, column in subject.keys.items())


def _subject_argument(subject: Subject, key: str, column: str) -> Argument:
    noun = subject.model.__name__
    words = next(iter(subject.keys)).rpartition("_")[0].replace("_", " ")
    others = " or ".join(f"`{camel(other)}`" for other in subject.keys if other != key)
    meaning = f"The {words}, by {_KEY_NAMES[column]}" + (f"; give this or {others}." if others else ".")
    of, kind = ((noun,), Kind.ID) if column == "id" else ((), Kind.CODE)
    return Argument(key, kind, meaning, required=not others, of=of)


# Columns that name a row, as descriptions call them.
_KEY_NAMES = {
    "id": "id",
    "number": "ledger number",
    "code": "12-digit code",
    "division_code": "the 12-digit code of its community",
}
VERSION_ARGUMENT = Argument(
    "expected_version",
    Kind.INT,
    "The version that you read; STALE_OBJECT is returned when the object has changed since.",
    required=False,
)
COMMON_ARGUMENTS = (
    Argument(
        "idempotency_key",
        Kind.CODE,
        "A key of your own for safe retries, of letters, digits and _ . : + -; a retry returns the first result.",
        required=False,
        # Kept letter by letter, so that no two keys become one.
        is_raw=True,
    ),
    Argument(
        "dry_run", Kind.BOOLEAN, "Whether to check everything and return the result without saving it.", required=False
    ),
    Argument(
        "client_mutation_id", Kind.PROSE, "A value that the payload returns unchanged.", required=False, is_raw=True
    ),
)
