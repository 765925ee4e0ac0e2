"""Where the contents of files are kept: by hash, in a folder. What is there under its hash is whole.

Everything is written under `incoming` first, synced, and renamed. What a process that is killed leaves there, the
clock removes. `db.files.bucket` keeps them on another server.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

_CHUNK = 1 << 20
# Seconds after which what lies under `incoming` belongs to nobody any more, and what has no row is removed.
ABANDONED = 3_600
SHARDS = 256


def hash_of(file: IO[bytes]) -> tuple[str, int]:
    """Return the SHA-256 of a file, in hexadecimal, and its size."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(_CHUNK):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


class StoreUnavailable(Exception):
    """The contents cannot be reached at the moment; says why, for whoever runs the server."""


class Store:
    """The folder of the contents. Names in it are hashes, or hashes with the width of a thumbnail (`<hash>-320`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """Make a folder for one upload; what still lies in it at the end is removed."""
        above = self.folder / "incoming"
        above.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = Path(mkdtemp(dir=above))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def path(self, name: str) -> Path:
        """Return where the contents of a name are."""
        return self.folder / name[:2] / name

    def find(self, name: str) -> Path | None:
        """Return where the contents of a name are; None where there are none."""
        at = self.path(name)
        return at if at.is_file() else None

    def send(self, path: Path, name: str) -> None:
        """Write a file of an upload to the disk, which takes time, before the transaction in which it is kept."""
        _sync(path)

    def keep(self, path: Path, name: str) -> None:
        """Move what was sent to its name, so that it is there whole or not at all, even after a power cut."""
        at = self.path(name)
        if at.exists():
            # It says the same. The clock must not take it for one that is left over while its row is being written.
            os.utime(at)
            return
        at.parent.mkdir(mode=0o700, exist_ok=True)
        path.replace(at)
        for folder in (at.parent, self.folder):
            _sync(folder)

    def names(self, shard: int, now: float) -> list[str]:
        """List the names of a shard, from 0 to 255, that were there before the last hour. now: as `time.time()`."""
        folder = self.folder / f"{shard:02x}"
        if not folder.is_dir():
            return []
        return [entry.name for entry in os.scandir(folder) if entry.stat().st_mtime < now - ABANDONED]

    def remove(self, name: str) -> None:
        """Remove the contents of a name."""
        self.path(name).unlink(missing_ok=True)

    def reach(self) -> None:
        """Check that the contents can be reached; those in a folder can."""

    def remove_abandoned(self, now: float) -> int:
        """Remove what uploads left behind that did not come to an end; return how many. now: as `time.time()`."""
        above = self.folder / "incoming"
        if not above.is_dir():
            return 0
        left = [Path(entry.path) for entry in os.scandir(above) if entry.stat().st_mtime < now - ABANDONED]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        return len(left)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


# The store of this process, which the application sets; None where there is none, as in tests of rules alone.
current: Store | None = None


def use(store: Store) -> Store:
    """Make a store that of this process, and return it."""
    global current
    current = store
    return store
