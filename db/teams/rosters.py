"""How volunteer teams are imported from rosters (志愿服务队名册): a row is a team with its leads and its members."""

import re
from collections.abc import Hashable, Iterator
from typing import Any

from db.access.commands import Call
from db.kernel.statements import compiled_finding
from db.rosters import values
from db.rosters.cells import Cell
from db.rosters.kinds import Column, Inputs, RosterKind
from db.rosters.people import person_named
from db.rosters.places import COMMUNITY_COLUMNS
from db.rosters.units import unit_named
from db.teams.commands import form_team
from db.teams.lifecycle import LIVE
from db.teams.memberships import Party
from db.teams.models.team import TeamRole, VolunteerTeam, VolunteerTeamKind

K, R = VolunteerTeamKind, TeamRole
# 张三 13900000000 or 张三（13900000000）: a name, and a telephone number where several have it.
_WHO = re.compile(r"(?P<name>.*?)[\s(（:：]*(?P<phone>[+＋]?[\d０-９][\d０-９-]{5,})?[\s)）]*")
_BETWEEN = re.compile("[、,，;；/\n|]")


def _members(cell: Cell) -> list[tuple[str, str | None]]:
    """Read who belongs to a team: given `张三、李四 13900000000`, it is [("张三", None), ("李四", "13900000000")]."""
    found = []
    for part in _BETWEEN.split(values.shown(cell)):
        match = _WHO.fullmatch(part.strip())
        if match and (match["name"] or match["phone"]):
            found.append((match["name"], match["phone"] and values.phone(match["phone"])))
    return found


def _inputs(call: Call, row: Inputs) -> Inputs:
    """Return the inputs of the command: people of the community by name, or companies for a team of these.

    Raises:
        DomainError: NOT_FOUND or INVALID_INPUT, the community has no such person or organization, or several.
    """
    code, named = row["division_code"], row.pop("members", ())
    leads = {party: role for role, party in _leads(code, row)}
    # A list of all members names those who lead them too.
    others = dict.fromkeys(_member(code, row["kind"], *who) for who in named)
    members = leads | {party: R.MEMBER for party in others if party not in leads}
    return row | {"members": [{"member_id": party, "role": role} for party, role in members.items()]}


def _leads(code: str, row: Inputs) -> Iterator[tuple[TeamRole, Party]]:
    for role, field, chinese in ((R.CAPTAIN, "captain", "队长电话"), (R.INSTRUCTOR, "instructor", "指导员电话")):
        name, phone = row.pop(field, None), row.pop(f"{field}_phone", None)
        if name is not None or phone is not None:
            words = (f" of the {field}", chinese)
            yield role, ("Person", person_named(code, name, phone, field, words))


def _member(code: str, kind: VolunteerTeamKind, name: str, phone: str | None) -> Party:
    if kind is K.RED_PROPERTY:
        return "Organization", unit_named(code, name, "members")
    return "Person", person_named(code, values.name(name) if name else None, phone, "members")


def _is_there(call: Call, row: Inputs) -> bool:
    """Return whether the community has a team of that name and kind."""
    return _named.exists(row["division_code"], row["name"], row["kind"])


def _key(row: Inputs) -> Hashable:
    return row["division_code"], row["name"]


@compiled_finding(VolunteerTeam)
def _named(division_code: Any, name: Any, kind: Any) -> Any:
    live = VolunteerTeam.state.in_([state.value for state in LIVE])
    named = (VolunteerTeam.division_code == division_code) & (VolunteerTeam.name == name) & (VolunteerTeam.kind == kind)
    return VolunteerTeam.select(VolunteerTeam.id).where(named, live)


TEAMS = RosterKind(
    "teams",
    ("volunteer teams", "志愿服务队"),
    (
        Column(
            "name",
            ("队伍名称", "名称", "志愿服务队名称", "志愿服务队", "队名"),
            ("The name of the team, which no other team of the community has.", "队伍名称，同一社区内不得重复。"),
            values.line,
            "示范退役军人志愿服务队",
            is_required=True,
        ),
        Column(
            "kind",
            ("队伍类别", "队伍类型", "类别", "类型"),
            ("The purpose of the team.", "队伍类别。"),
            values.OneOf(
                K,
                {
                    "退役军人": K.VETERAN,
                    "老兵": K.VETERAN,
                    "红色物业": K.RED_PROPERTY,
                    "居民": K.RESIDENT,
                    "居家健康监测": K.HOME_MONITORING,
                    "党员": K.PARTY,
                    "综合": K.GENERAL,
                },
            ),
            "退役军人志愿服务队",
            is_required=True,
        ),
        *COMMUNITY_COLUMNS,
        Column(
            "captain",
            ("队长", "队长姓名", "负责人"),
            ("The captain, as registered in the community.", "队长，须为该社区已登记人员。"),
            values.name,
            "示例人员",
        ),
        Column(
            "captain_phone",
            ("队长电话", "队长联系电话", "负责人电话", "联系电话"),
            ("The telephone number by which the captain is found.", "队长电话，用于查找队长。"),
            values.phone,
            "13900000000",
        ),
        Column(
            "instructor",
            ("指导员", "民警指导员", "指导员姓名", "指导民警"),
            (
                "The instructor, as registered in the community; a police officer for veterans.",
                "指导员，须为该社区已登记人员。",
            ),
            values.name,
            "示例民警",
        ),
        Column(
            "instructor_phone",
            ("指导员电话", "指导员联系电话", "民警电话"),
            ("The telephone number by which the instructor is found.", "指导员电话，用于查找指导员。"),
            values.phone,
        ),
        Column(
            "members",
            ("队员", "队员名单", "成员", "成员名单", "志愿者"),
            (
                "The other members with 、 between them, as registered in the community: people, with a telephone "
                "number where several have the name, or the companies of a team of property companies.",
                "其他队员，以“、”分隔，须为该社区已登记人员，重名时加注电话；红色物业队为物业企业名称。",
            ),
            _members,
            "示例队员一、示例队员二 13900000002",
        ),
        Column(
            "purpose",
            ("服务内容", "宗旨", "主要职责", "职责"),
            ("What the team is for.", "服务内容。"),
            values.line,
        ),
        Column(
            "site_code",
            ("点位编号", "服务点位", "所在点位"),
            ("The code of the site at which the team works.", "服务点位编号。"),
            values.code,
        ),
    ),
    form_team,
    inputs=_inputs,
    is_there=_is_there,
    key=_key,
    ignored=("队员人数", "人数", "志愿者人数", "备注"),
)
