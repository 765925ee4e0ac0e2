"""What an actor is to a donation, and who keeps the books of a project."""

from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.account import Role
from db.access.steps import Capacities, RowFacts, RowSteps, mask, offices_over, require
from db.access.subjects import Subject
from db.access.viewers import Rule
from db.attachments.subjects import AttachmentSubject, add_subject
from db.deliberation.standing import PROJECT_STEPS
from db.funds.lifecycle import DONATION_LIFECYCLE
from db.funds.models import Donation, Expense
from db.funds.visibility import DONATION as DONATION_RULE
from db.funds.visibility import gives, is_donor, may_see
from db.issues.lifecycle import Capacity
from db.issues.models.claim import Project, ProjectState
from db.issues.row_guards import RowGuard

C, G = Capacity, RowGuard
ENDED = (ProjectState.CLOSED, ProjectState.CANCELLED)
# Those who pay from a project's money, and who write what belongs to the project.
_BOOKKEEPERS, _WRITERS = (C.LEAD, C.COMMUNITY_STAFF), (C.LEAD, C.DIRECTOR, C.COMMUNITY_STAFF)


def to_donation(call: Call, donation: Donation) -> Capacities:
    """Return what an actor is to a donation, by which role."""
    found = offices_over(call, donation.division_code)
    if call.actor.mandate.part.covers(donation.division_code) and is_donor(call.actor, donation):
        found[C.PARTY] = Role.RESIDENT if donation.person_id is not None else Role.UNIT_CONTACT
    return found


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    party = Case(None, [(asker.covers(row.division_code) & gives(row, asker), mask([C.PARTY]))], 0)
    return facts.office_bits(C.COMMUNITY_STAFF) + party


def _project_ended(facts: RowFacts) -> Any:
    project = Project.alias("its_project")
    ended = project.state.in_([state.value for state in ENDED])
    return fn.EXISTS(project.select(SQL("1")).where((project.id == facts.row.project) & ended))


DONATION_STEPS = RowSteps(
    Donation,
    DONATION_LIFECYCLE,
    to_donation,
    _bits,
    {G.OWN_DONATION: lambda s: gives(s.row, s.asker), G.PROJECT_ENDED: _project_ended},
    serves_issue=False,
)
DONATION = Subject(
    model=Donation,
    keys={"donation_id": "id"},
    missing=("There is no such donation; check the id.", "没有此捐赠，请核对 ID。"),
    stale=stale_by_journal(DONATION_LIFECYCLE),
    stand=lambda call, row, mutation: DONATION_STEPS.require(call, row, mutation, "donationId"),
    is_known=may_see,
)


def _to_project(call: Call, project: Project) -> Capacities:
    return {**PROJECT_STEPS.of(call, project), **offices_over(call, project.division_code)}


def require_bookkeeper(call: Call, project: Project) -> None:
    """Check that the actor leads a project, or is on the staff of its community.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    require(_to_project(call, project), _BOOKKEEPERS)


def _require_writer(call: Call, project: Project) -> None:
    require(_to_project(call, project), _WRITERS, "subjectId")


def _require_payer(call: Call, expense: Expense) -> None:
    require(_to_project(call, Project.get_by_id(expense.project_id)), _BOOKKEEPERS, "subjectId")


def _require_giver(call: Call, donation: Donation) -> None:
    require(to_donation(call, donation), (C.PARTY, C.COMMUNITY_STAFF), "subjectId")


# Everybody sees projects and what they paid, and what was attached to them.
add_subject(AttachmentSubject(Rule(Project, lambda actor, row: True, lambda row, viewer: None), _require_writer))
add_subject(AttachmentSubject(Rule(Expense, lambda actor, row: True, lambda row, viewer: None), _require_payer))
add_subject(AttachmentSubject(DONATION_RULE, _require_giver))
