"""Whoever names a person in an input knows who they are: to name somebody must not tell their name."""

from typing import Any

from db.access.models.account import Role
from db.access.viewers import HIDDEN_SUBJECTS
from db.city import models
from db.city.machines import JOURNALED
from db.registrations.models.service import HourState
from schema.graph import CATALOG
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.registrations.factories import make_hour_record, make_pledge, make_registration

HEAD = "organization { id head { name } }"


def test_nobody_learns_a_name_by_naming_somebody(ask: Asking) -> None:
    home = ask.town.home.division
    hidden = make.make_person(ask.town.far.division, name="张三丰")
    team = make.make_team(home)
    ask.town.accounts["captain"] = make.make_role_grant(Role.TEAM_CAPTAIN, home, team=team).account
    neighbour = make.make_person(home, name="李四隐")
    company = {"divisionCode": home.code, "name": "示范公司", "kind": "ENTERPRISE", "headId": f"Person_{hidden.id}"}

    def add(**member: Any) -> Any:
        row = {"memberId": f"Person_{neighbour.id}", **member}
        return ask.change("captain", "changeTeamMembers", "__typename", teamId=f"VolunteerTeam_{team.id}", add=[row])

    refused = ask.change("resident", "registerOrganization", HEAD, **company, dryRun=True)
    guesses = [add(), add(personName="李四"), add(personName="李四隐")]

    assert [(row["code"], row["field"]) for row in refused["userErrors"]] == [("NOT_PERMITTED", ["headId"])]
    assert refused["organization"] is None
    assert "张三丰" not in str(refused)
    assert [[row["code"] for row in guess["userErrors"]] for guess in guesses] == [["NOT_PERMITTED"]] * 2 + [[]]
    # Whoever heads a unit may leave the system all the same.
    ask.town.accounts["head"] = make.make_account()
    own = make.make_person(home, name="王五", account=ask.town.accounts["head"])
    unit = ask.change("staff", "registerOrganization", HEAD, **{**company, "headId": f"Person_{own.id}"})
    assert unit["organization"]["head"] == {"name": "王五"}
    assert ask.change("head", "erasePerson", "person { name }", personId=f"Person_{own.id}")["userErrors"] == []
    assert models.Organization.get_by_id(int(unit["organization"]["id"].split("_")[1])).head_id is None


def test_hours_of_a_person_are_told_by_no_pledge(ask: Asking) -> None:
    person = make.make_person(ask.town.home.division)
    pledge = make_pledge(make_registration(person))
    make_hour_record(person, pledge=pledge, state=HourState.CONFIRMED)
    text = "query ($id: ID!) { pledge(id: $id) { doneHours } }"
    told = [ask.answer(who, text, id=f"Pledge_{pledge.id}")["data"]["pledge"]["doneHours"] for who in (None, "staff")]
    sorted_by = ask.answer(None, "{ pledges(orderBy: [{field: DONE_HOURS}]) { totalCount } }")

    assert told[0] is None
    assert told[1] is not None
    assert sorted_by["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_the_journal_of_a_candidacy_is_as_hidden_as_the_candidacy(ask: Asking) -> None:
    ask.town.accounts["self"] = make.make_account()
    person = make.make_person(ask.town.home.division, account=ask.town.accounts["self"])
    given = {
        "committeeId": f"Committee_{ask.town.home.id}", "personId": f"Person_{person.id}", "category": "VETERAN",
        "channel": "SELF_NOMINATION",
    }  # fmt: skip
    made = ask.change("self", "nominateMember", "candidacy { id }", AT, **given)
    text = "query ($id: String!) { journalEntries(filter: {subjectId: {eq: $id}}) { totalCount } }"
    seen = {
        who: ask.answer(who, text, id=made["candidacy"]["id"])["data"]["journalEntries"]["totalCount"]
        for who in (None, "resident", "self", "staff")
    }

    assert list(seen.values()) == [0, 0, 1, 1]


def test_every_noun_that_is_hidden_has_a_hidden_journal() -> None:
    hidden = {
        machine.noun
        for model, machine in JOURNALED.items()
        # What serves an issue is as hidden as that.
        if CATALOG.types[machine.noun].visible is not None and getattr(model._meta.fields.get("issue"), "null", True)
    }
    assert hidden == set(HIDDEN_SUBJECTS)
