"""Uploads: how a file comes in, within what its account may send, and how it begins to belong to a row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any

from peewee import fn

from db.access.commands import Call, retry_on_conflict
from db.access.models.account import Account
from db.files.kinds import BY_NAME, recognize
from db.files.models import File
from db.files.pictures import redrawn
from db.files.refusals import FileError, FileRefused
from db.files.store import Store, hash_of
from db.kernel.addresses import read_file
from db.kernel.database import hold, write
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.fields import utc_text
from db.kernel.statements import compiled

# What one account may send is counted over this time.
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What may be uploaded. kinds: their names. max_bytes: of one file. a_day, bytes_a_day: of one account."""

    max_bytes: int = 20_000_000
    kinds: frozenset[str] = frozenset(BY_NAME)
    a_day: int = 200
    bytes_a_day: int = 500_000_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was checked. columns: of its row. contents: what is to be kept, by its name in the store."""

    columns: dict[str, Any]
    contents: dict[str, Path] = field(default_factory=dict)


def prepare(upload: IO[bytes], folder: Path, limits: UploadLimits) -> Prepared:
    """Check an upload, and write what is to be kept of it into a folder of its own.

    Raises:
        FileRefused: it is of no accepted kind, damaged or too large.
        TooBusy: too many images are being redrawn.
    """
    require_size(upload.seek(0, 2), limits)
    kind = recognize(upload, limits.kinds)
    if kind.is_image:
        picture = redrawn(upload, kind, folder)
        size, parts = {"width": picture.width, "height": picture.height}, picture.widths
    else:
        upload.seek(0)
        with (folder / "image").open("wb") as kept:
            copyfileobj(upload, kept)
        size, parts = {}, ()
    with (folder / "image").open("rb") as kept:
        sha256, byte_size = hash_of(kept)
    # The smaller ones first: what has its main part is whole.
    contents = {f"{sha256}-{width}": folder / str(width) for width in parts} | {sha256: folder / "image"}
    return Prepared({"media_type": kind.media_type, "sha256": sha256, "byte_size": byte_size, **size}, contents)


def require_size(size: int, limits: UploadLimits) -> None:
    """Check the size of a file.

    Raises:
        FileRefused: TOO_LARGE, or NOT_ACCEPTED where it is empty.
    """
    if size > limits.max_bytes:
        raise FileRefused(
            FileError.TOO_LARGE,
            f"The file is larger than {limits.max_bytes} bytes; send a smaller one.",
            f"文件超过 {limits.max_bytes} 字节，请缩小后再上传。",
        )
    if not size:
        raise FileRefused(FileError.NOT_ACCEPTED, "The file is empty; choose another one.", "文件为空，请另选文件。")


def send(prepared: Prepared, store: Store) -> None:
    """Send what is to be kept of an upload to the store, before `add_file`, so that no transaction waits for it.

    Raises:
        StoreUnavailable: the store cannot be reached.
    """
    for name, path in prepared.contents.items():
        store.send(path, name)


def add_file(call: Call, prepared: Prepared, store: Store, limits: UploadLimits) -> File:
    """Keep an upload of the actor that was sent, in one transaction.

    Raises:
        FileRefused: LIMIT_REACHED, the account has sent as much in a day as it may.
        StoreUnavailable: the store cannot be reached.
    """

    def once() -> File:
        with write():
            Account.lock(id=call.actor.account_id)
            require_room(call, prepared, limits)
            hold_contents(prepared.columns["sha256"])
            for name, path in prepared.contents.items():
                store.keep(path, name)
            return File.create(uploader=call.actor.account_id, uploaded_at=call.at, **prepared.columns)

    return retry_on_conflict(once)


def hold_contents(sha256: str) -> None:
    """Lock contents by their hash until the transaction ends."""
    hold(int.from_bytes(bytes.fromhex(sha256[:16]), signed=True))


def require_room(call: Call, prepared: Prepared, limits: UploadLimits) -> None:
    """Check that the actor may still send so much today.

    Raises:
        FileRefused: LIMIT_REACHED.
    """
    size = prepared.columns["byte_size"]
    [(count, total)] = _sent.tuples(call.actor.account_id, utc_text(call.at - _DAY))
    if (limits.a_day and count >= limits.a_day) or (limits.bytes_a_day and total + size > limits.bytes_a_day):
        raise FileRefused(
            FileError.LIMIT_REACHED,
            f"The account has sent {count} files with {total} bytes within a day, and may send {limits.a_day} with"
            f" {limits.bytes_a_day}; wait until tomorrow.",
            f"该账号一天内已上传 {count} 个文件、共 {total} 字节，"
            f"上限为 {limits.a_day} 个、{limits.bytes_a_day} 字节，请明天再传。",
        )


@compiled
def _sent(account_id: Any, since: Any) -> Any:
    mine = (File.uploader == account_id) & (File.uploaded_at > since)
    return File.select(fn.COUNT(File.id), fn.COALESCE(fn.SUM(File.byte_size), 0)).where(mine)


def attach(call: Call, file_id: int, path: Sequence[str] = ("fileId",)) -> File:
    """Attach a file of the actor to a row, which the caller writes with it. path: of the id in the input.

    Raises:
        DomainError: NOT_FOUND, the actor has no such file; ALREADY_EXISTS, it belongs to a row.
    """
    file = File.lock(id=file_id)
    if file is None or file.uploader_id is None or file.uploader_id != call.actor.account_id:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "You have uploaded no such file; send it by POST /files and give the id that is returned.",
            path,
            chinese="您没有上传过该文件，请先通过 POST /files 上传，再填写返回的编号。",
        )
    if file.attached_at is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            "The file is attached already; upload it once more to attach it elsewhere.",
            path,
            chinese="该文件已被使用，如需用于别处请重新上传。",
        )
    file.change(attached_at=call.at)
    return file


def file_columns(
    call: Call, file_id: int | None, uri: str | None, sha256: str | None, path: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the columns that say which file a row has: one that was uploaded, or one that is kept elsewhere.

    path: of the row in the input.

    Raises:
        DomainError: INVALID_INPUT, an address or hash is malformed, or given beside a file; NOT_FOUND, the actor has no
            such file; ALREADY_EXISTS, the file belongs to a row.
    """
    if file_id is None:
        return read_file(uri, sha256, path)
    if uri is not None or sha256 is not None:
        raise DomainError(
            ErrorCode.INVALID_INPUT,
            "Give the id of an uploaded file (fileId), or the address and hash of one kept elsewhere, not both.",
            (*path, "fileId"),
            chinese="请只填写已上传文件的编号（fileId），或存于他处的文件的地址和哈希，不要同时填写。",
        )
    file = attach(call, file_id, (*path, "fileId"))
    return {"file": file.id, "sha256": file.sha256}


@compiled
def forget_file(file_id: Any) -> Any:
    """Delete a file (`change`); the clock removes contents that no file has (`db.files.clock.sweep_contents`)."""
    return File.delete().where(File.id == file_id)
