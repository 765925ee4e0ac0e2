"""Issues: their life, their ledger, the claims on them, and the deadlines and notices that go with it."""

from db.access.models.access import TokenScope
from db.issues.policy_sql import is_reporter, waits_for
from db.places.models.division import DivisionLevel, code_at
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.fields import FieldArgument, Kind, Resolved
from schema.catalog.registry import Context
from schema.graph.issues.claim import CLAIM_TYPES
from schema.graph.issues.deadlines_and_norms import ConductNorm, SlaRule
from schema.graph.issues.figures import FIGURES
from schema.graph.issues.ledger import LEDGER_TYPES, verification
from schema.graph.issues.mutations import bulk, claims, handling, intake, levels, merging, notes, offices, requests
from schema.graph.issues.notice import Notice, is_told
from schema.graph.issues.types import ISSUE_TYPES
from schema.graph.places.types import LEVELS, within
from schema.graph.viewer import ASKER

CONTEXT = Context(
    types=(*ISSUE_TYPES, *CLAIM_TYPES, *LEDGER_TYPES, Notice, SlaRule, ConductNorm),
    unions={
        "Claimant": "Who claims or handles an issue: an organization, a team, a member or a resident (认领方).",
    },
    roots={
        "issue": lookup("Issue", "Find an issue by id or ledger number.", number=("number", "The ledger number.")),
        "issues": every("Issue", "All issues, newest first.", order="-created_at"),
        "issue_aggregate": aggregate("Issue", "Count, sum and group issues."),
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
                    "The 12-digit code of the division whose issues are meant, all below it.",
                    required=True,
                ),
            ),
            cost=1000,
            description="Verify the ledgers of a division: that no entry was changed, lost, moved or replaced.",
        ),
    },
    additions={
        "DivisionStats": FIGURES,
        "Division": {
            "issues": many(
                "Issue",
                "Issues in the scope, newest first.",
                on=lambda division, other, given: within(other.division_code, division, given),
                order="-created_at",
                scoped=True,
            ),
            "sla_rules": many(
                "SlaRule",
                "Deadlines set for it or above it, nearest first: for each clock and urgency the first one counts.",
                on=lambda division, rule: rule.division_code.in_([code_at(division.code, level) for level in LEVELS]),
                order="-division_code",
            ),
            "conduct_norms": many(
                "ConductNorm",
                "The norms of its district (六参与、六不参与), the published version first and older ones after it.",
                on=lambda division, norm: norm.division_code == code_at(division.code, DivisionLevel.DISTRICT),
                order="-version kind position",
            ),
        },
        "Viewer": {
            "reported_issues": many(
                "Issue",
                "Issues that it reported, or brought as a member, newest first.",
                on=lambda account, issue: is_reporter(issue, account.id),
                order="-created_at",
            ),
            "tasks": many(
                "Issue",
                "Open issues that wait for a step of the viewer, the most urgent deadline first (待办).",
                on=lambda account, issue: waits_for(issue, ASKER),
                order="due_at",
            ),
            "notices": many(
                "Notice",
                "What it was told, newest first: by itself, or in a role that it holds now.",
                on=lambda account, notice: is_told(notice),
                order="-created_at",
            ),
        },
    },
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
