"""`availableTransitions`: what may be done with a row now, and by the viewer, for every noun with a lifecycle machine.

An issue has types of its own, whose states are an enumeration. The other nouns share two, with states as texts, as
their journal has them.
"""

from peewee import Select

from db.city.machines import JOURNALED, STEPS
from db.issues.guards import Guard
from db.issues.guards_sql import GuardFacts, held_bits
from db.issues.lifecycle import ISSUE_LIFECYCLE, IssueState
from db.issues.policy_sql import capacity_bits
from db.issues.row_guards import RowGuard
from db.kernel.errors import ErrorCode
from db.kernel.expressions import Row
from schema.catalog.declare import computed, derived, names, part_type
from schema.catalog.fields import Derived, Kind
from schema.graph.language import step_name
from schema.graph.lifecycles.offers import NOTHING, OfferTable
from schema.graph.viewer import ASKER

ISSUES = OfferTable([ISSUE_LIFECYCLE], Guard)
ROWS = OfferTable(list(JOURNALED.values()), RowGuard)


def _issue_facts(issue: Row) -> Select:
    # LIMIT keeps both databases from writing a part's expressions into the query around it, once for each use.
    found = Select(columns=[capacity_bits(issue, ASKER).alias("found")]).limit(1).alias("viewer")
    held = held_bits(GuardFacts(issue, ASKER, found.c.found)).alias("held")
    return Select(columns=[found.c.found, held]).from_(found).limit(1)


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


@part_type("The same as InputAlternative, for what is no issue: input fields that suffice, and where they lead.")
class LifecycleAlternative:
    """A way to take a step that the row leaves open."""

    fields = names(lambda row: row.fields, "The input fields to fill in, besides the ids of the row and of its issue.")
    next_state = computed(Kind.CODE, lambda row: row.next_state, "The state of the row after the mutation.")


_MUTATION = computed(Kind.CODE, lambda row: row.mutation, "The name of the mutation in the API.")
_ACTION_NAME = computed(
    Kind.LINE,
    lambda row: step_name(row.mutation),
    'The name of the step for people, in the language of the request, such as "Accept".',
    cost=0,
)


def _blocked_by(table: OfferTable) -> Derived:
    return derived(
        "UserError",
        "The errors that the mutation would return; empty when it is allowed.",
        query=table.refusals,
        bound=1,
    )


@part_type("A mutation that the issue's state allows, and whether the viewer may perform it (可执行操作).")
class AvailableTransition:
    """A row of the transition table, for one issue and viewer."""

    mutation = _MUTATION
    action_name = _ACTION_NAME
    is_allowed = computed(
        bool, lambda row: row.blocked == NOTHING,
        "Whether the viewer may perform the mutation now, by their roles, their token and the facts of the issue.",
    )  # fmt: skip
    blocked_by = _blocked_by(ISSUES)
    required_fields = names(
        ISSUES.required_fields, "The first of the alternatives: input fields that suffice besides the issue."
    )
    alternatives = derived(
        "InputAlternative",
        "Every minimal set of input fields that suffices for this issue and viewer, besides the issue.",
        query=ISSUES.alternatives,
        bound=ISSUES.max_ways,
    )
    next_states = names(
        lambda row: row.next_states,
        "The states that the mutation may lead to; the present one when the state stays.",
        enum=IssueState,
    )


@part_type("The same as AvailableTransition, for what is no issue: a mutation that the state of a row allows.")
class LifecycleTransition:
    """A row of the transition table of a claim, a request, a project or a meeting, for one viewer."""

    mutation = _MUTATION
    action_name = _ACTION_NAME
    is_allowed = computed(
        bool, lambda row: row.blocked == NOTHING,
        "Whether the viewer may perform the mutation now, by their roles, their token and the facts of the row.",
    )  # fmt: skip
    blocked_by = _blocked_by(ROWS)
    required_fields = names(
        ROWS.required_fields,
        "The first of the alternatives: input fields that suffice besides the ids of the row and of its issue.",
    )
    alternatives = derived(
        "LifecycleAlternative",
        "Every minimal set of input fields that suffices for this row and viewer, besides those ids.",
        query=ROWS.alternatives,
        bound=ROWS.max_ways,
    )
    next_states = names(
        lambda row: row.next_states, "The states that the mutation may lead to; the present one when the state stays."
    )


_MEANING = "The mutations that the {}'s state allows, and whether the viewer may perform them now."
AVAILABLE = {
    "Issue": derived(
        "AvailableTransition",
        _MEANING.format("issue"),
        query=ISSUES.steps(ISSUE_LIFECYCLE, _issue_facts),
        bound=ISSUES.max_offers,
    ),
    **{
        machine.noun: derived(
            "LifecycleTransition",
            _MEANING.format(machine.words[0].split()[-1]),
            query=ROWS.steps(machine, lambda row, model=model: STEPS[model].facts(row, ASKER)),
            bound=ROWS.max_offers,
        )
        for model, machine in JOURNALED.items()
    },
}
TRANSITION_TYPES = (UserError, AvailableTransition, InputAlternative, LifecycleTransition, LifecycleAlternative)
