"""Random rows of linkage for the tests that compare the engine with an independent reading."""

from collections.abc import Iterator
from typing import Any

from db.city import models
from db.linkage.models.helper import SponsorshipHelper
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind, SponsorshipState
from db.linkage.models.task_force import TaskForce, TaskForceKind, TaskForceMember, TaskForceRole, TaskForceState
from db.linkage.models.visit import Visit, VisitForm, VisitIssue
from db.places.models.division import DivisionLevel
from db.registrations.models.registration import Registration
from tests.graph.maker import DAYS, LINES, MOMENTS, PROSE, Maker

FIRST = DAYS[0]


def fill(maker: Maker) -> None:
    """Add task forces, sponsorships and visits to a random database."""
    _task_forces(maker)
    sponsorships = _sponsorships(maker)
    _helpers(maker, sponsorships)
    _visits(maker, sponsorships)


def _task_forces(maker: Maker) -> None:
    streets = [row for row in maker.tree if row["level"] is DivisionLevel.SUBDISTRICT]
    made = [
        {
            "division": street["id"], "division_code": street["code"], "kind": kind, "name": maker.one(LINES),
            "formed_on": FIRST, "ended_on": None if state is TaskForceState.ACTIVE else maker.one(DAYS),
            "state": state, "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 3),
        }
        for street in streets
        for kind in TaskForceKind
        for state in maker.several(list(TaskForceState), 2)
    ]  # fmt: skip
    forces = maker.add(TaskForce, made)
    members = [
        {
            "task_force": force["id"], "division_code": force["division_code"], "person": person,
            "role": TaskForceRole.MEMBER if at else TaskForceRole.LEAD, "work": maker.one(LINES),
        }
        for force in forces
        for at, person in enumerate(maker.several(maker.ids(maker.persons), 3))
    ]  # fmt: skip
    maker.add(TaskForceMember, members)


def _targets(maker: Maker) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, rows in (("committee", maker.boards), ("site", maker.sites), ("organization", maker.units)):
        yield from ((name, row) for row in rows)


def _target(name: str, row: dict[str, Any]) -> dict[str, Any]:
    keys: dict[str, Any] = dict.fromkeys(("committee", "site", "organization"))
    return {**keys, name: row["id"], "division": row["division"], "division_code": row["division_code"]}


def _sponsorships(maker: Maker) -> list[dict[str, Any]]:
    [grants] = [rows for model, rows in maker.rows if model is models.RoleGrant]
    made: list[dict[str, Any]] = []
    for name, row in _targets(maker):
        kinds = (SponsorshipKind.TARGET,) if name != "committee" else tuple(SponsorshipKind)[:2]
        for kind in kinds:
            made += [_sponsorship(maker, kind, name, row, state, grants) for state in maker.several(STATES, 2)]
    return maker.add(Sponsorship, [row for row in made if row["sponsor_person"] or row["sponsor_organization"]])


def _helpers(maker: Maker, sponsorships: list[dict[str, Any]]) -> None:
    """Let some registrations be tied to sponsorships, whoever leads these."""
    registrations = [row["id"] for model, rows in maker.rows if model is Registration for row in rows]
    helped = maker.ids(sponsorships)
    tied = [{"registration": one, "sponsorship": maker.one(helped)} for one in registrations[::2] if helped]
    maker.rows.append((SponsorshipHelper, tied))


STATES = list(SponsorshipState)


def _sponsorship(
    maker: Maker, kind: SponsorshipKind, name: str, row: dict[str, Any], state: SponsorshipState, grants: Any
) -> dict[str, Any]:
    is_ended, is_target = state is SponsorshipState.ENDED, kind is SponsorshipKind.TARGET
    units = [unit for unit in maker.ids(maker.units) if name != "organization" or unit != row["id"]]
    unit = maker.maybe(units, 0.5) if is_target else None
    persons = maker.ids(maker.persons)
    return {
        **_target(name, row), "kind": kind, "state": state, "sponsor_organization": unit,
        "sponsor_person": maker.maybe(persons, 1) if unit is None else None,
        "lead_person": maker.maybe(persons, 0.5) if unit is not None else None,
        "patch_name": maker.one(LINES) if kind is SponsorshipKind.PATCH else None, "starts_on": FIRST,
        "ends_on": maker.one(DAYS) if is_ended else None, "end_reason": maker.one(LINES) if is_ended else None,
        "visit_by": maker.one(DAYS), "remind_on": maker.one(DAYS),
        "grant": maker.one(grants)["id"] if kind is SponsorshipKind.LEADER_CONTACT else None,
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _visits(maker: Maker, sponsorships: list[dict[str, Any]]) -> None:
    if not maker.persons:
        return
    made: list[dict[str, Any]] = []
    for name, row in maker.several(list(_targets(maker)), 12):
        own = [one["id"] for one in sponsorships if one[name] == row["id"]]
        made += [
            {
                **_target(name, row), "sponsorship": maker.maybe(own, 0.8),
                "incident": maker.maybe(maker.ids(maker.incidents)), "visitor": maker.one(maker.persons)["id"],
                "visited_at": maker.one(MOMENTS), "visited_on": maker.one(DAYS), "form": maker.one(list(VisitForm)),
                "findings": maker.one(PROSE), "created_at": maker.one(MOMENTS),
            }
            for _ in maker.few(3)
        ]  # fmt: skip
    visits = maker.ids(maker.add(Visit, made))
    brought = [{"issue": issue, "visit": maker.one(visits)} for issue in maker.ids(maker.some(maker.matters)) if visits]
    maker.rows.append((VisitIssue, brought))
