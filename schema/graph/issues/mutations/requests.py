"""Mutations of requests: asking another office to put an issue off, extend its deadline or send it on; its decision."""

from db.issues import requests, reviews
from db.issues.models.request import IssueRequestDecision
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

_SHOWS = {"issue": "Issue", "event": "LedgerEntry", "request": "IssueRequest", "journalEntry": "JournalEntry"}

MUTATIONS = (
    Mutation(
        "requestIssueSuspension",
        "Ask the office one level up to suspend handling until a day (申请缓办).",
        requests.request_suspension,
        (
            Argument("cause", Kind.PROSE, "What prevents the handling for now."),
            Argument("resume_on", Kind.DATE, "The day on which handling resumes."),
        ),
        _SHOWS,
    ),
    Mutation(
        "requestIssueExtension",
        "Ask the office one level up for a later deadline, before the present one (申请延期).",
        requests.request_extension,
        (
            Argument("reason", Kind.PROSE, "Why more time is needed."),
            Argument("working_days", Kind.INT, "The number of additional working days."),
        ),
        _SHOWS,
    ),
    Mutation(
        "requestIssueTransfer",
        "Ask the office above both communities to transfer an issue to the one that it belongs to (申请转派).",
        requests.request_transfer,
        (
            Argument("division_code", Kind.CODE, "The 12-digit code of the community that the issue belongs to."),
            Argument("reason", Kind.PROSE, "Why the issue belongs to that community."),
        ),
        _SHOWS,
    ),
    Mutation(
        "reviewIssueRequest",
        "Approve a pending request, which takes effect at once, or decline it (审批申请).",
        reviews.review_request,
        (
            Argument("decision", IssueRequestDecision, "Whether the request is approved or declined."),
            Argument("reason", Kind.PROSE, "The reason for the decision."),
            Argument(
                "request_id",
                Kind.ID,
                "The request; can be left out when only one is pending.",
                required=False,
                of=("IssueRequest",),
            ),
        ),
        _SHOWS,
    ),
    Mutation(
        "resumeIssue",
        "Resume the handling of a suspended issue (恢复办理).",
        reviews.resume_issue,
        (Argument("note", Kind.PROSE, "A note for the ledger.", required=False),),
    ),
)
