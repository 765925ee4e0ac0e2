"""Committees and their members."""

from db.access.models.access import TokenScope
from db.committees.models.committee import CommitteeState
from schema.catalog.declare import aggregate, every, lookup, many, one
from schema.catalog.registry import Context
from schema.graph.committees.figures import FIGURES
from schema.graph.committees.mutations import MUTATIONS
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
        "candidacy": lookup("Candidacy", "Find a candidacy by id."),
        "candidacies": every("Candidacy", "All candidacies that the viewer may know of, in the order of their ids."),
        "candidacy_aggregate": aggregate("Candidacy", "Count and group candidacies that the viewer may know of."),
        "compliance_events": every("ComplianceEvent", "All rules that committees broke, in the order of their ids."),
        "two_committees_meetings": every(
            "TwoCommitteesMeeting", "All meetings of communities' two committees, in the order of their ids."
        ),
    },
    mutations={TokenScope.COMPOSITION: MUTATIONS},
    additions={
        "DivisionStats": FIGURES,
        "Person": {
            "candidacies": many("Candidacy", "Candidacies of the person that the viewer may know of.", on="person"),
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
            "candidacies": many(
                "Candidacy",
                "Candidacies for committees in the scope that the viewer may know of.",
                on=lambda division, other, given: within(other.division_code, division, given),
                scoped=True,
            ),
            "compliance_events": many(
                "ComplianceEvent",
                "Rules that committees in the scope broke.",
                on=lambda division, other, given: within(other.division_code, division, given),
                scoped=True,
            ),
            "two_committees_meetings": many(
                "TwoCommitteesMeeting",
                "Meetings of the two committees of communities in the scope.",
                on=lambda division, other, given: within(other.division_code, division, given),
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
