"""Which kinds of files are accepted, and how a file is recognized: by its contents alone."""

import re
from dataclasses import dataclass
from typing import IO

from db.files.documents import check_office, check_pdf, check_text, is_zip
from db.files.refusals import FileError, FileRefused, damaged


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file. name: in the setting FILE_KINDS. part: the main part of an Office document."""

    name: str
    media_type: str
    extension: str
    is_image: bool = False
    part: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument."
JPEG = FileKind("JPEG", "image/jpeg", "jpg", is_image=True)
PNG = FileKind("PNG", "image/png", "png", is_image=True)
WEBP = FileKind("WEBP", "image/webp", "webp", is_image=True)
PDF = FileKind("PDF", "application/pdf", "pdf")
DOCX = FileKind("DOCX", f"{_OFFICE}wordprocessingml.document", "docx", part="word/document.xml")
XLSX = FileKind("XLSX", f"{_OFFICE}spreadsheetml.sheet", "xlsx", part="xl/workbook.xml")
PPTX = FileKind("PPTX", f"{_OFFICE}presentationml.presentation", "pptx", part="ppt/presentation.xml")
TEXT = FileKind("TEXT", "text/plain", "txt")
KINDS = (JPEG, PNG, WEBP, PDF, DOCX, XLSX, PPTX, TEXT)
BY_NAME = {kind.name: kind for kind in KINDS}
BY_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS}

_HEAD = 1_024
_CHUNK = 1 << 20
# What an image never holds, but a file that passes for something else besides. Long enough not to occur by chance.
_FOREIGN = re.compile(rb"<script|<\?php|<!doctype|<iframe|javascript:", re.IGNORECASE)
_LONGEST = 16
# The last chunk of a PNG file; decoders are content without it.
_PNG_END = b"IEND\xaeB`\x82"


def recognize(file: IO[bytes], accepted: frozenset[str]) -> FileKind:
    """Return the kind of a file, having checked that it is whole and is nothing else besides.

    accepted: names of kinds. An image is decoded after this, by `db.files.pictures`.

    Raises:
        FileRefused: NOT_ACCEPTED, it is of no accepted kind; DAMAGED, it is not what its kind should be; TOO_LARGE.
    """
    kind = _kind(file)
    if kind is None or kind.name not in accepted:
        raise not_accepted(accepted)
    if kind.is_image:
        _check_image(file, kind)
    elif kind is PDF:
        check_pdf(file)
    elif kind is TEXT:
        check_text(file)
    return kind


def not_accepted(accepted: frozenset[str]) -> FileRefused:
    """Build the refusal of a file that is of no accepted kind."""
    names = ", ".join(kind.name for kind in KINDS if kind.name in accepted)
    return FileRefused(
        FileError.NOT_ACCEPTED,
        f"The contents are of no kind that is accepted; send one of {names}.",
        f"文件内容的类型不被接受，请上传以下类型之一：{names}。",
    )


def _kind(file: IO[bytes]) -> FileKind | None:
    """Return the kind whose signature the contents begin with; text has none, so it is what is left."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        parts = check_office(file)
        return next((kind for kind in (DOCX, XLSX, PPTX) if kind.part in parts), None)
    return TEXT if _may_be_text(head) else None


# How files begin that are written in characters but are read by a program: markup with scripts, programs, PostScript.
_NOT_TEXT = (
    b"<",
    b"#!",
    b"%!",
    b"{\\rtf",
    b"MZ",
    b"GIF8",
    b"BM",
    b"ID3",
    b"Rar!",
    b"begin:v",
    b"mime-version:",
    b"from ",
)


def _may_be_text(head: bytes) -> bool:
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return bool(begin) and b"\x00" not in head and not begin.startswith(tuple(mark.lower() for mark in _NOT_TEXT))


def _check_image(file: IO[bytes], kind: FileKind) -> None:
    """Check that an image has an end, and holds nothing that another program would read as something else.

    Raises:
        FileRefused: DAMAGED.
    """
    foreign = damaged("The image holds another kind of file", "图片中夹带其他类型的文件")
    file.seek(0)
    before = file.read(_HEAD)
    if b"%PDF-" in before or is_zip(file):
        raise foreign
    file.seek(0)
    before, is_whole = b"", kind is not PNG
    while piece := file.read(_CHUNK):
        if _FOREIGN.search(before + piece):
            raise foreign
        is_whole = is_whole or _PNG_END in before + piece
        before = piece[-_LONGEST:]
    if not is_whole:
        raise damaged("The image is not whole", "图片不完整")
