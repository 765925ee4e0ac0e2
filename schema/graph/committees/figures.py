"""Figures of the committees in the scope of a division: which comply and meet, which seats are free or soon will be."""

from datetime import date, timedelta

from peewee import SQL, Node, fn

from db.city import models
from db.committees.models.committee import CommitteeState
from db.kernel.calendar import today
from db.kernel.expressions import Row
from db.settings.models import SettingKey
from schema.catalog.declare import computed, number
from schema.catalog.fields import FieldArgument, FieldContext, Kind
from schema.graph.committees.types import Committee
from schema.graph.places.types import count_in_scope, within
from schema.graph.viewer import ASKER

_DAYS = timedelta(days=SettingKey.TERM_WARN_DAYS.default)
_UNTIL = FieldArgument("until", Kind.DATE, f"The last day that counts; {_DAYS.days} days from today when left out.")
_MONTH = FieldArgument("month", Kind.DATE, "Any day of the month; the month before this one when left out.")


def _last_day(now: str) -> str:
    return (date.fromisoformat(today(now)) + _DAYS).isoformat()


def _last_month(now: str) -> str:
    return (date.fromisoformat(today(now)).replace(day=1) - timedelta(days=1)).isoformat()


def _ending(division: Row, given: FieldContext) -> Node:
    member, until = models.Member.alias("ending"), given.argument("until")
    ends = (member.term_end >= ASKER.when(today)) & (
        member.term_end <= (ASKER.when(_last_day) if until is None else until)
    )
    counted = member.is_active & ends & within(member.division_code, division, given)
    return number(member.select(fn.COUNT(member.id)).where(counted))


def _without_meeting(division: Row, given: FieldContext) -> Node:
    event, day = models.ComplianceEvent.alias("unmet"), given.argument("month")
    month = fn.SUBSTR(ASKER.when(_last_month) if day is None else day, 1, 7)
    counted = (event.rule == "M1") & (event.month == month) & within(event.division_code, division, given)
    return number(event.select(fn.COUNT(event.id)).where(counted))


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
    "terms_ending_count": computed(
        int,
        _ending,
        "The number of members whose term ends from today until a day (任期将届满).",
        cost=10,
        arguments=(_UNTIL,),
    ),
    "committees_without_meeting": computed(
        int,
        _without_meeting,
        "The number of committees that held no meeting in a month, as recorded when it was over (当月未召开例会).",
        cost=10,
        arguments=(_MONTH,),
    ),
}
