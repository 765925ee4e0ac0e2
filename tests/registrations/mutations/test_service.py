"""What registered parties promise and do: pledges, hours and appraisals, with all that stands in the way."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import SYSTEM
from db.access.commands import Call
from db.access.models.account import Role
from db.city import models
from db.issues.models.duty import Duty
from db.registrations.commands.hours import For, Served, log_from
from db.registrations.models.registration import RegistrationState
from db.registrations.models.service import HourRecord, HourState, Pledge, PledgeState
from db.settings.models import SettingKey
from tests.asking import Asking
from tests.factories import (
    AT,
    make_issue,
    make_need,
    make_organization,
    make_person,
    make_role_grant,
    make_site,
    make_team,
    make_team_membership,
)
from tests.registrations.factories import make_appraisal, make_hour_record, make_pledge, make_registration
from tests.registrations.nouns import BEGUN
from tests.settings.nouns import make_setting
from tests.threads import at_once
from tests.town import build

PLEDGED = "pledge { id state doneHours journal { nodes { action actorRole toState } } }"
LOGGED = "results { hourRecord { id state hours } userErrors { code field } }"


class Crew:
    """A cadre with an account, their unit with its contact, and a team with its captain, of the home community."""

    def __init__(self, ask: Asking) -> None:
        home, accounts = ask.town.home.division, ask.town.accounts
        self.unit, self.team = make_organization(home), make_team(home)
        self.person = make_person(home, account=accounts["resident"], work_unit=self.unit)
        make_team_membership(self.team, self.person)
        self.registration = make_registration(self.person, work_unit=self.unit)
        accounts["contact"] = make_role_grant(Role.UNIT_CONTACT, home, organization=self.unit).account
        accounts["captain"] = make_role_grant(Role.TEAM_CAPTAIN, home, team=self.team).account
        self.key = f"Registration_{self.registration.id}"

    def row(self, **more: Any) -> dict[str, Any]:
        """Return a row of hours for the registration."""
        return {
            "personId": f"Person_{self.person.id}", "day": "2026-01-05", "hours": "2.0", "duty": "JOINT_PREVENTION",
            "text": "值守卡口", "registrationId": self.key, **more,
        }  # fmt: skip


@pytest.fixture
def crew(ask: Asking) -> Crew:
    """Return the people of the home community."""
    return Crew(ask)


def logged(ask: Asking, who: str, *rows: dict[str, Any]) -> list[Any]:
    """Log hours as somebody; return the refusals of each row."""
    answer = ask.change(who, "logHours", LOGGED, rows=list(rows), errorPolicy="SKIP_FAILED")
    return [[(error["code"], error["field"][-1]) for error in row["userErrors"]] for row in answer["results"]]


def test_a_pledge_is_kept_once_its_hours_are_confirmed(ask: Asking, crew: Crew) -> None:
    need, site = make_need(make_issue(committee=ask.town.home)), make_site(crew.registration.division, code="G-77")
    far_site = make_site(ask.town.far.division)
    given = {
        "registrationId": crew.key, "duty": "JOINT_PREVENTION", "text": "值守四小时", "dueOn": "2026-02-01",
        "hours": "4.00", "siteId": f"Site_{site.id}",
    }  # fmt: skip
    waiting = make_registration(make_person(crew.unit.division), state=RegistrationState.SUBMITTED)
    refused = [
        ask.refused("staff", "makePledge", **given),
        ask.refused("resident", "makePledge", **given | {"dueOn": "2026-01-04"}),
        ask.refused("resident", "makePledge", **given | {"hours": "0.4"}),
        ask.refused("resident", "makePledge", **given | {"siteId": f"Site_{far_site.id}"}),
        ask.refused("resident", "makePledge", **given | {"needId": "Need_999"}),
        ask.refused("resident", "makePledge", **given | {"registrationId": f"Registration_{waiting.id}"}),
    ]
    made = ask.change("resident", "makePledge", PLEDGED, **given, needId=f"Need_{need.id}")["pledge"]
    plain = ask.change("contact", "makePledge", PLEDGED, **given | {"hours": None})["pledge"]
    pledge = {"pledgeId": made["id"]}
    refused += [ask.refused("staff", "confirmPledge", **pledge), ask.refused("staff", "cancelPledge", **pledge)]

    ask.change("resident", "logHours", LOGGED, rows=[crew.row(pledgeId=made["id"]), crew.row(pledgeId=made["id"])])
    first, second = HourRecord.select().order_by(HourRecord.id)
    shown = "hourRecord { state reviewedByName pledge { state doneHours } }"
    reviews = [
        ask.change("staff", "reviewHours", shown, hourRecordId=f"HourRecord_{row.id}", decision="CONFIRMED")
        for row in (first, second)
    ]
    kept = ask.change("staff", "confirmPledge", PLEDGED, pledgeId=plain["id"])["pledge"]
    refused += [
        ask.refused("resident", "cancelPledge", **pledge),
        [(code, field) for [(code, field)] in logged(ask, "resident", crew.row(pledgeId=made["id"]))],
    ]

    assert refused == [
        [("NOT_PERMITTED", None)],
        [("INVALID_INPUT", ["dueOn"])],
        [("INVALID_INPUT", ["hours"])],
        [("NOT_FOUND", ["siteId"])],
        [("NOT_FOUND", ["needId"])],
        [("ILLEGAL_TRANSITION", ["registrationId"])],
        [("LIMIT_REACHED", ["pledgeId"])],
        [("NOT_PERMITTED", None)],
        [("ILLEGAL_TRANSITION", ["pledgeId"])],
        [("ILLEGAL_TRANSITION", "pledgeId")],
    ]
    assert [review["hourRecord"]["pledge"] for review in reviews] == [
        {"state": "OPEN", "doneHours": "2.00"},
        {"state": "KEPT", "doneHours": "4.00"},
    ]
    assert reviews[0]["hourRecord"]["reviewedByName"] is not None
    assert [entry["actorRole"] for entry in kept["journal"]["nodes"]] == ["UNIT_CONTACT", "STAFF"]
    roles = models.JournalEntry.select().where(models.JournalEntry.subject_type == "Pledge")
    assert [entry.actor_role for entry in roles.where(models.JournalEntry.to_state == "KEPT")] == [
        Role.SYSTEM, Role.STAFF,
    ]  # fmt: skip


def test_hours_are_logged_within_their_limits(ask: Asking, crew: Crew) -> None:
    stranger, other = make_person(crew.unit.division), make_registration(make_person(crew.unit.division))
    ended = make_registration(crew.unit, state=RegistrationState.ENDED)
    pledge = make_pledge(other)
    make_setting(crew.unit.division, key=SettingKey.HOURS_MOST_A_DAY, value=10)

    refusals = logged(
        ask, "resident", crew.row(day="2026-01-06"), crew.row(day="2025-12-05"), crew.row(hours="2.3"),
        crew.row(hours="12.5"), crew.row(registrationId=f"Registration_{other.id}"),
        crew.row(registrationId=f"Registration_{ended.id}"), crew.row(pledgeId=f"Pledge_{pledge.id}"),
        crew.row(teamId="VolunteerTeam_99"), crew.row(personId=f"Person_{stranger.id}", registrationId=None),
        crew.row(hours="8.0"), crew.row(hours="2.5"), crew.row(hours="2.0"), crew.row(day="2025-12-06"),
    )  # fmt: skip
    by_others = [
        logged(ask, "contact", crew.row(day="2026-01-02")),
        logged(ask, "captain", crew.row(day="2026-01-02", teamId=f"VolunteerTeam_{crew.team.id}")),
        logged(ask, "captain", crew.row(day="2026-01-02")),
        logged(ask, "staff", crew.row(day="2026-01-02")),
    ]

    assert refusals == [
        [("INVALID_INPUT", "day")], [("LIMIT_REACHED", "day")], [("INVALID_INPUT", "hours")],
        [("LIMIT_REACHED", "hours")], [("NOT_FOUND", "registrationId")], [("ILLEGAL_TRANSITION", "registrationId")],
        [("NOT_FOUND", "pledgeId")], [("NOT_FOUND", "teamId")], [("NOT_PERMITTED", "8")], [],
        [("LIMIT_REACHED", "hours")], [], [],
    ]  # fmt: skip
    assert by_others == [[[]], [[]], [[("NOT_PERMITTED", "0")]], [[("NOT_PERMITTED", "0")]]]


def test_a_captain_does_not_learn_how_many_hours_are_logged(ask: Asking, crew: Crew) -> None:
    for _ in range(2):
        make_hour_record(crew.person, registration=crew.registration, hours=Decimal("6.5"))

    def told(who: str) -> str:
        row = crew.row(hours="4.0", registrationId=None, teamId=f"VolunteerTeam_{crew.team.id}")
        answer = ask.change(who, "logHours", "results { userErrors { code message } }", rows=[row], dryRun=True)
        [error] = answer["results"][0]["userErrors"]
        assert error["code"] == "LIMIT_REACHED"
        return error["message"]

    assert "13.0 are logged already" in told("contact")
    assert told("resident") == told("contact")
    assert told("captain") == "A person serves at most 16 hours a day; with those of that day these are more."


def test_hours_are_reviewed_by_others_and_known_to_few(ask: Asking, crew: Crew) -> None:
    record = make_hour_record(crew.person, registration=crew.registration, team=crew.team, state=HourState.LOGGED)
    key, version = {"hourRecordId": f"HourRecord_{record.id}"}, {"expectedVersion": 7}
    own = make_role_grant(Role.STAFF, crew.unit.division, account=ask.town.accounts["resident"])
    refused = [
        ask.refused("resident", "reviewHours", **key, decision="CONFIRMED"),
        ask.refused("member", "reviewHours", **key, decision="CONFIRMED"),
        ask.refused("contact", "reviewHours", **key, decision="CONFIRMED"),
        ask.refused("captain", "reviewHours", **key, decision="REJECTED"),
        ask.refused("captain", "reviewHours", **key, **version, decision="REJECTED", reason="有偿"),
    ]
    own.delete_instance()
    shown = "hourRecord { state version }"
    rejected = ask.change("captain", "reviewHours", shown, **key, decision="REJECTED", reason="有偿")
    refused.append(ask.refused("staff", "reviewHours", **key, decision="CONFIRMED"))

    query = f'{{ person(id: "Person_{crew.person.id}") {{ hours {{ totalCount }} }} }}'
    found = {who: ask.answer(who, query)["data"]["person"] for who in (*ask.town.accounts, None)}
    seen = {who for who, person in found.items() if person["hours"]["totalCount"]}

    assert refused == [
        [("NOT_PERMITTED", None)],
        [("NOT_FOUND", ["hourRecordId"])],
        [("NOT_PERMITTED", None)],
        [("INVALID_INPUT", ["reason"])],
        [("STALE_OBJECT", ["expectedVersion"])],
        [("ILLEGAL_TRANSITION", ["hourRecordId"])],
    ]
    assert rejected["hourRecord"] == {"state": "REJECTED", "version": 2}
    assert seen == {"resident", "contact", "captain", "staff", "subdistrict", "district", "city"}


def test_an_appraisal_never_changes(ask: Asking, crew: Crew) -> None:
    """I23: what an appraisal says is frozen, whatever happens to the hours afterwards."""
    entry = {"subject_id": crew.registration.id, "division_code": crew.registration.division_code}
    models.JournalEntry.create(**BEGUN | entry | {"at": "2025-10-03T00:00:00Z"})
    make_hour_record(crew.person, registration=crew.registration, day=date(2025, 12, 1))
    make_hour_record(crew.person, registration=crew.registration, day=date(2025, 12, 2), state=HourState.LOGGED)
    make_hour_record(crew.person, registration=crew.registration, day=date(2026, 1, 1))
    for state in PledgeState:
        make_pledge(crew.registration, state=state, due_on=date(2025, 12, 31))
    shown = "appraisal { id year grade hours pledgesKept pledgesDue comment reportedAt }"
    given = {"registrationId": crew.key, "year": 2025, "grade": "GOOD", "comment": "按时到岗"}
    refused = [
        ask.refused("contact", "appraiseRegistration", **given),
        ask.refused("staff", "appraiseRegistration", **given | {"year": 2027}),
        ask.refused("staff", "appraiseRegistration", **given | {"year": 2026}),
        ask.refused("staff", "appraiseRegistration", **given | {"year": 2024}),
    ]

    first = ask.change("staff", "appraiseRegistration", shown, **given)["appraisal"]
    refused.append(ask.refused("staff", "appraiseRegistration", **given))
    make_hour_record(crew.person, registration=crew.registration, day=date(2025, 12, 3))
    HourRecord.update(state=HourState.REJECTED).execute()
    Pledge.update(state=PledgeState.KEPT).execute()
    query = f'{{ appraisal(id: "{first["id"]}") {{ hours pledgesKept pledgesDue }} }}'
    who = ("staff", "resident", "contact", "member", None)
    after = {one: ask.answer(one, query)["data"]["appraisal"] for one in who}

    assert refused == [
        [("NOT_PERMITTED", None)],
        [("INVALID_INPUT", ["year"])],
        [("NOT_ELIGIBLE", ["year"])],
        [("NOT_ELIGIBLE", ["year"])],
        [("ALREADY_EXISTS", ["year"])],
    ]
    assert first | {"id": ""} == {
        "id": "", "year": 2025, "grade": "GOOD", "hours": "2.00", "pledgesKept": 1, "pledgesDue": 3,
        "comment": "按时到岗", "reportedAt": "2026-01-05T08:00:00Z",
    }  # fmt: skip
    figures = {"hours": "2.00", "pledgesKept": 1, "pledgesDue": 3}
    assert after == {"staff": figures, "resident": figures, "contact": figures, "member": None, None: None}
    assert [notice.kind for notice in models.Notice.select()] == ["APPRAISED"]


def test_hours_and_appraisals_forget_an_erased_person(ask: Asking, crew: Crew) -> None:
    make_hour_record(crew.person, registration=crew.registration)
    make_appraisal(crew.registration)
    ask.change("staff", "endRegistration", "__typename", registrationId=crew.key, reason="OTHER")
    ask.change("staff", "erasePerson", "__typename", personId=f"Person_{crew.person.id}")

    query = "{ hourRecords { nodes { text hours person { name } } } appraisals { nodes { comment } } }"
    assert ask.answer("staff", query)["data"] == {
        "hourRecords": {"nodes": [{"text": "已注销", "hours": "2.00", "person": {"name": "已注销"}}]},
        "appraisals": {"nodes": [{"comment": "已注销"}]},
    }


def test_what_somebody_did_is_logged_once(ask: Asking, crew: Crew) -> None:
    pledge, call = make_pledge(crew.registration), Call(SYSTEM, AT)
    source = make_team(crew.unit.division)
    served = Served(date(2026, 1, 5), Decimal(4), Duty.JOINT_PREVENTION, "值守")

    kept = [
        log_from(
            call, source, crew.person, For(crew.registration.id, crew.team.id, pledge.id),
            division_code=crew.person.division_code, served=served,
        )
        for _ in range(2)
    ]  # fmt: skip

    assert kept == [True, False]
    assert Pledge.get_by_id(pledge.id).state is PledgeState.KEPT
    shown = ask.answer("staff", "{ hourRecords { nodes { sourceId state } } }")["data"]["hourRecords"]["nodes"]
    assert shown == [{"sourceId": f"VolunteerTeam_{source.id}", "state": "CONFIRMED"}]


def test_whoever_races_a_day_has_so_many_hours(database: DatabaseProxy) -> None:
    ask = Asking(build())
    crew = Crew(ask)

    answers = at_once(4, lambda: logged(ask, "resident", crew.row(hours="6.0")))

    assert sorted(len(errors) for [errors] in answers) == [0, 0, 1, 1]
    assert sum(record.hours for record in HourRecord.select()) == 12
