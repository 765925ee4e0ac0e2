"""Projects: made by a resolution, led by a member, done milestone by milestone (rule L2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move, require_version
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.subjects import Subject, command
from db.deliberation.agenda import by, lead, proposer
from db.deliberation.models.meeting import AgendaItem, Meeting, Resolution, ResolutionOutcome
from db.deliberation.standing import PROJECT, PROJECT_STEPS
from db.issues.guards import Guard
from db.issues.inputs import MAX_AMOUNT
from db.issues.lifecycle import CLOSED_STATES, IssueState
from db.issues.lifecycles import PROJECT_LIFECYCLE
from db.issues.models.claim import AREA, Project, ProjectIssue, ProjectKind, ProjectMilestone, ProjectState
from db.issues.models.duty import Duty
from db.issues.models.issue import Issue
from db.issues.need_and_project_lists import settle_project
from db.kernel.bounds import Between, Days, Items, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found, under
from db.sites.finding import AtSite

_OPEN = (ProjectState.PLANNED, ProjectState.ACTIVE)


def _item(call: Call, resolution: Resolution, action: str) -> AgendaItem:
    """Find what a resolution is on, and check that the actor may carry it out apart from an issue."""
    item = AgendaItem.get_by_id(resolution.agenda_item_id)
    lead(call, Meeting.get_by_id(item.meeting_id).committee_id)
    if resolution.outcome is not ResolutionOutcome.CARRIED:
        raise Guard.NOT_CARRIED.refusal()
    if item.issue is not None and item.issue.state is IssueState.IN_DELIBERATION:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            "The resolution is on an issue in deliberation; carry it out with the issue (recordResolution).",
            ("resolutionId",),
            chinese="该决议针对议事中的事项，请通过议定该事项（recordResolution）执行。",
        )
    return item


# A carried resolution, with the agenda item that it is on.
RESOLUTION = Subject(
    model=Resolution,
    keys={"resolution_id": "id"},
    missing=("There is no such resolution; check the id.", "没有这项决议，请核对 ID。"),
    stand=_item,
)


@dataclass(frozen=True, slots=True)
class MilestonePlan:
    """A milestone of a new project."""

    title: Annotated[str, Length(1, 100)]
    due_on: date


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """A new project. title: that of the issue or the agenda item where it is left out."""

    lead_id: int
    budget: Annotated[Decimal, Between(0, MAX_AMOUNT, places=2)]
    due_on: Annotated[date, Days(first=0)]
    milestones: Annotated[Sequence[MilestonePlan], Items(1)]
    title: Annotated[str, Length(1, 100)] | None = None
    kind: ProjectKind = ProjectKind.ORDINARY
    site_id: int | None = None
    area_square_meters: Annotated[int, AREA] | None = None


def begin_project(call: Call, issue: Issue, resolution: Resolution, plan: ProjectPlan, state: ProjectState) -> Project:
    """Create a project for an issue, on the project list.

    Raises:
        DomainError: INVALID_INPUT; NOT_FOUND, the lead is no active member; TERM_EXPIRED.
    """
    title = plan.title or issue.title
    project = _begin(call, issue.committee_id, resolution, plan, state, title, issue.duty)
    ProjectIssue.create(project=project.id, issue=issue.id)
    return project


@command(RESOLUTION, "startProject")
def start_project(
    call: Call, resolution: Resolution, item: AgendaItem, *, project: ProjectPlan, duty: Duty | None = None
) -> CommandResult:
    """Start the project that a meeting resolved on a matter which is no issue in deliberation (立项, M4).

    project: its title is the item's where it is left out. duty: the item's where it is left out.

    Raises:
        DomainError: NOT_FOUND, no such resolution, or the lead is no active member; NOT_PERMITTED, director and
            deputies start projects; ILLEGAL_TRANSITION, the resolution was not carried, or belongs to an issue in
            deliberation; ALREADY_EXISTS, it has its project; INVALID_INPUT; TERM_EXPIRED.
    """
    if Project.find(resolution=resolution.id):
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            "The resolution has its project already; see the committee's `projects`.",
            ("resolutionId",),
            chinese="该决议已立项，请查看项目清单。",
        )
    falls_under = duty_of(item, duty)
    title = project.title or item.title
    committee_id = Meeting.get_by_id(item.meeting_id).committee_id
    begun = _begin(call, committee_id, resolution, project, ProjectState.ACTIVE, title, falls_under)
    if item.issue is not None and item.issue.state not in CLOSED_STATES:
        ProjectIssue.create(project=begun.id, issue=item.issue.id)
    return CommandResult({"project": begun.id, "event": entry_of(PROJECT_LIFECYCLE, begun)})


def duty_of(item: AgendaItem, duty: Duty | None) -> Duty:
    """Return the duty that something resolved falls under: the one that is named, or else the item's.

    Raises:
        DomainError: INVALID_INPUT, there is neither.
    """
    found = duty or item.duty
    if found is None:
        raise invalid("duty", "The agenda item names no duty; name one.", "该议题未注明职能，请填写。")
    return found


def _begin(
    call: Call,
    committee_id: int,
    resolution: Resolution,
    plan: ProjectPlan,
    state: ProjectState,
    title: str,
    duty: Duty,
) -> Project:
    leader = proposer(call, committee_id, plan.lead_id, ("project", "leadId"))
    _require_in_time(call, plan)
    with under("project"):
        site = AtSite(plan.site_id).find(resolution.division_code)
    project = begin(
        call, PROJECT_LIFECYCLE, Project, by(call, committee_id), state=state, committee=committee_id,
        division_code=resolution.division_code, resolution=resolution.id, lead=leader.id, title=title, duty=duty,
        budget=plan.budget, due_on=plan.due_on, kind=plan.kind, site=site and site.id,
        area_square_meters=plan.area_square_meters, created_at=call.at,
    )  # fmt: skip
    for position, step in enumerate(plan.milestones, start=1):
        ProjectMilestone.create(
            project=project.id, division_code=project.division_code, position=position,
            title=step.title, due_on=step.due_on,
        )  # fmt: skip
    return project


def join_project(issue: Issue, project_id: int) -> Project:
    """Add the issue to a project of its committee that is under way.

    Raises:
        DomainError: NOT_FOUND.
    """
    project = Project.lock(id=project_id, committee=issue.committee_id)
    if project is None or project.state not in _OPEN:
        raise not_found(
            "projectId", "The committee has no such active project; check the id.", "本社工委没有该在办项目。"
        )
    ProjectIssue.create_unless_there(project=project.id, issue=issue.id)
    return project


@command()
def complete_milestone(
    call: Call, *, milestone_id: int, done_on: Annotated[date, Days(last=0)] | None = None
) -> CommandResult:
    """Record that a milestone is reached; after the last one, with its issues closed, the project closes (完成节点).

    done_on: today where it is left out.

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, only the project's lead, the director and deputies say so; LIMIT_REACHED,
            it is done; INVALID_INPUT, the day is in the future.
    """
    milestone = ProjectMilestone.find(id=milestone_id)
    if milestone is None:
        raise not_found("milestoneId", "There is no such milestone; check the id.", "没有这个节点。")
    project = Project.lock(id=milestone.project_id)
    assert project is not None, "the milestone is one of its own"
    require_version(call, PROJECT_LIFECYCLE, project)
    role = PROJECT_STEPS.require(call, project, "completeMilestone", "milestoneId")
    if ProjectMilestone.get_by_id(milestone_id).done_on is not None:
        raise DomainError(
            ErrorCode.LIMIT_REACHED, "The milestone is already done.", ("milestoneId",), chinese="该节点已完成。"
        )
    milestone.change(done_on=done_on or call.day)
    facts = {"milestone": milestone}
    event = move(call, PROJECT_LIFECYCLE, project, JournalAction.PROGRESS, By.actor(call, role), facts=facts)
    settle_project(call, project)
    return CommandResult({"project": project.id, "event": event})


@dataclass(frozen=True, slots=True)
class ProjectChanges(Inputs):
    """What is known of a project's place, and what becomes of money that is left."""

    kind: ProjectKind | None = None
    site_id: int | None = None
    area_square_meters: Annotated[int, AREA] | None = None
    balance_note: Annotated[str, Length(1, 500)] | None = None


@command(PROJECT, "updateProject")
def update_project(call: Call, project: Project, role: Role, *, changes: ProjectChanges) -> CommandResult:
    """Change what is known of a project, or say what becomes of money that is left to it (变更项目).

    Once everything else is done, a word on what is left closes the project.

    Raises:
        DomainError: NOT_FOUND, no such project or site; NOT_PERMITTED, the project's lead, the director and deputies
            change it; STALE_OBJECT; INVALID_INPUT.
    """
    given = {name: value for name, value in changes.values().items() if value is not None}
    AtSite(changes.site_id).find(project.division_code)
    event = move(call, PROJECT_LIFECYCLE, project, JournalAction.AMEND, By.actor(call, role), **given)
    if changes.balance_note is not None:
        settle_project(call, project)
    return CommandResult({"project": project.id, "event": event})


def _require_in_time(call: Call, plan: ProjectPlan) -> None:
    for at, step in enumerate(plan.milestones):
        if not call.day <= step.due_on <= plan.due_on:
            raise DomainError(
                ErrorCode.INVALID_INPUT,
                "A milestone's day must lie between today and the project's last day.",
                ("project", "milestones", str(at), "dueOn"),
                chinese="节点期限须在今天与项目完成期限之间。",
            )
