"""The life of a volunteer team: who forms, joins, leads and disbands it, and when it is active (T1)."""

from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.city.clock import tick
from db.city.journal_check import verify_journals
from db.issues.lifecycle import IssueState
from db.organizations.models.organization import OrganizationKind, OrganizationState
from db.sites.models import SiteState
from tests import factories as make
from tests.asking import Asking
from tests.committees.founding import AFTER_NOTICE, Founding
from tests.factories import AT
from tests.settings.nouns import make_setting
from tests.threads import at_once
from tests.town import build

SHOWN = """volunteerTeam { id name state version volunteerCount veteranCount policeInstructorName captainPerson { id }
    captain { id } memberships(filter: {until: {isNull: true}}) { nodes { id role member { ... on Person { id } } } } }
    event { action seq }"""
STATE = "volunteerTeam { state volunteerCount veteranCount }"


class Cast:
    """People of the town who may belong to a team."""

    def __init__(self, ask: Asking) -> None:
        self.home = ask.town.home.division
        self.captain = self.person("陈示范", "VETERAN", account=self.account(ask, "captain"))
        self.officer = self.person("周示范", "POLICE")
        self.resident = self.person("王示范", account=ask.town.accounts["resident"])
        self.veterans = [self.person(f"老兵{number}", "VETERAN") for number in range(3)]
        self.neighbours = [self.person(f"邻居{number}") for number in range(3)]

    def account(self, ask: Asking, name: str) -> models.Account:
        ask.town.accounts[name] = make.make_account(name=f"示范{name}")
        return ask.town.accounts[name]

    def person(self, name: str, groups: str = "", **values: Any) -> models.Person:
        return make.make_person(self.home, name=name, groups=groups, **values)

    def of_veterans(self, **given: Any) -> dict[str, Any]:
        """Return the input that forms a whole team of veterans."""
        members = [new(self.captain, "CAPTAIN"), new(self.officer, "INSTRUCTOR"), new(self.veterans[0])]
        return {
            "divisionCode": self.home.code, "name": "示范退役军人志愿服务队", "kind": "VETERAN", "members": members,
            **given,
        }  # fmt: skip


def new(row: Any, role: str | None = None) -> dict[str, Any]:
    member = {"memberId": f"{type(row).__name__}_{row.id}"}
    return member | ({"role": role} if role else {})


def named(person: Any) -> dict[str, Any]:
    """Add somebody whose name is not shown, by their name."""
    return {**new(person), "personName": person.name}


@pytest.fixture
def cast(ask: Asking) -> Cast:
    """Return the people of the town."""
    return Cast(ask)


def counted(payload: Any) -> tuple[Any, ...]:
    assert payload["userErrors"] == [], payload
    return tuple(payload["volunteerTeam"][name] for name in ("state", "volunteerCount", "veteranCount"))


def test_a_veterans_team_is_active_while_it_is_whole(ask: Asking, cast: Cast) -> None:
    seat = make.make_member(ask.town.home, person=cast.captain)
    formed = ask.change("staff", "formTeam", SHOWN, **cast.of_veterans(purpose="守望相助"))
    team = formed["volunteerTeam"]
    lives = {row["member"]["id"]: row["id"] for row in team["memberships"]["nodes"]}
    grant = models.RoleGrant.get(models.RoleGrant.role == Role.TEAM_CAPTAIN)

    assert formed["event"] == {"action": "CREATE", "seq": 1}
    assert counted(formed) == ("ACTIVE", 3, 2)
    assert (team["policeInstructorName"], team["version"]) == ("周示范", 2)
    assert team["captain"] == {"id": f"Member_{seat.id}"}
    assert team["captainPerson"] == {"id": f"Person_{cast.captain.id}"}
    assert (grant.account_id, grant.team_id) == (cast.captain.account_id, int(team["id"].split("_")[1]))

    def change(who: str, **given: Any) -> Any:
        return ask.change(who, "changeTeamMembers", STATE, teamId=team["id"], **given)

    # Its captain adds ordinary members; two veterans among five people are too few, and three of six are enough.
    assert counted(change("captain", add=[named(one) for one in cast.neighbours[:2]])) == ("INCOMPLETE", 5, 2)
    assert counted(change("captain", add=[named(cast.veterans[1])])) == ("ACTIVE", 6, 3)
    # Staff verify that one of them is no veteran, and then that they are.
    key = f"Person_{cast.veterans[1].id}"
    for groups, state in (([], "INCOMPLETE"), (["VETERAN"], "ACTIVE")):
        ask.change("staff", "verifyPersonGroups", "__typename", personId=key, groups=groups, note="退伍证")
        assert models.VolunteerTeam.get().state == state
    # The captaincy changes hands in one step, and with it who speaks for the team.
    roles = [
        {"membershipId": lives[f"Person_{cast.veterans[0].id}"], "role": "CAPTAIN"},
        {"membershipId": lives[f"Person_{cast.captain.id}"], "role": "MEMBER"},
    ]
    assert counted(change("staff", roles=roles)) == ("ACTIVE", 6, 3)
    assert models.RoleGrant.get_by_id(grant.id).ends_at == AT
    assert ask.refused("captain", "changeTeamMembers", teamId=team["id"]) == [("NOT_PERMITTED", None)]
    assert counted(change("staff", end=[lives[f"Person_{cast.officer.id}"]])) == ("INCOMPLETE", 5, 3)
    assert counted(change("staff", add=[new(cast.officer, "INSTRUCTOR")])) == ("ACTIVE", 6, 3)
    found = verify_journals(cast.home.code).findings
    assert team["id"] not in {f"{finding.subject_type}_{finding.subject_id}" for finding in found}


def test_what_people_say_of_themselves_makes_no_veterans_team(ask: Asking, cast: Cast) -> None:
    said = {one.id: one.groups for one in (cast.captain, cast.officer, cast.veterans[0])}
    models.Person.update(groups_verified_on=None).where(models.Person.id.in_(list(said))).execute()
    formed = ask.change("staff", "formTeam", SHOWN, **cast.of_veterans())
    team = models.VolunteerTeam.get()

    assert counted(formed) == ("FORMING", 3, 0)
    rows = [{"partyId": f"VolunteerTeam_{team.id}"}]
    lacking = ask.change(
        "staff", "callDeployment", "results { userErrors { message } }", rows=rows, place="示范广场",
        errorPolicy="SKIP_FAILED",
    )  # fmt: skip
    assert lacking["results"][0]["userErrors"][0]["message"].count("verified") == 3
    counts = []
    for key, group in said.items():
        given = {"personId": f"Person_{key}", "groups": [group], "note": "证件"}
        ask.change("staff", "verifyPersonGroups", "__typename", **given)
        team = models.VolunteerTeam.get()
        counts.append((team.state, team.veteran_count))
    assert counts == [("FORMING", 1), ("FORMING", 1), ("ACTIVE", 2)]


def test_people_join_and_leave_by_themselves(ask: Asking, cast: Cast) -> None:
    make_setting(ask.town.district, key="TEAM_LEAST_MEMBERS", value=2)
    given = {"divisionCode": cast.home.code, "name": "示范巡逻队", "kind": "GENERAL"}
    formed = ask.change("staff", "formTeam", SHOWN, **given, members=[new(cast.captain, "CAPTAIN")])
    team = formed["volunteerTeam"]["id"]
    far = make.make_person(ask.town.far.division, account=ask.town.accounts["stranger"])

    assert counted(formed) == ("FORMING", 1, 1)
    assert counted(ask.change("resident", "joinTeam", STATE, teamId=team)) == ("ACTIVE", 2, 1)
    assert ask.refused("resident", "joinTeam", teamId=team) == [("ALREADY_EXISTS", ["teamId"])]
    for who in ("stranger", "neighbour"):
        assert ask.refused(who, "joinTeam", teamId=team) == [("NOT_PERMITTED", None)]
        assert ask.refused(who, "leaveTeam", teamId=team) == [("NOT_PERMITTED", None)]
    assert counted(ask.change("captain", "leaveTeam", STATE, teamId=team)) == ("INCOMPLETE", 1, 0)
    assert ask.refused("captain", "changeTeamMembers", teamId=team) == [("NOT_PERMITTED", None)]
    assert counted(ask.change("resident", "leaveTeam", STATE, teamId=team)) == ("INCOMPLETE", 0, 0)
    assert counted(ask.change("resident", "joinTeam", STATE, teamId=team)) == ("INCOMPLETE", 1, 0)
    history = "{ person(id: $id) { memberships { nodes { role since until } } } }"
    found = ask.answer("resident", f"query ($id: ID!) {history}", id=f"Person_{cast.resident.id}")
    assert found["data"]["person"]["memberships"]["nodes"] == [
        {"role": "MEMBER", "since": "2026-01-05", "until": "2026-01-05"},
        {"role": "MEMBER", "since": "2026-01-05", "until": None},
    ]
    assert far.id


def test_a_team_of_companies_counts_its_companies(ask: Asking, cast: Cast) -> None:
    companies = [make.make_organization(cast.home, kind=OrganizationKind.PROPERTY_COMPANY) for _ in range(3)]
    closed = make.make_organization(cast.home, kind=OrganizationKind.PROPERTY_COMPANY, state=OrganizationState.CLOSED)
    other = make.make_organization(cast.home)
    given = {"divisionCode": cast.home.code, "name": "示范红色物业队", "kind": "RED_PROPERTY"}
    members = [new(cast.resident, "CAPTAIN"), *map(new, companies)]

    formed = ask.change("staff", "formTeam", SHOWN, **given, members=members)
    team = formed["volunteerTeam"]["id"]

    def refused(**new_member: Any) -> Any:
        return ask.refused("staff", "changeTeamMembers", teamId=team, add=[new_member])

    assert counted(formed) == ("ACTIVE", 3, 0)
    assert refused(**new(other)) == [("NOT_ELIGIBLE", ["add", "0", "memberId"])]
    assert refused(**new(cast.captain)) == [("NOT_ELIGIBLE", ["add", "0", "memberId"])]
    assert refused(**new(closed)) == [("NOT_FOUND", ["add", "0", "memberId"])]
    assert refused(**new(companies[0], "INSTRUCTOR")) == [("ALREADY_EXISTS", ["add", "0", "memberId"])]
    assert refused(**new(other, "INSTRUCTOR")) == [("INVALID_INPUT", ["add", "0", "role"])]
    assert ask.refused("resident", "joinTeam", teamId=team) == [("ALREADY_EXISTS", ["teamId"])]
    assert ask.refused("captain", "joinTeam", teamId=team) == [("NOT_ELIGIBLE", ["teamId"])]


def test_what_stands_in_the_way_of_forming_and_changing(ask: Asking, cast: Cast) -> None:
    given = cast.of_veterans()
    elsewhere, erased = make.make_person(ask.town.far.division), cast.person("已注销", is_erased=True)
    retired = make.make_site(cast.home, state=SiteState.RETIRED)
    wrong: list[tuple[str, dict[str, Any], Any]] = [
        ("resident", {}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("next_staff", {}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("staff", {"divisionCode": "999999999999"}, [("NOT_FOUND", ["divisionCode"])]),
        ("staff", {"name": "队"}, [("INVALID_INPUT", ["name"])]),
        ("staff", {"siteId": f"Site_{retired.id}"}, [("NOT_FOUND", ["siteId"])]),
        ("staff", {"members": [new(elsewhere)]}, [("NOT_FOUND", ["members", "0", "memberId"])]),
        ("staff", {"members": [new(erased)]}, [("NOT_FOUND", ["members", "0", "memberId"])]),
        ("staff", {"members": [new(cast.captain)] * 2}, [("ALREADY_EXISTS", ["members", "1", "memberId"])]),
        ("staff", {"members": [new(one, "CAPTAIN") for one in cast.veterans[:2]]},
         [("ALREADY_EXISTS", ["members", "1", "role"])]),
        ("staff", {"members": [new(cast.captain)] * 101}, [("INVALID_INPUT", ["members"])]),
    ]  # fmt: skip
    for who, change, refusal in wrong:
        assert ask.refused(who, "formTeam", **given | change) == refusal, change
    assert models.VolunteerTeam.select().count() == 0

    formed = ask.change("staff", "formTeam", SHOWN, **given)["volunteerTeam"]
    again = [
        ask.refused("staff", "formTeam", **given | {"members": []}),
        ask.refused("staff", "formTeam", **given | {"members": [], "kind": "GENERAL"}),
        ask.refused("staff", "formTeam", **given | {"members": [], "name": "示范二队"}),
    ]
    lead, stranger = formed["memberships"]["nodes"][0]["id"], make.make_team_membership()
    changes: list[tuple[str, dict[str, Any], Any]] = [
        ("captain", {"end": [lead]}, [("NOT_PERMITTED", ["end", "0"])]),
        ("captain", {"add": [new(cast.resident, "INSTRUCTOR")]}, [("NOT_PERMITTED", ["add", "0"])]),
        ("captain", {"roles": [{"membershipId": lead, "role": "MEMBER"}]}, [("NOT_PERMITTED", ["roles", "0"])]),
        ("staff", {"end": [f"TeamMembership_{stranger.id}"]}, [("NOT_FOUND", ["end", "0"])]),
        ("staff", {"end": [lead, lead]}, [("NOT_FOUND", ["end", "1"])]),
        ("staff", {"add": [new(cast.captain)]}, [("ALREADY_EXISTS", ["add", "0", "memberId"])]),
        ("staff", {"expectedVersion": 1}, [("STALE_OBJECT", ["expectedVersion"])]),
        ("resident", {}, [("NOT_PERMITTED", None)]),
        ("subdistrict", {}, [("NOT_PERMITTED", None)]),
    ]
    before = models.TeamMembership.select().count()

    assert again == [[("ALREADY_EXISTS", ["kind"])], [("ALREADY_EXISTS", ["name"])], [("ALREADY_EXISTS", ["kind"])]]
    for who, change, refusal in changes:
        assert ask.refused(who, "changeTeamMembers", **{"teamId": formed["id"]} | change) == refusal, change
    assert models.TeamMembership.select().where(models.TeamMembership.until.is_null()).count() == before


def test_staff_do_not_make_themselves_captain(ask: Asking, cast: Cast) -> None:
    own = cast.person("社工示范", "VETERAN", account=ask.town.accounts["staff"])
    given = cast.of_veterans(members=[new(own, "CAPTAIN")])
    team = ask.change("staff", "formTeam", "volunteerTeam { id }", **cast.of_veterans(members=[new(own)]))
    key = team["volunteerTeam"]["id"]
    membership = models.TeamMembership.get(models.TeamMembership.person == own)
    roles = [{"membershipId": f"TeamMembership_{membership.id}", "role": "CAPTAIN"}]

    refused = [
        ask.refused("staff", "formTeam", **given | {"kind": "GENERAL", "name": "示范宣传队"}),
        ask.refused("staff", "changeTeamMembers", teamId=key, roles=roles),
    ]
    ask.town.accounts["colleague"] = make.make_role_grant(Role.STAFF, cast.home).account
    by_other = ask.refused("colleague", "changeTeamMembers", teamId=key, roles=roles)

    assert (refused, by_other) == ([[("NOT_PERMITTED", None)]] * 2, [])


def test_the_seat_of_the_captain_passes_on_with_the_captaincy(ask: Asking) -> None:
    founding = Founding(ask)
    members, _ = founding.work(13)
    people = [founding.person(name=f"老兵{at}", groups="VETERAN") for at in range(4)]
    officer, at = founding.person(groups="POLICE"), AFTER_NOTICE + timedelta(days=1)
    founding.meet(founding.put(at, personId=people[0], category="VETERAN", exOfficioPost="VETERAN_CAPTAIN"), at=at)
    seat = models.Member.get(models.Member.posts == "VETERAN_CAPTAIN")
    roles = dict(zip([*people[:2], officer], ("CAPTAIN", "MEMBER", "INSTRUCTOR"), strict=True))
    team = founding.done(
        "clerk", "formTeam", "volunteerTeam { id }", at=at, divisionCode=founding.home.code, name="示范退役军人队",
        kind="VETERAN", members=[{"memberId": key, "role": role} for key, role in roles.items()],
    )["volunteerTeam"]["id"]  # fmt: skip

    def lives(person: str) -> str:
        own = models.TeamMembership.find_all(person=int(person.split("_")[1]))
        return next(f"TeamMembership_{row.id}" for row in own if row.until is None)

    def change(days: int, **given: Any) -> models.Member | None:
        """Change the team days later, and return who sits by the post of captain then."""
        founding.done("clerk", "changeTeamMembers", at=at + timedelta(days=days), teamId=team, **given)
        return models.Member.get_or_none(models.Member.posts.contains("VETERAN_CAPTAIN"), models.Member.is_active)

    # The seat passes on in the same step, without a notice and without a day between.
    second = change(10, end=[lives(people[0])], roles=[{"membershipId": lives(people[1]), "role": "CAPTAIN"}])
    assert second is not None
    assert (f"Person_{second.person_id}", second.seat_id) == (people[1], seat.seat_id)
    assert (second.replaces_id, second.term_end, second.seat.kind) == (seat.id, None, "STANDING")
    before = models.Member.get_by_id(seat.id)
    assert (before.is_active, before.end_reason, before.ended_on) == (
        False, "REPLACED", second.term_start - timedelta(days=1)
    )  # fmt: skip
    held: dict[Any, Any] = {
        grant.account_id: grant.ends_at for grant in models.RoleGrant.find_all(committee=second.committee_id)
    }
    assert held[second.account_id] is None
    assert held[before.account_id] is not None
    [candidacy] = models.Candidacy.find_all(person=second.person_id)
    assert (candidacy.state, candidacy.ex_officio_post, candidacy.replaces_id) == (
        "APPOINTED", "VETERAN_CAPTAIN", seat.id,
    )  # fmt: skip
    # Whoever sits there already takes the post to their own seat, and the other one falls free.
    director = models.Member.get_by_id(int(members[0].split("_")[1]))
    key = f"Person_{director.person_id}"
    founding.done("clerk", "verifyPersonGroups", at=at, personId=key, groups=["VETERAN"], note="退伍证")
    third = change(11, end=[lives(people[1])], add=[{"memberId": key, "role": "CAPTAIN"}])
    assert third is not None
    assert third.id == director.id
    assert (third.posts, models.Member.get_by_id(second.id).end_reason) == (
        f"{director.posts} VETERAN_CAPTAIN",
        "POST_ENDED",
    )
    # Nobody seats themselves, and whoever leaves without a successor keeps the seat that other posts give.
    clerk = make.make_person(founding.home, account=ask.town.accounts["clerk"], groups="VETERAN")
    own = f"Person_{clerk.id}"
    refused = ask.refused("clerk", "changeTeamMembers", at + timedelta(days=12), teamId=team,
                          end=[lives(key)], add=[{"memberId": own, "role": "CAPTAIN"}])  # fmt: skip
    assert refused == [("NOT_PERMITTED", None)]
    assert change(12, end=[lives(key)]) is None
    assert models.Member.get_by_id(director.id).posts == director.posts
    assert models.Member.get_by_id(director.id).is_active
    # With the team the seat falls free as well.
    founding.meet(
        founding.put(at + timedelta(days=13), personId=people[2], category="VETERAN", exOfficioPost="VETERAN_CAPTAIN"),
        at=at + timedelta(days=13),
    )
    last = change(13, add=[{"memberId": people[2], "role": "CAPTAIN"}])
    founding.done("clerk", "disbandTeam", at=at + timedelta(days=14), teamId=team, reason="重组")
    assert last is not None
    assert models.Member.get_by_id(last.id).end_reason == "POST_ENDED"
    assert verify_journals(founding.home.code).findings == []


def test_a_team_is_disbanded_once_nothing_is_open(ask: Asking, cast: Cast) -> None:
    formed = ask.change("staff", "formTeam", SHOWN, **cast.of_veterans())["volunteerTeam"]
    team = models.VolunteerTeam.get_by_id(int(formed["id"].split("_")[1]))
    issue = make.make_issue(IssueState.IN_PROGRESS, ask.town.home, handler_team=team)
    given = {"teamId": formed["id"], "reason": "合并"}

    first = ask.refused("staff", "disbandTeam", **given)
    issue.change(handler_team=None, handler_organization=ask.town.unit)
    claim = make.make_claim(issue, team=team)
    second = ask.refused("staff", "disbandTeam", **given)
    claim.delete_instance()
    done = ask.change("staff", "disbandTeam", f"{STATE} event {{ action note }}", **given)

    assert first == second == [("NOT_ALL_SETTLED", ["teamId"])]
    assert counted(done) == ("DISBANDED", 0, 0)
    assert done["event"] == {"action": "END", "note": "合并"}
    assert models.TeamMembership.select().where(models.TeamMembership.until.is_null()).count() == 0
    assert models.RoleGrant.get(models.RoleGrant.team == team).ends_at == AT
    assert ask.refused("staff", "disbandTeam", **given) == [("ILLEGAL_TRANSITION", ["teamId"])]
    assert ask.change("staff", "formTeam", STATE, **cast.of_veterans())["volunteerTeam"]["state"] == "ACTIVE"


def test_parties_are_called_out_answer_and_return(ask: Asking, cast: Cast) -> None:
    ask.change("staff", "formTeam", "__typename", **cast.of_veterans())
    whole, forming = models.VolunteerTeam.get(), make.make_team(cast.home, name="示范新队")
    hidden = make.make_issue(IssueState.SUBMITTED, ask.town.home)
    rows = [{"partyId": f"VolunteerTeam_{whole.id}"}, {"partyId": f"Organization_{ask.town.unit.id}"}]  # pyright: ignore
    shown = "deployment { id state headcount answerBy calledAt } event { action }"
    results = f"results {{ {shown} userErrors {{ code field }} }}"

    def call(who: str, rows: list[dict[str, str]], **given: Any) -> Any:
        return ask.change(who, "callDeployment", results, rows=rows, **{"place": "示范广场", **given})

    lacking = call("staff", [{"partyId": f"VolunteerTeam_{forming.id}"}], errorPolicy="SKIP_FAILED")["results"][0]
    strangers = call("next_staff", rows, errorPolicy="SKIP_FAILED")["results"]
    unknown = [
        ask.refused("staff", "callDeployment", rows=rows),
        ask.refused("staff", "callDeployment", rows=rows, siteId="Site_999"),
        ask.refused("contact", "callDeployment", rows=rows, issueId=f"Issue_{hidden.id}"),
        ask.refused("staff", "callDeployment", rows=rows, place="示范广场", answerBy="2026-01-01T00:00:00Z"),
        ask.refused("staff", "callDeployment", rows=rows * 26, place="示范广场"),
    ]
    called = call("director", rows)["results"]
    team, unit = (row["deployment"]["id"] for row in called)

    assert lacking["userErrors"] == [{"code": "TEAM_INCOMPLETE", "field": ["rows", "0", "partyId"]}]
    assert [row["userErrors"][0]["code"] for row in strangers] == ["NOT_PERMITTED"] * 2
    assert unknown == [
        [("INVALID_INPUT", ["place"])], [("NOT_FOUND", ["siteId"])], [("NOT_FOUND", ["issueId"])],
        [("INVALID_INPUT", ["answerBy"])], [("INVALID_INPUT", ["rows"])],
    ]  # fmt: skip
    assert {row["deployment"]["answerBy"] for row in called} == {"2026-01-05T08:30:00Z"}
    notices = models.Notice.select().where(models.Notice.kind == "CALLED_OUT")
    assert {notice.account_id for notice in notices} == {cast.captain.account_id, ask.town.accounts["contact"].id}
    assert ask.refused("staff", "disbandTeam", teamId=f"VolunteerTeam_{whole.id}", reason="x") == [
        ("NOT_ALL_SETTLED", ["teamId"])
    ]

    def step(who: str, name: str, key: str, **given: Any) -> Any:
        return ask.change(who, name, shown, deploymentId=key, **given)["deployment"]

    assert ask.refused("captain", "answerDeployment", deploymentId=team) == [("INVALID_INPUT", ["headcount"])]
    assert ask.refused("contact", "answerDeployment", deploymentId=team, headcount=3) == [("NOT_PERMITTED", None)]
    assert ask.refused("captain", "answerDeployment", deploymentId=team, headcount=0) == [
        ("INVALID_INPUT", ["headcount"])
    ]
    assert step("captain", "answerDeployment", team, headcount=12)["state"] == "ACCEPTED"
    assert ask.refused("captain", "endDeployment", deploymentId=team, headcount=12) == [
        ("ILLEGAL_TRANSITION", ["deploymentId"])
    ]
    assert step("captain", "startDeployment", team)["state"] == "ON_SITE"
    assert ask.refused("staff", "cancelDeployment", deploymentId=team, reason="x") == [
        ("ILLEGAL_TRANSITION", ["deploymentId"])
    ]
    ended = step("staff", "endDeployment", team, headcount=10)
    assert (ended["state"], ended["headcount"]) == ("RETURNED", 10)
    late = [tick(AT + timedelta(minutes=minutes)).counts["calls unanswered"] for minutes in (29, 31, 32)]
    assert late == [0, 1, 0]
    told = models.Notice.get(models.Notice.key == f"CALLED_OUT:{unit.split('_')[1]}:unanswered")
    assert told.account_id == ask.town.accounts["director"].id
    assert step("contact", "answerDeployment", unit, reason="人手不足")["state"] == "DECLINED"


def test_names_of_volunteers_are_known_to_their_own_captain(ask: Asking, cast: Cast) -> None:
    formed = ask.change("staff", "formTeam", SHOWN, **cast.of_veterans())["volunteerTeam"]
    text = """query ($id: ID!) { volunteerTeam(id: $id) { captainPerson { name } instructor { name }
        memberships(orderBy: [{field: ID, direction: ASC}]) { nodes { member { ... on Person { name } } } } } }"""
    leads = ["陈示范", "周示范"]

    def names(who: str | None) -> list[str]:
        found = ask.answer(who, text, id=formed["id"])["data"]["volunteerTeam"]
        assert [found["captainPerson"]["name"], found["instructor"]["name"]] == leads
        return [row["member"]["name"] for row in found["memberships"]["nodes"]]

    assert names("captain") == names("staff") == names("subdistrict") == [*leads, "老兵0"]
    assert names(None) == names("resident") == names("contact") == names("next_staff") == [*leads, "老****"]
    ask.change("captain", "leaveTeam", "__typename", teamId=formed["id"])
    leads = ["", "周示范"]
    found = ask.answer("captain", text.replace("captainPerson { name }", ""), id=formed["id"])["data"]["volunteerTeam"]
    assert [row["member"]["name"] for row in found["memberships"]["nodes"]] == ["陈示范", "周示范", "老****"]


def test_who_is_erased_leaves_their_teams(ask: Asking, cast: Cast) -> None:
    formed = ask.change("staff", "formTeam", SHOWN, **cast.of_veterans())["volunteerTeam"]
    make.make_role_grant(Role.RESIDENT, cast.home, account=ask.town.accounts["captain"])
    key = f"Person_{cast.veterans[0].id}"

    held = ask.refused("captain", "erasePerson", personId=f"Person_{cast.captain.id}")
    ask.change("staff", "erasePerson", "__typename", personId=key)
    team = models.VolunteerTeam.get_by_id(int(formed["id"].split("_")[1]))

    assert held == [("NOT_ALL_SETTLED", ["personId"])]
    assert (team.state, team.volunteer_count, team.veteran_count) == ("INCOMPLETE", 2, 1)


def test_a_community_gets_one_veterans_team_whoever_races(database: DatabaseProxy) -> None:
    ask = Asking(build())
    given = Cast(ask).of_veterans()

    answers = at_once(4, lambda: ask.change("staff", "formTeam", "volunteerTeam { id }", **given))

    codes = [[error["code"] for error in answer["userErrors"]] for answer in answers]
    assert sorted(codes) == [[], *[["ALREADY_EXISTS"]] * 3]


def test_one_seat_at_the_top_goes_to_one_whoever_races(database: DatabaseProxy) -> None:
    ask = Asking(build())
    cast = Cast(ask)
    team = make.make_team(cast.home)
    people = iter([*cast.veterans, cast.captain])

    def lead() -> Any:
        given = {"teamId": f"VolunteerTeam_{team.id}", "add": [new(next(people), "CAPTAIN")]}
        return ask.change("staff", "changeTeamMembers", "volunteerTeam { id }", **given)

    codes = [[error["code"] for error in answer["userErrors"]] for answer in at_once(4, lead)]

    assert sorted(codes) == [[], *[["ALREADY_EXISTS"]] * 3]
    assert models.VolunteerTeam.get_by_id(team.id).volunteer_count == 1
