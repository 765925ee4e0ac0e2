"""Counters of what each payer used: points in the clock's hour, and requests in its minute.

Kept by one process alone, or by all workers of a server together in a file of a fixed size.
"""

import fcntl
import logging
import mmap
import os
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from threading import Lock
from typing import Protocol

HOUR, MINUTE = 3600, 60
_log = logging.getLogger(__name__)
_MAX_PAYERS = 100_000


# What a payer used: points of this hour, requests of this minute.
Used = tuple[int, int]


class Counts(Protocol):
    """Counters of payers."""

    def add(self, payer: str, points: int, requests: int, now: float) -> Used:
        """Add to a payer's counters, or take off what is below 0, and return them. now: seconds since 1970."""
        ...


class OwnCounts:
    """Counters of one process.

    Not the limits library's: that starts a timer's thread for its clean-up every few requests, which took a quarter of
    a small request's time. Here all counters end together with the hour, so none needs cleaning.

    warning: for the log, once, when something is counted.
    """

    def __init__(self, warning: str = "") -> None:
        self._warning = warning
        self._hour_ends = self._minute_ends = 0
        # Of each payer: points of the hour, requests of the minute, when that minute ends.
        self._of: dict[str, list[int]] = {}

    def add(self, payer: str, points: int, requests: int, now: float) -> Used:
        """Add to a payer's counters and return them."""
        if now >= self._minute_ends:
            self._begin_minute(int(now))
        count = self._of.get(payer) or self._begin(payer)
        if count[2] != self._minute_ends:
            count[1], count[2] = 0, self._minute_ends
        count[1] += requests
        if points:
            # What is given back after the hour has ended was taken before.
            count[0] = max(0, count[0] + points)
        return count[0], count[1]

    def _begin_minute(self, now: int) -> None:
        self._minute_ends = now // MINUTE * MINUTE + MINUTE
        if self._warning:
            _log.warning("%s", self._warning)
            self._warning = ""
        if now >= self._hour_ends:
            self._hour_ends, self._of = now // HOUR * HOUR + HOUR, {}

    def _begin(self, payer: str) -> list[int]:
        if len(self._of) >= _MAX_PAYERS:
            self._of.clear()
        count = self._of[payer] = [0, 0, 0]
        return count


# A payer's place in the file: a fingerprint of the name, the hour, the minute, points, requests.
_PLACE = Struct("<QIIqQ")
# Places that a payer may have; where all are taken, whoever used least gives way.
_WAYS = 8
_BUCKETS = 8_192
_SIZE = _PLACE.size * _WAYS * _BUCKETS


class SharedCounts:
    """Counters of all processes that open the same file: 2 MB, for 65,536 payers an hour.

    A part of the file is locked while a payer's place is read and written. The lock is the kernel's and ends with the
    process that holds it, however that ends.

    Raises:
        OSError: the file cannot be made.
    """

    def __init__(self, path: Path | str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # With all of its room, for a page that the disk has none left for would end the process.
        os.posix_fallocate(self._file, 0, _SIZE)
        self._places = mmap.mmap(self._file, _SIZE)
        self._renew()
        # A process that is forked must not have a lock that a thread of this one may have held.
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._lock = Lock()

    def add(self, payer: str, points: int, requests: int, now: float) -> Used:
        """Add to a payer's counters and return them."""
        name, hour, minute = _fingerprint(payer), int(now) // HOUR, int(now) // MINUTE
        bucket = name % _BUCKETS
        # Locks of a file are between processes, so that threads need one of their own.
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX, 1, bucket)
            try:
                at, (in_hour, in_minute) = self._place(bucket, name, hour, minute)
                in_hour, in_minute = max(0, in_hour + points), in_minute + requests
                _PLACE.pack_into(self._places, at, name, hour, minute, in_hour, in_minute)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, bucket)
        return in_hour, in_minute

    def _place(self, bucket: int, name: int, hour: int, minute: int) -> tuple[int, Used]:
        """Return a payer's place and what it used; where it has none, the place that it may take."""
        free, min_used = 0, None
        start = bucket * _WAYS * _PLACE.size
        for at in range(start, start + _WAYS * _PLACE.size, _PLACE.size):
            whose, in_hour, in_minute, points, requests = _PLACE.unpack_from(self._places, at)
            if whose == name and in_hour == hour:
                return at, (points, requests if in_minute == minute else 0)
            used = points if in_hour == hour else -1
            if min_used is None or used < min_used:
                free, min_used = at, used
        return free, (0, 0)


@lru_cache(10_000)
def _fingerprint(payer: str) -> int:
    return int.from_bytes(blake2b(payer.encode(), digest_size=8).digest()) or 1
