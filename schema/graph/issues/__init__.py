"""Issues: their life, their ledger, the claims on them, and the deadlines and notices that go with it."""

from db.access.models.access import TokenScope
from schema.catalog.declare import aggregate, every, lookup
from schema.catalog.fields import FieldArgument, Kind, Resolved
from schema.catalog.registry import Context
from schema.graph.issues.additions import ADDITIONS
from schema.graph.issues.claim import CLAIM_TYPES
from schema.graph.issues.deadlines_and_norms import ConductNorm, SlaRule
from schema.graph.issues.ledger import EXPORT, LEDGER_TYPES, verification
from schema.graph.issues.mutations import bulk, claims, handling, intake, levels, merging, notes, offices, requests
from schema.graph.issues.notice import Notice
from schema.graph.issues.types import ISSUE_TYPES
from schema.graph.places.near import TAKING_NEAR

CONTEXT = Context(
    types=(*ISSUE_TYPES, *CLAIM_TYPES, *LEDGER_TYPES, Notice, SlaRule, ConductNorm),
    unions={
        "Claimant": "The claimant or handler of an issue: an organization, team, member or resident (认领方).",
    },
    roots={
        "issue": lookup(
            "Issue", "Find an issue by id or ledger number.", number=("number", "The ledger number of the issue.")
        ),
        "issues": every("Issue", "All issues, newest first.", order="-created_at", taking=TAKING_NEAR),
        "issue_aggregate": aggregate("Issue", "Count, sum and group issues.", taking=TAKING_NEAR),
        "claims": every("Claim", "All claims, newest first.", order="-created_at"),
        "claim_aggregate": aggregate("Claim", "Count, sum and group claims."),
        "ledger_entries": every("LedgerEntry", "All ledger entries, newest first.", order="-at"),
        "ledger_verification": Resolved(
            target="LedgerVerification",
            value=verification,
            arguments=(
                FieldArgument(
                    "division_code",
                    Kind.CODE,
                    "The 12-digit code of the division, whose whole subtree is verified.",
                    required=True,
                ),
            ),
            cost=1000,
            description="Verify that no ledger entry of a division was changed, lost, moved or replaced.",
        ),
        "ledger_export": EXPORT,
    },
    additions=ADDITIONS,
    mutations={
        TokenScope.INTAKE: (*intake.MUTATIONS, *bulk.INTAKE),
        TokenScope.MERGING: merging.MUTATIONS,
        TokenScope.CLAIMS: claims.MUTATIONS,
        TokenScope.HANDLING: (*handling.MUTATIONS, *bulk.HANDLING),
        TokenScope.NOTES: notes.MUTATIONS,
        TokenScope.LEVELS: levels.MUTATIONS,
        TokenScope.REQUESTS: requests.MUTATIONS,
        TokenScope.OFFICES: offices.MUTATIONS,
    },
)
