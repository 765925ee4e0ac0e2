"""Claims, and the need and project lists that they serve."""

from db.city import models
from db.issues import visibility
from schema.catalog.declare import column, many, model_type, one, one_of
from schema.graph.viewer import seen_by


@model_type(
    models.Claim,
    "The commitment of an organization, team, member or resident to take on an issue, with a resource or a "
    "promise (认领).",
    visible=seen_by(visibility.CLAIM),
)
class Claim:
    """Joins a resource to an issue."""

    issue = one("Issue", "The issue that is claimed.", shares_visibility=True)
    claimant = one_of(
        "Claimant",
        {"Organization": "organization", "VolunteerTeam": "team", "Member": "member", "Resident": "account"},
        "The organization, team, member or resident that made the claim.",
    )
    resource = one("Resource", "The claimed resource; null for a promise without one.")
    window = one("ResourceWindow", "The claimed time window of the resource, if it has windows.")
    need = one("Need", "The entry of the need list that the claim serves.")
    division_code = column("The 12-digit code of the community.")
    quantity = column("The claimed quantity, in the resource's unit.")
    promise = column("What the claimant promises to do.")
    promised_on = column("The day by which the promise should be kept.")
    state = column("The state of the claim.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    created_at = column("When the claim was made.")


@model_type(models.Need, "An entry of the need list (需求清单).", visible=seen_by(visibility.NEED))
class Need:
    """Made when an issue is accepted, struck off with it."""

    issue = one("Issue", "The issue that the need belongs to.", shares_visibility=True)
    committee = one("Committee", "The committee on whose need list the entry is.")
    division_code = column("The 12-digit code of the community.")
    title = column("A short title of what is needed.")
    wanted = column("The help that is wanted, in words; null before the issue is published.")
    wanted_quantity = column("The wanted quantity, in the entry's unit.")
    unit = column("The unit of the wanted quantity.")
    claim_until = column("Until when the need can be claimed.")
    lead = one("Member", "The member who leads on the need; null where no meeting resolved it by itself.")
    state = column("The state of the need.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    created_at = column("When the need was listed.")
    struck_off_at = column("When the need was struck off the list.")
    claims = many(
        "Claim",
        "Claims that serve the need, newest first.",
        on="need",
        order="-created_at",
    )


@model_type(models.Project, "An entry of the project list (项目清单), serving one or more issues.")
class Project:
    """Made by a resolution."""

    committee = one("Committee", "The committee that runs the project.")
    division_code = column("The 12-digit code of the community.")
    resolution = one("Resolution", "The resolution that created the project.")
    title = column("What the project is to achieve.")
    duty = column("The committee's main duty that the project falls under; null for early projects without an issue.")
    kind = column("What kind of place the project makes.")
    site = one("Site", "The site where the project is.")
    area_square_meters = column("The area of the project's place, in square metres.")
    lead = one("Member", "The member who leads the project.")
    budget = column("The budget of the project, in yuan.")
    state = column("The state of the project.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    due_on = column("The day by which the project is to be finished.")
    created_at = column("When the project was listed.")
    closed_at = column("When the project was closed.")
    balance_note = column("What becomes of the money that is left to the project.")
    issues = many(
        "Issue",
        "The issues that the project serves.",
        on=lambda project, issue: issue.id.in_(
            models.ProjectIssue.select(models.ProjectIssue.issue).where(models.ProjectIssue.project == project.id)
        ),
    )
    milestones = many(
        "ProjectMilestone",
        "The milestones of the project, in order.",
        on="project",
        order="position",
    )


@model_type(models.ProjectMilestone, "A milestone of a project (节点).")
class ProjectMilestone:
    """Done on a day, or still to do."""

    project = one("Project", "The project that the milestone belongs to.")
    position = column("The position of the milestone in the project.")
    title = column("What the milestone completes.")
    due_on = column("The day by which the milestone is to be reached.")
    done_on = column("The day on which the milestone was reached.")


@model_type(
    models.ListEdition, "A published monthly edition of a committee's three lists, which never changes (三张清单)."
)
class ListEdition:
    """The need, project and resource lists as they stood."""

    committee = one("Committee", "The committee whose lists are published.")
    division_code = column("The 12-digit code of the community.")
    number = column("The number of the edition within its committee, from 1.")
    month = column("The month in Asia/Shanghai, such as 2026-01.")
    published_at = column("When the edition was published.")
    content = column("The three lists, as JSON text: needs, projects and resources.")
    sha256 = column("The SHA-256 hash of the content, in hexadecimal.")


CLAIM_TYPES = (Claim, Need, Project, ProjectMilestone, ListEdition)
