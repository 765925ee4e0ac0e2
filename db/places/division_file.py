"""Reading a division file: CSV as spreadsheet programs write it, checked line by line and never held whole."""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from db.kernel.errors import DomainError, ErrorCode
from db.kernel.text import hidden_character, normalized, shows_something
from db.places.models.division import DivisionLevel, ancestor_codes, level_of

COLUMNS = ("code", "name", "level", "parent_code")
LEVELS = {str(number): level for number, level in enumerate(DivisionLevel, 1)}
NAME_LENGTH = 60
# Bytes; a line of that many cannot be right, and a file without line ends must not fill the memory.
LINE_LENGTH = 1_000
# How many lines tell in which encoding a file is written.
SAMPLE_LINES = 1_000
DELIMITERS = (",", ";", "\t")
_BLANK_LINE = "".join(DELIMITERS) + '" '
_BLANK_STARTS = ("", *_BLANK_LINE)
# 6.20102E+11
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)


class Row(NamedTuple):
    """One line of a division file; `parent_code` is empty for a root.

    above: the codes that its parent may have, the nearest first: down to the one it names, or all for a root.
    """

    line: int
    code: str
    name: str
    level: DivisionLevel
    parent_code: str
    above: list[str]


def refuse(message: str, line: int | None = None) -> DomainError:
    """Build the refusal of a file, for a line of it or for the whole."""
    return DomainError(ErrorCode.INVALID_INPUT, message if line is None else f"Line {line}: {message}", ("file",))


def read_rows(path: Path) -> Iterator[Row]:
    """Read the rows of a file, each checked by itself.

    Read as spreadsheet programs write it: separated by commas, semicolons or tabs, with or without quotation marks and
    blank lines, in UTF-8, in UTF-16 or, as Chinese Windows does, in GB 18030.

    Raises:
        DomainError: the file cannot be read, or a line of it is wrong; the message names the line and the remedy.
    """
    lines = _lines(path)
    number, header = next(lines, (1, ""))
    delimiter = _delimiter(header)
    if delimiter is None:
        raise refuse(f"the header has to be {','.join(COLUMNS)}", number)
    is_empty = True
    for number, line in lines:
        is_empty = False
        yield _row(number, line, delimiter)
    if is_empty:
        raise refuse("the file has a header and no divisions")


def _delimiter(header: str) -> str | None:
    """Find what separates the columns of a header; None when it names other columns."""
    for delimiter in DELIMITERS:
        try:
            columns = next(csv.reader([header], delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        if tuple(column.strip().lower() for column in columns) == COLUMNS:
            return delimiter
    return None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Read the lines that hold something, with their numbers."""
    number, encoding = 1, "utf-8"
    try:
        encoding = _encoding(path)
        with _open(path) as stream, _decoded(stream, encoding) as text:
            while line := text.readline(LINE_LENGTH + 1):
                if len(line) > LINE_LENGTH:
                    raise refuse(f"the line is longer than {LINE_LENGTH} bytes; is this a division file?", number)
                read = line if isinstance(line, str) else line.decode(encoding)
                read = read.removesuffix("\n").removesuffix("\r").removeprefix("\ufeff" if number == 1 else "")
                # What spreadsheet programs write of a row that was emptied, and their hint about the separator.
                is_blank = read[:1] in _BLANK_STARTS and not read.strip(_BLANK_LINE)
                if not is_blank and not (number == 1 and read.startswith("sep=")):
                    yield number, read
                number += 1
    except UnicodeError as error:
        name = "UTF-8" if encoding == "utf-8" else "GB 18030" if encoding == "gb18030" else "UTF-16"
        raise refuse(f"the line is not {name}; save the file as UTF-8", number) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise refuse("the gzip file is damaged or truncated from here on; download it again", number) from error
    except OSError as error:
        raise refuse(f"{path} cannot be read: {error.strerror or error}") from error


def _decoded(stream: IO[bytes], encoding: str) -> Any:
    # In UTF-16 a line end is no single byte. Else lines are decoded one by one, so that a fault has its line's number.
    return io.TextIOWrapper(stream, encoding, newline="\n") if encoding == "utf-16" else stream


def _encoding(path: Path) -> str:
    """Return how a file is written: by its mark, or by what most of its first lines beyond ASCII are."""
    with _open(path) as stream:
        first = stream.readline(LINE_LENGTH)
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if first.startswith(codecs.BOM_UTF8):
            return "utf-8"
        sample = [first, *islice(iter(lambda: stream.readline(LINE_LENGTH), b""), SAMPLE_LINES)]
    beyond = [line for line in sample if not line.isascii()]
    other = sum(not _is_utf8(line) for line in beyond)
    return "gb18030" if other > len(beyond) - other else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b" or path.suffix == ".gz"
    # Without the second buffer each line would cost two calls in Python.
    return BufferedReader(gzip.open(path)) if is_gzip else path.open("rb")


def _row(number: int, line: str, delimiter: str) -> Row:
    try:
        # A name holds no line break, so each line is a record and an open quotation mark ends with it.
        reader = csv.reader([line], delimiter=delimiter, strict=True) if '"' in line else iter([line.split(delimiter)])
        columns = next(reader, [])
    except csv.Error as error:
        raise refuse(f"the quotation marks do not match ({error}); double those inside a name", number) from error
    if len(columns) != len(COLUMNS):
        raise refuse(f"the line has {len(columns)} columns and needs {len(COLUMNS)}: {','.join(COLUMNS)}", number)
    code, level, parent_code = (columns[at].strip() for at in (0, 2, 3))
    name = normalized(columns[1])
    above = ancestor_codes(code)
    if problem := _name_problem(name) or _code_problem(code, level) or _parent_problem(code, parent_code, above):
        raise refuse(problem, number)
    nearest_to_named = above[: above.index(parent_code) + 1] if parent_code else above
    return Row(number, code, name, LEVELS[level], parent_code, nearest_to_named)


def _name_problem(name: str) -> str | None:
    if not shows_something(name):
        return "the name is empty, or holds nothing that can be seen"
    if (at := hidden_character(name, has_lines=False)) is not None:
        return f"the name contains the invisible character U+{ord(name[at]):04X}; remove it"
    if len(name) > NAME_LENGTH:
        return f"the name is longer than {NAME_LENGTH} characters"
    return None


def _code_problem(code: str, level: str) -> str | None:
    if _SHORTENED.fullmatch(code):
        return f"a spreadsheet has shortened the code {code}; give its column the format Text and fill it in again"
    if not _is_code(code):
        return f"the code {code!r} is not twelve digits; pad a shorter one with zeros on the right"
    if level not in LEVELS:
        return f"the level {level!r} is not one of 1 (province) to 5 (community)"
    if level_of(code) is not LEVELS[level]:
        return f"{code} is not a code of level {level}: its digits fill another level's places"
    return None


def _parent_problem(code: str, parent: str, above: list[str]) -> str | None:
    if not parent:
        return None
    if not _is_code(parent):
        return f"the parent_code {parent!r} is not twelve digits"
    if parent == code:
        return f"{code} names itself as its parent"
    if parent not in above:
        # A row cannot begin with the digits of one below it, so this refuses every circle as well.
        return f"{parent} cannot be the parent of {code}: it is no higher, or {code} does not begin with its digits"
    return None


def _is_code(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit()
