"""Scalars: a number is read exactly or refused, and every refusal is in our own words."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from graphql import parse_value

from graph_api.reading import read_request
from schema.root import schema
from schema.scalars import SCALARS, WrittenNumber, parse_decimal
from tests.graph.sides import Side

READERS = {scalar.name: scalar for scalar in SCALARS.values()}
# What Python says of values that it cannot read.
PYTHON = ("isoformat", "must be in", "invalid literal", "out of range", "sys.set_int", "Invalid", "None", "Decimal(")
ODD: list[Any] = [
    None, True, 1, -1, 0.5, 1e300, float("nan"), float("inf"), 10**30, [], {}, "", " ", "x", "\x00", "𝟙𝟚", "１２", "٣",
    "0000-01-01", "2026-02-30", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "9" * 5_000, "1e999", "-", "--1", "1.",
    ".5", "NaN", "Infinity", "1_000", "0x10", "P", "-P", "1,5", "\u202e12", "1" + "0" * 15, "0." + "0" * 6 + "1",
]  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_a_value_that_does_not_fit_is_refused_in_our_words(name: str) -> None:
    for value in ODD:
        try:
            READERS[name].parse_value(value)  # pyright: ignore[reportOptionalCall]
        except Exception as error:
            said = str(error)
            assert said.startswith(("write a ", "send a ", "the number cannot be read exactly")), (value, said)
            assert not any(word in said for word in PYTHON), (value, said)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("12.50", "12.50"), ("-0.000001", "-0.000001"), ("999999999999999.999999", "999999999999999.999999"), (7, "7"),
        ("1.5e2", "150"), ("12.500000000", "12.5"), (0.1, "0.1"), (1e-5, "0.00001"),
        (123456789012.34, "123456789012.34"),
        (WrittenNumber("70368744177664.33"), "70368744177664.33"), (WrittenNumber("0.300000"), "0.3"),
    ],
)  # fmt: skip
def test_a_decimal_is_read_exactly(given: Any, number: str) -> None:
    assert parse_decimal(given) == Decimal(number)


@pytest.mark.parametrize("given", [900719925474099.31, 35184372088832.135, 0.1 + 0.2, 2**53 + 2.0])
def test_a_float_that_may_have_been_another_number_is_refused(given: float) -> None:
    with pytest.raises(ValueError, match="send it as a string"):
        READERS["Decimal"].parse_value(given)  # pyright: ignore[reportOptionalCall]


@pytest.mark.parametrize("literal", ["140737488355328.01", "0.100000", "-1e2", "907199254740993", '"3.14"'])
def test_a_decimal_in_a_document_is_read_from_its_own_text(literal: str) -> None:
    reader = schema()._schema.type_map["Decimal"]

    assert reader.parse_literal(parse_value(literal)) == Decimal(literal.strip('"'))  # pyright: ignore[reportAttributeAccessIssue]


QUERY = "query ($v: Decimal!) { resources(filter: {quantity: {eq: $v}}) { totalCount } }"


def posted(body: bytes, **more: Any) -> Any:
    class Body:
        def read(self, size: int) -> bytes:
            return body[:size]

    environ = {
        "REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": Body(),
    }  # fmt: skip
    return read_request(environ, 1_000_000, **more)


@pytest.mark.parametrize(
    ("written", "count"),
    # The town has one resource of 20.50, another without a quantity.
    [
        ("20.5", 1), ("20.50000000000000000000", 1), ("205e-1", 1), ('"20.50"', 1), ("2.05E+1", 1),
        # Each of these is the float 20.5, or prints as it.
        ("20.5000000000000000001", None), ("20.49999999999999999999", None),
        ("20.500001", 0), ("1e15", None), ("12345678901234567890123", None), ("20.4", 0),
    ],
)  # fmt: skip
def test_a_number_in_json_is_compared_as_it_was_written(side: Side, written: str, count: int | None) -> None:
    text = b'{"query":%s,"variables":{"v":%s}}' % (orjson.dumps(QUERY), written.encode())
    for request in (posted(text), posted(b"\xef\xbb\xbf" + text), posted(b"[%s]" % text, max_batch=1)[0]):
        answer = side.json(**request_parts(request))

        if count is None:
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
        else:
            assert answer == {"data": {"resources": {"totalCount": count}}}


def request_parts(request: Any) -> dict[str, Any]:
    return {"text": request.query, "variables": request.variables, "written": request.written}


def test_a_number_in_a_get_request_is_read_as_it_was_written(side: Side) -> None:
    for written, is_read in (("20.50", True), ("20.5000000000000000001", False)):
        environ = {
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": f"query={QUERY.replace(' ', '+')}&variables=%7B%22v%22:{written}%7D",
        }
        answer = side.json(**request_parts(read_request(environ, 1_000_000)))

        assert ("data" in answer) is is_read


def test_a_body_too_deep_for_the_reader_of_numbers_is_refused(side: Side) -> None:
    deep = b"[" * 1_000 + b"]" * 1_000
    text = b'{"query":%s,"variables":{"v":1.5},"extensions":{"x":%s}}' % (orjson.dumps(QUERY), deep)
    request = posted(text)

    (error,) = side.json(**request_parts(request))["errors"]

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "nested too deeply" in error["message"]


@pytest.mark.parametrize("digits", [101, 4_301, 9_000])
def test_a_number_of_many_digits_in_a_document_is_refused(side: Side, digits: int) -> None:
    answer = side.json(f"{{ issues(first: {'9' * digits}) {{ totalCount }} }}")

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert answer["errors"][0]["message"] == f"A number has {digits} digits; at most 100 are allowed."
