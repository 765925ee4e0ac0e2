"""Levels: an issue goes up to the next office, or down to one below it."""

from datetime import datetime
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.issues.core import ISSUE, Standing, advance, started
from db.issues.deadlines import Clock, Deadline
from db.issues.lifecycle import Capacity, IssueState, LedgerAction
from db.issues.models.issue import Issue, Urgency
from db.issues.need_and_project_lists import add_to_list, release_claims, strike_off
from db.issues.parties import NO_HANDLER
from db.issues.places import committee_at, moved_to
from db.kernel.bounds import Ahead, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.places.models.division import OFFICE_LEVELS, Division, DivisionLevel, ancestor_codes, last_code, lowest_of


@command(ISSUE, LedgerAction.ESCALATE)
def escalate_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    reason: Prose,
    tried: Prose,
    to_level: DivisionLevel | None = None,
    keeps_claims: bool = False,
) -> CommandResult:
    """Escalate an issue to the office one level up, which decides again who handles it (逐级上报, T21, A4).

    to_level: a level further up, for an emergency or a leader in contact. keeps_claims: leave open claims as they are
    instead of releasing them. The office it leaves stays co-responsible, as the ledger entry says.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, it is with the
            city; INVALID_INPUT, the level is not above, or a text is missing or too long.
    """
    office = office_above(issue)
    assert office is not None, "the table of transitions refuses the step at the city's level"
    if to_level is not None and to_level is not office.level:
        office = _further_up(issue, standing, office, to_level)
    details: dict[str, Any] = {
        "tried": tried,
        "to_code": office.code,
        "co_responsible_code": issue.responsible_code,
        "claims": "KEPT" if keeps_claims else "RELEASED",
    }
    event = advance(
        call, issue, LedgerAction.ESCALATE, standing.role, to_state=IssueState.ACCEPTED, current_level=office.level,
        **started(call, issue, Clock.TRIAGE), note=reason,
        details=details, responsible_code=office.code, return_count=0, **NO_HANDLER,
    )  # fmt: skip
    if not keeps_claims:
        release_claims(call, issue)
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, LedgerAction.HAND_DOWN)
def hand_down_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    division_code: str,
    instruction: Prose,
    due_at: Annotated[datetime, Ahead()],
) -> CommandResult:
    """Hand an issue down to an office below, or to a community of one's own part of the city (下派, T22).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, the division
            is not below, the deadline has passed, or a text is missing or too long.
    """
    target = _below(issue, division_code)
    changes: dict[str, Any] = {"responsible_code": target.code}
    elsewhere = target.level is DivisionLevel.COMMUNITY and target.code != issue.division_code
    if elsewhere:
        strike_off(call, issue, JournalAction.TRANSFER)
        changes = moved_to(issue, committee_at(target.code))
    event = advance(
        call, issue, LedgerAction.HAND_DOWN, standing.role, to_state=IssueState.ACCEPTED, current_level=target.level,
        **Deadline.until(call.at, due_at).columns, note=instruction,
        details={"to_code": target.code}, return_count=0, **changes,
    )  # fmt: skip
    if elsewhere:
        add_to_list(call, issue)
    return CommandResult({"issue": issue.id, "event": event})


def office_above(issue: Issue) -> Division | None:
    """Find the division whose office comes next above the one that answers for an issue; None above the city.

    A level that the place lacks is passed over: some communities lie directly under their district.
    """
    office = lowest_of(ancestor_codes(issue.responsible_code))
    return None if office is None or office.level is DivisionLevel.PROVINCE else office


def _further_up(issue: Issue, standing: Standing, nearest: Division, to_level: DivisionLevel) -> Division:
    """Find the office of a level above the next one, for those who may skip a level (A4)."""
    if to_level not in OFFICE_LEVELS or OFFICE_LEVELS.index(to_level) <= OFFICE_LEVELS.index(issue.current_level):
        raise invalid(
            "toLevel",
            f"The issue is at the level {issue.current_level}; choose a level above it, or leave toLevel out.",
            f"事项当前层级为“{issue.current_level.chinese}”，请填写更高层级，或不填 toLevel。",
        )
    is_leader = Capacity.LEADER in standing.capacities
    if issue.urgency is not Urgency.EMERGENCY and not is_leader:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            (
                "Escalate one level at a time (rule A4): only an emergency or a leader in contact can skip "
                f"{nearest.name}."
            ),
            ("toLevel",),
            chinese=f"须逐级上报：只有紧急事项或包抓领导可以越过{nearest.name}。",
        )
    there = (Division.find(code=code, level=to_level) for code in ancestor_codes(issue.responsible_code))
    office = next((found for found in there if found is not None), None)
    if office is None:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            f"There is no office of the level {to_level} above {issue.responsible_code}.",
            ("toLevel",),
            chinese=f"{issue.responsible_code} 之上没有该层级的机构。",
        )
    return office


def _below(issue: Issue, division_code: str) -> Division:
    """Find the division that an issue is handed down to: on the way to its community, or another community below."""
    last = last_code(issue.responsible_code, issue.current_level)
    target = Division.find(code=division_code)
    is_inside = target is not None and issue.responsible_code < target.code <= last
    on_the_way = target is not None and target.code in (issue.division_code, *ancestor_codes(issue.division_code))
    if target is None or not is_inside or not (on_the_way or target.level is DivisionLevel.COMMUNITY):
        raise invalid(
            "divisionCode",
            f"Hand it down to a community below {issue.responsible_code}, or to an office between the two.",
            f"只能下派至 {issue.responsible_code} 下辖的社区，或其间的上级机构。",
        )
    return target
