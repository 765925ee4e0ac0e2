"""Scores, totals and ranks agree with an independent reading of the same rows (I38, I39), computed in one way (I37)."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import Actor, Held
from db.access.commands import Call, run_command
from db.access.models.account import Role
from db.assessment import commands
from db.assessment.models import TABLES, AssessmentPeriod, Indicator
from db.city import models
from db.kernel.codes import EVERYWHERE
from db.kernel.database import database as database_proxy
from db.kernel.database import is_postgres
from db.settings.models import Setting, SettingKey
from tests.assessment.reckoning import check_results, kept_scores, reckoned_scores
from tests.assessment.showing import check_filters
from tests.factories import AT, make_account
from tests.graph.rows import insert, make_rows

OFFICER = Actor(None, "示范干部", (Held(Role.CITY_OFFICER, EVERYWHERE), Held(Role.DISTRICT_OFFICER, EVERYWHERE)))


def insert_facts(number: int) -> None:
    """Put the rows of a random city into the database, but for assessments, which the test makes itself."""
    rows = make_rows(number)
    facts = [(model, values) for model, values in rows if model not in TABLES]
    insert(
        [(model, [row for row in values if row.get("subject_type") != "AssessmentPeriod"]) for model, values in facts]
    )
    if is_postgres():
        for table in ("journal_entry", "account", "role_grant"):
            database_proxy.execute_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1000000)")


def make_grant(officer: models.Account, province: str) -> None:
    """Let somebody be an officer of the whole of a province, who sees everything in it."""
    for role in (Role.CITY_OFFICER, Role.DISTRICT_OFFICER):
        models.RoleGrant.create(
            account=officer, role=role, division_code=province.ljust(12, "0"), last_code=province.ljust(12, "9"),
            starts_at=AT - timedelta(days=1),
        )  # fmt: skip


def do(command: Any, at: datetime = AT, **given: Any) -> Any:
    """Perform a command as an officer; return the period that it is about."""
    done = run_command(command.__name__, command, Call(OFFICER, at), given, lambda result: result)
    return AssessmentPeriod.get_by_id(done.rows["assessmentPeriod"]) if "assessmentPeriod" in done.rows else None


def weights(random: Random) -> list[commands.Weighted]:
    """Draw weights that add up to 100."""
    cuts = sorted(random.randint(0, 100) for _ in range(len(Indicator) - 1))
    parts = [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
    return [commands.Weighted(one, part) for one, part in zip(Indicator, parts, strict=True)]


@pytest.mark.parametrize("number", range(3))
def test_random_cities_are_scored_as_the_plain_reading_says(database: DatabaseProxy, number: int) -> None:
    random = Random(number)
    insert_facts(number)
    divisions = [row for row in models.Division.select() if row.level in ("CITY", "DISTRICT")]
    # As little as one case is enough, or random cities would have few scores.
    Setting.delete().execute()
    key = SettingKey.ASSESSMENT_LEAST_CASES
    for division in divisions:
        Setting.create(division_code=division.code, key=key, value=1, version=1, set_at=AT, set_by_name=None)
    officer = make_account()
    for code in {division.code[:2] for division in divisions}:
        make_grant(officer, code)
    for division in random.sample(divisions, 2):
        given: dict[str, Any] = {"division_code": division.code}
        do(commands.publish_assessment_scheme, **given, weights=weights(random))
        starts = random.choice([date(2024, 2, 1), date(2024, 12, 15), date(2025, 12, 31)])
        ends = starts + timedelta(days=random.choice([0, 40, 120, 365]))
        period = do(commands.open_assessment_period, **given, starts_on=starts, ends_on=ends)
        for at in (AT, AT, AT + timedelta(days=60)):
            period = do(commands.compute_assessment, at, assessment_period_id=period.id)
            found = kept_scores(period)
            assert found == reckoned_scores(period), "I38"
            assert len(found) == len(Indicator) * len({committee for committee, _ in found})
            check_results(period)
        check_filters(officer.id, period.id, AT, first=3)
