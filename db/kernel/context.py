"""What a context brings to the city as a whole: its tables, rows of the demo city, rules of the clock, rosters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Model


@dataclass(frozen=True, slots=True)
class SeedPlace:
    """A community of the demo city that is shown in detail, with the ids of what is there."""

    name: str
    code: str
    division_id: int
    organization_ids: tuple[int, ...]


# Adds one row to a table, values by column name as the database stores them, and returns its id.
AddRow = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class DomainContext:
    """A context that stands by itself.

    models: its tables, parents first. seed: adds its rows of the demo city. complete: works out the rows that follow
    from those of the demo city, once they are there. clock: what a tick runs, each a `ClockRule`
    of `db.access.clock`. rosters: how its nouns are imported from spreadsheets, each a `RosterKind` of `db.rosters`.
    """

    models: tuple[type[Model], ...]
    seed: Callable[[AddRow, Sequence[SeedPlace]], None] = lambda add, places: None
    complete: Callable[[], None] = lambda: None
    clock: tuple[Callable[..., None], ...] = ()
    rosters: tuple[Any, ...] = ()
