"""People who take part: one row a human being, whatever they are in the city."""

from typing import TYPE_CHECKING, Any

from peewee import BigAutoField, BooleanField, DeferredForeignKey, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, DayField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import Division

# The name of somebody who is erased.
ERASED = "已注销"


class PeopleGroup(GrowingEnum):
    """A group of people that counts for a task or a rule (人员类别)."""

    VETERAN = "VETERAN", "A veteran of the armed forces.", "退役军人"
    PARTY_MEMBER = "PARTY_MEMBER", "A member of the party.", "党员"
    POLICE = "POLICE", "A police officer.", "民警"
    MILITIA = "MILITIA", "A member of the militia.", "民兵"
    ETHNIC_RELIGIOUS_AFFAIRS = (
        "ETHNIC_RELIGIOUS_AFFAIRS",
        "An officer of the office for ethnic and religious affairs; says nothing of descent or faith.",
        "民宗干部",
    )
    HEALTH_PROFESSIONAL = "HEALTH_PROFESSIONAL", "A doctor, nurse or another health professional.", "医务人员"
    ELDER = "ELDER", "An elderly person.", "老年人"
    DISABLED = "DISABLED", "A person with a disability.", "残疾人"


# Groups that an office above the community does not learn of.
OF_THE_COMMUNITY = (PeopleGroup.ELDER, PeopleGroup.DISABLED)


class Person(BaseModel):
    """A person who takes part in the community (人员). This is no census: nobody else has a row.

    groups: names of `PeopleGroup` with blanks between, in their order. groups_note: the papers that staff saw.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="people", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    name = LineField()
    phone = CodeField(null=True)
    account = ForeignKeyField(Account, null=True, unique=True, backref="people", on_delete="SET NULL")
    groups = LineField(default="")
    groups_verified_on = DayField(null=True)
    groups_note = ProseField(null=True)
    is_erased = BooleanField(default=False)
    created_at = UtcDateTimeField()
    version = IntegerField(default=1)
    # Units refer to people in turn, so this is checked when the transaction ends.
    work_unit: Any = DeferredForeignKey(
        "Organization", null=True, backref="people", on_delete="SET NULL", deferrable="INITIALLY DEFERRED"
    )

    if TYPE_CHECKING:
        division_id: int
        account_id: int | None
        work_unit_id: int | None

    class Meta:
        indexes = ((("division_code", "id"), True), (("division", "phone"), True))

    @property
    def verified_groups(self) -> list[PeopleGroup]:
        """The groups that staff verified, of those that this release knows."""
        named = self.groups.split() if self.groups_verified_on is not None else []
        return [PeopleGroup[name] for name in named if name in PeopleGroup.__members__]


def groups_text(groups: Any) -> str:
    """Write groups as the column keeps them: each once, in their order."""
    return " ".join(group.value for group in PeopleGroup if group in groups)
