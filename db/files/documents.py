"""What is checked of a document before it is kept as it is: that it is whole, one file only, and without macros."""

import re
import zipfile
import zlib
from codecs import getincrementaldecoder
from collections.abc import Collection
from typing import IO

from db.files.refusals import FileError, FileRefused, damaged

# Of an Office document: parts, and bytes of all parts once they are unpacked.
MAX_PARTS = 5_000
MAX_UNPACKED = 300_000_000
# How much larger than the document its parts may be; text packs to a twentieth, bombs to a thousandth.
_MAX_RATIO = 200
_MAX_TYPES = 1_000_000
_TYPES = "[Content_Types].xml"
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OverflowError, OSError, ValueError, KeyError)
_MACROS = re.compile(r"vbaproject|macrosheets|activex", re.IGNORECASE)
_END_OF_ZIP, _END_BYTES = b"PK\x05\x06", 22
_TAIL = 1_024
_CHUNK = 1 << 20
# Characters that no text holds: controls other than tab, line feed, form feed and carriage return.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff]")


def check_office(file: IO[bytes]) -> Collection[str]:
    """Return the names of the parts of an Office document, which is a ZIP file; nothing but their list is unpacked.

    Raises:
        FileRefused: DAMAGED, it is no whole ZIP file, holds more than that, or has macros; TOO_LARGE, it unpacks to too
            much.
    """
    size = file.seek(0, 2)
    try:
        with zipfile.ZipFile(file) as archive:
            found = archive.infolist()
            begin = min((part.header_offset for part in found), default=1)
            if begin or archive.comment or not _ends_as_zip(file, size):
                raise damaged("The document holds another kind of file", "文档中夹带其他类型的文件")
            if any(part.flag_bits & 1 for part in found):
                raise damaged("The document is encrypted", "文档已加密")
            _check_parts(found, size)
            _check_types(archive)
            return {part.filename for part in found}
    except _DAMAGED:
        raise damaged("The document is not whole", "文档不完整") from None


def _check_parts(found: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in found)
    if len(found) > MAX_PARTS or unpacked > min(MAX_UNPACKED, size * _MAX_RATIO):
        raise FileRefused(
            FileError.TOO_LARGE,
            f"The document unpacks to more than {MAX_UNPACKED} bytes, {MAX_PARTS} parts or {_MAX_RATIO} times its size;"
            " send a smaller one.",
            f"文档解压后过大（{MAX_UNPACKED} 字节、{MAX_PARTS} 个部分或 {_MAX_RATIO} 倍以上），请缩小后再上传。",
        )
    names = [part.filename for part in found]
    if len(set(names)) < len(names) or any(_leads_away(name) for name in names):
        raise damaged("The document has parts with names that lead elsewhere", "文档各部分的名称不合规范")
    if any(_MACROS.search(name) for name in names):
        raise damaged("The document has macros", "文档含有宏")


def _leads_away(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _check_types(archive: zipfile.ZipFile) -> None:
    if archive.getinfo(_TYPES).file_size > _MAX_TYPES:
        raise damaged("The document is not whole", "文档不完整")
    with archive.open(_TYPES) as part:
        if b"macroenabled" in part.read(_MAX_TYPES).lower():
            raise damaged("The document has macros", "文档含有宏")


def _ends_as_zip(file: IO[bytes], size: int) -> bool:
    """Check that nothing follows the end of a ZIP file."""
    file.seek(max(0, size - _END_BYTES))
    return file.read(4) == _END_OF_ZIP


def is_zip(file: IO[bytes]) -> bool:
    """Check whether a program that looks for a ZIP file from its end would find one."""
    file.seek(0)
    return zipfile.is_zipfile(file)


def check_pdf(file: IO[bytes]) -> None:
    """Check that a PDF document has an end, and is no ZIP file besides.

    Raises:
        FileRefused: DAMAGED.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    if b"%%EOF" not in tail or b"startxref" not in tail:
        raise damaged("The document is not whole", "文档不完整")
    if is_zip(file):
        raise damaged("The document holds another kind of file", "文档中夹带其他类型的文件")


def check_text(file: IO[bytes]) -> None:
    """Check that a text is in UTF-8 and has no characters that control a terminal.

    Raises:
        FileRefused: NOT_ACCEPTED.
    """
    file.seek(0)
    decoder = getincrementaldecoder("utf-8")()
    is_text = True
    try:
        while piece := file.read(_CHUNK):
            is_text = is_text and not _CONTROLS.search(decoder.decode(piece))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        is_text = False
    if not is_text or is_zip(file):
        raise FileRefused(
            FileError.NOT_ACCEPTED,
            "The contents are no text in UTF-8, nor of another kind that is accepted; save the text as UTF-8.",
            "文件内容不是 UTF-8 文本，也不是其他可接受的类型；文本请以 UTF-8 编码保存。",
        )
