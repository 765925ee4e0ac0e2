"""Monitoring at home: cases, readings, tasks of neighbours, and what offices count of them (居家健康监测、互助事项)."""

from peewee import SQL, Node, fn

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from db.people.models.person import Person
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.monitoring.mutations import MUTATIONS
from schema.graph.monitoring.types import FIGURES, TYPES
from schema.graph.places.types import within


def _is_own(account: Row, case: Row) -> Node:
    person = Person.alias("monitored")
    own = (person.id == case.person) & (person.account == account.id)
    return fn.EXISTS(person.select(SQL("1")).where(own))


CONTEXT = Context(
    types=TYPES,
    roots={
        "monitoring_case": lookup("MonitoringCase", "Find a monitoring case by id."),
        "monitoring_cases": every(
            "MonitoringCase", "Monitoring cases that the viewer knows of, newest first.", order="-starts_on"
        ),
        "monitoring_readings": every(
            "MonitoringReading", "Readings of cases that are the viewer's own or opened, newest first.", order="-at"
        ),
        "aid_task": lookup("AidTask", "Find a task by id."),
        "aid_tasks": every(
            "AidTask", "Tasks that the viewer knows of, those that are wanted first.", order="wanted_by"
        ),
        "aid_task_aggregate": aggregate("AidCount", "Count and group tasks by place, kind and state; for offices."),
    },
    additions={
        "Division": {
            "monitoring_cases": many(
                "MonitoringCase",
                "Monitoring cases in the scope that the viewer knows of, newest first (居家健康监测).",
                on=lambda division, case, given: within(case.division_code, division, given),
                order="-starts_on",
                scoped=True,
            ),
        },
        "DivisionStats": FIGURES,
        "Viewer": {
            "monitoring_cases": many(
                "MonitoringCase",
                "Monitoring of the viewer as a person, newest first.",
                on=_is_own,
                order="-starts_on",
            ),
        },
    },
    mutations={TokenScope.EMERGENCY: MUTATIONS},
)
