"""What issues, claims and deadlines add to the types of the contexts before them: lists that follow from their keys."""

from db.access.visibility import is_sent_to
from db.city import models
from db.issues.policy_sql import is_reporter, waits_for
from db.places.models.division import DivisionLevel, code_at
from schema.catalog.declare import many
from schema.graph.issues.figures import FIGURES
from schema.graph.places.near import TAKING_NEAR
from schema.graph.places.types import within
from schema.graph.viewer import ASKER

ADDITIONS = {
    "DivisionStats": FIGURES,
    "Division": {
        "issues": many(
            "Issue",
            "Issues of the communities in the scope, newest first.",
            on=lambda division, other, given: within(other.division_code, division, given),
            order="-created_at",
            scoped=True,
            taking=TAKING_NEAR,
        ),
        "sla_rules": many(
            "SlaRule",
            "Deadlines set for this division or one above it, nearest first; for each clock and urgency the "
            "first one applies.",
            on=lambda division, rule: rule.division_code.in_(
                [code_at(division.code, level) for level in DivisionLevel]
            ),
            order="-division_code",
        ),
        "conduct_norms": many(
            "ConductNorm",
            "The conduct norms of the division's district, current version first (六参与、六不参与).",
            on=lambda division, norm: norm.division_code == code_at(division.code, DivisionLevel.DISTRICT),
            order="-version kind position",
        ),
    },
    "Viewer": {
        "reported_issues": many(
            "Issue",
            "Issues that the viewer reported, or submitted as a committee member, newest first.",
            on=lambda account, issue: is_reporter(issue, account.id),
            order="-created_at",
        ),
        "tasks": many(
            "Issue",
            "Open issues that wait for an action of the viewer, nearest deadline first (待办).",
            on=lambda account, issue: waits_for(issue, ASKER),
            order="due_at",
        ),
        "notices": many(
            "Notice",
            "Notices to the viewer in person or in a role held now, newest first.",
            on=lambda account, notice: is_sent_to(notice, ASKER),
            order="-created_at",
        ),
    },
    "Committee": {
        "issues": many(
            "Issue",
            "The community's issues, newest first.",
            on="committee",
            order="-created_at",
        ),
        "needs": many(
            "Need",
            "The need list of the committee (需求清单).",
            on="committee",
            order="created_at",
        ),
        "projects": many(
            "Project",
            "The project list of the committee (项目清单).",
            on="committee",
            order="created_at",
        ),
        "list_editions": many(
            "ListEdition",
            "Published editions of the committee's three lists, newest first.",
            on="committee",
            order="-published_at",
        ),
    },
    "Member": {
        "submitted_issues": many(
            "Issue",
            "Issues that the member submitted, newest first.",
            on="submitter",
            order="-created_at",
        ),
        "claims": many(
            "Claim",
            "Claims that the member made, newest first.",
            on="member",
            order="-created_at",
        ),
    },
    "Organization": {
        "claims": many(
            "Claim",
            "Claims that the organization made, newest first.",
            on="organization",
            order="-created_at",
        ),
    },
    "Site": {
        "issues": many(
            "Issue",
            "Issues about the site, newest first.",
            on="site",
            order="-created_at",
        ),
    },
    "VolunteerTeam": {
        "claims": many(
            "Claim",
            "Claims that the team made, newest first.",
            on="team",
            order="-created_at",
        ),
    },
    "Resource": {
        "claims": many(
            "Claim",
            "Claims on the resource, newest first.",
            on="resource",
            order="-created_at",
        ),
        "issues": many(
            "Issue",
            "Issues for which the resource was claimed.",
            on=lambda resource, issue: issue.id.in_(
                models.Claim.select(models.Claim.issue).where(models.Claim.resource == resource.id)
            ),
        ),
    },
}
