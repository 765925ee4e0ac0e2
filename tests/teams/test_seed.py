"""The demo city has the volunteers that the article counts (F8), and its teams are what the rules make of them."""

from typing import Any

from peewee import DatabaseProxy

from tests.asking import answer_to
from tests.city.seed_rows import rows


def test_the_demo_city_has_the_volunteers_of_the_article(demo_city: DatabaseProxy) -> None:
    live = """SELECT volunteer_team.kind, volunteer_team.name, volunteer_count, veteran_count,
        COUNT(person_id), COUNT(team_membership.organization_id),
        COUNT(CASE WHEN REPLACE(person.groups, 'VETERAN', '') <> person.groups THEN 1 END)
        FROM volunteer_team JOIN team_membership ON team_id = volunteer_team.id AND until IS NULL
        LEFT JOIN person ON person.id = person_id GROUP BY volunteer_team.id"""
    teams = [tuple(row) for row in rows(live)]
    of_companies = [team for team in teams if team[0] == "RED_PROPERTY"]

    assert (sum(team[2] for team in teams), sum(team[3] for team in teams)) == (17_000 + 56_800, 17_000)
    assert [team[2:6] for team in of_companies] == [(10, 0, 1, 10)]
    assert [team[2:6] for team in teams if team[1] == "畅大妈志愿服务队"] == [(15, 0, 15, 0)]
    # Counts are live memberships (I27).
    assert [team for team in teams if team not in of_companies and (team[4], team[6]) != team[2:4]] == []
    assert rows("SELECT DISTINCT state FROM volunteer_team") == [("ACTIVE",)]


DEPLOYED = """query ($filter: DeploymentFilter!) {
    deploymentAggregate(filter: $filter) { count sum { headcount } } }"""
OUTBREAK = {"calledAt": {"gte": "2021-10-18T00:00:00+08:00", "lt": "2021-12-10T00:00:00+08:00"}}


def test_the_demo_city_deployed_whom_the_article_counts(demo_city: DatabaseProxy) -> None:
    def deployed(**party: Any) -> tuple[int, int]:
        found = answer_to(None, DEPLOYED, filter={**OUTBREAK, "state": {"eq": "RETURNED"}, "party": party})
        aggregate = found["data"]["deploymentAggregate"]
        return aggregate["count"], int(aggregate["sum"]["headcount"])

    def of_kinds(*kinds: str) -> dict[str, Any]:
        return {"organization": {"kind": {"in": list(kinds)}}}

    assert deployed(**of_kinds("GOVERNMENT_ORGAN", "PUBLIC_INSTITUTION", "ENTERPRISE")) == (400, 23_000)
    assert deployed(**of_kinds("NON_PUBLIC_ENTERPRISE", "SOCIAL_ORGANIZATION"))[0] == 800
    assert deployed(volunteerTeam={"kind": {"eq": "VETERAN"}})[0] == 427
    assert rows("SELECT COUNT(*), COUNT(DISTINCT organization_id), COUNT(DISTINCT team_id) FROM deployment") == [
        (1_627, 1_200, 427)
    ]
    # Each party comes from where it was called, in time, and no team brings more people than it has.
    late = "answered_at > answer_by OR on_site_at <= answered_at OR ended_at <= on_site_at OR ended_at > '2021-12-10'"
    assert rows(f"SELECT COUNT(*) FROM deployment WHERE {late}") == [(0,)]
    for party in ("organization", "volunteer_team"):
        column = "team_id" if party == "volunteer_team" else "organization_id"
        astray = f"JOIN {party} ON {party}.id = {column} WHERE {party}.division_code <> deployment.division_code"
        assert rows(f"SELECT COUNT(*) FROM deployment {astray}") == [(0,)]
    most = "JOIN volunteer_team ON volunteer_team.id = team_id WHERE headcount > volunteer_count"
    assert rows(f"SELECT COUNT(*) FROM deployment {most}") == [(0,)]
    # They came in an incident of the city and of each community, by which the rest is found as well (F6, F7).
    told = answer_to(None, INCIDENT)["data"]
    incident, coverage = told["incident"], told["division"]["stats"]["coverage"]
    assert incident.pop("coverage") == coverage
    assert (incident["kind"], incident["grade"], incident["state"]) == ("EPIDEMIC", "I", "REVIEWED")
    counts = {name: incident[name]["totalCount"] for name in ("children", "solved", "issues", "deployments", "reports")}
    assert counts == {"children": 427, "solved": 2_038, "issues": 2_038, "deployments": 1_627, "reports": 53}
    assert [row["visited"] for row in coverage] == [1_794, 1_917, 6_490, 1_471, 0]
    assert [row["sponsoredShare"] for row in coverage[:4]] == ["95.4", "93.3", "95.5", "96.1"]
    # Supplies were received for it, most of them given; each stock is what its moves add up to, at any time.
    assert told["division"]["stats"]["suppliesValue"] == "3903000.00"
    assert told["given"] == {"count": 854, "sum": {"value": "2600000.00"}}
    together = "SUM(quantity) OVER (PARTITION BY stock_id ORDER BY number) AS there"
    moves = f"(SELECT stock_id, number, at, {together} FROM stock_move) AS moves"
    is_last = "stock_id = stock.id AND stock.version = number + 1 AND stock.quantity = there"
    assert rows(f"SELECT COUNT(*) FROM stock WHERE NOT EXISTS (SELECT 1 FROM {moves} WHERE {is_last})") == [(0,)]
    assert rows(f"SELECT COUNT(*), MIN(there) >= 0 FROM {moves}") == [(11_957, True)]
    halves = "SELECT SUM(quantity) AS half FROM stock_move WHERE transfer_code IS NOT NULL GROUP BY transfer_code"
    assert rows(f"SELECT COUNT(*), MAX(ABS(half)) FROM ({halves}) AS halves") == [(427, 0)]
    first = "first_on_site_at = (SELECT MIN(on_site_at) FROM deployment"
    parts = f"SELECT COUNT(*) FROM incident WHERE state = 'REVIEWED' AND parent_id IS NOT NULL AND {first}"
    assert rows(f"{parts} WHERE incident_id = incident.id)") == [(427,)]
    assert rows(f"SELECT COUNT(*) FROM incident WHERE parent_id IS NULL AND {first})") == [(1,)]
    during = "created_at >= '2021-10-17T16:00:00Z' AND closed_at < '2021-12-09T16:00:00Z' AND urgency = 'URGENT'"
    assert rows(f"SELECT COUNT(*) FROM issue WHERE incident_id IS NOT NULL AND {during}") == [(2_038,)]
    # Whoever visited sits on the committee there.
    seated = """FROM visit JOIN committee ON committee.division_id = visit.division_id
        JOIN member ON member.committee_id = committee.id AND member.person_id = visit.visitor_id"""
    assert rows(f"SELECT COUNT(*) {seated} WHERE incident_id IS NOT NULL") == [(11_672,)]


INCIDENT = """{ incident(number: "TF-620100000000-2021-000001") { kind grade state children { totalCount }
    solved: issues(filter: {state: {eq: CLOSED}, outcome: {eq: RESOLVED}}) { totalCount } issues { totalCount }
    deployments { totalCount } reports { totalCount }
    coverage { visited sponsoredShare } }
    given: stockMoveAggregate(filter: {donation: {kind: {eq: GOODS}}}) { count sum { value } }
    division(code: "620100000000") {
        stats { suppliesValue(incidentId: "Incident_1")
            coverage(incidentId: "Incident_1") { visited sponsoredShare } } } }"""
