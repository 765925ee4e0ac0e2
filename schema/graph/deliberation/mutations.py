"""Mutations of meetings: called, held, voted in and closed; and what brings an issue before one and out of it."""

from db.deliberation import demands, meetings, minutes, projects
from db.deliberation import resolutions as deliberation
from db.deliberation.models.meeting import AttendanceStatus, VoteChoice
from db.issues.lifecycle import IssueOutcome, IssueState
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.issues.mutations.claims import HANDLERS, WANTED

_MEETING = Argument("meeting_id", Kind.ID, "The meeting that is changed.", of=("Meeting",))
_LATE = Argument("late_reason", Kind.LINE, "Why the minutes come too late; only needed where they do.", required=False)
_HEARING = Argument(
    "needs_hearing", Kind.BOOLEAN, "Whether it is wide or disputed, so that a hearing comes first.", required=False
)
_COMMITTEE = (
    Argument("committee_id", Kind.ID, "The committee; give this or divisionCode.", required=False, of=("Committee",)),
    Argument("division_code", Kind.CODE, "The community's code; this or committeeId.", required=False),
)
_SHOWS = {"meeting": "Meeting"}

PROPOSAL = InputObject(
    "ProposalInput",
    "A member's proposal for a meeting (提案).",
    (
        Argument("title", Kind.LINE, "What it is about, up to 200 characters."),
        Argument("proposed_by_id", Kind.ID, "The member who proposes it.", of=("Member",)),
        _HEARING,
    ),
)
ATTENDANCE = InputObject(
    "AttendanceInput",
    "Whether one member came.",
    (
        Argument("member_id", Kind.ID, "The member whose attendance is recorded.", of=("Member",)),
        Argument("status", AttendanceStatus, "Whether the member came."),
    ),
)
RESOLUTION = InputObject(
    "ResolutionInput",
    "The words of what was decided on an agenda item.",
    (
        Argument("agenda_item_id", Kind.ID, "The agenda item that it is about.", of=("AgendaItem",)),
        Argument("text", Kind.PROSE, "The resolution's words, up to 2,000 characters."),
    ),
)
MILESTONE = InputObject(
    "MilestoneInput",
    "A step of a project.",
    (
        Argument("title", Kind.LINE, "What is done in it, up to 100 characters."),
        Argument("due_on", Kind.DATE, "The day by which it is to be done."),
    ),
)
PROJECT = InputObject(
    "ProjectInput",
    "A project that a resolution makes.",
    (
        Argument("title", Kind.LINE, "What is to be done; the issue's title where it is left out.", required=False),
        Argument("lead_id", Kind.ID, "The member who leads it.", of=("Member",)),
        Argument("budget", Kind.DECIMAL, "Its budget in yuan."),
        Argument("due_on", Kind.DATE, "The day by which it is to be done."),
        Argument("milestones", MILESTONE, "Its steps in order, at least one.", is_list=True),
    ),
)

MUTATIONS = (
    Mutation(
        "demandMeeting",
        "Join, as a member, the demand for a meeting; half of the members may have one (提议开会).",
        demands.demand_meeting,
        (*_COMMITTEE, Argument("reason", Kind.PROSE, "Why, up to 500 characters.")),
        {"demand": "MeetingDemand"},
        about_issue=False,
    ),
    Mutation(
        "scheduleMeeting",
        "Call a meeting of a committee, three days before, or two hours when it is urgent (通知会议).",
        meetings.schedule_meeting,
        (
            *_COMMITTEE,
            Argument("scheduled_at", Kind.DATETIME, "When the meeting is to begin."),
            Argument("place", Kind.LINE, "Where it is held."),
            Argument("is_urgent", Kind.BOOLEAN, "Whether it is called at short notice.", required=False),
            Argument("agenda", PROPOSAL, "Members' proposals to begin with.", required=False, is_list=True),
        ),
        _SHOWS,
        about_issue=False,
    ),
    Mutation(
        "holdMeeting",
        "Open a meeting: who came, and who is in the chair (召开会议).",
        meetings.hold_meeting,
        (
            _MEETING,
            Argument("attendance", ATTENDANCE, "Who came; members who are left out are absent.", is_list=True),
            Argument(
                "chair_id",
                Kind.ID,
                "The director or deputy in the chair; else you.",
                required=False,
                of=("Member",),
            ),
        ),
        _SHOWS,
        about_issue=False,
    ),
    Mutation(
        "recordHearing",
        "Record that the hearing which an agenda item needs was held (听证).",
        meetings.record_hearing,
        (
            Argument("agenda_item_id", Kind.ID, "The agenda item that it is about.", of=("AgendaItem",)),
            Argument("record", Kind.PROSE, "What was said, up to 5,000 characters."),
            Argument("held_on", Kind.DATE, "The day it was held; today by default.", required=False),
        ),
        {**_SHOWS, "agendaItem": "AgendaItem"},
        about_issue=False,
    ),
    Mutation(
        "castVote",
        "Vote on an agenda item of a meeting that is being held (表决).",
        meetings.cast_vote,
        (
            Argument("agenda_item_id", Kind.ID, "The agenda item that it is about.", of=("AgendaItem",)),
            Argument("choice", VoteChoice, "How the member votes."),
            Argument("interest", Kind.LINE, "An interest to declare; then the member does not vote.", required=False),
            Argument(
                "member_id",
                Kind.ID,
                "Whose vote director or deputy note, for a member without an account.",
                required=False,
                of=("Member",),
            ),
        ),
        {**_SHOWS, "vote": "Vote"},
        about_issue=False,
    ),
    Mutation(
        "closeMeeting",
        "Close a meeting: its votes are counted into resolutions and its minutes signed (会议纪要).",
        minutes.close_meeting,
        (
            _MEETING,
            Argument("minutes", Kind.PROSE, "The minutes of the meeting."),
            Argument("resolutions", RESOLUTION, "The words of the resolutions.", required=False, is_list=True),
            Argument("signed_at", Kind.DATETIME, "When the minutes were signed; now by default.", required=False),
            Argument("published_at", Kind.DATETIME, "When they were published, if they were.", required=False),
            _LATE,
        ),
        _SHOWS,
        about_issue=False,
    ),
    Mutation(
        "publishMinutes",
        "Publish a meeting's signed minutes (公布纪要).",
        minutes.publish_minutes,
        (_MEETING, _LATE),
        _SHOWS,
        about_issue=False,
    ),
    Mutation(
        "cancelMeeting",
        "Call a meeting off, or give up one that found no quorum (取消会议).",
        meetings.cancel_meeting,
        (_MEETING,),
        _SHOWS,
        about_issue=False,
    ),
    Mutation(
        "tableIssue",
        "Put an accepted issue before a meeting (提交议事).",
        deliberation.table_issue,
        (
            Argument("meeting_id", Kind.ID, "The meeting; the next one by default.", required=False, of=("Meeting",)),
            Argument(
                "proposed_by_id",
                Kind.ID,
                "The member who proposes it; who brought it, or you, by default.",
                required=False,
                of=("Member",),
            ),
            _HEARING,
        ),
        {"issue": "Issue", "event": "LedgerEntry", "meeting": "Meeting"},
    ),
    Mutation(
        "recordResolution",
        "Carry out what a meeting resolved about an issue (议定).",
        deliberation.record_resolution,
        (
            Argument("resolution_id", Kind.ID, "The resolution that was carried.", of=("Resolution",)),
            Argument(
                "next_state",
                IssueState,
                "OPEN_FOR_CLAIM, IN_PROGRESS, ACCEPTED when put off, or AWAITING_VERIFICATION when settled.",
            ),
            Argument("handler_id", Kind.ID, "IN_PROGRESS: who handles it.", required=False, of=HANDLERS),
            Argument(
                "due_at", Kind.DATETIME, "The deadline for the work, when nextState is IN_PROGRESS.", required=False
            ),
            Argument("project", PROJECT, "A project that it becomes.", required=False),
            Argument("project_id", Kind.ID, "A project that serves it too.", required=False, of=("Project",)),
            Argument("wanted_help", Kind.PROSE, "OPEN_FOR_CLAIM: which help is wanted.", required=False),
            Argument("claim_until", Kind.DATETIME, "OPEN_FOR_CLAIM: until when it may be claimed.", required=False),
            *WANTED,
            Argument("outcome", IssueOutcome, "AWAITING_VERIFICATION: how the meeting settled it.", required=False),
        ),
        {"issue": "Issue", "event": "LedgerEntry", "project": "Project"},
    ),
    Mutation(
        "completeMilestone",
        "Note that a step of a project is done (完成节点).",
        projects.complete_milestone,
        (
            Argument("milestone_id", Kind.ID, "The milestone that was reached.", of=("ProjectMilestone",)),
            Argument("done_on", Kind.DATE, "The day it was done; today by default.", required=False),
        ),
        {"project": "Project"},
        about_issue=False,
    ),
)
