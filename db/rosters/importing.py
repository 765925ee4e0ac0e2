"""Importing a roster: its rows go through the command of their noun, some at a time, each kept wholly or not at all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from itertools import islice
from typing import Any

from peewee import IntegrityError

from db.access.actor import actor_of
from db.access.bulk import MAX_ROWS, BulkErrorPolicy, run_rows
from db.access.commands import Call, CommandResult, RowResult, run_command
from db.kernel.errors import DomainError, ErrorCode
from db.places.models.division import Division
from db.rosters.cells import Book
from db.rosters.headings import Choices
from db.rosters.kinds import Inputs, RosterKind
from db.rosters.places import Places, community_named
from db.rosters.sheet_rows import Problem, SheetRow, SheetToRead, sheet_rows, sheets_to_read

_TRIES = 5


class Outcome(Enum):
    """What became of a row, or would become of it."""

    ADDED = "added"
    THERE = "already there"
    REFUSED = "refused"
    NOTE = "not a row of the roster"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a row. problems: why it was refused. shows: what names it."""

    row: SheetRow
    outcome: Outcome
    problems: Sequence[Problem] = ()
    shows: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported, and how.

    account_id: on whose behalf. sheets: their names; empty for the only one that looks like a roster. division: what
    all rows lie in, where it is given. is_dry: nothing is kept.
    """

    kind: RosterKind
    account_id: int
    choices: Choices
    sheets: Sequence[str] = ()
    division: Division | None = None
    is_dry: bool = False


@dataclass(slots=True)
class Counts:
    """How many rows came to what.

    finished: communities for which the last step of the kind was done. unfinished: those for which it was refused, with
    the reason. A dry run has those whose rows are in one chunk.
    """

    of: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    finished: int = 0
    unfinished: dict[str, DomainError] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All rows of the roster."""
        return sum(self.of.values()) - self.of[Outcome.NOTE]


def plan(book: Book, order: Order) -> list[SheetToRead]:
    """Find the sheets that an import reads, and their columns.

    Raises:
        DomainError: as `sheets_to_read` refuses.
    """
    return sheets_to_read(book, order.kind, order.choices, order.sheets)


def import_rows(book: Book, parts: Iterable[SheetToRead], order: Order, tell: Callable[[Told], Any]) -> Counts:
    """Import the rows of sheets, and tell what becomes of each. It can be interrupted and repeated.

    Raises:
        DomainError: the file cannot be read further; the rows that were told of are kept.
    """
    counts, chunks = Counts(), _Chunks(order)
    for part in parts:
        rows = sheet_rows(book, part, order.kind, order.choices)
        for chunk in _chunked(rows, order.kind):
            for told in chunks.perform(chunk):
                counts.of[told.outcome] += 1
                tell(told)
    chunks.finish(counts)
    return counts


def _chunked(rows: Iterator[SheetRow], kind: RosterKind) -> Iterator[list[SheetRow]]:
    """Divide rows into transactions, where possible between communities, if something is done for each of these."""
    chunk = list(islice(rows, MAX_ROWS))
    while chunk:
        ahead, own = next(rows, None), len(chunk)
        if ahead is not None and kind.finish is not None:
            while own and community_named(chunk[own - 1].values) == community_named(ahead.values):
                own -= 1
        kept = chunk[:own] or chunk
        yield kept
        begun = [*chunk[len(kept) :], *([ahead] if ahead else ())]
        chunk = [*begun, *islice(rows, MAX_ROWS - len(begun))]


class _Chunks:
    """Performs chunks of rows, each in a transaction of its own.

    seen: by key, what earlier rows of a dry run hold. codes: of the communities that have rows. chunk: of those in this
    chunk. tried: what became of the last step for communities in a dry run.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._places = Places(order.division)
        self._seen: dict[int, tuple[int, int]] = {}
        self._codes: dict[str, None] = {}
        self._chunk: dict[str, None] = {}
        self._tried: dict[str, RowResult] = {}

    def perform(self, rows: Sequence[SheetRow]) -> Iterator[Told]:
        """Perform the rows that could be read, and tell what becomes of each."""
        ready = [row for row in rows if not (row.problems or row.note)]
        results = iter(self._run(ready) if ready else ())
        for row in rows:
            shows = str(row.values.get(self._order.kind.shows, ""))
            if row.note:
                yield Told(row, Outcome.NOTE, shows=row.note)
            elif row.problems:
                yield Told(row, Outcome.REFUSED, row.problems, shows)
            else:
                yield _told(row, next(results), shows)

    def finish(self, counts: Counts) -> None:
        """Perform the last step of the kind for each community that has rows; a dry run tried it with the rows."""
        last, known = self._order.kind.finish, list(self._codes)
        if last is not None and not self._order.is_dry:
            for start in range(0, len(known), MAX_ROWS):
                codes = known[start : start + MAX_ROWS]
                self._tried.update(zip(codes, self._transaction(partial(_each, last, codes)), strict=True))
        for code, result in self._tried.items():
            counts.finished += bool(result.rows)
            if result.refusal is not None:
                counts.unfinished[code] = result.refusal

    def _run(self, rows: Sequence[SheetRow]) -> Sequence[RowResult]:
        """Attempt rows. A dry run also tries the last step for their communities, before the rows are undone."""
        last = self._order.kind.finish if self._order.is_dry else None

        def attempt(call: Call) -> CommandResult:
            self._chunk.clear()
            done = _each(self._attempt, rows, call)
            if last is None or not self._chunk:
                return done
            return CommandResult(results=(*done.results, *_each(last, list(self._chunk), call).results))

        results = self._transaction(attempt)
        for code, result in zip(self._chunk, results[len(rows) :], strict=False):
            # Of a community with rows in two chunks, neither has all.
            self._tried.pop(code, None)
            if code not in self._codes:
                self._tried[code] = result
        self._codes.update(self._chunk)
        return results[: len(rows)]

    def _transaction(self, chunk: Callable[[Call], CommandResult]) -> Sequence[RowResult]:
        """Attempt a chunk in one transaction, as whoever the account is by now."""
        at = datetime.now(UTC).replace(microsecond=0)
        order = self._order
        call = Call(actor_of(order.account_id, at), at, is_dry=order.is_dry)
        for tried in range(_TRIES):
            try:
                return run_command(f"import {order.kind.name}", chunk, call, {}, lambda result: result).results
            except IntegrityError:
                # Somebody else has registered one of them after it was looked for. The next try finds it.
                if tried == _TRIES - 1:
                    raise
        raise AssertionError("the last try returns or raises")

    def _attempt(self, call: Call, row: SheetRow) -> CommandResult:
        kind = self._order.kind
        inputs = kind.inputs(call, self._places.settle(row.values))
        self._chunk[inputs["division_code"]] = None
        if self._is_same_as_earlier(inputs, row) or kind.is_there(call, inputs):
            return CommandResult()
        done = kind.command(call, **inputs)
        self._remember(inputs, row)
        return done

    def _is_same_as_earlier(self, inputs: Inputs, row: SheetRow) -> bool:
        """Return whether an earlier row, of which a dry run has kept nothing, says the same.

        Raises:
            DomainError: ALREADY_EXISTS, it has the same key and says something else.
        """
        key = self._order.kind.key(inputs) if self._order.is_dry else None
        earlier = None if key is None else self._seen.get(hash(key))
        if earlier is None or earlier[0] == row.line.number:
            return False
        if earlier[1] == hash(repr(inputs)):
            return True
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"Row {earlier[0]} of the file has the same {self._order.kind.key_words[0]} already; correct one of them.",
            chinese=f"与文件第 {earlier[0]} 行的{self._order.kind.key_words[1]}相同，请更正其一。",
        )

    def _remember(self, inputs: Inputs, row: SheetRow) -> None:
        if self._order.is_dry and (key := self._order.kind.key(inputs)) is not None:
            self._seen[hash(key)] = (row.line.number, hash(repr(inputs)))


def _each(attempt: Callable[[Call, Any], CommandResult], of: Sequence[Any], call: Call) -> CommandResult:
    """Attempt something with each of some; one that is refused leaves no trace."""
    return run_rows([partial(attempt, call, one) for one in of], BulkErrorPolicy.SKIP_FAILED)


def _told(row: SheetRow, result: RowResult, shows: str) -> Told:
    refusal = result.refusal
    if refusal is None:
        return Told(row, Outcome.ADDED if result.rows else Outcome.THERE, shows=shows)
    named = [part for part in refusal.field if not part.isdecimal() and part != "rows"]
    places = (row.headings.place_of(part) for part in reversed(named))
    place = next((found for found in places if found is not None), None)
    return Told(row, Outcome.REFUSED, (Problem(place, refusal.message, refusal.chinese),), shows)
