"""The demo city's teams hold activities, and those of 畅家巷 look after its courtyards (F10)."""

from peewee import DatabaseProxy

from tests.asking import answer_to
from tests.city.seed_rows import rows

COURTYARDS = """{
    sites(filter: {division: {name: {eq: "畅家巷社区"}}, kind: {eq: COURTYARD_BUILDING}}, first: 50) {
        nodes { activities { totalCount nodes {
            participantCount team { name kind } organizations { totalCount } } } } } }"""


def test_two_teams_look_after_the_courtyards_of_changjiaxiang(demo_city: DatabaseProxy) -> None:
    sites = answer_to(None, COURTYARDS)["data"]["sites"]["nodes"]
    held = [activity for site in sites for activity in site["activities"]["nodes"]]
    told = {(one["team"]["name"], one["participantCount"], one["organizations"]["totalCount"]) for one in held}

    assert sum(site["activities"]["totalCount"] for site in sites) == len(held) == 26
    assert told >= {("畅家巷社区红色物业志愿服务队", 10, 10), ("畅大妈志愿服务队", 15, 0)}
    by_team = """SELECT COUNT(*), COUNT(DISTINCT held_on), MIN(held_on), MAX(held_on) FROM activity
        JOIN volunteer_team ON volunteer_team.id = team_id WHERE volunteer_team.name = '{}'"""
    for name in ("畅家巷社区红色物业志愿服务队", "畅大妈志愿服务队"):
        assert [tuple(map(str, row)) for row in rows(by_team.format(name))] == [
            ("12", "12", "2021-03-16", "2022-02-09")
        ]


def test_every_team_held_one_of_late(demo_city: DatabaseProxy) -> None:
    teams = rows("SELECT COUNT(*) FROM volunteer_team")
    assert rows("SELECT COUNT(DISTINCT team_id) FROM activity") == teams
    assert rows("SELECT COUNT(*) FROM activity") == [(teams[0][0] + 22,)]
    assert rows("SELECT COUNT(*) FROM activity WHERE created_at > '2022-02-10T04:16:00Z'") == [(0,)]
    astray = """SELECT COUNT(*) FROM activity JOIN site ON site.id = activity.site_id JOIN volunteer_team ON
        volunteer_team.id = activity.team_id WHERE site.division_code <> activity.division_code
        OR volunteer_team.division_code <> activity.division_code OR participant_count > volunteer_count"""
    assert rows(astray) == [(0,)]
