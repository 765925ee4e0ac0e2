"""The table of roles: every role is one row of it, and no other place of the source lists roles."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.access.grants import granted_by
from db.access.models.account import Powers, Role, role_at, roles_with
from db.issues.lifecycle import Capacity
from db.places.models.division import DivisionLevel

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "db" / "access" / "models" / "account.py"


def lists_of_roles(source: str) -> Iterator[str]:
    """Find each tuple, list, set or mapping, and each chain of comparisons, that names two roles or more."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Tuple() | ast.List() | ast.Set():
                parts = node.elts
            case ast.Dict():
                parts = node.keys
            case ast.BoolOp():
                parts = [side for value in node.values if isinstance(value, ast.Compare) for side in value.comparators]
            case _:
                continue
        if sum(_is_role(part) for part in parts) > 1:
            yield ast.unparse(node)


def _is_role(node: ast.AST | None) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "value":
        node = node.value
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"


def test_no_other_place_lists_roles() -> None:
    # The demo city invents people in certain roles.
    sources = [
        path
        for folder in ("db", "schema", "graph_api")
        for path in (ROOT / folder).rglob("*.py")
        if path != TABLE and "seed" not in path.parts
    ]

    found = {str(path.relative_to(ROOT)): [*lists_of_roles(path.read_text("utf-8"))] for path in sources}

    assert {name: lists for name, lists in found.items() if lists} == {}


@pytest.mark.parametrize(
    "source",
    [
        "SEATS = (Role.MEMBER, Role.DIRECTOR)",
        "may = {Role.STAFF.value, Role.AUDITOR.value}",
        "GIVEN = {Role.STAFF: 1, Role.LEADER: 2}",
        "is_seat = role is Role.MEMBER or role is Role.DIRECTOR",
    ],
)
def test_a_list_of_roles_is_noticed(source: str) -> None:
    assert len([*lists_of_roles(source)]) == 1


def test_every_role_is_one_row() -> None:
    assert all(isinstance(role.powers, Powers) for role in Role)
    assert all(role.powers.capacity is None or Capacity(role.powers.capacity) for role in Role)


def names(roles: tuple[Role, ...]) -> str:
    return " ".join(role.value for role in roles)


def test_powers_are_those_that_were_listed() -> None:
    officers = "SUBDISTRICT_OFFICER DISTRICT_OFFICER CITY_OFFICER"
    seats = "MEMBER DEPUTY_DIRECTOR DIRECTOR"

    assert names(roles_with(lambda powers: powers.speaks_for == "committee")) == seats
    assert names(roles_with(lambda powers: powers.submits)) == (
        f"RESIDENT GRID_WORKER {seats} STAFF UNIT_CONTACT TEAM_CAPTAIN {officers}"
    )
    assert (
        names(roles_with(lambda powers: powers.reads)) == f"GRID_WORKER {seats} STAFF {officers} LEADER AUDITOR SYSTEM"
    )
    assert names(roles_with(lambda powers: powers.verifies)) == (f"DEPUTY_DIRECTOR DIRECTOR STAFF {officers} AUDITOR")
    assert names(roles_with(lambda powers: powers.reads_notices)) == f"STAFF {officers} AUDITOR"
    assert names(roles_with(lambda powers: powers.audits)) == "AUDITOR"
    assert names(roles_with(lambda powers: powers.monitors)) == "STAFF HEALTH_WORKER"
    assert names(roles_with(lambda powers: powers.explains)) == "CITY_OFFICER AUDITOR"
    assert names(roles_with(lambda powers: powers.is_first)) == f"{officers} AUDITOR"
    assert {role.value: role.powers.most_days.value for role in Role if role.powers.most_days} == {
        "HEALTH_WORKER": "GRANT_HEALTH_DAYS", "GATE_KEEPER": "GRANT_GATE_DAYS",
    }  # fmt: skip
    assert {role.value: role.office.value for role in Role if role.office} == {
        "SUBDISTRICT_OFFICER": "SUBDISTRICT", "DISTRICT_OFFICER": "DISTRICT", "CITY_OFFICER": "CITY",
    }  # fmt: skip


def test_offices_grant_the_roles_below_them_and_the_city_all() -> None:
    all_three = "SUBDISTRICT_OFFICER DISTRICT_OFFICER CITY_OFFICER"

    assert {role.value: names(granted_by(role)) for role in Role} == {
        **dict.fromkeys(
            (
                "RESIDENT",
                "GRID_WORKER",
                "MEMBER",
                "DEPUTY_DIRECTOR",
                "DIRECTOR",
                "STAFF",
                "UNIT_CONTACT",
                "TEAM_CAPTAIN",
                "HEALTH_WORKER",
                "GATE_KEEPER",
            ),
            all_three,
        ),
        "SUBDISTRICT_OFFICER": "DISTRICT_OFFICER CITY_OFFICER",
        **dict.fromkeys(("DISTRICT_OFFICER", "CITY_OFFICER", "LEADER", "AUDITOR"), "CITY_OFFICER"),
        "ANONYMOUS": "",
        "SYSTEM": "",
    }


@pytest.mark.parametrize(
    ("level", "role"),
    [("COMMUNITY", "STAFF"), ("SUBDISTRICT", "SUBDISTRICT_OFFICER"), ("CITY", "CITY_OFFICER")],
)
def test_each_level_has_the_role_that_answers_for_it(level: str, role: str) -> None:
    assert role_at(DivisionLevel(level)) is Role(role)
