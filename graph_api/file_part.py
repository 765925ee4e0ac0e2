"""A part of a file as the body of a response, which our worker sends without reading it into memory."""

from collections.abc import Iterator
from pathlib import Path

_CHUNK = 1 << 16


class FilePart:
    """The body of a WSGI response: iterated over, it gives its bytes."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        """Name the bytes from `start` up to `end`, which is not among them."""
        self.path, self.start, self.end = path, start, end

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as opened:
            opened.seek(self.start)
            while piece := opened.read(min(_CHUNK, self.end - opened.tell())):
                yield piece
