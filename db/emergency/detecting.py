"""Incidents are detected, and an alarm that was false is dismissed (网格发现)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Powers, Role, role_at
from db.access.models.journal import JournalAction
from db.access.officers import no_such_division
from db.access.steps import not_permitted
from db.access.subjects import command
from db.emergency.standing import INCIDENT
from db.incidents.finding import find_open
from db.incidents.lifecycle import DETECTORS, INCIDENT_LIFECYCLE
from db.incidents.models import TITLE, Incident, IncidentKind, IncidentSerial
from db.issues.core import advance
from db.issues.lifecycle import OPEN_STATES, LedgerAction
from db.issues.models.issue import Issue, Urgency
from db.issues.visibility import may_see as may_see_issue
from db.kernel.bounds import Length, Past, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.serials import numbers_of
from db.places.models.division import OFFICE_LEVELS, Division, DivisionLevel
from db.sites.finding import AtSite, lies_in
from db.sites.models import Site

A = JournalAction
# How many days ago an incident may have been noticed that is entered only now.
DAYS_LATE = 1


def _notices(powers: Powers) -> bool:
    """Return whether a role notices what happens in a community: who submits issues there, units and teams aside."""
    is_local = powers.level in (None, DivisionLevel.COMMUNITY)
    return powers.submits and is_local and powers.speaks_for not in ("organization", "team")


_LOCALS = tuple(role for role in reversed(Role) if _notices(role.powers))
_next_number = numbers_of("TF", IncidentSerial)


@dataclass(frozen=True, slots=True)
class Noticed(Inputs):
    """What was noticed, when and where."""

    kind: IncidentKind
    title: Annotated[str, TITLE]
    place: Annotated[str, Length(2, 60, has_lines=False)] | None = None
    detected_at: Annotated[datetime, Past(DAYS_LATE)] | None = None


@command()
def detect_incident(
    call: Call,
    *,
    division_code: str,
    noticed: Noticed,
    at_site: AtSite,
    parent_id: int | None = None,
    issue_id: int | None = None,
) -> CommandResult:
    """Enter an incident that was noticed, with what it is a part of and the issue by which it was reported (网格发现).

    Raises:
        DomainError: NOT_FOUND, no such division, site, issue or larger incident; NOT_PERMITTED; INVALID_INPUT;
            LIMIT_REACHED, the larger incident is over; ALREADY_EXISTS, the issue belongs to another incident.
    """
    division = Division.find(code=division_code)
    if division is None or division.level not in OFFICE_LEVELS:
        raise no_such_division(division_code)
    site = at_site.find(division_code)
    role = _detecting(call, division, site)
    parent = _larger(call, parent_id, division_code) if parent_id is not None else None
    issue = _reported(call, issue_id, division_code) if issue_id is not None else None
    columns: dict[str, Any] = noticed.values() | {"detected_at": noticed.detected_at or call.at}
    incident = begin(
        call, INCIDENT_LIFECYCLE, Incident, By.actor(call, role, division_code), **columns,
        number=_next_number(call.at, division_code), division=division.id, division_code=division_code,
        parent=parent and parent.id, site=site and site.id, detected_by=call.actor.account_id, level=division.level,
        responsible_code=division_code, created_at=call.at,
    )  # fmt: skip
    if issue is not None:
        details = {"incident_id": incident.id}
        advance(call, issue, LedgerAction.NOTE, role, details=details, incident=incident.id)
    return CommandResult({"incident": incident.id, "event": entry_of(INCIDENT_LIFECYCLE, incident)})


@command(INCIDENT, "dismissIncident")
def dismiss_incident(call: Call, incident: Incident, role: Role, *, reason: Prose) -> CommandResult:
    """Dismiss an incident that was a false alarm (撤销误报).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    by = By.actor(call, role, incident.responsible_code)
    event = move(call, INCIDENT_LIFECYCLE, incident, A.DISMISS, by, note=reason, due_at=None)
    return CommandResult({"incident": incident.id, "event": event})


def _detecting(call: Call, division: Division, site: Site | None) -> Role:
    """Return the role in which the actor enters an incident.

    Raises:
        DomainError: NOT_PERMITTED, they hold no such role there; a grid worker of one grid names a site in it.
    """
    who = _LOCALS if division.level is DivisionLevel.COMMUNITY else (role_at(division.level),)
    found = [held for held in call.actor.held if held.role in who and held.part.covers(division.code)]
    fitting = [held for held in found if held.site_id is None or lies_in(site, held.site_id)]
    if not fitting:
        raise not_permitted(*DETECTORS, field="siteId" if found else "divisionCode")
    return min(fitting, key=lambda held: who.index(held.role)).role


def _larger(call: Call, parent_id: int, division_code: str) -> Incident:
    """Lock the incident that a new one is a part of."""
    parent = find_open(call, parent_id, division_code, "parentId", is_locked=True)
    if parent.parent_id is not None:
        raise invalid(
            "parentId",
            f"That incident is itself a part of Incident_{parent.parent_id}; name this one.",
            f"该事件本身隶属于 Incident_{parent.parent_id}，请填写后者。",
        )
    return parent


def _reported(call: Call, issue_id: int, division_code: str) -> Issue:
    """Lock the issue by which an incident was reported."""
    issue = Issue.lock(id=issue_id)
    is_there = issue is not None and issue.division_code == division_code and issue.state in OPEN_STATES
    if issue is None or not is_there or not may_see_issue(call.actor, issue):
        raise not_found(
            "issueId", "The community has no such open issue; check the id.", "本社区没有这个未办结的事项。"
        )
    if issue.urgency is not Urgency.EMERGENCY:
        raise invalid(
            "issueId",
            "Only an EMERGENCY is reported as an incident; change the urgency first (regradeIssue).",
            "只有紧急事项可转为突发事件，请先调整等级（regradeIssue）。",
        )
    if issue.incident_id is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The issue belongs to Incident_{issue.incident_id} already; go on with that one.",
            ("issueId",),
            chinese=f"该事项已属于 Incident_{issue.incident_id}，请办理该事件。",
        )
    return issue
