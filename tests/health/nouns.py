"""Health work in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.city import models
from db.committees.models.committee import MemberPost
from db.people.models.person import Person
from tests.factories import MAKERS as ALL_MAKERS
from tests.graph.evaluator import LISTS, ROOT_LISTS, by_column, scoped
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, TODAY, Spot
from tests.graph.viewers import Viewer
from tests.health.factories import MAKERS, make_health_figure, make_sub_committee, make_sub_committee_member
from tests.health.rows import fill
from tests.linkage import nouns as _linkage  # noqa: F401 - its people come first.
from tests.people.nouns import WELL_KNOWN

ALL_MAKERS.update(MAKERS)
FILLS.append(fill)
LISTS |= {
    ("Division", "subCommittees"): (scoped("SubCommittee"), ""),
    ("Division", "healthFigures"): (scoped("HealthFigure"), "-month"),
    ("Committee", "subCommittees"): (by_column("committee_id", "SubCommittee"), ""),
    ("SubCommittee", "members"): (by_column("sub_committee_id", "SubCommitteeMember"), ""),
    ("Person", "subCommitteeMemberships"): (by_column("person_id", "SubCommitteeMember"), ""),
}
ROOT_LISTS |= {"subCommittees": ("SubCommittee", ""), "healthFigures": ("HealthFigure", "-month")}


def has_place(viewer: Viewer, person: Any) -> bool:
    """Return whether a person has a place in a sub-committee now."""
    rows = viewer.world.rows["SubCommitteeMember"]
    return any(row.person_id == person.id and row.until is None for row in rows)


WELL_KNOWN.append(has_place)


def add_to_place(place: Place) -> dict[str, str]:
    """Add a public-health committee, headed by the person who holds the role MEMBER, and a figure."""
    home, head = place.committee.division, Person.get(account=place.accounts[Role.MEMBER])
    seat = models.Member.get(committee=place.committee, account=place.accounts[Role.MEMBER])
    seat.change(person=head.id, posts=MemberPost.RESIDENTS_MEMBER.value)
    health = make_sub_committee(place.committee)
    made = {
        "health committee": health, "health head": head, "health figure": make_health_figure(home),
        "health member": make_sub_committee_member(health, person=head),
    }  # fmt: skip
    return {name: f"{type(row).__name__}_{row.id}" for name, row in made.items()}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}


def _page(name: str, thing: str) -> str:
    return f'{name}(filter: {{id: {{eq: "%({thing})s"}}}}) {{ totalCount nodes {{ id }} }}'


READS = {
    "subCommittee": ('subCommittee(id: "%(health committee)s") { id }', _PUBLIC),
    "subCommittees": (_page("subCommittees", "health committee"), _PUBLIC),
    "subCommitteeAggregate": ('subCommitteeAggregate(filter: {id: {eq: "%(health committee)s"}}) { count }', _PUBLIC),
    "healthFigures": (_page("healthFigures", "health figure"), _PUBLIC),
    "healthFigureAggregate": ('healthFigureAggregate(filter: {id: {eq: "%(health figure)s"}}) { count }', _PUBLIC),
}
_STAFF = {Role.STAFF}
MAY = {
    "formSubCommittee": (_STAFF,),
    "changeSubCommittee": (_STAFF,),
    "recordHealthFigures": (_STAFF | {Role.MEMBER},),
}


def members(at: Spot) -> list[dict[str, Any]]:
    """Return the members of a sub-committee: its head alone."""
    return [{"personId": at.row("health head"), "role": "HEAD"}]


INPUTS |= {
    "formSubCommittee": lambda at: {
        "committeeId": f"Committee_{at.place.committee.id}", "kind": "PATRIOTIC_HEALTH", "members": members(at),
    },
    "changeSubCommittee": lambda at: {"subCommitteeId": at.row("health committee"), "members": members(at)},
    "recordHealthFigures": lambda at: {
        "divisionCode": at.place.code, "month": TODAY[:7],
        "figures": [{"indicator": "OVER_65_VISITED", "value": 14}, {"indicator": "HEALTH_TALKS", "value": 2}],
    },
}  # fmt: skip
