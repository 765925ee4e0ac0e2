"""Random rows of gates for the tests that compare the engine with an independent reading. Scans are in no list."""

from typing import Any

from db.gates.models import AccessDay, AccessPass, AccessPoint, AccessPointState, PassState, ScanDirection
from tests.graph.maker import DAYS, LINES, MOMENTS, Maker


def fill(maker: Maker) -> None:
    """Make gates of sites and units, passes for sites, and counts of days."""
    points = maker.add(AccessPoint, [_point(maker, site) for site in maker.some(maker.sites)])
    points_and_days = [(row, day, way) for row in points for day in maker.several(DAYS, 2) for way in ScanDirection]
    days = [
        {
            "access_point": row["id"], "division_code": row["division_code"], "day": day, "direction": way,
            "passed": maker.random.randint(0, 900), "refused": maker.random.randint(0, 3),
        }
        for row, day, way in points_and_days if maker.random.random() < 0.7
    ]  # fmt: skip
    maker.add(AccessDay, days)
    sites = maker.sites if maker.persons else []
    passes = [_pass(maker, site, at) for at, site in enumerate(maker.several(sites, 6))]
    maker.add(AccessPass, passes)


def _point(maker: Maker, site: dict[str, Any]) -> dict[str, Any]:
    code = site["division_code"]
    units = [unit["id"] for unit in maker.units if unit["division_code"] == code]
    unit = maker.maybe(units, 0.3)
    return {
        "division": site["division"], "division_code": code, "site": None if unit else site["id"],
        "organization": unit, "name": maker.one(LINES), "is_only_gate": not unit and maker.random.random() < 0.3,
        "needs_pass": maker.one([True, False]), "state": maker.one(list(AccessPointState)),
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 2),
    }  # fmt: skip


def _pass(maker: Maker, site: dict[str, Any], at: int) -> dict[str, Any]:
    return {
        "site": site["id"], "division_code": site["division_code"], "person": maker.one(maker.ids(maker.persons)),
        "code_hash": f"{at:064x}", "valid_until": maker.one(DAYS), "state": maker.one(list(PassState)),
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 2),
    }  # fmt: skip
