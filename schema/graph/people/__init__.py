"""People: who takes part in the communities."""

from db.access.models.access import TokenScope
from schema.catalog.declare import aggregate, every, lookup, many, one
from schema.catalog.registry import Context
from schema.graph.people.mutations import MUTATIONS
from schema.graph.people.types import Person
from schema.graph.places.types import within

CONTEXT = Context(
    types=(Person,),
    roots={
        "person": lookup("Person", "Find a person by id."),
        "persons": every("Person", "All persons, in the order of their ids."),
        "person_aggregate": aggregate("Person", "Count and group persons."),
    },
    additions={
        "Viewer": {
            "person": one(
                "Person",
                "The person that the viewer is; null while they are not registered.",
                on=lambda account, person: person.account == account.id,
            ),
        },
        "Division": {
            "persons": many(
                "Person",
                "Persons whose home community is in the scope.",
                on=lambda division, person, given: within(person.division_code, division, given),
                scoped=True,
            ),
        },
    },
    mutations={TokenScope.COMPOSITION: MUTATIONS},
)
