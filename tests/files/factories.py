"""Files for tests: rows, and contents that are made up here."""

import zipfile
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image

from db.access.models.account import Account
from db.files.models import File
from tests.factories import AT, MAKERS, make_account


def make_file(uploader: Account | None = None, **values: Any) -> File:
    """Make the row of a photograph that an account uploaded."""
    given = {
        "media_type": "image/jpeg", "byte_size": 1_000, "sha256": sha256(b"").hexdigest(), "width": 800, "height": 600,
        "uploaded_at": AT, **values,
    }  # fmt: skip
    return File.create(uploader=uploader or make_account(), **given)


MAKERS[File] = make_file


def image(form: str = "JPEG", size: tuple[int, int] = (400, 300), mode: str = "RGB", **options: Any) -> bytes:
    """Return an image with a light left half and a dark right one."""
    drawn = Image.new(mode, size, 255 if mode == "L" else "white")
    drawn.paste(0 if mode == "L" else "navy", (size[0] // 2, 0, size[0], size[1]))
    kept = BytesIO()
    drawn.save(kept, form, **options)
    return kept.getvalue()


def office(main: str = "word/document.xml", *parts: tuple[str, bytes], types: bytes = b"<Types/>") -> bytes:
    """Return an Office document with a main part, and further ones."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("[Content_Types].xml", types), (main, b"<document/>"), *parts):
            archive.writestr(name, text)
    return kept.getvalue()


def pdf(body: bytes = b"") -> bytes:
    """Return a small PDF document."""
    return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n" + body + b"\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
