"""Contents of files in a bucket of a server that speaks S3; the folder holds uploads, and copies of what is read.

Credentials and the region are found as any program for S3 finds them: in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
AWS_REGION, or from the machine. What needs the package `obstore` is here alone.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from obstore.exceptions import BaseError
from obstore.store import S3Store

from db.files.store import ABANDONED, Store, StoreUnavailable

# A server that does not answer must not keep anybody waiting for long; one large file may take its time.
_CONNECTING, _ANSWERING = timedelta(seconds=3), timedelta(minutes=1)
_RETRIES, _RETRYING = 2, timedelta(seconds=5)


class BucketStore(Store):
    """A bucket, in which each name lies below its first two letters: `ab/abcd…`.

    A file that is read is copied into the folder first and served from there, ranges and all: its name is the hash of
    what it holds, so that a copy is never out of date. Copies that nobody read for an hour make room for others.
    """

    def __init__(self, folder: Path, bucket: str, endpoint: str = "") -> None:
        """Name a bucket, which is not asked for anything yet. endpoint: of its server; empty for that of AWS."""
        super().__init__(folder)
        self.bucket = bucket
        self.endpoint = endpoint

    @cached_property
    def _objects(self) -> S3Store:
        # In each process by itself, after it was forked.
        server: dict[str, Any] = {"endpoint": self.endpoint} if self.endpoint else {}
        return S3Store(
            self.bucket,
            **server,
            client_options={
                "allow_http": self.endpoint.startswith("http://"),
                "connect_timeout": _CONNECTING,
                "timeout": _ANSWERING,
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRYING},
        )

    def send(self, path: Path, name: str) -> None:
        """Send a file of an upload to the bucket, which has it whole or not at all, unless it is there."""
        super().send(path, name)
        self._send(path, name)

    def keep(self, path: Path, name: str) -> None:
        """Make sure that what was sent is still there, and keep a copy at hand."""
        # The clock may have removed it while nobody had it.
        self._send(path, name)
        super().keep(path, name)

    def _send(self, path: Path, name: str) -> None:
        with _reaching():
            try:
                self._objects.head(_key(name))
            except FileNotFoundError:
                with path.open("rb") as contents:
                    self._objects.put(_key(name), contents, use_multipart=False)

    def find(self, name: str) -> Path | None:
        """Return where a copy of the contents of a name is; None where the bucket has none."""
        at = self.path(name)
        try:
            os.utime(at)
        except FileNotFoundError:
            return self._fetched(name)
        return at

    def _fetched(self, name: str) -> Path | None:
        with self.incoming() as folder, _reaching():
            copy = folder / "copy"
            try:
                found = self._objects.get(_key(name))
            except FileNotFoundError:
                return None
            with copy.open("wb") as written:
                for piece in found.stream():
                    written.write(piece)
            super().send(copy, name)
            super().keep(copy, name)
        at = self.path(name)
        _forget_copies(at.parent)
        return at

    def names(self, shard: int, now: float) -> list[str]:
        """List the names of a shard, from 0 to 255, that were there before the last hour. now: as `time.time()`."""
        with _reaching():
            objects = [one for page in self._objects.list(f"{shard:02x}/") for one in page]
        return [one["path"].rpartition("/")[2] for one in objects if one["last_modified"].timestamp() < now - ABANDONED]

    def remove(self, name: str) -> None:
        """Remove the contents of a name, and the copy."""
        with _reaching():
            self._objects.delete(_key(name))
        super().remove(name)

    def reach(self) -> None:
        """Check that the bucket can be read.

        Raises:
            StoreUnavailable: it cannot; says why.
        """
        with _reaching():
            next(iter(self._objects.list("00/")), None)


def _key(name: str) -> str:
    return f"{name[:2]}/{name}"


def _forget_copies(folder: Path) -> None:
    before = time.time() - ABANDONED
    for entry in os.scandir(folder):
        # Another worker may have removed it.
        with suppress(FileNotFoundError):
            if entry.stat().st_mtime < before:
                Path(entry.path).unlink()


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        raise StoreUnavailable(str(error).partition("\n")[0]) from error
