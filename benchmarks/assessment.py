"""Rank the committees of a city by the scores of an assessment, and report how long an answer takes.

`python -m benchmarks.assessment` makes a published assessment of `--committees` committees on each database, and asks
for its ranking: by the weights of the scheme, by others, and with the points of each indicator. The times are of whole
answers without HTTP, the document known, the best of `--rounds`.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import click

from benchmarks import data
from db.assessment.computing import rank_committees
from db.assessment.models import AppealState, AssessmentPeriod, CommitteeResult, Indicator, PeriodState, Score
from db.city.migrations import migrate
from db.committees.models.committee import Committee
from db.kernel.database import connect, database
from db.kernel.fields import utc_text
from db.places.models.division import Division, DivisionLevel
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests import postgresql
from tests.assessment.factories import make_assessment_period
from tests.factories import AT, TODAY
from tests.places.factories import make_division

_SHOWN = "rank committeeId committeeName total"
_ASKED = {
    "weights of the scheme": f"ranking {{ {_SHOWN} }}",
    "other weights": f"ranking(weights: {{response: 40, satisfaction: 60}}) {{ {_SHOWN} }}",
    "the first 20, with parts": f"ranking(first: 20) {{ {_SHOWN} parts {{ indicator points weight }} }}",
}
_BATCH = 1_000


def main() -> None:
    """Measure both databases, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.assessment", description=__doc__)
    parser.add_argument("--committees", type=int, default=4_270, help="how many committees are ranked")
    parser.add_argument("--rounds", type=int, default=20, help="how often each question is asked")
    given = parser.parse_args()
    click.echo("| database | committees | ranking by | ms |\n|---|---:|---|---:|")
    with postgresql.running() as server:
        for name, opened in (("SQLite", _sqlite), ("PostgreSQL", lambda: _postgres(server))):
            with opened() as url, data.bound(url):
                period = _assessed(given.committees)
                for asked, field in _ASKED.items():
                    took = _answered(period, field, given.rounds)
                    click.echo(f"| {name} | {given.committees:,} | {asked} | {took:.1f} |")


def _assessed(count: int) -> AssessmentPeriod:
    """Make a published assessment of a city of eight districts, with random points of which one in ten is missing."""
    random = Random(count)
    city = make_division(DivisionLevel.CITY)
    streets = [make_division(DivisionLevel.SUBDISTRICT, make_division(DivisionLevel.DISTRICT, city)) for _ in range(8)]
    homes = [make_division(parent=streets[at % 8]) for at in range(min(count, 8 * 900))]
    period = make_assessment_period(city, state=PeriodState.PUBLISHED)
    _insert(Committee, [_committee(homes[at % len(homes)], at) for at in range(count)])
    committees = list(Committee.select().order_by(Committee.id))
    _insert(CommitteeResult, [_result(period, row) for row in committees])
    results = list(CommitteeResult.select().order_by(CommitteeResult.id))
    _insert(Score, [_score(random, row, one) for row in results for one in Indicator])
    rank_committees(period)
    database.execute_sql("ANALYZE")
    return period


def _insert(model: type, rows: list[dict[str, object]]) -> None:
    with database.atomic():
        for first in range(0, len(rows), _BATCH):
            model.insert_many(rows[first : first + _BATCH]).execute()


def _committee(home: Division, at: int) -> dict[str, object]:
    return {
        "division": home.id, "division_code": home.code, "name": f"示范社工委{at}", "state": "ACTIVE",
        "established_on": TODAY, "version": 1,
    }  # fmt: skip


def _result(period: AssessmentPeriod, committee: Committee) -> dict[str, object]:
    return {
        "period": period.id, "committee": committee.id, "division_code": committee.division_code,
        "appeal_state": AppealState.NONE,
    }  # fmt: skip


def _score(random: Random, result: CommitteeResult, indicator: Indicator) -> dict[str, object]:
    points = None if random.random() < 0.1 else random.randint(0, 100)
    return {
        "period": result.period_id, "result": result.id, "division_code": result.division_code, "indicator": indicator,
        "cases": 10, "numerator": 5, "denominator": 10, "points": points,
    }  # fmt: skip


def _answered(period: AssessmentPeriod, field: str, rounds: int) -> float:
    """Ask for a ranking; return the milliseconds of the quickest answer."""
    text = f'{{ assessmentPeriod(id: "AssessmentPeriod_{period.id}") {{ {field} }} }}'
    executor, best = Executor(), float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        answer = executor.execute(Request(text, {}), Context(None, utc_text(AT)))
        best = min(best, time.perf_counter() - began)
        assert b'"rank":1,' in answer.body
    return best * 1000


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'assessment.sqlite3'}"
        migrate(connect(url))
        yield url


@contextmanager
def _postgres(server: postgresql.Server) -> Iterator[str]:
    url = server.create("assessment")
    migrate(connect(url))
    yield url


if __name__ == "__main__":
    main()
