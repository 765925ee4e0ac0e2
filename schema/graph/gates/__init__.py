"""Gates of compounds and units: access points, passes, and how many people come through a day (扫码通行)."""

from peewee import SQL, Node, fn

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from db.people.models.person import Person
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.gates.mutations import MUTATIONS
from schema.graph.gates.types import FIGURES, TYPES
from schema.graph.places.types import within


def _is_own(account: Row, row: Row) -> Node:
    person = Person.alias("holding")
    own = (person.id == row.person) & (person.account == account.id)
    return fn.EXISTS(person.select(SQL("1")).where(own))


CONTEXT = Context(
    types=TYPES,
    roots={
        "access_point": lookup("AccessPoint", "Find an access point by id."),
        "access_points": every("AccessPoint", "The access points of all divisions."),
        "access_pass": lookup("AccessPass", "Find a pass by id."),
        "access_passes": every("AccessPass", "Passes that the viewer knows of, newest first.", order="-id"),
        "access_days": every("AccessDay", "How many people came through, by the day, newest first.", order="-day"),
        "access_day_aggregate": aggregate("AccessDay", "Sum and group how many people came through."),
    },
    additions={
        "Division": {
            "access_points": many(
                "AccessPoint",
                "Access points in the scope (出入口).",
                on=lambda division, row, given: within(row.division_code, division, given),
                scoped=True,
            ),
        },
        "DivisionStats": FIGURES,
        "Site": {"access_points": many("AccessPoint", "The gates of the site.", on="site")},
        "Viewer": {
            "passes": many("AccessPass", "Passes of the viewer as a person, newest first.", on=_is_own, order="-id"),
        },
    },
    mutations={TokenScope.SERVICES: MUTATIONS},
)
