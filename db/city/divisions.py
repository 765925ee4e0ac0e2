"""Import of real divisions from a file: one pass, one transaction, and the same again when it is repeated."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from peewee import IntegrityError, Value, fn

from db.access.models.audit import AuditEntry
from db.access.models.journal import JournalEntry
from db.city import models
from db.deliberation.models.edition import ListEdition
from db.issues.models.issue import Issue, LedgerEntry
from db.kernel.database import database, is_postgres, lift_time_limit, write
from db.places.division_file import Row, read_rows, refuse
from db.places.models.division import (
    CODE_DIGITS,
    Division,
    DivisionLevel,
    ancestor_codes,
    code_at,
    last_code,
    level_of,
    part_at,
)

# What was so stays written as it was: these tables keep the code of a division that has moved.
HISTORY = (AuditEntry, JournalEntry, LedgerEntry, ListEdition)
# Rows that are looked up and written together. More would only cost memory.
BATCH = 2_000
COPY = "COPY division (code, last_code, name, level, parent_id) FROM STDIN"
INSERT = "INSERT INTO division (code, last_code, name, level, parent_id) VALUES (?, ?, ?, ?, ?)"
UPDATE = "UPDATE division SET name = {0}, parent_id = {0} WHERE id = {0}"
JSON_LIST = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    rows: lines of the file without its header. added, renamed, unchanged: of these. moved: divisions that got another
    code or parent, those below a moved one included. seconds: from opening the file to the commit.
    """

    rows: int
    added: int
    renamed: int
    moved: int
    unchanged: int
    seconds: float


def import_divisions(
    path: str | Path, moved: Mapping[str, str] | None = None, progress: Callable[[int], Any] = lambda rows: None
) -> ImportReport:
    """Update the division tree from a CSV file, plain or gzipped, whose rows come parents first.

    Nothing is kept of a file that is refused, and no division is removed: one that the file does not name stays.

    moved: for a division that was given a new code, the new code by the old one; its subtree and all rows of it take
        the new digits, except ledger entries, which keep the code that they were written with.
    progress: called with the number of rows done so far.

    Raises:
        DomainError: the file or a move cannot be right; the message names the line and what to do.
    """
    start = perf_counter()
    moves = dict(moved or {})
    with _file_not_mapped(), write():
        lift_time_limit()
        if is_postgres():
            # One import at a time; readers and references to divisions go on.
            database.execute_sql("LOCK TABLE division IN SHARE ROW EXCLUSIVE MODE")
        run = _Import(moved=_move_all(moves), expected=set(moves.values()))
        for batch in _batches(read_rows(Path(path))):
            run.take(batch)
            progress(run.rows)
        run.finish()
        if is_postgres():
            # The planner would go on believing in the table as it was, until it is analysed some minutes later.
            database.execute_sql("ANALYZE division")
    return ImportReport(run.rows, run.added, run.renamed, run.moved, run.unchanged, perf_counter() - start)


@contextmanager
def _file_not_mapped() -> Iterator[None]:
    # SQLite would map the file, and all pages that an import touches would count as this process's memory.
    if is_postgres():
        yield
        return
    before = database.pragma("mmap_size")
    database.pragma("mmap_size", 0)
    try:
        yield
    finally:
        database.pragma("mmap_size", before)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


@dataclass(slots=True)
class _Known:
    """A division that the database holds."""

    id: int
    name: str
    parent_id: int | None


class _Import:
    """What one import has seen and done so far.

    expected: the new codes of moves, which the file has to name.
    """

    def __init__(self, moved: int, expected: set[str]) -> None:
        self.moved, self.expected, self.arrived = moved, expected, frozenset(expected)
        self.rows = self.added = self.renamed = self.unchanged = 0
        self.top: DivisionLevel | None = None
        # Ids above this one are rows of this file; of those below, one bit each says that the file named it.
        self.last_old_id: int = Division.select(fn.MAX(Division.id)).scalar() or 0
        self.named = bytearray(self.last_old_id // 8 + 1)

    def take(self, batch: Sequence[Row]) -> None:
        """Check rows against the database and the file so far, and write what is new in them."""
        self.top = self.top or batch[0].level
        wanted = {code for row in batch for code in (row.code, *row.above)}
        known = _known(wanted)
        new_codes: set[str] = set()
        for level in DivisionLevel:
            new: list[tuple[Any, ...]] = []
            changed: list[tuple[Any, ...]] = []
            for row in batch:
                if row.level is not level:
                    continue
                parent_id = self._parent_id(row, known)
                self.expected.discard(row.code)
                if row.code in new_codes:
                    raise _doubled(row)
                if found := known.get(row.code):
                    self._mark(row, found)
                    changed += self._changes(row, found, parent_id)
                else:
                    new_codes.add(row.code)
                    new.append((row.code, last_code(row.code, level), row.name, level.value, parent_id))
            if new:
                _insert(new)
            if changed:
                database.cursor().executemany(UPDATE.format(database.param), changed)
            self.added += len(new)
            if level is not DivisionLevel.COMMUNITY and new:
                known |= _known(values[0] for values in new)
        self.rows += len(batch)

    def finish(self) -> None:
        """Check what only the whole file can tell, and put what was there before under what came between."""
        if self.expected:
            raise refuse(f"the file has no row for {min(self.expected)}, which a division is said to have moved to")
        if self.added and self.last_old_id:
            self.moved += _settle()

    def _parent_id(self, row: Row, known: Mapping[str, _Known]) -> int | None:
        nearest = next((code for code in row.above if code in known), None)
        if row.parent_code and nearest is None:
            raise refuse(
                f"the parent {row.parent_code} of {row.code} is neither in the database nor above in the file; "
                "add it, or sort the rows parents first",
                row.line,
            )
        if row.parent_code and nearest != row.parent_code:
            raise refuse(f"{row.code} lies in {nearest}, so that is its parent and not {row.parent_code}", row.line)
        if not row.parent_code and row.level is not self.top:
            raise refuse(f"{row.code} has no parent_code; only the file's highest level may go without", row.line)
        return known[nearest].id if nearest else None

    def _mark(self, row: Row, found: _Known) -> None:
        byte, bit = found.id // 8, 1 << found.id % 8
        if found.id > self.last_old_id or self.named[byte] & bit:
            raise _doubled(row)
        self.named[byte] |= bit

    def _changes(self, row: Row, found: _Known, parent_id: int | None) -> Iterator[tuple[Any, ...]]:
        if (found.name, found.parent_id) == (row.name, parent_id):
            self.unchanged += 1
            return
        self.renamed += found.name != row.name
        # A division that a move brought here has been counted.
        self.moved += found.parent_id != parent_id and row.code not in self.arrived
        yield row.name, parent_id, found.id


def _doubled(row: Row) -> Exception:
    return refuse(f"the code {row.code} stands in the file twice; remove one of the rows", row.line)


def _known(codes: Iterable[str]) -> dict[str, _Known]:
    # One value whatever the number of codes, so that the statement is always the same.
    among, given = ("= ANY(%s)", list(codes)) if is_postgres() else (JSON_LIST, json.dumps(list(codes)))
    found = database.execute_sql(f"SELECT code, id, name, parent_id FROM division WHERE code {among}", (given,))
    return {code: _Known(id_, name, parent_id) for code, id_, name, parent_id in found}


def _insert(rows: Sequence[tuple[Any, ...]]) -> None:
    if is_postgres():
        with database.cursor().copy(COPY) as copy:
            for row in rows:
                copy.write_row(row)
    else:
        database.cursor().executemany(INSERT, rows)


def _settle() -> int:
    """Return each division the nearest one above it as its parent, where a file added one between; return how many."""
    child, parent = Division.alias("child"), Division.alias("parent")
    direct = [
        (child.level == level.value) & (parent.code == code_at(child.code, above))
        for above, level in zip(DivisionLevel, list(DivisionLevel)[1:], strict=False)
    ]
    settled = direct[0] | direct[1] | direct[2] | direct[3]
    query = (
        child.select(child.id, child.code, child.parent)
        .join(parent, "LEFT JOIN", on=(child.parent == parent.id))
        .where(child.level != DivisionLevel.PROVINCE.value, parent.id.is_null() | ~settled)
    )
    count = 0
    for id_, code, parent_id in list(query.tuples().execute()):
        above = _known(ancestor_codes(code))
        nearest = above[max(above)].id if above else None
        if nearest != parent_id:
            count += Division.update(parent=nearest).where(Division.id == id_).execute()
    return count


def _move_all(moves: Mapping[str, str]) -> int:
    """Perform the moves, each after the one that frees its new code; return how many divisions they changed."""
    for old, new in moves.items():
        if level_of(old) is None or level_of(old) is not level_of(new) or len({len(old), len(new), 12}) > 1:
            raise refuse(f"{old}={new} is no move: both have to be codes of twelve digits and of the same level")
    if len(set(moves.values())) < len(moves):
        raise refuse("two divisions cannot move to the same code")
    pending, count = dict(moves), 0
    while pending:
        free = [old for old, new in pending.items() if new not in pending]
        if not free:
            raise refuse(f"the moves of {', '.join(pending)} go in a circle")
        # From the bottom up: what moves out of a subtree leaves before the subtree moves.
        old = max(free, key=lambda code: list(DivisionLevel).index(level_of(code) or DivisionLevel.PROVINCE))
        count += _move(old, pending.pop(old))
    return count


def _move(old: str, new: str) -> int:
    there = _known((old, new))
    if old not in there and new in there:
        return 0
    if old not in there:
        raise refuse(f"no division has the code {old}, so nothing can move from it to {new}")
    if new in there:
        _clear(old, new)
    level = level_of(old) or DivisionLevel.PROVINCE
    below, digits = last_code(old, level), CODE_DIGITS[level]

    def renumbered(column: Any) -> Any:
        return Value(new[:digits]).concat(fn.substr(column, digits + 1))

    for model in models.ALL:
        code = model._meta.columns.get("division_code")
        if code is None or model in HISTORY:
            continue
        if model is Issue:
            _move_responsibility(old, new, renumbered)
        columns = [code, *(model._meta.columns[name] for name in ("last_code",) if name in model._meta.columns)]
        model.update({column: renumbered(column) for column in columns}).where(code.between(old, below)).execute()
    codes = {Division.code: renumbered(Division.code), Division.last_code: renumbered(Division.last_code)}
    count = Division.update(codes).where(Division.code.between(old, below)).execute()
    # The file says what is above it now.
    Division.update(parent=None).where(Division.code == new).execute()
    return count


def _move_responsibility(old: str, new: str, renumbered: Callable[[Any], Any]) -> None:
    """Move the responsibility for issues to the offices at and above the new place, each at its level."""
    level = level_of(old) or DivisionLevel.PROVINCE
    moving = part_at(old, level).has(Issue.division_code)
    inside = part_at(old, level).has(Issue.responsible_code)
    Issue.update(responsible_code=renumbered(Issue.responsible_code)).where(moving & inside).execute()
    for above, digits in CODE_DIGITS.items():
        if above is level:
            break
        before, after = (code[:digits].ljust(12, "0") for code in (old, new))
        at_level = (Issue.current_level == above.value) & (Issue.responsible_code == before)
        Issue.update(responsible_code=after).where(moving & at_level).execute()


def _clear(old: str, new: str) -> None:
    """Remove the divisions that an import without the move has made at the new code, if nothing refers to them."""
    level = level_of(new) or DivisionLevel.PROVINCE
    try:
        for below in reversed(DivisionLevel):
            subtree = part_at(new, level).has(Division.code)
            Division.delete().where(subtree & (Division.level == below.value)).execute()
    except IntegrityError as error:
        raise refuse(f"{old} cannot move to {new}: there is a division with rows of its own already") from error
