"""Deliberation: an issue goes before a meeting, and what the meeting resolved is carried out (T9, T10, L2)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.subjects import command
from db.deliberation.agenda import find_meeting, is_in_time, newest_item, next_meeting, proposer, put_on_agenda
from db.deliberation.models.meeting import AgendaItem, Meeting, MeetingState, Resolution, ResolutionOutcome
from db.deliberation.projects import ProjectPlan, begin_project, join_project
from db.issues.claims import ask_for_help
from db.issues.core import ISSUE, Standing, advance, require_open, started
from db.issues.deadlines import Clock, Deadline
from db.issues.guards import Guard
from db.issues.handling import handling_until, named
from db.issues.inputs import WantedHelp
from db.issues.lifecycle import TRANSITIONS, IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import Project, ProjectState
from db.issues.models.issue import Evidence, EvidenceKind, Issue
from db.issues.parties import Party, handled_by, seat_in_office, within_reach
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found

_WORK = (IssueState.OPEN_FOR_CLAIM, IssueState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Work(Inputs):
    """How the work that was resolved is handled. project: a new one; project_id: one that is under way."""

    handler_id: Party | None = None
    due_at: datetime | None = None
    project: ProjectPlan | None = None
    project_id: int | None = None


@command(ISSUE, LedgerAction.TABLE)
def table_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    meeting_id: int | None = None,
    proposed_by_id: int | None = None,
    needs_hearing: bool = False,
) -> CommandResult:
    """Add an accepted issue to the agenda of a meeting: the named one, or the next (提交议事, T9).

    proposed_by_id: the member who proposes it; otherwise who brought the issue, or the actor. needs_hearing: it is wide
    or disputed, so that a hearing comes before its resolution (M5).

    Raises:
        DomainError: NOT_FOUND, no such meeting or none to come; LIMIT_REACHED, its papers are out already;
            ILLEGAL_TRANSITION, an emergency is assigned; TERM_EXPIRED.
    """
    meeting = _meeting(call, issue, meeting_id)
    item = _item(meeting, issue, _proposed_by(call, issue, proposed_by_id), needs_hearing)
    begins = meeting.scheduled_at
    event = advance(
        call, issue, LedgerAction.TABLE, standing.role, to_state=IssueState.IN_DELIBERATION,
        **Deadline.until(call.at, begins).columns, details={"meeting_id": meeting.id, "agenda_item_id": item.id},
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event, "meeting": meeting.id})


@command(ISSUE, LedgerAction.RESOLVE_MEETING)
def record_resolution(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    resolution_id: int,
    next_state: IssueState,
    work: Work,
    wanted: WantedHelp,
    outcome: IssueOutcome | None = None,
) -> CommandResult:
    """Apply the resolution of a meeting to an issue (议定, T10).

    next_state: OPEN_FOR_CLAIM with the help that is wanted and until when; IN_PROGRESS with a handler, or the project's
    lead; ACCEPTED, put off, at most twice; AWAITING_VERIFICATION with an outcome, settled by the minutes themselves.

    Raises:
        DomainError: NOT_FOUND; ILLEGAL_TRANSITION, the resolution was not carried; LIMIT_REACHED, put off twice
            already, or returned twice; INVALID_INPUT; TERM_EXPIRED.
    """
    resolution, meeting = _carried(issue, resolution_id)
    if next_state not in TRANSITIONS[LedgerAction.RESOLVE_MEETING].targets:
        raise invalid("nextState", "A resolution cannot lead to this state.", "决议不能使事项进入该状态。")
    if (work.project or work.project_id) and next_state not in _WORK:
        raise invalid(
            "project", "Only a resolution on work to be done can have a project.", "只有需要实施的事项可以立项。"
        )
    details: dict[str, Any] = {"resolution_id": resolution.id, "meeting_id": meeting.id}
    state = ProjectState.ACTIVE if next_state is IssueState.IN_PROGRESS else ProjectState.PLANNED
    project = _project(call, issue, resolution, work, state)
    details |= {"project_id": project.id} if project else {}
    match next_state:
        case IssueState.ACCEPTED:
            clock, changes = _put_off(call, issue, standing)
        case IssueState.OPEN_FOR_CLAIM:
            clock, changes = _for_claim(call, issue, standing, wanted, details)
        case IssueState.IN_PROGRESS:
            clock, changes = _to_handle(call, issue, standing, work, project)
        case _:
            clock, changes = _settled(call, issue, meeting, outcome)
    event = advance(
        call, issue, LedgerAction.RESOLVE_MEETING, standing.role, to_state=next_state, note=resolution.text,
        details=details | named(changes), **clock, **changes,
    )  # fmt: skip
    rows = {"issue": issue.id, "event": event}
    return CommandResult(rows | {"project": project.id} if project else rows)


# --- Putting it before a meeting --------------------------------------------------------------------------------------


def _meeting(call: Call, issue: Issue, meeting_id: int | None) -> Meeting:
    if meeting_id is None:
        upcoming = next_meeting(call, issue.committee_id)
        if upcoming is None:
            raise Guard.NO_MEETING.refusal()
        return upcoming
    meeting = find_meeting(call, meeting_id, MeetingState.SCHEDULED)
    if meeting.committee_id != issue.committee_id:
        raise not_found("meetingId", "The issue's committee has no such meeting.", "该事项所属社工委没有这次会议。")
    if not is_in_time(call, meeting):
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            "Papers must go out 3 days before a meeting, or 2 hours before an urgent one; choose a later meeting.",
            ("meetingId",),
            chinese="议题材料须在会前3天（紧急会议为会前2小时）送达，请选择之后的会议。",
        )
    return meeting


def _proposed_by(call: Call, issue: Issue, member_id: int | None) -> int | None:
    if member_id is not None:
        return proposer(call, issue.committee_id, member_id, ("proposedById",)).id
    if issue.submitter_id is not None:
        return issue.submitter_id
    seat = seat_in_office(call, issue.committee_id)
    if seat is None:
        raise Guard.PROPOSER_NEEDED.refusal()
    return seat.id


def _item(meeting: Meeting, issue: Issue, proposed_by: int | None, needs_hearing: bool) -> AgendaItem:
    """Add an issue to the agenda of a meeting, or take the item with which a member has done so."""
    motion = newest_item(issue)
    if motion is None or motion.meeting_id != meeting.id:
        return put_on_agenda(meeting, issue.title, proposed_by, issue, needs_hearing)
    if needs_hearing and not motion.needs_hearing:
        motion.change(needs_hearing=True)
    return motion


# --- Carrying out what it resolved ------------------------------------------------------------------------------------

# The issue's columns that change: those of its deadline, and others.
_Course = tuple[dict[str, Any], dict[str, Any]]


def _carried(issue: Issue, resolution_id: int) -> tuple[Resolution, Meeting]:
    item = newest_item(issue)
    resolution = Resolution.find(id=resolution_id)
    if item is None or resolution is None or resolution.agenda_item_id != item.id:
        raise Guard.NO_RESOLUTION.refusal()
    outcome = resolution.outcome
    if outcome is not ResolutionOutcome.CARRIED:
        raise Guard.NOT_CARRIED.refusal()
    return resolution, Meeting.get_by_id(item.meeting_id)


def _project(call: Call, issue: Issue, resolution: Resolution, work: Work, state: ProjectState) -> Project | None:
    new, existing = work.project, work.project_id
    if new and existing:
        raise invalid("projectId", "Send a new project or an existing one, not both.", "新项目与已有项目只能填写一项。")
    if new:
        return begin_project(call, issue, resolution, new, state)
    return join_project(issue, existing) if existing else None


def _put_off(call: Call, issue: Issue, standing: Standing) -> _Course:
    require_open(call, issue, standing, Guard.DEFERRED_TWICE)
    return started(call, issue, Clock.TRIAGE), {"deferral_count": issue.deferral_count + 1}


def _for_claim(call: Call, issue: Issue, standing: Standing, wanted: WantedHelp, details: dict[str, Any]) -> _Course:
    require_open(call, issue, standing, Guard.EMERGENCY, Guard.RETURNED_TWICE)
    until, asked = ask_for_help(call, issue, wanted)
    details |= asked
    return Deadline.until(call.at, until).columns, {}


def _to_handle(call: Call, issue: Issue, standing: Standing, work: Work, project: Project | None) -> _Course:
    require_open(call, issue, standing, Guard.RETURNED_TWICE)
    handler = work.handler_id
    if handler is None and project is not None and project.lead_id is not None:
        handler = ("Member", project.lead_id)
    if handler is None:
        raise invalid("handlerId", "Name the handler, or the project with its lead.", "请指明办理人或项目牵头人。")
    within_reach(call, issue, handler)
    end = handling_until(call, issue, work.due_at)
    if project is not None and work.due_at is None:
        # A project takes as long as its milestones (rules 7.3).
        end = max(end, end_of(project.due_on))
    return Deadline.until(call.at, end).columns, handled_by(handler)


def _settled(call: Call, issue: Issue, meeting: Meeting, outcome: IssueOutcome | None) -> _Course:
    if outcome is None:
        raise invalid("outcome", "State how the meeting settled the issue.", "请填写会议处理结果。")
    held = meeting.held_at
    assert held is not None, "the meeting was held"
    Evidence.create(
        issue=issue.id, division_code=issue.division_code, kind=EvidenceKind.MINUTES,
        description=f"{held.astimezone(SHANGHAI):%Y-%m-%d} 会议纪要", created_at=call.at,
    )  # fmt: skip
    handler = (
        handled_by(("Member", meeting.chair_id)) if meeting.chair_id else {"handler_account_id": call.actor.account_id}
    )
    return started(call, issue, Clock.VERIFICATION), {"outcome": outcome, **handler}


def end_of(day: date) -> datetime:
    """Return the last second of a day in Asia/Shanghai."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)
