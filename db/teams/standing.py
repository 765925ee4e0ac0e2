"""Who may take the steps of a volunteer team and of a deployment, and what stands in the way; see `db.access.steps`."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.access import has_power, part_of, speaks_for
from db.access.models.account import Role, roles_with
from db.access.steps import RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.incidents.models import OPEN as INCIDENT_OPEN
from db.incidents.models import Incident
from db.issues.lifecycle import CLOSED_STATES, Capacity
from db.issues.models.claim import Claim, ClaimState
from db.issues.models.issue import Issue
from db.issues.row_guards import RowGuard
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.teams.lifecycle import DEPLOYMENT_LIFECYCLE, OPEN, TEAM_LIFECYCLE
from db.teams.models.deployment import Deployment
from db.teams.models.team import TeamMembership, VolunteerTeam, VolunteerTeamKind

C, G = Capacity, RowGuard
# What later contexts add to the work of a team: conditions of an alias of its table.
OPEN_WORK: list[Callable[[Any], Any]] = []


def own_person(call: Call, division_code: str) -> Person | None:
    """Find the person that the actor is, where their token is good in a division."""
    if call.actor.account_id is None or not call.actor.mandate.part.covers(division_code):
        return None
    return Person.find(account=call.actor.account_id)


def _to_team(call: Call, team: VolunteerTeam) -> dict[Capacity, Role]:
    found = offices_over(call, team.division_code)
    if any(held.team_id == team.id and held.part.covers(team.division_code) for held in call.actor.held):
        found[C.TEAM_CAPTAIN] = Role.TEAM_CAPTAIN
    person = own_person(call, team.division_code)
    if person is not None and person.division_code == team.division_code:
        found[C.REGISTERED] = Role.RESIDENT
    if person is not None and is_in.exists(team.id, person.id):
        found[C.VOLUNTEER] = Role.RESIDENT
    return found


@compiled
def is_in(team_id: Any, person_id: Any) -> Any:
    """Find the live membership of a person in a team."""
    live = (TeamMembership.team == team_id) & (TeamMembership.person == person_id) & TeamMembership.until.is_null()
    return TeamMembership.select(TeamMembership.id).where(live)


def _bits(facts: RowFacts) -> Any:
    team, asker = facts.row, facts.asker
    captain = asker.holds(lambda grant: speaks_for(grant, "team") & (grant.team == team.id))
    person = Person.alias("themselves")
    home = person.select(SQL("1")).where(person.account == asker.account_id, person.division_code == team.division_code)
    bits = facts.office_bits(C.COMMUNITY_STAFF)
    joined = _joined(facts)
    for capacity, condition in ((C.TEAM_CAPTAIN, captain), (C.REGISTERED, fn.EXISTS(home)), (C.VOLUNTEER, joined)):
        bits = bits + Case(None, [(asker.covers(team.division_code) & condition, mask([capacity]))], 0)
    return bits


def _joined(facts: RowFacts) -> Any:
    """Build the condition that whoever asks belongs to a team."""
    person, membership = Person.alias("member"), TeamMembership.alias("own")
    theirs = membership.select(SQL("1")).join(person, on=membership.person == person.id)
    live = (membership.team == facts.row.id) & membership.until.is_null()
    return fn.EXISTS(theirs.where(live, person.account == facts.asker.account_id))


def _is_of_companies(facts: RowFacts) -> Any:
    return facts.row.kind == VolunteerTeamKind.RED_PROPERTY.value


def _is_at_work(facts: RowFacts) -> Any:
    """Build the condition that a team handles an issue, is called out, has a claim that runs, or other open work."""
    issue, claim = Issue.alias("handled"), Claim.alias("running")
    is_open = issue.state.not_in([state.value for state in CLOSED_STATES])
    handles = issue.select(SQL("1")).where((issue.handler_team == facts.row.id) & is_open)
    runs = claim.state.in_([ClaimState.PENDING.value, ClaimState.CONFIRMED.value])
    claims = claim.select(SQL("1")).where((claim.team == facts.row.id) & runs)
    call = Deployment.alias("open")
    calls = call.select(SQL("1")).where((call.team == facts.row.id) & call.state.in_([state.value for state in OPEN]))
    others = [is_open(facts.row) for is_open in OPEN_WORK]
    return reduce(or_, [fn.EXISTS(handles), fn.EXISTS(claims), fn.EXISTS(calls), *others])


_CONDITIONS: dict[RowGuard, Callable[[RowFacts], Any]] = {
    G.IN_THE_TEAM: _joined, G.TEAM_OF_COMPANIES: _is_of_companies, G.TEAM_AT_WORK: _is_at_work,
}  # fmt: skip
TEAM_STEPS = RowSteps(VolunteerTeam, TEAM_LIFECYCLE, _to_team, _bits, _CONDITIONS, serves_issue=False)
TEAM = Subject(
    model=VolunteerTeam,
    keys={"team_id": "id"},
    missing=("There is no such volunteer team; check the id.", "没有此志愿服务队，请核对 ID。"),
    stale=stale_by_journal(TEAM_LIFECYCLE),
    stand=lambda call, team, mutation: TEAM_STEPS.require(call, team, mutation, "teamId"),
)


def callers(call: Call, division_code: str) -> dict[Capacity, Role]:
    """Return what makes the actor one who calls out the parties of a division."""
    found = offices_over(call, division_code)
    lead = call.actor.holds(*roles_with(lambda powers: powers.leads), over=division_code)
    return found if lead is None else found | {C.DIRECTOR: lead.role}


def _to_deployment(call: Call, row: Deployment) -> dict[Capacity, Role]:
    found = callers(call, row.division_code)
    for held in call.actor.held:
        if held.part.covers(row.division_code) and row.team_id is not None and held.team_id == row.team_id:
            found[C.TEAM_CAPTAIN] = held.role
        if held.part.covers(row.division_code) and held.organization_id == row.organization_id is not None:
            found[C.UNIT_CONTACT] = held.role
    return found


def _deployment_bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    bits = facts.office_bits(C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER, C.DISTRICT_OFFICER, C.CITY_OFFICER)
    for capacity, condition in (
        (C.DIRECTOR, lambda grant: has_power(grant.role, lambda powers: powers.leads)),
        (C.TEAM_CAPTAIN, lambda grant: grant.team == row.team),
        (C.UNIT_CONTACT, lambda grant: grant.organization == row.organization),
    ):
        held = asker.holds(
            lambda grant, condition=condition: condition(grant) & part_of(grant).covers(row.division_code)
        )
        bits = bits + Case(None, [(asker.covers(row.division_code) & held, mask([capacity]))], 0)
    return bits


def _is_for_nothing(facts: RowFacts) -> Any:
    """Build the condition that the incident of a deployment is over."""
    incident = Incident.alias("its_incident")
    over = incident.state.not_in([state.value for state in INCIDENT_OPEN])
    return fn.EXISTS(incident.select(SQL("1")).where(incident.id == facts.row.incident, over))


DEPLOYMENT_STEPS = RowSteps(
    Deployment,
    DEPLOYMENT_LIFECYCLE,
    _to_deployment,
    _deployment_bits,
    {G.INCIDENT_OVER: _is_for_nothing},
    serves_issue=False,
)
DEPLOYMENT = Subject(
    model=Deployment,
    keys={"deployment_id": "id"},
    missing=("There is no such deployment; check the id.", "没有此次出动，请核对 ID。"),
    stale=stale_by_journal(DEPLOYMENT_LIFECYCLE),
    stand=lambda call, row, mutation: DEPLOYMENT_STEPS.require(call, row, mutation, "deploymentId"),
)
