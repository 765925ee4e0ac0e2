"""Projects that a meeting resolves apart from issues: a lead, a deadline, and one for each resolution (M4)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from peewee import DatabaseProxy

from db.city import models
from db.deliberation.models.meeting import MeetingState, ResolutionOutcome
from db.deliberation.projects import complete_milestone, start_project
from db.issues.lifecycle import IssueState
from db.issues.models.claim import ProjectState
from db.issues.models.duty import Duty
from db.kernel.errors import DomainError, ErrorCode
from tests import factories as make
from tests.factories import AT, TODAY
from tests.threads import at_once
from tests.town import Town, build

DAY = timedelta(days=1)
DUTY = Duty.CIVILITY_PROMOTION


def lead(town: Town) -> models.Member:
    return models.Member.get(models.Member.account == town.accounts["member"])


def plan(town: Town, **values: Any) -> dict[str, Any]:
    return {
        "lead_id": lead(town).id, "budget": Decimal("9000.00"), "due_on": TODAY + 60 * DAY,
        "milestones": [{"title": "方案", "due_on": TODAY + 9 * DAY}, {"title": "实施", "due_on": TODAY + 60 * DAY}],
        **values,
    }  # fmt: skip


def resolved(town: Town, outcome: ResolutionOutcome = ResolutionOutcome.CARRIED, **values: Any) -> int:
    """Let a closed meeting decide on an item; return the resolution's id."""
    meeting = make.make_meeting(town.home, state=MeetingState.CLOSED, held_at=AT)
    item = make.make_agenda_item(meeting, **{"title": "邻里节", "duty": DUTY, **values})
    return make.make_resolution(item, outcome=outcome).id


def test_a_carried_motion_becomes_a_project_with_lead_and_deadline(town: Town) -> None:
    resolution = resolved(town)

    rows = town.act("director", start_project, resolution_id=resolution, project=plan(town)).rows
    project = models.Project.get_by_id(rows["project"])
    steps = models.ProjectMilestone.select().where(models.ProjectMilestone.project == project)
    for step in list(steps.order_by(models.ProjectMilestone.position)):
        town.act("member", complete_milestone, milestone_id=step.id)

    assert (project.title, project.duty, project.state) == ("邻里节", DUTY, ProjectState.ACTIVE)
    assert (project.committee, project.resolution_id, project.lead) == (town.home, resolution, lead(town))
    assert (project.due_on, project.budget, steps.count()) == (TODAY + 60 * DAY, Decimal("9000.00"), 2)
    assert models.ProjectIssue.select().where(models.ProjectIssue.project == project).count() == 0
    assert models.Project.get_by_id(project.id).state is ProjectState.CLOSED


def test_a_project_serves_the_open_issue_that_the_motion_was_about(town: Town) -> None:
    open_issue = make.make_issue(IssueState.IN_PROGRESS, town.home)
    closed = make.make_issue(IssueState.CLOSED, town.home)

    served = []
    for issue in (open_issue, closed):
        given = {"resolution_id": resolved(town, issue=issue), "project": plan(town, title="新路灯")}
        project = town.act("director", start_project, **given).rows["project"]
        rows = models.ProjectIssue.select().where(models.ProjectIssue.project == project)
        served.append([row.issue for row in rows])

    assert served == [[open_issue], []]


def test_what_stands_in_the_way_of_a_project(town: Town) -> None:
    carried, lost = resolved(town), resolved(town, ResolutionOutcome.LOST)
    tabled = resolved(town, issue=make.make_issue(IssueState.IN_DELIBERATION, town.home))
    without = resolved(town, duty=None)
    stranger = make.make_member(town.next_door).id
    late = [{"title": "方案", "due_on": TODAY + 61 * DAY}]

    def refused(who: str, resolution: int, **values: Any) -> tuple[ErrorCode, str]:
        return town.refused(who, start_project, resolution_id=resolution, project=plan(town, **values))

    answers = [
        *(refused(who, carried) for who in ("member", "staff", "subdistrict")),
        refused("director", lost),
        refused("director", tabled),
        refused("director", without),
        refused("director", 999),
        refused("director", carried, lead_id=stranger),
        refused("director", carried, milestones=late),
        refused("director", carried, milestones=[]),
    ]
    town.act("director", start_project, resolution_id=without, project=plan(town), duty=DUTY)
    again = refused("director", without)

    assert answers == [
        *[(ErrorCode.NOT_PERMITTED, "")] * 3,
        (ErrorCode.ILLEGAL_TRANSITION, "resolutionId"), (ErrorCode.ILLEGAL_TRANSITION, "resolutionId"),
        (ErrorCode.INVALID_INPUT, "duty"), (ErrorCode.NOT_FOUND, "resolutionId"),
        (ErrorCode.NOT_FOUND, "project.leadId"), (ErrorCode.INVALID_INPUT, "project.milestones.0.dueOn"),
        (ErrorCode.INVALID_INPUT, "project.milestones"),
    ]  # fmt: skip
    assert again == (ErrorCode.ALREADY_EXISTS, "resolutionId")


def test_a_resolution_has_one_project_however_many_start_it_at_once(database: DatabaseProxy) -> None:
    town = build()
    resolution = resolved(town)

    def one() -> str:
        try:
            town.act("director", start_project, resolution_id=resolution, project=plan(town))
        except DomainError as refusal:
            return refusal.code
        return ""

    answers = at_once(6, one)

    assert sorted(answers) == ["", *["ALREADY_EXISTS"] * 5]
    assert models.Project.select().count() == 1
