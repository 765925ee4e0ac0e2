"""What the clock does about figures: on the first of a month it keeps what is counted of the city and its districts."""

from decimal import Decimal
from typing import Any

from peewee import SQL, fn

from db.access.clock import Due, Tick, TickReport
from db.access.commands import Call
from db.figures.models import LIVE, FigurePrecision, StatisticsSnapshot
from db.figures.registry import FIGURES
from db.kernel.statements import compiled
from db.places.models.division import Division, DivisionLevel

_LEVELS = (DivisionLevel.CITY.value, DivisionLevel.DISTRICT.value)


def _lacks_month(tick: Tick) -> Any:
    """Build the condition that a division's counts of this month are not kept yet."""
    row: Any = StatisticsSnapshot.alias("kept")
    kept = (row.division_code == Division.code) & (row.source == LIVE) & (row.as_of >= tick.month)
    return Division.level.in_(_LEVELS) & ~fn.EXISTS(row.select(SQL("1")).where(kept))


_DUE: Due[Division] = Due(Division, _lacks_month)


def keep_counts(call: Call, report: TickReport) -> None:
    """Keep a snapshot of each figure that is counted, once a month for each division, with the day of the count.

    A clock that stood still on the first counts when it runs again, as it cannot be counted afterwards what was then.
    """

    def keep(division: Division) -> None:
        [values] = _counts.tuples(division.id)
        for (code, figure), value in zip(FIGURES.items(), values, strict=True):
            StatisticsSnapshot.create(
                division=division.id, division_code=division.code, figure=code, label=figure.label, as_of=call.day,
                value=Decimal(value).scaleb(-2), unit=figure.unit, precision=FigurePrecision.EXACT, source=LIVE,
                note=None, recorded_at=call.at, recorded_by_name=None,
            )  # fmt: skip
        report.counts["kept figures"] += len(FIGURES)

    _DUE.for_each(call, keep)


@compiled
def _counts(division_id: Any) -> Any:
    row: Any = Division.alias("counted_for")
    return row.select(*[figure.hundredths(row) for figure in FIGURES.values()]).where(row.id == division_id)
