"""Committees and their members."""

from db.committees.models.committee import CommitteeState
from schema.catalog.declare import aggregate, every, lookup, many, one
from schema.catalog.registry import Context
from schema.graph.committees.types import COMMITTEE_TYPES
from schema.graph.places.types import within

CONTEXT = Context(
    types=COMMITTEE_TYPES,
    roots={
        "committee": lookup(
            "Committee",
            "Find a committee by id, or the undissolved one of a community by its code.",
            only=lambda committee: committee.state != CommitteeState.DISSOLVED.value,
            division_code=("division_code", "The 12-digit code of the community."),
        ),
        "committees": every("Committee", "All committees, in the order of their ids."),
        "committee_aggregate": aggregate("Committee", "Count and group committees."),
        "member": lookup("Member", "Find a member by id."),
        "members": every("Member", "All members, including past ones."),
        "member_aggregate": aggregate("Member", "Count and group members."),
    },
    additions={
        "Person": {
            "members": many("Member", "Seats of committees that the person holds or held.", on="person"),
        },
        "Division": {
            "committee": one(
                "Committee",
                "The committee of this community that is not dissolved; null for every other division.",
                on=lambda division, committee: (
                    (committee.division == division.id) & (committee.state != CommitteeState.DISSOLVED.value)
                ),
            ),
            "committees": many(
                "Committee",
                "Committees of the communities in the scope.",
                on=lambda division, other, given: within(other.division_code, division, given),
                order="division_code",
                scoped=True,
            ),
            "members": many(
                "Member",
                "Members of the committees in the scope, including past ones.",
                on=lambda division, other, given: within(other.division_code, division, given),
                scoped=True,
            ),
        },
    },
)
