"""Keep the counts that figures are made of: of divisions, committees, members and organizations."""

from typing import Any

from peewee import Database

from db.city.migrations.rollups_v1 import Rollup, create, drop

PLACE = "division_code"
DISTRICT = {"district_code": "substr({row}division_code, 1, 6) || '000000'"}

COMMUNITY, VILLAGE = "substr({}, 10, 3) BETWEEN '001' AND '199'", "substr({}, 10, 3) BETWEEN '200' AND '399'"


def itself(*columns: str) -> dict[str, str]:
    """Count by columns as they are."""
    return {column: f"{{row}}{column}" for column in columns}


ROLLUPS = (
    Rollup("committee", "committee_count_by_state", DISTRICT | itself("state"), {}, (PLACE, "state")),
    Rollup(
        "member",
        "member_count_by_category",
        DISTRICT | itself("category"),
        itself("is_active"),
        (PLACE, "category", "is_active"),
    ),
    Rollup(
        "organization",
        "organization_count_by_partnership",
        DISTRICT | itself("kind"),
        itself("is_partner_unit"),
        (PLACE, "kind", "is_partner_unit"),
    ),
    # Each row of this one is counted by the next.
    Rollup("organization", "organization_count_by_kind", itself(PLACE, "kind"), {}, (PLACE, "kind"), has_slots=False),
    Rollup(
        "organization_count_by_kind",
        "community_count_by_organizations",
        DISTRICT | itself("kind"),
        {"has_many": "{row}row_count >= 10", "is_community": COMMUNITY.format("{row}division_code")},
        (PLACE, "kind", "row_count"),
    ),
    Rollup(
        "division",
        "division_count_by_kind",
        {"district_code": "substr({row}code, 1, 6) || '000000'"},
        {"is_community": COMMUNITY.format("{row}code"), "is_village": VILLAGE.format("{row}code")},
        ("code",),
    ),
)


def up(migrator: Any, db: Database) -> None:
    for rollup in ROLLUPS:
        create(db, rollup)


def down(migrator: Any, db: Database) -> None:
    for rollup in reversed(ROLLUPS):
        drop(db, rollup)
