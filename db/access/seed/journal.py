"""Rows with their journals: each step as `db.access.journal` would have written it when it happened."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from db.access.journal import JOURNAL_COLUMNS, AnyMachine
from db.access.models.account import Role
from db.access.models.journal import JournalAction, JournalEntry
from db.kernel.chain import GENESIS, chained_hash
from db.kernel.enumeration import DomainEnum
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import utc


@dataclass(frozen=True)
class Actor:
    """Who acts: a name that hides residents, and a role."""

    name: str | None
    role: Role


RULE = Actor(None, Role.SYSTEM)


class Step(NamedTuple):
    """A step that a row has taken. state: where it led; facts, note: what the entry records besides."""

    at: int
    action: JournalAction
    state: DomainEnum
    actor: Actor = RULE
    facts: dict[str, Any] | None = None
    note: str | None = None


def add_with_journal(rows: Rows, machine: AnyMachine, model: Any, steps: list[Step], **values: Any) -> int:
    """Add a row where its steps have led it, and its journal; return the row's id."""
    row_id = rows.add(model, state=steps[-1].state, version=len(steps), **values)
    code, issue_id = values["division_code"], values.get("issue_id")
    prev_hash, before, at = GENESIS, None, 0
    for seq, step in enumerate(steps, start=1):
        at, actor = max(at, step.at), step.actor
        entry: dict[str, Any] = {
            "subject_type": machine.noun,
            "subject_id": row_id,
            "issue_id": issue_id,
            "division_code": code,
            "seq": seq,
            "at": utc(at),
            "action": step.action._value_,
            "actor_id": None,
            "actor_name": actor.name,
            "actor_role": actor.role._value_,
            "office_code": None if actor is RULE else code,
            "from_state": before,
            "to_state": (before := step.state._value_),
            "note": step.note,
            "facts": json.dumps(step.facts) if step.facts else "{}",
            "prev_hash": prev_hash,
        }
        prev_hash = entry["hash"] = chained_hash(JOURNAL_COLUMNS, entry, prev_hash)
        rows.add(JournalEntry, **entry)
    return row_id
