"""Moves rows along their lifecycle machine and keeps their journal: the only place that writes a `state`.

Each change is compare-and-set on the row's `version`, and its journal entry is written in the same transaction.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from peewee import Model

from db.access.commands import Call
from db.access.models.account import A_RESIDENT, Role
from db.access.models.journal import JournalAction, JournalEntry
from db.access.step_names import chinese_names
from db.kernel.chain import GENESIS, chained_hash
from db.kernel.enumeration import DomainEnum
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.fields import utc_text
from db.kernel.lifecycle import Machine
from db.kernel.statements import change_row, compiled, compiled_finding

# How many changes the refusal of an old version tells.
MAX_TOLD = 5
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
    change_row(row, columns, {"version": row.version}, _conflict)


def _conflict() -> DomainError:
    return DomainError(
        ErrorCode.CONFLICT,
        "Another request changed this first; read it again and retry.",
        chinese="其他人已先行变更，请刷新后重试。",
    )


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


def entry_of(machine: AnyMachine, row: Any) -> int:
    """Return the id of the journal entry that led to a row's present version."""
    return _entry.scalar(machine.noun, row.id, row.version)


@compiled
def _entry(noun: Any, row_id: Any, seq: Any) -> Any:
    return JournalEntry.select(JournalEntry.id).where(_own(noun, row_id) & (JournalEntry.seq == seq))


def require_version(call: Call, machine: AnyMachine, row: Any) -> None:
    """Check that a row is the version that the caller saw, where a command finds it by something else.

    Raises:
        DomainError: STALE_OBJECT, with what has happened since.
    """
    if call.expected_version not in (None, row.version):
        raise stale_by_journal(machine)(call, row, call.expected_version)


def stale_by_journal(machine: AnyMachine) -> Callable[[Call, Any, int], DomainError]:
    """Return what builds the refusal of an old version of a noun: the journal tells what has happened since."""

    def stale(call: Call, row: Any, seen: int) -> DomainError:
        newer = JournalEntry.select().where(_own(machine.noun, row.id), JournalEntry.seq > seen)
        entries = newer.order_by(JournalEntry.seq).limit(MAX_TOLD)
        changes = [Change(entry.action, entry.at, shown_name(call, entry)) for entry in entries]
        return stale_object(machine.words[0].split()[-1], seen, row.version, changes)

    return stale


def shown_name(call: Call, entry: Any, knows_residents: bool = False) -> str | None:
    """Return the name of who acted as an entry shows it to an actor, with other residents unnamed; None for a rule."""
    is_private = entry.actor_role is not None and entry.actor_role.powers.is_private
    is_stranger = is_private and entry.actor_id != call.actor.account_id
    return A_RESIDENT if is_stranger and not knows_residents else entry.actor_name


class Change(NamedTuple):
    """What a refusal of an old version tells of a change since then. who: None for a rule."""

    what: Any
    at: datetime
    who: str | None


def stale_object(noun: str, seen: int, version: int, changes: Sequence[Change]) -> DomainError:
    """Build the refusal of an old version. changes: since then, oldest first."""
    english = [f"{what} by {who or 'the system'} at {utc_text(at)}" for what, at, who in changes]
    chinese = [f"{who or '系统'}于 {utc_text(at)} {what.chinese}" for what, at, who in changes]
    since = "; ".join(english) or "it never had that version"
    told = "；".join(chinese) or "没有过这一版"
    return DomainError(
        ErrorCode.STALE_OBJECT,
        f"You expected version {seen}, but it is now {version}: {since}. Read the {noun} again before you retry.",
        ("expectedVersion",),
        chinese=f"您看到的是第 {seen} 版，现在是第 {version} 版（{told}），请刷新后再办理。",
    )


def _own(noun: Any, row_id: Any) -> Any:
    """Build the condition that an entry is of a row's own journal."""
    return (JournalEntry.subject_type == noun) & (JournalEntry.subject_id == row_id)


@compiled_finding(JournalEntry)
def _newest_hash(subject_type: Any, subject_id: Any) -> Any:
    entries = JournalEntry.select(JournalEntry.hash).where(_own(subject_type, subject_id))
    return entries.order_by(JournalEntry.seq.desc()).limit(1)


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
    prev_hash = GENESIS if before is None else _newest_hash.scalar(machine.noun, row.id) or GENESIS
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
