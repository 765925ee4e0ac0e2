"""Activities, and how they are recorded."""

from peewee import ColumnBase

from db.access.models.access import TokenScope
from db.activities.commands import record_activity
from db.activities.models import Activity as Table
from db.activities.models import ActivityOrganization
from db.issues.models.duty import Duty
from db.kernel.expressions import Row
from schema.catalog.declare import Many, aggregate, column, every, lookup, many, model_type, one
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation
from schema.catalog.registry import Context
from schema.graph.attachments import FILE_INPUT, attachments_of
from schema.graph.places.types import within


def _took_part(unit: Row, activity: Row) -> ColumnBase:
    party = ActivityOrganization.alias("party")
    return activity.id.in_(party.select(party.activity).where(party.organization == unit.id))


def _takes_part(activity: Row, unit: Row) -> ColumnBase:
    party = ActivityOrganization.alias("party")
    return unit.id.in_(party.select(party.organization).where(party.activity == activity.id))


@model_type(Table, "Something that a team, units and residents did together (活动).")
class Activity:
    """Everybody sees all of them."""

    title = column("The title of the activity.")
    division = one("Division", "The community where the activity was held.")
    division_code = column("The 12-digit code of the community.")
    held_on = column("The day of the activity.")
    duty = column("The duty that the activity served.")
    site = one("Site", "The site where the activity was held, if it was at one.")
    team = one("VolunteerTeam", "The volunteer team that held the activity.")
    organizations = many("Organization", "The organizations that took part in the activity.", on=_takes_part)
    agreement = one("PartnershipAgreement", "The partnership agreement that the activity follows from.")
    issue = one("Issue", "The issue that the activity was held for.")
    participant_count = column("The number of people who took part.")
    hours = column("How long the activity took, in hours.")
    summary = column("What was done, in words.")
    attachments = attachments_of("Activity")
    created_at = column("When the activity was recorded.")


def _held(whose: str, on: str) -> Many:
    return many("Activity", f"Activities {whose}, newest first.", on=on, order="-held_on")


CONTEXT = Context(
    types=(Activity,),
    roots={
        "activity": lookup("Activity", "Find an activity by id."),
        "activities": every("Activity", "All activities, newest first.", order="-held_on"),
        "activity_aggregate": aggregate("Activity", "Count, sum and group activities."),
    },
    additions={
        "Division": {
            "activities": many(
                "Activity",
                "Activities in the communities of the scope, newest first.",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-held_on",
                scoped=True,
            ),
        },
        "Issue": {"activities": _held("that were held for the issue", "issue")},
        "Organization": {
            "activities": many(
                "Activity", "Activities that the organization took part in, newest first.", on=_took_part,
                order="-held_on",
            ),
        },
        "PartnershipAgreement": {"activities": _held("that follow from the agreement", "agreement")},
        "Site": {"activities": _held("at the site", "site")},
        "VolunteerTeam": {"activities": _held("of the team", "team")},
    },
    mutations={
        TokenScope.TEAMS: (
            Mutation(
                "recordActivity",
                "Record an activity that was held; for staff, members, the captain of the team, and contacts of units "
                "that took part (活动记录).",
                record_activity,
                (
                    Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
                    Argument("held_on", Kind.DATE, "The day of the activity."),
                    Argument("title", Kind.LINE, "The title of the activity."),
                    Argument("duty", Duty, "The duty that the activity served."),
                    Argument("participant_count", Kind.INT, "The number of people who took part."),
                    Argument("summary", Kind.PROSE, "What was done, in words."),
                    Argument("hours", Kind.DECIMAL, "How long it took, in hours and half hours.", required=False),
                    Argument("site_id", Kind.ID, "The site where it was held.", required=False, of=("Site",)),
                    Argument("site_code", Kind.CODE, "The code of that site; give this or `siteId`.", required=False),
                    Argument("team_id", Kind.ID, "The team that held it.", required=False, of=("VolunteerTeam",)),
                    Argument(
                        "organization_ids", Kind.ID, "The organizations that took part.", required=False,
                        of=("Organization",), is_list=True,
                    ),
                    Argument(
                        "agreement_id", Kind.ID, "The partnership agreement that it follows from.", required=False,
                        of=("PartnershipAgreement",),
                    ),
                    Argument("issue_id", Kind.ID, "The issue that it was held for.", required=False, of=("Issue",)),
                    Argument("attachments", FILE_INPUT, "Files that show what was done.", required=False, is_list=True),
                ),
                {"activity": "Activity"},
            ),
        ),
    },
)  # fmt: skip
