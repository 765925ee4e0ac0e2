"""Mutations of merging: joining an issue to another about the same thing, and undoing that."""

from db.issues import merging
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

_SHOWS = {"issue": "Issue", "event": "LedgerEntry", "master": "Issue"}

MUTATIONS = (
    Mutation(
        "mergeIssue",
        "Merge an issue into another one about the same matter, which continues in its place (并案).",
        merging.merge_issue,
        (
            Argument(
                "master_id",
                Kind.ID,
                "The issue to merge into, by id; give this or `masterNumber`.",
                required=False,
                of=("Issue",),
            ),
            Argument(
                "master_number",
                Kind.CODE,
                "The issue to merge into, by ledger number; give this or `masterId`.",
                required=False,
            ),
            Argument("note", Kind.PROSE, "A note for the ledger.", required=False),
        ),
        _SHOWS,
    ),
    Mutation(
        "unmergeIssue",
        "Undo a wrong merge, so that the issue continues on its own (撤销并案).",
        merging.unmerge_issue,
        (Argument("reason", Kind.PROSE, "Why the merge was wrong."),),
        _SHOWS,
    ),
)
