"""Mutations of requests: asking another office to put an issue off, extend its deadline or send it on; its decision."""

from db.issues import requests, reviews
from db.issues.models.request import IssueRequestDecision
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

_SHOWS = {"issue": "Issue", "event": "LedgerEntry", "request": "IssueRequest"}

MUTATIONS = (
    Mutation(
        "requestIssueSuspension",
        "Ask the office one level up to put handling off until a day (申请缓办).",
        requests.request_suspension,
        (
            Argument("cause", Kind.PROSE, "What stands in the way, up to 2,000 characters."),
            Argument("resume_on", Kind.DATE, "The day on which handling goes on, within 90 days."),
        ),
        _SHOWS,
    ),
    Mutation(
        "requestIssueExtension",
        "Ask the office one level up for more time, before the deadline (申请延期).",
        requests.request_extension,
        (
            Argument("reason", Kind.PROSE, "Why, up to 2,000 characters."),
            Argument("working_days", Kind.INT, "How many working days more, 1 to 10."),
        ),
        _SHOWS,
    ),
    Mutation(
        "requestIssueTransfer",
        "Ask the office above both communities to send an issue to the one it belongs to (申请转派).",
        requests.request_transfer,
        (
            Argument("division_code", Kind.CODE, "The community that it belongs to, by code."),
            Argument("reason", Kind.PROSE, "Why, up to 2,000 characters."),
        ),
        _SHOWS,
    ),
    Mutation(
        "reviewIssueRequest",
        "Grant a pending request, which takes effect at once, or decline it (审批申请).",
        reviews.review_request,
        (
            Argument("decision", IssueRequestDecision, "Whether it is granted."),
            Argument("reason", Kind.PROSE, "Why, up to 2,000 characters."),
            Argument(
                "request_id",
                Kind.ID,
                "The request; may be left out when one is pending.",
                required=False,
                of=("IssueRequest",),
            ),
        ),
        _SHOWS,
    ),
    Mutation(
        "resumeIssue",
        "Take up handling again after it was put off (恢复办理).",
        reviews.resume_issue,
        (Argument("note", Kind.PROSE, "What to note, up to 2,000 characters.", required=False),),
    ),
)
