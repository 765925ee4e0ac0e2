"""How registrations are imported from rosters (报到名册): units and people, who are registered before."""

from collections.abc import Hashable
from typing import Any

from db.access.commands import Call
from db.issues.models.duty import Duty
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.registrations.commands.registrations import submit_registration
from db.registrations.models.registration import Registration, RegistrationKind, is_live
from db.rosters import values
from db.rosters.kinds import Column, Inputs, RosterKind
from db.rosters.people import person_named
from db.rosters.places import COMMUNITY_COLUMNS
from db.rosters.units import unit_column, with_unit

K = RegistrationKind


def _inputs(call: Call, row: Inputs) -> Inputs:
    """Return the inputs of the command: the unit, or the person and the unit that they work for.

    Raises:
        DomainError: NOT_FOUND or INVALID_INPUT, the community has no such unit or person, or several.
    """
    name, phone, is_unit = row.pop("name", None), row.pop("phone", None), row["kind"].is_of_a_unit
    row = with_unit(row, "work_unit_id")
    if is_unit:
        if (unit := row.pop("work_unit_id", None)) is None:
            raise invalid("unit", "Name the unit that registers.", "请填写报到单位。")
        return row | {"party_id": ("Organization", unit)}
    if name is None and phone is None:
        raise invalid("name", "Name the person who registers.", "请填写报到人姓名。")
    return row | {"party_id": ("Person", person_named(row["division_code"], name, phone, "name"))}


def _is_there(call: Call, row: Inputs) -> bool:
    """Return whether the party has a live registration of the kind in the community."""
    noun, party = row["party_id"]
    statement = _of_unit if noun == "Organization" else _of_person
    return statement.exists(row["division_code"], party, row["kind"])


def _key(row: Inputs) -> Hashable:
    return row["party_id"], row["kind"]


@compiled
def _of_unit(code: Any, party: Any, kind: Any) -> Any:
    return _there(code, kind).where(Registration.organization == party)


@compiled
def _of_person(code: Any, party: Any, kind: Any) -> Any:
    return _there(code, kind).where(Registration.person == party)


def _there(code: Any, kind: Any) -> Any:
    there = (Registration.division_code == code) & (Registration.kind == kind) & is_live(Registration)
    return Registration.select(Registration.id).where(there)


REGISTRATIONS = RosterKind(
    "registrations",
    ("registrations", "双报到"),
    (
        Column(
            "kind",
            ("报到类别", "报到类型", "类别"),
            ("As what the party registers.", "党组织、党员、单位或公职人员报到。"),
            values.OneOf(
                K,
                {
                    "党组织": K.PARTY_ORG,
                    "党员": K.PARTY_MEMBER,
                    "在职党员": K.PARTY_MEMBER,
                    "单位": K.UNIT,
                    "公职人员": K.PUBLIC_OFFICIAL,
                },
            ),
            "党员报到",
            is_required=True,
        ),
        Column(
            "name",
            ("姓名", "报到人", "党员姓名", "报到人姓名"),
            ("The person who registers, as they are registered in the community.", "报到人姓名，须已在该社区登记。"),
            values.name,
            "示例人员",
            inputs=("party_id",),
        ),
        Column(
            "phone",
            ("联系电话", "手机号码", "手机号", "手机", "电话"),
            ("The telephone number of the person, where several have the name.", "报到人电话，重名时使用。"),
            values.phone,
        ),
        unit_column(
            "work_unit_id",
            ("The unit that registers, or that the person works for.", "报到单位，或报到人的工作单位。"),
        ),
        *COMMUNITY_COLUMNS,
        Column(
            "duties",
            ("服务职能", "职能", "服务项目", "认领职能"),
            ("One to three of the eight duties, with 、 between them.", "八项职能中的一至三项，以“、”分隔。"),
            values.SeveralOf(Duty, {}),
            "公益服务供给、参与联防联控",
            is_required=True,
        ),
        Column(
            "yearly_hours",
            ("年服务时长", "年度服务时长", "承诺时长", "服务时长"),
            ("How many hours a year the party offers.", "每年承诺的服务小时数。"),
            values.decimal,
            "24",
            is_required=True,
        ),
        Column(
            "skills",
            ("特长", "专长", "服务特长", "技能"),
            ("What the party is good at.", "特长。"),
            values.line,
        ),
        Column(
            "party_organization_name",
            ("党组织名称", "所在党组织", "所在党支部", "党支部"),
            ("The name of the party organization.", "党组织名称。"),
            values.line,
        ),
        Column(
            "has_consent",
            ("是否同意", "本人同意", "是否本人同意"),
            ("Whether the party agreed to be registered.", "报到人是否同意由他人代为报到。"),
            values.yes_no,
            "是",
        ),
    ),
    submit_registration,
    inputs=_inputs,
    is_there=_is_there,
    key=_key,
    key_words=("party and kind", "报到人和类别"),
)
