"""The transition table as a page for people: `docs/transitions.md`, made of the one table that the code reads."""

from collections.abc import Sequence

from db.issues.guards import Guard
from db.issues.lifecycle import NOTES, TRANSITIONS, Capacity, IssueState, Transition

_HEAD = """# What may follow what

Made of `db/issues/lifecycle.py` by `flask export-transitions`; do not edit. Row is the number in the rules (T1–T25); \
one of the
capacities under *who* is enough. State and level are separate: ESCALATE and HAND_DOWN move the level.

| row | ledger action | mutation | from | to | who | required | blocked by |
|---|---|---|---|---|---|---|---|
"""
_NOTES = """
## Steps that leave the state as it is

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
    steps = "".join(_line(step, action.value) for action, step in TRANSITIONS.items())
    notes = "".join(_note_line(step) for step in NOTES.values())
    who = "".join(f"| {capacity.value} | {capacity.description} |\n" for capacity in Capacity)
    guards = "".join(f"| {guard.name} | {guard.code.value} | {guard.message} |\n" for guard in Guard)
    return _HEAD + steps + _NOTES + notes + _GUARDS + guards + _WHO + who


def _line(step: Transition, action: str) -> str:
    cells = (
        _names(step.rows), action, _names(step.mutations), _states(step.sources), _states(step.targets),
        _who(step), _fields(step), _guards(step),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _note_line(step: Transition) -> str:
    cells = (_names(step.rows), _names(step.mutations), _states(step.sources), _who(step), _fields(step), _guards(step))
    return f"| {' | '.join(cells)} |\n"


def _who(step: Transition) -> str:
    if not step.who_by_state:
        return _names(step.who)
    return "; ".join(f"in {state.value} {_names(who)}" for state, who in step.who_by_state.items())


def _fields(step: Transition) -> str:
    """List what a step needs, and after it what it may need besides: one of these sets, while a guard holds."""
    needs = [f"{_sets(need.options)} while {need.guard.name}" for need in step.needs]
    ways = [f"{_names(way.fields)} for {way.to.value}" for way in step.ways if way.to and way.fields]
    return "; ".join([_names(step.required), *needs, *ways])


def _sets(options: Sequence[Sequence[str]]) -> str:
    return " or ".join(map(_names, options))


def _guards(step: Transition) -> str:
    ways = [f"{guard.name} for {way.to.value}" for way in step.ways if way.to for guard in way.guards]
    return _names([*(guard.name for guard in step.guards), *dict.fromkeys(ways)])


def _names(names: Sequence[object]) -> str:
    return ", ".join(str(name) for name in names) or "–"


def _states(states: Sequence[IssueState | None]) -> str:
    if len(states) == len(IssueState):
        return "any"
    return ", ".join("(new)" if state is None else state.value for state in states)
