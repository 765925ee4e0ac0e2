"""Mutations of handling and closing: who works on an issue, what they report, and how it ends."""

from db.issues import closing, contacts, handling
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.issue import EvidenceKind
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.issues.mutations.claims import HANDLERS

_DUE = "The deadline; at the latest, and by default, {}."
EVIDENCE = InputObject(
    "EvidenceInput",
    "What shows that the work was done: a description, and the fingerprint of a file kept elsewhere.",
    (
        Argument("kind", EvidenceKind, "The kind of evidence, such as a photograph."),
        Argument("description", Kind.LINE, "What it shows, up to 200 characters."),
        Argument(
            "uri",
            Kind.LINE,
            "Where the file is kept: an https address with a host's name and no password.",
            required=False,
            is_raw=True,
        ),
        Argument("sha256", Kind.CODE, "The file's SHA-256, in lower-case hexadecimal.", required=False),
    ),
)

MUTATIONS = (
    Mutation(
        "assignIssue",
        "Give an issue to a unit, a team or a member to handle (交办).",
        handling.assign_issue,
        (
            Argument("handler_id", Kind.ID, "Who handles it: a unit, a team or a member.", of=HANDLERS),
            Argument("due_at", Kind.DATETIME, _DUE.format("what the urgency allows"), required=False),
            Argument("instruction", Kind.PROSE, "What is to be done, up to 2,000 characters.", required=False),
        ),
    ),
    Mutation(
        "returnIssue",
        "Give an issue back within two working days, or as staff take it away (退回).",
        handling.return_issue,
        (
            Argument("reason", Kind.PROSE, "The reason, which the ledger keeps."),
            Argument(
                "next_state",
                IssueState,
                "ACCEPTED, the default, or OPEN_FOR_CLAIM for others to claim.",
                required=False,
            ),
        ),
    ),
    Mutation(
        "reportIssueDone",
        "Report the work done, with what shows it; staff may answer an accepted issue on the spot (办结).",
        handling.report_issue_done,
        (
            Argument("result", Kind.PROSE, "What was done, up to 2,000 characters."),
            Argument("evidence", EVIDENCE, "At least one piece of evidence.", is_list=True),
            Argument("done_on", Kind.DATE, "The day it was done, not in the future."),
            Argument("outcome", IssueOutcome, "The outcome of the work."),
        ),
    ),
    Mutation(
        "closeIssue",
        "Strike an issue off after verifying the work (销号).",
        closing.close_issue,
        (
            Argument("verification", Kind.PROSE, "What the verifier found, up to 2,000 characters."),
            Argument("rating", Kind.INT, "The reporter's rating, 1 to 5; or noReply.", required=False),
            Argument("no_reply", Kind.BOOLEAN, "Whether the reporter did not reply when asked.", required=False),
            Argument("outcome", IssueOutcome, "How it ended, where that is not as reported.", required=False),
        ),
    ),
    Mutation(
        "reworkIssue",
        "Send work back as incomplete (重办).",
        closing.rework_issue,
        (
            Argument("missing", Kind.PROSE, "What is missing, up to 2,000 characters."),
            Argument("due_at", Kind.DATETIME, _DUE.format("as long as the handler had at first"), required=False),
        ),
    ),
    Mutation(
        "reopenIssue",
        "Open a closed issue again: its reporter within 30 days, staff within 90 (重启).",
        closing.reopen_issue,
        (Argument("reason", Kind.PROSE, "The reason, which the ledger keeps."),),
    ),
    Mutation(
        "revealContact",
        "See whom to ask about an open issue: for the office that answers for it and, unless the report is anonymous, "
        "for its handler; auditors read who asked and why (查看联系方式).",
        contacts.reveal_contact,
        (Argument("reason", Kind.PROSE, "Why you need it, up to 2,000 characters."),),
        {"issue": "Issue"},
        tells={
            "name": "The name, if one was left; told once, and neither by a dry run nor by a replay.",
            "phone": "The telephone number, likewise.",
            "address": "The address, likewise.",
        },
    ),
)
