"""The offers of lifecycle machines as rows that stand in a statement: what may be done with a row now, and by whom.

The conditions are those that the commands check: nothing is offered here that they refuse.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from peewee import SQL, Case, ColumnBase, Node, Select, Value, fn

from db.access.steps import mask, not_permitted
from db.issues.lifecycle import Capacity
from db.kernel.enumeration import DomainEnum
from db.kernel.errors import ErrorCode
from db.kernel.expressions import Row
from db.kernel.guards import GuardEnum, bits_of
from db.kernel.lifecycle import Machine
from db.kernel.lifecycle import Offer as OfferOf
from schema.engine.bindings import ACCOUNT_ID
from schema.engine.dialects import constant
from schema.graph import (
    assessment,
    bookings,
    committees,
    deliberation,
    emergency,
    forum,
    funds,
    gates,
    health,
    issues,
    linkage,
    matches,
    messages,
    monitoring,
    organizations,
    publications,
    registrations,
    services,
    shifts,
    sites,
    teams,
)
from schema.graph.language import in_language
from schema.graph.viewer import SCOPES, scope_bits

Offer = OfferOf[DomainEnum, GuardEnum, Capacity]
AnyMachine = Machine[Any, Any, Any, Capacity]
# The scope that a token needs for a mutation.
_SCOPES = {
    mutation.name: scope
    for context in (
        committees.CONTEXT,
        issues.CONTEXT,
        deliberation.CONTEXT,
        forum.CONTEXT,
        funds.CONTEXT,
        messages.CONTEXT,
        organizations.CONTEXT,
        sites.CONTEXT,
        registrations.CONTEXT,
        linkage.CONTEXT,
        emergency.CONTEXT,
        monitoring.CONTEXT,
        health.CONTEXT,
        publications.CONTEXT,
        services.CONTEXT,
        gates.CONTEXT,
        assessment.CONTEXT,
        teams.CONTEXT,
        bookings.CONTEXT,
        matches.CONTEXT,
        shifts.CONTEXT,
    )
    for scope, mutations in context.mutations.items()
    for mutation in mutations
}
# What blocks a step besides the guards, whose bits say so: nobody is signed in, the token, or the viewer's roles.
NOTHING, _NOBODY, _SCOPE, _ROLES = 0, -1, -2, -3


def _json(listed: list[str]) -> str:
    return json.dumps(listed, separators=(",", ":"))


class _Values:
    """Rows that stand in the statement itself, with names for their columns."""

    def __init__(self, alias: str, columns: str, rows: Iterator[tuple[object, ...]]) -> None:
        values = ", ".join(f"({', '.join(map(constant, row))})" for row in rows)
        self.source = SQL(f"(VALUES {values}) AS {alias}")
        # Both databases call the columns of VALUES column1 and so on, and give its rows in order.
        self._columns = {name: SQL(f"{alias}.column{at}") for at, name in enumerate(columns.split(), 1)}

    def __getattr__(self, name: str) -> SQL:
        return self._columns[name]


class _Placed(NamedTuple):
    """An offer of a noun in a state. at: its place in the table."""

    at: int
    machine: AnyMachine
    state: DomainEnum
    offer: Offer


class OfferTable:
    """What the mutations of some machines offer in each state, with the guards and the ways of each.

    guards: their enumeration, whose order says which of several is named.
    """

    def __init__(self, machines: Sequence[AnyMachine], guards: type[GuardEnum]) -> None:
        offers = [
            (machine, state, offer)
            for machine in machines
            for state in machine.states.__members__.values()
            for offer in machine.offers(state).values()
        ]
        self._placed = [_Placed(at, *offer) for at, offer in enumerate(offers)]
        counts = [len(machine.offers(state)) for machine in machines for state in machine.states.__members__.values()]
        self.max_offers = max(counts)
        self.max_ways = max(len(one.offer.ways) for one in self._placed)
        width = range(1, max(len(one.offer.targets) for one in self._placed) + 1)
        self._targets = [(f"target{at}", f"closing{at}") for at in width]
        self._guards = [guard for guard in guards if any(guard in one.offer.guards for one in self._placed)]
        self._ways = _Values("way", "at place to_state fields guards because", self._way_rows())

    def _offer_rows(self, machine: AnyMachine) -> Iterator[tuple[object, ...]]:
        known = machine.guards
        for at, _, state, offer in (one for one in self._placed if one.machine is machine):
            scope = scope_bits([_SCOPES[offer.mutation]])
            targets = [(target.value, _closing(offer, target, known)) for target in offer.targets]
            padded = [*targets, *[(None, 0)] * (len(self._targets) - len(targets))]
            flat = [value for target in padded for value in target]
            yield at, state.value, offer.mutation, mask(offer.who), bits_of(offer.guards, known), scope, *flat

    def _way_rows(self) -> Iterator[tuple[object, ...]]:
        for one in self._placed:
            known = one.machine.guards
            for place, way in enumerate(one.offer.ways):
                assert way.to is not None
                guards, because = bits_of(way.guards, known), bits_of(way.because, known)
                yield one.at, place, way.to.value, _json(list(way.fields)), guards, because

    def steps(self, machine: AnyMachine, facts: Callable[[Row], Select]) -> Callable[[Row], Select]:
        """Return what builds the rows of `availableTransitions` for a row of a noun.

        facts: selects what the viewer is to a row, `found`, and which guards hold, `held`. It is worked out once for
        all of the rows.
        """
        names = " ".join(name for pair in self._targets for name in pair)
        rows = list(self._offer_rows(machine))
        if not rows:
            return _no_steps
        # The bits are the noun's own; what blocks a step is the place of the guard among all of them.
        places = [(1 << at, self._place(guard)) for at, guard in enumerate(machine.guards) if guard in self._guards]
        offer = _Values("offer", f"at state mutation who guards scope {names}", iter(rows))

        def steps(row: Row) -> Select:
            fact = facts(row).alias("fact")
            columns = [
                offer.at.alias("at"),
                offer.mutation.alias("mutation"),
                offer.who.alias("who"),
                fact.c.held.alias("held"),
                _blocked(offer, fact.c.found, fact.c.held, places).alias("blocked"),
                self._next_states(offer, fact.c.held).alias("next_states"),
            ]
            return Select(columns=columns).from_(fact, offer.source).where(offer.state == row.state)

        return steps

    def _place(self, guard: GuardEnum) -> int:
        return self._guards.index(guard) + 1

    def _next_states(self, offer: _Values, held: ColumnBase) -> ColumnBase:
        """Write the names of the states that the step may lead to now as a JSON array; most steps lead to one."""
        named: ColumnBase = SQL("''")
        for target, closing in self._targets:
            name = getattr(offer, target)
            is_open = name.is_null(False) & (getattr(offer, closing).bin_and(held) == 0)
            named = named.concat(Case(None, [(is_open, Value(',"').concat(name).concat('"'))], ""))
        return Value("[").concat(fn.SUBSTR(named, 2)).concat("]")

    def _open_ways(self, step: Row, *columns: Node) -> Select:
        """Select the ways that a row leaves open, the plainest first."""
        way = self._ways
        is_open = (way.guards.bin_and(step.held) == 0) & (way.because.bin_and(step.held) == way.because)
        ways = Select(columns=columns).from_(way.source)
        return ways.where((way.at == step.at) & is_open).order_by(way.place)

    def alternatives(self, step: Row) -> Select:
        """Build the rows of a step's `alternatives`: its fields, and the state that they lead to."""
        return self._open_ways(step, self._ways.fields.alias("fields"), self._ways.to_state.alias("next_state"))

    def required_fields(self, step: Row) -> ColumnBase:
        """Return the fields of the first of the alternatives, as JSON text."""
        return fn.COALESCE(self._open_ways(step, self._ways.fields).limit(1), "[]")

    def refusals(self, step: Row) -> Select:
        """Build the rows of a step's `blockedBy`: one, or none."""
        facts: list[tuple[int, ErrorCode, str, str, str]] = [
            (_NOBODY, ErrorCode.UNAUTHENTICATED, "Sign in first: send a token in the Authorization header.",
             "请先登录：在 Authorization 标头中提供令牌。", ""),
            (_SCOPE, ErrorCode.FORBIDDEN, "The token does not have the required scope; send one that has it.",
             "令牌没有此操作所需的范围，请使用具备该范围的令牌。", ""),
            *[(self._place(guard), guard.code, guard.message, guard.chinese, guard.field) for guard in self._guards],
        ]  # fmt: skip
        whos = {mask(one.offer.who): not_permitted(*one.offer.who) for one in self._placed}
        english = Case(step.who, [(bits, refusal.message) for bits, refusal in whos.items()])
        chinese = Case(step.who, [(bits, refusal.chinese) for bits, refusal in whos.items()])
        code = Case(step.blocked, [(bits, code.value) for bits, code, *_ in facts], ErrorCode.NOT_PERMITTED.value)
        field = Case(step.blocked, [(bits, _json([field])) for bits, *_, field in facts if field])
        in_english = Case(step.blocked, [(bits, text) for bits, _, text, _, _ in facts], english)
        in_chinese = Case(step.blocked, [(bits, text) for bits, _, _, text, _ in facts], chinese)
        message = in_language(in_english, in_chinese)
        columns = [code.alias("code"), field.alias("field"), message.alias("message")]
        return Select(columns=columns).where(step.blocked != NOTHING)


def _closing(offer: Offer, target: DomainEnum, known: Sequence[GuardEnum]) -> int:
    """Return the guards of which each closes every way to a state: the ways there differ in what they need alone."""
    ways = [set(way.guards) for way in offer.ways if way.to is target]
    return bits_of(set.intersection(*ways), known)


def _no_steps(row: Row) -> Select:
    """Build the rows of a noun that has no mutations of its own: none."""
    columns = {"at": "0", "mutation": "''", "who": "0", "held": "0", "blocked": "0", "next_states": "''"}
    return Select(columns=[SQL(value).alias(name) for name, value in columns.items()]).where(SQL("1 = 0"))


def _blocked(offer: _Values, found: ColumnBase, held: ColumnBase, places: list[tuple[int, int]]) -> ColumnBase:
    """Return what blocks a step. places: of the guards, by their bits."""
    guards = offer.guards.bin_and(held)
    # The lowest bit: that of the first guard, which is the one that a command names.
    first = guards.bin_and(SQL("0") - guards)
    return Case(
        None,
        [
            (SQL("0") == ACCOUNT_ID, _NOBODY),
            (offer.scope.bin_and(SCOPES) == 0, _SCOPE),
            (found.bin_and(offer.who) == 0, _ROLES),
        ],
        Case(first, places, NOTHING) if places else NOTHING,
    )
