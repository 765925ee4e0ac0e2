"""Lifecycle machines: what may follow what for a noun that has states, as a table. Knows no noun.

A context declares a `Machine` for each of its nouns. `db.access.journal` moves rows along it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Generic, TypeVar

from db.kernel.enumeration import DomainEnum

A = TypeVar("A", bound=DomainEnum)  # What records a step.
S = TypeVar("S", bound=DomainEnum)  # The states of the noun.
G = TypeVar("G")  # What may block a step.
W = TypeVar("W")  # Who may take it.


@dataclass(frozen=True, slots=True)
class Need(Generic[G]):
    """What a step also needs while a guard holds: one of these sets of fields."""

    guard: G
    options: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Way(Generic[S, G]):
    """One way to take a step.

    to: the state it leads to, None for any of the step's. fields: what the caller gives, as the API names it. guards:
    each of them closes the way. because: the way is for when all of these hold. stays: it leaves the state as it is.
    """

    to: S | None = None
    fields: tuple[str, ...] = ()
    guards: tuple[G, ...] = ()
    because: tuple[G, ...] = ()
    stays: bool = False

    def targets(self, step: "Transition[S, G, W]", state: S | None) -> Sequence[S | None]:
        """List the states that it may lead to from a state."""
        if self.to is not None:
            return [self.to]
        return [state] if self.stays or step.targets == step.sources else step.targets


@dataclass(frozen=True, slots=True)
class Transition(Generic[S, G, W]):
    """What an action may follow and lead to, who may take it, and what may stand in the way.

    rows: of the rules' table T1-T25. mutations: how the API calls it. sources, targets: states; None is "not there
    yet". who: one of these is enough; who_by_state: where the state makes a difference. required: what the caller
    must give, as the API names it; needs, ways: what depends on the row, and on the state that is chosen.
    guards: each of them blocks the step, the first one is what the caller is told.
    """

    rows: tuple[int, ...]
    mutations: tuple[str, ...]
    sources: tuple[S | None, ...]
    targets: tuple[S, ...]
    who: tuple[W, ...]
    required: tuple[str, ...] = ()
    guards: tuple[G, ...] = ()
    needs: tuple[Need[G], ...] = ()
    ways: tuple[Way[S, G], ...] = (Way(),)
    who_by_state: Mapping[S, tuple[W, ...]] = field(default_factory=dict)

    def who_in(self, state: S | None) -> tuple[W, ...]:
        """Return the capacities of which one is enough in a state."""
        return self.who_by_state.get(state, self.who) if state else self.who

    def all_ways(self) -> Iterator[Way[S, G]]:
        """List the ways to take the step with all that each of them takes, the plainest first."""
        for way in self.ways:
            for chosen in product(*[_choices(need) for need in self.needs]):
                fields = (*self.required, *way.fields, *(name for choice in chosen for name in choice.fields))
                guards = (*way.guards, *(guard for choice in chosen for guard in choice.guards))
                because = tuple(guard for choice in chosen for guard in choice.because)
                yield Way(way.to, fields, guards, because, way.stays)


def _choices(need: Need[G]) -> list[Way[DomainEnum, G]]:
    """List what a need may come to: nothing while its guard does not hold, and otherwise each option."""
    return [Way(guards=(need.guard,)), *(Way(fields=option, because=(need.guard,)) for option in need.options)]


@dataclass(frozen=True, slots=True)
class Offer(Generic[S, G, W]):
    """A mutation that the API offers for a row in a state: one row of the table or several, taken together."""

    mutation: str
    who: tuple[W, ...]
    guards: tuple[G, ...]
    ways: tuple[Way[S, G], ...]

    @property
    def targets(self) -> list[S]:
        """The states that its ways lead to, in their order."""
        return list(dict.fromkeys(way.to for way in self.ways if way.to))

    @classmethod
    def of(cls, mutation: str, state: S | None, steps: Iterable[Transition[S, G, W]]) -> "Offer[S, G, W]":
        """Combine rows of the table; in one state they have the same guards."""
        steps = list(steps)
        ways = {
            Way(target, way.fields, way.guards, way.because): None
            for step in steps
            for way in step.all_ways()
            for target in way.targets(step, state)
        }
        who = dict.fromkeys(capacity for step in steps for capacity in step.who_in(state))
        return cls(mutation, tuple(who), steps[0].guards, tuple(ways))


@dataclass(frozen=True)
class Machine(Generic[A, S, G, W]):
    """The life of a noun: its states, and its transitions by the action that records each.

    noun: as the graph names it. words: as messages name it, in English and Chinese. notes: steps that leave the state
    as it is and share one action.
    """

    noun: str
    words: tuple[str, str]
    states: type[S]
    transitions: Mapping[A, Transition[S, G, W]]
    notes: tuple[Transition[S, G, W], ...] = ()

    @property
    def steps(self) -> tuple[Transition[S, G, W], ...]:
        """Every step there is."""
        return (*self.transitions.values(), *self.notes)

    @cached_property
    def guards(self) -> tuple[G, ...]:
        """What may stand in the way of its steps, in the order of their enumeration."""
        found = {
            guard
            for step in self.steps
            for way in step.all_ways()
            for guard in (*step.guards, *way.guards, *way.because)
        }
        kinds: dict[Any, None] = {type(guard): None for guard in found}
        return tuple(guard for kind in kinds for guard in kind if guard in found)

    @property
    def beginning(self) -> tuple[A, Transition[S, G, W]]:
        """The action and the row of the table by which the noun comes to be."""
        return next((action, step) for action, step in self.transitions.items() if None in step.sources)

    def steps_of(self, mutation: str) -> list[Transition[S, G, W]]:
        """List the rows of the table that a mutation may take."""
        return [step for step in self.steps if mutation in step.mutations]

    def offers(self, state: S | None) -> dict[str, Offer[S, G, W]]:
        """Return what the API offers for a row in a state, by mutation."""
        here = [step for step in self.steps if state in step.sources]
        names = dict.fromkeys(name for step in here for name in step.mutations)
        return {name: Offer.of(name, state, (step for step in here if name in step.mutations)) for name in names}

    def possible_mutations(self, state: S | None) -> list[str]:
        """List the mutations that the API offers for a row in a state."""
        return sorted(self.offers(state))
