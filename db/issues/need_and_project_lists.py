"""The need and project lists: when an entry is met, struck off or restored, and when a project ends (rules L1-L3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from peewee import fn

from db.access.commands import Call
from db.access.journal import begin, move
from db.access.models.journal import JournalAction
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
from db.kernel.statements import compiled
from db.organizations.models.resource import Resource

A = JournalAction
_ON_THE_LIST = (NeedState.OPEN, NeedState.MET)
_UNDER_WAY = (ProjectState.PLANNED, ProjectState.ACTIVE)


def need_of(issue: Issue) -> Need | None:
    """Find the issue's newest entry on the need list, and lock it."""
    return _newest_need.first(issue.id)


@compiled
def _newest_need(issue_id: Any) -> Any:
    return locked(Need.select().where(Need.issue == issue_id).order_by(Need.id.desc()).limit(1))


def recompute_state(call: Call, need: Need) -> None:
    """Recompute whether a need on the list is met: confirmed claims bring at least what is wanted (L3)."""
    claims = list(Claim.select(Claim, Resource).left_outer_join(Resource).where(_takes(Claim.need == need.id)))
    brought = sum((claim.quantity or 0) for claim in claims if _is_in_unit(claim, need.unit))
    is_met = bool(claims) and brought >= (need.wanted_quantity or 0)
    if need.state is NeedState.OPEN and is_met:
        move(call, NEED_LIFECYCLE, need, A.MEET)
    elif need.state is NeedState.MET and not is_met:
        move(call, NEED_LIFECYCLE, need, A.LACK)


def strike_off(call: Call, issue: Issue, action: JournalAction = A.STRIKE_OFF) -> None:
    """Remove the issue's need from the list once the issue is closed or moved, and close projects (L1, L2)."""
    listed = (Need.issue == issue.id) & Need.state.in_(NEED_LIFECYCLE.transitions[action].sources)
    for need in locked(Need.select().where(listed).order_by(Need.id)):
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
    count = end_all(call, Claim.issue == issue.id, ends)
    need = need_of(issue)
    if count and need is not None:
        recompute_state(call, need)
    return count


def end_all(call: Call, found: Any, ends: Mapping[ClaimState, JournalAction]) -> int:
    """End claims as their issue moves on. ends: how, by their state. Returns how many there were."""
    claims = list(locked(Claim.select().where(found, Claim.state.in_([*ends])).order_by(Claim.id)))
    for claim in claims:
        move(call, CLAIM_LIFECYCLE, claim, ends[claim.state], ended_at=call.at)
    return len(claims)


def restore(call: Call, issue: Issue) -> None:
    """Restore the need and the projects of an issue that is reopened."""
    need = need_of(issue)
    if need is not None:
        if need.state not in _ON_THE_LIST:
            move(call, NEED_LIFECYCLE, need, A.RESTORE, struck_off_at=None)
        recompute_state(call, need)
    settle_projects(call, issue)


def project_of(issue: Issue) -> int | None:
    """Find the newest project under way that serves an issue."""
    serving = Project.select(Project.id).join(ProjectIssue).where(ProjectIssue.issue == issue.id)
    newest = serving.where(Project.state.in_(_UNDER_WAY)).order_by(Project.id.desc()).first()
    return newest.id if newest else None


def begin_projects(call: Call, issue: Issue) -> None:
    """Mark the projects that serve an issue as under way, now that somebody handles it."""
    serving = ProjectIssue.select(ProjectIssue.project).where(ProjectIssue.issue == issue.id)
    planned = (Project.state == ProjectState.PLANNED) & Project.id.in_(serving)
    for project in locked(Project.select().where(planned).order_by(Project.id)):
        move(call, PROJECT_LIFECYCLE, project, A.BEGIN)


def settle_projects(call: Call, issue: Issue) -> None:
    """Close the issue's projects whose work is all done, and reopen those whose work is not (L2)."""
    serving = ProjectIssue.select(ProjectIssue.project).where(ProjectIssue.issue == issue.id)
    for project in locked(Project.select().where(Project.id.in_(serving)).order_by(Project.id)):
        settle_project(call, project)


def settle_project(call: Call, project: Project) -> None:
    """Close a project when its milestones are done and its issues closed or moved out; it is locked."""
    if project.state is ProjectState.CANCELLED:
        return
    served = Issue.select().join(ProjectIssue).where(ProjectIssue.project == project.id)
    has_open_issue = served.where(Issue.state.not_in(CLOSED_STATES)).exists()
    milestones = ProjectMilestone.select().where(ProjectMilestone.project == project.id)
    is_done = not has_open_issue and not milestones.where(ProjectMilestone.done_on.is_null()).exists()
    if is_done and project.state is not ProjectState.CLOSED:
        move(call, PROJECT_LIFECYCLE, project, A.COMPLETE, closed_at=call.at)
    elif not is_done and project.state is ProjectState.CLOSED:
        move(call, PROJECT_LIFECYCLE, project, A.RESUME, closed_at=None)


def taken(*conditions: Any) -> Decimal:
    """Add up what confirmed and fulfilled claims take."""
    hundredths = Claim.select(fn.SUM(Claim.quantity)).where(_takes(*conditions)).scalar() or 0
    return Decimal(Claim.quantity.python_value(int(hundredths)) or 0)


def _takes(*conditions: Any) -> Any:
    takes = Claim.state.in_(TAKING_STATES)
    for condition in conditions:
        takes &= condition
    return takes


def _is_in_unit(claim: Claim, unit: str | None) -> bool:
    # A promise without a resource is in the need's own unit.
    return unit is None or claim.resource is None or claim.resource.unit in (None, unit)
