"""How the members of committees are imported from rosters (委员名册), with the people and the committees themselves.

A row makes the person who is not registered yet, founds the committee that is not there yet, and enters the member.
Once all rows of a committee are there, the committee begins its work.
"""

from collections.abc import Hashable
from datetime import date
from typing import Any

from db.access.commands import Call, CommandResult
from db.committees.entering import enter_member
from db.committees.founding import activate_committee, found_committee
from db.committees.models.committee import (
    Committee,
    CommitteeState,
    Member,
    MemberCategory,
    MemberPosition,
    MemberPost,
    NominationChannel,
    SeatKind,
)
from db.kernel.statements import compiled
from db.people.commands import register_person
from db.places.models.division import Division
from db.rosters import values
from db.rosters.kinds import Column, FinishWords, Inputs, RosterKind
from db.rosters.people import one_of_them, people_named
from db.rosters.places import COMMUNITY_COLUMNS, core_name
from db.rosters.units import unit_column, with_unit

C, N, P, T = MemberCategory, NominationChannel, MemberPosition, MemberPost


def _inputs(call: Call, row: Inputs) -> Inputs:
    """Return a row with the unit by id, and what rosters seldom say: the position, and who nominated the member."""
    row = with_unit(row, "work_unit_id")
    channel = N.SELF_NOMINATION if row.get("work_unit_id") is None else N.UNIT_RECOMMENDATION
    return {"position": P.MEMBER, "channel": channel} | row


def _is_there(call: Call, row: Inputs) -> bool:
    """Return whether somebody of the name sits on the committee, unless their telephone number is another one."""
    phone = row.get("phone")
    return any(
        None in (phone, other) or phone == other for (other,) in _seated.tuples(row["division_code"], row["name"])
    )


def _key(row: Inputs) -> Hashable:
    return row["division_code"], row.get("phone") or row["name"]


@compiled
def _seated(division_code: Any, name: Any) -> Any:
    there = (Member.division_code == division_code) & (Member.name == name) & Member.is_active
    return Member.select(Member.phone).where(there)


def _enter(call: Call, **row: Any) -> CommandResult:
    """Enter a member, and before it the person and the committee where they are not there.

    Raises:
        DomainError: as `found_committee`, `register_person` and `enter_member` refuse.
    """
    code, name, unit = row.pop("division_code"), row.pop("name"), row.pop("work_unit_id", None)
    committee = _committee(call, code, row.pop("committee_name", None), row.pop("established_on", row["term_start"]))
    person = _person(call, code, name, row.pop("phone", None), unit)
    if row["channel"] is N.UNIT_RECOMMENDATION:
        row["organization_id"] = unit
    return enter_member(call, committee_id=committee, person_id=person, **row)


def _committee(call: Call, code: str, name: str | None, established_on: date) -> int:
    """Return the id of the committee of a community, which is founded where there is none."""
    found = _standing.scalar(code)
    if found is not None:
        return found
    home = Division.find(code=code)
    name = name or f"{core_name(home.name) if home else ''}社区建设工作委员会"
    return found_committee(call, division_code=code, name=name, established_on=established_on).rows["committee"]


@compiled
def _standing(division_code: Any) -> Any:
    standing = (Committee.division_code == division_code) & (Committee.state != CommitteeState.DISSOLVED)
    return Committee.select(Committee.id).where(standing)


def _person(call: Call, code: str, name: str, phone: str | None, unit: int | None) -> int:
    """Return the id of the person whom a row names, who is registered where nobody of the name and number is."""
    found = people_named(code, name, phone)
    if found:
        return one_of_them(found, name, phone, "name")
    return register_person(call, division_code=code, name=name, phone=phone, work_unit_id=unit).rows["person"]


def _begin_work(call: Call, division_code: str) -> CommandResult:
    """Let the committee of a community begin its work, all of whose rows are there.

    Raises:
        DomainError: COMPOSITION_RULE_BROKEN, NOT_PERMITTED.
    """
    committee = Committee.find(division_code=division_code, state=CommitteeState.FORMING)
    return CommandResult() if committee is None else activate_committee(call, committee_id=committee.id)


MEMBERS = RosterKind(
    "members",
    ("members", "委员"),
    (
        Column(
            "name",
            ("姓名", "委员姓名", "名字"),
            (
                "The name of the member, who is registered if nobody of the name and number is.",
                "委员姓名，未登记的将一并登记。",
            ),
            values.name,
            "示例委员",
            is_required=True,
        ),
        Column(
            "phone",
            ("联系电话", "手机号码", "手机号", "手机", "电话", "电话号码", "联系方式"),
            ("One telephone number, which one person has in a community.", "一个电话号码，同一社区内不得重复。"),
            values.phone,
            "13900000000",
        ),
        *COMMUNITY_COLUMNS,
        Column(
            "position",
            ("职务", "社工委职务", "委员会职务"),
            ("The position in the committee; member when left out.", "在社工委的职务；未填写时为委员。"),
            values.OneOf(P, {"社工委主任": P.DIRECTOR, "社工委副主任": P.DEPUTY_DIRECTOR, "社工委委员": P.MEMBER}),
            "主任",
        ),
        Column(
            "posts",
            ("任职", "社区职务", "社区任职", "现任职务", "党内职务", "兼任职务"),
            (
                "The posts in the community, with 、 between them; they give a standing seat, and a director has two.",
                "在社区担任的职务，多个以“、”分隔；依职为常任委员，主任须任党组织书记和居委会主任。",
            ),
            values.SeveralOf(
                T,
                {
                    "书记": T.PARTY_SECRETARY,
                    "社区书记": T.PARTY_SECRETARY,
                    "社区党组织书记": T.PARTY_SECRETARY,
                    "党委书记": T.PARTY_SECRETARY,
                    "社区党委书记": T.PARTY_SECRETARY,
                    "党总支书记": T.PARTY_SECRETARY,
                    "党支部书记": T.PARTY_SECRETARY,
                    "主任": T.RESIDENTS_DIRECTOR,
                    "社区主任": T.RESIDENTS_DIRECTOR,
                    "社区党组织委员": T.PARTY_ORG_MEMBER,
                    "党委委员": T.PARTY_ORG_MEMBER,
                    "党总支委员": T.PARTY_ORG_MEMBER,
                    "支部委员": T.PARTY_ORG_MEMBER,
                    "居委会副主任": T.RESIDENTS_MEMBER,
                    "退役军人志愿服务队队长": T.VETERAN_CAPTAIN,
                },
            ),
            "党组织书记、居委会主任",
        ),
        Column(
            "category",
            ("类别", "委员类别", "人员类别", "界别", "身份类别"),
            ("The group that the member comes from.", "委员类别。"),
            values.OneOf(
                C,
                {
                    "两委成员": C.TWO_COMMITTEES,
                    "社区两委成员": C.TWO_COMMITTEES,
                    '社区"两委"成员': C.TWO_COMMITTEES,
                    "两代表一委员": C.DEPUTY_DELEGATE_CPPCC,
                    '"两代表一委员"': C.DEPUTY_DELEGATE_CPPCC,
                    "退伍军人": C.VETERAN,
                    "复转军人": C.VETERAN,
                    "民警": C.COMMUNITY_POLICE,
                    "非公经济组织": C.NON_PUBLIC_ECONOMY,
                    "非公企业负责人": C.NON_PUBLIC_ECONOMY,
                    "社会组织": C.SOCIAL_ORGANIZATION,
                    "物业": C.PROPERTY_COMPANY,
                    "物业公司负责人": C.PROPERTY_COMPANY,
                    "业委会": C.OWNERS_COMMITTEE,
                    "业主委员会成员": C.OWNERS_COMMITTEE,
                    "乡贤": C.NOTABLE_RESIDENT,
                    "热心居民": C.NOTABLE_RESIDENT,
                    "其他": C.OTHER,
                },
            ),
            "社区“两委”成员",
            is_required=True,
        ),
        unit_column(
            "work_unit_id",
            (
                "The unit that the member works for, as it is registered in the community.",
                "所属单位，须为该社区已登记的单位名称。",
            ),
        ),
        Column(
            "seat_kind",
            ("席位", "席位类型", "委员类型", "委员性质"),
            (
                "Whether the seat is standing or rotating; by posts and category when left out.",
                "常任或轮值；未填写时按任职和类别确定。",
            ),
            values.OneOf(SeatKind, {"常任": SeatKind.STANDING, "轮值": SeatKind.ROTATING}),
            "常任委员",
        ),
        Column(
            "term_start",
            ("任期开始", "任期开始日期", "任期起", "任职时间", "任职日期", "任期开始时间"),
            (
                "The first day of the term; a rotating seat is held for a year from then on.",
                "任期开始日期，轮值委员任期一年。",
            ),
            values.day,
            "2022-02-10",
            is_required=True,
        ),
        Column(
            "renewal_count",
            ("续任次数", "连任次数", "连任届数"),
            ("How often the term of a rotating seat was renewed since.", "轮值委员自任期开始后的续任次数。"),
            values.whole,
        ),
        Column(
            "channel",
            ("产生方式", "推荐方式", "推荐渠道"),
            (
                "Who nominated the member; the unit where there is one, otherwise the member, when left out.",
                "产生方式；未填写时，有所属单位的为单位推荐，其余为个人自荐。",
            ),
            values.OneOf(N, {"自荐": N.SELF_NOMINATION, "群众推荐": N.RESIDENT_RECOMMENDATION}),
            "个人自荐",
        ),
        Column(
            "recommender_count",
            ("推荐人数", "联名人数"),
            ("How many residents recommended the member together.", "居民推荐时的联名人数。"),
            values.whole,
        ),
        Column(
            "committee_name",
            ("社工委名称", "委员会名称", "社工委"),
            ("The name of the committee that is founded with its first row.", "社工委名称，首行将据此组建。"),
            values.line,
        ),
        Column(
            "established_on",
            ("成立日期", "社工委成立日期", "成立时间"),
            (
                "The day on which the committee was founded; the first row's term start when left out.",
                "社工委成立日期；未填写时为首行的任期开始。",
            ),
            values.day,
        ),
    ),
    _enter,
    inputs=_inputs,
    is_there=_is_there,
    key=_key,
    key_words=("telephone number or name", "电话或姓名"),
    finish=_begin_work,
    finish_words=FinishWords(
        ("committee began its work", "committees began their work"),
        ("committee can begin its work", "committees can begin their work"),
        ("committee cannot begin its work yet", "committees cannot begin their work yet"),
    ),
    # Nothing is kept of these.
    ignored=(
        "性别",
        "民族",
        "出生年月",
        "出生日期",
        "年龄",
        "身份证号",
        "身份证号码",
        "公民身份号码",
        "文化程度",
        "政治面貌",
        "备注",
    ),
)
