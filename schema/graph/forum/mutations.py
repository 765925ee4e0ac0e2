"""Mutations of the forum: sessions are announced, held and closed, and statements made and settled."""

from dataclasses import replace

from db.forum import sessions, statements
from db.forum.models import StatementOutcome
from db.issues.models.duty import Duty
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.issues.mutations.intake import SUBMITTED

_SESSION = {"forumSession": "ForumSession", "event": "JournalEntry"}
_STATEMENT = {"statement": "Statement", **_SESSION}
_GUEST = InputObject(
    "ForumGuestInput",
    "Somebody who is invited to a session of the forum.",
    (
        Argument("label", Kind.LINE, "Who is invited, in words, such as the manager of the property company."),
        Argument("organization_id", Kind.ID, "The organization, if it is one.", required=False, of=("Organization",)),
        Argument("person_id", Kind.ID, "The person, if it is a registered one.", required=False, of=("Person",)),
    ),
)
_DESCRIPTION = "The description of the concern; the statement itself when left out."
_ISSUE = InputObject(
    "StatementIssueInput",
    "The issue that a statement becomes; it is submitted with the channel DELIBERATION_ROOM in the speaker's name.",
    tuple(
        replace(one, description=_DESCRIPTION, required=False) if one.name == "description" else one
        for one in SUBMITTED
        if one.name in statements.ISSUE
    ),
)
_PROPOSAL = InputObject(
    "StatementProposalInput",
    "The item of the next meeting's agenda that a statement becomes; the host proposes it (M2).",
    (
        Argument("title", Kind.LINE, "The title of the agenda item."),
        Argument("duty", Duty, "The duty that the item falls under, one of eight."),
        Argument(
            "needs_hearing",
            Kind.BOOLEAN,
            "Whether a hearing must be held first, because the matter affects many or is disputed.",
            required=False,
        ),
    ),
)
MUTATIONS = (
    Mutation(
        "scheduleForum",
        "Announce a session of the forum at least a day ahead; for director, deputies and staff (预告居民说事).",
        sessions.schedule_forum,
        (
            Argument("title", Kind.LINE, "What the session is about."),
            Argument("scheduled_at", Kind.DATETIME, "When the session is to begin."),
            Argument(
                "room_id",
                Kind.ID,
                "The room, a resource with the topic SPACE-10, which is booked at once for the committee.",
                required=False,
                of=("Resource",),
            ),
            Argument("place", Kind.LINE, "Where the session is, in words; this or `roomId` is needed.", required=False),
            Argument("host_id", Kind.ID, "The member who hosts it; you when left out.", required=False, of=("Member",)),
            Argument("invited", _GUEST, "Who is invited besides residents.", required=False, is_list=True),
        ),
        _SESSION,
    ),
    Mutation(
        "addStatement",
        "Say something in a session or beforehand; residents for themselves, staff for somebody (发言).",
        statements.add_statement,
        (
            Argument("text", Kind.PROSE, "What is said."),
            Argument(
                "speaker_id",
                Kind.ID,
                "The registered person who says it, where staff record it.",
                required=False,
                of=("Person",),
            ),
            Argument(
                "speaker_name",
                Kind.LINE,
                "The name of a speaker who is not registered, where staff record it.",
                required=False,
            ),
            Argument("is_anonymous", Kind.BOOLEAN, "Whether the speaker stays unnamed.", required=False),
        ),
        _STATEMENT,
    ),
    Mutation(
        "holdForum",
        "Open a session at its time; for the host and staff (召开居民说事).",
        sessions.hold_forum,
        (Argument("participant_count", Kind.INT, "How many people came."),),
        _SESSION,
    ),
    Mutation(
        "settleStatement",
        "Settle a statement in a session that is being held; for the host and staff (办理发言).",
        statements.settle_statement,
        (
            Argument("outcome", StatementOutcome, "What the statement comes to."),
            Argument("issue", _ISSUE, "The issue that it becomes, for ISSUE.", required=False),
            Argument(
                "issue_id",
                Kind.ID,
                "The open issue of the community that it is about, for JOINED; the speaker follows it.",
                required=False,
                of=("Issue",),
            ),
            Argument("proposal", _PROPOSAL, "What it proposes to the next meeting, for PROPOSAL.", required=False),
            Argument("answer", Kind.PROSE, "What the speaker is answered; needed for ANSWERED.", required=False),
        ),
        {**_STATEMENT, "issue": "Issue"},
        is_versioned=True,
    ),
    Mutation(
        "closeForum",
        "Close a session whose statements are all settled, and make it public; for the host and staff (公布居民说事).",
        sessions.close_forum,
        (Argument("summary", Kind.PROSE, "What came of the session."),),
        _SESSION,
    ),
    Mutation(
        "cancelForum",
        "Call an announced session off; its room is free again. For director, deputies and staff (取消居民说事).",
        sessions.cancel_forum,
        (Argument("reason", Kind.PROSE, "Why the session is called off, for the journal."),),
        _SESSION,
    ),
)
