"""Divisions, and the figures of their subtrees."""

from peewee import Case, Node, fn

from db.city import models
from db.committees.models.committee import MemberCategory
from db.committees.rollups import MEMBER_ROLLUPS
from db.figures import counts
from db.kernel.counts import COUNTED
from db.kernel.expressions import Row
from db.places.models.division import DivisionKind, DivisionLevel, code_at, kind_at
from db.places.scope import count_in_scope, within
from schema.catalog.declare import column, computed, derived, listed, many, model_type, one, part, part_type
from schema.catalog.fields import FieldContext, Kind


def _members_by_category(division: Row, given: FieldContext) -> Node:
    rows = models.Member.alias(COUNTED)
    counted = rows.select(rows.category.alias("category"), fn.COUNT(rows.id).alias("row_count"))
    counted = counted.where(within(rows.division_code, division, given), rows.is_active).group_by(rows.category)
    if given.scope == "SUBTREE":
        one = MEMBER_ROLLUPS[0]
        cut, kept = one.cut, one.row(COUNTED)
        assert cut
        is_larger = division.level.in_(cut.levels)
        of_larger = kept.select(kept.category, fn.SUM(kept.row_count).alias("row_count"))
        of_larger = of_larger.where(is_larger, within(kept.district_code, division, given), kept.is_active)
        counted = of_larger.group_by(kept.category).union_all(counted.where(~is_larger))
    found = counted.alias("by_category")
    order = Case(found.c.category, [(category.value, at) for at, category in enumerate(MemberCategory)])
    shown = models.Member.select(found.c.category, found.c.row_count.alias("count")).from_(found)
    return shown.where(found.c.row_count > 0).order_by(order)


@part_type("The number of active members from one category.")
class MemberCategoryCount:
    """A row of the breakdown of members."""

    category = computed(MemberCategory, lambda row: row.category, "The category that is counted.")
    count = computed(int, lambda row: row.count, "The number of active members from the category.")


@part_type("Live figures of a division, counted at the time of the request.")
class DivisionStats:
    """Each figure is one expression over the division's row."""

    community_count = computed(
        int,
        counts.communities,
        "Communities with a residents' committee (社区居委会); villages and quasi units are counted apart.",
        cost=5,
    )
    village_count = computed(
        int,
        lambda division, given: count_in_scope(counts.DIVISIONS, division, given, lambda rows: rows.is_village),
        "The number of villages with a village committee (村委会).",
        cost=5,
    )
    committee_count = computed(
        int,
        counts.committees,
        "The number of committees that are not dissolved.",
        cost=5,
    )
    member_count = computed(
        int,
        counts.members,
        "The number of active members of the committees.",
        cost=5,
    )
    member_count_by_category = derived(
        "MemberCategoryCount",
        "Active members by category, in the order of the categories, without empty ones.",
        query=_members_by_category,
        bound=len(MemberCategory),
    )
    organization_count = computed(
        int,
        lambda division, given: count_in_scope(counts.ORGANIZATIONS, division, given, lambda rows: rows.is_active),
        "The number of active organizations of all kinds.",
        cost=5,
    )
    partner_unit_count = computed(
        int,
        lambda division, given: count_in_scope(
            counts.ORGANIZATIONS, division, given, lambda rows: rows.is_partner_unit & rows.is_active
        ),
        "The number of active partner units (共建单位).",
        cost=5,
    )
    social_organization_count = computed(
        int,
        counts.social_organizations,
        "The number of active social organizations (社会组织).",
        cost=5,
    )
    communities_with_ten_social_organizations = computed(
        int, counts.communities_with_ten, "The number of communities with ten or more social organizations.", cost=10
    )
    share_with_ten_social_organizations = computed(
        Kind.DECIMAL,
        counts.share_with_ten,
        "The share of communities with ten or more social organizations, in per cent, rounded half up to one decimal.",
        places=1,
        cost=10,
    )


@model_type(
    models.Division, "A division of the country: a province, city, district, subdistrict or community (行政区划)."
)
class Division:
    """A node of the tree; a division's code is its path."""

    code = column("The 12-digit statistical code of the division.")
    name = column("The name of the division, such as 酒泉路街道.")
    level = column("The level of the division in the tree.")
    kind = computed(
        DivisionKind,
        lambda division: kind_at(division.code),
        "The kind of a lowest-level division: community, village or quasi unit; null on higher levels.",
        nullable=True,
        cost=0,
    )
    parent = one("Division", "The division directly above; null for a root.")
    ancestors = listed(
        "Division",
        "The divisions above this one, from the root down.",
        on=lambda division, above: (
            above.code.in_([code_at(division.code, level) for level in tuple(DivisionLevel)[:-1]])
            & (above.code != division.code)
        ),
        order=lambda division, above: (above.code, above.last_code.desc()),
        bound=len(DivisionLevel),
    )
    children = many(
        "Division",
        "The divisions directly below this one.",
        on="parent",
        order="code",
    )
    stats = part("DivisionStats", "Live figures of the divisions in the scope.", scoped=True)
