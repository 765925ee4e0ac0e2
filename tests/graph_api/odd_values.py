"""Values that no well-meaning client sends: edges of numbers and times, odd texts, wrong kinds; and usual ones.

Each is written twice, as a GraphQL literal and as JSON, for some can be written in one of them alone.
"""

import json
from collections.abc import Mapping
from random import Random
from typing import NamedTuple


class Written(NamedTuple):
    """A value as it is sent. literal: in a document. json: in variables."""

    literal: str
    json: str


def text(value: str) -> Written:
    """Write a text: escaped throughout, so that halves of surrogate pairs can be sent."""
    return Written(json.dumps(value), json.dumps(value))


def bare(value: str) -> Written:
    """Write what reads the same in both, such as a number."""
    return Written(value, value)


def listed(items: list[Written]) -> Written:
    """Write a list."""
    return Written(f"[{', '.join(item.literal for item in items)}]", f"[{', '.join(item.json for item in items)}]")


def structure(fields: Mapping[str, Written]) -> Written:
    """Write an input object."""
    return Written(
        f"{{{', '.join(f'{name}: {value.literal}' for name, value in fields.items())}}}",
        f"{{{', '.join(f'{json.dumps(name)}: {value.json}' for name, value in fields.items())}}}",
    )


NULL = bare("null")
NUMBERS = [
    bare(number)
    for number in (
        "0", "-0", "-1", "1", "2", "101", "1001", "2147483647", "2147483648", "-2147483648", "-2147483649",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "18446744073709551616",
        "9" * 30, "9" * 101, "9" * 4_400, "0.5", "1.0", "1e2", "-0.0", "1e400", "-1e400", "1e-400", "0.1", "12.345",
        "900719925474099.31", "0.30000000000000000001", "999999999999999.999999", "1e15", "4.35", "1.5e300",
    )
]  # fmt: skip
TIMES = [
    text(time)
    for time in (
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999Z",
        "9999-12-31T23:59:59-14:00",
        "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z",
        "1900-01-01T00:00:00Z", "2999-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
        "2038-01-19T03:14:08Z", "2026-02-30T00:00:00Z", "2026-01-15T24:00:00Z", "2016-12-31T23:59:60Z",
        "2026-01-15T08:00:00.123456789Z", "2026-01-15t08:00:00.5z", "2026-01-15 08:00Z", "2026-01-15T08:00:00+99:99",
        "2026-01-15T08:00:00", "2026-01-15", "0001-01-01", "9999-12-31", "0000-12-31",
        "2026-13-40", "２０26-01-15", "1768464000",
        "P999999999D", "-P999999999W", "P1Y", "PT", "-PT0.000000001S", "P99999999999999D", "PT1e9S", "now", "infinity",
    )
]  # fmt: skip
TEXTS = [
    text(odd)
    for odd in (
        "", " ", "\x00", "a\x00b", "\ud800", "\udfffx", "x\ud83d", "\u202e反转", "\u200b",
        "\u2066a\u2069", "\ufeff开头",
        "e" + "\u0301" * 60, "Z\u0351\u036b\u0343", "𠮷𠮷𠮷", "👨\u200d👩\u200d👧",
        "🏴\U000e0067\U000e0062\U000e007f", "ﷺ",
        "\uffff", "\U0010ffff", "\U000e0001", "\x7f", "\x1b[31m", "a\nb\r\nc", "a\u2028b",
        "\u3164", "\u2800", "１２３",
        "'; DROP TABLE issue; --", "\\", "\"'`", "%_%", "%s %d {0} ${x} $1 ?1 :a", "<script>alert(1)</script>",
        "../../x",
        "null", "__proto__", "a" * 201, "字" * 2_001, "x" * 20_000, "x" * 20_001, "字" * 70_000, "\U0001f600" * 5_000,
        "Issue_1", "Issue_0", "Issue_-1", "Issue_9223372036854775807",
        "Issue_9223372036854775808", "Issue_１", "Issue_",
        "_1", "Nothing_1", "\ud800_1", "Issue_1\x00", "Query_1", "Viewer_1", "DivisionStats_1", "1", "-1",
        "a~b", "~", "!",
        "0123456789~!~1", "620100000000", "999999999999", "000000000000", "62010000000",
        "https://a.example/\u202e", "file:///",
        "1.5", "1e5", "NaN", "-Infinity", "0.0000001", "1_000", "１２.5", "9" * 5_000, "true",
    )
]  # fmt: skip
KINDS = [
    NULL, bare("true"), bare("false"), bare("[]"), Written("{}", "{}"), bare("[[]]"), bare("[null]"), bare("[[[1]]]"),
    Written("{a: 1}", '{"a": 1}'), text("x"), bare("1"), bare("1.5"), Written("SOME_NAME", '"SOME_NAME"'),
    Written("[null, null]", "[null, null]"), Written("{and: null}", '{"and": null}'),
    Written("{" + "not: {" * 70 + "}" * 70 + "}", '{"not": ' * 70 + "{}" + "}" * 70),
    Written("[" * 150 + "]" * 150, "[" * 150 + "]" * 150),
    Written("[" + "1 " * 1_001 + "]", "[" + "1, " * 1_000 + "1]"),
]  # fmt: skip
# What is odd for values of a type, besides what is odd everywhere.
FITTING: dict[str, list[Written]] = {
    "Int": NUMBERS,
    "Decimal": [*NUMBERS, *(text(number.json) for number in NUMBERS)],
    "DateTime": TIMES,
    "Date": TIMES,
    "DateTimeOrDuration": TIMES,
    "Boolean": [text("true"), bare("0")],
}


def odd(rng: Random, type_name: str) -> Written:
    """Choose an odd value for a type: half of the time one that nearly fits it."""
    if rng.random() < 0.1:
        return NULL
    pool = FITTING.get(type_name, TEXTS) if rng.random() < 0.6 else rng.choice((TEXTS, NUMBERS, TIMES, KINDS))
    return rng.choice(pool)
