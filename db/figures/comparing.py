"""How a figure compares with what is counted now, and which of several snapshots of it is the newest."""

from typing import Any

from peewee import Case, ColumnBase, Node, Select, fn

from db.figures.models import LIVE, FigurePrecision, StatisticsSnapshot
from db.figures.registry import FIGURES
from db.kernel.expressions import Row
from db.places.models.division import Division

# How many digits a value has at most, in hundredths.
_DIGITS = 14


def live(snapshot: Row) -> Node:
    """Select what the figure of a snapshot is now, in one row; none where it is not counted. In hundredths.

    difference: now less then. share: of the snapshot's value, in tenths of a per cent, half away from zero; NULL of 0.
    is_within: whether the two agree as far as the snapshot is precise.
    """
    division: Any = Division.alias("of_figure")
    value = Case(snapshot.figure, [(code, figure.hundredths(division)) for code, figure in FIGURES.items()])
    # A sub-select with a limit is not dissolved into what reads it, so that the figure is counted once.
    counted = division.select(value.alias("value")).where(division.id == snapshot.division).limit(1).alias("counted")
    now, then = counted.c.value, _hundredths(snapshot)
    size, sign = fn.ABS(then), Case(None, [(now < then, -1)], 1)
    share = (fn.ABS(now - then) * 2000 + size) / fn.NULLIF(size * 2, 0) * sign
    columns = (
        now.alias("value"), (now - then).alias("difference"), share.alias("share"),
        is_within_precision(snapshot, now).alias("is_within"),
    )  # fmt: skip
    return Select(columns=columns).from_(counted).where(now.is_null(False))


def is_within_precision(snapshot: Row, now: Any) -> ColumnBase:
    """Build the condition that a count agrees with a snapshot as far as this is precise. now: in hundredths."""
    then = _hundredths(snapshot)
    agrees = [
        (FigurePrecision.AT_LEAST.value, now >= then),
        (FigurePrecision.ROUNDED.value, fn.ABS(now - then) * 2 <= _last_digit(then)),
    ]
    return Case(snapshot.precision, agrees, now == then)


def _hundredths(snapshot: Row) -> ColumnBase:
    # Peewee would take a number beside the column itself for a value of it, and store it as hundredths.
    return snapshot.value.cast("BIGINT")


def _last_digit(value: Any) -> ColumnBase:
    """Build what the last digit that is not 0 stands for: given 56,800.00 it is 100.00; of 0 itself it is 1.00."""
    powers = [10**digit for digit in range(_DIGITS, 0, -1)]
    return Case(None, [(value == 0, 100), *(((value / power) * power == value, power) for power in powers)], 1)


def newest(snapshot: Row, day: Any) -> Node:
    """Build the condition that a snapshot is the newest one of its figure by a day.

    What somebody published goes before what the clock kept. Then the later day counts, and of one day what was
    recorded last, so that a correction takes the place of what it corrects.
    """
    other: Any = StatisticsSnapshot.alias("newest")
    same = (other.division_code == snapshot.division_code) & (other.figure == snapshot.figure) & (other.as_of <= day)
    order = (Case(None, [(other.source == LIVE, 1)], 0), other.as_of.desc(), other.id.desc())
    return snapshot.id == other.select(other.id).where(same).order_by(*order).limit(1)
