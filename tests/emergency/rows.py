"""Random rows of incidents for the tests that compare the engine with an independent reading."""

from typing import Any

from db.incidents.models import PUBLIC, Incident, IncidentGrade, IncidentKind, IncidentState, SituationReport
from db.places.models.division import DivisionLevel
from tests.graph.maker import LINES, MOMENTS, PROSE, Maker

S = IncidentState
_ORDER = (S.DETECTED, S.CALLED, S.GRADED, S.HANDLING, S.STOOD_DOWN)
_TIMES = ("called_at", "graded_at", "first_on_site_at", "stood_down_at")


def incidents(maker: Maker) -> None:
    """Make incidents of any division, some of them a part of another one, before what belongs to them."""
    places = [place for place in maker.tree if place["level"] is not DivisionLevel.PROVINCE]
    made = [_incident(maker, place, at) for place in places for at in maker.few(2)]
    maker.incidents = maker.add(Incident, made)
    # Parents first, as they are inserted.
    made.sort(key=lambda row: row["id"])
    larger = maker.some(made)
    for row in made:
        older = [other["id"] for other in larger if other["id"] < row["id"]]
        if row not in larger and older:
            row["parent"] = maker.maybe(older)
    graded = [row for row in made if row["state"] in PUBLIC]
    counts = [0, 7, 100_000_000]
    reports = [
        {
            "incident": row["id"], "division_code": row["division_code"], "office_code": row["responsible_code"],
            "at": maker.one(MOMENTS), "text": maker.one(PROSE),
            **{name: maker.maybe(counts) for name in ("new_cases", "open_cases", "tested", "helped")},
        }
        for row in graded
        for _ in maker.few(3)
    ]  # fmt: skip
    maker.add(SituationReport, reports)


def _incident(maker: Maker, place: dict[str, Any], at: int) -> dict[str, Any]:
    state = maker.one(list(IncidentState))
    reached = 4 if state is S.REVIEWED else 0 if state is S.DISMISSED else _ORDER.index(state)
    detected, *times = sorted(maker.one(MOMENTS) for _ in range(reached + 1))
    return {
        "number": f"TF-{place['code']}-{at:06}", "division": place["id"], "division_code": place["code"],
        "kind": maker.one(list(IncidentKind)), "title": maker.one(LINES).ljust(2, "示"), "parent": None,
        "site": maker.maybe([site["id"] for site in maker.sites if site["division"] == place["id"]]),
        "place": maker.maybe(LINES), "detected_by": maker.maybe(maker.ids(maker.people), 0.4),
        "detected_at": detected, **dict.fromkeys(_TIMES), **dict(zip(_TIMES, times, strict=False)),
        "grade": maker.one(list(IncidentGrade)) if state in PUBLIC else None, "level": place["level"],
        "responsible_code": place["code"], "due_at": maker.maybe(MOMENTS),
        "lessons": maker.one(PROSE) if state is S.REVIEWED else None, "state": state,
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 5),
    }  # fmt: skip
