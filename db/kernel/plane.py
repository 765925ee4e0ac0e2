"""Places on a plane: whole metres from one origin, so that both databases work out the same distances.

The plane is equirectangular. Its error is below one in a thousand within 50 km of the origin, the centre of Lanzhou.
"""

from decimal import Decimal
from typing import Any

from peewee import fn

# The origin in millionths of a degree (WGS-84), and millionths of a metre to a millionth of a degree there.
LATITUDE, LONGITUDE = 36_061_000, 103_834_000
_METRES_NORTH, _METRES_EAST = 111_195, 89_890
_MILLION = 1_000_000
# How far from the origin a place of the city may be, in metres along either axis.
REACH = 200_000
# The side of a cell of the index, in metres.
CELL = 500


def metres_of(latitude: Decimal, longitude: Decimal) -> tuple[int, int]:
    """Return how far east and how far north of the origin a place lies, in whole metres, cut off towards the origin.

    `36.062, 103.834` returns `(0, 111)`.
    """
    north, east = int(latitude * _MILLION) - LATITUDE, int(longitude * _MILLION) - LONGITUDE
    return _scaled(east, _METRES_EAST), _scaled(north, _METRES_NORTH)


def cell_of(metres: int) -> int:
    """Return the number of the cell that a coordinate lies in."""
    return metres // CELL


def metres_of_sql(latitude: Any, longitude: Any) -> tuple[Any, Any]:
    """Write `metres_of` in SQL. latitude, longitude: in millionths of a degree, as decimals are stored."""
    east = (longitude - LONGITUDE) * _METRES_EAST / _MILLION
    return east, (latitude - LATITUDE) * _METRES_NORTH / _MILLION


def distance_sql(row: Any, x: Any, y: Any) -> Any:
    """Write how far a row lies from a point, in whole metres, rounded down. row: with `x_m` and `y_m`."""
    east, north = (row.x_m - x).cast("bigint"), (row.y_m - y).cast("bigint")
    # Squares of whole metres stay below 2^53, where a square root is the same on every machine.
    return fn.FLOOR(fn.SQRT(east * east + north * north)).cast("bigint")


def is_near_sql(row: Any, x: Any, y: Any, metres: Any) -> Any:
    """Write that a row lies within so many metres of a point. row: with `x_m`, `y_m` and the cells of both."""
    # Cells are found by the index; one more on each side makes up for divisions that are cut off towards zero.
    return (
        row.cell_x.between((x - metres) / CELL - 1, (x + metres) / CELL + 1)
        & row.cell_y.between((y - metres) / CELL - 1, (y + metres) / CELL + 1)
        & (distance_sql(row, x, y) <= metres)
    )


def _scaled(degrees: int, metres: int) -> int:
    """Multiply without losing digits, and cut off towards zero as databases do."""
    product = abs(degrees) * metres // _MILLION
    return product if degrees >= 0 else -product
