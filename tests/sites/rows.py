"""Random rows of sites for the tests that compare the engine with an independent reading."""

from decimal import Decimal
from typing import Any

from db.city import models
from db.kernel.plane import cell_of, metres_of
from db.sites.models import SiteKind, SiteState
from tests.graph.maker import LINES, MOMENTS, Maker

MIDDLE = (Decimal("36.061000"), Decimal("103.834000"))


def sites(maker: Maker) -> None:
    grids = maker.add(models.Site, [_site(maker, home, SiteKind.GRID, n) for home in maker.homes for n in maker.few(2)])
    others = [
        _site(maker, home, maker.one([SiteKind.COMPOUND, SiteKind.COURTYARD_BUILDING]), number, grid["id"])
        for home in maker.homes
        for grid in grids
        if grid["division"] == home["id"]
        for number in [grid["id"] * 10 + at for at in maker.few(3)]
    ]
    last = max(maker.ids(grids), default=0)
    maker.sites = grids + maker.add(models.Site, others)
    for site in others:
        site["id"] += last


def anywhere(maker: Maker) -> dict[str, Any]:
    """Return the columns of a place near others, or of none."""
    if maker.random.random() >= 0.6:
        return dict.fromkeys(("latitude", "longitude", "x_m", "y_m", "cell_x", "cell_y"))
    latitude, longitude = (base + maker.random.randint(-40, 40) * Decimal("0.0003") for base in MIDDLE)
    x, y = metres_of(latitude, longitude)
    return {
        "latitude": latitude, "longitude": longitude, "x_m": x, "y_m": y, "cell_x": cell_of(x), "cell_y": cell_of(y),
    }  # fmt: skip


def _site(maker: Maker, home: dict[str, Any], kind: SiteKind, number: int, grid: int | None = None) -> dict[str, Any]:
    return {
        "division": home["id"], "division_code": home["code"], "kind": kind, "code": f"{kind.value[0]}-{number}",
        "name": maker.one(LINES), "grid": grid, "household_count": maker.maybe([0, 1, 340, 100_000]),
        "state": maker.one(list(SiteState)), "created_at": maker.one(MOMENTS),
        "version": maker.random.randint(1, 3), **anywhere(maker),
    }  # fmt: skip
