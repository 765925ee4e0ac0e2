"""What may be done with an issue now, and by the viewer: the transition table of `db.issues.lifecycle` as data.

The conditions are those that the commands check (`db.issues.guards_sql`): nothing is offered here that they refuse.
"""

import json
from collections.abc import Iterator

from peewee import SQL, Case, ColumnBase, Node, Select, Value, fn

from db.issues.guards import Guard
from db.issues.guards_sql import GuardFacts, bits_of, held_bits
from db.issues.lifecycle import Capacity, IssueState, offers
from db.issues.policy import not_permitted
from db.issues.policy_sql import capacity_bits, mask
from db.kernel.errors import ErrorCode
from db.kernel.expressions import Row
from db.kernel.lifecycle import Offer as OfferOf
from schema.catalog.declare import computed, derived, names, part_type
from schema.catalog.fields import Kind
from schema.engine.bindings import ACCOUNT_ID
from schema.engine.dialects import constant
from schema.graph import deliberation, issues
from schema.graph.language import in_language, step_name
from schema.graph.viewer import ASKER, SCOPES, scope_bits

Offer = OfferOf[IssueState, Guard, Capacity]
OFFERS: tuple[tuple[IssueState, Offer], ...] = tuple(
    (state, offer) for state in IssueState for offer in offers(state).values()
)
# The scope that a token needs for a mutation.
_SCOPES = {
    mutation.name: scope
    for context in (issues.CONTEXT, deliberation.CONTEXT)
    for scope, mutations in context.mutations.items()
    for mutation in mutations
}
MAX_TRANSITIONS = max(len(offers(state)) for state in IssueState)
_MAX_WAYS = max(len(offer.ways) for _, offer in OFFERS)
_MAX_TARGETS = max(len(offer.targets) for _, offer in OFFERS)
_STEP_GUARDS = [guard for guard in Guard if any(guard in offer.guards for _, offer in OFFERS)]
# What blocks a step besides the guards, whose bits say so: nobody is signed in, the token, or the viewer's roles.
_NOTHING, _NOBODY, _SCOPE, _ROLES = 0, -1, -2, -3


def _json(listed: list[str]) -> str:
    return json.dumps(listed, separators=(",", ":"))


def _closing(offer: Offer, target: IssueState) -> int:
    """Return the guards of which each closes every way to a state: the ways there differ in what they need alone."""
    ways = [set(way.guards) for way in offer.ways if way.to is target]
    return bits_of(set.intersection(*ways))


def _offer_rows() -> Iterator[tuple[object, ...]]:
    for at, (state, offer) in enumerate(OFFERS):
        scope = scope_bits([_SCOPES[offer.mutation]])
        targets = [(target.value, _closing(offer, target)) for target in offer.targets]
        padded = [*targets, *[(None, 0)] * (_MAX_TARGETS - len(targets))]
        flat = [value for target in padded for value in target]
        yield at, state.value, offer.mutation, mask(offer.who), bits_of(offer.guards), scope, *flat


def _way_rows() -> Iterator[tuple[object, ...]]:
    for at, (_, offer) in enumerate(OFFERS):
        for place, way in enumerate(offer.ways):
            assert way.to is not None
            yield at, place, way.to.value, _json(list(way.fields)), bits_of(way.guards), bits_of(way.because)


class _Values:
    """Rows that stand in the statement itself, with names for their columns."""

    def __init__(self, alias: str, columns: str, rows: Iterator[tuple[object, ...]]) -> None:
        values = ", ".join(f"({', '.join(map(constant, row))})" for row in rows)
        self.source = SQL(f"(VALUES {values}) AS {alias}")
        # Both databases call the columns of VALUES column1 and so on, and give its rows in order.
        self._columns = {name: SQL(f"{alias}.column{at}") for at, name in enumerate(columns.split(), 1)}

    def __getattr__(self, name: str) -> SQL:
        return self._columns[name]


_TARGETS = [(f"target{at}", f"closing{at}") for at in range(1, _MAX_TARGETS + 1)]
_OFFER = _Values(
    "offer", f"at state mutation who guards scope {' '.join(name for pair in _TARGETS for name in pair)}", _offer_rows()
)
_WAY = _Values("way", "at place to_state fields guards because", _way_rows())


def transitions(issue: Row) -> Select:
    """Build the rows of an issue's `availableTransitions`.

    What the viewer is to the issue, and which guards hold, is worked out once for all of its rows.
    """
    # LIMIT keeps both databases from writing a part's expressions into the query around it, once for each use.
    found = Select(columns=[capacity_bits(issue, ASKER).alias("found")]).limit(1).alias("viewer")
    held = held_bits(GuardFacts(issue, ASKER, found.c.found)).alias("held")
    facts = Select(columns=[found.c.found, held]).from_(found).limit(1).alias("fact")
    blocked = _blocked(facts.c.found, facts.c.held)
    columns = [
        _OFFER.at.alias("at"),
        _OFFER.mutation.alias("mutation"),
        _OFFER.who.alias("who"),
        facts.c.held.alias("held"),
        blocked.alias("blocked"),
        _next_states(facts.c.held).alias("next_states"),
    ]
    return Select(columns=columns).from_(facts, _OFFER.source).where(_OFFER.state == issue.state)


def _blocked(found: ColumnBase, held: ColumnBase) -> ColumnBase:
    guards = _OFFER.guards.bin_and(held)
    return Case(
        None,
        [
            (SQL("0") == ACCOUNT_ID, _NOBODY),
            (_OFFER.scope.bin_and(SCOPES) == 0, _SCOPE),
            (found.bin_and(_OFFER.who) == 0, _ROLES),
        ],
        # The lowest bit: that of the first guard, which is the one that a command names.
        guards.bin_and(SQL("0") - guards),
    )


def _next_states(held: ColumnBase) -> ColumnBase:
    """Write the names of the states that the step may lead to now as a JSON array; most steps lead to one."""
    named: ColumnBase = SQL("''")
    for target, closing in _TARGETS:
        name = getattr(_OFFER, target)
        is_open = name.is_null(False) & (getattr(_OFFER, closing).bin_and(held) == 0)
        named = named.concat(Case(None, [(is_open, Value(',"').concat(name).concat('"'))], ""))
    return Value("[").concat(fn.SUBSTR(named, 2)).concat("]")


def _ways(step: Row, *columns: Node) -> Select:
    """Select the ways that an issue leaves open, the plainest first."""
    is_open = (_WAY.guards.bin_and(step.held) == 0) & (_WAY.because.bin_and(step.held) == _WAY.because)
    ways = Select(columns=columns).from_(_WAY.source)
    return ways.where((_WAY.at == step.at) & is_open).order_by(_WAY.place)


def _alternatives(step: Row) -> Select:
    return _ways(step, _WAY.fields.alias("fields"), _WAY.to_state.alias("next_state"))


def _refusals(step: Row) -> Select:
    facts: list[tuple[int, ErrorCode, str, str, str]] = [
        (_NOBODY, ErrorCode.UNAUTHENTICATED, "Sign in first: send a token in the Authorization header.",
         "请先登录：在 Authorization 标头中提供令牌。", ""),
        (_SCOPE, ErrorCode.FORBIDDEN, "The token does not have the required scope; send one that has it.",
         "令牌没有此操作所需的范围，请使用具备该范围的令牌。", ""),
        *[(bits_of([guard]), guard.code, guard.message, guard.chinese, guard.field) for guard in _STEP_GUARDS],
    ]  # fmt: skip
    whos = {mask(offer.who): not_permitted(*offer.who) for _, offer in OFFERS}
    english = Case(step.who, [(bits, refusal.message) for bits, refusal in whos.items()])
    chinese = Case(step.who, [(bits, refusal.chinese) for bits, refusal in whos.items()])
    code = Case(step.blocked, [(bits, code.value) for bits, code, *_ in facts], ErrorCode.NOT_PERMITTED.value)
    field = Case(step.blocked, [(bits, _json([field])) for bits, *_, field in facts if field])
    in_english = Case(step.blocked, [(bits, text) for bits, _, text, _, _ in facts], english)
    in_chinese = Case(step.blocked, [(bits, text) for bits, _, _, text, _ in facts], chinese)
    message = in_language(in_english, in_chinese)
    columns = [code.alias("code"), field.alias("field"), message.alias("message")]
    return Select(columns=columns).where(step.blocked != _NOTHING)


@part_type("The reason why a mutation was refused, or would be, in words for a person.")
class UserError:
    """A fact, where it lies, and what to do."""

    code = computed(ErrorCode, lambda row: row.code, "The stable code of the reason, for programs.")
    field = names(
        lambda row: row.field, "The path to the input field; null for the whole input.", nullable=True
    )  # fmt: skip
    message = computed(
        Kind.PROSE, lambda row: row.message, "What is wrong and what to do, in the language of the request."
    )


@part_type("A sufficient set of input fields for a mutation, and the state that it leads to (可选填写方式).")
class InputAlternative:
    """A way to take a step that the issue leaves open."""

    fields = names(lambda row: row.fields, "The input fields to fill in, besides the issue.")
    next_state = computed(IssueState, lambda row: row.next_state, "The state of the issue after the mutation.")


@part_type("A mutation that the issue's state allows, and whether the viewer may perform it (可执行操作).")
class AvailableTransition:
    """A row of the transition table, for one issue and viewer."""

    mutation = computed(Kind.CODE, lambda row: row.mutation, "The name of the mutation in the API.")
    action_name = computed(
        Kind.LINE,
        lambda row: step_name(row.mutation),
        'The name of the step for people, in the language of the request, such as "Accept".',
        cost=0,
    )
    is_allowed = computed(
        bool, lambda row: row.blocked == _NOTHING,
        "Whether the viewer may perform the mutation now, by their roles, their token and the facts of the issue.",
    )  # fmt: skip
    blocked_by = derived(
        "UserError",
        "The errors that the mutation would return; empty when it is allowed.",
        query=_refusals,
        bound=1,
    )
    required_fields = names(
        lambda row: fn.COALESCE(_ways(row, _WAY.fields).limit(1), "[]"),
        "The first of the alternatives: input fields that suffice besides the issue.",
    )
    alternatives = derived(
        "InputAlternative",
        "Every minimal set of input fields that suffices for this issue and viewer, besides the issue.",
        query=_alternatives,
        bound=_MAX_WAYS,
    )
    next_states = names(
        lambda row: row.next_states,
        "The states that the mutation may lead to; the present one when the state stays.",
        enum=IssueState,
    )
