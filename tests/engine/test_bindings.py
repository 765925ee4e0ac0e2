"""What is worked out ahead of a request, or once for several, is what each request would have worked out."""

from decimal import Decimal
from typing import Any

import pytest

from schema.engine.bindings import Const, ListFingerprint, Param, RequestValues, Var
from schema.engine.plan import Cost

NOW = "2026-01-05T08:00:00Z"


def request_values(**variables: Any) -> RequestValues:
    return RequestValues(variables, NOW, 0)


def fingerprint() -> ListFingerprint:
    return ListFingerprint(("Issue", "id ASC LAST"), {"number": {"eq": Var(("x",))}, "state": {"in": [Const("OPEN")]}})


@pytest.mark.parametrize(
    "values", [(1, True), (Decimal("1"), Decimal("1.0")), ("1", 1), (["a", "b"], ["a, b"]), (None, "None")]
)
def test_a_fingerprint_tells_values_apart_that_look_or_compare_alike(values: tuple[Any, Any]) -> None:
    mark = fingerprint()

    first, second = (mark.read(request_values(x=value)) for value in values)

    assert first != second
    # What is remembered of one is not given for the other.
    assert [mark.read(request_values(x=value)) for value in values] == [first, second]


def test_a_fingerprint_is_the_same_for_every_plan_and_whatever_was_read_before() -> None:
    marks = [fingerprint(), fingerprint()]
    marks[0].read(request_values(x="other"))

    assert {mark.read(request_values(x="中")) for mark in marks} == {"17b34ffe06"}


def test_a_fingerprint_does_not_mind_the_order_of_what_a_variable_holds() -> None:
    mark = fingerprint()

    assert mark.read(request_values(x={"a": 1, "b": 2})) == mark.read(request_values(x={"b": 2, "a": 1}))


def test_a_fingerprint_of_long_values_is_worked_out_too() -> None:
    mark = fingerprint()

    assert (
        mark.read(request_values(x="a" * 5_000))
        == mark.read(request_values(x="a" * 5_000))
        != mark.read(request_values(x="b" * 5_000))
    )


def test_a_fingerprint_without_variables_is_a_constant() -> None:
    mark = ListFingerprint(("Issue",), {"state": {"eq": Const("OPEN")}})

    assert mark.fold_constants() == Const(mark.read(request_values()))
    assert isinstance(fingerprint().fold_constants(), ListFingerprint)


def test_a_cost_with_folded_constants_is_as_high_and_keeps_only_what_depends_on_variables() -> None:
    inner = Cost(2, ((Param(Const(3)), Cost(5)),))
    cost = Cost(1, ((10, inner), (Param(Var(("n",))), inner), (2, Cost(0, ((Param(Var(("n",))), Cost(1)),)))))

    fold_constants = cost.fold_constants()

    assert (
        fold_constants.points(request_values(n=4)) == cost.points(request_values(n=4)) == 1 + 10 * 17 + 4 * 17 + 2 * 4
    )
    assert fold_constants.base == 1 + 10 * 17
    assert len(fold_constants.parts) == 2
