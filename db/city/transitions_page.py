"""The lifecycle machines as a page for people: `docs/transitions.md`, made of the tables that the code reads."""

from collections.abc import Sequence
from typing import Any

from db.city.machines import JOURNALED
from db.issues.guards import Guard
from db.issues.lifecycle import ISSUE_LIFECYCLE, NOTES, Capacity
from db.issues.row_guards import RowGuard
from db.kernel.enumeration import DomainEnum
from db.kernel.lifecycle import Machine, Transition

Step = Transition[Any, Any, Any]

_HEAD = """# What may follow what

Made of the lifecycle machines by `flask export-transitions`; do not edit. Row is the number in the rules (T1–T25); one
of the capacities under *who* is enough; without a mutation, a step follows from another one. What a step leads to is
written on the row by one function, in one transaction with its entry: of an issue in its ledger, of the rest in the
journal.

## Issue

State and level are separate: ESCALATE and HAND_DOWN move the level.
"""
_TABLE = """
| row | action | mutation | from | to | who | required | blocked by |
|---|---|---|---|---|---|---|---|
"""
_NOTES = """
### Steps that leave the state as it is

The ledger records them as NOTE.

| row | mutation | while | who | required | blocked by |
|---|---|---|---|---|---|
"""
_GUARDS = """
## What else may stand in the way

A guard under *blocked by* refuses the step while its fact holds; some steps only need more fields then.

| guard | code | what the caller is told |
|---|---|---|
"""
_WHO = "\n## Who is who\n\n| capacity | meaning |\n|---|---|\n"


def transitions_page() -> str:
    """Write the page as Markdown."""
    others = "".join(f"\n## {machine.noun}\n{_table(machine)}" for machine in JOURNALED.values())
    notes = "".join(_note_line(step) for step in NOTES.values())
    who = "".join(f"| {capacity.value} | {capacity.description} |\n" for capacity in Capacity)
    named = {guard.name: guard for guard in (*Guard, *RowGuard)}
    guards = "".join(f"| {guard.name} | {guard.code.value} | {guard.message} |\n" for guard in named.values())
    return _HEAD + _table(ISSUE_LIFECYCLE) + _NOTES + notes + others + _GUARDS + guards + _WHO + who


def _table(machine: Machine[Any, Any, Any, Any]) -> str:
    lines = (_line(step, action.value, machine) for action, step in machine.transitions.items())
    return _TABLE + "".join(lines)


def _line(step: Step, action: str, machine: Machine[Any, Any, Any, Any]) -> str:
    cells = (
        _names(step.rows), action, _names(step.mutations), _states(step.sources, machine),
        _states(step.targets, machine), _who(step), _fields(step), _guards(step),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _note_line(step: Step) -> str:
    cells = (
        _names(step.rows),
        _names(step.mutations),
        _states(step.sources, ISSUE_LIFECYCLE),
        _who(step),
        _fields(step),
        _guards(step),
    )
    return f"| {' | '.join(cells)} |\n"


def _who(step: Step) -> str:
    if not step.who_by_state:
        return _names(step.who)
    return "; ".join(f"in {state.value} {_names(who)}" for state, who in step.who_by_state.items())


def _fields(step: Step) -> str:
    """List what a step needs, and after it what it may need besides: one of these sets, while a guard holds."""
    needs = [f"{_sets(need.options)} while {need.guard.name}" for need in step.needs]
    ways = [f"{_names(way.fields)} for {way.to.value}" for way in step.ways if way.to and way.fields]
    return "; ".join([_names(step.required), *needs, *ways])


def _sets(options: Sequence[Sequence[str]]) -> str:
    return " or ".join(map(_names, options))


def _guards(step: Step) -> str:
    ways = [f"{guard.name} for {way.to.value}" for way in step.ways if way.to for guard in way.guards]
    return _names([*(guard.name for guard in step.guards), *dict.fromkeys(ways)])


def _names(names: Sequence[object]) -> str:
    return ", ".join(str(name) for name in names) or "–"


def _states(states: Sequence[DomainEnum | None], machine: Machine[Any, Any, Any, Any]) -> str:
    if len(states) == len(machine.states.__members__):
        return "any"
    return ", ".join("(new)" if state is None else state.value for state in states)
