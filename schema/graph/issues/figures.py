"""Figures of a division that count issues, as far as the viewer may know of them."""

from collections.abc import Callable

from peewee import ColumnBase, Node

from db.issues.lifecycle import OPEN_STATES, IssueState
from db.kernel.expressions import Row
from schema.catalog.declare import computed
from schema.catalog.fields import CatalogField, FieldContext
from schema.graph.issues.types import Issue, is_overdue
from schema.graph.places.types import count_in_scope


def _issues(division: Row, given: FieldContext, condition: Callable[[Row], ColumnBase]) -> Node:
    """Count the issues in the scope that meet a condition, as far as the viewer may know of them."""
    return count_in_scope(Issue, division, given, condition)


FIGURES: dict[str, CatalogField] = {
    "issue_count": computed(
        int,
        lambda division, given: _issues(division, given, lambda issue: issue.state != IssueState.MERGED.value),
        "The number of issues, without those merged into another one.",
        cost=10,
    ),
    "open_issue_count": computed(
        int,
        lambda division, given: _issues(
            division, given, lambda issue: issue.state.in_([state.value for state in OPEN_STATES])
        ),
        "The number of issues that are not closed, rejected, withdrawn or merged.",
        cost=10,
    ),
    "overdue_issue_count": computed(
        int,
        lambda division, given: _issues(division, given, is_overdue),
        "The number of issues whose running deadline has passed.",
        cost=10,
    ),
    "closed_issue_count": computed(
        int,
        lambda division, given: _issues(division, given, lambda issue: issue.state == IssueState.CLOSED.value),
        "The number of issues that were struck off the ledger.",
        cost=10,
    ),
}
