"""Linkage between the levels: task forces, sponsorships and visits."""

from db.access.models.access import TokenScope
from schema.catalog.declare import aggregate, every, lookup
from schema.catalog.registry import Context
from schema.graph.linkage.additions import ADDITIONS
from schema.graph.linkage.coverage import Coverage
from schema.graph.linkage.mutations import MUTATIONS
from schema.graph.linkage.offices import OfficeHolder
from schema.graph.linkage.types import LINKAGE_TYPES

CONTEXT = Context(
    types=(*LINKAGE_TYPES, OfficeHolder, Coverage),
    unions={
        "Sponsor": "Who answers for a target: a person or an organization (包抓责任人).",
        "SponsorshipTarget": "What is sponsored and visited: a committee, a site or an organization (包抓对象).",
    },
    roots={
        "task_force": lookup("TaskForce", "Find a task force by id."),
        "task_forces": every("TaskForce", "All task forces, in the order of their ids."),
        "sponsorship": lookup("Sponsorship", "Find a sponsorship by id."),
        "sponsorships": every("Sponsorship", "All sponsorships, in the order of their ids."),
        "sponsorship_aggregate": aggregate("Sponsorship", "Count and group sponsorships."),
        "visit": lookup("Visit", "Find a visit by id."),
        "visits": every("Visit", "All visits, newest first.", order="-visited_at"),
        "visit_aggregate": aggregate("Visit", "Count and group visits."),
    },
    additions=ADDITIONS,
    mutations={TokenScope.LINKAGE: MUTATIONS},
)
