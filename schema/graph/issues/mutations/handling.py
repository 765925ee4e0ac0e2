"""Mutations of handling and closing: who works on an issue, what they report, and how it ends."""

from db.issues import closing, handling, progress
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.issue import EvidenceKind
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.issues.mutations.claims import HANDLERS

_DUE = "The deadline; the latest possible one, and the default, is {}."
EVIDENCE = InputObject(
    "EvidenceInput",
    "A piece of evidence: a description, and an uploaded file or the address of one kept elsewhere.",
    (
        Argument("kind", EvidenceKind, "The kind of evidence, such as a photograph."),
        Argument("description", Kind.LINE, "What the evidence shows, in words."),
        Argument(
            "uri",
            Kind.LINE,
            "The https address of a file kept elsewhere, with a host name and without a password.",
            required=False,
            is_raw=True,
        ),
        Argument("sha256", Kind.CODE, "The SHA-256 hash of that file, in lower-case hexadecimal.", required=False),
        Argument(
            "file_id",
            Kind.ID,
            "The file, uploaded by POST /files; give this or `uri`.",
            required=False,
            of=("File",),
        ),
    ),
)

MUTATIONS = (
    Mutation(
        "assignIssue",
        "Assign an issue to an organization, team or member to handle (交办).",
        handling.assign_issue,
        (
            Argument("handler_id", Kind.ID, "The handler: an organization, team or member.", of=HANDLERS),
            Argument("due_at", Kind.DATETIME, _DUE.format("what the urgency allows"), required=False),
            Argument("instruction", Kind.PROSE, "The instruction to the handler.", required=False),
        ),
    ),
    Mutation(
        "returnIssue",
        "Return an issue: its handler within two working days, staff at any time (退回).",
        handling.return_issue,
        (
            Argument("reason", Kind.PROSE, "The reason, which is recorded in the ledger."),
            Argument(
                "next_state",
                IssueState,
                "The next state: ACCEPTED, the default, or OPEN_FOR_CLAIM for others to claim.",
                required=False,
            ),
        ),
    ),
    Mutation(
        "reportProgress",
        "Report progress on an issue that you handle, which stays in progress (报告进展).",
        progress.report_progress,
        (
            Argument("percent", Kind.INT, "How much of the work is done, in per cent."),
            Argument("text", Kind.PROSE, "What was done and what comes next."),
            Argument("next_on", Kind.DATE, "The day on which the next report is to be expected.", required=False),
            Argument("evidence", EVIDENCE, "What shows the progress.", required=False, is_list=True),
        ),
        {"issue": "Issue", "event": "LedgerEntry", "progressReport": "ProgressReport"},
    ),
    Mutation(
        "reportIssueDone",
        "Report the work done, with evidence; staff may also answer an accepted issue on the spot (办结).",
        handling.report_issue_done,
        (
            Argument("result", Kind.PROSE, "What was done."),
            Argument("evidence", EVIDENCE, "The pieces of evidence.", is_list=True),
            Argument("done_on", Kind.DATE, "The day on which the work was done."),
            Argument("outcome", IssueOutcome, "The outcome of the issue."),
        ),
    ),
    Mutation(
        "closeIssue",
        "Close an issue and strike it off the ledger, after verifying the work (销号).",
        closing.close_issue,
        (
            Argument("verification", Kind.PROSE, "What the verifier found."),
            Argument("rating", Kind.INT, "The reporter's rating; give this or `noReply`.", required=False),
            Argument(
                "no_reply", Kind.BOOLEAN, "Whether the reporter did not reply when asked for a rating.", required=False
            ),
            Argument(
                "outcome",
                IssueOutcome,
                "The outcome of the issue, when it differs from the reported one.",
                required=False,
            ),
        ),
    ),
    Mutation(
        "reworkIssue",
        "Send incomplete work back to its handler (重办).",
        closing.rework_issue,
        (
            Argument("missing", Kind.PROSE, "What is missing in the work."),
            Argument("due_at", Kind.DATETIME, _DUE.format("as long as the handler had at first"), required=False),
        ),
    ),
    Mutation(
        "reopenIssue",
        "Reopen a closed issue: its reporter within 30 days, staff within 90 (重启).",
        closing.reopen_issue,
        (Argument("reason", Kind.PROSE, "The reason, which is recorded in the ledger."),),
    ),
)
