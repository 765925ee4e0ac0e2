"""Agreements of communities and subdistricts with units, with what each side brings and wants (共建协议)."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.organizations.models.resource import Resource
from db.places.models.division import Division


class AgreementState(DomainEnum):
    """The state of a partnership agreement (共建协议状态)."""

    DRAFT = "DRAFT", "At least one side has not signed the agreement.", "待签"
    SIGNED = "SIGNED", "Both sides signed the agreement.", "已签"
    EXPIRED = "EXPIRED", "The term of the agreement is over.", "到期"
    ENDED = "ENDED", "The agreement was ended.", "已终止"


class AgreementSide(DomainEnum):
    """A side of a partnership agreement (协议方)."""

    COMMUNITY = "COMMUNITY", "The side of the community or the subdistrict.", "社区方"
    UNIT = "UNIT", "The side of the unit.", "单位方"


class AgreementItemKind(DomainEnum):
    """The list of a partnership agreement that an item is on (清单类别)."""

    RESOURCE = "RESOURCE", "Something that the side offers.", "资源清单"
    NEED = "NEED", "Something that the side wants.", "需求清单"
    PROJECT = "PROJECT", "Something that both do together, led by the side.", "项目清单"


class PartnershipAgreement(BaseModel):
    """An agreement of a community or a subdistrict with a unit, for three years at most (共建协议)."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="agreements", on_delete="RESTRICT")
    division_code = CodeField()
    organization = ForeignKeyField(Organization, backref="agreements", on_delete="RESTRICT")
    starts_on = DayField()
    ends_on = DayField()
    renews = ForeignKeyField("self", null=True, backref="renewals", on_delete="RESTRICT")
    signed_by_community_at = UtcDateTimeField(null=True)
    signed_by_unit_at = UtcDateTimeField(null=True)
    state = EnumField(AgreementState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        organization_id: int
        renews_id: int | None

    class Meta:
        indexes = ((("division_code", "id"), True),)
        constraints = [
            Check("ends_on > starts_on"),
            Check(
                "state <> 'SIGNED' AND state <> 'EXPIRED' "
                "OR signed_by_community_at IS NOT NULL AND signed_by_unit_at IS NOT NULL"
            ),
        ]


PartnershipAgreement.add_index(
    PartnershipAgreement.index(
        PartnershipAgreement.ends_on,
        PartnershipAgreement.id,
        where=SQL("state = 'SIGNED'"),
        name="partnership_agreement_ending",
    )
)


class AgreementItem(BaseModel):
    """An item on one of the three lists of an agreement, which never changes (协议清单条目)."""

    id = BigAutoField()
    agreement = ForeignKeyField(PartnershipAgreement, backref="items", on_delete="CASCADE", index=False)
    division_code = CodeField()
    position = IntegerField()
    side = EnumField(AgreementSide)
    kind = EnumField(AgreementItemKind)
    text = LineField()
    resource = ForeignKeyField(Resource, null=True, backref="agreement_items", on_delete="RESTRICT")

    if TYPE_CHECKING:
        agreement_id: int
        resource_id: int | None

    class Meta:
        indexes = ((("agreement", "position"), True),)
        constraints = [Check("position >= 1")]
