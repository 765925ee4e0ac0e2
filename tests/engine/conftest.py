"""Two small tables on each database, stones and shelves, and an engine that reads them: nothing of the city."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from peewee import BigAutoField, ForeignKeyField, IntegerField, Model, Value, fn

from db.kernel.database import database as proxy
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import EnumField, LineField
from schema.build import build
from schema.catalog.declare import Taking, aggregate, column, computed, every, many, model_type, one, part, part_type
from schema.catalog.fields import FieldArgument, FieldContext, InputType, Kind
from schema.catalog.registry import Catalog, Context
from schema.engine import Engine, RequestValues
from tests.conftest import Store, bound

Ask = Callable[..., Any]


class Colour(DomainEnum):
    """The colour of a stone (颜色)."""

    GREY = "GREY", "It is grey."
    RED = "RED", "It is red."


class ShelfRow(Model):
    """A shelf that stones lie on."""

    id = BigAutoField()
    label = LineField(20)

    class Meta:
        database = proxy
        table_name = "shelf"


class StoneRow(Model):
    """A stone somewhere along a line."""

    id = BigAutoField()
    name = LineField(20)
    place = IntegerField()
    colour = EnumField(Colour)
    shelf = ForeignKeyField(ShelfRow, null=True)

    class Meta:
        database = proxy
        table_name = "stone"


NEAR = FieldArgument(
    "near",
    InputType(
        "NearFilter",
        "A stretch of the line.",
        (
            FieldArgument("place", Kind.INT, "The middle of the stretch.", required=True, between=(-1000, 1000)),
            FieldArgument("within", Kind.INT, "How far it reaches.", default=100, between=(0, 500)),
        ),
    ),
    "Only stones on this stretch, the nearest first.",
    cost=7,
)


def distance(row: Any, given: FieldContext) -> Any:
    near = given.argument("near")
    return Value(None).cast("bigint") if near is None else fn.ABS(row.place - near["place"])


def is_near(row: Any, given: FieldContext) -> Any:
    near = given.argument("near")
    return None if near is None else distance(row, given) <= near["within"]


@part_type("What is worked out of a stone.")
class StoneFigures:
    """Fields that see the arguments of the list and of the part."""

    weight = computed(
        int, lambda row, given: row.place * (given.argument("factor") or 1), "Its place times the factor of the part."
    )
    distance = computed(int, distance, "As far as the stone is.", nullable=True)


@model_type(StoneRow, "A stone on the line (石).")
class Stone:
    """Columns, and what arguments make of them."""

    name = column("What it is called.")
    place = column("Where it lies.")
    colour = column("Its colour of two.")
    shelf = one("Shelf", "The shelf that it lies on, if any.")
    distance = computed(int, distance, "How far it is from the middle.", nullable=True)
    moved = computed(
        int,
        lambda row, given: row.place + (given.argument("by") or 0),
        "Where it would lie after a push.",
        arguments=(FieldArgument("by", Kind.INT, "How far it is pushed.", between=(-50, 50)),),
    )
    has_colour = computed(
        bool,
        lambda row, given: row.colour == given.argument("colour"),
        "Whether it has this colour.",
        queryable=False,
        arguments=(FieldArgument("colour", Colour, "The colour that is meant.", default="RED"),),
    )
    is_it = computed(
        bool,
        lambda row, given: row.id == given.argument("stone_id"),
        "Whether it is that stone.",
        queryable=False,
        arguments=(FieldArgument("stone_id", Kind.ID, "The stone that is meant.", required=True, of="Stone"),),
    )
    figures = part(
        "StoneFigures", "What is worked out.",
        arguments=(FieldArgument("factor", Kind.INT, "What is multiplied by.", default=2),),
    )  # fmt: skip


@model_type(ShelfRow, "A shelf for stones (架).")
class Shelf:
    """The other end of a relation."""

    label = column("What is written on it.")
    stones = many(
        "Stone", "The stones that lie on it.", on=lambda shelf, stone: stone.shelf == shelf.id, order="-place"
    )


CATALOG = Catalog(
    [
        Context(
            types=(Stone, StoneFigures, Shelf),
            roots={
                "shelves": every("Shelf", "All shelves."),
                "stones": every("Stone", "All stones.", taking=Taking((NEAR,), is_near, {"near": "distance"})),
                "stone_aggregate": aggregate("Stone", "Count stones.", taking=Taking((NEAR,), is_near)),
            },
        )
    ]
)
STONES = (("a", 0, Colour.GREY, 1), ("b", 40, Colour.RED, 1), ("c", -40, Colour.RED, 2), ("d", 90, Colour.GREY, None))


@pytest.fixture(scope="module")
def reader(store: Store, migrated: str) -> Iterator[Engine]:
    """Return an engine over four stones and three shelves."""
    with bound(store.create("stones", migrated)):
        proxy.create_tables([ShelfRow, StoneRow])
        for label in ("top", "middle", "bottom"):
            ShelfRow.create(label=label)
        for name, place, colour, shelf in STONES:
            StoneRow.create(name=name, place=place, colour=colour, shelf=shelf)
        yield Engine(build(CATALOG)._schema, CATALOG, {})
    store.drop("stones")


@pytest.fixture
def ask(reader: Engine) -> Ask:
    """Return what answers a document of one root field."""

    def answer(text: str, **variables: Any) -> Any:
        operation = reader.operation(text, None)
        read = operation.variables.read(variables)
        (field,) = operation.fields(read, None)
        return orjson.loads(reader.execute_field(field, RequestValues(read, "2026-03-01T00:00:00Z", 0)))

    return answer
