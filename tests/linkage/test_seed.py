"""The demo city's linkage comes out as the article counts it, by rows, and obeys the rules (F5, F6, R3 to R5)."""

from peewee import DatabaseProxy

from tests.asking import answer_to
from tests.city.seed_rows import rows

DAY = "2022-02-10"


def test_every_figure_comes_out_exactly(demo_city: DatabaseProxy) -> None:
    assert dict(rows("SELECT kind, COUNT(*) FROM sponsorship WHERE state = 'ACTIVE' GROUP BY kind")) == {
        "LEADER_CONTACT": 427, "PATCH": 362, "TARGET": 11_110,
    }  # fmt: skip
    text = '{ division(code: "620100000000") { stats { coverage { targetKind total sponsored sponsoredShare } } } }'
    found = answer_to(None, text)["data"]["division"]["stats"]["coverage"]
    assert [tuple(row.values()) for row in found] == [
        ("GRID", 1_794, 1_712, "95.4"), ("COMPOUND", 1_917, 1_789, "93.3"),
        ("COURTYARD_BUILDING", 6_490, 6_195, "95.5"), ("UNIT", 1_471, 1_414, "96.1"), ("COMMITTEE", 427, 427, "100.0"),
    ]  # fmt: skip
    by_unit = "SELECT COUNT(*) AS number FROM sponsorship WHERE kind = 'TARGET' GROUP BY sponsor_organization_id"
    assert rows(f"SELECT COUNT(*), MIN(number), MAX(number) FROM ({by_unit}) AS units") == [(2_249, 4, 5)]
    assert rows("SELECT kind, COUNT(*), COUNT(DISTINCT division_code) FROM task_force GROUP BY kind ORDER BY kind") == [
        ("COORDINATION_BODY", 71, 71), ("TASK_FORCE", 71, 71)
    ]  # fmt: skip
    assert rows("SELECT COUNT(DISTINCT task_force_id) FROM task_force_member WHERE role = 'LEAD'") == [(142,)]


def test_the_rules_hold_for_its_rows(demo_city: DatabaseProxy) -> None:
    patches = "SELECT DISTINCT substr(division_code, 1, 6) FROM sponsorship WHERE kind = 'PATCH' ORDER BY 1"
    assert [code for (code,) in rows(patches)] == ["620102", "620103", "620104", "620105"]
    # A leader's role exists with each contact, and there is no other one.
    contacts = """SELECT COUNT(*) FROM sponsorship JOIN role_grant ON role_grant.id = sponsorship.grant_id
        JOIN person ON person.id = sponsorship.sponsor_person_id
        WHERE role_grant.account_id = person.account_id AND role_grant.division_code = sponsorship.division_code"""
    assert rows(contacts) == rows("SELECT COUNT(*) FROM role_grant WHERE role = 'LEADER'") == [(427,)]
    # A unit sponsors in its own community, or in its subdistrict by an agreement that was there before.
    elsewhere = """FROM sponsorship JOIN organization ON organization.id = sponsorship.sponsor_organization_id
        WHERE sponsorship.division_code <> organization.division_code"""
    agreed = """EXISTS (SELECT 1 FROM partnership_agreement AS agreed
        WHERE agreed.organization_id = organization.id AND agreed.starts_on <= sponsorship.starts_on
        AND agreed.division_code = substr(sponsorship.division_code, 1, 9) || '000')"""
    assert rows(f"SELECT COUNT(*) {elsewhere}") == rows(f"SELECT COUNT(*) {elsewhere} AND {agreed}") == [(181,)]
    # Whoever answers was there lately; some are late.
    assert rows(f"SELECT COUNT(*) FROM visit WHERE visited_on >= '{DAY}'") == [(0,)]
    late = rows(f"SELECT kind, COUNT(*) FROM sponsorship WHERE visit_by < '{DAY}' GROUP BY kind ORDER BY kind")
    assert [kind for kind, _ in late] == ["LEADER_CONTACT", "PATCH", "TARGET"]
    assert all(0 < count < 500 for _, count in late)


def test_each_cadre_helps_with_a_sponsorship_of_the_own_unit(demo_city: DatabaseProxy) -> None:
    ties = """FROM sponsorship_helper JOIN registration ON registration.id = registration_id
        JOIN sponsorship ON sponsorship.id = sponsorship_id
        WHERE registration.kind = 'PARTY_MEMBER' AND registration.work_unit_id = sponsorship.sponsor_organization_id"""
    assert rows(f"SELECT COUNT(*), COUNT(DISTINCT sponsorship_id) {ties}") == [(32_132, 11_110)]


def test_visits_to_sites_brought_issues_in_each_subdistrict(demo_city: DatabaseProxy) -> None:
    brought = """FROM visit_issue JOIN visit ON visit.id = visit_issue.visit_id
        JOIN sponsorship ON sponsorship.id = visit.sponsorship_id JOIN issue ON issue.id = visit_issue.issue_id
        JOIN ledger_entry ON ledger_entry.issue_id = issue.id AND ledger_entry.seq = 1"""
    [(issues, visits, subdistricts)] = rows(
        f"""SELECT COUNT(*), COUNT(DISTINCT visit.id), COUNT(DISTINCT substr(visit.division_code, 1, 9)) {brought}
        WHERE issue.channel = 'VISIT' AND issue.created_at = visit.created_at AND issue.submitter_id IS NULL
        AND issue.division_code = visit.division_code AND issue.site_id = visit.site_id
        AND visit.site_id = sponsorship.site_id AND visit.visitor_id = sponsorship.lead_person_id
        AND ledger_entry.actor_role = 'UNIT_CONTACT'"""
    )
    assert rows("SELECT COUNT(*) FROM issue WHERE channel = 'VISIT'") == [(issues,)]
    assert rows("SELECT COUNT(*) FROM visit_issue") == [(issues,)]
    assert 300 < issues == visits < 427
    assert subdistricts == 71


def test_an_issue_waits_for_the_staff_of_the_demonstrations_home(demo_city: DatabaseProxy) -> None:
    waiting = """SELECT COUNT(*) FROM issue JOIN division ON division.id = issue.division_id
        WHERE division.name = '杨家园社区' AND issue.state = 'SUBMITTED' AND issue.due_at > '2022-02-10T04:16:00Z'"""
    assert rows(waiting) == [(2,)]
