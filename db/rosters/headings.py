"""Finding the row of headings in a sheet, and which column is which."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from db.kernel.errors import DomainError
from db.rosters.cells import Line, Merged, letters, refuse_file
from db.rosters.kinds import Column, RosterKind, heading_key
from db.rosters.values import shown

# Headings stand among the first rows that have something in them.
MAX_ROWS_ABOVE = 40
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody says of the headings. mapped: field by heading or letter. ignored: headings or letters."""

    mapped: Mapping[str, str]
    ignored: frozenset[str]

    def field_of(self, column: int, key: str) -> str | None:
        """Return the field that a column was mapped to."""
        return self.mapped.get(key) or self.mapped.get(_letter_key(column))

    def is_ignored(self, column: int, key: str) -> bool:
        """Return whether nothing is to be read of a column."""
        return bool(key in self.ignored and key) or _letter_key(column) in self.ignored


@dataclass(frozen=True, slots=True)
class Headings:
    """The columns of a sheet.

    first_row, last_row: of the headings. columns: what is read, by place. names: all headings as they stand, by place.
    ignored: places of which nothing is read.
    """

    first_row: int
    last_row: int
    columns: Mapping[int, Column]
    names: Mapping[int, str]
    ignored: frozenset[int]

    @property
    def fields(self) -> set[str]:
        """The names of the columns that are read."""
        return {column.field for column in self.columns.values()}

    def place_of(self, field: str) -> int | None:
        """Return the place of a column that a refusal has to do with, by an input as the API names it."""
        return next((at for at, column in self.columns.items() if field in column.answers_for), None)

    def label(self, place: int) -> str:
        """Return how a column is called in messages: `D 联系电话`."""
        return f"{letters(place)} {self.names.get(place, '')}".strip()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One row of headings, or two. texts: of each place, the nearest to the rows of people first."""

    first: Line
    last: Line
    texts: Mapping[int, tuple[str, ...]]


def find_headings(
    lines: Sequence[Line], merged: Sequence[Merged], kind: RosterKind, choices: Choices
) -> Headings | None:
    """Return the headings among the first rows of a sheet; None where no row looks like them.

    Raises:
        DomainError: headings are unknown, or several columns mean the same.
    """
    _require_fields(kind, choices)
    found = max(_candidates(lines, merged, kind, choices), key=lambda one: _score(one, kind, choices), default=None)
    if found is None or not _is_enough(found, kind, choices):
        return None
    columns, names, ignored = dict[int, Column](), dict[int, str](), set[int]()
    unknown: list[str] = []
    for place, texts in found.texts.items():
        means = _meaning(place, texts, kind, choices)
        names[place] = means.text
        if means.column is not None:
            columns[place] = means.column
        elif means.is_left_out:
            ignored.add(place)
        else:
            unknown.append(f"{letters(place)} {means.text}")
    headings = Headings(found.first.number, found.last.number, columns, names, frozenset(ignored))
    _refuse_unclear(headings, unknown, kind)
    return headings


def is_repeated(line: Line, headings: Headings, kind: RosterKind, choices: Choices) -> bool:
    """Return whether a row is the headings once more, as they stand on each printed page."""
    texts = {place: text for place, cell in enumerate(line.cells) if (text := shown(cell))}
    named = [place for place in texts if place in headings.columns]
    return len(named) >= min(2, len(headings.columns)) and all(
        text == headings.names.get(place) or _meaning(place, (text,), kind, choices).column is not None
        for place, text in texts.items()
        if place in headings.columns
    )


def _candidates(
    lines: Sequence[Line], merged: Sequence[Merged], kind: RosterKind, choices: Choices
) -> Iterator[_Candidate]:
    wide = {(one.first_row, one.first_column): one for one in merged if one.last_column > one.first_column}
    for line in lines:
        yield _Candidate(line, line, {place: (text,) for place, text in _texts(line).items()})
    for upper, lower in pairwise(lines):
        above, below = _texts(upper), _texts(lower)
        groups = _groups(upper, above, below, wide)
        known = [_meaning(place, (text,), kind, choices).column is not None for place, text in below.items()]
        is_free = all(place not in above or groups.get(place) for place in below)
        if not above or not any(known) or not (is_free or (all(known) and len(known) > 1)):
            continue
        texts: dict[int, tuple[str, ...]] = {}
        for place in sorted({*above, *below}):
            group, own = groups.get(place) or above.get(place, ""), below.get(place, "")
            # 负责人 above 姓名 may be a column of its own; else the lower row says what it is.
            texts[place] = (f"{group} {own}", own) if group and own else (own or group,)
        yield _Candidate(upper, lower, texts)


def _groups(
    upper: Line, above: Mapping[int, str], below: Mapping[int, str], wide: Mapping[tuple[int, int], Merged]
) -> dict[int, str]:
    """Return the headings that stand over several columns, by each of these columns."""
    found: dict[int, str] = {}
    for place, text in above.items():
        merged = wide.get((upper.number, place))
        end = merged.last_column if merged else place
        while not merged and end + 1 not in above and end + 1 in below and place in below:
            end += 1
        if end > place:
            found |= dict.fromkeys(range(place, end + 1), text)
    return found


def _texts(line: Line) -> dict[int, str]:
    found = ((place, " ".join(shown(cell).split())) for place, cell in enumerate(line.cells))
    return {place: text for place, text in found if text}


class _Meaning(NamedTuple):
    """What a heading means: a column, nothing to be read, or nobody knows. text: of its forms the one that says so."""

    text: str
    column: Column | None = None
    is_left_out: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it is clear what is to be done with the column."""
        return self.column is not None or self.is_left_out


def _meaning(place: int, texts: Sequence[str], kind: RosterKind, choices: Choices) -> _Meaning:
    """Return what a heading means: as somebody says, or as it is usually called."""
    keys = [(text, heading_key(text)) for text in texts]
    for text, key in keys:
        if field := choices.field_of(place, key):
            return _Meaning(text, kind.by_field[field])
    for text, key in keys:
        if choices.is_ignored(place, key):
            return _Meaning(text, is_left_out=True)
    for text, key in keys:
        for form in (key, _BRACKETS.sub("", key)):
            if form in kind.by_heading:
                return _Meaning(text, kind.by_heading[form])
    return _Meaning(texts[-1], is_left_out=keys[-1][1] in kind.ignored_keys)


def _is_enough(candidate: _Candidate, kind: RosterKind, choices: Choices) -> bool:
    """Return whether a row can be nothing but headings: it has two of them, or all that a roster needs."""
    meanings = [_meaning(place, texts, kind, choices) for place, texts in candidate.texts.items()]
    fields = {one.column.field for one in meanings if one.column}
    required = {column.field for column in kind.columns if column.is_required}
    return len(fields) > 1 or (bool(fields) and required <= fields and all(one.is_known for one in meanings))


def _score(candidate: _Candidate, kind: RosterKind, choices: Choices) -> tuple[int, int, int, int]:
    """Rate a candidate by what it explains; among equals one row before two, and the upper before the lower."""
    meanings = [_meaning(place, texts, kind, choices) for place, texts in candidate.texts.items()]
    fields = {one.column.field for one in meanings if one.column}
    known = sum(one.is_known for one in meanings)
    return len(fields), known, candidate.first.number - candidate.last.number, -candidate.first.number


def _refuse_unclear(headings: Headings, unknown: Sequence[str], kind: RosterKind) -> None:
    english, chinese = list[str](), list[str]()
    if unknown:
        known = "、".join(column.headings[0] for column in kind.columns)
        english.append(
            f"nobody knows what {', '.join(unknown)} means; use --map 'HEADING=field' or --ignore HEADING "
            f"(usual headings: {known}; fields: {', '.join(kind.by_field)})"
        )
        chinese.append(f"无法识别列 {'、'.join(unknown)}，请用 --map '表头=字段' 或 --ignore 表头（常用表头：{known}）")
    for column in kind.columns:
        places = [place for place, one in headings.columns.items() if one is column]
        if len(places) > 1:
            labels = [headings.label(place) for place in places]
            english.append(f"{' and '.join(labels)} both mean {column.field}; use --ignore HEADING for all but one")
            chinese.append(f"{' 与 '.join(labels)} 含义相同（{column.headings[0]}），请用 --ignore 只保留一列")
    missing = [column for column in kind.columns if column.is_required and column.field not in headings.fields]
    if missing:
        english.append("there is no column for " + ", ".join(f"{one.headings[0]} ({one.field})" for one in missing))
        chinese.append("缺少列 " + "、".join(one.headings[0] for one in missing))
    if english:
        row = headings.last_row
        raise refuse_file(
            f"The headings in row {row}: {'; '.join(english)}.", f"第 {row} 行表头：{'；'.join(chinese)}。"
        )


def _require_fields(kind: RosterKind, choices: Choices) -> None:
    for heading, field in choices.mapped.items():
        if field not in kind.by_field:
            known = ", ".join(kind.by_field)
            raise refuse_file(
                f"--map {heading}={field}: there is no field {field}; the fields of {kind.name} are {known}.",
                f"--map {heading}={field}：没有字段 {field}；可用字段：{known}。",
            )


def choices_of(mapped: Mapping[str, str], ignored: Sequence[str]) -> Choices:
    """Build the choices of headings or letters of columns as somebody writes them."""
    return Choices(
        {heading_key(heading): field for heading, field in mapped.items()},
        frozenset(heading_key(heading) for heading in ignored),
    )


def _letter_key(column: int) -> str:
    return letters(column).lower()


def no_headings(kind: RosterKind, sheets: Sequence[str]) -> DomainError:
    """Build the refusal of a file in which no sheet has headings."""
    known = "、".join(column.headings[0] for column in kind.columns)
    looked = ", ".join(sheets) or "none"
    return refuse_file(
        f"No sheet has a row of headings of {kind.title[0]} among its first {MAX_ROWS_ABOVE} rows "
        f"(looked at: {looked}). Usual headings are {known}; `flask import --template {kind.name}` writes an example.",
        f"各工作表前 {MAX_ROWS_ABOVE} 行均无{kind.title[1]}表头（已查看：{looked}）。常用表头：{known}；"
        f"可用 flask import --template {kind.name} 生成模板。",
    )
