"""Who may take the steps of what serves an issue, and what stands in the way: said once, for commands and lists.

What an actor is to a row is worked out for one row in Python, which also gives the role, and for lists as SQL. What
stands in the way is SQL alone: a command evaluates it for the row that it has locked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from peewee import SQL, Case, ColumnBase, Select

from db.access.commands import Call
from db.access.journal import illegal_transition
from db.access.models.account import Role
from db.access.viewers import ViewerSql
from db.issues.guards import MAX_RETURNS
from db.issues.guards_sql import GuardFacts, is_asked_by, is_decided_by_office, is_of_asker, is_timely, request_fits
from db.issues.lifecycle import CLOSED_STATES, ISSUE_LIFECYCLE, Capacity, IssueState
from db.issues.lifecycles import CLAIM_LIFECYCLE, DECIDING, REQUEST_LIFECYCLE
from db.issues.models.claim import Claim
from db.issues.models.issue import Issue, Urgency
from db.issues.models.request import IssueRequest, IssueRequestKind
from db.issues.parties import claimants, party_of
from db.issues.policy import capacities, require
from db.issues.policy_sql import capacity_bits, mask
from db.issues.row_guards import RowGuard
from db.kernel.guards import bits_of
from db.kernel.lifecycle import Machine
from db.kernel.statements import Statement, compiled

C, G = Capacity, RowGuard
Capacities = Mapping[Capacity, Role]


class RowFacts(NamedTuple):
    """A row with the issue that it serves, and whoever asks. issue: an alias of its table; None where there is none."""

    row: Any
    issue: Any
    asker: ViewerSql

    @property
    def of_issue(self) -> GuardFacts:
        """What conditions of the issue's guards read."""
        return GuardFacts(self.issue, self.asker, SQL("0"))


@dataclass(frozen=True, slots=True)
class RowSteps:
    """Who may take the steps of a noun, and what stands in the way.

    of: what an actor is to a row, by which role. bits: the same as SQL, as bits of a number. conditions: of the guards
    that its machine names. serves_issue: whether the row has an issue, which these read.
    """

    model: Any
    machine: Machine[Any, Any, RowGuard, Capacity]
    of: Callable[[Call, Any], Capacities]
    bits: Callable[[RowFacts], Any]
    conditions: Mapping[RowGuard, Callable[[RowFacts], Any]]
    serves_issue: bool = True
    held_bits: Statement[Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Declare the statement by which a command evaluates the guards."""

        def query(row_id: Any, actor: Any, now: Any) -> Any:
            row = self.model.alias("guarded")
            held = self._select(row, ViewerSql.of(actor, now), lambda facts: [self._held(facts).alias("held")])
            return row.select(held).where(row.id == row_id)

        object.__setattr__(self, "held_bits", compiled(query))

    def facts(self, row: Any, asker: ViewerSql) -> Select:
        """Select what somebody is to a row, `found`, and the guards that hold for it, `held`: both as bits."""
        return self._select(
            row, asker, lambda facts: [self.bits(facts).alias("found"), self._held(facts).alias("held")]
        )

    def require(self, call: Call, row: Any, mutation: str, field: str, names_row: bool = False) -> Role:
        """Check that a step is possible now and the actor's to take; return the role in which they take it.

        field: of the input, that names the row. names_row: whether it is one of several that the caller might mean, so
        that also a refusal for want of a capacity says which.

        Raises:
            DomainError: ILLEGAL_TRANSITION, the row's state does not allow it; NOT_PERMITTED; as the first of the
                step's guards says that holds.
        """
        offer = self.machine.offers(row.state).get(mutation)
        if offer is None:
            raise illegal_transition(self.machine, row.state, field)
        role = require(self.of(call, row), offer.who, field if names_row else "")
        if offer.guards:
            bits = self.held_bits.scalar(row.id, call.actor, call.now)
            for guard in offer.guards:
                if bits & bits_of([guard]):
                    raise guard.refusal()
        return role

    def _select(self, row: Any, asker: ViewerSql, columns: Callable[[RowFacts], list[Any]]) -> Select:
        # LIMIT keeps both databases from writing the expressions into the query around it, once for each use.
        if not self.serves_issue:
            return Select(columns=columns(RowFacts(row, None, asker))).limit(1)
        issue = Issue.alias("its")
        found = Select(columns=columns(RowFacts(row, issue, asker))).from_(issue)
        return found.where(issue.id == row.issue).limit(1)

    def _held(self, facts: RowFacts) -> Any:
        held: ColumnBase = SQL("0")
        for guard, condition in self.conditions.items():
            held = held + Case(None, [(condition(facts), bits_of([guard]))], 0)
        return held


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
    is_own = facts.asker.covers(facts.issue.division_code) & is_of_asker(facts.row, facts.of_issue)
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
        G.REQUEST_OVERTAKEN: lambda s: ~(s.issue.state.in_(_REVIEWING) & request_fits(s.row, s.of_issue)),
        G.OWN_REQUEST: lambda s: is_asked_by(s.row, s.of_issue),
        G.OTHER_OFFICE: lambda s: ~is_decided_by_office(s.row, s.of_issue),
        G.NO_SUSPENSION: lambda s: (s.row.kind == IssueRequestKind.SUSPENSION.value) & ~is_timely(s.row, s.of_issue),
    },
)
