"""What every command on an issue shares: how it is found, the check of its step, and the write of row and ledger."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from db.access.commands import Call
from db.access.journal import MAX_TOLD, By, Change, illegal_transition, shown_name, stale_object, write
from db.access.models.account import Role
from db.access.steps import mask, require
from db.access.subjects import Subject
from db.access.viewers import ViewerSql
from db.issues.deadlines import NO_DEADLINE, Clock, Deadline, due, working_days_after
from db.issues.guards import RETURN_WORKING_DAYS, TRANSFER_WORKING_DAYS, Guard
from db.issues.guards_sql import GuardFacts, first_of
from db.issues.ledger import GENESIS, entry_hash
from db.issues.lifecycle import (
    ARRIVALS,
    BEGINNINGS,
    ISSUE_LIFECYCLE,
    TRANSITIONS,
    Capacity,
    IssueState,
    LedgerAction,
    Step,
    steps_of,
)
from db.issues.models.issue import Issue, LedgerEntry
from db.issues.policy import capacities, knows_reporter
from db.issues.visibility import may_see
from db.kernel.errors import DomainError
from db.kernel.fields import utc_text
from db.kernel.lifecycle import Transition
from db.kernel.statements import Statement, compiled_about

# One encoder for all: making one costs as much as writing an entry.
_as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is towards an issue, worked out once for a command. role: the one under which they act."""

    role: Role
    capacities: Mapping[Capacity, Role]


def allow(call: Call, issue: Issue, step: LedgerAction | Step | str | None) -> Standing:
    """Check that a step is possible now and the actor's to take; return what the actor is towards the issue.

    step: an action of the table, one of `NOTES`, or a mutation, for whichever of its rows the state allows; None where
    the command decides by itself.

    Raises:
        DomainError: NOT_PERMITTED; ILLEGAL_TRANSITION, with the steps that are possible; as the first of the step's
            guards says that holds.
    """
    found = capacities(call.actor, issue)
    if step is None:
        return Standing(next(iter(found.values()), Role.RESIDENT), found)
    role, row = permit(found, issue, step)
    standing = Standing(role, found)
    require_open(call, issue, standing, *row.guards)
    return standing


def permit(found: Mapping[Capacity, Role], issue: Issue, step: LedgerAction | Step | str) -> tuple[Role, Step]:
    """Check the actor and the state alone, and not the step's guards; return the actor's role and the row of the table.

    found: the actor's capacities.

    Raises:
        DomainError: NOT_PERMITTED; ILLEGAL_TRANSITION, with the steps that are possible.
    """
    state = issue.state
    rows = _rows(step)
    here = [row for row in rows if state in row.sources]
    who = dict.fromkeys(capacity for row in here or rows for capacity in (row.who_in(state) if here else row.who))
    role = require(found, tuple(who))
    if not here:
        raise illegal_transition(ISSUE_LIFECYCLE, state)
    return role, here[0]


def _rows(step: LedgerAction | Step | str) -> list[Step]:
    if isinstance(step, Transition):
        return [step]
    return [TRANSITIONS[step]] if isinstance(step, LedgerAction) else steps_of(step)


def holds(call: Call, issue: Issue, standing: Standing, *guards: Guard) -> Guard | None:
    """Return the first of some guards that holds for an issue and the actor, in the order given; None where none does.

    The database evaluates the conditions, which are those that lists are shown by.
    """
    if not guards:
        return None
    at = _first_held(guards).scalar(issue.id, mask(standing.capacities), call.actor, call.now)
    return guards[at - 1] if at else None


@cache
def _first_held(guards: tuple[Guard, ...]) -> Statement[Any]:
    """Return the statement that finds the place, from 1, of the first of some guards that holds for an issue."""

    def query(issue_id: Any, found: Any, actor: Any, now: Any) -> Any:
        row = Issue.alias("guarded")
        return row.select(first_of(guards, GuardFacts(row, ViewerSql.of(actor, now), found))).where(row.id == issue_id)

    return compiled_about(Issue)(query)


def require_open(call: Call, issue: Issue, standing: Standing, *guards: Guard) -> None:
    """Check that none of some guards holds.

    Raises:
        DomainError: as the first guard says that holds.
    """
    blocking = holds(call, issue, standing, *guards)
    if blocking is not None:
        raise blocking.refusal()


def advance(
    call: Call,
    issue: Issue,
    action: LedgerAction,
    role: Role,
    *,
    to_state: IssueState | None = None,
    note: str | None = None,
    details: Mapping[str, Any] | None = None,
    **columns: Any,
) -> int:
    """Write a step: the issue's row and the ledger entry that says so.

    details: what the entry records besides, without personal contact data. columns: of the issue, that change with the
    step, such as those of `started`. Returns the ledger entry's id.

    Raises:
        DomainError: CONFLICT, somebody else was faster.
    """
    before = (issue.state, issue.current_level, issue.due_at)
    columns |= windows(action, call.at)
    write(ISSUE_LIFECYCLE, issue, action, to_state, columns | {"updated_at": call.at})
    return _record(call, issue, action, role, before, note, details)


def windows(action: LedgerAction, at: datetime) -> dict[str, datetime]:
    """Return the issue's columns that say until when it may be given back or sent on, as far as an action sets them."""
    found: dict[str, datetime] = {}
    if action in BEGINNINGS:
        found["return_until"] = working_days_after(at, RETURN_WORKING_DAYS)
    if action in ARRIVALS:
        found["transfer_until"] = working_days_after(at, TRANSFER_WORKING_DAYS)
    return found


def last_entry(issue: Issue, *actions: LedgerAction) -> LedgerEntry | None:
    """Return the newest ledger entry that records one of these actions."""
    return _newest_of(actions).first(issue.id)


@cache
def _newest_of(actions: tuple[LedgerAction, ...]) -> Statement[LedgerEntry]:
    def query(issue_id: Any) -> Any:
        entries = LedgerEntry.select().where(LedgerEntry.issue == issue_id, LedgerEntry.action.in_(actions))
        return entries.order_by(LedgerEntry.seq.desc()).limit(1)

    return compiled_about(Issue)(query)


def started(call: Call, issue: Issue, clock: Clock) -> dict[str, Any]:
    """Return the issue's columns for a clock that starts now."""
    return due(clock, issue.urgency, call.at, issue.division_code).columns


def restarted(call: Call, issue: Issue, stopped_by: LedgerAction) -> dict[str, Any]:
    """Return the issue's columns for a deadline that an action stopped, put off by as long as the clock stood still."""
    stop = last_entry(issue, stopped_by)
    if stop is None or stop.due_before is None:
        return NO_DEADLINE
    end = stop.due_before + (call.at - stop.at)
    return Deadline.until(min(call.at, end), end).columns


def known_as(call: Call, issue: Issue) -> str | None:
    """Return the name that an actor is recorded by: who reported an issue anonymously stays unnamed in it."""
    is_hidden = issue.is_anonymous and call.actor.account_id == issue.reporter_id
    return "匿名反映人" if is_hidden else call.actor.name


def by(call: Call, issue: Issue, role: Role) -> By:
    """Return as whom the journal of what serves an issue records the actor."""
    return By(role, call.actor.account_id, known_as(call, issue), issue.responsible_code)


def begin(call: Call, issue: Issue, role: Role, details: Mapping[str, Any] | None = None) -> int:
    """Write the first ledger entry of an issue that was just made; its version is 1. Gives the entry's id."""
    return _record(call, issue, LedgerAction.CREATE, role, (None, None, None), None, details)


@compiled_about(Issue)
def _newest_hash(issue_id: Any) -> Any:
    entries = LedgerEntry.select(LedgerEntry.hash).where(LedgerEntry.issue == issue_id)
    return entries.order_by(LedgerEntry.seq.desc()).limit(1)


def _record(
    call: Call,
    issue: Issue,
    action: LedgerAction,
    role: Role,
    before: tuple[Any, Any, Any],
    note: str | None,
    details: Mapping[str, Any] | None,
) -> int:
    state, level, due_at = before
    prev_hash = GENESIS if state is None else _newest_hash.scalar(issue.id) or GENESIS
    entry: dict[str, Any] = {
        "issue_id": issue.id,
        "seq": issue.version,
        "at": call.now,
        "action": action.value,
        "actor_id": call.actor.account_id,
        "actor_name": known_as(call, issue),
        "actor_role": role.value,
        "office_code": issue.responsible_code,
        "from_state": str(state) if state else None,
        "to_state": str(issue.state),
        "from_level": str(level) if level else None,
        "to_level": str(issue.current_level),
        "due_before": utc_text(due_at) if due_at else None,
        "due_after": utc_text(issue.due_at) if issue.due_at else None,
        "note": note,
        "details": _as_json(dict(details or {})),
        "idempotency_key": call.idempotency_key,
    }
    made = LedgerEntry.create(
        **entry, division_code=issue.division_code, prev_hash=prev_hash, hash=entry_hash(entry, prev_hash)
    )
    return made.id


def _stale(call: Call, issue: Issue, expected: int) -> DomainError:
    newer = LedgerEntry.select().where(LedgerEntry.issue == issue.id, LedgerEntry.seq > expected)
    knows = knows_reporter(call.actor, issue)
    entries = newer.order_by(LedgerEntry.seq).limit(MAX_TOLD)
    changes = [Change(entry.action, entry.at, shown_name(call, entry, knows)) for entry in entries]
    return stale_object("issue", expected, issue.version, changes)


ISSUE = Subject(
    model=Issue,
    keys={"issue_id": "id", "issue_number": "number"},
    missing=("There is no such issue; check the id or number.", "没有这个事项。"),
    is_known=may_see,
    stale=_stale,
    stand=allow,
)
