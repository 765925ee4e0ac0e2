"""What may be done with an issue now, and by the viewer: the transition table of `db.lifecycle` as data."""

import json
from collections.abc import Iterator
from typing import Any

from peewee import SQL, Case, Select

from db.errors import ErrorCode
from db.lifecycle import STEPS, Capacity, IssueState, Transition
from db.policy import not_permitted
from db.policy_sql import mask, may
from schema.engine.catalog import Kind, computed, derived, names, part_type
from schema.engine.dialects import constant
from schema.engine.values import ASKER, LANGUAGE
from schema.types.language import step_name


def available(state: IssueState) -> dict[str, list[Transition]]:
    """List what the API offers for an issue in a state: by mutation, the rows of the table that it may take."""
    found: dict[str, list[Transition]] = {}
    for step in STEPS:
        for mutation in step.mutations if state in step.sources else ():
            found.setdefault(mutation, []).append(step)
    return found


def who_may(steps: list[Transition]) -> tuple[Capacity, ...]:
    """List the capacities of which one is enough for one of the rows."""
    return tuple(dict.fromkeys(capacity for step in steps for capacity in step.who))


def required(steps: list[Transition]) -> list[str]:
    """List the fields of the input that every row asks for."""
    first, *others = steps
    return [name for name in first.required if all(name in other.required for other in others)]


def next_states(state: IssueState, steps: list[Transition]) -> list[IssueState]:
    """List the states that the rows may lead to; what is a note, whatever the state, leaves it as it is."""
    targets = ([state] if step.targets == step.sources else step.targets for step in steps)
    return list(dict.fromkeys(target for found in targets for target in found))


def _rows() -> Iterator[tuple[Any, ...]]:
    """Give state, mutation, who, required fields and next states, in the table's order."""
    for state in IssueState:
        for mutation, steps in available(state).items():
            states = [target.value for target in next_states(state, steps)]
            yield state.value, mutation, mask(who_may(steps)), _json(required(steps)), _json(states)


def _json(listed: list[str]) -> str:
    return json.dumps(listed, separators=(",", ":"))


# Both databases call the columns of VALUES column1 and so on, and give its rows in order.
_STEPS = SQL("(VALUES " + ", ".join(f"({', '.join(map(constant, row))})" for row in _rows()) + ") AS step")
_COLUMNS = ("state", "mutation", "who", "required_fields", "next_states")


def _step(column: str) -> SQL:
    return SQL(f"step.column{_COLUMNS.index(column) + 1}")


def transitions(issue: Any) -> Any:
    """Build the rows of an issue's `availableTransitions`."""
    shown = [_step(name).alias(name) for name in ("mutation", "who", "required_fields", "next_states")]
    is_allowed = may(issue, _step("who"), ASKER).alias("is_allowed")
    return Select(columns=[*shown, is_allowed]).from_(_STEPS).where(_step("state") == issue.state)


def _refusals(step: Any) -> Any:
    whos = {mask(who): not_permitted(*who) for who in map(who_may, _all_steps())}
    english = Case(step.who, [(bits, refusal.message) for bits, refusal in whos.items()])
    chinese = Case(step.who, [(bits, refusal.chinese) for bits, refusal in whos.items()])
    code = SQL(constant(ErrorCode.NOT_PERMITTED.value)).alias("code")
    message = Case(None, [(SQL("'zh'") == LANGUAGE, chinese)], english).alias("message")
    return Select(columns=[code, SQL("NULL").alias("field"), message]).where(~step.is_allowed)


def _all_steps() -> Iterator[list[Transition]]:
    for state in IssueState:
        yield from available(state).values()


MOST = max(len(available(state)) for state in IssueState)


@part_type("Why something was refused, or would be, for a person to act on.")
class UserError:
    """A fact, where it lies, and what to do."""

    code = computed(ErrorCode, lambda row: row.code, "The fact, stable for programs.")
    field = names(
        lambda row: row.field, "The path into the input; null when it is about the whole.", nullable=True
    )  # fmt: skip
    message = computed(
        Kind.PROSE, lambda row: row.message, "What is wrong and what to do, in the language that was asked for."
    )


@part_type("A mutation that an issue's state allows, and whether the viewer may take it (可执行操作).")
class AvailableTransition:
    """A row of the transition table, for one issue and viewer."""

    mutation = computed(Kind.CODE, lambda row: row.mutation, "The mutation's name.")
    action_name = computed(
        Kind.LINE,
        lambda row: step_name(row.mutation),
        "What people call the step, in the language that was asked for: 受理, or Accept.",
        cost=0,
    )
    is_allowed = computed(bool, lambda row: row.is_allowed, "Whether the viewer's roles let them take it.")
    blocked_by = derived(
        "UserError", "What stands in the viewer's way; empty when it is allowed.", query=_refusals, bound=1
    )
    required_fields = names(
        lambda row: row.required_fields, "What its input must hold besides the issue, as the input names it."
    )
    next_states = names(
        lambda row: row.next_states, "The states that it may lead to; the present one when it stays.", enum=IssueState
    )
