"""Activities in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.activities.models import Activity, ActivityOrganization
from db.city import models
from db.issues.models.duty import Duty
from db.registrations.models.agreement import PartnershipAgreement
from tests.activities.factories import make_activity, make_activity_organization
from tests.graph.evaluator import LISTS, ROOT_LISTS, World, by_column, scoped
from tests.graph.maker import DAYS, LINES, MOMENTS, PROSE, QUANTITIES, Maker
from tests.graph.places import ROLES, SEATS, THINGS, Place
from tests.graph.steps import INPUTS, TODAY, WORDS, Spot

# Whose rows come before those of activities, which name agreements.
from tests.registrations.nouns import FILLS


def fill(maker: Maker) -> None:
    """Add activities, and the units that took part in them, to a random database."""
    [agreements] = [rows for model, rows in maker.rows if model is PartnershipAgreement]
    made = maker.add(
        Activity,
        [
            {
                "division": home["id"], "division_code": home["code"], "held_on": maker.one(DAYS),
                "title": maker.one(LINES), "duty": maker.one(list(Duty)), "site": maker.maybe(maker.ids(maker.sites)),
                "team": maker.maybe(maker.ids(maker.teams)), "agreement": maker.maybe(maker.ids(agreements), 0.3),
                "participant_count": maker.one([1, 15, 100_000]), "hours": maker.maybe(QUANTITIES),
                "summary": maker.one(PROSE), "issue": maker.maybe(maker.ids(maker.matters), 0.3),
                "created_at": maker.one(MOMENTS),
            }
            for home in maker.homes
            for _ in maker.few(3)
        ],
    )  # fmt: skip
    parties = [
        {"activity": row["id"], "organization": unit}
        for row in made
        for unit in maker.several(maker.ids(maker.units), 2)
    ]
    maker.rows.append((ActivityOrganization, parties))


FILLS.append(fill)


def took_part(world: World, activity: Any, _: str = "") -> list[Any]:
    ids = {row.organization_id for row in world.rows["ActivityOrganization"] if row.activity_id == activity.id}
    return [unit for unit in world.rows["Organization"] if unit.id in ids]


def of_unit(world: World, unit: Any, _: str = "") -> list[Any]:
    ids = {row.activity_id for row in world.rows["ActivityOrganization"] if row.organization_id == unit.id}
    return [activity for activity in world.rows["Activity"] if activity.id in ids]


LISTS |= {
    ("Activity", "organizations"): (took_part, ""),
    ("Division", "activities"): (scoped("Activity"), "-heldOn"),
    ("Organization", "activities"): (of_unit, "-heldOn"),
    ("Issue", "activities"): (by_column("issue_id", "Activity"), "-heldOn"),
    ("PartnershipAgreement", "activities"): (by_column("agreement_id", "Activity"), "-heldOn"),
    ("Site", "activities"): (by_column("site_id", "Activity"), "-heldOn"),
    ("VolunteerTeam", "activities"): (by_column("team_id", "Activity"), "-heldOn"),
}
ROOT_LISTS["activities"] = ("Activity", "-heldOn")


def add_to_place(place: Place) -> dict[str, str]:
    """Add an activity that a unit of the place took part in."""
    home = models.Division.get(models.Division.code == place.code)
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    activity = make_activity(home)
    make_activity_organization(activity, unit)
    return {"activity": f"Activity_{activity.id}"}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
READS = {
    "activity": ('activity(id: "%(activity)s") { id }', _PUBLIC),
    "activities": ('activities(filter: {id: {eq: "%(activity)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "activityAggregate": ('activityAggregate(filter: {id: {eq: "%(activity)s"}}) { count }', _PUBLIC),
}
_COMMUNITY = {Role.STAFF, *SEATS}
_HOLDERS = _COMMUNITY | {Role.UNIT_CONTACT}
MAY = {
    "recordActivity": (_COMMUNITY,),
    "recordActivity of a team": (_COMMUNITY | {Role.TEAM_CAPTAIN},),
    "recordActivity of a unit": (_HOLDERS,),
    "addAttachment to an activity": (_HOLDERS,),
}


def recorded(at: Spot, **more: Any) -> dict[str, Any]:
    """Return the input that records an activity of today."""
    return {
        "divisionCode": at.place.code, "heldOn": TODAY, "title": "小院清洁日", "duty": "CIVILITY_PROMOTION",
        "participantCount": 15, "summary": WORDS, **more,
    }  # fmt: skip


INPUTS |= {
    "recordActivity": recorded,
    "recordActivity of a team": lambda at: recorded(at, teamId=at.row("team"), hours="1.5"),
    "recordActivity of a unit": lambda at: recorded(at, organizationIds=[at.row("unit")]),
    "addAttachment to an activity": lambda at: {"subjectId": at.row("activity"), "kind": "PHOTO", "description": WORDS},
}
