"""Verifying ledgers on request, for those who answer for them; larger parts of the city are `flask ledger verify`'s."""

from collections.abc import Callable
from datetime import datetime

from db.access.actor import actor_of
from db.access.models.account import roles_with
from db.issues.ledger_check import entry_count, verify
from db.kernel.chain_check import ChainReport, LedgerFault
from db.kernel.errors import DomainError
from schema.catalog.declare import computed, derived, part_type
from schema.catalog.fields import Kind
from schema.errors import RequestErrorCode, RequestRefused, bad_input
from schema.graph.viewer import ViewerValues

# How many entries are verified while somebody waits, and how many faults are shown.
MAX_ENTRIES = 20_000
MAX_FINDINGS = 100


def verification(request_values: ViewerValues, *, division_code: str) -> ChainReport:
    """Verify the ledgers of a division and below it, for a viewer who answers for them or audits them.

    Raises:
        RequestRefused: UNAUTHENTICATED; FORBIDDEN; BAD_USER_INPUT, no such division; QUERY_TOO_COSTLY, it is too large.
    """
    if not request_values.account_id:
        message = "Verifying ledgers needs somebody: send a token in the Authorization header."
        raise RequestRefused(RequestErrorCode.UNAUTHENTICATED, message)
    actor = actor_of(request_values.account_id, datetime.fromisoformat(request_values.now), request_values.mandate)
    if actor.holds(*roles_with(lambda powers: powers.verifies), over=division_code) is None:
        message = "Only auditors and those who answer for a division verify its ledgers."
        raise RequestRefused(RequestErrorCode.FORBIDDEN, message)
    try:
        require_few("ledger", entry_count, division_code)
        return verify(division_code)
    except DomainError as refusal:
        raise bad_input(refusal.message) from None


def require_few(kind: str, count: Callable[[str, int], int], division_code: str) -> None:
    """Check that no more entries are to be verified than somebody may wait for.

    kind: of the entries. count: counts those of a division, up to a number.

    Raises:
        RequestRefused: QUERY_TOO_COSTLY.
    """
    if count(division_code, MAX_ENTRIES + 1) > MAX_ENTRIES:
        raise RequestRefused(
            RequestErrorCode.QUERY_TOO_COSTLY,
            f"The division has more than {MAX_ENTRIES} {kind} entries: ask for a part of it, or let the operator "
            "run `flask ledger verify`.",
            details={"limit": MAX_ENTRIES},
        )


@part_type("One fault that verification found in a ledger.")
class LedgerFinding:
    """One fault of one entry."""

    issue_id = computed(Kind.ID, lambda found: f"Issue_{found.subject_id}", "The global id of the issue.")
    issue_number = computed(Kind.CODE, lambda found: found.label, "The ledger number of the issue.", nullable=True)
    seq = computed(
        int, lambda found: found.seq, "The sequence number of the entry, or of the first of several missing ones."
    )
    fault = computed(LedgerFault, lambda found: found.fault, "What is wrong with the entry.")
    detail = computed(Kind.PROSE, lambda found: found.detail, "A sentence that describes the fault.")


@part_type("The result of verifying the ledgers of a division (台账校验).")
class LedgerVerification:
    """Answered by walking the chains, not by one statement."""

    is_intact = computed(bool, lambda report: report.is_intact, "Whether the ledgers have no fault.")
    issue_count = computed(int, lambda report: report.subject_count, "The number of issues that were verified.")
    entry_count = computed(int, lambda report: report.entry_count, "The number of entries that were verified.")
    fault_count = computed(int, lambda report: report.fault_count, "The number of faults that were found.")
    findings = derived(
        "LedgerFinding",
        f"The faults, by issue and entry; the first {MAX_FINDINGS} at most.",
        query=lambda report: report.findings[:MAX_FINDINGS],
        bound=MAX_FINDINGS,
    )


LEDGER_TYPES = (LedgerFinding, LedgerVerification)
