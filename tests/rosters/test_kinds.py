"""The kinds of rosters beside people: how a row becomes a row of the city, and when it is there already."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city.models import Account, Organization, Person, Resource, TeamMembership, VolunteerTeam
from db.organizations.models.organization import OrganizationKind
from db.registrations.models.registration import Registration
from db.rosters.importing import Told
from db.service_points.models import ServicePoint
from db.sites.models import Site
from tests.factories import make_organization, make_person, make_role_grant
from tests.rosters.city import CODE, imported, make_city


def outcomes(told: list[Told]) -> list[tuple[str, list[str]]]:
    """Return what became of rows, and why they were refused."""
    return [(one.outcome.value, [problem.chinese for problem in one.problems]) for one in told]


def test_service_points_are_imported_with_their_units(scratch: DatabaseProxy, tmp_path: Path) -> None:
    [home] = make_city()
    unit = make_organization(division=home, name="示范物业")
    path = tmp_path / "便民点.csv"
    path.write_text(
        "名称;业态;层次;社区代码;所属单位;纬度;经度;开门时间;关门时间;核实日期\n"
        f"示范食堂;社区食堂;基本保障类;{CODE};示范物业;36.061;１０３．８３４;7:30;21：00;2022.2.10\n"
        f"示范药店;药店;基本保障类;{CODE};没有的单位;36.061;103.834;;;2022年2月31日\n"
        f"示范药店;药店;基本保障类;{CODE};没有的单位;36.061;103.834;;;44602\n"
    )

    told = imported(path, "service-points")

    assert outcomes(told) == [
        ("added", []),
        ("refused", ["不是日期；请写成 2022-02-10。"]),
        ("refused", ["该社区有 0 个名为“没有的单位”的单位；请先导入单位，或更正名称。"]),
    ]
    assert outcomes(imported(path, "service-points"))[0] == ("already there", [])
    point = ServicePoint.get()
    assert (point.organization_id, point.open_from, point.open_to) == (unit.id, 450, 1260)
    assert (str(point.verified_on), point.category.value) == ("2022-02-10", "CANTEEN")


def test_rosters_that_are_imported_at_once_add_each_row_once(database: DatabaseProxy, tmp_path: Path) -> None:
    make_city()
    path = tmp_path / "a.csv"
    path.write_text("姓名,电话,社区代码\n" + "".join(f"示范{at},1380000{at:04},{CODE}\n" for at in range(300)))

    def run(_: int) -> Counter[str]:
        try:
            return Counter(one.outcome.value for one in imported(path, "persons"))
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        counts = sum(pool.map(run, range(4)), Counter())

    assert counts == {"added": 300, "already there": 900}
    assert Person.select().count() == 300


def test_sites_are_imported_after_their_grids(scratch: DatabaseProxy, tmp_path: Path) -> None:
    [home] = make_city()
    make_role_grant(Role.SUBDISTRICT_OFFICER, home, account=Account.get(Account.subject == "staff:one"))
    path = tmp_path / "点位.csv"
    path.write_text(
        "序号,点位类型,编号,名称,所属网格编号,社区名称,户数,纬度,经度\n"
        f"1,网格,Ｇ－０３,第三网格,,{home.name},,,\n"
        f'2,居民小区,C-01,示范小区,G-03,{home.name},"1,200",36.061,103.834\n'
        f"3,楼院,C-02,示范楼院,G-99,{home.name},12,,\n"
    )

    told = imported(path, "sites")

    assert [outcome for outcome, _ in outcomes(told)] == ["added", "added", "refused"]
    assert told[2].problems[0].place == 4
    assert [outcome for outcome, _ in outcomes(imported(path, "sites"))] == ["already there"] * 2 + ["refused"]
    grid, compound = Site.select().order_by(Site.id)
    assert (grid.code, compound.grid_id, compound.household_count) == ("G-03", grid.id, 1_200)


def test_organizations_are_imported_with_their_heads(scratch: DatabaseProxy, tmp_path: Path) -> None:
    [home] = make_city()
    head = make_person(home, name="示范", phone="13800000000")
    make_person(home, name="示范", phone="13800000001")
    path = tmp_path / "单位.csv"
    path.write_text(
        "单位名称,单位性质,社会组织类别,负责人,负责人电话,成员人数,是否共建单位,社区代码\n"
        f"示范协会,社会组织,公益慈善,示　范,13800000000,１２人,√,{CODE}\n"
        f"示范协会,社会组织,公益慈善,示　范,13800000000,１２,√,{CODE}\n"
        f"示范物业,物业公司,,,,,否,{CODE}\n"
        f"示范小学,事业单位,,示范,,,,{CODE}\n"
        f"示范医院,事业单位,,别人,13800000000,,,{CODE}\n"
        f"示范棋社,社会组织,文体活动类,示范,13800000000,2,,{CODE}\n"
    )

    told = imported(path, "organizations")

    assert outcomes(told) == [
        ("refused", ["不是数字。"]),
        ("added", []),
        ("added", []),
        ("refused", ["该社区有 2 名“示范”；请填写负责人电话。"]),
        ("refused", ["该社区未登记人员“别人 13800000000”；请先导入人员，或更正。"]),
        ("refused", ["社会组织至少须有 5 名成员，现有 2 名。"]),
    ]
    assert [one.problems[0].place for one in told if one.problems] == [5, 3, 3, 5]
    assert [outcome for outcome, _ in outcomes(imported(path, "organizations"))][1:3] == ["already there"] * 2
    club, keeper = Organization.select().order_by(Organization.id)
    assert (club.head_id, club.member_count, club.is_partner_unit, club.state.value) == (head.id, 12, True, "PENDING")
    assert (keeper.kind.value, keeper.state.value) == ("PROPERTY_COMPANY", "ACTIVE")


def test_resources_are_offered_by_units_and_by_the_community(scratch: DatabaseProxy, tmp_path: Path) -> None:
    [home] = make_city()
    unit = make_organization(home, name="示范医院")
    path = tmp_path / "资源.csv"
    path.write_text(
        "序号,资源名称,所属单位,资源内容,数量,计量单位,有效期,容量方式,社区代码\n"
        f"1,会议室,示范医院,可容纳三十人,２,间,2099年12月31日,租借,{CODE}\n"
        f"2,会议室,,,,,,,{CODE}\n"
        f"3,会议室,,,,,,,{CODE}\n"
        f"4,车位,没有的单位,,,,,,{CODE}\n"
        f"5,车位,,,10,个,,周期时段,{CODE}\n"
        f"6,车位,,,10,个,2001-01-01,,{CODE}\n"
    )

    told = imported(path, "resources")

    assert [outcome for outcome, _ in outcomes(told)] == ["added", "added", "already there", *["refused"] * 3]
    again = [outcome for outcome, _ in outcomes(imported(path, "resources"))]
    assert again[:3] == ["already there"] * 3
    lent, standing = Resource.select().order_by(Resource.id)
    assert (lent.organization_id, str(lent.quantity), lent.unit, lent.state.value) == (unit.id, "2.00", "间", "OFFERED")
    assert (lent.capacity_model.value, str(lent.valid_until)) == ("LEASE", "2099-12-31")
    assert (standing.organization_id, standing.capacity_model.value, standing.description) == (
        None,
        "STANDING",
        "会议室",
    )


def test_registrations_are_imported_for_units_and_people(scratch: DatabaseProxy, tmp_path: Path) -> None:
    [home] = make_city()
    unit = make_organization(home, name="示范学校")
    person = make_person(home, name="示范", phone="13800000000", work_unit=unit)
    make_person(home, name="示范", phone="13800000001")
    path = tmp_path / "报到.csv"
    path.write_text(
        "报到类别,姓名,联系电话,工作单位,职能,年服务时长,本人同意,社区代码\n"
        f"党组织报到,,,示范学校,公益服务供给,２４,是,{CODE}\n"
        f"党员,示　范,13800000000,示范学校,公益服务供给、参与联防联控,12.5,是,{CODE}\n"
        f"党员,示范,,示范学校,公益服务供给,12,是,{CODE}\n"
        f"党员,示范,13800000001,,公益服务供给,12,,{CODE}\n"
        f"单位报到,,,,公益服务供给,12,是,{CODE}\n"
    )

    told = imported(path, "registrations")

    assert outcomes(told) == [
        ("added", []),
        ("added", []),
        ("refused", ["该社区有 2 名“示范”；请填写联系电话。"]),
        ("refused", ["代他人报到须征得其同意，并填写 hasConsent 予以确认。"]),
        ("refused", ["请填写报到单位。"]),
    ]
    assert [outcome for outcome, _ in outcomes(imported(path, "registrations"))][:2] == ["already there"] * 2
    first, second = Registration.select().order_by(Registration.id)
    assert (first.organization_id, first.kind.value) == (unit.id, "PARTY_ORG")
    assert (second.person_id, second.work_unit_id, second.yearly_hours) == (person.id, unit.id, Decimal("12.5"))
    assert second.duties == "PUBLIC_BENEFIT_SERVICE JOINT_PREVENTION"


def test_teams_are_imported_with_their_leads_and_members(scratch: DatabaseProxy, tmp_path: Path) -> None:
    [home] = make_city()
    captain = make_person(home, name="队长", phone="13800000000", groups="VETERAN")
    make_person(home, name="民警", groups="POLICE")
    make_person(home, name="示范", phone="13800000001", groups="VETERAN")
    make_person(home, name="示范", phone="13800000002")
    company = make_organization(home, name="示范物业", kind=OrganizationKind.PROPERTY_COMPANY)
    path = tmp_path / "队伍.csv"
    path.write_text(
        "序号,队伍名称,队伍类别,队长,队长电话,指导员,队员,服务内容,社区代码,队员人数\n"
        f"1,老兵队,退役军人,队　长,13800000000,民警,队长、示范１３８０００００００１,维护秩序,{CODE},3\n"
        f"2,老兵队,退役军人,,,,,,{CODE},\n"
        f"3,居民队,居民,,,,示范,,{CODE},1\n"
        f"4,居民队,居民,,,,示范（13800000002）；没有的人,,{CODE},2\n"
        f"5,物业队,红色物业,示范,13800000002,,示范物业,,{CODE},1\n"
        f"6,物业二队,红色物业,,,,队长,,{CODE},1\n"
    )

    told = imported(path, "teams")

    assert outcomes(told) == [
        ("added", []),
        ("already there", []),
        ("refused", ["该社区有 2 名“示范”；请填写联系电话。"]),
        ("refused", ["该社区未登记人员“没有的人”；请先导入人员，或更正。"]),
        ("added", []),
        ("refused", ["该社区有 0 个名为“队长”的单位；请先导入单位，或更正名称。"]),
    ]
    team, of_companies = VolunteerTeam.select().order_by(VolunteerTeam.id)
    assert (team.state.value, team.volunteer_count, team.veteran_count) == ("ACTIVE", 3, 2)
    roles = {row.person_id: row.role.value for row in TeamMembership.select().where(TeamMembership.team == team)}
    assert (sorted(roles.values()), roles[captain.id]) == (["CAPTAIN", "INSTRUCTOR", "MEMBER"], "CAPTAIN")
    units = {row.organization_id for row in TeamMembership.select().where(TeamMembership.team == of_companies)}
    assert (units, of_companies.volunteer_count) == ({None, company.id}, 1)
