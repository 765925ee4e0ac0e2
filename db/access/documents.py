"""Known documents (已登记文档): added from files, found by their hash, removed; whether they fit is not asked here."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from db.access.models.document import KnownDocument
from db.kernel.database import write
from db.kernel.errors import DomainError, ErrorCode


def hash_of(text: str) -> str:
    """Return the SHA-256 of a document's text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def find_text(sha256: str) -> str | None:
    """Return the text of a known document, or None when there is none of this hash."""
    found = KnownDocument.get_or_none(KnownDocument.sha256 == sha256)
    return found and found.text


def known_documents() -> list[KnownDocument]:
    """List the known documents, by the names of their files."""
    return list(KnownDocument.select().order_by(KnownDocument.file_name, KnownDocument.id))


def add_documents(files: Sequence[tuple[str, str]], at: datetime) -> list[bool]:
    """Make documents known, all or none, and tell of each whether it is new. files: names and texts; at: aware."""
    with write():
        return [_add(file_name, text, at) for file_name, text in files]


def _add(file_name: str, text: str, at: datetime) -> bool:
    sha256 = hash_of(text)
    is_new = find_text(sha256) is None
    if is_new:
        KnownDocument.create(sha256=sha256, text=text, file_name=file_name, added_at=at)
    return is_new


def remove_documents(beginnings: Sequence[str]) -> list[KnownDocument]:
    """Remove the documents whose hashes begin so, all or none, and return them.

    Raises:
        DomainError: NOT_FOUND, not exactly one hash begins like one of these.
    """
    with write():
        found = [_only_one(beginning) for beginning in beginnings]
        for document in found:
            document.delete_instance()
    return found


def _only_one(beginning: str) -> KnownDocument:
    found = list(KnownDocument.select().where(KnownDocument.sha256.startswith(beginning)))
    if len(found) != 1:
        message = f"{len(found)} known documents have a hash that begins with {beginning!r}; nothing was removed."
        raise DomainError(ErrorCode.NOT_FOUND, message)
    return found[0]
