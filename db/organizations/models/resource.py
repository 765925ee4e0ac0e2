"""The resource list: what units offer, how much of it, and when."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.issues.models.duty import Duty
from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, ProseField
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.places.models.division import Division


class CapacityModel(GrowingEnum):
    """How the capacity of a resource is used up and restored (容量方式)."""

    RECURRING_WINDOW = "RECURRING_WINDOW", "Capacity in weekly time windows.", "周期时段"
    BOOKABLE = "BOOKABLE", "Single time slots that can be booked.", "可预约"
    QUOTA = "QUOTA", "A fixed amount for each period.", "定额"
    STOCK = "STOCK", "Goods that are used up.", "库存"
    FUND = "FUND", "A budget of money.", "资金"
    LEASE = "LEASE", "Goods that are lent for a time.", "租借"
    STANDBY = "STANDBY", "Help that is on call.", "待命"
    STANDING = "STANDING", "Always available, without limit.", "常设"
    ONE_OFF = "ONE_OFF", "An offer that can be used once.", "一次性"


class Resource(BaseModel):
    """Something that an organization or the community offers for shared use (资源)."""

    id = BigAutoField()
    organization = ForeignKeyField(Organization, null=True, backref="resources", on_delete="RESTRICT")
    division = ForeignKeyField(Division, backref="resources", on_delete="RESTRICT")
    division_code = CodeField()
    name = LineField()
    description = ProseField()
    topic_code = CodeField(null=True)
    duty = EnumField(Duty)
    capacity_model = EnumField(CapacityModel)
    quantity = FixedDecimalField(null=True)
    unit = LineField(null=True)
    valid_until = DayField(null=True)
    is_active = BooleanField(default=True)

    if TYPE_CHECKING:
        organization_id: int | None
        division_id: int

    class Meta:
        indexes = (
            (("division_code", "id"), True),
            (("topic_code", "id"), True),
            (("capacity_model", "id"), True),
            (("name", "id"), True),
        )
        constraints = [Check("quantity >= 0")]


class ResourceWindow(BaseModel):
    """A weekly time in which a resource is open (开放时段); times are minutes after midnight in Asia/Shanghai."""

    id = BigAutoField()
    resource = ForeignKeyField(Resource, backref="windows", on_delete="CASCADE", index=False)
    division_code = CodeField()
    weekday = IntegerField()
    starts_minute = IntegerField()
    ends_minute = IntegerField()
    quantity = FixedDecimalField()

    if TYPE_CHECKING:
        resource_id: int

    class Meta:
        indexes = ((("resource", "weekday", "starts_minute"), True),)
        constraints = [
            Check("weekday BETWEEN 1 AND 7"),
            Check("starts_minute >= 0 AND ends_minute <= 2880 AND starts_minute < ends_minute"),
            Check("quantity >= 0"),
        ]
