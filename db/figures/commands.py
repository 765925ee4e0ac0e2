"""How the city records what was published of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.models.account import Role
from db.access.officers import division_of
from db.access.subjects import command
from db.figures.models import LIVE, MAX_VALUE, FigurePrecision, StatisticsSnapshot
from db.figures.registry import FIGURES
from db.kernel.bounds import Between, Days, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.places.models.division import Division

_LINE = Length(1, 200, has_lines=False)


@dataclass(frozen=True, slots=True)
class Published(Inputs):
    """What was published. label, unit: None for those that the figure has."""

    figure: Annotated[str, Length(1, 64)]
    as_of: Annotated[date, Days(last=0)]
    value: Annotated[Decimal, Between(Decimal(0), MAX_VALUE, places=2)]
    precision: FigurePrecision
    source: Annotated[str, _LINE]
    label: Annotated[str, _LINE] | None = None
    unit: Annotated[str, Length(1, 10, has_lines=False)] | None = None
    note: Annotated[str, _LINE] | None = None


@command(division_of(Role.CITY_OFFICER))
def record_snapshot(call: Call, division: Division, standing: None, *, published: Published) -> CommandResult:
    """Record a figure that was published of a division, which is never changed: a correction is another (登记公布数据).

    Raises:
        DomainError: NOT_FOUND, no such division; NOT_PERMITTED; INVALID_INPUT, the source is that of the clock, or the
            figure is new and lacks its words or unit, or has another unit; ALREADY_EXISTS, the source has a value of
            the figure for the day.
    """
    if published.source == LIVE:
        raise invalid(
            "source", f"The source {LIVE} is that of what the system counts itself; name who published the figure.",
            f"来源 {LIVE} 仅用于系统统计，请填写公布单位。",
        )  # fmt: skip
    words = _words_of(published)
    there = StatisticsSnapshot.find(
        division_code=division.code, figure=published.figure, as_of=published.as_of, source=published.source
    )
    if there is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"This source has a value of {published.figure} for {published.as_of} already: "
            f"StatisticsSnapshot_{there.id}. Record a correction with a source or a day of its own.",
            ("figure",),
            chinese=f"该来源当日已登记此项数据：StatisticsSnapshot_{there.id}；更正请另行注明来源或日期。",
        )
    row = StatisticsSnapshot.create(
        division=division.id,
        division_code=division.code,
        **published.values() | words,
        recorded_at=call.at,
        recorded_by_name=call.actor.name,
    )
    return CommandResult({"statisticsSnapshot": row.id})


def _words_of(published: Published) -> dict[str, str]:
    """Return the words and the unit of a snapshot: those given, or else those of the figure.

    Raises:
        DomainError: INVALID_INPUT, the figure is new and lacks one of them, or it has another unit.
    """
    figure, label, unit = published.figure, published.label, published.unit
    known: Any = FIGURES.get(figure) or _known.first(figure)
    if known is not None:
        if unit not in (None, known.unit):
            message = f"{figure} is given in {known.unit}; convert the value."
            raise invalid("unit", message, f"{figure} 的单位为{known.unit}，请换算。")
        return {"label": label or known.label, "unit": known.unit}
    if label is None or unit is None:
        raise invalid(
            "label" if label is None else "unit",
            f"There is no figure {figure} yet; check the code, or send its label and unit.",
            f"尚无数据项 {figure}，请核对代码，或填写名称和单位。",
        )
    return {"label": label, "unit": unit}


@compiled
def _known(figure: Any) -> Any:
    row = StatisticsSnapshot
    return row.select().where(row.figure == figure).order_by(row.id.desc()).limit(1)
