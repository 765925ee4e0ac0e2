"""Sums of hours and figures of divisions: public, exact, and each hour counted once (I22)."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from db.city import models
from db.issues.models.duty import Duty
from db.registrations.models.registration import RegistrationKind, RegistrationState
from db.registrations.models.service import HourState
from tests.asking import Asking
from tests.factories import make_organization, make_person, make_team
from tests.registrations.factories import make_hour_record, make_registration

SUMS = """{ hourAggregate(filter: {state: {eq: CONFIRMED}}, groupBy: [%s]) {
    sum { hours } groups { key { %s } sum { hours } } } }"""


def sums(ask: Asking, by: str, key: str) -> tuple[Decimal, list[tuple[Any, Decimal]]]:
    """Return the sum of all confirmed hours and of each group, as nobody asks for them."""
    found = ask.answer(None, SUMS % (by, key))["data"]["hourAggregate"]
    groups = [(row["key"][key.split()[0]], Decimal(row["sum"]["hours"])) for row in found["groups"]]
    return Decimal(found["sum"]["hours"]), groups


def test_confirmed_hours_are_counted_once(ask: Asking) -> None:
    chance, homes = Random(22), (ask.town.home.division, ask.town.far.division)
    people, teams = [make_person(home) for home in homes * 2], [make_team(home) for home in homes]
    records = [
        make_hour_record(
            chance.choice(people), team=chance.choice([None, *teams]), hours=Decimal(chance.randint(1, 24)) / 2,
            duty=chance.choice(list(Duty)), state=chance.choice(list(HourState)),
            day=date(2025, 12, 20) + timedelta(days=chance.randint(0, 16)),
        )
        for _ in range(60)
    ]  # fmt: skip
    counted = [row for row in records if row.state is HourState.CONFIRMED]
    whole = sum((row.hours for row in counted), Decimal(0))
    by_person = sum(
        (Decimal(sum(row.hours for row in counted if row.person_id == person.id)) for person in people), Decimal(0)
    )

    for by, key in (("DUTY", "duty"), ("MONTH", "month"), ("TEAM_ID", "teamId"), ("DISTRICT", "district { code }")):
        total, groups = sums(ask, by, key)
        assert total == whole == by_person == sum(part for _, part in groups), by
    _, by_team = sums(ask, "TEAM_ID", "teamId")
    without = sum((row.hours for row in counted if row.team_id is None), Decimal(0))
    assert dict(by_team)[None] == without

    query = """query ($code: String!) { division(code: $code) {
        stats { confirmedHours of2026: confirmedHours(from: "2026-01-01", to: "2026-01-03") } } }"""
    stats = ask.answer(None, query, code=ask.town.city.code)["data"]["division"]["stats"]
    in_time = [row.hours for row in counted if date(2026, 1, 1) <= row.day <= date(2026, 1, 3)]
    assert [Decimal(value) for value in stats.values()] == [whole, sum(in_time, Decimal(0))]


def test_active_registrations_are_counted_by_kind(ask: Asking) -> None:
    home, far = ask.town.home.division, ask.town.far.division
    for division in (home, home, far):
        make_registration(make_organization(division))
        make_registration(make_person(division))
    make_registration(make_person(home), kind=RegistrationKind.PUBLIC_OFFICIAL)
    make_registration(make_person(home), state=RegistrationState.LAPSED)
    make_registration(make_organization(home), kind=RegistrationKind.UNIT)

    query = """query ($code: String!) { division(code: $code) {
        stats { partnerPartyOrganizationCount registeredCadreCount } } }"""
    codes = (ask.town.city.code, ask.town.district.code, home.code)
    found = [ask.answer(None, query, code=code)["data"]["division"]["stats"].values() for code in codes]

    assert [list(values) for values in found] == [[3, 3], [2, 2], [2, 2]]
    assert models.Division.select().count() >= 3
