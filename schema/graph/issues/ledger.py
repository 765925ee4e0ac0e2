"""Verifying and exporting ledgers, for those who answer for them; larger parts of the city are `flask ledger`'s."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from db.access.actor import actor_of
from db.access.models.account import Powers
from db.issues.ledger_check import entry_count, verify
from db.issues.ledger_export import Page, Place, head_after, page
from db.issues.lifecycle import LedgerAction
from db.kernel.chain_check import ChainReport, LedgerFault
from db.kernel.errors import DomainError
from schema.catalog.declare import computed, derived, part_type
from schema.catalog.fields import FieldArgument, Kind, Resolved, Scalar
from schema.errors import RequestErrorCode, RequestRefused, bad_input
from schema.graph.viewer import ViewerValues

# How many entries are verified while somebody waits, and how many faults are shown.
MAX_ENTRIES = 20_000
MAX_FINDINGS = 100
# How many entries a page of an export has unless another number is asked for, and how many at most.
PAGE, MAX_EXPORTED = 100, 1000


def verification(request_values: ViewerValues, *, division_code: str) -> ChainReport:
    """Verify the ledgers of a division and below it, for a viewer who answers for them or audits them.

    Raises:
        RequestRefused: UNAUTHENTICATED; FORBIDDEN; BAD_USER_INPUT, no such division; QUERY_TOO_COSTLY, it is too large.
    """
    message = "Only auditors and those who answer for a division verify its ledgers."
    _require(request_values, division_code, lambda powers: powers.verifies, message)
    try:
        require_few("ledger", entry_count, division_code)
        return verify(division_code)
    except DomainError as refusal:
        raise bad_input(refusal.message) from None


def _require(request_values: ViewerValues, division_code: str, power: Callable[[Powers], object], message: str) -> None:
    if not request_values.account_id:
        needed = "Reading whole ledgers needs somebody: send a token in the Authorization header."
        raise RequestRefused(RequestErrorCode.UNAUTHENTICATED, needed)
    actor = actor_of(request_values.account_id, datetime.fromisoformat(request_values.now), request_values.mandate)
    if not actor.has_power(power, over=division_code):
        raise RequestRefused(RequestErrorCode.FORBIDDEN, message)


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


@dataclass(frozen=True)
class Exported:
    """A page of an export of ledgers, and what names the whole."""

    division_code: str
    month: str
    page: Page

    @property
    def head(self) -> str:
        """The head of the chains at the end of the month.

        Raises:
            RequestRefused: QUERY_TOO_COSTLY, the division is too large.
        """
        require_few("ledger", entry_count, self.division_code)
        return head_after(self.division_code, self.month)


def exported(
    request_values: ViewerValues, *, division_code: str, month: str, first: int | None = None, after: str | None = None
) -> Exported:
    """Read a page of a month of ledgers, for an auditor of the division.

    Raises:
        RequestRefused: UNAUTHENTICATED; FORBIDDEN; BAD_USER_INPUT, no such division or month, a page of no or too many
            entries, or a cursor of something else.
    """
    _require(
        request_values, division_code, lambda powers: powers.audits, "Only auditors export the ledgers of a division."
    )
    size = PAGE if first is None else first
    if not 1 <= size <= MAX_EXPORTED:
        raise bad_input(f"A page has 1 to {MAX_EXPORTED} entries, not {first}.")
    try:
        return Exported(division_code, month, page(division_code, month, size, _place(after) if after else None))
    except DomainError as refusal:
        raise bad_input(refusal.message) from None


def _place(cursor: str) -> Place:
    try:
        code, at, entry_id = urlsafe_b64decode(cursor).decode("ascii").split(" ")
        return Place(code, at, int(entry_id))
    except ValueError:
        raise bad_input("`after` is the `endCursor` of the page before.") from None


def _cursor(exported: Exported) -> str | None:
    end = exported.page.end
    return end and urlsafe_b64encode(" ".join(map(str, end)).encode("ascii")).decode("ascii")


def _told(name: str, kind: type | Kind, description: str, *, nullable: bool = False) -> Scalar:
    return computed(kind, lambda entry: entry[name], description, nullable=nullable)


@part_type("A ledger entry as it is kept, of an export.")
class ExportedLedgerEntry:
    """Its columns, none of them masked."""

    issue_id = computed(Kind.ID, lambda entry: f"Issue_{entry['issue_id']}", "The global id of the issue.")
    number = _told("number", Kind.CODE, "The ledger number of the issue; null before it is accepted.", nullable=True)
    division_code = _told("division_code", Kind.CODE, "The 12-digit code of the community then.")
    seq = _told("seq", int, "The sequence number in the issue's ledger, from 1 without gaps.")
    at = _told("at", Kind.DATETIME, "When the action happened.")
    action = _told("action", LedgerAction, "The action that the entry records.")
    actor_name = _told("actor_name", Kind.LINE, "The name of the actor; null for the system.", nullable=True)
    note = _told("note", Kind.PROSE, "The note that was recorded with the action.", nullable=True)
    hashed_text = _told("hashed_text", Kind.PROSE, "All that the hash is the SHA-256 of, in UTF-8, in its order.")
    prev_hash = _told("prev_hash", Kind.CODE, "The hash of the previous entry; 64 zeros for the first.")
    hash = _told("hash", Kind.CODE, "The SHA-256 hash of this entry and the previous hash.")


@part_type("A page of a division's ledgers in a month (台账导出), which `flask ledger export` writes to a file.")
class LedgerExport:
    """Answered by walking the chains."""

    division_code = computed(Kind.CODE, lambda exported: exported.division_code, "The 12-digit code of the division.")
    month = computed(Kind.LINE, lambda exported: exported.month, "The month in Asia/Shanghai, such as 2022-01.")
    entries = derived(
        "ExportedLedgerEntry",
        "The entries of the page, by community, oldest first.",
        query=lambda exported: exported.page.entries,
        bound=MAX_EXPORTED,
    )
    end_cursor = computed(
        Kind.CODE, _cursor, "Where the next page begins, for `after`; null on the last page.", nullable=True
    )
    head = computed(
        Kind.CODE,
        lambda exported: exported.head,
        "One hash over the last entry of each issue at the end of the month, which no later entry changes; written "
        "down elsewhere, it shows that no chain was made anew.",
    )


EXPORT = Resolved(
    target="LedgerExport",
    value=exported,
    arguments=(
        FieldArgument(
            "division_code", Kind.CODE, "The 12-digit code of the division, whose whole subtree is read.", required=True
        ),
        FieldArgument("month", Kind.LINE, "The month in Asia/Shanghai, such as 2022-01.", required=True),
        FieldArgument("first", Kind.INT, f"How many entries the page has: 1 to {MAX_EXPORTED}; {PAGE} when left out."),
        FieldArgument("after", Kind.CODE, "The `endCursor` of the page before; left out for the first."),
    ),
    cost=1000,
    description="Read a month of a division's ledgers as they are kept, page by page, as an auditor.",
)
LEDGER_TYPES = (LedgerFinding, LedgerVerification, ExportedLedgerEntry, LedgerExport)
