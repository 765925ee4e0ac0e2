"""Reading a division file: CSV, plain or gzipped, one division a line, checked line by line and never held whole."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import IO, NamedTuple

from db.errors import DomainError, ErrorCode
from db.models.division import DivisionLevel, ancestor_codes, level_of

COLUMNS = ("code", "name", "level", "parent_code")
LEVELS = {str(number): level for number, level in enumerate(DivisionLevel, 1)}
NAME_LENGTH = 60
# Bytes; a line of that many cannot be right, and a file without line ends must not fill the memory.
LINE_LENGTH = 1_000
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")


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
    """Make the refusal of a file, for a line of it or for the whole."""
    return DomainError(ErrorCode.INVALID_INPUT, message if line is None else f"Line {line}: {message}", ("file",))


def read_rows(path: Path) -> Iterator[Row]:
    """Read the rows of a file, each checked by itself.

    Raises:
        DomainError: the file cannot be read, or a line of it is wrong; the message names the line and the remedy.
    """
    lines = _lines(path)
    _, header = next(lines, (1, ""))
    if header.removeprefix("\ufeff") != ",".join(COLUMNS):
        raise refuse(f"the header has to be {','.join(COLUMNS)}", 1)
    number = 1
    for number, line in lines:
        yield _row(number, line)
    if number == 1:
        raise refuse("the file has a header and no divisions")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 1
    try:
        with _open(path) as stream:
            while line := stream.readline(LINE_LENGTH + 1):
                if len(line) > LINE_LENGTH:
                    raise refuse(f"the line is longer than {LINE_LENGTH} bytes; is this a division file?", number)
                yield number, line.decode().removesuffix("\n").removesuffix("\r")
                number += 1
    except UnicodeDecodeError as error:
        raise refuse("the line is not UTF-8; save the file as UTF-8", number) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise refuse("the gzip file is damaged or cut off from here on; fetch it again", number) from error
    except OSError as error:
        raise refuse(f"{path} cannot be read: {error.strerror or error}") from error


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b" or path.suffix == ".gz"
    # Without the second buffer each line would cost two calls in Python.
    return BufferedReader(gzip.open(path)) if is_gzip else path.open("rb")


def _row(number: int, line: str) -> Row:
    try:
        # A name holds no line break, so each line is a record and an open quotation mark ends with it.
        columns = next(csv.reader([line], strict=True), []) if '"' in line else line.split(",")
    except csv.Error as error:
        raise refuse(f"the quotation marks do not fit ({error}); double those inside a name", number) from error
    if len(columns) != len(COLUMNS):
        raise refuse(f"the line has {len(columns)} columns and needs {len(COLUMNS)}: {','.join(COLUMNS)}", number)
    code, name, level, parent_code = columns
    above = ancestor_codes(code)
    if problem := _name_problem(name) or _code_problem(code, level) or _parent_problem(code, parent_code, above):
        raise refuse(problem, number)
    nearest_to_named = above[: above.index(parent_code) + 1] if parent_code else above
    return Row(number, code, name.strip(), LEVELS[level], parent_code, nearest_to_named)


def _name_problem(name: str) -> str | None:
    if CONTROL_CHARACTER.search(name):
        return "the name holds a control character; remove it"
    if not name.strip():
        return "the name is empty"
    if len(name.strip()) > NAME_LENGTH:
        return f"the name is longer than {NAME_LENGTH} characters"
    return None


def _code_problem(code: str, level: str) -> str | None:
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
