"""The demo city's places, committees, units and accounts: the article's figures come out exactly."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any

from peewee import DatabaseProxy, fn

from db.access.models.account import Role
from db.city import models, seed
from db.committees.models.committee import CommitteeState, MemberCategory, MemberPosition, SeatKind
from db.figures.models import FigurePrecision
from db.figures.registry import FIGURES
from db.gates.models import AccessDay, AccessPass, AccessPoint, ScanEvent
from db.gates.scans import hash_of_pass, secret_of
from db.issues.models.claim import ProjectState
from db.monitoring.models import AidTask, MonitoringCase, MonitoringReading, MonitoringState
from db.organizations.models.organization import OrganizationKind, SocialOrganizationKind
from db.places.models.division import DivisionLevel
from db.teams.models.team import TeamRole, VolunteerTeamKind
from tests.asking import answer_to
from tests.city.seed_rows import CATEGORIES, found, rows

# The article's figures.


def test_every_one_of_427_communities_has_an_active_committee(demo_city: DatabaseProxy) -> None:
    communities = models.Division.select().where(models.Division.level == DivisionLevel.COMMUNITY)
    committees = models.Committee.select(models.Committee.division).where(
        models.Committee.state == CommitteeState.ACTIVE
    )

    assert communities.count() == 427
    assert models.Committee.select().count() == 427
    assert communities.where(models.Division.id.in_(committees)).count() == 427


def test_each_of_the_6046_members_was_a_candidate_whom_a_meeting_agreed_to(demo_city: DatabaseProxy) -> None:
    [(wrong, by_post)] = rows(
        """SELECT SUM(CASE WHEN candidacy.person_id <> member.person_id
            OR candidacy.channel <> member.nomination_channel
            OR candidacy.committee_id <> member.committee_id OR candidacy.decided_on <> member.term_start
            OR candidacy.seat_kind <> seat.kind OR meeting.held_on > member.term_start
            OR (member.posts = '' AND candidacy.notice_until < meeting.held_on) THEN 1 ELSE 0 END),
            SUM(CASE WHEN member.posts <> '' THEN 1 ELSE 0 END)
        FROM member JOIN candidacy ON candidacy.member_id = member.id JOIN seat ON seat.id = member.seat_id
        JOIN two_committees_meeting AS meeting ON meeting.id = candidacy.meeting_id"""
    )
    states = rows("SELECT state, COUNT(DISTINCT member_id) FROM candidacy GROUP BY state")
    assert (states, wrong) == ([("APPOINTED", 6046)], 0)
    # The two committees, and a captain for each committee.
    assert by_post == CATEGORIES["TWO_COMMITTEES"] + 427


def test_6046_active_members_come_from_the_ten_categories(demo_city: DatabaseProxy) -> None:
    counted = dict(rows("SELECT category, COUNT(*) FROM member WHERE is_active GROUP BY category"))

    assert counted == CATEGORIES
    assert sum(counted.values()) == 6046


def test_4050_social_organizations_of_four_kinds_give_376_communities_ten_or_more(demo_city: DatabaseProxy) -> None:
    social = models.Organization.select().where(models.Organization.kind == OrganizationKind.SOCIAL_ORGANIZATION)
    in_community = Counter(row.division_code for row in social)
    kinds = Counter(row.social_kind for row in social)

    assert sum(in_community.values()) == 4050
    assert sum(count >= 10 for count in in_community.values()) == 376
    assert round(376 / 427 * 100, 1) == 88.1
    assert len(in_community) == 427
    assert set(kinds) == set(SocialOrganizationKind)


def test_2249_partner_units_are_organs_institutions_and_enterprises(demo_city: DatabaseProxy) -> None:
    query = models.Organization.select(models.Organization.kind).where(models.Organization.is_partner_unit)
    kinds = Counter(row.kind for row in query)

    assert sum(kinds.values()) == 2249
    assert set(kinds) == {
        OrganizationKind.GOVERNMENT_ORGAN,
        OrganizationKind.PUBLIC_INSTITUTION,
        OrganizationKind.ENTERPRISE,
        OrganizationKind.NON_PUBLIC_ENTERPRISE,
    }


def test_published_figures_are_snapshots_of_the_city(demo_city: DatabaseProxy) -> None:
    published = found(models.StatisticsSnapshot.select().where(models.StatisticsSnapshot.source == "兰州日报"))
    values = {row.figure: row.value for row in published}

    assert {row.division_code for row in published} == {"620100000000"}
    assert {row.as_of for row in published} == {date(2022, 2, 10)}
    assert {figure: values.pop(f"F2.{figure}") for figure in CATEGORIES} == CATEGORIES
    assert values == {
        "F1.communities": 427, "F1.committees": 427, "F2.members": 6046, "F3.least_members": 13, "F3.most_members": 15,
        "F4.social_organizations": 4050, "F4.communities_with_ten": 376, "F4.share_with_ten": Decimal("88.1"),
        "F5.partner_units": 2249, "F5.cadres": 32132, "F5.grids": 1712, "F5.compounds": 1789, "F5.courtyards": 6195,
        "F5.units": 1414, "F6.grids": 1794, "F6.compounds": 1917, "F6.courtyards": 6490, "F6.units": 1471,
        "F7.problems_solved": 2038, "F7.supplies": 3_903_000, "F8.organs": 400, "F8.cadres": 23_000, "F8.firms": 800,
        "F8.veterans": 17_000, "F8.volunteers": 56_800, "F9.service_items": 180, "F10.corner_park": 100_000,
        "F10.property_companies": 10, "F10.residents": 15,
    }  # fmt: skip


COMPARED = """{ figureComparison(divisionCode: "620100000000", asOf: "2022-02-10", first: 100) {
    nodes { figure source live { isWithinPrecision } } } }"""


def test_the_figures_of_the_article_are_the_newest_and_agree_with_the_rows(demo_city: DatabaseProxy) -> None:
    found = answer_to(None, COMPARED)["data"]["figureComparison"]["nodes"]

    assert {row["source"] for row in found} == {"兰州日报"}
    assert {row["figure"] for row in found} == {row.figure for row in models.StatisticsSnapshot.select()}
    live = {row["figure"]: row["live"]["isWithinPrecision"] for row in found if row["live"]}
    assert live == dict.fromkeys(FIGURES, True)


def test_doubtful_and_rounded_figures_say_so(demo_city: DatabaseProxy) -> None:
    snapshots = {(row.figure, row.source): row for row in found(models.StatisticsSnapshot.select())}

    assert "1,789" in snapshots["F5.compounds", "兰州日报"].note
    assert snapshots["F8.organs", "兰州日报"].precision is FigurePrecision.AT_LEAST
    assert snapshots["F8.veterans", "兰州日报"].precision is FigurePrecision.ROUNDED
    other_counts = sorted(row.value for (figure, _), row in snapshots.items() if figure == "F2.members")
    assert other_counts == [5429, 5752, 6046]
    assert snapshots["F2.members", "gszfw.gov.cn/Wap/Show/315809"].as_of == date(2022, 10, 21)


# Places.


def test_districts_carry_their_real_names_and_codes(demo_city: DatabaseProxy) -> None:
    districts = models.Division.select().where(models.Division.level == DivisionLevel.DISTRICT)

    assert {row.code[:6]: row.name for row in districts} == {
        "620102": "城关区", "620103": "七里河区", "620104": "西固区", "620105": "安宁区",
        "620111": "红古区", "620121": "永登县", "620122": "皋兰县", "620123": "榆中县",
    }  # fmt: skip
    assert {row.parent.name for row in districts} == {"兰州市"}


def test_places_that_the_article_does_not_name_are_plainly_synthetic(demo_city: DatabaseProxy) -> None:
    named = {row.name for row in models.Division.select().where(~models.Division.name.contains("示范"))}

    assert named == {
        "甘肃省", "兰州市", "城关区", "七里河区", "西固区", "安宁区", "红古区", "永登县", "皋兰县", "榆中县",
        "酒泉路街道", "畅家巷社区", "杨家园社区", "牌坊路社区",
    }  # fmt: skip


def test_division_codes_are_paths(demo_city: DatabaseProxy) -> None:
    parent = models.Division.alias()
    pairs = models.Division.select(models.Division, parent).join(parent, on=models.Division.parent)
    digits = {"CITY": 2, "DISTRICT": 4, "SUBDISTRICT": 6, "COMMUNITY": 9}

    for row in found(pairs):
        assert row.code.startswith(row.parent.code[: digits[row.level]])
        assert row.parent.code <= row.code <= row.last_code <= row.parent.last_code
        if row.level is DivisionLevel.COMMUNITY:
            assert 1 <= int(row.code[9:]) <= 199
            assert 1 <= int(row.code[6:9]) <= 99


def test_the_articles_cases_are_there(demo_city: DatabaseProxy) -> None:
    (changjiaxiang,) = found(models.Division.select().where(models.Division.name == "畅家巷社区"))
    companies = changjiaxiang.organizations.where(models.Organization.kind == OrganizationKind.PROPERTY_COMPANY)
    teams = {row.name: row for row in changjiaxiang.volunteer_teams}
    (park,) = found(models.Project.select().where(models.Project.title == "废弃闲置地块改造为街角公园"))

    assert companies.count() == 10
    assert teams["畅家巷社区红色物业志愿服务队"].kind is VolunteerTeamKind.RED_PROPERTY
    assert teams["畅家巷社区红色物业志愿服务队"].volunteer_count == 10
    assert teams["畅大妈志愿服务队"].kind is VolunteerTeamKind.RESIDENT
    assert teams["畅大妈志愿服务队"].volunteer_count == 15
    assert park.committee.division.name == "牌坊路社区"
    assert park.budget >= 100_000
    assert park.state is ProjectState.CLOSED


# Committees (rules C1 to C9) and teams (T1).


def test_every_committee_keeps_the_rules_of_composition(demo_city: DatabaseProxy) -> None:
    members = models.Member.select().where(models.Member.is_active).order_by(models.Member.committee)

    for _, group in groupby(members, attrgetter("committee_id")):
        seated = list(group)
        positions = Counter(member.position for member in seated)
        director = next(member for member in seated if member.position is MemberPosition.DIRECTOR)
        assert 13 <= len(seated) <= 15
        assert positions[MemberPosition.DIRECTOR] == 1
        assert positions[MemberPosition.DEPUTY_DIRECTOR] == 4
        assert director.category is MemberCategory.TWO_COMMITTEES


def test_committees_have_fifteen_seats_each(demo_city: DatabaseProxy) -> None:
    seats = models.Seat.select(models.Seat.committee, models.Seat.number).order_by(
        models.Seat.committee, models.Seat.number
    )
    numbers = [[row.number for row in group] for _, group in groupby(seats, attrgetter("committee_id"))]

    assert numbers == [list(range(1, 16))] * 427


def test_the_two_committees_and_the_captain_stand_and_the_rest_rotate(demo_city: DatabaseProxy) -> None:
    captains = {captain.id for captain in _captains().values()}
    members = models.Member.select(models.Member, models.Seat).join(models.Seat)

    for member in found(members):
        is_standing = member.category is MemberCategory.TWO_COMMITTEES or member.id in captains
        assert member.seat.kind is (SeatKind.STANDING if is_standing else SeatKind.ROTATING)
        start = member.term_start
        a_year_later = start.replace(year=start.year + 1) - timedelta(1)
        assert member.term_end == (None if is_standing else a_year_later)
        assert start <= date(2022, 2, 10) <= (member.term_end or date.max)


def test_each_community_has_one_veterans_team_with_one_officer(demo_city: DatabaseProxy) -> None:
    teams = list(models.VolunteerTeam.select().where(models.VolunteerTeam.kind == VolunteerTeamKind.VETERAN))
    captains, officers = _captains(), dict(_leads(TeamRole.INSTRUCTOR).tuples())

    assert len(teams) == len({team.division_code for team in teams}) == 427
    for team in teams:
        assert captains[team.id].category is MemberCategory.VETERAN
        assert captains[team.id].division_code == team.division_code
        assert officers[team.id]
        assert team.veteran_count * 2 >= team.volunteer_count


def _leads(role: TeamRole) -> Any:
    """Select the veterans' teams, each with the name of the person who leads it in a role."""
    row, team, person = models.TeamMembership, models.VolunteerTeam, models.Person
    leads = row.select(row.team, person.name).join(person, on=row.person == person.id).switch(row).join(team)
    return leads.where(team.kind == VolunteerTeamKind.VETERAN, row.role == role, row.until.is_null())


def _captains() -> dict[int, models.Member]:
    """Find the member who is the captain of each veterans' team."""
    seats = {member.person_id: member for member in models.Member.select().where(models.Member.is_active)}
    row, team = models.TeamMembership, models.VolunteerTeam
    leads = row.select(row.team, row.person).join(team).where(row.role == TeamRole.CAPTAIN, row.until.is_null())
    tuples: Any = leads.where(team.kind == VolunteerTeamKind.VETERAN).tuples()
    return {key: seats[person] for key, person in tuples}


# Accounts.


def test_who_was_monitored_in_the_outbreak_is_erased(demo_city: DatabaseProxy) -> None:
    [(cases, named, parts)] = rows(
        """SELECT COUNT(*), COUNT(monitored.person_id) + COUNT(address), COUNT(DISTINCT part.parent_id)
        FROM monitoring_case AS monitored JOIN incident AS part ON part.id = monitored.incident_id
        JOIN volunteer_team AS team ON team.id = monitored.team_id AND team.kind = 'HOME_MONITORING'
        WHERE monitored.state <> 'OPEN'"""
    )
    [(tasks, takers)] = rows("SELECT COUNT(*), COUNT(taker_id) + COUNT(text) FROM aid_task WHERE state = 'CONFIRMED'")

    assert (named, takers, parts) == (0, 0, 1)
    assert (2_000 < cases < 2_200, 8_500 < tasks < 9_500) == (True, True), (cases, tasks)


def test_somebody_is_monitored_at_the_present(demo_city: DatabaseProxy) -> None:
    [case] = MonitoringCase.select().where(MonitoringCase.state == MonitoringState.OPEN)
    readings = list(MonitoringReading.select())

    assert case.starts_on < seed.AS_OF_TIME.date() < case.ends_on
    assert (case.incident.state, case.incident.parent_id, case.team.division_code) == (
        "GRADED",
        None,
        case.division_code,
    )
    assert {row.case_id for row in readings} == {case.id}
    assert len(readings) == 6
    assert [task.state for task in AidTask.select().where(AidTask.case == case.id)] == ["OPEN"]


def test_every_community_kept_a_gate_and_three_still_do(demo_city: DatabaseProxy) -> None:
    key = (ScanEvent.day, ScanEvent.access_point_id, ScanEvent.direction)
    scans: Any = ScanEvent.select(*key, fn.COUNT(ScanEvent.at), fn.COUNT(ScanEvent.reason)).group_by(*key).tuples()
    there = {row[:3]: row[3:] for row in scans}
    counted = {(row.day, row.access_point_id, row.direction): (row.passed, row.refused) for row in AccessDay.select()}

    assert AccessPoint.select(AccessPoint.division).distinct().count() == 427
    assert (len(counted), sum(scanned for scanned, _ in there.values())) == (32_632, 90_000)
    # What was counted is what is there, of the days of which scans are there (I45).
    days = {day for day, *_ in there}
    assert len(days) == 30
    assert {key: (scanned - refused, refused) for key, (scanned, refused) in there.items()} == {
        key: value for key, value in counted.items() if key[0] in days
    }
    # Of those who came yesterday, some had a pass that the community gave out.
    yesterday = max(days)
    own = {hash_of_pass(row.code_hash, secret_of(yesterday)) for row in AccessPass.select()}
    shown = {row.pass_hash for row in ScanEvent.select().where(ScanEvent.day == yesterday)}
    assert own & shown


def test_each_role_has_an_account_over_a_fitting_place(demo_city: DatabaseProxy) -> None:
    accounts = found(seed.demo_accounts())
    names = {row.code: row.name for row in models.Division.select()}
    places = {role: {names[grant.division_code] for grant in account.grants} for role, account in accounts}

    # A role for a time would have ended by the time that somebody looks at the city.
    lasting = [role for role in Role if role.powers.most_days is None]
    assert [role for role, _ in accounts] == [one for one in lasting if one not in (Role.ANONYMOUS, Role.SYSTEM)]
    assert places.pop(Role.LEADER) == {"杨家园社区", "畅家巷社区", "牌坊路社区"}
    assert places.pop(Role.SUBDISTRICT_OFFICER) == {"酒泉路街道"}
    assert places.pop(Role.DISTRICT_OFFICER) == {"城关区"}
    assert places.pop(Role.CITY_OFFICER) == places.pop(Role.AUDITOR) == {"兰州市"}
    assert set(map(frozenset, places.values())) == {frozenset({"杨家园社区"})}


def test_demonstration_members_hold_standing_seats_and_represent_real_rows(demo_city: DatabaseProxy) -> None:
    accounts = dict(found(seed.demo_accounts()))
    for role, position in {
        Role.MEMBER: MemberPosition.MEMBER,
        Role.DEPUTY_DIRECTOR: MemberPosition.DEPUTY_DIRECTOR,
        Role.DIRECTOR: MemberPosition.DIRECTOR,
    }.items():
        member = models.Member.get(models.Member.account == accounts[role])
        assert (member.position, member.term_end) == (position, None)
        assert accounts[role].grants[0].committee_id == member.committee_id
    captain = models.Member.get(models.Member.account == accounts[Role.TEAM_CAPTAIN])
    assert _captains()[accounts[Role.TEAM_CAPTAIN].grants[0].team_id].id == captain.id
    assert accounts[Role.UNIT_CONTACT].grants[0].organization.is_partner_unit
    assert models.Issue.select().where(models.Issue.reporter == accounts[Role.RESIDENT]).count() > 0
