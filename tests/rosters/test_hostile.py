"""Files that are no rosters, or mean harm: each is refused in both languages, at once and in little memory."""

import io
import os
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from openpyxl import Workbook

from db.kernel.errors import DomainError, ErrorCode
from db.people.rosters import PERSONS
from db.rosters.books import opened
from db.rosters.headings import choices_of
from db.rosters.sheet_rows import sheet_rows, sheets_to_read

SHEET = "xl/worksheets/sheet1.xml"
OPEN, CLOSE = b"<worksheet><sheetData>", b"</sheetData></worksheet>"
HEAD = b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xe5\xa7\x93\xe5\x90\x8d</t></is></c>' + (
    b'<c r="B1" t="inlineStr"><is><t>\xe7\x94\xb5\xe8\xaf\x9d</t></is></c></row>'
)
MB = 1_000_000


def workbook(sheet: bytes | None = None, *, flags: int = 0, **parts: bytes) -> bytes:
    """Build an .xlsx file with a sheet of our own in it. parts: by name, of others."""
    plain, made = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = sheet if info.filename == SHEET and sheet is not None else source.read(info)
            target.writestr(info.filename, content)
        for name, content in parts.items():
            target.writestr(f"xl/{name}.xml", content)
    found = made.getvalue()
    # The flag of encryption, in the directory at the end.
    return (
        found.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00") if flags else found
    )


def ole(name: str) -> bytes:
    """Build the beginning of a file of Excel 97, or of one with a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + name.encode("utf-16-le") + bytes(512)


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.xlsx", lambda: b"", "The file is empty"),
    "empty csv": ("a.csv", lambda: b"", "The file is empty"),
    "blank csv": ("a.csv", lambda: b"\r\n\r\n", "No sheet has a row of headings"),
    "picture": ("a.png", lambda: b"\x89PNG\r\n\x1a\n", "is neither an .xlsx file nor named"),
    "text named xlsx": ("a.xlsx", lambda: b"name,phone\n", "is neither an .xlsx file nor named"),
    "xls renamed": ("a.xlsx", lambda: ole("Workbook"), "a file of Excel 97 to 2003"),
    "password": ("a.xlsx", lambda: ole("EncryptedPackage"), "protected by a password"),
    "password of the zip": ("a.xlsx", lambda: workbook(flags=1), "protected by a password"),
    "cut": ("a.xlsx", lambda: workbook()[:-40], "cannot be unpacked"),
    "no workbook": ("a.xlsx", lambda: _zip("mimetype", b"ods"), "it has no xl/_rels/workbook.xml.rels"),
    "no xml": ("a.xlsx", lambda: workbook(b"<worksheet><sheetData"), "its XML cannot be read"),
    "entities": ("a.xlsx", lambda: workbook(b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "declares a document type"),
    "bomb": ("a.xlsx", lambda: _bomb(), "bytes unpacked"),
    "bombs": ("a.xlsx", lambda: _bombs(), "the file has 600,000,000 bytes unpacked"),
    "overlapping": ("a.xlsx", lambda: workbook(_overlapping()), "merged cells lie over each other"),
    "deep": ("a.xlsx", lambda: workbook(OPEN + b"<a>" * 100_000), "nested too deeply"),
    "names": ("a.xlsx", lambda: workbook(OPEN + b"".join(b"<a%d/>" % at for at in range(99_999))), "thousands of"),
    "long tag": ("a.xlsx", lambda: workbook(OPEN + b'<c r="' + b"A" * 9 * MB), "a tag longer than 1 MB"),
    "far column": (
        "a.xlsx", lambda: workbook(OPEN + HEAD + b'<row r="9"><c r="XFD9"><v>1</v></c></row>' + CLOSE),
        "Row 9 has something in column 16384",
    ),
    "far row": ("a.xlsx", lambda: workbook(OPEN + b'<row r="1048577"/>' + CLOSE), "row 1048577 stands after row 0"),
    "backwards": ("a.xlsx", lambda: workbook(OPEN + b'<row r="5"/><row r="2"/>' + CLOSE), "row 2 stands after row 5"),
    "no such text": (
        "a.xlsx", lambda: workbook(OPEN + b'<row><c t="s"><v>7</v></c></row>' + CLOSE),
        "names a text that is not there",
    ),
    "much text": (
        "a.xlsx", lambda: workbook(sharedStrings=b"<sst><si><t>" + b"a" * 51 * MB + b"</t></si></sst>"),
        "too much text",
    ),
    "nul": ("a.csv", lambda: b"name,phone\n\0\0\n", "Line 2 has NUL characters"),
    "one line": ("a.csv", lambda: b"a" * 10 * MB, "Line 1 is longer than"),
    "open quote": ("a.csv", lambda: b'name,phone\n"' + b"a\n" * MB, "a quotation mark that is not closed"),
    "neither": ("a.csv", lambda: b"name,phone\n\xff\xff\n", "Line 2 is neither UTF-8 nor GB 18030"),
    "wide csv": ("a.csv", lambda: b"name,phone\n" + b"a," * 9_999 + b"\n", "Row 2 has 10,000 columns"),
}  # fmt: skip


def _zip(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(name, content)
    return made.getvalue()


def _bomb() -> bytes:
    """Build a file that claims a sheet of 4 GB."""
    found = workbook(OPEN + b" " * MB + CLOSE)
    at = found.rindex(b"PK\x01\x02", 0, found.rindex(SHEET.encode()))
    return found[: at + 24] + struct.pack("<I", 4_000_000_000) + found[at + 28 :]


def _bombs() -> bytes:
    """Build a file that claims four sheets of 150 MB, each small enough."""
    book, made = Workbook(), io.BytesIO()
    for _ in range(3):
        book.create_sheet()
    book.save(made)
    found = bytearray(made.getvalue())
    at = found.index(b"PK\x01\x02")
    while (at := found.find(b"xl/worksheets/", at + 1)) > 0:
        found[at - 22 : at - 18] = struct.pack("<I", 150 * MB)
    return bytes(found)


def _overlapping() -> bytes:
    rows = b'<row r="2"><c r="A2"><v>1</v></c></row>'
    return OPEN + HEAD + rows + b"</sheetData>" + b'<mergeCell ref="A2:A9"/>' * 300 + b"</worksheet>"


def read(path: Path) -> list[object]:
    """Read a roster of people to its end."""
    choices = choices_of({}, ())
    with opened(path) as book:
        parts = sheets_to_read(book, PERSONS, choices, ())
        return [row for part in parts for row in sheet_rows(book, part, PERSONS, choices)]


def test_hostile_files_are_refused_at_once(tmp_path: Path) -> None:
    for case, (name, build, message) in HOSTILE.items():
        path = tmp_path / name
        path.write_bytes(build())
        began = process_time()
        with pytest.raises(DomainError) as refused:
            read(path)
        assert message in refused.value.message, case
        assert refused.value.chinese != refused.value.message, case
        assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, ("file",)), case
        assert process_time() - began < 3, case
        path.unlink()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path, tmp_path / "pipe.csv", Path("/dev/zero"), tmp_path / "none.csv"):
        with pytest.raises(DomainError):
            read(path)


def test_a_huge_line_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    tracemalloc.start()
    for size, message in ((1_000, "more than 200,000,000 bytes"), (200, "Line 1 is longer than")):
        with path.open("wb") as file:
            file.truncate(size * MB)
        with pytest.raises(DomainError, match=message):
            read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 10 * MB


def test_formulas_and_errors_are_values_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = (
        b'<row r="2"><c r="A2" t="str"><f>B2</f><v>ok</v></c><c r="B2"><f>1+1</f><v>13800000000</v></c></row>'
        b'<row r="3"><c r="A3" t="str"><f>B2</f><v></v></c><c r="B3"><f>1+1</f></c></row>'
        b'<row r="4"><c r="A4" t="inlineStr"><is><t>x</t><rPh><t>y</t></rPh></is></c>'
        b'<c r="B4" t="e"><v>#N/A</v></c></row>'
        b'<row r="5"><c r="A5" t="inlineStr"><is><t>' + b"a" * 40_000 + b"</t></is></c></row>"
        b'<row r="1000000"><c r="A1000000" t="d"><v>last</v></c><c r="XFC1000000" s="1"/></row>'
    )
    path.write_bytes(workbook(OPEN + HEAD + rows + CLOSE, vbaProject=b"x"))

    found = [(row.line.number, row.values, [p.english for p in row.problems]) for row in read(path)]  # type: ignore[attr-defined]

    assert [(number, values.get("name"), len(problems)) for number, values, problems in found] == [
        (2, "ok", 0), (3, None, 2), (4, "x", 1), (5, None, 1), (1_000_000, "last", 0),
    ]  # fmt: skip
    assert found[1][2][1] == "The cell is a formula without a saved value; put the value itself there."
    assert found[2][2] == ["The cell shows the error #N/A; put the value itself there."]
    assert found[3][2] == ["The cell has more than 32,767 characters."]


TOKENS = (
    b"<", b">", b'"', b"/", b"0", b"-1", b"9" * 20, b"nan", b"inf", b"1e308", b"\0", b"\xff", b"&x;", b' r="',
    b' t="s"', b' t="d"', b' s="9999"', b"A1:XFD1048576", b"",
)  # fmt: skip


def _spoiled(content: bytes, chance: random.Random) -> bytes:
    """Return a file with some bytes put in, lost or changed."""
    spoiled = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(spoiled) + 1)
        spoiled[at : at + chance.choice((0, 0, 1, 2, 8))] = chance.choice(TOKENS)
    return bytes(spoiled)


def test_spoiled_files_are_read_or_refused(tmp_path: Path) -> None:
    chance, outcomes = random.Random(1), set[bool]()
    row = b'<row r="2"><c r="A2" t="str"><v>ab</v></c><c r="B2" s="1"><v>1e3</v></c></row><row r="3"/>'
    good = workbook(OPEN + HEAD + row + CLOSE + b'<mergeCell ref="A2:A3"/>')
    with zipfile.ZipFile(io.BytesIO(good)) as source:
        parts = {name: source.read(name) for name in source.namelist() if name.startswith("xl/")}
    texts = ['姓名,电话\n"a",1\nb;c\t,"x\ny"\n'.encode(encoding) for encoding in ("utf-8", "gb18030", "utf-16")]
    for at in range(600):
        path = tmp_path / ("a.csv" if at % 3 == 0 else "a.xlsx")
        if at % 3 == 2:
            changed = chance.choice(list(parts))
            with zipfile.ZipFile(path, "w") as target:
                for name, content in parts.items():
                    target.writestr(name, _spoiled(content, chance) if name == changed else content)
        else:
            path.write_bytes(_spoiled(good if at % 3 else chance.choice(texts), chance))
        try:
            read(path)
            outcomes.add(True)
        except DomainError:
            outcomes.add(False)

    assert outcomes == {True, False}
