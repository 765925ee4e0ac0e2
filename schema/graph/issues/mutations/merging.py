"""Mutations of merging: joining an issue to another about the same thing, and undoing that."""

from db.issues import merging
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

_SHOWS = {"issue": "Issue", "event": "LedgerEntry", "master": "Issue"}

MUTATIONS = (
    Mutation(
        "mergeIssue",
        "Join an issue to another about the same thing, which goes on in its place (并案).",
        merging.merge_issue,
        (
            Argument(
                "master_id",
                Kind.ID,
                "The issue that goes on, by id; this or masterNumber.",
                required=False,
                of=("Issue",),
            ),
            Argument(
                "master_number",
                Kind.CODE,
                "The issue that goes on, by ledger number; this or masterId.",
                required=False,
            ),
            Argument("note", Kind.PROSE, "What to note, up to 2,000 characters.", required=False),
        ),
        _SHOWS,
    ),
    Mutation(
        "unmergeIssue",
        "Undo a wrong merge: the issue goes on by itself (撤销并案).",
        merging.unmerge_issue,
        (Argument("reason", Kind.PROSE, "Why it was wrong, up to 2,000 characters."),),
        _SHOWS,
    ),
)
