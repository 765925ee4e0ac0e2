"""Roll-ups of divisions."""

from db.kernel.rollups import rollup
from db.places.models.division import DISTRICTS, Division, DivisionKind, is_of_kind

DIVISION_ROLLUPS = (
    rollup(
        Division,
        "DivisionCountByKind",
        flags={
            "is_community": lambda row: is_of_kind(row.code, DivisionKind.RESIDENTS_COMMITTEE),
            "is_village": lambda row: is_of_kind(row.code, DivisionKind.VILLAGE_COMMITTEE),
        },
        cut=DISTRICTS,
        place="code",
    ),
)
