"""The service catalogue: what residents may apply for in their community or subdistrict, in versions that stay."""

from decimal import Decimal
from typing import TYPE_CHECKING

from peewee import BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.kernel.bounds import Between, Length
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, ProseField
from db.kernel.model import BaseModel
from db.places.models.division import Division, DivisionLevel

# The levels whose offices take applications in.
LEVELS = (DivisionLevel.COMMUNITY, DivisionLevel.SUBDISTRICT)
CODE, PROMISED_DAYS = Length(1, 32), Between(1, 366)
FEE = Between(Decimal(0), Decimal("99999.99"), places=2)


class ServiceArea(GrowingEnum):
    """What a service is about (事项领域)."""

    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "Relief, marriage and other civil affairs.", "民政"
    EDUCATION = "EDUCATION", "Schools and the support of pupils.", "教育"
    EMPLOYMENT = "EMPLOYMENT", "Work, training and starting a business.", "就业创业"
    SOCIAL_SECURITY = "SOCIAL_SECURITY", "Pensions and social insurance.", "社会保障"
    HOUSEHOLD = "HOUSEHOLD", "Household registers and identity papers.", "户籍"
    TRAFFIC = "TRAFFIC", "Vehicles, licences and travel.", "交通出行"
    HEALTH = "HEALTH", "Health insurance and health care.", "医疗卫生"
    ELDERLY = "ELDERLY", "Care and benefits for the elderly.", "养老"
    HOUSING = "HOUSING", "Homes and the support with rent.", "住房"
    DISABLED = "DISABLED", "Care and benefits for people with a disability.", "助残"
    VETERANS = "VETERANS", "Care and benefits for veterans.", "退役军人"
    OTHER = "OTHER", "Anything else that is offered.", "其他"


class ServiceMode(DomainEnum):
    """Who decides an application for a service (办理方式)."""

    ENTRUSTED = "ENTRUSTED", "The community or subdistrict decides for the department.", "委托办理"
    AUTHORIZED = "AUTHORIZED", "The community or subdistrict decides in its own name.", "授权办理"
    ASSISTED = "ASSISTED", "It is filed in the community or subdistrict, and another office decides.", "帮办代办"


class ServiceCatalogue(BaseModel):
    """A version of the city's service catalogue (事项目录): published once, never changed; the highest is in force."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="service_catalogues", on_delete="RESTRICT")
    division_code = CodeField()
    version = IntegerField(unique=True)
    published_on = DayField()
    item_count = IntegerField()
    note = ProseField(null=True)
    published_by_name = LineField(null=True)

    if TYPE_CHECKING:
        division_id: int

    class Meta:
        constraints = [Check("version >= 1"), Check("item_count >= 1")]


class ServiceItem(BaseModel):
    """A service of one version of the catalogue (服务事项). code: the same in all versions.

    level: of the office that takes applications in. promised_days: working days. digest: the hash of all that the
    version says of the item.
    """

    id = BigAutoField()
    catalogue = ForeignKeyField(ServiceCatalogue, backref="items", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    code = CodeField()
    name = LineField()
    area = EnumField(ServiceArea)
    department = LineField()
    mode = EnumField(ServiceMode)
    level = EnumField(DivisionLevel)
    promised_days = IntegerField()
    fee = FixedDecimalField()
    eligibility = ProseField(null=True)
    digest = CodeField()

    if TYPE_CHECKING:
        catalogue_id: int

    class Meta:
        indexes = ((("catalogue", "code"), True), (("code", "id"), True))
        constraints = [
            Check(CODE.sql("code")),
            Check(PROMISED_DAYS.sql("promised_days")),
            Check("level IN ('COMMUNITY', 'SUBDISTRICT')"),
            Check("fee >= 0"),
            Check("length(digest) = 64"),
        ]


class ServiceMaterial(BaseModel):
    """Something that an application for a service brings (申请材料), in the order in which the item lists it."""

    id = BigAutoField()
    item = ForeignKeyField(ServiceItem, backref="materials", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    position = IntegerField()
    code = CodeField()
    name = LineField()
    is_required = BooleanField()

    if TYPE_CHECKING:
        item_id: int

    class Meta:
        indexes = ((("item", "code"), True), (("item", "position"), True))
        constraints = [Check("position >= 1"), Check(CODE.sql("code"))]


TABLES = (ServiceCatalogue, ServiceItem, ServiceMaterial)
