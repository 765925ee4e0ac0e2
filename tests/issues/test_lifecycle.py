"""The transition table agrees with itself, and the page in the documentation with the table."""

from pathlib import Path

from db.city.transitions_page import transitions_page
from db.issues.guards import Guard
from db.issues.guards_sql import CONDITIONS
from db.issues.lifecycle import CLOSED_STATES, OPEN_STATES, STEPS, TRANSITIONS, IssueState, LedgerAction, offers

PAGE = Path(__file__).parents[2] / "docs" / "transitions.md"


def test_every_row_of_the_rules_has_its_transition() -> None:
    assert {row for transition in TRANSITIONS.values() for row in transition.rows} == set(range(1, 26))


def test_every_action_has_a_transition() -> None:
    assert set(LedgerAction) == set(TRANSITIONS)


def test_states_are_open_or_closed() -> None:
    assert set(OPEN_STATES) | set(CLOSED_STATES) == set(IssueState)
    assert not set(OPEN_STATES) & set(CLOSED_STATES)


def test_a_withdrawn_issue_goes_nowhere() -> None:
    leaving = {action for action, transition in TRANSITIONS.items() if IssueState.WITHDRAWN in transition.sources} - {
        LedgerAction.NOTE,
        LedgerAction.CORRECT,
    }

    assert leaving == set()


def test_the_page_is_made_of_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == transitions_page()


def test_a_step_names_its_guards_in_the_order_in_which_lists_find_the_first() -> None:
    order = list(Guard)

    for step in STEPS:
        assert list(step.guards) == sorted(step.guards, key=order.index), step.mutations


def test_rows_of_one_mutation_have_the_same_guards_in_a_state() -> None:
    for state in IssueState:
        for name in offers(state):
            guards = {step.guards for step in STEPS if name in step.mutations and state in step.sources}
            assert len(guards) == 1, (state, name)


def test_every_guard_has_its_condition_and_its_step() -> None:
    named = {guard for step in STEPS for guard in step.guards}
    named |= {guard for step in STEPS for way in step.all_ways() for guard in way.guards + way.because}

    assert named == set(Guard) == set(CONDITIONS)


def test_a_step_is_possible_whatever_its_ways_need() -> None:
    for state in IssueState:
        for name, offer in offers(state).items():
            needs = {guard for way in offer.ways for guard in way.because}
            assert any(set(way.guards) <= needs for way in offer.ways), (state, name)
