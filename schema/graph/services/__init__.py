"""Services of the city near people's homes: the catalogue, and applications for its items (小兰帮办)."""

from peewee import SQL, Node, fn

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from db.people.models.person import Person
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.places.types import within
from schema.graph.services.catalogue import is_in_force, is_of_catalogue_in_force
from schema.graph.services.figures import FIGURES
from schema.graph.services.mutations import MUTATIONS
from schema.graph.services.types import TYPES


def _is_own(account: Row, application: Row) -> Node:
    person = Person.alias("applying")
    own = (person.id == application.applicant) & (person.account == account.id)
    return fn.EXISTS(person.select(SQL("1")).where(own))


CONTEXT = Context(
    types=TYPES,
    roots={
        "service_catalogue": lookup(
            "ServiceCatalogue",
            "Find a version of the service catalogue by id or version; the one in force when both are left out.",
            version=("version", "The version, from 1."),
            otherwise=is_in_force,
        ),
        "service_catalogues": every("ServiceCatalogue", "All versions of the service catalogue.", order="-version"),
        "service_item": lookup(
            "ServiceItem",
            "Find a service by id, or by its code in the version of the catalogue that is in force.",
            code=("code", "The code of the service."),
            only=is_of_catalogue_in_force,
        ),
        "service_items": every(
            "ServiceItem", "Services of all versions; filter by `isInForce` for those of today.", order="code"
        ),
        "application": lookup(
            "ServiceApplication",
            "Find an application by id or number.",
            number=("number", "The number of the application."),
        ),
        "applications": every(
            "ServiceApplication", "Applications that the viewer knows of, newest first.", order="-created_at"
        ),
        "application_aggregate": aggregate(
            "ServiceApplication", "Count and group applications that the viewer knows of."
        ),
    },
    additions={
        "Division": {
            "applications": many(
                "ServiceApplication",
                "Applications for services in the scope that the viewer knows of, newest first (办件).",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-created_at",
                scoped=True,
            ),
        },
        "DivisionStats": FIGURES,
        "Viewer": {
            "applications": many(
                "ServiceApplication",
                "Applications of the viewer as a person, newest first (我的办件).",
                on=_is_own,
                order="-created_at",
            ),
        },
    },
    mutations={TokenScope.SERVICES: MUTATIONS},
)
