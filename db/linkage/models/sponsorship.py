"""Sponsorships: who answers for a committee, a site or an organization, as leader, by patch or as unit (包抓)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.access.models.access import RoleGrant
from db.committees.models.committee import Committee
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, UtcDateTimeField, one_of
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division
from db.sites.models import Site


class SponsorshipKind(DomainEnum):
    """How somebody answers for what is sponsored (包抓方式)."""

    LEADER_CONTACT = "LEADER_CONTACT", "A leader of the district is in contact with a committee.", "县级领导一对一包抓"
    PATCH = "PATCH", "A leader of the subdistrict supervises the committees of a patch.", "分片督抓"
    TARGET = "TARGET", "A unit or a cadre answers for a site or an organization.", "单位干部包抓"


class SponsorshipState(DomainEnum):
    """The state of a sponsorship (包抓状态)."""

    ACTIVE = "ACTIVE", "The sponsorship runs.", "包抓中"
    ENDED = "ENDED", "The sponsorship has ended.", "已结束"


class Sponsorship(BaseModel):
    """Who answers for a committee, a site or an organization, from a day on (包抓).

    visit_by: the day by which the sponsor is to visit again, worked out when it began and with each visit. remind_on:
    the day on which the sponsor is reminded of it. grant: the role of a leader, which is given and ended with it.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="sponsorships", on_delete="RESTRICT")
    division_code = CodeField()
    kind = EnumField(SponsorshipKind)
    sponsor_person = ForeignKeyField(Person, null=True, backref="sponsorships", on_delete="RESTRICT")
    sponsor_organization = ForeignKeyField(Organization, null=True, backref="led_sponsorships", on_delete="RESTRICT")
    lead_person = ForeignKeyField(Person, null=True, backref="led_sponsorships", on_delete="RESTRICT")
    committee = ForeignKeyField(Committee, null=True, backref="sponsorships", on_delete="RESTRICT")
    site = ForeignKeyField(Site, null=True, backref="sponsorships", on_delete="RESTRICT")
    organization = ForeignKeyField(Organization, null=True, backref="sponsorships", on_delete="RESTRICT")
    patch_name = LineField(null=True)
    starts_on = DayField()
    ends_on = DayField(null=True)
    end_reason = LineField(null=True)
    visit_by = DayField()
    remind_on = DayField()
    grant = ForeignKeyField(RoleGrant, null=True, backref="sponsorships", on_delete="RESTRICT")
    state = EnumField(SponsorshipState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        sponsor_person_id: int | None
        sponsor_organization_id: int | None
        lead_person_id: int | None
        committee_id: int | None
        site_id: int | None
        organization_id: int | None
        grant_id: int | None

    class Meta:
        indexes = ((("division_code", "id"), True), (("division_code", "state", "kind"), False))
        constraints = [
            one_of("sponsor_person_id", "sponsor_organization_id"),
            one_of("committee_id", "site_id", "organization_id"),
            Check("(kind = 'TARGET') = (committee_id IS NULL)"),
            Check("kind = 'TARGET' OR sponsor_person_id IS NOT NULL"),
            Check("(kind = 'PATCH') = (patch_name IS NOT NULL)"),
            Check("(kind = 'LEADER_CONTACT') = (grant_id IS NOT NULL)"),
            Check("lead_person_id IS NULL OR sponsor_organization_id IS NOT NULL"),
            Check("sponsor_organization_id <> organization_id"),
            Check("(state = 'ENDED') = (ends_on IS NOT NULL)"),
            Check("(state = 'ENDED') = (end_reason IS NOT NULL)"),
            Check("ends_on >= starts_on"),
        ]


# One leader and one patch a committee at a time (R4, R5).
for _kind, _name in (("LEADER_CONTACT", "sponsorship_one_leader"), ("PATCH", "sponsorship_one_patch")):
    Sponsorship.add_index(
        Sponsorship.index(
            Sponsorship.committee, unique=True, where=SQL(f"kind = '{_kind}' AND state = 'ACTIVE'"), name=_name
        )
    )
# What a tick looks for: sponsors who are to be reminded.
Sponsorship.add_index(
    Sponsorship.index(Sponsorship.remind_on, Sponsorship.id, where=SQL("state = 'ACTIVE'"), name="sponsorship_reminder")
)


def _ties() -> Iterator[Tie]:
    for column in ("sponsor_person", "lead_person"):
        yield Tie(
            Sponsorship,
            ("a sponsorship", "包抓任务"),
            points=lambda row, person, column=column: getattr(row, column) == person.id,
            holds=lambda row, now: row.state == SponsorshipState.ACTIVE.value,
            is_public=True,
        )


for _tie in _ties():
    add_tie(_tie)
