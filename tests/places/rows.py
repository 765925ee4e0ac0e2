"""Random rows of places for the tests that compare the engine with an independent reading."""

from decimal import Decimal
from typing import Any

from db.city import models
from db.figures.models import LIVE, FigurePrecision
from db.figures.registry import FIGURES
from db.places.models.division import DivisionLevel, last_code
from tests.graph.maker import DAYS, LINES, MOMENTS, QUANTITIES, Maker


def divisions(maker: Maker) -> None:
    levels = list(DivisionLevel)
    made: list[dict[str, Any]] = []

    def add(digits: str, level: DivisionLevel, parent: dict[str, Any] | None) -> dict[str, Any]:
        code = digits.ljust(12, "0")
        row = {"code": code, "last_code": last_code(code, level), "name": maker.one(LINES), "level": level}
        made.append(row | {"parent": parent})
        return made[-1]

    for province in ("62", "63")[: maker.random.randint(1, 2)]:
        root = add(province, levels[0], None)
        city = add(f"{province}01", levels[1], root)
        for district in ("02", "03")[: maker.random.randint(1, 2)]:
            county = add(f"{province}01{district}", levels[2], city)
            for town in ("001", "102")[: maker.random.randint(0, 2)]:
                street = add(f"{county['code'][:6]}{town}", levels[3], county)
                for home in ("001", "002", "400")[: maker.random.randint(0, 3)]:
                    add(f"{street['code'][:9]}{home}", levels[4], street)
        # A town directly below its city, as in cities that have no districts.
        street = add(f"{province}0100003", levels[3], city)
        add(f"{street['code'][:9]}001", levels[4], street)
    # Parents get the smaller ids here, so that one statement can insert them in order.
    for at, row in enumerate(made):
        row["id"] = 3 * at + 1
    maker.tree = [row | {"parent": row["parent"] and row["parent"]["id"]} for row in made]
    maker.homes = [row for row in maker.tree if row["level"] is DivisionLevel.COMMUNITY]
    maker.rows.append((models.Division, maker.tree))


def snapshots(maker: Maker) -> None:
    """Add figures that are counted and others, of several days and sources, and some that agree with the counts."""
    values = [Decimal("-1.50"), *(Decimal(number) for number in (0, 1, 2, 3, 10, 50, 100)), *QUANTITIES]
    made: dict[Any, dict[str, Any]] = {}
    for row in maker.some(maker.tree):
        for figure in maker.several([*FIGURES, "F10.residents"], 8):
            for _ in maker.few(3):
                as_of, source = maker.one(DAYS), maker.one([LIVE, *LINES[:2]])
                made[row["code"], figure, as_of, source] = {
                    "division": row["id"], "division_code": row["code"], "figure": figure, "label": maker.one(LINES),
                    "as_of": as_of, "value": maker.one(values), "unit": maker.one(LINES),
                    "precision": maker.one(list(FigurePrecision)), "source": source, "note": maker.maybe(LINES),
                    "recorded_at": maker.maybe(MOMENTS), "recorded_by_name": maker.maybe(LINES),
                }  # fmt: skip
    maker.add(models.StatisticsSnapshot, list(made.values()))
