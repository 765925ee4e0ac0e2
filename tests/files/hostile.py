"""Files that somebody may send to do harm, or by mistake, each with the code of its refusal."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

from tests.files.factories import image, office, pdf

NOT_ACCEPTED, DAMAGED, TOO_LARGE = "FILE_NOT_ACCEPTED", "FILE_DAMAGED", "FILE_TOO_LARGE"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
ZIP = office("innocent.txt")


def chunk(kind: bytes, content: bytes, checksum: int | None = None) -> bytes:
    """Return a chunk of a PNG file."""
    checksum = zlib.crc32(kind + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def png(width: int, height: int, *more: bytes, rows: bytes = b"", depth: int = 1) -> bytes:
    """Return a PNG file that says that it has a size, whatever its rows are."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + body + chunk(b"IEND", b"")


def animated(form: str) -> bytes:
    """Return an animation."""
    kept = BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    frames[0].save(kept, form, save_all=True, append_images=frames[1:], duration=100)
    return kept.getvalue()


def bomb() -> bytes:
    """Return an Office document that unpacks to two thousand times its size."""
    return office("word/document.xml", ("word/media/image.bmp", b"\0" * 20_000_000))


def encrypted() -> bytes:
    """Return an Office document whose parts say that they are encrypted."""
    content = bytearray(office())
    content[6] |= 1
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def with_name(name: str) -> bytes:
    """Return an Office document with a part of a name."""
    return office("word/document.xml", (name, b"1"))


def many_parts() -> bytes:
    """Return an Office document of too many parts."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(5_001):
            archive.writestr(f"word/{number}", "")
    return kept.getvalue()


def corrupted(content: bytes, share: float) -> bytes:
    """Return contents with some bytes overwritten, at a share of the length."""
    at = int(len(content) * share)
    return content[:at] + b"\0" * 64 + content[at + 64 :]


PHOTO, DRAWING, WEBP = image(size=(1_200, 900), quality=95), image("PNG"), image("WEBP")
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", NOT_ACCEPTED),
    "blanks alone": (b"   \n\t ", NOT_ACCEPTED),
    "an SVG with a script": (SVG, NOT_ACCEPTED),
    "an SVG after a byte order mark": (b"\xef\xbb\xbf" + SVG, NOT_ACCEPTED),
    "an SVG after a declaration": (b'<?xml version="1.0"?>' + SVG, NOT_ACCEPTED),
    "an SVG after blanks": (b"\n\n  " + SVG, NOT_ACCEPTED),
    "a compressed SVG": (b"\x1f\x8b\x08\x00" + zlib.compress(SVG), NOT_ACCEPTED),
    "a web page": (b"<!DOCTYPE html><script>alert(1)</script>", NOT_ACCEPTED),
    "a program of Windows": (b"MZ\x90\x00\x03" + b"\0" * 200, NOT_ACCEPTED),
    "a program of Linux": (b"\x7fELF\x02\x01\x01" + b"\0" * 200, NOT_ACCEPTED),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", NOT_ACCEPTED),
    "PostScript": (b"%!PS-Adobe-3.0\n(%pipe%id) (w) file\n", NOT_ACCEPTED),
    "rich text": (b"{\\rtf1\\ansi hello}", NOT_ACCEPTED),
    "a web archive": (b"MIME-Version: 1.0\nContent-Type: text/html\n\n<script>1</script>", NOT_ACCEPTED),
    "a GIF": (image("GIF"), NOT_ACCEPTED),
    "a TIFF": (image("TIFF"), NOT_ACCEPTED),
    "a bitmap": (image("BMP"), NOT_ACCEPTED),
    "an old Office document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, NOT_ACCEPTED),
    "a plain ZIP file": (ZIP, NOT_ACCEPTED),
    "a program of Java": (office("META-INF/MANIFEST.MF"), NOT_ACCEPTED),
    "text with zero bytes": (b"hello" + b"\0" * 10 + b"there", NOT_ACCEPTED),
    "text that controls a terminal": (b"hello \x1b]0;owned\x07", NOT_ACCEPTED),
    "text that is not UTF-8": ("示范小区".encode("gbk"), NOT_ACCEPTED),
    "text that ends within a character": ("示范".encode()[:-1], NOT_ACCEPTED),
    "an animated PNG": (animated("PNG"), NOT_ACCEPTED),
    "an animated WebP": (animated("WEBP"), NOT_ACCEPTED),
    "a truncated JPEG": (PHOTO[: len(PHOTO) // 2], DAMAGED),
    "a JPEG of its first bytes": (b"\xff\xd8\xff\xe0", DAMAGED),
    "a truncated PNG": (DRAWING[: len(DRAWING) // 2], DAMAGED),
    "a PNG without an end": (DRAWING[:-12], DAMAGED),
    "a PNG with wrong checksums": (corrupted(DRAWING, 0.1), DAMAGED),
    "a truncated WebP": (WEBP[: len(WEBP) // 2], DAMAGED),
    "noise behind the head of a JPEG": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, DAMAGED),
    "a PNG of 10 billion pixels": (png(100_000, 100_000), TOO_LARGE),
    "a PNG of more pixels than numbers have": (png(2**31 - 1, 2**31 - 1), TOO_LARGE),
    "a PNG with fewer rows than it says": (png(9_000, 8_000, rows=b"\0" * 1_000), DAMAGED),
    "a PNG whose text unpacks to 200 MB": (
        png(4, 4, chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 200_000_000, 9)), rows=b"\0" * 8), DAMAGED,
    ),
    "a PNG whose profile unpacks to 200 MB": (
        png(4, 4, chunk(b"iCCP", b"k\0\0" + zlib.compress(b"a" * 200_000_000, 9)), rows=b"\0" * 8), DAMAGED,
    ),
    "a JPEG that is a ZIP file": (PHOTO + ZIP, DAMAGED),
    "a JPEG that is a web page": (PHOTO + b"<SCRIPT>alert(1)</SCRIPT>", DAMAGED),
    "a JPEG that is a program of PHP": (PHOTO[:20] + b"<?php system($_GET[0]);" + PHOTO[20:], DAMAGED),
    "a PNG with a script in its text": (
        png(4, 4, chunk(b"tEXt", b"Comment\0<script>alert(1)</script>"), rows=b"\0" * 8), DAMAGED,
    ),
    "a PNG that is a PDF document": (DRAWING[:33] + chunk(b"teXt", pdf()) + DRAWING[33:], DAMAGED),
    "a WebP that is a ZIP file": (WEBP + ZIP, DAMAGED),
    "a PDF without an end": (pdf()[:-8], DAMAGED),
    "a PDF that is a ZIP file": (pdf() + ZIP + b"%%EOF startxref", DAMAGED),
    "a ZIP bomb": (bomb(), TOO_LARGE),
    "a document of too many parts": (many_parts(), TOO_LARGE),
    "a document with macros": (with_name("word/vbaProject.bin"), DAMAGED),
    "a document that says that it has macros": (
        office(types=b"application/vnd.ms-word.document.macroEnabled.main+xml"), DAMAGED,
    ),
    "a document with a part above its folder": (with_name("../../etc/passwd"), DAMAGED),
    "a document with a part at the root": (with_name("/etc/passwd"), DAMAGED),
    "an encrypted document": (encrypted(), DAMAGED),
    "a truncated document": (office()[:-30], DAMAGED),
    "a document before which something stands": (b"PK\x03\x04junk" + office(), DAMAGED),
    "a document behind which something stands": (office() + b"<script>alert(1)</script>", DAMAGED),
}  # fmt: skip
