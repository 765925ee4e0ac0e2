"""Claims: an issue is published, units, teams, members and residents offer help, staff confirm it or not (T11, T12)."""

from datetime import date, datetime
from typing import Annotated, Any

from peewee import IntegrityError

from db.access.commands import Call, CommandResult
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import not_permitted
from db.access.subjects import command
from db.issues.capacity import require_capacity, take
from db.issues.core import ISSUE, Standing, advance, by, require_open, started
from db.issues.deadlines import Clock, Deadline
from db.issues.guards import Guard
from db.issues.inputs import Offer, WantedHelp
from db.issues.lifecycle import NOTES, Capacity, IssueState, LedgerAction
from db.issues.lifecycles import CLAIM_LIFECYCLE
from db.issues.models.claim import Claim, ClaimState
from db.issues.models.issue import Issue
from db.issues.need_and_project_lists import begin_projects, end_all, end_claim, need_of, project_of, recompute_state
from db.issues.parties import Party, claimants, columns_of, handled_by, party_of
from db.issues.standing import CLAIM_STEPS
from db.kernel.bounds import Days, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid

A = JournalAction


@command(ISSUE, LedgerAction.PUBLISH)
def publish_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    wanted: WantedHelp,
) -> CommandResult:
    """Publish an accepted issue for units, teams, members and residents to claim (发布, T11).

    Raises:
        DomainError: INVALID_INPUT; ILLEGAL_TRANSITION, an emergency is assigned; LIMIT_REACHED, it was returned twice.
    """
    until, details = ask_for_help(call, issue, wanted)
    event = advance(
        call, issue, LedgerAction.PUBLISH, standing.role, to_state=IssueState.OPEN_FOR_CLAIM,
        **Deadline.until(call.at, until).columns, note=details.pop("wanted"), details=details,
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, NOTES["claimIssue"])
def claim_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    promise: Prose,
    promised_on: Annotated[date, Days(first=0)],
    offer: Offer,
    claimant_id: Party | None = None,
) -> CommandResult:
    """Offer to take on a published issue, or to help with one in progress, with a resource or a promise (认领, T12).

    Raises:
        DomainError: LIMIT_REACHED, the time for claims is over; INVALID_INPUT, also where the window is not open on the
            promised day; NOT_FOUND, no such resource or window; NOT_PERMITTED, the resource is another unit's;
            CLAIM_CAPACITY_EXCEEDED; NOT_ELIGIBLE, its places are given out by lot; TERM_EXPIRED.
    """
    party, role = _claimant(call, issue, standing, claimant_id)
    claim, event = claim_as(call, issue, party, role, promise, promised_on, offer)
    entry = entry_of(CLAIM_LIFECYCLE, claim)
    return CommandResult({"issue": issue.id, "event": event, "claim": claim.id, "journalEntry": entry})


@command(ISSUE, "confirmClaim")
def confirm_claim(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    claim_id: int,
) -> CommandResult:
    """Confirm a claim: its claimant handles the issue from now on, or helps whoever does (确认认领, T12).

    Raises:
        DomainError: NOT_FOUND, the issue has no such claim; ILLEGAL_TRANSITION, the claim is no longer pending;
            CLAIM_CAPACITY_EXCEEDED; SLOT_CONFLICT, the promised day is over, or the claimant has a place then;
            LIMIT_REACHED, the issue was returned twice.
    """
    is_further = issue.state is IssueState.IN_PROGRESS
    need = need_of(issue)
    claim, role = _claim(call, issue, claim_id, "confirmClaim")
    take(call, claim)
    entry = move(call, CLAIM_LIFECYCLE, claim, A.CONFIRM, by(call, issue, role), confirmed_at=call.at)
    if need is not None:
        recompute_state(call, need)
    if is_further:
        event = _note(call, issue, role, claim)
    else:
        begin_projects(call, issue)
        handler = handled_by(_party(claim))
        event = advance(
            call, issue, LedgerAction.CLAIM, role, to_state=IssueState.IN_PROGRESS,
            **started(call, issue, Clock.HANDLING),
            details={"claim_id": claim.id, **columns_of(_party(claim))}, **handler,
        )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event, "claim": claim.id, "journalEntry": entry})


@command(ISSUE, NOTES["declineClaim"])
def decline_claim(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    claim_id: int,
    reason: Prose,
) -> CommandResult:
    """Turn a pending claim down, with a reason (不采纳认领, T12).

    Raises:
        DomainError: NOT_FOUND, the issue has no such claim; ILLEGAL_TRANSITION, the claim is no longer pending.
    """
    claim, role = _claim(call, issue, claim_id, "declineClaim")
    return _end(call, issue, role, claim, A.DECLINE, reason)


@command(ISSUE, NOTES["releaseClaim"])
def release_claim(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    claim_id: int,
    reason: Prose,
) -> CommandResult:
    """Return a claim up: what it took goes back at once, and the claimant's record counts it (取消认领, L4).

    Raises:
        DomainError: NOT_FOUND, the issue has no such claim; NOT_PERMITTED, it is somebody else's; ILLEGAL_TRANSITION,
            it has ended.
    """
    claim, role = _claim(call, issue, claim_id, "releaseClaim")
    return _end(call, issue, role, claim, A.RELEASE, reason)


@command(ISSUE, NOTES["fulfilClaim"])
def fulfil_claim(call: Call, issue: Issue, standing: Standing, *, claim_id: int) -> CommandResult:
    """Record that the promise of a confirmed claim was kept (履行认领).

    Raises:
        DomainError: NOT_FOUND, the issue has no such claim; NOT_PERMITTED, it is somebody else's; ILLEGAL_TRANSITION,
            it is not confirmed.
    """
    claim, role = _claim(call, issue, claim_id, "fulfilClaim")
    return _end(call, issue, role, claim, A.FULFIL, None)


# --- For other commands -----------------------------------------------------------------------------------------------


def claim_as(
    call: Call, issue: Issue, party: Party, role: Role, promise: str, promised_on: date, offer: Offer
) -> tuple[Claim, int]:
    """Make the claim of a party that may make it, on an issue that is locked; return it with its ledger entry.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, INVALID_INPUT, NOT_ELIGIBLE, CLAIM_CAPACITY_EXCEEDED: the offer.
    """
    need = need_of(issue)
    require_capacity(call, issue, party, offer, promised_on)
    claim = _made(
        call, by(call, issue, role), issue=issue.id, need=need.id if need else None, project=project_of(issue.id),
        resource=offer.resource_id, window=offer.window_id, quantity=offer.quantity, promise=promise,
        promised_on=promised_on, division_code=issue.division_code, created_at=call.at, **columns_of(party),
    )  # fmt: skip
    return claim, _note(call, issue, role, claim, promise)


def ask_for_help(call: Call, issue: Issue, wanted: WantedHelp) -> tuple[datetime, dict[str, Any]]:
    """Write on the issue's need which help is wanted; return until when, and all of it for the ledger.

    Raises:
        DomainError: INVALID_INPUT, the help or its time is missing, or one of quantity and unit.
    """
    help_, until, quantity, unit = wanted.wanted_help, wanted.claim_until, wanted.wanted_quantity, wanted.unit
    if help_ is None or until is None:
        field = "wantedHelp" if help_ is None else "claimUntil"
        raise invalid(field, "State which help is wanted, and until when.", "请填写所需帮助和认领截止时间。")
    if (quantity is None) != (unit is None):
        raise invalid("unit", "Send quantity and unit together, or neither.", "数量与单位须同时填写，或都不填写。")
    need = need_of(issue)
    if need is not None:
        need.change(wanted=help_, wanted_quantity=quantity, unit=unit, claim_until=until)
        recompute_state(call, need)
    return until, {"wanted": help_, "wanted_quantity": quantity, "unit": unit, "claim_until": until.isoformat()}


def open_for_claims(issue: Issue, until: datetime) -> None:
    """Set another end of the claim window for an issue that was given back than was asked for at first."""
    need = need_of(issue)
    if need is not None:
        need.change(claim_until=until)


def end_claims(call: Call, issue: Issue, kept: bool) -> None:
    """End an issue's claims with it. kept: what was confirmed counts as done; otherwise it is given back."""
    confirmed = A.FULFIL if kept else A.RELEASE
    end_all(call, {ClaimState.PENDING: A.DECLINE, ClaimState.CONFIRMED: confirmed}, issue=issue.id)


def release_claims_of(call: Call, issue: Issue, party: Party) -> None:
    """Release a party's confirmed claims on an issue that it no longer handles (L4)."""
    need = need_of(issue)
    end_all(call, {ClaimState.CONFIRMED: A.RELEASE}, issue=issue.id, **columns_of(party))
    if need is not None:
        recompute_state(call, need)


# --- What the commands check ------------------------------------------------------------------------------------------


def _claimant(call: Call, issue: Issue, standing: Standing, named: Party | None) -> tuple[Party, Role]:
    parties = claimants(call, issue)
    if named is not None and named not in parties:
        raise not_permitted(Capacity.CLAIMANT, field="claimantId")
    free = [party for party in parties if not _has_pending(issue, party)]
    if not free or (named is not None and named not in free):
        raise Guard.CLAIM_PENDING.refusal()
    if named is None:
        require_open(call, issue, standing, Guard.SEVERAL_CLAIMANTS)
    # Who speaks for a unit, a team or a seat claims for that, unless they say that they claim as a resident.
    party = named or next((party for party in free if party[0] != "Resident"), free[0])
    return party, parties[party]


def _has_pending(issue: Issue, party: Party) -> bool:
    return Claim.find(issue=issue.id, state=ClaimState.PENDING, **columns_of(party)) is not None


def _made(call: Call, by: By, **columns: Any) -> Claim:
    try:
        return begin(call, CLAIM_LIFECYCLE, Claim, by, **columns)
    except IntegrityError as error:
        # Two claims of one party at once: the index keeps what the guard could not see.
        if "claim_one_pending" in str(error):
            raise Guard.CLAIM_PENDING.refusal() from error
        raise


def _claim(call: Call, issue: Issue, claim_id: int, mutation: str) -> tuple[Claim, Role]:
    """Find a claim on an issue, and check the step; return with it the role in which the actor takes the step."""
    claim = Claim.lock(id=claim_id, issue=issue.id)
    if claim is None:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "The issue has no such claim; check the id.",
            ("claimId",),
            chinese="该事项没有此认领。",
        )
    claim.issue = issue
    return claim, CLAIM_STEPS.require(call, claim, mutation, "claimId", names_row=True)


def _end(call: Call, issue: Issue, role: Role, claim: Claim, action: JournalAction, note: str | None) -> CommandResult:
    entry = end_claim(call, claim, action, by(call, issue, role), note)
    need = need_of(issue)
    if need is not None:
        recompute_state(call, need)
    event = _note(call, issue, role, claim, note)
    return CommandResult({"issue": issue.id, "event": event, "claim": claim.id, "journalEntry": entry})


def _note(call: Call, issue: Issue, role: Role, claim: Claim, note: str | None = None) -> int:
    party = columns_of(_party(claim))
    details = {"claim_id": claim.id, "claim_state": claim.state.value, **party}
    return advance(call, issue, LedgerAction.NOTE, role, note=note, details=details)


def _party(claim: Claim) -> Party:
    party = party_of(claim)
    assert party is not None, "the database keeps one claimant for each claim"
    return party
