"""Deployments and what is done with them."""

from db.access.bulk import BulkErrorPolicy
from db.teams import deployments
from db.teams.models.deployment import Deployment as Table
from schema.catalog.declare import column, model_type, one, one_of
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.incidents import OF_INCIDENT


@model_type(Table, "A volunteer team or an organization that was called out (出动).")
class Deployment:
    """Everybody sees that there was one."""

    division = one("Division", "The community of the party that was called out.")
    division_code = column("The 12-digit code of that community.")
    party = one_of(
        "DeploymentParty",
        {"VolunteerTeam": "team", "Organization": "organization"},
        "The volunteer team or the organization that was called out.",
    )
    issue = one("Issue", "The issue for which the party was called out.")
    site = one("Site", "The site where the party is to come.")
    place = column("The place where the party is to come, in words.")
    headcount = column("The number of people that the party brings or brought; null until it answers.")
    called_at = column("When the party was called out.")
    answer_by = column("Until when the party is to answer.")
    answered_at = column("When the party answered.")
    on_site_at = column("When the party was on site.")
    ended_at = column("When the party returned, or the call was cancelled.")
    decline_reason = column("Why the party cannot come.")
    state = column("The state of the deployment.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")


_SHOWN = {"deployment": "Deployment", "event": "JournalEntry"}
_ROW = InputObject(
    "CallDeploymentRow",
    "One row of the input of `callDeployment`.",
    (
        Argument(
            "party_id", Kind.ID, "The volunteer team or the organization that is called out.",
            of=("VolunteerTeam", "Organization"),
        ),
    ),
)  # fmt: skip
MUTATIONS = (
    Mutation(
        "callDeployment",
        "Call out volunteer teams and organizations; for staff, directors and the offices above (召集出动).",
        deployments.call_deployment,
        (
            Argument("rows", _ROW, "The parties that are called out; each row has a result.", is_list=True),
            Argument("site_id", Kind.ID, "The site where the parties are to come.", required=False, of=("Site",)),
            Argument("issue_id", Kind.ID, "The issue for which they are called.", required=False, of=("Issue",)),
            OF_INCIDENT,
            Argument("place", Kind.LINE, "The place where the parties are to come, in words.", required=False),
            Argument(
                "answer_by", Kind.DATETIME, "Until when they are to answer; by the setting when left out.",
                required=False,
            ),
            Argument(
                "error_policy",
                BulkErrorPolicy,
                "Whether the other rows are kept when some are refused; REJECT_ALL when left out.",
                required=False,
            ),
        ),
        {"results": _SHOWN},
    ),
    Mutation(
        "answerDeployment",
        "Answer a call; for the captain of the team or the contact of the unit (响应召集).",
        deployments.answer_deployment,
        (
            Argument("headcount", Kind.INT, "The number of people that the party brings.", required=False),
            Argument("reason", Kind.PROSE, "Why the party cannot come.", required=False),
        ),
        _SHOWN,
    ),
    Mutation(
        "startDeployment",
        "Record that the party is on site; for the party and for staff (到达现场).",
        deployments.start_deployment,
        shows=_SHOWN,
    ),
    Mutation(
        "endDeployment",
        "Record that the party has returned; for the party and for staff (返回).",
        deployments.end_deployment,
        (Argument("headcount", Kind.INT, "The number of people that the party had brought."),),
        _SHOWN,
    ),
    Mutation(
        "cancelDeployment",
        "Cancel a call before the party is on site; for those who may call (取消召集).",
        deployments.cancel_deployment,
        (Argument("reason", Kind.PROSE, "Why it is done, for the journal."),),
        _SHOWN,
    ),
)  # fmt: skip
