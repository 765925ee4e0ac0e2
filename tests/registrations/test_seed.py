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
