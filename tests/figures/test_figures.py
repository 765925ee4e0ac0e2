"""Published figures: what is recorded, how it compares with what is counted, and what the clock keeps of that."""

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from graphql import parse
from peewee import SQL, DatabaseProxy, IntegrityError

from db.city.clock import tick
from db.figures.comparing import is_within_precision
from db.figures.models import FigurePrecision, StatisticsSnapshot
from db.figures.registry import FIGURES
from db.kernel.database import is_postgres
from db.places.models.division import Division, DivisionLevel
from tests.asking import Asking, answer_to
from tests.factories import AT, make_committee, make_division, make_statistics_snapshot
from tests.figures.nouns import FIELDS
from tests.graph.evaluator import Evaluator, World
from tests.graph.maker import NOW
from tests.graph.rows import insert, make_rows
from tests.graph.test_statements import sent_by
from tests.threads import at_once
from tests.town import build

P = FigurePrecision
COMPARED = """query ($code: String!, $asOf: Date) { figureComparison(divisionCode: $code, asOf: $asOf, first: 100) {
    totalCount nodes { figure value asOf source live { value difference differenceShare isWithinPrecision } } } }"""
SHOWN = "statisticsSnapshot { figure label unit value recordedAt recordedByName live { value isWithinPrecision } }"


def compared(code: str, day: str | None = None) -> list[dict[str, Any]]:
    found = answer_to(None, COMPARED, code=code, asOf=day)["data"]["figureComparison"]
    assert found["totalCount"] == len(found["nodes"])
    return found["nodes"]


def test_the_city_records_what_was_published(ask: Asking) -> None:
    town = ask.town
    given = {
        "divisionCode": town.city.code, "figure": "F1.committees", "asOf": "2022-02-10", "value": "427",
        "precision": "EXACT", "source": "兰州日报",
    }  # fmt: skip
    new = {"figure": "F10.companies", "label": "共建企业", "unit": "家"}
    for who, change, refusal in (
        ("district", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("staff", {"divisionCode": town.home.division_code}, ("NOT_PERMITTED", ["divisionCode"])),
        ("city", {"divisionCode": "620999000000"}, ("NOT_FOUND", ["divisionCode"])),
        ("city", {"asOf": "2026-01-06"}, ("INVALID_INPUT", ["asOf"])),
        ("city", {"value": "-1"}, ("INVALID_INPUT", ["value"])),
        ("city", {"value": "0.001"}, ("INVALID_INPUT", ["value"])),
        ("city", {"source": "live"}, ("INVALID_INPUT", ["source"])),
        ("city", {"unit": "名"}, ("INVALID_INPUT", ["unit"])),
        ("city", new | {"label": None}, ("INVALID_INPUT", ["label"])),
        ("city", new | {"unit": None}, ("INVALID_INPUT", ["unit"])),
    ):
        assert ask.refused(who, "recordSnapshot", **given | change) == [refusal], (who, change)
    dry = ask.change("city", "recordSnapshot", SHOWN, **given, dryRun=True)["statisticsSnapshot"]
    assert StatisticsSnapshot.select().count() == 0
    made = ask.change("city", "recordSnapshot", SHOWN, **given, idempotencyKey="f")["statisticsSnapshot"]
    again = ask.change("city", "recordSnapshot", f"isReplayed {SHOWN}", **given, idempotencyKey="f")
    assert (again["isReplayed"], again["statisticsSnapshot"], dry) == (True, made, made)
    assert made == {
        "figure": "F1.committees", "label": "已建立社工委的社区", "unit": "个", "value": "427.00",
        "recordedAt": "2026-01-05T08:00:00Z", "recordedByName": "示范city",
        "live": {"value": "4.00", "isWithinPrecision": False},
    }  # fmt: skip
    [there] = ask.change("city", "recordSnapshot", "__typename", **given | {"value": "4"})["userErrors"]
    assert (there["code"], there["field"]) == ("ALREADY_EXISTS", ["figure"])
    assert f"StatisticsSnapshot_{StatisticsSnapshot.get().id}" in there["message"]
    # A figure that is new has its words once, and no count; a correction is another row.
    for change in (new | {"value": "10"}, {"figure": "F10.companies", "value": "11", "source": "兰州日报更正"}):
        assert ask.refused("city", "recordSnapshot", **given | change) == []
    newest = [(row["figure"], row["value"], row["live"]) for row in compared(town.city.code)]
    assert newest[1:] == [("F10.companies", "11.00", None)]
    assert {row.unit for row in StatisticsSnapshot.select().where(StatisticsSnapshot.figure == "F10.companies")} == {
        "家"
    }


def test_a_snapshot_is_never_changed(scratch: DatabaseProxy) -> None:
    row = make_statistics_snapshot()
    attempts = [
        lambda: row.change(value=Decimal(1)),
        lambda: StatisticsSnapshot.delete().execute(),
        lambda: StatisticsSnapshot.insert({**row.__data__, "value": 1}).on_conflict_replace().execute(),
    ]
    for attempt in attempts[: 2 if is_postgres() else 3]:
        with pytest.raises(IntegrityError), scratch.atomic():
            attempt()
    assert StatisticsSnapshot.get().value == 427


# What was published, counts that agree with it, and counts that do not.
AGREEING = (
    (P.EXACT, "427", ["427"], ["426", "428"]),
    (P.ROUNDED, "23000", ["22500", "23000", "23500"], ["22499", "23501"]),
    (P.ROUNDED, "56800", ["56750", "56850"], ["56749", "56851"]),
    (P.ROUNDED, "3903000", ["3902500", "3903500"], ["3902499", "3903501"]),
    (P.ROUNDED, "427", ["427"], ["426", "428"]),
    (P.ROUNDED, "88.1", ["88.1"], ["88", "88.2"]),
    (P.ROUNDED, "0", ["0"], ["1"]),
    (P.AT_LEAST, "400", ["400", "401", "9000"], ["0", "399"]),
)


def test_a_figure_agrees_as_far_as_it_is_precise(scratch: DatabaseProxy) -> None:
    division = make_division()
    row: Any = StatisticsSnapshot.alias("compared")
    for at, (precision, value, same, others) in enumerate(AGREEING):
        published = make_statistics_snapshot(division, precision=precision, value=value, source=f"来源{at}")
        for now in (*same, *others):
            agrees = is_within_precision(row, SQL(str(int(Decimal(now) * 100))))
            [(found,)] = row.select(agrees).where(row.id == published.id).tuples()
            assert bool(found) is (now in same), (precision, value, now)


def test_the_newest_snapshot_of_each_figure_is_compared(scratch: DatabaseProxy) -> None:
    district = make_division(DivisionLevel.DISTRICT)
    make_committee(make_division(parent=make_division(DivisionLevel.SUBDISTRICT, district)))
    for day, source, value in (
        (date(2022, 10, 21), "后来", 8), (date(2022, 2, 10), "他处", 9), (date(2022, 2, 10), "兰州日报", 4),
        (date(2021, 1, 1), "补登", 3), (date(2026, 1, 1), "live", 2),
    ):  # fmt: skip
        make_statistics_snapshot(district, figure="F1.committees", as_of=day, source=source, value=value)
    make_statistics_snapshot(district, figure="F1.communities", as_of=date(2026, 1, 1), source="live", value=1)
    elsewhere = make_division(DivisionLevel.DISTRICT)
    make_statistics_snapshot(elsewhere, figure="F1.committees", as_of=date(2022, 2, 10))

    def shown(day: str | None) -> list[Any]:
        return [(row["figure"], row["source"], row["live"]["difference"]) for row in compared(district.code, day)]

    # Of one day the last that was recorded counts; what the system kept only where nobody published anything.
    assert shown("2020-12-31") == []
    assert shown("2022-02-09") == [("F1.committees", "补登", "-2.00")]
    assert shown("2022-02-10") == [("F1.committees", "兰州日报", "-3.00")]
    assert shown(None) == [("F1.committees", "后来", "-7.00"), ("F1.communities", "live", "0.00")]
    assert compared(district.code)[0]["live"] == {
        "value": "1.00", "difference": "-7.00", "differenceShare": "-87.5", "isWithinPrecision": False,
    }  # fmt: skip
    with sent_by(scratch.connection()) as sent:
        compared(district.code)
    assert len(sent) == 1


@pytest.mark.parametrize("number", [1, 2])
def test_random_figures_compare_as_a_plain_reading_says(scratch: DatabaseProxy, number: int) -> None:
    insert(make_rows(number))
    evaluator = Evaluator(World(), NOW)
    codes = [row.code for row in Division.select()]
    found = 0
    for code in codes:
        for day in (None, "2025-12-31", "2026-01-04"):
            given = {"code": code, "asOf": day}
            expected = evaluator.answer(parse(COMPARED), given)
            assert answer_to(None, COMPARED, NOW, **given)["data"] == expected
            found += sum(row["live"] is not None for row in expected["figureComparison"]["nodes"])
    assert found > len(codes)


def test_the_clock_keeps_the_counts_once_a_month(ask: Asking) -> None:
    town = ask.town
    places = {town.city.code, *(row.code for row in Division.select().where(Division.level == DivisionLevel.DISTRICT))}

    def kept() -> Counter[str]:
        return Counter(str(row.as_of) for row in StatisticsSnapshot.select())

    def at(day: str) -> datetime:
        return datetime.fromisoformat(f"{day}:00+08:00")

    each = len(FIGURES) * len(places)
    for day in ("2026-01-31T23:59", "2026-01-31T23:59"):
        assert tick(at(day)).refusals == []
        assert kept() == {"2026-01-31": each}
    # On the first of the next month, once; and late where the clock stood still, with the day of the count.
    make_committee(make_division(parent=town.street))
    for day in ("2026-02-01T00:00", "2026-02-01T00:01", "2026-02-28T12:00", "2026-03-17T12:00", "2026-03-18T12:00"):
        tick(at(day))
    assert kept() == {"2026-01-31": each, "2026-02-01": each, "2026-03-17": each}
    rows = list(StatisticsSnapshot.select())
    assert {row.division_code for row in rows} == places
    assert {(row.source, row.precision, row.recorded_by_name) for row in rows} == {("live", P.EXACT, None)}
    committees = [row.value for row in rows if (row.figure, row.division_code) == ("F1.committees", town.city.code)]
    assert sorted(committees) == [4, 5, 5]
    # They are what the figures of the division show.
    query = f"query ($code: String!) {{ division(code: $code) {{ stats {{ {' '.join(FIELDS.values())} }} }} }}"
    for code in places:
        stats = ask.answer(None, query, code=code)["data"]["division"]["stats"]
        newest = {row.figure: row.value for row in rows if row.division_code == code and str(row.as_of) > "2026-03"}
        assert {name: newest[figure] for figure, name in FIELDS.items()} == {
            name: Decimal(value) for name, value in stats.items()
        }


def test_what_happens_at_once_is_kept_once(database: DatabaseProxy) -> None:
    ask = Asking(build())
    given = {
        "divisionCode": ask.town.city.code, "figure": "F1.committees", "asOf": "2026-01-05", "value": "4",
        "precision": "EXACT", "source": "示范公报",
    }  # fmt: skip
    answers = at_once(4, lambda: ask.refused("city", "recordSnapshot", **given))
    assert sorted(answers, key=len) == [[], *[[("ALREADY_EXISTS", ["figure"])]] * 3]
    assert [report.refusals for report in at_once(3, lambda: tick(AT))] == [[], [], []]
    keys = [(row.division_code, row.figure) for row in StatisticsSnapshot.find_all(source="live")]
    assert len(keys) == len(set(keys)) == 3 * len(FIGURES)
