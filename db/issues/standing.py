"""Who may take the steps of claims and requests, and what stands in the way; see `db.access.steps`."""

from typing import Any

from peewee import SQL, Case

from db.access.commands import Call
from db.access.steps import Capacities, RowFacts, RowSteps, mask
from db.issues.guards import MAX_RETURNS
from db.issues.guards_sql import GuardFacts, is_asked_by, is_decided_by_office, is_of_asker, is_timely, request_fits
from db.issues.lifecycle import CLOSED_STATES, ISSUE_LIFECYCLE, Capacity, IssueState
from db.issues.lifecycles import CLAIM_LIFECYCLE, DECIDING, REQUEST_LIFECYCLE
from db.issues.models.claim import Claim
from db.issues.models.issue import Urgency
from db.issues.models.request import IssueRequest, IssueRequestKind
from db.issues.parties import claimants, party_of
from db.issues.policy import capacities
from db.issues.policy_sql import capacity_bits
from db.issues.row_guards import RowGuard

C, G = Capacity, RowGuard


def _of_issue(facts: RowFacts) -> GuardFacts:
    """Return what conditions of the issue's guards read."""
    return GuardFacts(facts.issue, facts.asker, SQL("0"))


def states_with(mutation: str) -> list[str]:
    """List the states of an issue in which its own lifecycle has a mutation."""
    sources = (state for step in ISSUE_LIFECYCLE.steps_of(mutation) for state in step.sources if state)
    return list(dict.fromkeys(state.value for state in sources))


# --- Claims -----------------------------------------------------------------------------------------------------------

_CONFIRMING = states_with("confirmClaim")


def _to_claim(call: Call, claim: Claim) -> Capacities:
    """Return what an actor is to a claim: its claimant, who is not every claimant of the issue, or of the office."""
    found = {capacity: role for capacity, role in capacities(call.actor, claim.issue).items() if capacity != C.CLAIMANT}
    own = claimants(call, claim.issue).get(party_of(claim) or ("", 0))
    return found if own is None else {**found, C.CLAIMANT: own}


def _claim_bits(facts: RowFacts) -> Any:
    others = capacity_bits(facts.issue, facts.asker).bin_and(mask(set(Capacity) - {C.CLAIMANT}))
    is_own = facts.asker.covers(facts.issue.division_code) & is_of_asker(facts.row, _of_issue(facts))
    return others + Case(None, [(is_own, mask([C.CLAIMANT]))], 0)


def _is_open_for_claims(facts: RowFacts) -> Any:
    return facts.issue.state == IssueState.OPEN_FOR_CLAIM.value


CLAIM_STEPS = RowSteps(
    Claim,
    CLAIM_LIFECYCLE,
    _to_claim,
    _claim_bits,
    {
        G.ISSUE_MOVED_ON: lambda s: s.issue.state.not_in(_CONFIRMING),
        G.ISSUE_ENDED: lambda s: s.issue.state.in_([state.value for state in CLOSED_STATES]),
        G.EMERGENCY: lambda s: _is_open_for_claims(s) & (s.issue.urgency == Urgency.EMERGENCY.value),
        G.RETURNED_TWICE: lambda s: _is_open_for_claims(s) & (s.issue.return_count >= MAX_RETURNS),
    },
)

# --- Requests ---------------------------------------------------------------------------------------------------------


_REVIEWING = states_with("reviewIssueRequest")


def _to_request(call: Call, request: IssueRequest) -> Capacities:
    """Return what an actor is to a request: while the issue is handled, the office one level up alone decides."""
    found = capacities(call.actor, request.issue)
    is_handled = request.issue.state is IssueState.IN_PROGRESS
    return {capacity: role for capacity, role in found.items() if capacity in DECIDING[is_handled]}


def _request_bits(facts: RowFacts) -> Any:
    is_handled = facts.issue.state == IssueState.IN_PROGRESS.value
    deciding = Case(None, [(is_handled, mask(DECIDING[True]))], mask(DECIDING[False]))
    return capacity_bits(facts.issue, facts.asker).bin_and(deciding)


REQUEST_STEPS = RowSteps(
    IssueRequest,
    REQUEST_LIFECYCLE,
    _to_request,
    _request_bits,
    {
        G.REQUEST_OVERTAKEN: lambda s: ~(s.issue.state.in_(_REVIEWING) & request_fits(s.row, _of_issue(s))),
        G.OWN_REQUEST: lambda s: is_asked_by(s.row, _of_issue(s)),
        G.OTHER_OFFICE: lambda s: ~is_decided_by_office(s.row, _of_issue(s)),
        G.NO_SUSPENSION: lambda s: (s.row.kind == IssueRequestKind.SUSPENSION.value) & ~is_timely(s.row, _of_issue(s)),
    },
)
