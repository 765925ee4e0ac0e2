"""Who sees which issues and whose names: the rules of `db.issues.policy_sql` for the viewer of a request."""

from collections.abc import Callable

from peewee import SQL, Case, ColumnBase, fn

from db.access.models.access import has_power
from db.city import models
from db.issues.policy import A_RESIDENT, Visibility
from db.issues.policy_sql import is_reporter, knows_reporter, sees
from db.kernel.expressions import Row
from schema.catalog.fields import FieldContext
from schema.engine.bindings import ACCOUNT_ID
from schema.graph.viewer import ASKER

# Shown in place of the name of a reporter whom the viewer may not know.
THE_REPORTER = "反映人"


def issue_is_seen(issue: Row, given: FieldContext) -> ColumnBase | None:
    """Build the condition that the viewer may know of an issue."""
    return sees(issue, Visibility(given.visibility), ASKER)


def its_issue_is_seen(row: Row, given: FieldContext) -> ColumnBase | None:
    """Build the condition that the viewer may know of the issue that a row belongs to, and so of the row."""
    return (
        None
        if given.visibility is Visibility.ALL
        else _its_issue(row, lambda issue: sees(issue, Visibility(given.visibility), ASKER))
    )


def contact_is_seen(contact: Row, given: FieldContext) -> ColumnBase:
    """Build the condition that the viewer may see the masked contact: their own, or one that they may reveal."""
    if given.visibility is Visibility.PUBLIC:
        return SQL("FALSE")
    is_known = _its_issue(contact, lambda issue: is_reporter(issue, ACCOUNT_ID) | knows_reporter(issue, ASKER))
    return ASKER.covers(contact.division_code) & is_known


def actor_name(entry: Row, given: FieldContext) -> ColumnBase:
    """Return who acted: residents unnamed, but to themselves and to who may know the issue's reporter."""
    is_private = has_power(entry.actor_role, lambda powers: powers.is_private)
    return _hidden(entry.actor_name, is_private, A_RESIDENT, entry, entry.actor, given)


def author_name(comment: Row, given: FieldContext) -> ColumnBase:
    """Return who wrote a comment: the reporter unnamed, but to themselves and to who may know the issue's reporter."""
    by_reporter = _its_issue(comment, lambda issue: issue.submitter.is_null() & (issue.reporter == comment.author))
    return _hidden(comment.author_name, by_reporter, THE_REPORTER, comment, comment.author, given)


def _hidden(
    name: ColumnBase, condition: ColumnBase, shown: str, row: Row, account: ColumnBase, given: FieldContext
) -> ColumnBase:
    """Return a name, or what is shown for it where a condition holds and the viewer is a stranger to it."""
    if given.visibility is not Visibility.PUBLIC:
        is_self = ASKER.covers(row.division_code) & (fn.COALESCE(account, 0) == ACCOUNT_ID)
        condition &= ~(is_self | _its_issue(row, lambda issue: knows_reporter(issue, ASKER)))
    return Case(None, [(condition, shown)], name)


def _its_issue(row: Row, condition: Callable[[Row], ColumnBase]) -> ColumnBase:
    """Build the condition that a condition holds for the issue that a row belongs to."""
    its = models.Issue.alias("its")
    return fn.EXISTS(its.select(SQL("1")).where((its.id == row.issue) & condition(its)))
