"""The need and project lists: when an entry is met, struck off or restored, and when a project ends (rules L1-L3)."""

from collections.abc import Callable, Mapping
from typing import Any

from db.access.commands import Call
from db.access.journal import RULE, By, begin, move
from db.access.models.journal import JournalAction
from db.funds.models import is_unexplained
from db.issues.capacity import give_back
from db.issues.lifecycle import CLOSED_STATES
from db.issues.lifecycles import CLAIM_LIFECYCLE, NEED_LIFECYCLE, PROJECT_LIFECYCLE
from db.issues.models.claim import (
    TAKING_STATES,
    Claim,
    ClaimState,
    Need,
    NeedState,
    Project,
    ProjectIssue,
    ProjectMilestone,
    ProjectState,
)
from db.issues.models.issue import Issue
from db.kernel.database import locked
from db.kernel.statements import compiled, compiled_about
from db.organizations.models.resource import Resource

A = JournalAction
ON_THE_LIST = (NeedState.OPEN, NeedState.MET)
# What follows for a claim whose promise was kept; a later context says so.
FULFILLED: list[Callable[[Call, Claim], None]] = []
_UNDER_WAY = (ProjectState.PLANNED, ProjectState.ACTIVE)


def need_of(issue: Issue) -> Need | None:
    """Find the issue's newest entry on the need list, and lock it."""
    return _newest_need.first(issue.id)


@compiled_about(Issue)
def _newest_need(issue_id: Any) -> Any:
    return locked(Need.select().where(Need.issue == issue_id).order_by(Need.id.desc()).limit(1))


def recompute_state(call: Call, need: Need) -> None:
    """Recompute whether a need on the list is met: confirmed claims bring at least what is wanted (L3)."""
    claims = _brought.tuples(need.id)
    # A promise without a resource is in the need's own unit.
    brought = sum(quantity or 0 for quantity, unit in claims if need.unit is None or unit in (None, need.unit))
    is_met = bool(claims) and brought >= (need.wanted_quantity or 0)
    if need.state is NeedState.OPEN and is_met:
        move(call, NEED_LIFECYCLE, need, A.MEET)
    elif need.state is NeedState.MET and not is_met:
        move(call, NEED_LIFECYCLE, need, A.LACK)


@compiled
def _brought(need_id: Any) -> Any:
    claims = Claim.select(Claim.quantity, Resource.unit).left_outer_join(Resource)
    return claims.where(Claim.need == need_id, Claim.state.in_(TAKING_STATES))


def strike_off(call: Call, issue: Issue, action: JournalAction = A.STRIKE_OFF) -> None:
    """Remove the issue's need from the list once the issue is closed or moved, and close projects (L1, L2)."""
    listed = NEED_LIFECYCLE.transitions[action].sources
    for need in Need.lock_all(issue=issue.id):
        if need.state in listed:
            move(call, NEED_LIFECYCLE, need, action, struck_off_at=call.at)
    settle_projects(call, issue)


def add_to_list(call: Call, issue: Issue) -> None:
    """Add an accepted issue to its committee's need list, or restore it there (L1)."""
    need = need_of(issue)
    if need is not None and need.committee_id == issue.committee_id:
        restore(call, issue)
    else:
        begin(
            call, NEED_LIFECYCLE, Need, issue=issue.id, committee=issue.committee_id, division_code=issue.division_code,
            title=issue.title, created_at=call.at,
        )  # fmt: skip


def release_claims(call: Call, issue: Issue) -> int:
    """Release the open claims on an issue, which gives back their capacity at once (L4). Gives how many there were."""
    ends = {ClaimState.PENDING: A.RELEASE, ClaimState.CONFIRMED: A.RELEASE}
    count = end_all(call, ends, issue=issue.id)
    need = need_of(issue)
    if count and need is not None:
        recompute_state(call, need)
    return count


def end_all(call: Call, ends: Mapping[ClaimState, JournalAction], **named: Any) -> int:
    """End claims as their issue moves on. ends: how, by their state. named: columns that say which claims.

    Returns how many there were.
    """
    claims = [claim for claim in Claim.lock_all(**named) if claim.state in ends]
    # In the order of the resources, which they lock.
    for claim in sorted(claims, key=lambda claim: (claim.resource_id or 0, claim.id)):
        end_claim(call, claim, ends[claim.state])
    return len(claims)


def end_claim(call: Call, claim: Claim, action: JournalAction, by: By = RULE, note: str | None = None) -> int:
    """End a claim; return the entry of its journal. What an unkept promise took goes back at once."""
    entry = move(call, CLAIM_LIFECYCLE, claim, action, by, note=note, ended_at=call.at)
    if action is not A.FULFIL:
        give_back(call, claim)
        return entry
    for follow in FULFILLED:
        follow(call, claim)
    return entry


def restore(call: Call, issue: Issue) -> None:
    """Restore the need and the projects of an issue that is reopened."""
    need = need_of(issue)
    if need is not None:
        if need.state not in ON_THE_LIST:
            move(call, NEED_LIFECYCLE, need, A.RESTORE, struck_off_at=None)
        recompute_state(call, need)
    settle_projects(call, issue)


def project_of(issue_id: int) -> int | None:
    """Find the newest project under way that serves an issue."""
    return _newest_project.scalar(issue_id)


@compiled
def _newest_project(issue_id: Any) -> Any:
    serving = Project.select(Project.id).join(ProjectIssue).where(ProjectIssue.issue == issue_id)
    return serving.where(Project.state.in_(_UNDER_WAY)).order_by(Project.id.desc()).limit(1)


@compiled
def _projects_of(issue_id: Any) -> Any:
    """Find the projects that serve an issue, and lock them."""
    serving = ProjectIssue.select(ProjectIssue.project).where(ProjectIssue.issue == issue_id)
    return locked(Project.select().where(Project.id.in_(serving)).order_by(Project.id))


def begin_projects(call: Call, issue: Issue) -> None:
    """Mark the projects that serve an issue as under way, now that somebody handles it."""
    for project in _projects_of.all(issue.id):
        if project.state is ProjectState.PLANNED:
            move(call, PROJECT_LIFECYCLE, project, A.BEGIN)


def settle_projects(call: Call, issue: Issue) -> None:
    """Close the issue's projects whose work is all done, and reopen those whose work is not (L2)."""
    for project in _projects_of.all(issue.id):
        settle_project(call, project)


def settle_project(call: Call, project: Project) -> None:
    """Close a project when its milestones are done, its issues closed or moved out, and its money spent; it is locked.

    Money that is left needs a word on what becomes of it.
    """
    if project.state is ProjectState.CANCELLED:
        return
    is_done = not any(left.exists(project.id) for left in (_open_issue, _open_milestone, _unexplained))
    if is_done and project.state is not ProjectState.CLOSED:
        move(call, PROJECT_LIFECYCLE, project, A.COMPLETE, closed_at=call.at)
    elif not is_done and project.state is ProjectState.CLOSED:
        move(call, PROJECT_LIFECYCLE, project, A.RESUME, closed_at=None)


@compiled
def _open_issue(project_id: Any) -> Any:
    served = Issue.select(Issue.id).join(ProjectIssue).where(ProjectIssue.project == project_id)
    return served.where(Issue.state.not_in(CLOSED_STATES)).limit(1)


@compiled
def _unexplained(project_id: Any) -> Any:
    row: Any = Project.alias("unexplained")
    return row.select(row.id).where(row.id == project_id, is_unexplained(row))


@compiled
def _open_milestone(project_id: Any) -> Any:
    milestones = ProjectMilestone.select(ProjectMilestone.id).where(ProjectMilestone.project == project_id)
    return milestones.where(ProjectMilestone.done_on.is_null()).limit(1)
