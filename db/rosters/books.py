"""Opening a spreadsheet by what is in it, whatever its name says."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.kernel.errors import DomainError
from db.rosters.cells import MAX_FILE, Book, refuse_file
from db.rosters.csv_file import CsvFile
from db.rosters.xlsx import Xlsx, protected

_ZIP = b"PK\x03\x04"
# Of Excel 97 to 2003, and of what is wrapped around a file with a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_DIRECTORY = 10_000_000
TEXTS = (".csv", ".tsv", ".txt")


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """Open a roster for reading.

    Raises:
        DomainError: it is no .xlsx and no .csv file, or one that cannot be read.
    """
    book = _book(path)
    try:
        yield book
    finally:
        book.close()


def _book(path: Path) -> Book:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise refuse_file(
                f"{path} is not a file; name a .xlsx or .csv file.", f"{path} 不是文件，请指定 .xlsx 或 .csv 文件。"
            )
        with path.open("rb") as stream:
            first = stream.read(8)
            is_encrypted = first == _OLE and _ENCRYPTED in stream.read(_OLE_DIRECTORY)
    except OSError as error:
        raise refuse_file(f"{path} cannot be read: {error.strerror}.", f"{path} 无法读取：{error.strerror}。") from None
    if not first:
        raise refuse_file("The file is empty.", "文件是空的。")
    if found.st_size > MAX_FILE:
        raise refuse_file(
            f"The file has more than {MAX_FILE:,} bytes; divide it.", f"文件超过 {MAX_FILE:,} 字节，请拆分。"
        )
    if is_encrypted:
        raise protected()
    if first == _OLE:
        raise refuse_file(
            "This is a file of Excel 97 to 2003 (.xls), whatever its name says. Open it and save it as .xlsx.",
            "这是 Excel 97–2003（.xls）格式的文件。请打开后另存为 .xlsx。",
        )
    if first.startswith(_ZIP):
        return Xlsx(path)
    if path.suffix.lower() not in TEXTS:
        raise _unknown(path)
    return CsvFile(path)


def _unknown(path: Path) -> DomainError:
    return refuse_file(
        f"{path.name} is neither an .xlsx file nor named {', '.join(TEXTS)}. Save the roster as .xlsx or .csv.",
        f"{path.name} 既不是 .xlsx 文件，也不以 {'、'.join(TEXTS)} 为后缀。请另存为 .xlsx 或 .csv。",
    )
