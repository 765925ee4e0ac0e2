"""Rows of places for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.city import models
from db.figures.models import FigurePrecision
from db.places.holidays import days
from db.places.models.division import CODE_DIGITS, DivisionLevel, last_code
from tests.times import TODAY

LEVELS = tuple(DivisionLevel)


def make_division(
    level: DivisionLevel = DivisionLevel.COMMUNITY, parent: models.Division | None = None, **values: Any
) -> models.Division:
    """Make a division under `parent`, or under the first division of the level above, with a code that is free."""
    at = LEVELS.index(level)
    if parent is None and at:
        above = LEVELS[at - 1]
        query = models.Division.select().where(models.Division.level == above).order_by(models.Division.code)
        parent = query.first() or make_division(above)
    code = values.pop("code", None) or _free_code(level, parent)
    given = {"name": f"示范{code}", "last_code": last_code(code, level), **values}
    return models.Division.create(code=code, level=level, parent=parent, **given)


def _free_code(level: DivisionLevel, parent: models.Division | None) -> str:
    digits = CODE_DIGITS[level]
    first = CODE_DIGITS[DivisionLevel(parent.level)] if parent else 0
    siblings = models.Division.select().where(models.Division.parent == parent).count()
    return f"{parent.code[:first] if parent else ''}{siblings + 1:0{digits - first}}".ljust(12, "0")


def make_statistics_snapshot(division: models.Division | None = None, **values: Any) -> models.StatisticsSnapshot:
    """Make a published figure about a division."""
    division = division or make_division()
    given = {
        "figure": "F1.communities",
        "label": "社区数",
        "as_of": TODAY,
        "value": 427,
        "unit": "个",
        "precision": FigurePrecision.EXACT,
        "source": "示范来源",
        **values,
    }
    return models.StatisticsSnapshot.create(division=division, division_code=division.code, **given)


def make_work_calendar_day(**values: Any) -> models.WorkCalendarDay:
    """Create a day of rest on which they usually work."""
    days.forget()
    return models.WorkCalendarDay.create(**{"day": TODAY, "is_working_day": False, **values})


MAKERS: dict[type[Any], Callable[..., Any]] = {
    models.Division: make_division,
    models.StatisticsSnapshot: make_statistics_snapshot,
    models.WorkCalendarDay: make_work_calendar_day,
}
