"""Needs that a meeting resolved on a matter which was no issue: it becomes one of the committee's own (M4)."""

from typing import Any

from db.access.commands import Call, CommandResult
from db.access.inputs import inputs_of
from db.access.subjects import Command
from db.committees.models.committee import Committee
from db.deliberation.agenda import by, proposer
from db.deliberation.models.meeting import AgendaItem, Meeting, Resolution
from db.deliberation.projects import RESOLUTION, duty_of
from db.deliberation.resolutions import record_resolution
from db.issues.core import advance
from db.issues.deadlines import NO_DEADLINE
from db.issues.inputs import WantedHelp
from db.issues.intake import Reporter, accept, submit_told, told_issue
from db.issues.lifecycle import IssueState, LedgerAction
from db.issues.models.claim import Project
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, Issue
from db.issues.need_and_project_lists import need_of
from db.kernel.errors import DomainError, ErrorCode

_SAID = (
    "division_code", "channel", "is_anonymous", "contact_name", "contact_phone", "contact_address", "external_source",
    "external_id", "referred_to", "evidence", "latitude", "longitude",
)  # fmt: skip


def _list_need(
    call: Call,
    resolution: Resolution,
    item: AgendaItem,
    *,
    lead_id: int,
    wanted: WantedHelp,
    duty: Duty | None = None,
    **told: Any,
) -> CommandResult:
    """List the need that a meeting resolved on a matter which is no issue yet (需求立单, M4).

    The matter becomes an issue of the committee's own, which is accepted, tied to the agenda item and open for claim.
    lead_id: the member who leads. wanted: with the deadline. told: of the issue; its title and duty are those of the
    item where they are left out, its description is the resolution's text.

    Raises:
        DomainError: NOT_FOUND, no such resolution or site, or the lead is no active member; NOT_PERMITTED, director and
            deputies list needs; ILLEGAL_TRANSITION, the resolution was not carried, belongs to an issue in
            deliberation, or an emergency is assigned; ALREADY_EXISTS, it has its entry; INVALID_INPUT, also where the
            item's title is longer than an issue's may be; TERM_EXPIRED.
    """
    meeting = Meeting.get_by_id(item.meeting_id)
    committee = Committee.get_by_id(meeting.committee_id)
    _require_no_entry(resolution, item)
    lead, role = proposer(call, committee.id, lead_id, ("leadId",)), by(call, committee.id).role
    known = {"title": item.title, "description": resolution.text, "duty": duty_of(item, duty)}
    full = {**known, **told, "channel": Channel.MEMBER_PROPOSAL}
    issue = Issue.get_by_id(submit_told(call, role, committee, full, Reporter(call.actor.account_id)))
    accept(call, issue, role, issue.urgency, issue.duty)
    item.change(issue=issue.id)
    tabled = {"meeting_id": meeting.id, "agenda_item_id": item.id}
    advance(
        call, issue, LedgerAction.TABLE, role, to_state=IssueState.IN_DELIBERATION, **NO_DEADLINE, details=tabled
    )  # fmt: skip
    need = need_of(issue)
    assert need is not None, "it was listed when the issue was accepted"
    need.change(lead=lead.id)
    done = record_resolution(
        call, issue_id=issue.id, resolution_id=resolution.id, next_state=IssueState.OPEN_FOR_CLAIM, **wanted.values()
    )
    return CommandResult({**done.rows, "need": need.id})


list_need = Command(_list_need, RESOLUTION, "listNeed", inputs={**told_issue(*_SAID), **inputs_of(_list_need)})


def _require_no_entry(resolution: Resolution, item: AgendaItem) -> None:
    """Check that a resolution has no entry on a list yet: a project, or the need of its item's issue."""
    if item.issue_id is None and Project.find(resolution=resolution.id) is None:
        return
    raise DomainError(
        ErrorCode.ALREADY_EXISTS,
        "The resolution has its project, or its item an issue with a need of its own; see the committee's `projects` "
        "and `needs`.",
        ("resolutionId",),
        chinese="该决议已立项，或其议题所涉事项已列入需求清单，请查看项目清单和需求清单。",
    )
