"""Figures of a division about registrations: who is registered there, and the hours that were confirmed."""

from peewee import ColumnBase, fn

from db.figures.counts import registered
from db.kernel.expressions import Row
from db.registrations.models.registration import RegistrationKind
from db.registrations.models.service import HourRecord, HourState
from schema.catalog.declare import computed, number
from schema.catalog.fields import FieldArgument, FieldContext, Kind
from schema.graph.places.types import within

_FROM = FieldArgument("from", Kind.DATE, "The first day that counts; all days when left out.")
_TO = FieldArgument("to", Kind.DATE, "The last day that counts; all days when left out.")


def _confirmed(division: Row, given: FieldContext) -> ColumnBase:
    row = HourRecord.alias("confirmed")
    counted = within(row.division_code, division, given) & (row.state == HourState.CONFIRMED.value)
    first, last = given.argument("from"), given.argument("to")
    if first is not None:
        counted = counted & (row.day >= first)
    if last is not None:
        counted = counted & (row.day <= last)
    return number(row.select(fn.SUM(row.hours)).where(counted))


STATS = {
    "partner_party_organization_count": computed(
        int,
        registered(RegistrationKind.PARTY_ORG),
        "The number of active registrations of party organizations (双报到党组织).",
        cost=5,
    ),
    "registered_cadre_count": computed(
        int,
        registered(RegistrationKind.PARTY_MEMBER),
        "The number of active registrations of party members (双报到党员).",
        cost=5,
    ),
    "confirmed_hours": computed(
        Kind.DECIMAL,
        _confirmed,
        "The confirmed hours of service (服务时长), in the days that are asked for.",
        places=2,
        cost=10,
        arguments=(_FROM, _TO),
    ),
}
