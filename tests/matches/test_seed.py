"""The demo city's matches: in each community one became a claim, and in a few one waits for its unit's answer."""

from peewee import DatabaseProxy

from tests.city.seed_rows import rows
from tests.matches.matching import faults

COUNTS = 'SELECT state, COUNT(*), COUNT(DISTINCT division_code) FROM "match" GROUP BY state ORDER BY state'
# Accepted ones that are not of the owner, of another need or resource, or younger than their claim.
WRONG = """
    SELECT COUNT(*) FROM "match" m JOIN claim c ON c.id = m.claim_id JOIN resource r ON r.id = m.resource_id
    WHERE c.resource_id <> m.resource_id OR c.need_id <> m.need_id OR c.organization_id <> r.organization_id
        OR m.created_at >= c.created_at
"""
MET = """SELECT COUNT(*) FROM "match" m JOIN need n ON n.id = m.need_id
    WHERE m.state = 'SUGGESTED' AND n.state <> 'OPEN'"""


def test_matches_of_the_city_wait_or_became_claims(demo_city: DatabaseProxy) -> None:
    assert rows(COUNTS) == [("ACCEPTED", 427, 427), ("SUGGESTED", 10, 10)]
    assert (rows(WRONG), rows(MET)) == ([(0,)], [(0,)])
    assert faults() == []
