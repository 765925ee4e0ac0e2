"""Organizations of every kind that sit in a community."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField
from db.kernel.model import BaseModel
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division


class OrganizationKind(GrowingEnum):
    """The kind of an organization (单位类型)."""

    GOVERNMENT_ORGAN = "GOVERNMENT_ORGAN", "An organ of government or party.", "机关"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION", "A public institution, such as a school or hospital.", "事业单位"
    ENTERPRISE = "ENTERPRISE", "A state-owned or collective enterprise.", "企业"
    NON_PUBLIC_ENTERPRISE = "NON_PUBLIC_ENTERPRISE", "An enterprise of the non-public economy.", "非公企业"
    SOCIAL_ORGANIZATION = "SOCIAL_ORGANIZATION", "A registered social organization.", "社会组织"
    PROPERTY_COMPANY = "PROPERTY_COMPANY", "A company for property management.", "物业企业"
    OWNERS_COMMITTEE = "OWNERS_COMMITTEE", "A committee of home owners.", "业委会"


class SocialOrganizationKind(GrowingEnum):
    """The field of activity of a social organization (社会组织类别)."""

    COMMUNITY_SERVICE = "COMMUNITY_SERVICE", "Services for the community.", "社区服务类"
    PUBLIC_BENEFIT_CHARITY = "PUBLIC_BENEFIT_CHARITY", "Public benefit and charity.", "公益慈善类"
    CULTURE_SPORT = "CULTURE_SPORT", "Activities in culture and sport.", "文体活动类"
    PROFESSIONAL_MEDIATION = "PROFESSIONAL_MEDIATION", "Mediation of disputes by professionals.", "专业调处类"


class OrganizationState(DomainEnum):
    """The state of an organization (单位状态)."""

    PENDING = "PENDING", "The organization waits for the subdistrict's review.", "待审核"
    ACTIVE = "ACTIVE", "The organization is registered.", "在册"
    DECLINED = "DECLINED", "The subdistrict did not register the organization.", "未予登记"
    CLOSED = "CLOSED", "The organization was closed, or moved away.", "已注销"


class OrganizationFiling(GrowingEnum):
    """How a social organization is known to the authorities (社会组织备案登记)."""

    FILED = "FILED", "The subdistrict keeps the organization on file.", "备案"
    REGISTERED = "REGISTERED", "The civil affairs authority registered the organization.", "登记"


class OrganizationReview(DomainEnum):
    """What a subdistrict decides about an organization (审核结论)."""

    APPROVED = "APPROVED", "The organization is registered.", "通过"
    DECLINED = "DECLINED", "The organization is not registered.", "不予登记"


class Organization(BaseModel):
    """An organization that is seated in a community or supports it (单位)."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="organizations", on_delete="RESTRICT")
    division_code = CodeField()
    name = LineField()
    kind = EnumField(OrganizationKind)
    social_kind = EnumField(SocialOrganizationKind, null=True)
    is_partner_unit = BooleanField(default=False)
    is_target_unit = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    party_organization_name = LineField(null=True)
    # People refer to units in turn, so this is checked when the transaction ends, and made after both tables.
    head = ForeignKeyField(  # pyright: ignore[reportCallIssue]
        Person,
        null=True,
        backref="headed_organizations",
        on_delete="RESTRICT",
        deferrable="INITIALLY DEFERRED",
        _deferred=True,
    )
    member_count = IntegerField(null=True)
    filing = EnumField(OrganizationFiling, null=True)
    filing_number = CodeField(null=True)
    address = LineField(null=True)
    closed_on = DayField(null=True)
    state = EnumField(OrganizationState, default=OrganizationState.ACTIVE, constraints=[SQL("DEFAULT 'ACTIVE'")])
    version = IntegerField(default=1, constraints=[SQL("DEFAULT 1")])

    if TYPE_CHECKING:
        division_id: int
        head_id: int | None

    class Meta:
        indexes = (
            (("division_code", "kind", "state"), False),
            (("division_code", "name"), False),
            (("kind", "id"), True),
            (("name", "id"), True),
        )
        constraints = [Check("(kind = 'SOCIAL_ORGANIZATION') = (social_kind IS NOT NULL)")]


add_tie(
    Tie(
        Organization,
        ("the head of an organization", "单位负责人"),
        points=lambda unit, person: unit.head == person.id,
        holds=lambda unit, now: unit.state.in_([OrganizationState.PENDING.value, OrganizationState.ACTIVE.value]),
        keeps=False,
        is_public=True,
        erased={"head": None},
    )
)
