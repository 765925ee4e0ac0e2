"""Visits: that somebody was at a committee, a site or an organization, what they found, and what they brought."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, ForeignKeyField

from db.committees.models.committee import Committee
from db.incidents.models import Incident
from db.issues.models.issue import Issue
from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, ProseField, UtcDateTimeField, one_of
from db.kernel.model import BaseModel
from db.linkage.models.sponsorship import Sponsorship
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division
from db.sites.models import Site


class VisitForm(GrowingEnum):
    """How a visit was made (走访形式)."""

    ON_SITE = "ON_SITE", "The visitor went there.", "走访"
    RESEARCH = "RESEARCH", "The visitor studied a question on the spot.", "调研"
    TALK = "TALK", "The visitor sat down with the people there.", "座谈"
    EXCHANGE = "EXCHANGE", "People of another district came, or were visited.", "跨区交流"
    PHONE = "PHONE", "The visitor called; this does not satisfy the duty to visit.", "电话"


class Visit(BaseModel):
    """That somebody was there (走访): added once, and never changed. visited_on: the day in Asia/Shanghai."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="visits", on_delete="RESTRICT")
    division_code = CodeField()
    committee = ForeignKeyField(Committee, null=True, backref="visits", on_delete="RESTRICT")
    site = ForeignKeyField(Site, null=True, backref="visits", on_delete="RESTRICT")
    organization = ForeignKeyField(Organization, null=True, backref="visits", on_delete="RESTRICT")
    sponsorship = ForeignKeyField(Sponsorship, null=True, backref="visits", on_delete="RESTRICT", index=False)
    visitor = ForeignKeyField(Person, backref="visits", on_delete="RESTRICT")
    visited_at = UtcDateTimeField()
    visited_on = DayField()
    form = EnumField(VisitForm)
    findings = ProseField()
    created_at = UtcDateTimeField()
    incident = ForeignKeyField(Incident, null=True, backref="visits", on_delete="RESTRICT")

    if TYPE_CHECKING:
        division_id: int
        committee_id: int | None
        site_id: int | None
        organization_id: int | None
        sponsorship_id: int | None
        incident_id: int | None
        visitor_id: int

    class Meta:
        indexes = (
            (("division_code", "visited_at", "id"), True),
            (("sponsorship", "form", "visited_on"), False),
            (("visited_at", "id"), True),
        )
        constraints = [one_of("committee_id", "site_id", "organization_id")]


add_tie(
    Tie(
        Visit,
        ("a visit", "走访"),
        points=lambda visit, person: visit.visitor == person.id,
        # Having been somewhere holds nobody.
        holds=lambda visit, now: SQL("FALSE"),
        keeps=False,
    )
)


class VisitIssue(BaseModel):
    """Which visit brought an issue."""

    issue = ForeignKeyField(Issue, primary_key=True, on_delete="CASCADE")
    visit = ForeignKeyField(Visit, backref="visit_issues", on_delete="CASCADE")

    if TYPE_CHECKING:
        issue_id: int
        visit_id: int
