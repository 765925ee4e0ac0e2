"""Random rows of shifts for the tests that compare the engine with an independent reading."""

from typing import Any

from db.registrations.models.service import HourRecord
from db.shifts.models.shift import AssignmentState, Force, Shift, ShiftAssignment, ShiftKind, ShiftState
from tests.graph.maker import LINES, MOMENTS, Maker


def fill(maker: Maker) -> None:
    """Add shifts and who is on them to a random database."""
    shifts = maker.add(Shift, [_shift(maker, home) for home in maker.homes for _ in maker.few(3)])
    places: list[dict[str, Any]] = []
    for shift in shifts:
        people = maker.several(maker.ids(maker.persons), 4)
        places += [_place(maker, shift, person) for person in people]
    maker.add(ShiftAssignment, places)
    # Some of the hours follow from a place.
    [hours] = [rows for model, rows in maker.rows if model is HourRecord]
    for place, record in zip(places, maker.several(hours, 4), strict=False):
        record |= {"source_type": "ShiftAssignment", "source_id": place["id"]}
    for place in places:
        place["swap_with"] = maker.maybe(maker.ids(places), 0.2)


def _shift(maker: Maker, home: dict[str, Any]) -> dict[str, Any]:
    starts_at, ends_at = sorted(maker.random.sample(MOMENTS, 2))
    kind, needed = maker.one(list(ShiftKind)), maker.one([3, 10])
    kept = [maker.one([0, 1]) if kind is ShiftKind.JOINT_DUTY else 0 for _ in range(3)]
    return {
        "division": home["id"], "division_code": home["code"], "kind": kind,
        "site": maker.maybe(maker.ids(maker.sites)), "incident": maker.maybe(maker.ids(maker.incidents)),
        "place": maker.one(LINES), "starts_at": starts_at,
        "ends_at": ends_at, "check_in_from": starts_at, "rest_from": starts_at, "rest_until": ends_at,
        "needed": needed, "taken": maker.random.randint(0, needed), "police_needed": kept[0],
        "militia_needed": kept[1], "ethnic_religious_needed": kept[2], "created_at": maker.one(MOMENTS),
        "state": maker.one(list(ShiftState)), "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _place(maker: Maker, shift: dict[str, Any], person: int) -> dict[str, Any]:
    came = maker.maybe(MOMENTS)
    return {
        "shift": shift["id"], "division_code": shift["division_code"], "person": person,
        "team": maker.maybe(maker.ids(maker.teams), 0.4), "organization": maker.maybe(maker.ids(maker.units), 0.3),
        "force": maker.one(list(Force)), "checked_in_at": came, "checked_out_at": came and maker.maybe([max(MOMENTS)]),
        "swap_with": None, "created_at": maker.one(MOMENTS), "state": maker.one(list(AssignmentState)),
        "version": maker.random.randint(1, 3),
    }  # fmt: skip
