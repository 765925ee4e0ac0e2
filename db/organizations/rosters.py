"""How organizations are imported from rosters (单位名册)."""

from collections.abc import Hashable

from db.access.commands import Call
from db.organizations.commands import organizations_named, register_organization
from db.organizations.models.organization import (
    OrganizationKind,
    SocialOrganizationKind,
)
from db.rosters import values
from db.rosters.kinds import Column, Inputs, RosterKind
from db.rosters.people import person_named
from db.rosters.places import COMMUNITY_COLUMNS

K, S = OrganizationKind, SocialOrganizationKind


def _inputs(call: Call, row: Inputs) -> Inputs:
    """Return the inputs of the command: the head by telephone number, or by name, in the community.

    Raises:
        DomainError: NOT_FOUND or INVALID_INPUT, nobody or several are registered there.
    """
    name, phone = row.pop("head", None), row.pop("head_phone", None)
    if name is None and phone is None:
        return row
    words = (" of the head", "负责人电话")
    return row | {"head_id": person_named(row["division_code"], name, phone, "head", words), "head_name": name}


def _is_there(call: Call, row: Inputs) -> bool:
    """Return whether the community has an organization of that name and kind, or waits for its review."""
    return organizations_named.exists(row["division_code"], row["name"], row["kind"])


def _key(row: Inputs) -> Hashable:
    return row["division_code"], row["name"], row["kind"]


ORGANIZATIONS = RosterKind(
    "organizations",
    ("organizations", "单位"),
    (
        Column(
            "name",
            ("单位名称", "名称", "单位", "组织名称", "社会组织名称", "企业名称"),
            ("The name of the organization.", "单位名称。"),
            values.line,
            "示范社区志愿者协会",
            is_required=True,
        ),
        Column(
            "kind",
            ("单位类型", "类型", "单位类别", "单位性质", "性质"),
            ("The kind of organization.", "单位类型。"),
            values.OneOf(
                K,
                {
                    "国家机关": K.GOVERNMENT_ORGAN,
                    "党政机关": K.GOVERNMENT_ORGAN,
                    "国有企业": K.ENTERPRISE,
                    "国企": K.ENTERPRISE,
                    "民营企业": K.NON_PUBLIC_ENTERPRISE,
                    "私营企业": K.NON_PUBLIC_ENTERPRISE,
                    "物业公司": K.PROPERTY_COMPANY,
                    "物业": K.PROPERTY_COMPANY,
                    "业主委员会": K.OWNERS_COMMITTEE,
                },
            ),
            "社会组织",
            is_required=True,
        ),
        *COMMUNITY_COLUMNS,
        Column(
            "social_kind",
            ("社会组织类别", "社会组织类型", "类别"),
            ("The field of activity, which a social organization needs.", "社会组织类别，社会组织必填。"),
            values.OneOf(
                S,
                {
                    "社区服务": S.COMMUNITY_SERVICE,
                    "公益慈善": S.PUBLIC_BENEFIT_CHARITY,
                    "文体活动": S.CULTURE_SPORT,
                    "专业调处": S.PROFESSIONAL_MEDIATION,
                },
            ),
            "公益慈善类",
        ),
        Column(
            "head",
            ("负责人", "负责人姓名", "法定代表人", "法人代表"),
            ("The person who heads it, as registered in the community.", "负责人，须为该社区已登记人员。"),
            values.name,
            "示例人员",
            inputs=("head_id", "head_name"),
        ),
        Column(
            "head_phone",
            ("负责人电话", "负责人联系电话", "负责人手机", "负责人手机号码"),
            ("The telephone number by which the head is found.", "负责人电话，用于查找负责人。"),
            values.phone,
            "13900000000",
        ),
        Column(
            "member_count",
            ("成员人数", "人数", "会员人数", "成员数"),
            ("The number of members, which a social organization needs.", "成员人数，社会组织必填。"),
            values.whole,
            "12",
        ),
        Column(
            "party_organization_name",
            ("党组织名称", "党组织", "所属党组织"),
            ("The name of its party organization.", "党组织名称。"),
            values.line,
        ),
        Column("address", ("地址", "单位地址", "办公地址"), ("The postal address.", "地址。"), values.line),
        Column(
            "is_partner_unit",
            ("是否共建单位", "共建单位"),
            ("Whether it is a partner unit.", "是否共建单位。"),
            values.yes_no,
            "是",
        ),
        Column(
            "is_target_unit",
            ("是否包抓单位", "包抓单位"),
            ("Whether sponsors answer for it.", "是否包抓单位。"),
            values.yes_no,
            "否",
        ),
    ),
    register_organization,
    inputs=_inputs,
    is_there=_is_there,
    key=_key,
    key_words=("name and kind", "名称和类型"),
)
