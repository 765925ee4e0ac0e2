"""Bounds of inputs: one declaration gives the check, the refusal in two languages and the words of the description."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest

from db.access.actor import Actor
from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.subjects import command
from db.kernel.bounds import Ahead, Between, Bound, Days, Items, Length, Past
from db.kernel.errors import DomainError, ErrorCode

# It is 01:00 of January 6 in Asia/Shanghai.
AT = datetime(2026, 1, 5, 17, tzinfo=UTC)
MONEY = Between(Decimal("0.01"), Decimal("99.99"), places=2)


@pytest.mark.parametrize(
    ("bound", "clause", "within", "outside"),
    [
        (Length(2, 4), "2 to 4 characters", ["示范", "abcd"], ["示", "abcde", "a "]),
        (Length(1, 2000), "up to 2,000 characters", ["x", "x" * 2000], ["", "x" * 2001]),
        (Length(1, 9, has_lines=False), "up to 9 characters", ["a"], ["a\nb"]),
        (Between(1, 5), "1 to 5", [1, 5], [0, 6]),
        (MONEY, "0.01 to 99.99 with at most 2 decimal places", [Decimal("0.01")], [Decimal(0), Decimal("1.005")]),
        (Days(first=0), "today or later", [date(2026, 1, 6)], [date(2026, 1, 5)]),
        (Days(last=0), "today or earlier", [date(2026, 1, 6)], [date(2026, 1, 7)]),
        (
            Days(1, 90), "from tomorrow to 90 days from today",
            [date(2026, 1, 7), date(2026, 4, 6)], [date(2026, 1, 6), date(2026, 4, 7)],
        ),
        (
            Days(date(2020, 1, 1), 0), "from 2020-01-01 to today",
            [date(2020, 1, 1)], [date(2019, 12, 31), date(2026, 1, 7)],
        ),
        (Ahead(), "in the future", [datetime(2026, 1, 5, 17, 0, 1, tzinfo=UTC)], [AT]),
        (
            Ahead(days=2), "in the future and within 2 days",
            [datetime(2026, 1, 7, 17, tzinfo=UTC)], [datetime(2026, 1, 7, 17, 0, 1, tzinfo=UTC)],
        ),
        (Items(1), "at least 1", [[1], [1, 2]], [[]]),
        (Items(2, 2), "exactly 2", [[1, 2]], [[1], [1, 2, 3]]),
    ],
)  # fmt: skip
def test_a_bound_describes_and_checks(bound: Bound, clause: str, within: list[Any], outside: list[Any]) -> None:
    assert bound.clause == clause
    for value in within:
        assert bound.check(value, ("amount",), AT) == value
    for value in outside:
        with pytest.raises(DomainError) as refusal:
            bound.check(value, ("amount",), AT)
        assert (refusal.value.code, refusal.value.field) == (ErrorCode.INVALID_INPUT, ("amount",))
        assert refusal.value.chinese != refusal.value.message


@pytest.mark.parametrize(
    ("bound", "value", "english", "chinese"),
    [
        (Days(-366), date(2024, 1, 1), "be 2025-01-05 (366 days ago) or later.", "不能早于 2025-01-05（366 天前）。"),
        (Days(last=0), date(2027, 1, 1), "be 2026-01-06 (today) or earlier.", "不能晚于 2026-01-06（今天）。"),
        (
            Days(date(2020, 1, 1), 90), date(2019, 1, 1),
            "be from 2020-01-01 to 2026-04-06 (90 days from today).", "须在 2020-01-01 至 2026-04-06（90 天后）之间。",
        ),
        (
            Past(14), datetime(2026, 1, 5, 17, 0, 1, tzinfo=UTC),
            "be in the past and at most 14 days ago, from 2025-12-23T01:00:00+08:00 to 2026-01-06T01:00:00+08:00.",
            "须在 2025-12-23T01:00:00+08:00（14 天前）至 2026-01-06T01:00:00+08:00（现在）之间。",
        ),
        (
            Ahead(2), AT, "be in the future and within 2 days, until 2026-01-08T01:00:00+08:00.",
            "须晚于现在，且不晚于 2026-01-08T01:00:00+08:00（2 天后）。",
        ),
    ],
)  # fmt: skip
def test_a_bound_of_time_names_its_first_and_last(bound: Bound, value: Any, english: str, chinese: str) -> None:
    with pytest.raises(DomainError) as refusal:
        bound.check(value, ("startsOn",), AT)
    assert (refusal.value.message, refusal.value.chinese) == (f"startsOn must {english}", f"startsOn {chinese}")


@dataclass(frozen=True, slots=True)
class Piece:
    name: Annotated[str, Length(2, 4)]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Size(Inputs):
    width: Annotated[int, Between(1, 9)]
    height: Annotated[int, Between(1, 9)] | None = None


TAKEN: list[Any] = []


@command()
def build(call: Call, *, pieces: Annotated[Sequence[Piece], Items(1)], size: Size, label: str = "") -> CommandResult:
    TAKEN[:] = [pieces, size, label]
    return CommandResult()


def test_a_command_gets_its_inputs_put_together() -> None:
    build(Call(Actor(1, "示范", ()), AT), pieces=[{"name": " ab "}], width=3)

    assert [[Piece("ab")], Size(3), ""] == TAKEN


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"pieces": [{"name": "ab"}, {"name": "a"}], "width": 1}, "pieces.1.name"),
        ({"pieces": [], "width": 1}, "pieces"),
        ({"pieces": [{"name": "ab"}], "width": 10}, "width"),
        ({"pieces": [{"name": "ab"}], "width": 1, "height": 0}, "height"),
    ],
)
def test_a_refusal_names_the_input(inputs: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        build(Call(Actor(1, "示范", ()), AT), **inputs)

    assert ".".join(refusal.value.field) == field
