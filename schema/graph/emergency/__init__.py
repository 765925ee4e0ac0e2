"""What is done about incidents, and where they are found."""

from db.access.models.access import TokenScope
from db.incidents.models import OPEN
from db.kernel.expressions import Row
from schema.catalog.declare import aggregate, computed, every, lookup, many, one
from schema.catalog.fields import CatalogField, FieldContext, One
from schema.catalog.registry import Context
from schema.graph.emergency.mutations import MUTATIONS
from schema.graph.incidents import INCIDENT_TYPES, TIED, Incident
from schema.graph.places.types import count_in_scope, within

_OPEN = [state.value for state in OPEN]


def _incident() -> One:
    found = one(
        "Incident",
        "The incident that it belongs to, for those who know of it (突发事件).",
        on=lambda row, incident: incident.id == row.incident,
    )
    assert isinstance(found, One)
    return found


def _open_count(division: Row, given: FieldContext) -> object:
    return count_in_scope(Incident, division, given, lambda incident: incident.state.in_(_OPEN))


_ADDITIONS: dict[str, dict[str, CatalogField]] = {
    "Division": {
        "incidents": many(
            "Incident",
            "Incidents in the scope that the viewer knows of, newest first (突发事件).",
            on=lambda division, row, given: within(row.division_code, division, given),
            order="-detected_at",
            scoped=True,
        ),
    },
    "DivisionStats": {
        "open_incident_count": computed(
            int, _open_count, "The number of incidents that are not over, as far as the viewer knows of them.", cost=5
        ),
    },
    "Committee": {
        "incidents": many(
            "Incident",
            "Incidents in the committee's community that the viewer knows of, newest first.",
            on=lambda committee, incident: incident.division_code == committee.division_code,
            order="-detected_at",
        ),
    },
}
CONTEXT = Context(
    types=INCIDENT_TYPES,
    roots={
        "incident": lookup(
            "Incident", "Find an incident by id or number.", number=("number", "The number of the incident.")
        ),
        "incidents": every("Incident", "Incidents that the viewer knows of, newest first.", order="-detected_at"),
        "incident_aggregate": aggregate("Incident", "Count and group incidents that the viewer knows of."),
        "situation_reports": every("SituationReport", "All reports on incidents, newest first.", order="-at"),
    },
    additions=_ADDITIONS | {noun: {"incident": _incident()} for noun in TIED},
    mutations={TokenScope.EMERGENCY: MUTATIONS},
)
