"""Who may take the steps of meetings and projects, and what stands in the way: said once, for commands and lists."""

from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.access import has_power
from db.access.models.account import Role
from db.access.steps import Capacities, RowFacts, RowSteps, mask
from db.access.subjects import Subject
from db.committees.models.committee import Member, MemberPosition
from db.deliberation.lifecycle import MEETING_LIFECYCLE
from db.deliberation.models.meeting import Meeting
from db.funds.models import is_unexplained
from db.issues.lifecycle import CLOSED_STATES, Capacity
from db.issues.lifecycles import PROJECT_LIFECYCLE
from db.issues.models.claim import Project, ProjectIssue, ProjectMilestone, ProjectState
from db.issues.models.issue import Issue
from db.issues.policy_sql import sits
from db.issues.row_guards import RowGuard
from db.kernel.calendar import today

C, G = Capacity, RowGuard
# Who may be in the chair of a meeting (M3).
CHAIRS = (MemberPosition.DIRECTOR, MemberPosition.DEPUTY_DIRECTOR)


def to_committee(call: Call, committee_id: int) -> Capacities:
    """Return what an actor is to a committee as its director or a deputy, whatever level answers for its issues."""
    leading = (held.role for held in call.actor.held if held.role.powers.leads and held.committee_id == committee_id)
    role = next(leading, None)
    return {C.DIRECTOR: role} if role else {}


def leads(facts: RowFacts) -> Any:
    """Build the condition that the asker is the director or a deputy of a row's committee."""
    return facts.asker.holds(lambda grant: sits(facts.row, grant) & has_power(grant.role, lambda powers: powers.leads))


def _own_seat(facts: RowFacts, condition: Any) -> Any:
    seat = Member.alias("own_seat")
    is_theirs = (seat.committee == facts.row.committee) & (seat.account == facts.asker.account_id) & seat.is_active
    return fn.EXISTS(seat.select(SQL("1")).where(is_theirs & condition(seat)))


def _is_over(facts: RowFacts, seat: Any) -> Any:
    return seat.term_end.is_null(False) & (seat.term_end < facts.asker.when(today))


def _to_meeting(call: Call, meeting: Meeting) -> Capacities:
    return to_committee(call, meeting.committee_id)


def _can_chair(facts: RowFacts) -> Any:
    chairs = [position.value for position in CHAIRS]
    return _own_seat(facts, lambda seat: seat.position.in_(chairs) & ~_is_over(facts, seat))


MEETING_STEPS = RowSteps(
    Meeting,
    MEETING_LIFECYCLE,
    _to_meeting,
    lambda facts: Case(None, [(leads(facts), mask([C.DIRECTOR]))], 0),
    {
        G.NOT_BEGUN: lambda s: s.row.scheduled_at > s.asker.now,
        G.CHAIR_NEEDED: lambda s: ~_can_chair(s),
        G.PUBLISHED: lambda s: s.row.minutes_published_at.is_null(False),
    },
    serves_issue=False,
)


MEETING = Subject(
    model=Meeting,
    keys={"meeting_id": "id"},
    missing=("There is no such meeting; check the id.", "没有这次会议。"),
    stale=stale_by_journal(MEETING_LIFECYCLE),
    stand=lambda call, meeting, mutation: MEETING_STEPS.require(call, meeting, mutation, "meetingId"),
)


def _to_project(call: Call, project: Project) -> Capacities:
    found = to_committee(call, project.committee_id)
    account, committee = call.actor.account_id, project.committee_id
    seat = Member.find(id=project.lead_id, account=account, committee=committee, is_active=True)
    return {**found, C.LEAD: found.get(C.DIRECTOR, Role.MEMBER)} if seat else found


def _project_bits(facts: RowFacts) -> Any:
    is_lead = _own_seat(facts, lambda seat: seat.id == facts.row.lead)
    return Case(None, [(leads(facts), mask([C.DIRECTOR]))], 0) + Case(None, [(is_lead, mask([C.LEAD]))], 0)


def _open_milestones(facts: RowFacts) -> Any:
    step = ProjectMilestone.alias("step")
    counted = step.select(fn.COUNT(step.id)).where((step.project == facts.row.id) & step.done_on.is_null())
    return fn.COALESCE(counted, 0)


def _has_open_issue(facts: RowFacts) -> Any:
    served, issue = ProjectIssue.alias("served"), Issue.alias("unfinished")
    is_open = (issue.id == served.issue) & issue.state.not_in([state.value for state in CLOSED_STATES])
    return fn.EXISTS(served.select(SQL("1")).join(issue, on=is_open).where(served.project == facts.row.id))


def _remains(facts: RowFacts, milestones: int) -> Any:
    """Build the condition that something besides money is open, after so many more milestones are done."""
    is_cancelled = facts.row.state == ProjectState.CANCELLED.value
    return is_cancelled | (_open_milestones(facts) > milestones) | _has_open_issue(facts)


def _work_remains(facts: RowFacts) -> Any:
    """Build the condition that one more milestone leaves a project as it is: as `settle_project` has it."""
    return _remains(facts, 1) | is_unexplained(facts.row)


PROJECT_STEPS = RowSteps(
    Project,
    PROJECT_LIFECYCLE,
    _to_project,
    _project_bits,
    {
        G.TERM_OVER: lambda s: _own_seat(s, lambda seat: _is_over(s, seat)),
        G.MILESTONES_DONE: lambda s: _open_milestones(s) == 0,
        G.WORK_REMAINS: _work_remains,
        G.NO_WORK_REMAINS: lambda s: ~_work_remains(s),
        G.TASKS_REMAIN: lambda s: _remains(s, 0),
        G.NO_MONEY_LEFT: lambda s: ~is_unexplained(s.row),
    },
    serves_issue=False,
)
PROJECT = Subject(
    model=Project,
    keys={"project_id": "id"},
    missing=("There is no such project; check the id.", "没有此项目，请核对 ID。"),
    stale=stale_by_journal(PROJECT_LIFECYCLE),
    stand=lambda call, project, mutation: PROJECT_STEPS.require(call, project, mutation, "projectId"),
)
