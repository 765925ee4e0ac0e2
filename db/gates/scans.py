"""Scans are recorded, many at a time, and counted in the same transaction; what they hold names nobody.

A pass is hashed with the secret of the day. Rows and secret of a day go together, and what is left in a copy of the
rows belongs to nobody.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b, sha256
from secrets import token_hex
from typing import Annotated, Any

import orjson
from peewee import EXCLUDED, SQL, Select

from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.access.steps import not_permitted
from db.access.subjects import Subject, command
from db.gates.models import (
    AccessDay,
    AccessPoint,
    AccessPointState,
    ScanDirection,
    ScanEvent,
    ScanReason,
    ScanResult,
    ScanSecret,
)
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Items
from db.kernel.calendar import SHANGHAI
from db.kernel.database import hold
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.fields import utc_text
from db.kernel.json_items import JsonItems, item_position
from db.kernel.partitions import add_day
from db.kernel.statements import compiled
from db.settings.models import SettingKey
from db.settings.values import least

# How many scans are recorded at once, and how many days later at most.
MAX_SCANS, DAYS_LATE = 1000, 7
# Of these, staff of the community are told.
ALARMING = (ScanReason.FEVER, ScanReason.CODE_RED)
_LOCK = int.from_bytes(sha256(b"days of scans").digest()[:8], signed=True)


@dataclass(frozen=True, slots=True)
class Scan:
    """That somebody came to an access point. pass_code: what is on their pass, which is hashed and not kept."""

    at: datetime
    direction: ScanDirection
    result: ScanResult
    reason: ScanReason | None = None
    pass_code: str | None = None


def _require_keeper(call: Call, point: AccessPoint, action: None) -> None:
    if call.actor.holds(Role.GATE_KEEPER, over=point.division_code) is None:
        raise not_permitted(Capacity.GATE_KEEPER, field="accessPointId")
    if point.state is AccessPointState.CLOSED:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            "The access point is closed, so nobody comes through; check the id.",
            ("accessPointId",),
            chinese="该出入口已关闭，不能登记通行，请核对 ID。",
        )


GATE = Subject(
    model=AccessPoint,
    keys={"access_point_id": "id"},
    missing=("There is no such access point; check the id.", "没有此出入口，请核对 ID。"),
    stand=_require_keeper,
    # Many devices of a gate report at once; what they count is locked by itself.
    is_locked=False,
)


@command(GATE)
def record_scans(
    call: Call, point: AccessPoint, standing: None, *, rows: Annotated[Sequence[Scan], Items(1, MAX_SCANS)]
) -> CommandResult:
    """Record who came to an access point, as scans that name nobody, and count them by the day (登记扫码).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, only who is on duty at a gate of the community; ILLEGAL_TRANSITION, it is
            closed; INVALID_INPUT, a moment is ahead or too long ago, or a refusal lacks its reason.
    """
    groups = _grouped(call, rows)
    secrets = {day: secret_of(day) for day in sorted({day for day, _ in groups})}
    for (day, direction), scans in sorted(groups.items()):
        results = Counter(scan.result for scan in scans)
        passed, refused = results[ScanResult.PASSED], results[ScanResult.REFUSED]
        last = _count.scalar(point.id, point.division_code, day, direction, passed, refused)
        kept = orjson.dumps({"rows": [_kept(scan, secrets[day]) for scan in scans]}).decode()
        insert_scans.change(point.id, day, direction, last - len(scans), kept)
    _tell(call, point, rows)
    return CommandResult({"accessPoint": point.id})


def _grouped(call: Call, rows: Sequence[Scan]) -> dict[tuple[date, ScanDirection], list[Scan]]:
    """Sort scans by day and direction, and check each."""
    first = call.day - timedelta(days=min(DAYS_LATE, least(SettingKey.SCAN_KEEP_DAYS) - 1))
    groups: dict[tuple[date, ScanDirection], list[Scan]] = {}
    for at, scan in enumerate(rows):
        day = scan.at.astimezone(SHANGHAI).date()
        if scan.at > call.at or day < first:
            raise DomainError(
                ErrorCode.INVALID_INPUT,
                f"A scan is recorded after it happened and until its day is kept no longer: from {first} to now.",
                ("rows", str(at), "at"),
                chinese=f"扫码时间须在 {first} 至现在之间。",
            )
        if (scan.result is ScanResult.REFUSED) != (scan.reason is not None):
            raise DomainError(
                ErrorCode.INVALID_INPUT,
                "Who was refused needs a reason, and who passed has none.",
                ("rows", str(at), "reason"),
                chinese="拒绝通行须填写原因，放行则不填。",
            )
        groups.setdefault((day, scan.direction), []).append(scan)
    return groups


def secret_of(day: date) -> bytes:
    """Return the secret of a day; a day that has none yet gets one, and a place for its rows."""
    secret = _secret.scalar(day)
    if secret is None:
        hold(_LOCK)
        ScanSecret.create_unless_there(day=day, secret=token_hex(32))
        add_day(ScanEvent, day)
        secret = _secret.scalar(day)
    return bytes.fromhex(secret)


def hash_of_code(code: str) -> str:
    """Return the hash by which a pass is known."""
    return sha256(code.encode()).hexdigest()


def hash_of_pass(code_hash: str, secret: bytes) -> str:
    """Return what a scan keeps of a pass: its hash, keyed with the secret of the day."""
    return blake2b(code_hash.encode(), key=secret, digest_size=32).hexdigest()


def _kept(scan: Scan, secret: bytes) -> list[str | None]:
    code = scan.pass_code
    hashed = None if code is None else hash_of_pass(hash_of_code(code), secret)
    # Enumerations are written as their values.
    return [utc_text(scan.at), hashed, scan.result, scan.reason]


def _tell(call: Call, point: AccessPoint, rows: Sequence[Scan]) -> None:
    """Tell staff of the community of people with a fever or a red code, once for all of a call."""
    found = Counter(scan.reason for scan in rows if scan.reason in ALARMING)
    for reason, count in found.items():
        assert reason is not None
        last = utc_text(max(scan.at for scan in rows if scan.reason is reason))
        text = f"{point.name}：{reason.chinese}，拒绝通行{count}人次，请及时处置。"
        to = Recipient(Role.STAFF, point.division_code)
        about = f"{point.id}:{last}:{reason.value}"
        notify(call, NoticeKind.GATE_ALARM, about, to, text, division_code=point.division_code)


@compiled
def _secret(day: Any) -> Any:
    return ScanSecret.select(ScanSecret.secret).where(ScanSecret.day == day)


@compiled
def _count(point_id: Any, division_code: Any, day: Any, direction: Any, passed: Any, refused: Any) -> Any:
    """Count scans of an access point; give the number that it has now, which its row's lock keeps for the caller."""
    row = AccessDay
    on_day = {"day": day.through(row.day.db_value), "direction": direction.through(row.direction.db_value)}
    made = row.insert(access_point=point_id, division_code=division_code, passed=passed, refused=refused, **on_day)
    more = {row.passed: row.passed + EXCLUDED.passed, row.refused: row.refused + EXCLUDED.refused}
    target = [row.access_point, row.day, row.direction]
    return made.on_conflict(conflict_target=target, update=more).returning(row.passed + row.refused)


@compiled
def insert_scans(point_id: Any, day: Any, direction: Any, before: Any, rows: Any) -> Any:
    """Add scans out of one JSON text; `before` numbers come before theirs."""
    row = ScanEvent
    own = [day.through(row.day.db_value), point_id.through(int).cast("BIGINT"), direction.through(str)]
    told = [SQL(f"item.value ->> {place}") for place in range(4)]
    numbered = before.through(int).cast("BIGINT") + item_position()
    found = Select(columns=[*own, numbered, *told]).from_(JsonItems(rows.through(str), "rows"))
    fields = [row.day, row.access_point_id, row.direction, row.number, row.at, row.pass_hash, row.result, row.reason]
    return row.insert_from(found, fields).returning()
