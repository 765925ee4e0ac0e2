"""Random rows of health work for the tests that compare the engine with an independent reading."""

from db.health.models.figure import MAX_VALUE, HealthFigure, HealthIndicator
from db.health.models.sub_committee import (
    SubCommittee,
    SubCommitteeKind,
    SubCommitteeMember,
    SubCommitteeRole,
    SubCommitteeState,
)
from tests.graph.maker import DAYS, MOMENTS, Maker

FIRST, LAST = DAYS[0], DAYS[-1]
MONTHS = ("2024-12", "2025-12", "2026-01")


def fill(maker: Maker) -> None:
    """Add sub-committees with their members, and figures, to a random database."""
    made = [
        {
            "committee": board["id"], "division": board["division"], "division_code": board["division_code"],
            "kind": kind, "formed_on": FIRST, "state": state, "created_at": maker.one(MOMENTS),
            "dissolved_on": None if state is SubCommitteeState.ACTIVE else maker.one(DAYS),
            "version": maker.random.randint(1, 3),
        }
        for board in maker.boards
        for kind in SubCommitteeKind
        for state in maker.several(list(SubCommitteeState), 2)
    ]  # fmt: skip
    rows = maker.add(SubCommittee, made)
    members = [
        {
            "sub_committee": row["id"], "division_code": row["division_code"], "person": person, "since": FIRST,
            "role": SubCommitteeRole.MEMBER if at else SubCommitteeRole.HEAD, "until": maker.maybe(DAYS, 0.4),
        }
        for row in rows
        for at, person in enumerate(maker.several(maker.ids(maker.persons), 3))
    ]  # fmt: skip
    maker.add(SubCommitteeMember, members)
    figures = [
        {
            "division": home["id"], "division_code": home["code"], "month": month, "indicator": indicator,
            "value": maker.one([0, 1, 7, MAX_VALUE]), "created_at": maker.one(MOMENTS),
            "version": maker.random.randint(1, 3),
        }
        for home in maker.homes
        for month in maker.several(MONTHS, 2)
        for indicator in maker.several(list(HealthIndicator), 3)
    ]  # fmt: skip
    maker.add(HealthFigure, figures)
