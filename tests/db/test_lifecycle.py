"""The transition table agrees with itself, and the page in the documentation with the table."""

from pathlib import Path

from db.lifecycle import CLOSED_STATES, OPEN_STATES, TRANSITIONS, IssueState, LedgerAction
from db.transitions_page import transitions_page

PAGE = Path(__file__).parents[2] / "docs" / "transitions.md"


def test_every_row_of_the_rules_has_its_transition() -> None:
    assert {row for transition in TRANSITIONS.values() for row in transition.rows} == set(range(1, 26))


def test_every_action_but_the_correction_has_a_transition() -> None:
    assert set(LedgerAction) - set(TRANSITIONS) == {LedgerAction.CORRECT}


def test_states_are_open_or_closed() -> None:
    assert set(OPEN_STATES) | set(CLOSED_STATES) == set(IssueState)
    assert not set(OPEN_STATES) & set(CLOSED_STATES)


def test_a_withdrawn_issue_goes_nowhere() -> None:
    leaving = {action for action, transition in TRANSITIONS.items() if IssueState.WITHDRAWN in transition.sources} - {
        LedgerAction.NOTE
    }

    assert leaving == set()


def test_the_page_is_made_of_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == transitions_page()
