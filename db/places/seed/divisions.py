"""The divisions of the demo city that are above its communities."""

from db.kernel.seed_rows import Rows
from db.places.models.division import Division, DivisionLevel, last_code
from db.places.seed.plan import CITY, DISTRICTS, PROVINCE, Subdistrict


def add_upper_divisions(rows: Rows, subdistricts: list[Subdistrict]) -> dict[str, int]:
    """Add the province, the city, its districts and their subdistricts; return their ids by code."""
    ids: dict[str, int] = {}

    def add(code: str, name: str, level: DivisionLevel, parent: str | None) -> None:
        ids[code] = rows.add(
            Division,
            code=code,
            last_code=last_code(code, level),
            name=name,
            level=level,
            parent_id=ids.get(parent or ""),
        )

    add(*PROVINCE, DivisionLevel.PROVINCE, None)
    add(*CITY, DivisionLevel.CITY, PROVINCE[0])
    for code, name, *_ in DISTRICTS:
        add(f"{code}000000", name, DivisionLevel.DISTRICT, CITY[0])
    for subdistrict in subdistricts:
        add(subdistrict.code, subdistrict.name, DivisionLevel.SUBDISTRICT, subdistrict.district_code)
    return ids
