"""Writes a division's month of ledger entries to a file, with the head of its chains at the month's end.

A row has the issue's number, the columns that its hash covers as they are stored, and both hashes, so that whoever
holds the file can work the hashes out again (`db.issues.ledger.entry_hash`). A CSV file begins with a byte order mark,
without which Excel shows Chinese as something else, and a text in it that a spreadsheet would take for a formula begins
with an apostrophe; JSON holds every text as it is.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from peewee import Tuple, fn

from db.issues.ledger import HASHED_COLUMNS, Head, hashed_text
from db.issues.ledger_check import subtree
from db.issues.models.issue import Issue, LedgerEntry
from db.kernel.calendar import SHANGHAI
from db.kernel.database import database
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.fields import utc_text
from db.kernel.whole_file import whole_file
from db.places.models.division import Division

COLUMNS = ("number", "division_code", *HASHED_COLUMNS, "prev_hash", "hash")
# The signs that begin a formula, full-width and small ones too, behind whatever does not show.
_FORMULA = re.compile(r"[\s\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n]")


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was written. head: see `db.issues.ledger.Head`; a CSV file has it beside it, in `PATH.head`."""

    path: Path
    entry_count: int
    head: str


def export(division_code: str, month: str, form: str, directory: Path) -> Export:
    """Write the entries that were made in a division and below it in a month of Asia/Shanghai.

    They come by community, oldest first. month: as 2022-01. form: csv or json. The file appears when it is whole.

    Raises:
        DomainError: NOT_FOUND, no such division; INVALID_INPUT, no such month.
    """
    head = head_after(division_code, month)
    path = directory / f"ledger-{division_code}-{month}.{form}"
    with whole_file(path, "utf-8-sig" if form == "csv" else "utf-8") as file:
        rows = _rows(subtree(division_code), *_span(month))
        if form == "csv":
            count = _write_csv(file, rows)
        else:
            count = _write_json(file, rows, {"divisionCode": division_code, "month": month}, head)
    if form == "csv":
        with whole_file(path.with_suffix(".csv.head")) as file:
            file.write(f"{head}\n")
    return Export(path, count, head)


def head_after(division_code: str, month: str) -> str:
    """Return the head of the chains in a division at the end of a month, which no later entry changes.

    Raises:
        DomainError: NOT_FOUND, no such division; INVALID_INPUT, no such month.
    """
    head = Head()
    _, end = _span(month)
    for code in _codes(subtree(division_code)):
        for issue_id, seq, last_hash in _last_entries(code, end):
            head.add(code, issue_id, seq, last_hash)
    return head.text()


class Place(NamedTuple):
    """The place of an entry in an export, after which the next page begins."""

    code: str
    at: str
    entry_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, by `COLUMNS`, `id` and `hashed_text`. end: the place of the last; None where none is left."""

    entries: list[dict[str, Any]]
    end: Place | None


def page(division_code: str, month: str, size: int, after: Place | None) -> Page:
    """Read the next entries of what `export` writes.

    Raises:
        DomainError: NOT_FOUND, no such division; INVALID_INPUT, no such month.
    """
    found = list(islice(_rows(subtree(division_code), *_span(month), after, size + 1), size + 1))
    entries = found[:size]
    has_more = len(found) > size
    last = entries[-1] if has_more else None
    return Page(entries, Place(last["division_code"], last["at"], last["id"]) if last else None)


def _codes(division: Division, first: str | None = None) -> Iterator[str]:
    """List the codes that entries in a division bear: those of communities, also of ones that got a new code since."""
    column = LedgerEntry.division_code
    # One lower bound alone, so that each step is one look into the index.
    beyond = column >= (first or division.code)
    while True:
        (code,) = database.execute(
            LedgerEntry.select(fn.MIN(column)).where(beyond, column <= division.last_code)
        ).fetchone()
        if code is None:
            return
        yield code
        beyond = column > code


def _last_entries(code: str, before: str) -> list[Any]:
    here, entry = LedgerEntry.alias(), LedgerEntry.alias()
    last = here.select(here.issue.alias("issue_id"), fn.MAX(here.seq).alias("seq"))
    last = last.where(here.division_code == code, here.at < before).group_by(here.issue).alias("last")
    query = entry.select(entry.issue, entry.seq, entry.hash).join(
        last, on=(entry.issue == last.c.issue_id) & (entry.seq == last.c.seq)
    )
    return database.execute(query.order_by(entry.issue)).fetchall()


def _span(month: str) -> tuple[str, str]:
    """Return the moments, in UTC as they are stored, at which a month begins and the next one does."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise DomainError(
            ErrorCode.INVALID_INPUT, f"{month!r} is not a month; write it as 2022-01.", ("month",)
        ) from None
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return utc_text(first), utc_text(following)


def _rows(
    division: Division, start: str, end: str, after: Place | None = None, most: int | None = None
) -> Iterator[dict[str, Any]]:
    """List entries by their columns, with their ids and what their hashes cover. most: of a community."""
    entry = LedgerEntry.alias("entry")
    columns = [getattr(entry, LedgerEntry._meta.columns[name].name) for name in COLUMNS[1:]]
    for code in _codes(division, after.code if after else None):
        query = (
            entry.select(Issue.number, *columns, entry.id, hashed_text(entry))
            .join(Issue, on=entry.issue == Issue.id)
            .where(entry.division_code == code, entry.at >= start, entry.at < end)
        )
        if after and code == after.code:
            query = query.where(Tuple(entry.at, entry.id) > (after.at, after.entry_id))
        for row in database.execute(query.order_by(entry.at, entry.id).limit(most)).fetchall():
            yield dict(zip((*COLUMNS, "id", "hashed_text"), row, strict=True))


def _write_csv(file: TextIO, rows: Iterator[dict[str, Any]]) -> int:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow([_cell(row[name]) for name in COLUMNS])
        count += 1
    return count


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _write_json(file: TextIO, rows: Iterator[dict[str, Any]], about: dict[str, Any], head: str) -> int:
    file.write(json.dumps(about)[:-1] + ', "entries": [')
    count = 0
    for row in rows:
        file.write(",\n" if count else "\n")
        file.write(json.dumps({name: row[name] for name in COLUMNS}, ensure_ascii=False))
        count += 1
    file.write(f'\n], "entryCount": {count}, "head": "{head}"}}\n')
    return count
