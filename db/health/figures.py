"""How the figures of a community's health work are recorded, a month each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.subjects import command, old_version
from db.health.models.figure import MAX_VALUE, HealthFigure, HealthIndicator
from db.health.standing import KEPT_COMMUNITY
from db.kernel.bounds import Between, Items, Month
from db.kernel.errors import DomainError
from db.kernel.refusals import invalid
from db.places.models.division import Division


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. expected_version: the version that the caller saw; 0 is none yet."""

    indicator: HealthIndicator
    value: Annotated[int, Between(0, MAX_VALUE)]
    expected_version: Annotated[int, Between(0, 1_000_000_000)] | None = None


@command(KEPT_COMMUNITY)
def record_health_figures(
    call: Call,
    division: Division,
    standing: None,
    *,
    month: Annotated[str, Month()],
    figures: Annotated[Sequence[Figure], Items(1, len(HealthIndicator))],
) -> CommandResult:
    """Record figures of a community's health work for a month; a later one replaces the one before (记录健康数据).

    Raises:
        DomainError: NOT_FOUND, no such community; NOT_PERMITTED; INVALID_INPUT, an indicator is named twice;
            STALE_OBJECT, a figure was recorded anew since the caller saw it.
    """
    if len({one.indicator for one in figures}) < len(figures):
        raise invalid("figures", "Name each indicator once.", "每项指标只能填写一次。")
    for at, one in enumerate(figures):
        found = HealthFigure.find(division_code=division.code, month=month, indicator=one.indicator)
        version = found.version if found else 0
        if one.expected_version not in (None, version):
            stale = old_version(one.expected_version, version)
            raise DomainError(stale.code, stale.message, ("figures", str(at), "expectedVersion"), chinese=stale.chinese)
        if found is None:
            HealthFigure.create(
                division=division.id, division_code=division.code, month=month, indicator=one.indicator,
                value=one.value, created_at=call.at, version=1,
            )  # fmt: skip
        else:
            found.change(value=one.value, version=version + 1)
    return CommandResult({"division": division.id})
