"""What linkage adds to the types of the contexts before it: who answers for what, and who was there."""

from collections.abc import Callable

from peewee import Node

from db.kernel.expressions import Row
from db.linkage.models.helper import SponsorshipHelper
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind, SponsorshipState
from db.linkage.models.visit import VisitIssue
from schema.catalog.declare import many, one
from schema.catalog.fields import CatalogField, FieldContext
from schema.graph.linkage.coverage import COVERAGE, COVERAGE_OF_INCIDENT
from schema.graph.linkage.offices import OFFICES
from schema.graph.places.types import within

_ACTIVE = SponsorshipState.ACTIVE.value


def _in_scope(division: Row, other: Row, given: FieldContext) -> Node:
    return within(other.division_code, division, given)


def _runs(kind: SponsorshipKind) -> Callable[[Row, Row], Node]:
    """Return the condition that a sponsorship of a kind of a committee runs; there is one at most."""
    return lambda committee, row: (row.committee == committee.id) & (row.kind == kind.value) & (row.state == _ACTIVE)


def _leads(committee: Row, person: Row) -> Node:
    contact = Sponsorship.alias("contact")
    runs = _runs(SponsorshipKind.LEADER_CONTACT)(committee, contact)
    return person.id.in_(contact.select(contact.sponsor_person).where(runs))


def _of_target(name: str, whose: str) -> dict[str, CatalogField]:
    return {
        "sponsorships": many("Sponsorship", f"Sponsorships of the {whose}, ended ones included.", on=name),
        "visits": many("Visit", f"Visits to the {whose}, newest first.", on=name, order="-visited_at"),
    }


ADDITIONS: dict[str, dict[str, CatalogField]] = {
    "Division": {
        "task_forces": many(
            "TaskForce",
            "Task forces and coordination bodies in the scope.",
            on=_in_scope,
            scoped=True,
        ),
        "sponsorships": many("Sponsorship", "Sponsorships of what lies in the scope.", on=_in_scope, scoped=True),
        "visits": many(
            "Visit", "Visits to what lies in the scope, newest first.", on=_in_scope, order="-visited_at", scoped=True
        ),
        "offices": OFFICES,
    },
    "DivisionStats": {"coverage": COVERAGE},
    "Incident": {"coverage": COVERAGE_OF_INCIDENT},
    "Committee": {
        "leader": one("Person", "The leader in contact with the committee (包抓领导).", on=_leads),
        "patch": one(
            "Sponsorship", "The patch in which the committee is supervised (分片督抓).", on=_runs(SponsorshipKind.PATCH)
        ),
        **_of_target("committee", "committee"),
    },
    "Site": _of_target("site", "site"),
    "Organization": {
        **_of_target("organization", "organization as a target"),
        "led_sponsorships": many(
            "Sponsorship", "Sponsorships that the organization took on.", on="sponsor_organization"
        ),
    },
    "Person": {
        "sponsorships": many("Sponsorship", "Sponsorships that the person took on.", on="sponsor_person"),
        "visits": many("Visit", "Visits that the person made, newest first.", on="visitor", order="-visited_at"),
    },
    "Registration": {
        "sponsorship": one(
            "Sponsorship",
            "The sponsorship of the own unit that a cadre helps with, which may have ended (包抓任务).",
            on=lambda registration, row: row.id.in_(
                SponsorshipHelper.select(SponsorshipHelper.sponsorship).where(
                    SponsorshipHelper.registration == registration.id
                )
            ),
        ),
    },
    "Issue": {
        "visit": one(
            "Visit",
            "The visit that brought the issue, if one did.",
            on=lambda issue, row: row.id.in_(VisitIssue.select(VisitIssue.visit).where(VisitIssue.issue == issue.id)),
        ),
    },
}
