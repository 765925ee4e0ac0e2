"""Files that are written whole or not at all: the one way in which a command or the server writes a file."""

import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO


def whole_file(path: Path, encoding: str = "utf-8", *, is_private: bool = False) -> AbstractContextManager[TextIO]:
    """Open a text file that takes its name when the block ends; when the block fails, what was there stays.

    The encoding is never the locale's. is_private: only its owner may read it; else it keeps the mode of the file that
    it replaces. What is no regular file, such as /dev/stdout, is written to as it is.

    Raises:
        OSError: it cannot be written, or not wholly, as when the disk is full; names the path.
    """
    return _whole(path, lambda file: file.open("w", encoding=encoding, newline=""), is_private)


def whole_binary_file(path: Path, *, is_private: bool = False) -> AbstractContextManager[BinaryIO]:
    """Open a file of bytes in the way of `whole_file`."""
    return _whole(path, lambda file: file.open("wb"), is_private)


@contextmanager
def _whole(path: Path, opened: Callable[[Path], AbstractContextManager[Any]], is_private: bool) -> Iterator[Any]:
    try:
        if path.exists() and not path.is_file():
            with opened(path) as file:
                yield file
        else:
            with _beside(path.resolve(), is_private) as unfinished, opened(unfinished) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def _beside(target: Path, is_private: bool) -> Iterator[Path]:
    """Return a file beside another, which takes its place when the block ends."""
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    created = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if is_private else 0o666)
    try:
        yield unfinished
        if target.exists() and not is_private:
            os.fchmod(created, stat.S_IMODE(target.stat().st_mode))
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    finally:
        os.close(created)
