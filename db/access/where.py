"""Where something lies: degrees as callers give them, and the columns of a row that follow from them (WGS-84)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from db.access.inputs import Input, Inputs
from db.kernel.bounds import Between
from db.kernel.plane import REACH, cell_of, metres_of
from db.kernel.refusals import invalid

LATITUDE, LONGITUDE = Between(-90, 90, places=6), Between(-180, 180, places=6)
# How a command that takes its inputs by their names reads them.
WHERE: Mapping[str, Input] = {"latitude": Input((LATITUDE,)), "longitude": Input((LONGITUDE,))}
COLUMNS = ("latitude", "longitude", "x_m", "y_m", "cell_x", "cell_y")


@dataclass(frozen=True, slots=True)
class Where(Inputs):
    """Where something lies: its degrees, both or neither."""

    latitude: Annotated[Decimal, LATITUDE] | None = None
    longitude: Annotated[Decimal, LONGITUDE] | None = None

    def columns(self, otherwise: Any = None) -> dict[str, Any]:
        """Return the columns of the place. otherwise: a row whose place it takes where none is given.

        Raises:
            DomainError: INVALID_INPUT, half of it is missing, or it lies outside the city.
        """
        if otherwise is not None and self.latitude is None and self.longitude is None:
            return {name: getattr(otherwise, name) for name in COLUMNS}
        return columns_of(self.latitude, self.longitude)


def columns_of(latitude: Decimal | None, longitude: Decimal | None) -> dict[str, Any]:
    """Return the columns of a place, all of them null without one.

    Raises:
        DomainError: INVALID_INPUT, half of it is missing, or it lies outside the city.
    """
    if latitude is None and longitude is None:
        return dict.fromkeys(COLUMNS)
    if latitude is None or longitude is None:
        raise invalid(
            "longitude" if longitude is None else "latitude",
            "Send latitude and longitude together, or neither.",
            "latitude 与 longitude 须同时填写，或都不填写。",
        )
    x, y = metres_of(latitude, longitude)
    if max(abs(x), abs(y)) > REACH:
        raise invalid(
            "latitude",
            "The place lies outside the city; send WGS-84 degrees.",
            "该位置不在本市范围内，请填写 WGS-84 坐标。",
        )
    return {
        "latitude": latitude, "longitude": longitude, "x_m": x, "y_m": y, "cell_x": cell_of(x), "cell_y": cell_of(y),
    }  # fmt: skip
