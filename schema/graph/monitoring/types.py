"""People who are monitored at home, what is measured of them, and tasks of neighbours; counts name nobody."""

from typing import Any

from peewee import SQL, Case, Cast, ColumnBase, Node, Value, fn

from db.kernel.calendar import today, today_began
from db.kernel.expressions import Row
from db.monitoring import models, visibility
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import setting_sql
from schema.catalog.declare import column, computed, many, model_type, number, one
from schema.catalog.fields import CatalogField, FieldContext, Kind
from schema.graph.places.types import within
from schema.graph.viewer import ASKER, seen_by

_OPEN, _TAKEN = models.MonitoringState.OPEN.value, models.AidState.TAKEN.value


def _readings_due(case: Row) -> ColumnBase:
    row = models.MonitoringReading.alias("measured")
    done = number(row.select(fn.COUNT(SQL("*"))).where(row.case == case.id, row.at >= ASKER.when(today_began)))
    wanted = setting_sql(SettingKey.MONITORING_READINGS_A_DAY, case.division_code)
    is_on = (case.state == _OPEN) & (case.ends_on >= ASKER.when(today))
    return Case(None, [(is_on & (wanted > done), wanted - done)], 0)


@model_type(
    models.MonitoringCase,
    "That a person is monitored at home for some days, with their consent (居家健康监测).",
    visible=seen_by(visibility.CASE),
)
class MonitoringCase:
    """Known to the person, to health workers of the place, and while it is OPEN to staff.

    Who it is and where they live, `revealMonitoring` tells.
    """

    division = one("Division", "The community where the person stays.")
    division_code = column("The 12-digit code of the community.")
    site = one("Site", "The site where the person stays.")
    team = one("VolunteerTeam", "The team whose volunteers help.")
    starts_on = column("The first day of the monitoring.")
    ends_on = column("The last day of the monitoring.")
    consent_at = column("When the person, or their guardian, consented.")
    consent_by = column("Who consented to the monitoring.")
    outcome = column("How the monitoring ended; null while it is OPEN, and of who was taken to hospital.")
    readings_due = computed(
        int, _readings_due, "How many readings are still due today (`MONITORING_READINGS_A_DAY`).", cost=3
    )
    readings = many(
        "MonitoringReading",
        "What was measured, newest first: for the person, and for whoever opened the case (`revealMonitoring`).",
        on="case",
        order="-at",
    )
    aid_tasks = many("AidTask", "What neighbours do for the person, newest first.", on="case", order="-id")
    state = column("The state of the monitoring.")
    created_at = column("When the monitoring was opened.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(
    models.MonitoringReading,
    "What was measured of somebody who is monitored at home (监测记录).",
    visible=seen_by(visibility.READING),
)
class MonitoringReading:
    """Erased with who it was, some time after the last day."""

    case = one("MonitoringCase", "The case that it is of.", shares_visibility=True)
    division_code = column("The 12-digit code of the community.")
    at = column("When it was measured.")
    temperature = column("The temperature in degrees Celsius; 37.3 and above is a fever.")
    has_symptoms = column("Whether the person felt ill.")


def _of_case(task: Row, name: str) -> Any:
    case = models.MonitoringCase.alias("of_task")
    return case.select(getattr(case, name)).where(case.id == task.case)


def _text(task: Row) -> ColumnBase:
    return Case(None, [((task.state == _TAKEN) | visibility.sees_case_of(task, ASKER), task.text)])


def _first_name(task: Row) -> ColumnBase:
    """Return what somebody is called without their family name, which has one character, or two of four."""
    person = Person.alias("helped")
    length = fn.LENGTH(person.name)
    given = Case(
        None,
        [
            (length == 1, person.name),
            (length <= 3, fn.SUBSTR(person.name, 2)),
            (length == 4, fn.SUBSTR(person.name, 3)),
        ],
        fn.SUBSTR(person.name, 1, 1),
    )
    name = person.select(given).where(person.id == _of_case(task, "person"))
    return Case(None, [(task.state == _TAKEN, name)])


@model_type(
    models.AidTask,
    "Something that a neighbour does for somebody who is monitored at home (互助事项).",
    visible=seen_by(visibility.TASK),
)
class AidTask:
    """Known to those who know of the case, to its taker, and to the team while it is OPEN or TAKEN."""

    case = one(
        "MonitoringCase",
        "The case of the person who is helped; null for those who do not know of it.",
        on=lambda task, case: case.id == task.case,
    )
    division = one("Division", "The community where the person stays.")
    division_code = column("The 12-digit code of the community.")
    kind = column("What is done for the person.")
    text = computed(
        Kind.LINE,
        _text,
        "What is done, in words; for the volunteers of the team while it is TAKEN.",
        nullable=True,
        queryable=False,
    )
    first_name = computed(
        Kind.LINE,
        _first_name,
        "The first name of the person who is helped, without the family name, while the task is TAKEN; of a name of "
        "five characters or more the first.",
        nullable=True,
        queryable=False,
    )
    site = one(
        "Site",
        "The site where the person stays, while the task is TAKEN.",
        on=lambda task, site: (task.state == _TAKEN) & (site.id == _of_case(task, "site")),
    )
    wanted_by = column("Until when it is wanted.")
    team = one("VolunteerTeam", "The team whose volunteers may take it.")
    taker = one("Person", "The volunteer who took it; null before, and once it is erased.")
    taken_at = column("When somebody took it.")
    done_at = column("When it was done.")
    hours = column("How many hours it took, as the volunteer says.")
    rating = column("The rating, from 1 to 5; null where nobody answered within 24 hours.")
    state = column("The state of the task.")
    created_at = column("When it was asked for.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(
    models.AidTask,
    "A task for somebody who is monitored at home, as offices count it: without whom it is for (互助事项汇总).",
    visible=seen_by(visibility.COUNTED),
    is_node=False,
)
class AidCount:
    """For health workers, staff, and the offices above."""

    incident_id = computed(
        Kind.CODE,
        lambda task: Value("Incident_").concat(Cast(_of_case(task, "incident"), "TEXT")),
        "The global id of the incident in which it was asked for.",
    )
    division_code = column("The 12-digit code of the community.")
    kind = column("What is done for the person.")
    hours = column("How many hours it took, as the volunteer says.")
    rating = column("The rating, from 1 to 5.")
    state = column("The state of the task.")


def _count_of_cases(division: Row, given: FieldContext) -> ColumnBase:
    row = models.MonitoringCase.alias("counted")
    is_open = row.state == _OPEN
    return _counted(division, row.select(fn.COUNT(SQL("*"))).where(within(row.division_code, division, given), is_open))


def _count_of_tasks(division: Row, given: FieldContext) -> ColumnBase:
    row = models.AidTask.alias("counted")
    is_open = row.state.in_([models.AidState.OPEN.value, _TAKEN])
    return _counted(division, row.select(fn.COUNT(SQL("*"))).where(within(row.division_code, division, given), is_open))


def _counted(division: Row, count: Node) -> ColumnBase:
    return Case(None, [(visibility.counts(division.code, ASKER), number(count))])


FIGURES: dict[str, CatalogField] = {
    "open_monitoring_count": computed(
        int,
        _count_of_cases,
        "The number of people who are monitored at home; for health workers, staff and offices above, null for others.",
        nullable=True,
        cost=5,
        queryable=False,
    ),
    "open_aid_task_count": computed(
        int,
        _count_of_tasks,
        "The number of tasks for them that are OPEN or TAKEN; for health workers, staff and offices above, null for "
        "others.",
        nullable=True,
        cost=5,
        queryable=False,
    ),
}
TYPES = (MonitoringCase, MonitoringReading, AidTask, AidCount)
