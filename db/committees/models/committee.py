"""Committees, their fifteen seats, and the members who hold them for a term."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, ProseField
from db.kernel.model import BaseModel
from db.kernel.ranks import index_ranks
from db.people.models.person import ERASED, Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division

# How many active members a committee has (rule C2), and how many of them are deputies (rule C4).
MIN_MEMBERS, MAX_MEMBERS = 13, 15
DEPUTIES = 4
# The first day on which anything of committees can have happened.
FIRST_DAY = date(2000, 1, 1)


class CommitteeState(DomainEnum):
    """The state of a committee (社工委状态)."""

    FORMING = "FORMING", f"The committee is being founded and may have fewer than {MIN_MEMBERS} members.", "组建中"
    ACTIVE = "ACTIVE", f"The committee works with {MIN_MEMBERS} to {MAX_MEMBERS} members.", "运行中"
    NON_COMPLIANT = "NON_COMPLIANT", "The committee works with too few members, within 30 days of grace.", "待补员"
    DISSOLVED = "DISSOLVED", "The committee was dissolved.", "已撤销"


class SeatKind(DomainEnum):
    """Whether a seat is held permanently or in rotation (委员类型)."""

    STANDING = "STANDING", "The seat is held as long as its holder is in office.", "常任委员"
    ROTATING = "ROTATING", "The seat is held for one year, and can be renewed.", "轮值委员"


class MemberPosition(DomainEnum):
    """The position of a member within the committee (职务)."""

    DIRECTOR = "DIRECTOR", "The director of the committee.", "主任"
    DEPUTY_DIRECTOR = "DEPUTY_DIRECTOR", "One of the four deputy directors.", "副主任"
    MEMBER = "MEMBER", "A member without another position.", "委员"


class MemberCategory(DomainEnum):
    """The group that a member comes from, one of ten (委员类别)."""

    TWO_COMMITTEES = "TWO_COMMITTEES", "A member of the community's two committees.", "社区“两委”成员"
    DEPUTY_DELEGATE_CPPCC = "DEPUTY_DELEGATE_CPPCC", "A delegate, deputy or CPPCC member.", "“两代表一委员”"
    VETERAN = "VETERAN", "A veteran of the armed forces.", "退役军人"
    COMMUNITY_POLICE = "COMMUNITY_POLICE", "A community police officer.", "社区民警"
    NON_PUBLIC_ECONOMY = "NON_PUBLIC_ECONOMY", "Head of a non-public economic organization.", "非公经济组织负责人"
    SOCIAL_ORGANIZATION = "SOCIAL_ORGANIZATION", "Head of a social organization.", "社会组织负责人"
    PROPERTY_COMPANY = "PROPERTY_COMPANY", "Head of a property-management company.", "物业企业负责人"
    OWNERS_COMMITTEE = "OWNERS_COMMITTEE", "A member of an owners' committee.", "业委会成员"
    NOTABLE_RESIDENT = "NOTABLE_RESIDENT", "A local notable or keen resident.", "乡贤和热心居民"
    OTHER = "OTHER", "A member of no other category.", "其他人员"


class NominationChannel(GrowingEnum):
    """How a member was nominated (产生方式)."""

    SELF_NOMINATION = "SELF_NOMINATION", "The member applied in person.", "个人自荐"
    RESIDENT_RECOMMENDATION = "RESIDENT_RECOMMENDATION", "Residents recommended the member.", "居民推荐"
    UNIT_RECOMMENDATION = "UNIT_RECOMMENDATION", "An organization recommended the member.", "单位推荐"


class MemberPost(GrowingEnum):
    """A post in the community by which its holder has a standing seat (任职)."""

    PARTY_SECRETARY = "PARTY_SECRETARY", "The secretary of the community's party organization.", "党组织书记"
    PARTY_ORG_MEMBER = "PARTY_ORG_MEMBER", "A committee member of the community's party organization.", "党组织委员"
    RESIDENTS_DIRECTOR = "RESIDENTS_DIRECTOR", "The director of the residents' committee.", "居委会主任"
    RESIDENTS_MEMBER = "RESIDENTS_MEMBER", "A member of the residents' committee.", "居委会委员"
    VETERAN_CAPTAIN = "VETERAN_CAPTAIN", "The captain of the veterans' team.", "退役军人队长"


# The posts that a director holds both of (rule C3).
DIRECTOR_POSTS = (MemberPost.PARTY_SECRETARY, MemberPost.RESIDENTS_DIRECTOR)


class EndReason(GrowingEnum):
    """Why a member's time in office ended (离任原因)."""

    TERM_ENDED = "TERM_ENDED", "The term of the member was over.", "任期届满"
    RESIGNED = "RESIGNED", "The member resigned.", "辞任"
    MOVED_AWAY = "MOVED_AWAY", "The member moved away.", "迁离"
    POST_ENDED = "POST_ENDED", "The post ended by which the member had the seat.", "职务终止"
    REMOVED = "REMOVED", "The two committees removed the member.", "免任"
    DECEASED = "DECEASED", "The member died.", "去世"
    REPLACED = "REPLACED", "Another person took the seat.", "接替"
    DISSOLVED = "DISSOLVED", "The committee was dissolved.", "社工委撤销"


class Committee(BaseModel):
    """A Community Building Committee (社区建设工作委员会): one for each community."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="committees", on_delete="RESTRICT")
    division_code = CodeField()
    name = LineField()
    state = EnumField(CommitteeState)
    established_on = DayField()
    dissolved_on = DayField(null=True)
    is_pilot = BooleanField(default=False)
    version = IntegerField(constraints=[SQL("DEFAULT 1")])
    lead_waiver_post = EnumField(MemberPost, null=True)
    lead_waiver_reason = ProseField(null=True)
    lead_waiver_until = DayField(null=True)
    grace_ends_on = DayField(null=True)

    if TYPE_CHECKING:
        division_id: int

    class Meta:
        indexes = ((("division_code", "id"), True),)


# What a tick looks for: waivers and graces that end.
for _column in (Committee.lead_waiver_until, Committee.grace_ends_on):
    Committee.add_index(
        Committee.index(_column, where=SQL(f"{_column.name} IS NOT NULL"), name=f"committee_{_column.name}")
    )
Committee.add_index(
    Committee.index(
        Committee.division, unique=True, where=SQL("state <> 'DISSOLVED'"), name="committee_one_a_community"
    )
)


class Seat(BaseModel):
    """A seat of a committee (席位), numbered 1 to 15: a sixteenth cannot be kept."""

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="seats", on_delete="CASCADE", index=False)
    number = IntegerField()
    kind = EnumField(SeatKind)
    division_code = CodeField()

    if TYPE_CHECKING:
        committee_id: int

    class Meta:
        indexes = ((("committee", "number"), True),)
        constraints = [Check(f"number BETWEEN 1 AND {MAX_MEMBERS}")]


class Member(BaseModel):
    """A person who holds, or held, a seat of a committee for a term (委员).

    posts: names of `MemberPost` with blanks between, in their order. has_known_posts: somebody said which they are, so
    that none means that the member holds none. ended_on: the last day in office.
    """

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="members", on_delete="RESTRICT", index=False)
    seat = ForeignKeyField(Seat, backref="members", on_delete="RESTRICT")
    account = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    division_code = CodeField()
    name = LineField()
    phone = CodeField(null=True)
    category = EnumField(MemberCategory)
    position = EnumField(MemberPosition, default=MemberPosition.MEMBER)
    nomination_channel = EnumField(NominationChannel)
    term_start = DayField()
    term_end = DayField(null=True)
    renewal_count = IntegerField(default=0)
    is_active = BooleanField(default=True)
    person = ForeignKeyField(Person, null=True, backref="members", on_delete="RESTRICT")
    posts = LineField(constraints=[SQL("DEFAULT ''")])
    replaces = ForeignKeyField("self", null=True, backref="replaced_by", on_delete="RESTRICT")
    end_reason = EnumField(EndReason, null=True)
    ended_on = DayField(null=True)
    has_known_posts = BooleanField(constraints=[SQL("DEFAULT FALSE")])

    if TYPE_CHECKING:
        committee_id: int
        seat_id: int
        replaces_id: int | None
        account_id: int | None
        person_id: int | None

    class Meta:
        indexes = (
            (("committee", "id"), True),
            (("division_code", "id"), True),
            (("name", "id"), True),
            (("category", "id"), True),
        )
        constraints = [Check("term_end IS NULL OR term_end >= term_start")]


def posts_text(posts: Iterable[MemberPost]) -> str:
    """Write posts as the column keeps them: each once, in their order, with blanks between."""
    named = set(posts)
    return " ".join(post.value for post in MemberPost if post in named)


Member.add_index(Member.index(Member.seat, unique=True, where=SQL("is_active"), name="member_one_a_seat"))
Member.add_index(
    Member.index(
        Member.committee, unique=True, where=SQL("is_active AND position = 'DIRECTOR'"), name="member_one_director"
    )
)
Member.add_index(
    Member.index(
        Member.committee,
        Member.account,
        unique=True,
        where=SQL("is_active AND account_id IS NOT NULL"),
        name="member_one_seat_a_person",
    )
)
index_ranks(Member, "position", "category")
add_tie(
    Tie(
        Member,
        ("a seat of a committee", "委员席位"),
        points=lambda member, person: member.person == person.id,
        holds=lambda member, now: member.is_active,
        is_public=True,
        erased={"name": ERASED, "phone": None, "account": None},
    )
)


# What a tick looks for: terms that end.
Member.add_index(Member.index(Member.term_end, Member.id, where=SQL("is_active"), name="member_term"))
