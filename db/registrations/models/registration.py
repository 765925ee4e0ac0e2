"""Registrations: party organizations, units, party members and officials report to the community they help (双报到)."""

from typing import TYPE_CHECKING, Any

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.access.models.access import RoleGrant
from db.issues.models.duty import Duty
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division


class RegistrationKind(DomainEnum):
    """As what somebody registers with a community (报到类别)."""

    PARTY_ORG = "PARTY_ORG", "The party organization of a unit.", "党组织报到"
    PARTY_MEMBER = "PARTY_MEMBER", "A party member, with the community of their home.", "党员报到"
    UNIT = "UNIT", "A unit that supports the community.", "单位报到"
    PUBLIC_OFFICIAL = "PUBLIC_OFFICIAL", "An official, with the community of their home.", "公职人员报到"

    @property
    def is_of_a_unit(self) -> bool:
        """Whether an organization registers, and no person."""
        return self in OF_UNITS


OF_UNITS = (RegistrationKind.PARTY_ORG, RegistrationKind.UNIT)


class RegistrationState(DomainEnum):
    """The state of a registration (报到状态)."""

    SUBMITTED = "SUBMITTED", "The registration waits for the community's review.", "待审核"
    ACTIVE = "ACTIVE", "The community confirmed the registration.", "已报到"
    DECLINED = "DECLINED", "The community did not confirm the registration.", "未通过"
    LAPSED = "LAPSED", "The registration was not renewed in time.", "已失效"
    ENDED = "ENDED", "The registration was ended.", "已终止"


# Of these a party has one of each kind.
LIVE = (RegistrationState.SUBMITTED, RegistrationState.ACTIVE)


class RegistrationReview(DomainEnum):
    """What a community decides about a registration (审核结论)."""

    APPROVED = "APPROVED", "The registration is confirmed.", "通过"
    DECLINED = "DECLINED", "The registration is not confirmed.", "不通过"


class RegistrationEnd(DomainEnum):
    """Why a registration ends (终止原因)."""

    MOVED = "MOVED", "The party moved to another community.", "迁出"
    LEFT_UNIT = "LEFT_UNIT", "The person left the unit.", "离开单位"
    RETIRED = "RETIRED", "The person retired.", "退休"
    OTHER = "OTHER", "The registration ends for another reason.", "其他"


class Registration(BaseModel):
    """A registration with a community: what its party offers to do there (双报到).

    duties: names of `Duty` with blanks between, in their order. contact_grant: the role that its contact got with it.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="registrations", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    kind = EnumField(RegistrationKind)
    organization = ForeignKeyField(Organization, null=True, backref="registrations", on_delete="RESTRICT", index=False)
    person = ForeignKeyField(Person, null=True, backref="registrations", on_delete="RESTRICT", index=False)
    party_organization_name = LineField(null=True)
    work_unit = ForeignKeyField(Organization, null=True, backref="cadres", on_delete="SET NULL")
    duties = LineField()
    skills = LineField(null=True)
    yearly_hours = FixedDecimalField()
    contact_person = ForeignKeyField(Person, null=True, backref="contact_of", on_delete="SET NULL")
    contact_grant = ForeignKeyField(RoleGrant, null=True, on_delete="SET NULL")
    confirmed_on = DayField(null=True)
    renew_by = DayField(null=True)
    ended_on = DayField(null=True)
    end_reason = EnumField(RegistrationEnd, null=True)
    state = EnumField(RegistrationState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        organization_id: int | None
        person_id: int | None
        work_unit_id: int | None
        contact_person_id: int | None
        contact_grant_id: int | None

    class Meta:
        indexes = (
            (("division_code", "kind", "state"), False),
            (("organization", "id"), True),
            (("person", "id"), True),
        )
        constraints = [
            Check("(kind IN ('PARTY_ORG', 'UNIT')) = (organization_id IS NOT NULL)"),
            Check("(organization_id IS NULL) = (person_id IS NOT NULL)"),
            Check("length(duties) > 0"),
            Check("yearly_hours >= 0"),
            Check("(state = 'ENDED') = (end_reason IS NOT NULL)"),
        ]

    @property
    def duty_list(self) -> list[Duty]:
        """The duties that it names."""
        return [Duty[name] for name in self.duties.split()]


_LIVE = SQL("state IN ('SUBMITTED', 'ACTIVE')")
for _party in (Registration.organization, Registration.person):
    Registration.add_index(
        Registration.index(
            _party, Registration.kind, unique=True, where=_LIVE, name=f"registration_one_live_{_party.name}"
        )
    )
Registration.add_index(
    Registration.index(Registration.renew_by, Registration.id, where=SQL("state = 'ACTIVE'"), name="registration_due")
)


def duties_text(duties: Any) -> str:
    """Write duties as the column keeps them: each once, in their order."""
    return " ".join(duty.value for duty in Duty if duty in duties)


def is_live(registration: Any) -> Any:
    """Build the condition that a registration is one of which its party has one of each kind."""
    return registration.state.in_([state.value for state in LIVE])


add_tie(
    Tie(
        Registration,
        ("a registration", "报到登记"),
        points=lambda registration, person: registration.person == person.id,
        holds=lambda registration, now: is_live(registration),
        erased={"party_organization_name": None, "skills": None},
    )
)
add_tie(
    Tie(
        Registration,
        ("the contact of a registered unit", "报到单位联络人"),
        points=lambda registration, person: registration.contact_person == person.id,
        holds=lambda registration, now: is_live(registration),
    )
)
