"""What is worked out ahead of a request, or once for several, is what each request would have worked out."""

from decimal import Decimal
from typing import Any

import pytest

from schema.engine.plan import Cost
from schema.engine.values import Const, Param, RequestValues, Stamp, Var

NOW = "2026-01-05T08:00:00Z"


def request_values(**variables: Any) -> RequestValues:
    return RequestValues(variables, NOW, 0)


def stamp() -> Stamp:
    return Stamp(("Issue", "id ASC LAST"), {"number": {"eq": Var(("x",))}, "state": {"in": [Const("OPEN")]}})


@pytest.mark.parametrize(
    "values", [(1, True), (Decimal("1"), Decimal("1.0")), ("1", 1), (["a", "b"], ["a, b"]), (None, "None")]
)
def test_a_stamp_tells_values_apart_that_look_or_compare_alike(values: tuple[Any, Any]) -> None:
    mark = stamp()

    first, second = (mark.read(request_values(x=value)) for value in values)

    assert first != second
    # What is remembered of one is not given for the other.
    assert [mark.read(request_values(x=value)) for value in values] == [first, second]


def test_a_stamp_is_the_same_for_every_plan_and_whatever_was_read_before() -> None:
    marks = [stamp(), stamp()]
    marks[0].read(request_values(x="other"))

    assert {mark.read(request_values(x="中")) for mark in marks} == {"17b34ffe06"}


def test_a_stamp_does_not_mind_the_order_of_what_a_variable_holds() -> None:
    mark = stamp()

    assert mark.read(request_values(x={"a": 1, "b": 2})) == mark.read(request_values(x={"b": 2, "a": 1}))


def test_a_stamp_of_long_values_is_worked_out_too() -> None:
    mark = stamp()

    assert (
        mark.read(request_values(x="a" * 5_000))
        == mark.read(request_values(x="a" * 5_000))
        != mark.read(request_values(x="b" * 5_000))
    )


def test_a_stamp_without_variables_is_a_constant() -> None:
    mark = Stamp(("Issue",), {"state": {"eq": Const("OPEN")}})

    assert mark.settled() == Const(mark.read(request_values()))
    assert isinstance(stamp().settled(), Stamp)


def test_a_settled_cost_is_as_high_and_keeps_only_what_depends_on_variables() -> None:
    inner = Cost(2, ((Param(Const(3)), Cost(5)),))
    cost = Cost(1, ((10, inner), (Param(Var(("n",))), inner), (2, Cost(0, ((Param(Var(("n",))), Cost(1)),)))))

    settled = cost.settled()

    assert settled.points(request_values(n=4)) == cost.points(request_values(n=4)) == 1 + 10 * 17 + 4 * 17 + 2 * 4
    assert settled.base == 1 + 10 * 17
    assert len(settled.parts) == 2
