"""How people are imported from rosters (人员名册)."""

from collections.abc import Hashable
from typing import Any

from db.access.commands import Call
from db.kernel.statements import compiled_finding
from db.people.commands import register_person
from db.people.models.person import PeopleGroup, Person
from db.places.models.division import Division
from db.rosters import values
from db.rosters.kinds import Column, Inputs, RosterKind
from db.rosters.places import COMMUNITY_COLUMNS
from db.rosters.units import unit_column, with_unit

G = PeopleGroup


def _inputs(call: Call, row: Inputs) -> Inputs:
    return with_unit(row, "work_unit_id")


def _is_there(call: Call, row: Inputs) -> bool:
    """Return whether somebody of the name and the telephone number, or of the name and without one, is registered."""
    if (phone := row.get("phone")) is None:
        return _without_phone.exists(row["division_code"], row["name"])
    return _with_phone.exists(row["division_code"], row["name"], phone)


def _key(row: Inputs) -> Hashable:
    return row["division_code"], row.get("phone") or row["name"]


@compiled_finding(Person)
def _with_phone(division_code: Any, name: Any, phone: Any) -> Any:
    return _at_home(division_code).where(Person.phone == phone, Person.name == name)


@compiled_finding(Person)
def _without_phone(division_code: Any, name: Any) -> Any:
    return _at_home(division_code).where(Person.phone.is_null(), Person.name == name)


def _at_home(code: Any) -> Any:
    # The id of the division leads to its telephone numbers by an index.
    return Person.select(Person.id).where(Person.division == Division.select(Division.id).where(Division.code == code))


PERSONS = RosterKind(
    "persons",
    ("people", "人员"),
    (
        Column(
            "name",
            ("姓名", "名字", "人员姓名", "委员姓名"),
            ("The name of the person.", "人员姓名。"),
            values.name,
            "示例人员",
            is_required=True,
        ),
        Column(
            "phone",
            (
                "联系电话",
                "手机号码",
                "手机号",
                "手机",
                "电话",
                "电话号码",
                "联系方式",
                "固定电话",
                "mobile",
                "telephone",
            ),
            ("One telephone number, which one person has in a community.", "一个电话号码，同一社区内不得重复。"),
            values.phone,
            "13900000000",
        ),
        *COMMUNITY_COLUMNS,
        unit_column(
            "work_unit_id",
            (
                "The unit that the person works for, as it is registered in the community.",
                "工作单位，须为该社区已登记的单位名称。",
            ),
        ),
        Column(
            "groups",
            ("人员类别", "类别", "人员类型", "身份", "人群类别"),
            ("The groups that the person belongs to, with 、 between them.", "人员类别，多个以“、”分隔。"),
            values.SeveralOf(
                G,
                {
                    "中共党员": G.PARTY_MEMBER,
                    "退伍军人": G.VETERAN,
                    "复转军人": G.VETERAN,
                    "警察": G.POLICE,
                    "社区民警": G.POLICE,
                    "医生": G.HEALTH_PROFESSIONAL,
                    "护士": G.HEALTH_PROFESSIONAL,
                    "老人": G.ELDER,
                    "残障人士": G.DISABLED,
                },
            ),
            "党员、退役军人",
        ),
    ),
    register_person,
    inputs=_inputs,
    is_there=_is_there,
    key=_key,
    key_words=("telephone number or name", "电话或姓名"),
    # Nothing is kept of these.
    ignored=("性别", "民族", "出生年月", "出生日期", "年龄", "身份证号", "身份证号码", "公民身份号码"),
)
