"""Claims, and the need and project lists that they serve."""

from db.city import models
from schema.catalog.declare import column, many, model_type, one, one_of
from schema.graph.issues.visibility import its_issue_is_seen


@model_type(
    models.Claim,
    "A unit, team, member or resident taking on an issue, with a resource or a promise (认领).",
    visible=its_issue_is_seen,
)
class Claim:
    """Joins a resource to an issue."""

    issue = one("Issue", "The issue that is claimed.", is_seen_with=True)
    claimant = one_of(
        "Claimant",
        {"Organization": "organization", "VolunteerTeam": "team", "Member": "member", "Resident": "account"},
        "Who made the claim.",
    )
    resource = one("Resource", "The resource; null for a promise without one.")
    window = one("ResourceWindow", "The resource's time window, where it has them.")
    need = one("Need", "The entry of the need list that it serves.")
    division_code = column("The 12-digit code of the community.")
    quantity = column("How much of the resource, in its unit.")
    promise = column("What the claimant promises to do.")
    promised_on = column("The day by which the promise is to be kept.")
    state = column("The state of the claim.")
    created_at = column("When it was made.")


@model_type(models.Need, "An entry of the need list (需求清单).", visible=its_issue_is_seen)
class Need:
    """Made when an issue is accepted, struck off with it."""

    issue = one("Issue", "The issue that the need belongs to.", is_seen_with=True)
    committee = one("Committee", "The committee whose need list it is on.")
    division_code = column("The 12-digit code of the community.")
    title = column("A short title of what is needed.")
    wanted = column("Which help is wanted, in words; null before it is published.")
    wanted_quantity = column("How much is wanted, in its unit.")
    unit = column("The unit of the wanted quantity.")
    claim_until = column("Until when it may be claimed.")
    state = column("The state of the need.")
    created_at = column("When it was listed.")
    struck_off_at = column("When it was struck off.")
    claims = many(
        "Claim",
        "Claims that serve it, newest first.",
        on=lambda need, claim: claim.need == need.id,
        order="-created_at",
    )


@model_type(models.Project, "An entry of the project list (项目清单), serving one or more issues.")
class Project:
    """Made by a resolution."""

    committee = one("Committee", "The committee that runs the project.")
    division_code = column("The 12-digit code of the community.")
    resolution = one("Resolution", "The resolution that made it.")
    title = column("What is to be done.")
    lead = one("Member", "The member who leads the project.")
    budget = column("Its budget in yuan.")
    state = column("The state of the project.")
    due_on = column("The day by which the project is to be finished.")
    created_at = column("When it was listed.")
    closed_at = column("When it was closed.")
    issues = many(
        "Issue",
        "The issues that it serves.",
        on=lambda project, issue: issue.id.in_(
            models.ProjectIssue.select(models.ProjectIssue.issue).where(models.ProjectIssue.project == project.id)
        ),
    )
    milestones = many(
        "ProjectMilestone",
        "Its steps, in order.",
        on=lambda project, milestone: milestone.project == project.id,
        order="position",
    )


@model_type(models.ProjectMilestone, "A step of a project (节点).")
class ProjectMilestone:
    """Done on a day, or still to do."""

    project = one("Project", "The project that the milestone belongs to.")
    position = column("Its place in the project.")
    title = column("What is done in it.")
    due_on = column("The day by which the milestone is to be reached.")
    done_on = column("The day it was done.")


@model_type(models.ListEdition, "A month's published edition of a committee's three lists (三张清单), never changed.")
class ListEdition:
    """The need, project and resource lists as they stood."""

    committee = one("Committee", "The committee whose lists are published.")
    division_code = column("The 12-digit code of the community.")
    number = column("Its number, from 1 for the committee's first.")
    month = column("The month in Asia/Shanghai, such as 2026-01.")
    published_at = column("When it was published.")
    content = column("The three lists, as JSON text: needs, projects and resources.")
    sha256 = column("SHA-256 of the content, in hexadecimal.")


CLAIM_TYPES = (Claim, Need, Project, ProjectMilestone, ListEdition)
