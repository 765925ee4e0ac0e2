"""Who looks at rows: how much they see, and what SQL may know of them. Each context says who sees its nouns."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from peewee import SQL, ColumnBase, Model, fn

from db.access.actor import Actor
from db.access.models.access import RoleGrant, has_power, is_held, part_of
from db.access.models.account import Powers
from db.committees.models.committee import Committee
from db.kernel.codes import NOWHERE, CodeRange, SqlCodeRange
from db.kernel.expressions import Row
from db.kernel.statements import compiled


class Visibility(StrEnum):
    """Which issues somebody sees: the public ones, their own and those of their roles besides, or simply all."""

    PUBLIC = "PUBLIC"
    OWN = "OWN"
    ALL = "ALL"


def visibility_of(actor: Actor) -> Visibility:
    """Return which issues somebody who is signed in sees; `ALL` where one role reads every committee's."""
    [(first, last)] = _ends.tuples()
    readers = (held for held in actor.held if held.role.powers.reads and held.site_id is None)
    sees_all = first is not None and any(held.part.covers(first) and held.part.covers(last) for held in readers)
    return Visibility.ALL if sees_all else Visibility.OWN


@compiled
def _ends() -> Any:
    return Committee.select(fn.MIN(Committee.division_code), fn.MAX(Committee.division_code))


def readable_range(actor: Actor) -> CodeRange:
    """Return the codes between which lie all issues that the actor reads by a role."""
    parts = [held.part for held in actor.held if held.role.powers.reads]
    first = min((part.first for part in parts), default=NOWHERE.first)
    return CodeRange(first, max((part.last for part in parts), default=NOWHERE.last))


def _of_parameter(now: Any, compute: Callable[[str], str]) -> Any:
    return now.through(compute)


class ViewerSql(NamedTuple):
    """Who asks and when, as SQL. account_id: 0 for nobody. part: where their token is good.

    reads: nothing that they read by a role lies beyond, as `readable_range` returns it. visibility: how much they see.
    following: makes the SQL of a text that follows from the text of `now`.
    """

    account_id: Any
    now: Any
    part: SqlCodeRange
    reads: SqlCodeRange
    following: Callable[[Any, Callable[[str], str]], Any] = _of_parameter
    visibility: Visibility = Visibility.OWN

    @classmethod
    def of(cls, actor: Any, now: Any) -> "ViewerSql":
        """Return whoever asks. actor, now: parameters of a compiled statement, for an `Actor` and a time."""

        def of_actor(read: Callable[[Actor], CodeRange]) -> SqlCodeRange:
            return SqlCodeRange(
                actor.through(lambda actor: read(actor).first), actor.through(lambda actor: read(actor).last)
            )

        part, reads = of_actor(lambda actor: actor.mandate.part), of_actor(readable_range)
        return cls(actor.through(lambda actor: actor.account_id or 0), now, part, reads)

    def seeing(self, visibility: Visibility) -> "ViewerSql":
        """Return the same viewer, of whom it is known how much they see."""
        return self._replace(visibility=visibility)

    def when(self, compute: Callable[[str], str]) -> Any:
        """Return a moment or day that follows from now. compute: a function of a module, of texts as they are kept."""
        return self.following(self.now, compute)

    def covers(self, code: Any) -> Any:
        """Build the condition that a division lies in the part of the city where the token is good."""
        return self.part.covers(code)

    def holds(self, condition: Callable[[Any], Any]) -> Any:
        """Build the condition that the account holds a role that meets a condition, where the token is valid."""
        return fn.EXISTS(self.grants(lambda grant: SQL("1"), condition))

    def has_power(self, power: Callable[[Powers], object], *, over: Any) -> Any:
        """Build the condition that the account holds a role with a power over a division, as `holds` does."""
        return self.holds(lambda grant: has_power(grant.role, power) & part_of(grant).covers(over))

    def grants(self, selected: Callable[[Any], Any], condition: Callable[[Any], Any]) -> Any:
        """Select something of each role that `holds` would find."""
        grant = RoleGrant.alias("held")
        mine = (grant.account == self.account_id) & is_held(grant, self.now) & part_of(grant).overlaps(self.part)
        return grant.select(selected(grant)).where(mine & condition(grant))


@dataclass(frozen=True, slots=True)
class Rule:
    """Who sees the rows of a noun, said twice: of one row, and as SQL for lists.

    check: returns whether an actor sees a row. condition: builds the same of an alias of the table; None where all rows
    are seen. `tests/access/test_visibility.py` compares the two.
    """

    noun: type[Model]
    check: Callable[[Actor, Any], bool]
    condition: Callable[[Row, ViewerSql], ColumnBase | None]


# The rules of nouns that have a journal and that not everybody knows of, by the noun's name in the graph.
HIDDEN_SUBJECTS: dict[str, Rule] = {}


def hide_subject(rule: Rule) -> Rule:
    """Hide also the journal of a noun from those who do not see it; return its rule."""
    HIDDEN_SUBJECTS[rule.noun.__name__] = rule
    return rule
