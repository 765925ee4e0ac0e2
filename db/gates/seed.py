"""Gates of the demo city: one in each community was kept in the outbreak of October 2021, and in three still is.

What was counted at each of them stayed. Where people still show a pass, the scans of the last days are there too; most
of those who come have a pass from elsewhere.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from random import Random

import orjson

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.gates.lifecycle import ACCESS_POINT_LIFECYCLE, PASS_LIFECYCLE
from db.gates.models import (
    AccessDay,
    AccessPass,
    AccessPoint,
    AccessPointState,
    PassState,
    ScanDirection,
    ScanEvent,
    ScanReason,
    ScanResult,
    ScanSecret,
)
from db.gates.scans import hash_of_code, hash_of_pass, insert_scans
from db.kernel.partitions import add_day
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, MINUTE, Present, day, midnight, utc
from db.people.seed import Home
from db.places.seed.plan import NAMED_COMMUNITIES, Place
from db.settings.models import SettingKey

_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_STILL_KEPT = {name for named in NAMED_COMMUNITIES.values() for _, name in named}
# From when on and for how many days all gates were kept, and how many people came through one a day, at least and most.
_BEGAN, _DAYS, _PEOPLE = midnight("2021-10-18"), 38, (260, 900)
# How many days of scans are there, how many scans a day and direction, of how many passes, and from which hour on.
_SCANNED, _SCANS, _PASSES, _OPENS = SettingKey.SCAN_KEEP_DAYS.default, 500, 700, 6 * HOUR
# The number of the pass of the resident who may sign in; those of others come before it.
RESIDENTS_PASS = 600
# How long a pass is valid after the present, in days. Every so many scans somebody is not let through.
_VALID, _REFUSED = 60, 83


def add_scan_days(rows: Rows, present: Present) -> None:
    """Add the secrets of the days of which there are scans, and of those that the clock prepares."""
    for ahead in range(-_SCANNED, 3):
        on = present.date + timedelta(days=ahead)
        rows.add(ScanSecret, day=on.isoformat(), secret=_secret(on.isoformat()).hex())
        add_day(ScanEvent, on)


def add_gates(rows: Rows, home: Home, place: Place, site: int, people: Sequence[int], present: Present) -> None:
    """Add the gate of a compound, what was counted there, and the passes of people of the community."""
    began = [Step(_BEGAN, JournalAction.CREATE, AccessPointState.ACTIVE, _STAFF)]
    gate = add_with_journal(
        rows, ACCESS_POINT_LIFECYCLE, AccessPoint, began, division_id=home.division_id, division_code=home.code,
        site_id=site, name=f"{place.name}第1小区大门", is_only_gate=True, needs_pass=True, created_at=utc(_BEGAN),
    )  # fmt: skip
    rng = Random(f"{place.code} gates")
    for number in range(_DAYS):
        people_in = rng.randint(*_PEOPLE)
        for direction, passed in ((ScanDirection.IN, people_in), (ScanDirection.OUT, people_in - number % 3)):
            refused = rng.randint(0, 6) if direction is ScanDirection.IN else 0
            _count(rows, home, gate, day(_BEGAN + number * DAY), direction, passed, refused)
    if place.name in _STILL_KEPT:
        _add_scans(rows, home, gate, present)
        for number, person in enumerate(people):
            add_pass(rows, home, site, person, number, present)


def add_pass(rows: Rows, home: Home, site: int, person: int, number: int, present: Present) -> None:
    """Add a person's pass for the gate of a compound, the scans of which show it as the one of this number."""
    issued = present.midnight - (_SCANNED + 1) * DAY + 9 * HOUR
    add_with_journal(
        rows, PASS_LIFECYCLE, AccessPass, [Step(issued, JournalAction.CREATE, PassState.VALID, _STAFF)], site_id=site,
        division_code=home.code, person_id=person, code_hash=_code_hash(home, number),
        valid_until=present.day_after(_VALID), created_at=utc(issued),
    )  # fmt: skip


def _add_scans(rows: Rows, home: Home, gate: int, present: Present) -> None:
    """Add the scans of the last days, a day at a time: each row by itself would take seconds."""
    passes = [_code_hash(home, number) for number in range(_PASSES)]
    for ago in range(_SCANNED, 0, -1):
        begins = present.midnight - ago * DAY
        on, opens = day(begins), begins + _OPENS
        secret = _secret(on)
        hashes = [hash_of_pass(code_hash, secret) for code_hash in passes]
        for direction in ScanDirection:
            later = MINUTE if direction is ScanDirection.OUT else 0
            scans = [
                [
                    utc(opens + 2 * number * MINUTE + later),
                    hashes[(number * 11 + ago) % _PASSES],
                    *_answer(number + ago),
                ]
                for number in range(_SCANS)
            ]
            listed = orjson.dumps({"rows": scans}).decode()
            insert_scans.change(gate, present.date - timedelta(days=ago), direction, 0, listed)
            refused = sum(scan[2] == ScanResult.REFUSED for scan in scans)
            _count(rows, home, gate, on, direction, _SCANS - refused, refused)


def _answer(number: int) -> tuple[ScanResult, ScanReason | None]:
    return (ScanResult.PASSED, None) if number % _REFUSED else (ScanResult.REFUSED, ScanReason.EXPIRED)


def _count(rows: Rows, home: Home, gate: int, on: str, direction: ScanDirection, passed: int, refused: int) -> None:
    rows.add(
        AccessDay, access_point_id=gate, division_code=home.code, day=on, direction=direction, passed=passed,
        refused=refused,
    )  # fmt: skip


def _code_hash(home: Home, number: int) -> str:
    return hash_of_code(f"{home.code}-{number}")


def _secret(on: str) -> bytes:
    return sha256(f"demo {on}".encode()).digest()
