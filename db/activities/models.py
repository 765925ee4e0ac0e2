"""The tables of activities: what a team, units and residents did together."""

from decimal import Decimal
from typing import TYPE_CHECKING

from peewee import BigAutoField, Check, CompositeKey, ForeignKeyField, IntegerField

from db.issues.models.duty import Duty
from db.issues.models.issue import Issue
from db.kernel.bounds import Between
from db.kernel.fields import (
    CodeField,
    DayField,
    EnumField,
    FixedDecimalField,
    LineField,
    ProseField,
    UtcDateTimeField,
)
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.places.models.division import Division
from db.registrations.models.agreement import PartnershipAgreement
from db.sites.models import Site
from db.teams.models.team import VolunteerTeam

# How many people may have taken part, and how many hours it may have taken.
PARTICIPANTS, HOURS = Between(1, 100_000), Between(Decimal("0.5"), 24, places=1)


class Activity(BaseModel):
    """Something that people did together (活动): it is recorded once it was held, and stays as it is.

    hours: how long it took.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="activities", on_delete="RESTRICT")
    division_code = CodeField()
    held_on = DayField()
    title = LineField()
    duty = EnumField(Duty)
    site = ForeignKeyField(Site, null=True, backref="activities", on_delete="RESTRICT")
    team = ForeignKeyField(VolunteerTeam, null=True, backref="activities", on_delete="RESTRICT")
    agreement = ForeignKeyField(PartnershipAgreement, null=True, backref="activities", on_delete="RESTRICT")
    participant_count = IntegerField()
    hours = FixedDecimalField(null=True)
    summary = ProseField()
    issue = ForeignKeyField(Issue, null=True, backref="activities", on_delete="RESTRICT")
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        division_id: int
        site_id: int | None
        team_id: int | None
        agreement_id: int | None
        issue_id: int | None

    class Meta:
        indexes = (
            (("division_code", "id"), True),
            (("division_code", "held_on", "id"), True),
            (("held_on", "id"), True),
        )
        constraints = [Check(PARTICIPANTS.sql("participant_count")), Check("hours > 0")]


class ActivityOrganization(BaseModel):
    """An organization that took part in an activity."""

    activity = ForeignKeyField(Activity, backref="parties", on_delete="CASCADE", index=False)
    organization = ForeignKeyField(Organization, backref="activity_parties", on_delete="RESTRICT")

    if TYPE_CHECKING:
        organization_id: int

    class Meta:
        primary_key = CompositeKey("activity", "organization")
