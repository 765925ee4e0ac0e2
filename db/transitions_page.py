"""The transition table as a page for people: `docs/transitions.md`, made of the one table that the code reads."""

from collections.abc import Sequence

from db.lifecycle import NOTES, TRANSITIONS, Capacity, IssueState, Transition

_HEAD = """# What may follow what

Made of `db/lifecycle.py` by `flask export-transitions`; do not edit. Row is the number in the rules (T1–T25); \
one of the
capacities under *who* is enough. State and level are separate: ESCALATE and HAND_DOWN move the level.

| row | ledger action | mutation | from | to | who | required |
|---|---|---|---|---|---|---|
"""
_NOTES = """
## Steps that leave the state as it is

The ledger records them as NOTE.

| row | mutation | while | who | required |
|---|---|---|---|---|
"""
_WHO = "\n## Who is who\n\n| capacity | meaning |\n|---|---|\n"


def transitions_page() -> str:
    """Write the page as Markdown."""
    steps = "".join(_line(step, action.value) for action, step in TRANSITIONS.items())
    notes = "".join(_note_line(step) for step in NOTES.values())
    who = "".join(f"| {capacity.value} | {capacity.description} |\n" for capacity in Capacity)
    return _HEAD + steps + _NOTES + notes + _WHO + who


def _line(step: Transition, action: str) -> str:
    cells = (
        _names(step.rows), action, _names(step.mutations), _states(step.sources), _states(step.targets),
        _names(step.who), _names(step.required),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _note_line(step: Transition) -> str:
    cells = (_names(step.rows), _names(step.mutations), _states(step.sources), _names(step.who), _names(step.required))
    return f"| {' | '.join(cells)} |\n"


def _names(names: Sequence[object]) -> str:
    return ", ".join(str(name) for name in names) or "–"


def _states(states: Sequence[IssueState | None]) -> str:
    if len(states) == len(IssueState):
        return "any"
    return ", ".join("(new)" if state is None else state.value for state in states)
