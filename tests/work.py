"""Counts work, for tests that bound it: what is counted is the same on every machine, as time is not."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw


@contextmanager
def counted_calls() -> Iterator[list[int]]:
    """Count the functions that this thread calls in a block, those of libraries in C included."""
    calls = [0]

    def count(_frame: Any, event: str, _argument: Any) -> None:
        calls[0] += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(None)


@contextmanager
def counted_steps(connection: apsw.Connection) -> Iterator[list[int]]:
    """Count the steps of SQLite's virtual machine, in thousands, that statements on a connection take in a block."""
    steps = [0]

    def count() -> bool:
        steps[0] += 1
        return False

    connection.set_progress_handler(count, 1_000)
    try:
        yield steps
    finally:
        connection.set_progress_handler(None)
