"""Work that several threads do at the same time."""

import threading
from collections.abc import Callable
from typing import TypeVar

from db.kernel.database import database

Answer = TypeVar("Answer")


def at_once(count: int, work: Callable[[], Answer]) -> list[Answer]:
    """Let threads do the same work, each with a connection of its own; return what each of them found."""
    answers: list[Answer] = []
    start = threading.Barrier(count)

    def run() -> None:
        start.wait()
        with database.obj.connection_context():
            answers.append(work())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
