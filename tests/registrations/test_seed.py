"""The demo city has the registrations that the article counts (F5), and their histories obey the machine."""

from peewee import DatabaseProxy

from tests.asking import answer_to
from tests.city.seed_rows import rows

COUNTS = """{ division(code: "620100000000") {
    stats { partnerPartyOrganizationCount registeredCadreCount partnerUnitCount } } }"""


def test_every_partner_unit_is_registered_with_its_cadres(demo_city: DatabaseProxy) -> None:
    stats = answer_to(None, COUNTS)["data"]["division"]["stats"]
    assert stats == {
        "partnerPartyOrganizationCount": 2_249, "registeredCadreCount": 32_132, "partnerUnitCount": 2_249,
    }  # fmt: skip
    cadres = """SELECT work_unit_id, COUNT(DISTINCT person_id) AS cadres FROM registration
        WHERE kind = 'PARTY_MEMBER' AND state = 'ACTIVE' GROUP BY work_unit_id"""
    assert dict(rows(f"SELECT cadres, COUNT(*) FROM ({cadres}) AS by_unit GROUP BY cadres")) == {14: 1_603, 15: 646}
    strays = """SELECT COUNT(*) FROM registration JOIN person ON person.id = person_id
        WHERE person.work_unit_id <> registration.work_unit_id OR person.division_code <> registration.division_code"""
    assert rows(strays) == [(0,)]
    assert rows("SELECT COUNT(*) FROM registration WHERE renew_by <= '2022-02-10'") == [(0,)]


def test_who_was_registered_for_long_enough_was_appraised_with_the_hours_of_then(demo_city: DatabaseProxy) -> None:
    assert rows("SELECT COUNT(*), MIN(year), MAX(year) FROM appraisal") == [(2_855, 2021, 2021)]
    assert {grade for (grade,) in rows("SELECT DISTINCT grade FROM appraisal")} == {"PASS", "GOOD", "EXCELLENT"}
    frozen = """SELECT COUNT(*) FROM appraisal WHERE hours <> (
        SELECT COALESCE(SUM(hour_record.hours), 0) FROM hour_record
        WHERE hour_record.registration_id = appraisal.registration_id AND hour_record.state = 'CONFIRMED'
        AND hour_record.day BETWEEN '2021-01-01' AND '2021-12-31')"""
    early = """SELECT COUNT(*) FROM appraisal JOIN registration ON registration.id = appraisal.registration_id
        WHERE confirmed_on > '2021-10-03'"""
    assert rows(frozen) == rows(early) == [(0,)]


def test_every_fifth_unit_has_an_agreement_with_its_community(demo_city: DatabaseProxy) -> None:
    signed = "FROM partnership_agreement WHERE state = 'SIGNED' AND signed_by_unit_at IS NOT NULL"
    assert rows(f"SELECT COUNT(*) {signed}") == [(539,)]
    own = """FROM partnership_agreement AS made JOIN organization ON organization.id = made.organization_id
        WHERE made.division_code = organization.division_code AND organization.is_partner_unit"""
    assert rows(f"SELECT COUNT(*) {own}") == [(450,)]
    items = "SELECT side, kind, COUNT(*) FROM agreement_item GROUP BY side, kind ORDER BY side, kind"
    assert rows(items) == [("COMMUNITY", "NEED", 450), ("UNIT", "PROJECT", 539), ("UNIT", "RESOURCE", 450)]


def test_members_of_committees_are_cadres_of_partner_units_with_hours(demo_city: DatabaseProxy) -> None:
    both = """FROM member JOIN candidacy ON candidacy.member_id = member.id
        JOIN registration ON registration.person_id = candidacy.person_id
        JOIN person ON person.id = registration.person_id"""
    served = """WHERE registration.kind = 'PARTY_MEMBER' AND registration.state = 'ACTIVE'
        AND registration.work_unit_id = person.work_unit_id AND member.division_code = registration.division_code
        AND EXISTS (SELECT 1 FROM hour_record WHERE hour_record.registration_id = registration.id
            AND hour_record.person_id = person.id AND hour_record.state = 'CONFIRMED')"""
    [(members, people, registrations, districts)] = rows(
        f"""SELECT COUNT(*), COUNT(DISTINCT person.id), COUNT(DISTINCT registration.id),
        COUNT(DISTINCT substr(member.division_code, 1, 6)) {both} {served}"""
    )
    assert members == people == registrations > 1_000
    assert districts == 8
    assert rows(f"SELECT COUNT(*) {both}") == [(members,)]
    assert rows("SELECT COUNT(*), COUNT(DISTINCT person_id) FROM registration WHERE person_id IS NOT NULL") == [
        (32_132, 32_132)
    ]  # fmt: skip
    recommended = f"""SELECT COUNT(*) {both} WHERE candidacy.channel = 'UNIT_RECOMMENDATION'
        AND candidacy.organization_id <> registration.work_unit_id"""
    assert rows(recommended) == [(0,)]
