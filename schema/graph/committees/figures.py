"""Figures of the committees in the scope of a division: how many comply, and how many of their seats nobody holds."""

from peewee import SQL, Node, fn

from db.city import models
from db.committees.models.committee import CommitteeState
from db.kernel.expressions import Row
from schema.catalog.declare import computed
from schema.catalog.fields import FieldContext
from schema.graph.committees.types import Committee
from schema.graph.places.types import count_in_scope, within


def _compliant(division: Row, given: FieldContext) -> Node:
    return count_in_scope(Committee, division, given, lambda rows: rows.state == CommitteeState.ACTIVE.value)


def _vacant_seats(division: Row, given: FieldContext) -> Node:
    committee, seat = models.Committee.alias("of_seats"), models.Seat.alias("vacant")
    holder = models.Member.alias("holder")
    held = holder.select(SQL("1")).where((holder.seat == seat.id) & holder.is_active)
    works = within(committee.division_code, division, given) & (committee.state != CommitteeState.DISSOLVED.value)
    seats = committee.select(fn.COUNT(seat.id)).join(seat, on=seat.committee == committee.id)
    return seats.where(works & ~fn.EXISTS(held))


FIGURES = {
    "compliant_committee_count": computed(
        int, _compliant, "The number of committees at work that meet the rules of composition C2 to C4.", cost=5
    ),
    "vacant_seat_count": computed(
        int, _vacant_seats, "The number of seats of undissolved committees that nobody holds (空缺席位).", cost=20
    ),
}
