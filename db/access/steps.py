"""Who may take the steps of a noun that has a machine, and what stands in the way: once for commands and lists.

What an actor is to a row is worked out for one row in Python, which also gives the role, and for lists as SQL. What
stands in the way is SQL alone: a command evaluates it for the row that it has locked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from peewee import SQL, Case, ColumnBase, Select

from db.access.commands import Call
from db.access.journal import illegal_transition
from db.access.models.access import part_of
from db.access.models.account import Role
from db.access.viewers import ViewerSql
from db.issues.lifecycle import Capacity
from db.issues.models.issue import Issue
from db.issues.row_guards import RowGuard
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.guards import bits_of
from db.kernel.lifecycle import Machine
from db.kernel.statements import Statement, compiled

Capacities = Mapping[Capacity, Role]
_BITS = {capacity: 1 << at for at, capacity in enumerate(Capacity)}
# The offices over the division of a row, by what they make of their holders.
_OFFICES = {
    Capacity.COMMUNITY_STAFF: Role.STAFF,
    Capacity.SUBDISTRICT_OFFICER: Role.SUBDISTRICT_OFFICER,
    Capacity.DISTRICT_OFFICER: Role.DISTRICT_OFFICER,
    Capacity.CITY_OFFICER: Role.CITY_OFFICER,
}


def mask(capacities: Iterable[Capacity]) -> int:
    """Return the bits of capacities."""
    return sum(_BITS[capacity] for capacity in set(capacities))


def require(found: Capacities, who: Sequence[Capacity], field: str = "") -> Role:
    """Return the role in which an actor may take a step. found: their capacities. who: one of these is enough.

    field: of the input, that names the row.

    Raises:
        DomainError: NOT_PERMITTED, nothing that the actor is to the row is enough.
    """
    for capacity in who:
        if capacity in found:
            return found[capacity]
    raise not_permitted(*who, field=field)


def not_permitted(*needed: Capacity, field: str = "") -> DomainError:
    """Build the refusal that names who could do it. field: of the input, as the API names it."""
    return DomainError(
        ErrorCode.NOT_PERMITTED,
        f"This needs one of these: {'; '.join(capacity.english for capacity in needed)}.",
        (field,) if field else (),
        chinese=f"您没有办理此事的权限，须为：{'、'.join(capacity.chinese for capacity in needed)}。",
    )


def offices_over(call: Call, division_code: str) -> dict[Capacity, Role]:
    """Return what the actor's offices make of them over a division."""
    return {capacity: role for capacity, role in _OFFICES.items() if call.actor.holds(role, over=division_code)}


class RowFacts(NamedTuple):
    """A row with the issue that it serves, and whoever asks. issue: an alias of its table; None where there is none."""

    row: Any
    issue: Any
    asker: ViewerSql

    def office_bits(self, *capacities: Capacity) -> Any:
        """Write what the asker's offices make of them over the row's division, of these capacities, as bits."""
        bits: ColumnBase = SQL("0")
        for capacity in capacities:
            role = _OFFICES[capacity].value
            held = self.asker.holds(
                lambda grant, role=role: (grant.role == role) & part_of(grant).covers(self.row.division_code)
            )
            bits = bits + Case(None, [(self.asker.covers(self.row.division_code) & held, mask([capacity]))], 0)
        return bits


@dataclass(frozen=True, slots=True)
class RowSteps:
    """Who may take the steps of a noun, and what stands in the way.

    of: what an actor is to a row, by which role. bits: the same as SQL, as bits of a number. conditions: of the guards
    that its machine names. serves_issue: whether the row has an issue, which these read. refusals: build, of the row,
    the refusal of a guard that names more than the guard's own words.
    """

    model: Any
    machine: Machine[Any, Any, RowGuard, Capacity]
    of: Callable[[Call, Any], Capacities]
    bits: Callable[[RowFacts], Any]
    conditions: Mapping[RowGuard, Callable[[RowFacts], Any]]
    serves_issue: bool = True
    refusals: Mapping[RowGuard, Callable[[Any], DomainError]] = field(default_factory=dict)
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
        self.require_open(call, row, *offer.guards)
        return role

    def require_open(self, call: Call, row: Any, *guards: RowGuard) -> None:
        """Check that none of some guards holds: those of a step, or those that close one of its ways.

        Raises:
            DomainError: as the first guard says that holds.
        """
        if not guards:
            return
        bits = self.held_bits.scalar(row.id, call.actor, call.now)
        for guard in guards:
            if bits & bits_of([guard], self.machine.guards):
                raise self.refusals[guard](row) if guard in self.refusals else guard.refusal()

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
            held = held + Case(None, [(condition(facts), bits_of([guard], self.machine.guards))], 0)
        return held
