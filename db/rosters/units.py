"""The unit that a row of a roster names (所属单位), found by its name in the community."""

from typing import Any

from db.kernel.refusals import not_found
from db.kernel.statements import compiled
from db.organizations.models.organization import Organization
from db.rosters import values
from db.rosters.kinds import Column, Inputs


def unit_column(input_name: str, meaning: tuple[str, str]) -> Column:
    """Return the column of a unit. input_name: of its id in the command."""
    headings = ("所属单位", "工作单位", "单位", "单位名称", "所在单位", "运营单位", "organization")
    return Column("unit", headings, meaning, values.line, inputs=(input_name,))


def with_unit(row: Inputs, input_name: str) -> Inputs:
    """Return the inputs of a row with the id of the unit in place of its name.

    Raises:
        DomainError: NOT_FOUND, the community has no unit of that name, or several.
    """
    name = row.pop("unit", None)
    return row if name is None else row | {input_name: unit_named(row["division_code"], name, "unit")}


def unit_named(division_code: str, name: str, column: str) -> int:
    """Return the id of a unit of a community. column: that names it.

    Raises:
        DomainError: NOT_FOUND, the community has no unit of that name, or several.
    """
    found = [key for (key,) in _units.tuples(division_code, name)]
    if len(found) != 1:
        raise not_found(
            column,
            f"The community has {len(found) or 'no'} organizations called {name}; import the organizations first, or "
            "correct the name.",
            f"该社区有 {len(found)} 个名为“{name}”的单位；请先导入单位，或更正名称。",
        )
    return found[0]


@compiled
def _units(code: Any, name: Any) -> Any:
    return Organization.select(Organization.id).where(Organization.division_code == code, Organization.name == name)
