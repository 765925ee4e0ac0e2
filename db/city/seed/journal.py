"""Rows with their journals: each step as `db.access.journal` would have written it when it happened."""

import json
from typing import Any, NamedTuple

from db.access.journal import JOURNAL_COLUMNS
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.city import models
from db.city.machines import JOURNALED
from db.city.seed.moments import utc
from db.city.seed.rows import Rows
from db.city.seed.story import Actor
from db.kernel.chain import GENESIS, chained_hash
from db.kernel.enumeration import DomainEnum

RULE = Actor(None, Role.SYSTEM)


class Step(NamedTuple):
    """A step that a row has taken. state: where it led; facts: what the entry records besides."""

    at: int
    action: JournalAction
    state: DomainEnum
    actor: Actor = RULE
    facts: dict[str, Any] | None = None


def add_with_journal(rows: Rows, model: Any, steps: list[Step], **values: Any) -> int:
    """Add a row where its steps have led it, and its journal; return the row's id."""
    row_id = rows.add(model, state=steps[-1].state, version=len(steps), **values)
    prev_hash, before, at = GENESIS, None, 0
    for seq, step in enumerate(steps, start=1):
        at = max(at, step.at)
        entry: dict[str, Any] = {
            "subject_type": JOURNALED[model].noun,
            "subject_id": row_id,
            "seq": seq,
            "at": utc(at),
            "action": step.action.value,
            "actor_id": None,
            "actor_name": step.actor.name,
            "actor_role": step.actor.role.value,
            "office_code": None if step.actor is RULE else values["division_code"],
            "from_state": before,
            "to_state": step.state.value,
            "note": None,
            "facts": json.dumps(step.facts or {}),
        }
        digest = chained_hash(JOURNAL_COLUMNS, entry, prev_hash)
        enums = {"action": step.action, "actor_role": step.actor.role}
        rows.add(
            models.JournalEntry, issue_id=values.get("issue_id"), division_code=values["division_code"],
            prev_hash=prev_hash, hash=digest, **entry | enums,
        )  # fmt: skip
        prev_hash, before = digest, step.state.value
    return row_id
