"""Figures of a division that count applications: for everybody, as no figure tells whose they are."""

from collections.abc import Callable

from peewee import SQL, ColumnBase, Node, fn

from db.figures.counts import service_items
from db.kernel.expressions import Row
from db.places.scope import share, within
from db.services.models.application import ApplicationState, ServiceApplication
from schema.catalog.declare import computed, number
from schema.catalog.fields import CatalogField, FieldContext, Kind
from schema.engine.bindings import NOW

_DECIDED = (ApplicationState.DECIDED.value, ApplicationState.RATED.value)
_UNDECIDED = (ApplicationState.ACCEPTED.value, ApplicationState.FORWARDED.value)


def _count(division: Row, given: FieldContext, *conditions: Callable[[Row], ColumnBase]) -> ColumnBase:
    row = ServiceApplication.alias("counted")
    held = [condition(row) for condition in conditions]
    return number(row.select(fn.COUNT(SQL("*"))).where(within(row.division_code, division, given), *held))


def _was_due(application: Row) -> ColumnBase:
    is_late = application.state.in_(_UNDECIDED) & (application.due_at < NOW)
    return application.state.in_(_DECIDED) | is_late


def _was_in_time(application: Row) -> ColumnBase:
    return application.state.in_(_DECIDED) & (application.decided_at <= application.due_at)


def _in_time(division: Row, given: FieldContext) -> ColumnBase:
    return share(_count(division, given, _was_in_time), _count(division, given, _was_due))


def _rating(division: Row, given: FieldContext) -> Node:
    row = ServiceApplication.alias("counted")
    rated = within(row.division_code, division, given) & (row.state == ApplicationState.RATED.value)
    # Hundredths, half up: (2 * 100 * sum + count) / (2 * count) in whole numbers.
    mean = (fn.SUM(row.rating) * 200 + fn.COUNT(row.rating)) / fn.NULLIF(fn.COUNT(row.rating) * 2, 0)
    return row.select(mean).where(rated)


FIGURES: dict[str, CatalogField] = {
    "application_count": computed(
        int, _count, "The number of applications for services, whatever became of them (办件数).", cost=5
    ),
    "service_item_count": computed(
        int,
        service_items,
        "The number of services in the catalogue in force, the same everywhere (服务事项数).",
        cost=2,
    ),
    "decided_in_time_share": computed(
        Kind.DECIMAL,
        _in_time,
        "The share of applications decided within the promised days among those that were decided or should be by "
        "now, in per cent, rounded half up to one decimal (按时办结率).",
        places=1,
        cost=10,
    ),
    "service_rating": computed(
        Kind.DECIMAL,
        _rating,
        "The mean rating of applications, from 1 to 5, rounded half up to two decimals; null where none was rated "
        "(满意度).",
        nullable=True,
        places=2,
        cost=5,
    ),
}
