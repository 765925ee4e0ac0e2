"""Who sees issues and what belongs to them, and whose names: each rule of one row, and the same as SQL."""

from collections.abc import Callable
from functools import reduce
from operator import and_
from typing import Any

from peewee import SQL, Case, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.access import has_power, reaches
from db.access.models.account import A_RESIDENT, Account
from db.access.models.journal import JournalEntry
from db.access.viewers import HIDDEN_SUBJECTS, Rule, ViewerSql, Visibility
from db.files.visibility import holds_files
from db.issues import ledger, policy, policy_sql
from db.issues.lifecycle import PRIVATE_STATES
from db.issues.models.claim import Claim, Need
from db.issues.models.issue import Comment, Evidence, Issue, IssueContact, LedgerEntry, ProgressReport, Rejection
from db.issues.models.request import IssueRequest
from db.kernel.expressions import Row, unindexed

# Shown in place of the name of the reporter whom somebody may not know.
THE_REPORTER = "反映人"

# --- Issues -----------------------------------------------------------------------------------------------------------


def may_see(actor: Actor, issue: Issue) -> bool:
    """Return whether an actor may know of an issue at all: of what was taken up everybody does."""
    if issue.number is not None or issue.state not in PRIVATE_STATES:
        return True
    reads = any(held.role.powers.reads and held.reaches(issue) for held in actor.held)
    # A member who brought it reads it by their seat.
    is_own = actor.account_id is not None and actor.account_id == issue.reporter_id
    return actor.mandate.part.covers(issue.division_code) and (reads or is_own)


def sees(issue: Row, viewer: ViewerSql) -> ColumnBase | None:
    """Build the condition that somebody may see an issue; None where it always holds. issue: an alias of its table."""
    if viewer.visibility is Visibility.ALL:
        return None
    if viewer.visibility is Visibility.PUBLIC:
        return is_public(issue)
    is_own = viewer.covers(issue.division_code) & (issue.reporter == viewer.account_id)
    return is_public(issue) | is_own | _reads(issue, viewer)


def private_parts(issue: Row, viewer: ViewerSql) -> tuple[ColumnBase, ...]:
    """Build conditions of which one holds for each issue that is not public and that somebody sees all the same.

    Each of them has its index; an index serves what they have in common no better than reading all such issues.
    """
    if viewer.visibility is Visibility.PUBLIC:
        return ()
    # A token is mostly good everywhere, which is no range to look in.
    own = (issue.reporter == viewer.account_id) & unindexed(viewer.covers(issue.division_code))
    is_of_others = issue.reporter.is_null() | (issue.reporter != viewer.account_id)
    return ~is_public(issue) & own, ~is_public(issue) & _reads(issue, viewer) & is_of_others


def _reads(issue: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that somebody reads an issue by a role."""
    is_good = viewer.covers(issue.division_code)

    def reads(grant: Row) -> ColumnBase:
        has_right = has_power(grant.role, lambda powers: powers.reads)
        return is_good & has_right & reaches(grant, issue)

    # Most rows that are not public lie elsewhere, where looking at the roles would be for nothing.
    return viewer.reads.covers(issue.division_code) & viewer.holds(reads)


def is_public(issue: Row) -> ColumnBase:
    """Build the condition that everybody sees an issue."""
    # The number first: most rows have one, and need nothing else.
    return issue.number.is_null(False) | issue.state.not_in([state.value for state in PRIVATE_STATES])


ISSUE = Rule(Issue, may_see, sees)

# --- What is seen with its issue --------------------------------------------------------------------------------------


def may_see_its_issue(actor: Actor, row: Any) -> bool:
    """Return whether an actor may know of the issue that a row belongs to; what belongs to none is public."""
    return row.issue_id is None or may_see(actor, row.issue)


def sees_its_issue(row: Row, viewer: ViewerSql) -> ColumnBase | None:
    """Build the condition that the viewer may know of the issue that a row belongs to, and so of the row."""
    return None if viewer.visibility is Visibility.ALL else _its_issue(row, lambda issue: sees(issue, viewer))


def _may_see_entry(actor: Actor, entry: JournalEntry) -> bool:
    rule = HIDDEN_SUBJECTS.get(entry.subject_type)
    if rule is None:
        return may_see_its_issue(actor, entry)
    subject: Any = rule.noun
    row = subject.find(id=entry.subject_id)
    return row is not None and rule.check(actor, row)


def _sees_entry(entry: Row, viewer: ViewerSql) -> ColumnBase | None:
    seen = sees_its_issue(entry, viewer)
    conditions = [] if seen is None else [entry.issue.is_null() | seen]
    for name, rule in HIDDEN_SUBJECTS.items():
        row: Any = rule.noun.alias("subject")
        its = row.select(SQL("1")).where(row.id == entry.subject_id, rule.condition(row, viewer))
        conditions.append((entry.subject_type != name) | fn.EXISTS(its))
    return reduce(and_, conditions) if conditions else None


CLAIM, NEED, LEDGER, COMMENT, EVIDENCE, PROGRESS, REQUEST, REJECTION = (
    Rule(noun, may_see_its_issue, sees_its_issue)
    for noun in (Claim, Need, LedgerEntry, Comment, Evidence, ProgressReport, IssueRequest, Rejection)
)
holds_files(EVIDENCE)
JOURNAL = Rule(JournalEntry, _may_see_entry, _sees_entry)

# --- Contacts: who left one, and who may have it in full --------------------------------------------------------------


def may_see_contact(actor: Actor, contact: IssueContact) -> bool:
    """Return whether an actor sees the masked contact: their own, or one that they may reveal."""
    is_known = policy.is_reporter(actor, contact.issue) or policy.knows_reporter(actor, contact.issue)
    return actor.mandate.part.covers(contact.division_code) and is_known


def sees_contact(contact: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees the masked contact: their own, or one that they may reveal."""
    if viewer.visibility is Visibility.PUBLIC:
        return SQL("FALSE")

    def is_known(issue: Row) -> ColumnBase:
        return policy_sql.is_reporter(issue, viewer.account_id) | policy_sql.knows_reporter(issue, viewer)

    return viewer.covers(contact.division_code) & _its_issue(contact, is_known)


CONTACT = Rule(IssueContact, may_see_contact, sees_contact)

# --- Residents: themselves, and everybody those who claim or handle something -----------------------------------------


def may_see_resident(actor: Actor, account: Account) -> bool:
    """Return whether an actor sees an account: their own, or one that claims or handles something."""
    claims = Claim.select().where(Claim.account == account.id)
    handles = Issue.select().where(Issue.handler_account == account.id)
    return account.id == actor.account_id or claims.exists() or handles.exists()


def sees_resident(account: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees an account: their own, or one that claims or handles something."""
    claim, issue = Claim.alias("own_claim"), Issue.alias("own_work")
    claims = claim.select(SQL("1")).where(claim.account == account.id)
    handles = issue.select(SQL("1")).where(issue.handler_account == account.id)
    return (account.id == viewer.account_id) | fn.EXISTS(claims) | fn.EXISTS(handles)


RESIDENT = Rule(Account, may_see_resident, sees_resident)

RULES = (ISSUE, CLAIM, NEED, LEDGER, COMMENT, EVIDENCE, PROGRESS, REQUEST, REJECTION, JOURNAL, CONTACT, RESIDENT)

# --- Names ------------------------------------------------------------------------------------------------------------


def actor_name(entry: Row, viewer: ViewerSql) -> ColumnBase:
    """Return who acted: residents unnamed, but to themselves and to who may know the issue's reporter."""
    is_private = has_power(entry.actor_role, lambda powers: powers.is_private)
    return _hidden(entry.actor_name, is_private, A_RESIDENT, entry, entry.actor, viewer)


def hashed_text(entry: Row, viewer: ViewerSql) -> ColumnBase:
    """Return what the hash of a ledger entry covers: for auditors, and where the viewer may know every name in it."""
    is_private = has_power(entry.actor_role, lambda powers: powers.is_private)
    is_secret = _is_strange(is_private, entry, entry.actor, viewer)
    if viewer.visibility is not Visibility.PUBLIC:
        is_secret &= ~viewer.has_power(lambda powers: powers.audits, over=entry.division_code)
    return Case(None, [(is_secret, None)], ledger.hashed_text(entry))


def author_name(comment: Row, viewer: ViewerSql) -> ColumnBase:
    """Return who wrote a comment: the reporter unnamed, but to themselves and to who may know the issue's reporter."""
    return _of_reporter(comment.author_name, comment, comment.author, viewer)


def reporter_name(report: Row, viewer: ViewerSql) -> ColumnBase:
    """Return who reported progress: as `author_name` has it, where the handler brought the issue too."""
    return _of_reporter(report.reporter_name, report, report.reporter, viewer)


def _of_reporter(name: ColumnBase, row: Row, account: ColumnBase, viewer: ViewerSql) -> ColumnBase:
    by_reporter = _its_issue(row, lambda issue: issue.submitter.is_null() & (issue.reporter == account))
    return _hidden(name, by_reporter, THE_REPORTER, row, account, viewer)


def _hidden(
    name: ColumnBase, condition: ColumnBase, shown: str, row: Row, account: ColumnBase, viewer: ViewerSql
) -> ColumnBase:
    """Return a name, or what is shown for it where a condition holds and the viewer is a stranger to it."""
    return Case(None, [(_is_strange(condition, row, account, viewer), shown)], name)


def _is_strange(condition: ColumnBase, row: Row, account: ColumnBase, viewer: ViewerSql) -> ColumnBase:
    if viewer.visibility is not Visibility.PUBLIC:
        is_self = viewer.covers(row.division_code) & (fn.COALESCE(account, 0) == viewer.account_id)
        condition &= ~(is_self | _its_issue(row, lambda issue: policy_sql.knows_reporter(issue, viewer)))
    return condition


def _its_issue(row: Row, condition: Callable[[Row], Any]) -> ColumnBase:
    """Build the condition that a condition holds for the issue that a row belongs to."""
    its = Issue.alias("its")
    return fn.EXISTS(its.select(SQL("1")).where((its.id == row.issue) & condition(its)))
