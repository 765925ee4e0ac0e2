"""Who may take the steps of an incident, and what stands in the way; see `db.access.steps`."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.access import part_of
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask
from db.access.subjects import Subject
from db.incidents.lifecycle import INCIDENT_LIFECYCLE
from db.incidents.models import OPEN, Incident
from db.incidents.visibility import may_see
from db.issues.lifecycle import Capacity
from db.issues.policy import over_the_community
from db.issues.row_guards import RowGuard
from db.kernel.errors import DomainError
from db.kernel.statements import Statement
from db.places.models.division import OFFICE_LEVELS, DivisionLevel
from db.shifts.models.shift import Shift, ShiftState
from db.teams.models.deployment import Deployment, DeploymentState

C, G = Capacity, RowGuard
# How many rows of each kind a refusal names.
MAX_NAMED = 20
_AHEAD = (ShiftState.OPEN, ShiftState.FULL, ShiftState.RUNNING)


def _on_site(incident_id: Any) -> Any:
    row = Deployment.alias("there")
    return row.select(row.id).where(row.incident == incident_id, row.state == DeploymentState.ON_SITE.value)


def _shifts_ahead(incident_id: Any) -> Any:
    row = Shift.alias("ahead")
    return row.select(row.id).where(row.incident == incident_id, row.state.in_([state.value for state in _AHEAD]))


def _open_parts(incident_id: Any) -> Any:
    row = Incident.alias("part")
    return row.select(row.id).where(row.parent == incident_id, row.state.in_([state.value for state in OPEN]))


# What keeps an incident from being stood down, by noun: the ids of its rows that are open. Later contexts add to it.
OPEN_WORK: dict[str, Callable[[Any], Any]] = {
    "Deployment": _on_site, "Shift": _shifts_ahead, "Incident": _open_parts,
}  # fmt: skip


def _is_unsettled(facts: RowFacts) -> Any:
    return reduce(or_, (fn.EXISTS(work(facts.row.id)) for work in OPEN_WORK.values()))


def _unsettled(incident: Incident) -> DomainError:
    """Build the refusal that names what is open."""
    guard = G.INCIDENT_UNSETTLED
    named = ", ".join(f"{noun}_{key}" for noun in OPEN_WORK for (key,) in _named(noun).tuples(incident.id))
    return guard.refusal(message=f"{guard.message} Open: {named}.", chinese=f"{guard.chinese}未结束：{named}。")


_NAMED: dict[str, Statement[Any]] = {}


def _named(noun: str) -> Statement[Any]:
    """Return the statement that lists the open rows of a noun."""
    if noun not in _NAMED:
        work = OPEN_WORK[noun]
        _NAMED[noun] = Statement(lambda incident: work(incident).order_by(SQL("1")).limit(MAX_NAMED), ["incident"])
    return _NAMED[noun]


def _to_incident(call: Call, incident: Incident) -> dict[Capacity, Role]:
    found: dict[Capacity, Role] = {}
    for held in call.actor.held:
        if held.part.covers(incident.division_code):
            for capacity in _by_role(held.role, incident.level):
                found.setdefault(capacity, held.role)
    return found


def _by_role(role: Role, level: DivisionLevel) -> list[Capacity]:
    """Return what a role over an incident's division makes of its holder. level: of the office that answers."""
    leads = role.powers.leads and level is DivisionLevel.COMMUNITY
    return [C.DIRECTOR] if leads else over_the_community(role, level)


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    bits: Any = SQL("0")
    for capacity in (C.STAFF, C.DIRECTOR, C.OFFICER, C.SUPERIOR, C.OVERSEER):
        roles = {level: [role for role in Role if capacity in _by_role(role, level)] for level in OFFICE_LEVELS}

        def held(grant: Any, roles: Any = roles) -> Any:
            by_level = ((row.level == level.value) & _is_one(grant.role, who) for level, who in roles.items() if who)
            return part_of(grant).covers(row.division_code) & reduce(or_, by_level)

        bits = bits + Case(None, [(asker.covers(row.division_code) & asker.holds(held), mask([capacity]))], 0)
    return bits


def _is_one(role: Any, roles: list[Role]) -> Any:
    return role.in_([one.value for one in roles])


INCIDENT_STEPS = RowSteps(
    Incident,
    INCIDENT_LIFECYCLE,
    _to_incident,
    _bits,
    {G.INCIDENT_UNSETTLED: _is_unsettled, G.REVIEW_LATE: lambda facts: facts.row.due_at < facts.asker.now},
    serves_issue=False,
    refusals={G.INCIDENT_UNSETTLED: _unsettled},
)
INCIDENT = Subject(
    model=Incident,
    keys={"incident_id": "id", "incident_number": "number"},
    missing=("There is no such incident; check the id or number.", "没有此突发事件，请核对 ID 或编号。"),
    is_known=may_see,
    stale=stale_by_journal(INCIDENT_LIFECYCLE),
    stand=lambda call, incident, mutation: INCIDENT_STEPS.require(call, incident, mutation, "incidentId"),
)
