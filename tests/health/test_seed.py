"""The demo city's health work obeys its rules, and the journals of its committees say who holds which seat."""

from datetime import date

from peewee import DatabaseProxy

from db.city import models
from db.health.compliance import BOTH_STAND
from db.teams.compliance import VETERANS_TEAM
from tests.city.seed_rows import rows
from tests.committees.invariants import check_replay


def test_every_committee_has_both_and_breaks_no_rule(demo_city: DatabaseProxy) -> None:
    both = "SELECT kind, COUNT(*), COUNT(DISTINCT committee_id) FROM sub_committee GROUP BY kind ORDER BY kind"
    assert rows(both) == [("PATRIOTIC_HEALTH", 427, 427), ("PUBLIC_HEALTH", 427, 427)]
    heads = """SELECT COUNT(*) FROM sub_committee_member AS place
        JOIN sub_committee AS sub ON sub.id = place.sub_committee_id
        JOIN member ON member.person_id = place.person_id AND member.committee_id = sub.committee_id
        WHERE place.role = 'HEAD' AND member.posts <> replace(member.posts, 'RESIDENTS_', '')"""
    assert rows(heads) == [(854,)]
    figures = "SELECT COUNT(*), COUNT(DISTINCT month), MIN(month), MAX(month) FROM health_figure"
    assert rows(figures) == [(427 * 12 * 6, 12, "2021-02", "2022-01")]
    assert rows("SELECT COUNT(*) FROM compliance_event") == [(0,)]
    for rule in (BOTH_STAND, VETERANS_TEAM):
        assert rule.find_changed("0" * 12, "9" * 12, date(2022, 2, 10)) == []


def test_replaying_the_journals_gives_seats_positions_and_terms(demo_city: DatabaseProxy) -> None:
    """I17, for the demo city."""
    members: dict[int, list[models.Member]] = {}
    for member in models.Member.select().where(models.Member.is_active):
        members.setdefault(member.committee_id, []).append(member)
    committees = list(models.Committee.select())

    for committee in committees[::3]:
        check_replay(committee, members[committee.id])

    assert len(committees) == 427
