"""What ties people to the rows of other contexts: whom a row is about, how long it holds them, and what it shows.

A table that refers to people declares it beside its columns, `add_tie(Tie(Member, …))`, as it declares its indexes.
From all ties follows when a person may be erased, whose name everybody knows, and what is erased with a person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import Model


@dataclass(frozen=True, slots=True, eq=False)
class Tie:
    """How the rows of a table are tied to people.

    words: what a row is, in English and Chinese, as a refusal names it. points: the condition that a row is about a
    person. holds: the condition that it does so now, of a row and the moment as it is stored. keeps: a person is not
    erased while it holds. is_public: whom it holds is known by name to everybody. known_to: the condition that the
    holder of a grant, of a row and the grant, knows the names of those whom it holds. erased: the columns that are
    erased with the person, whether the row still holds them or not, each with what stands there afterwards.
    """

    model: type[Model]
    words: tuple[str, str]
    points: Callable[[Any, Any], Any]
    holds: Callable[[Any, Any], Any]
    keeps: bool = True
    is_public: bool = False
    known_to: Callable[[Any, Any], Any] | None = None
    erased: Mapping[str, Any] = field(default_factory=dict)


TIES: list[Tie] = []


def add_tie(tie: Tie) -> None:
    """Declare how the rows of a table are tied to people."""
    TIES.append(tie)
