"""Scans at an access point are traced while an incident is handled: when somebody came, and which pass they showed.

A scan names no pass. It is found by hashing the passes of the community with the secret of its day, so what a trace
finds goes with that secret. A trace ends at the pass: whose it is, those can say who give passes out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from db.access.commands import Call, CommandResult, record_act
from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.access.steps import not_permitted
from db.access.subjects import Subject, command
from db.gates.models import AccessPass, AccessPoint, ScanEvent, ScanSecret
from db.gates.scans import GATE, hash_of_pass
from db.incidents.finding import find_known
from db.incidents.models import Incident, IncidentState
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Prose
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.fields import utc_text
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.settings.models import SettingKey
from db.settings.values import least

# How many scans a trace shows at most.
MAX_TRACED = 1000


def _require_tracer(call: Call, point: AccessPoint, action: None) -> None:
    if call.actor.holds(Role.HEALTH_WORKER, over=point.division_code) is None:
        raise not_permitted(Capacity.HEALTH_WORKER, field="accessPointId")


@command(Subject(GATE.model, GATE.keys, GATE.missing, _require_tracer, is_locked=False))
def trace_scans(
    call: Call, point: AccessPoint, standing: None, *, incident_id: int, from_: datetime, to: datetime, reason: Prose
) -> CommandResult:
    """Show the scans at an access point in a time, and keep in the audit who asked and why (扫码溯源).

    They are told once: neither by a dry run, which nobody would hear of, nor by a replay.

    Raises:
        DomainError: NOT_FOUND, no such access point or incident; NOT_PERMITTED; ILLEGAL_TRANSITION, the incident is not
            HANDLING; INVALID_INPUT, the time has no end after its beginning, or begins before any scan that is kept;
            LIMIT_REACHED, there are too many.
    """
    # Locked, so that it is handled until this is told.
    incident = find_known(call, incident_id, point.division_code, is_locked=True)
    _require_handled(incident)
    _require_kept(call, from_, to)
    found: list[tuple[str, Any]] = []
    for day, secret in _secrets.tuples(*(moment.astimezone(SHANGHAI).date() for moment in (from_, to))):
        rows = _scans.tuples(day, point.id, from_, to)
        found += [(secret, row) for row in rows]
        _require_few(found)
    if call.is_dry:
        return CommandResult({"accessPoint": point.id})
    asked = f"{incident.number} {utc_text(from_)}/{utc_text(to)}: {reason}"
    record_act(call, AuditAction.REVEALED, point, asked)
    return CommandResult({"accessPoint": point.id}, lists={"scans": _told(point, found)})


def _require_handled(incident: Incident) -> None:
    if incident.state is not IncidentState.HANDLING:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            f"Scans are traced while an incident is HANDLING, and {incident.number} is {incident.state}; name one that "
            "is being handled.",
            ("incidentId",),
            chinese=f"仅在突发事件处置中可溯源，{incident.number} 为{incident.state.chinese}，请另选。",
        )


def _require_kept(call: Call, from_: datetime, to: datetime) -> None:
    if to <= from_:
        raise invalid("to", "Choose a time after `from`; a scan at `to` is left out.", "须晚于 from，不含该时刻。")
    first = call.day - timedelta(days=least(SettingKey.SCAN_KEEP_DAYS))
    if from_.astimezone(SHANGHAI).date() < first:
        raise invalid(
            "from",
            f"Scans of days before {first} are gone for good; choose a time from that day on.",
            f"{first} 之前的扫码记录已清除，请选择该日或之后的时间。",
        )


def _require_few(found: Sequence[tuple[Any, Any]]) -> None:
    if len(found) > MAX_TRACED:
        at = utc_text(found[MAX_TRACED][1][0])
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"There are more than {MAX_TRACED:,} scans in that time; send {at} as `to`, and go on from there.",
            ("to",),
            chinese=f"该时段超过 {MAX_TRACED:,} 条扫码记录，请以 {at} 为 to，再从该时刻继续。",
        )


def _told(point: AccessPoint, found: Sequence[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Return scans as they are shown, with the id of the pass of the community that each was of, if of any."""
    passes = _passes.tuples(point.division_code)
    by_hash = {
        hash_of_pass(code_hash, bytes.fromhex(secret)): f"AccessPass_{pass_id}"
        for secret in {secret for secret, row in found if row[1] is not None} for pass_id, code_hash in passes
    }  # fmt: skip
    return [
        {
            "at": utc_text(at), "direction": direction, "result": result, "reason": reason,
            "accessPassId": by_hash.get(pass_hash),
        }
        for _, (at, pass_hash, direction, result, reason) in found
    ]  # fmt: skip


@compiled
def _secrets(first: Any, last: Any) -> Any:
    day = ScanSecret.day
    return ScanSecret.select(day, ScanSecret.secret).where(day >= first, day <= last).order_by(day)


@compiled
def _scans(day: Any, point_id: Any, from_: Any, to: Any) -> Any:
    """Find the earliest scans of a day at an access point: by its day, for there are too many of all."""
    row = ScanEvent
    columns = (row.at, row.pass_hash, row.direction, row.result, row.reason)
    here = (row.day == day) & (row.access_point_id == point_id) & (row.at >= from_) & (row.at < to)
    return row.select(*columns).where(here).order_by(row.at, row.direction, row.number).limit(MAX_TRACED + 1)


@compiled
def _passes(division_code: Any) -> Any:
    return AccessPass.select(AccessPass.id, AccessPass.code_hash).where(AccessPass.division_code == division_code)
