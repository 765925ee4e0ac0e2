"""Mutations of meetings: called, held, voted in and closed; and what brings an issue before one and out of it."""

from dataclasses import replace

from db.deliberation import demands, editions, meetings, minutes, motions, needs, projects
from db.deliberation import resolutions as deliberation
from db.deliberation.models.meeting import AttendanceStatus, VoteChoice
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.claim import ProjectKind
from db.issues.models.duty import Duty
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.issues.mutations.claims import HANDLERS, PUBLISHED, WANTED
from schema.graph.issues.mutations.intake import SUBMITTED

_LATE = Argument("late_reason", Kind.LINE, "Why the minutes are late; only needed when they are.", required=False)
_HEARING = Argument(
    "needs_hearing",
    Kind.BOOLEAN,
    "Whether a hearing must be held first, because the matter affects many or is disputed.",
    required=False,
)
_SHOWS = {"meeting": "Meeting", "event": "JournalEntry"}

_OF_ISSUE = {one.name: one for one in SUBMITTED}


def _otherwise(name: str, description: str) -> Argument:
    return replace(_OF_ISSUE[name], description=description, required=False)


PROPOSAL = InputObject(
    "ProposalInput",
    "A member's proposal for a meeting (提案).",
    (
        Argument("title", Kind.LINE, "The title of the proposed agenda item."),
        Argument("proposed_by_id", Kind.ID, "The member who proposes the item.", of=("Member",)),
        _HEARING,
        Argument("duty", Duty, "The main duty that the item falls under.", required=False),
    ),
)
ATTENDANCE = InputObject(
    "AttendanceInput",
    "The attendance of one member.",
    (
        Argument("member_id", Kind.ID, "The member whose attendance is recorded.", of=("Member",)),
        Argument("status", AttendanceStatus, "Whether the member was present."),
    ),
)
RESOLUTION = InputObject(
    "ResolutionInput",
    "The wording of the decision on an agenda item.",
    (
        Argument("agenda_item_id", Kind.ID, "The agenda item that was decided.", of=("AgendaItem",)),
        Argument("text", Kind.PROSE, "The wording of the resolution."),
    ),
)
MILESTONE = InputObject(
    "MilestoneInput",
    "A milestone of a project.",
    (
        Argument("title", Kind.LINE, "What the milestone completes."),
        Argument("due_on", Kind.DATE, "The day by which the milestone is to be reached."),
    ),
)
_PLACE = (
    Argument("site_id", Kind.ID, "The site where the project is.", required=False, of=("Site",)),
    Argument("area_square_meters", Kind.INT, "The area of its place, in square metres.", required=False),
)
PROJECT = InputObject(
    "ProjectInput",
    "A project that a resolution creates.",
    (
        Argument(
            "title",
            Kind.LINE,
            "The title of the project; that of the issue or agenda item when left out.",
            required=False,
        ),
        Argument("lead_id", Kind.ID, "The member who leads the project.", of=("Member",)),
        Argument("budget", Kind.DECIMAL, "The budget of the project, in yuan."),
        Argument("due_on", Kind.DATE, "The day by which the project is to be finished."),
        Argument("milestones", MILESTONE, "The milestones in their order.", is_list=True),
        Argument("kind", ProjectKind, "What kind of place it makes; ORDINARY when left out.", required=False),
        *_PLACE,
    ),
)

MUTATIONS = (
    Mutation(
        "demandMeeting",
        "Demand a meeting as a member; it must be called once half of the members demand it (提议开会).",
        demands.demand_meeting,
        (Argument("reason", Kind.PROSE, "Why a meeting is needed."),),
        {"demand": "MeetingDemand"},
    ),
    Mutation(
        "proposeAgendaItem",
        "Propose an item for the next committee meeting, as a member (委员提案).",
        motions.propose_agenda_item,
        (
            Argument("title", Kind.LINE, "The title of the proposed agenda item."),
            Argument("duty", Duty, "The main duty that the item falls under."),
            Argument(
                "issue_id",
                Kind.ID,
                "The issue that the item is about, if any; proposing it does not change the issue.",
                required=False,
                of=("Issue",),
            ),
            _HEARING,
        ),
        {"agendaItem": "AgendaItem", "meeting": "Meeting"},
    ),
    Mutation(
        "scheduleMeeting",
        "Schedule a committee meeting at least three days ahead, or two hours when it is urgent (通知会议).",
        meetings.schedule_meeting,
        (
            Argument("scheduled_at", Kind.DATETIME, "When the meeting is to begin."),
            Argument("place", Kind.LINE, "Where the meeting is held."),
            Argument("is_urgent", Kind.BOOLEAN, "Whether the meeting is called at short notice.", required=False),
            Argument("agenda", PROPOSAL, "Members' proposals for the agenda.", required=False, is_list=True),
        ),
        _SHOWS,
    ),
    Mutation(
        "holdMeeting",
        "Open a meeting and record who attends and who chairs it (召开会议).",
        meetings.hold_meeting,
        (
            Argument(
                "attendance", ATTENDANCE, "The attendance of the members; those left out are absent.", is_list=True
            ),
            Argument(
                "chair_id",
                Kind.ID,
                "The director or deputy who chairs the meeting; you when left out.",
                required=False,
                of=("Member",),
            ),
        ),
        _SHOWS,
    ),
    Mutation(
        "recordHearing",
        "Record that the hearing for an agenda item was held (听证).",
        meetings.record_hearing,
        (
            Argument("record", Kind.PROSE, "What was said at the hearing."),
            Argument(
                "held_on", Kind.DATE, "The day on which the hearing was held; today when left out.", required=False
            ),
        ),
        {"meeting": "Meeting", "agendaItem": "AgendaItem"},
    ),
    Mutation(
        "castVote",
        "Vote on an agenda item during a meeting (表决).",
        meetings.cast_vote,
        (
            Argument("choice", VoteChoice, "How the member votes."),
            Argument(
                "interest",
                Kind.LINE,
                "A conflict of interest to declare, which excludes the member from the vote.",
                required=False,
            ),
            Argument(
                "member_id",
                Kind.ID,
                "The member on whose behalf the director or a deputy records the vote, if that member has no account.",
                required=False,
                of=("Member",),
            ),
        ),
        {"meeting": "Meeting", "vote": "Vote"},
    ),
    Mutation(
        "closeMeeting",
        "Close a meeting: count its votes into resolutions and sign its minutes (会议纪要).",
        minutes.close_meeting,
        (
            Argument("minutes", Kind.PROSE, "The minutes of the meeting."),
            Argument("resolutions", RESOLUTION, "The wording of the resolutions.", required=False, is_list=True),
            Argument("signed_at", Kind.DATETIME, "When the minutes were signed; now when left out.", required=False),
            Argument("published_at", Kind.DATETIME, "When the minutes were published, if they were.", required=False),
            _LATE,
        ),
        _SHOWS,
    ),
    Mutation(
        "publishMinutes",
        "Publish the signed minutes of a meeting (公布纪要).",
        minutes.publish_minutes,
        (_LATE,),
        _SHOWS,
    ),
    Mutation(
        "cancelMeeting",
        "Cancel a meeting before it begins, or for want of a quorum (取消会议).",
        meetings.cancel_meeting,
        shows=_SHOWS,
    ),
    Mutation(
        "tableIssue",
        "Put an accepted issue on a meeting's agenda (提交议事).",
        deliberation.table_issue,
        (
            Argument(
                "meeting_id", Kind.ID, "The meeting; the next one when left out.", required=False, of=("Meeting",)
            ),
            Argument(
                "proposed_by_id",
                Kind.ID,
                "The member who proposes the item; when left out, the member who submitted the issue, or you.",
                required=False,
                of=("Member",),
            ),
            _HEARING,
        ),
        {"issue": "Issue", "event": "LedgerEntry", "meeting": "Meeting"},
    ),
    Mutation(
        "recordResolution",
        "Carry out the resolution of a meeting on an issue (议定).",
        deliberation.record_resolution,
        (
            Argument("resolution_id", Kind.ID, "The resolution that was carried.", of=("Resolution",)),
            Argument(
                "next_state",
                IssueState,
                "The next state: OPEN_FOR_CLAIM, IN_PROGRESS, ACCEPTED when postponed, or AWAITING_VERIFICATION "
                "when settled.",
            ),
            Argument(
                "handler_id", Kind.ID, "The handler, when `nextState` is IN_PROGRESS.", required=False, of=HANDLERS
            ),
            Argument(
                "due_at", Kind.DATETIME, "The deadline for the work, when `nextState` is IN_PROGRESS.", required=False
            ),
            Argument("project", PROJECT, "A new project that implements the resolution.", required=False),
            Argument(
                "project_id",
                Kind.ID,
                "An existing project that also serves the issue.",
                required=False,
                of=("Project",),
            ),
            Argument(
                "wanted_help",
                Kind.PROSE,
                "The help that is wanted; required when `nextState` is OPEN_FOR_CLAIM.",
                required=False,
            ),
            Argument(
                "claim_until",
                Kind.DATETIME,
                "The end of the time for claims; required when `nextState` is OPEN_FOR_CLAIM.",
                required=False,
            ),
            *WANTED,
            Argument(
                "outcome", IssueOutcome, "The outcome, when `nextState` is AWAITING_VERIFICATION.", required=False
            ),
        ),
        {"issue": "Issue", "event": "LedgerEntry", "project": "Project"},
    ),
    Mutation(
        "startProject",
        "Start a project that a meeting resolved on a matter which is not an issue in deliberation (立项).",
        projects.start_project,
        (
            Argument("project", PROJECT, "The project, with its lead and deadline."),
            Argument(
                "duty", Duty, "The main duty that the project falls under; the item's when left out.", required=False
            ),
        ),
        {"project": "Project", "event": "JournalEntry"},
    ),
    Mutation(
        "listNeed",
        "List the need that a meeting resolved on a matter which is not an issue: it becomes one of the committee's, "
        "accepted and open for claim (需求立单).",
        needs.list_need,
        (
            Argument("lead_id", Kind.ID, "The member who leads on the need.", of=("Member",)),
            *PUBLISHED,
            _OF_ISSUE["urgency"],
            _otherwise("title", "The title of the issue; that of the agenda item when left out."),
            _otherwise("description", "The description of the need; the text of the resolution when left out."),
            _otherwise("duty", "The main duty that the need falls under; the item's when left out."),
            *(_OF_ISSUE[name] for name in ("topic_code", "place", "site_id", "site_code")),
        ),
        {"issue": "Issue", "event": "LedgerEntry", "need": "Need"},
    ),
    Mutation(
        "updateProject",
        "Change what is known of a project, or say what becomes of money that is left to it; for its lead, the "
        "director and deputies (变更项目).",
        projects.update_project,
        (
            Argument("kind", ProjectKind, "What kind of place it makes.", required=False),
            *_PLACE,
            Argument("balance_note", Kind.PROSE, "What becomes of the money that is left.", required=False),
        ),
        {"project": "Project", "event": "JournalEntry"},
    ),
    Mutation(
        "completeMilestone",
        "Record that a milestone of a project is reached (完成节点).",
        projects.complete_milestone,
        (
            Argument("milestone_id", Kind.ID, "The milestone that was reached.", of=("ProjectMilestone",)),
            Argument(
                "done_on", Kind.DATE, "The day on which the milestone was reached; today when left out.", required=False
            ),
        ),
        {"project": "Project", "event": "JournalEntry"},
        is_versioned=True,
    ),
    Mutation(
        "publishListEdition",
        "Publish this month's edition of a committee's three lists, once (公布清单).",
        editions.publish_list_edition,
        shows={"edition": "ListEdition"},
    ),
)
