"""Times as clients write them sort among stored times exactly where they belong."""

from datetime import datetime

import pytest

from db.kernel.fields import utc_text
from schema.times import counted_from, instant, is_duration

NOW = "2026-01-12T08:00:00Z"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
        # .NET writes seven digits, Go and Java as many as nine, and Java leaves out seconds that are zero.
        ("2024-02-29T23:59:59.0000000Z", "2024-02-29T23:59:59Z"),
        ("2024-02-29T23:59:59.9999999+00:00", "2024-02-29T23:59:59Z+"),
        ("2024-03-01T05:29:59.000000001+05:30", "2024-02-29T23:59:59Z+"),
        ("2024-02-29T23:59Z", "2024-02-29T23:59:00Z"),
        ("2024-02-29T18:29-05:30", "2024-02-29T23:59:00Z"),
        # RFC 3339 allows small letters, a blank and an unknown zone; Dart writes the blank.
        ("2024-02-29t23:59:59z", "2024-02-29T23:59:59Z"),
        ("2024-02-29 23:59:59.120z", "2024-02-29T23:59:59Z+"),
        ("2024-02-29T23:59:59-00:00", "2024-02-29T23:59:59Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2017-01-01T07:59:60.5+08:00", "2017-01-01T00:00:00Z+"),
        # The edges of the calendar.
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "0000-12-31T00:00:00Z"),
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59Z+"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z+"),
        ("9999-12-31T23:59:60Z", "9999-12-31T23:59:59Z+"),
    ],
)
def test_a_time_of_rfc_3339_is_read(written: str, read: str) -> None:
    assert instant(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "", "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z", "2024-02-29T24:00:00Z", "2024-02-29T23:60:00Z",
        "2024-02-29T23:59:61Z", "2024-02-29T23:59:59", "2024-02-29", "2024-02-29T23:59:59.Z", "2024-02-29T23:59:59,5Z",
        "2024-02-29T23:59:59+24:00", "2024-02-29T23:59:59+08:60", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z", "２０24-02-29T23:59:59Z", "٢٠٢٤-02-29T23:59:59Z", "2024-02-29T23:59:59Z\n",
        "2024-02-29T23:59:59Z[Asia/Shanghai]", "2024-W09-4T23:59:59Z",
    ],
)  # fmt: skip
def test_what_is_no_time_of_rfc_3339_is_not_read(written: str) -> None:
    assert instant(written) is None


@pytest.mark.parametrize(
    ("duration", "at"),
    [
        ("P1D", "2026-01-13T08:00:00Z"), ("-P1W", "2026-01-05T08:00:00Z"), ("-PT0.5S", "2026-01-12T07:59:59Z+"),
        ("-PT1.250S", "2026-01-12T07:59:58Z+"), ("PT1.5S", "2026-01-12T08:00:01Z+"),
        ("-PT2.000S", "2026-01-12T07:59:58Z"),
        ("P3000000D", "9999-12-31T23:59:59Z+"), ("-P3000000D", "0000-12-31T00:00:00Z"),
        ("P999999999W", "9999-12-31T23:59:59Z+"), ("-P999999999DT999999999H", "0000-12-31T00:00:00Z"),
    ],
)  # fmt: skip
def test_a_duration_is_counted_exactly_and_clamped_at_the_edges(duration: str, at: str) -> None:
    assert is_duration(duration)
    assert counted_from(NOW, duration) == at


@pytest.mark.parametrize("written", ["P", "PT", "P1M", "P1Y", "P1.5D", "PT-1S", "P１D", "P1D ", "1D", "P9999999999D"])
def test_what_is_no_duration_is_not_read(written: str) -> None:
    assert not is_duration(written)


def test_stored_times_and_what_they_are_compared_with_sort_as_the_times_do() -> None:
    stored = [f"2026-01-12T08:00:0{second}Z" for second in range(3)]
    between = instant("2026-01-12T08:00:01.999999999Z")
    assert between

    assert sorted([*stored, between]) == [*stored[:2], between, stored[2]]


@pytest.mark.parametrize("year", [1, 999, 1000, 9999])
def test_a_year_is_stored_with_four_digits(year: int) -> None:
    assert utc_text(datetime.fromisoformat(f"{year:04}-06-01T00:00:00+00:00")) == f"{year:04}-06-01T00:00:00Z"
