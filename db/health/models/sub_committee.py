"""Sub-committees of a community's committee, and who belongs to them (下属委员会)."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.committees.models.committee import Committee, MemberPost
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division


class SubCommitteeKind(GrowingEnum):
    """What a sub-committee is for (下属委员会类别)."""

    PUBLIC_HEALTH = "PUBLIC_HEALTH", "The public-health committee of a community.", "公共卫生委员会"
    PATRIOTIC_HEALTH = "PATRIOTIC_HEALTH", "The patriotic health committee of a community.", "爱国卫生运动委员会"


class SubCommitteeState(DomainEnum):
    """The state of a sub-committee (下属委员会状态)."""

    ACTIVE = "ACTIVE", "The sub-committee works.", "运行中"
    DISSOLVED = "DISSOLVED", "The sub-committee was dissolved with its committee.", "已撤销"


class SubCommitteeRole(DomainEnum):
    """What a member of a sub-committee is in it (下属委员会职务)."""

    HEAD = "HEAD", "The member who heads the sub-committee.", "主任"
    DEPUTY = "DEPUTY", "A member who stands in for the head.", "副主任"
    MEMBER = "MEMBER", "A member without another position.", "委员"


# By which posts somebody may head a sub-committee (rule H2).
HEAD_POSTS = (MemberPost.RESIDENTS_DIRECTOR, MemberPost.RESIDENTS_MEMBER)


class SubCommittee(BaseModel):
    """A sub-committee of a committee (下属委员会): one of each kind works at a time."""

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="sub_committees", on_delete="RESTRICT")
    division = ForeignKeyField(Division, backref="sub_committees", on_delete="RESTRICT")
    division_code = CodeField()
    kind = EnumField(SubCommitteeKind)
    formed_on = DayField()
    dissolved_on = DayField(null=True)
    state = EnumField(SubCommitteeState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        committee_id: int
        division_id: int

    class Meta:
        indexes = ((("division_code", "id"), True),)
        constraints = [Check("(state = 'DISSOLVED') = (dissolved_on IS NOT NULL)")]


SubCommittee.add_index(
    SubCommittee.index(
        SubCommittee.committee,
        SubCommittee.kind,
        unique=True,
        where=SQL("state = 'ACTIVE'"),
        name="sub_committee_one_of_each",
    )
)


class SubCommitteeMember(BaseModel):
    """A person in a sub-committee and what they are in it, from one day to another (下属委员会成员)."""

    id = BigAutoField()
    sub_committee = ForeignKeyField(SubCommittee, backref="members", on_delete="CASCADE", index=False)
    person = ForeignKeyField(Person, backref="sub_committee_memberships", on_delete="RESTRICT")
    division_code = CodeField()
    role = EnumField(SubCommitteeRole)
    since = DayField()
    until = DayField(null=True)

    if TYPE_CHECKING:
        sub_committee_id: int
        person_id: int

    class Meta:
        indexes = ((("sub_committee", "id"), True),)
        constraints = [Check("until IS NULL OR until >= since")]


SubCommitteeMember.add_index(
    SubCommitteeMember.index(
        SubCommitteeMember.sub_committee,
        SubCommitteeMember.person,
        unique=True,
        where=SQL("until IS NULL"),
        name="sub_committee_member_once",
    )
)
SubCommitteeMember.add_index(
    SubCommitteeMember.index(
        SubCommitteeMember.sub_committee,
        unique=True,
        where=SQL("role = 'HEAD' AND until IS NULL"),
        name="sub_committee_member_one_head",
    )
)
add_tie(
    Tie(
        SubCommitteeMember,
        ("a place in a sub-committee", "下属委员会成员"),
        points=lambda member, person: member.person == person.id,
        holds=lambda member, now: member.until.is_null(),
        is_public=True,
    )
)
