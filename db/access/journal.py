"""Moves rows along their lifecycle machine and keeps their journal: the only place that writes a `state`.

Each change is compare-and-set on the row's `version`, and its journal entry is written in the same transaction.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from peewee import Model

from db.access.commands import Call
from db.access.models.account import Role
from db.access.models.journal import JournalAction, JournalEntry
from db.access.step_names import chinese_names
from db.kernel.chain import GENESIS, chained_hash
from db.kernel.enumeration import DomainEnum
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.lifecycle import Machine

Row = TypeVar("Row", bound=Model)
# What an entry may record besides its columns: no free text, in which a person could be named.
Fact = DomainEnum | date | bool | int | Model
AnyMachine = Machine[Any, Any, Any, Any]
# The columns that an entry's hash covers, in this order.
JOURNAL_COLUMNS = (
    "subject_type",
    "subject_id",
    "seq",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "actor_role",
    "office_code",
    "from_state",
    "to_state",
    "note",
    "facts",
)


@dataclass(frozen=True, slots=True)
class By:
    """As whom an entry records who acted. office_code: of the division whose office answers.

    What follows from a step of an issue by rule is recorded as the system's: the issue's ledger says who took the step.
    """

    role: Role = Role.SYSTEM
    account_id: int | None = None
    name: str | None = None
    office_code: str | None = None

    @classmethod
    def actor(cls, call: Call, role: Role, office_code: str | None = None) -> "By":
        """Return the actor of a call under their own name."""
        return cls(role, call.actor.account_id, call.actor.name, office_code)


RULE = By()


def create(machine: AnyMachine, model: type[Row], state: Any = None, **columns: Any) -> Row:
    """Create a row in a state that its machine lets it begin in, the first of them where none is named."""
    targets = machine.beginning[1].targets
    assert state is None or state in targets, f"a {machine.noun} does not begin as {state}"
    return model.create(state=state or targets[0], version=1, **columns)


def write(machine: AnyMachine, row: Any, action: DomainEnum, to: DomainEnum | None, columns: dict[str, Any]) -> None:
    """Change a row by a step of its machine, unless it has changed since it was read. to: None, the state stays.

    Raises:
        DomainError: CONFLICT, somebody else was faster.
    """
    if to is not None:
        assert to in machine.transitions[action].targets, f"{action} cannot lead to {to}"
        columns = columns | {"state": to}
    columns = columns | {"version": row.version + 1}
    model = type(row)
    if not model.update(**columns).where(model.id == row.id, model.version == row.version).execute():
        raise DomainError(
            ErrorCode.CONFLICT,
            "Another request changed this first; read it again and retry.",
            chinese="其他人已先行变更，请刷新后重试。",
        )
    for name, value in columns.items():
        setattr(row, name, value)


def begin(
    call: Call,
    machine: AnyMachine,
    model: type[Row],
    by: By = RULE,
    *,
    state: Any = None,
    note: str | None = None,
    **columns: Any,
) -> Row:
    """Create a row with the first entry of its journal."""
    row = create(machine, model, state, **columns)
    _record(call, machine, row, machine.beginning[0], None, by, note, {})
    return row


def move(
    call: Call,
    machine: AnyMachine,
    row: Any,
    action: JournalAction,
    by: By = RULE,
    *,
    note: str | None = None,
    facts: Mapping[str, Fact] | None = None,
    **columns: Any,
) -> int:
    """Move a row by a step of its machine and journal it; return the entry's id.

    facts: what the entry records besides (`fact`). columns: of the row, that change with the step.

    Raises:
        DomainError: ILLEGAL_TRANSITION, its state does not allow the step; CONFLICT, somebody else was faster.
    """
    require_state(machine, row, action)
    transition, before = machine.transitions[action], row.state
    stays = transition.targets == transition.sources
    write(machine, row, action, None if stays else transition.targets[0], columns)
    return _record(call, machine, row, action, before, by, note, facts or {})


def require_state(machine: AnyMachine, row: Any, action: JournalAction, field: str = "") -> None:
    """Check that a row's state allows a step. field: of the input, that names the row.

    Raises:
        DomainError: ILLEGAL_TRANSITION, with the steps that are possible.
    """
    if row.state not in machine.transitions[action].sources:
        raise illegal_transition(machine, row.state, field)


def illegal_transition(machine: AnyMachine, state: DomainEnum, field: str = "") -> DomainError:
    """Build the refusal of a step that a state does not allow, with the steps that are possible."""
    names = machine.possible_mutations(state)
    english, chinese = machine.words
    possible = ", ".join(names) or "nothing"
    return DomainError(
        ErrorCode.ILLEGAL_TRANSITION,
        f"{english.capitalize()} that is {state} does not allow this step. Possible now: {possible}.",
        (field,) if field else (),
        chinese=f"{chinese}当前状态为“{state.chinese}”，不能执行此操作。当前可执行：{chinese_names(names)}。",
    )


def fact(value: Fact) -> str | bool | int:
    """Return a fact as it is stored: a row as its global id, `ProjectMilestone_7`; a day as 2026-01-05."""
    if isinstance(value, DomainEnum):
        return value.value
    if isinstance(value, Model):
        return f"{type(value).__name__}_{value.get_id()}"
    return value.isoformat() if isinstance(value, date) else value


def _record(
    call: Call,
    machine: AnyMachine,
    row: Any,
    action: DomainEnum,
    before: DomainEnum | None,
    by: By,
    note: str | None,
    facts: Mapping[str, Fact],
) -> int:
    own = (JournalEntry.subject_type == machine.noun) & (JournalEntry.subject_id == row.id)
    newest = JournalEntry.select(JournalEntry.hash).where(own).order_by(JournalEntry.seq.desc()).first()
    prev_hash = newest.hash if newest else GENESIS
    entry: dict[str, Any] = {
        "subject_type": machine.noun,
        "subject_id": row.id,
        "seq": row.version,
        "at": call.now,
        "action": action.value,
        "actor_id": by.account_id,
        "actor_name": by.name,
        "actor_role": by.role.value,
        "office_code": by.office_code,
        "from_state": before.value if before else None,
        "to_state": row.state.value,
        "note": note,
        "facts": json.dumps({name: fact(value) for name, value in facts.items()}, sort_keys=True),
    }
    made = JournalEntry.create(
        **entry,
        issue=getattr(row, "issue_id", None),
        division_code=row.division_code,
        prev_hash=prev_hash,
        hash=chained_hash(JOURNAL_COLUMNS, entry, prev_hash),
    )
    return made.id
