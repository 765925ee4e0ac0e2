"""The demo city has the volunteers that the article counts (F8), and its teams are what the rules make of them."""

from peewee import DatabaseProxy

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
