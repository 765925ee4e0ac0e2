"""Monitoring at home: consent, one case a person (I43), fevers, who learns what, help, and what is erased (I44)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.audit import AuditAction, AuditEntry
from db.access.models.journal import JournalEntry
from db.access.models.notice import Notice, NoticeKind
from db.access.models.purge import PurgeRun
from db.city import models
from db.city.clock import tick
from db.monitoring.models import AidTask, MonitoringCase, MonitoringReading
from db.registrations.models.service import HourRecord
from db.settings.models import SettingKey
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT, TODAY
from tests.monitoring.care import ADDRESS, DAY, NAME, PHONE, WISH, Care
from tests.monitoring.factories import make_helping_team
from tests.people.factories import make_person
from tests.settings.nouns import make_setting
from tests.stored import everything
from tests.town import build

HOUR = timedelta(hours=1)


@pytest.fixture
def care(ask: Asking) -> Care:
    return Care(ask)


def test_nobody_is_monitored_without_consent_or_twice(care: Care) -> None:
    elsewhere = make_helping_team(care.town.far.division)
    refused: list[tuple[str, dict[str, Any], tuple[str, list[str] | None]]] = [
        ("staff", {"hasConsent": False}, ("CONSENT_REQUIRED", ["hasConsent"])),
        ("health", {"personName": "钱甲乙"}, ("NOT_PERMITTED", ["personId"])),
        ("health", {"teamId": f"VolunteerTeam_{elsewhere.id}"}, ("NOT_FOUND", ["teamId"])),
        ("health", {"siteId": None}, ("INVALID_INPUT", ["siteId"])),
        ("health", {"endsOn": str(TODAY - DAY)}, ("INVALID_INPUT", ["endsOn"])),
        ("volunteer", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("next_staff", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("district", {}, ("NOT_PERMITTED", ["divisionCode"])),
    ]  # fmt: skip
    for who, given, error in refused:
        assert care.do(who, "openMonitoring", **care.wanted(**given)) == [error]

    # Staff need not give the name, and a minor's guardian consents.
    case = care.open("staff", personName=None, consentBy="GUARDIAN")
    row = MonitoringCase.get()
    assert (row.ends_on, row.starts_on, row.consent_by) == (TODAY + 7 * DAY, TODAY, "GUARDIAN")
    [error] = care.ask.change("staff", "openMonitoring", "__typename", **care.wanted())["userErrors"]
    assert (error["code"], error["field"]) == ("ALREADY_EXISTS", ["personId"])
    assert case in error["message"]

    # It ends today, or later than it was to, by staff or a health worker; to hospital by a health worker alone.
    assert care.do("staff", "extendMonitoring", caseId=case, endsOn=str(TODAY + 7 * DAY)) == [
        ("INVALID_INPUT", ["endsOn"])
    ]
    assert care.do("health", "extendMonitoring", caseId=case, endsOn=str(TODAY + 9 * DAY)) == []
    assert care.do("staff", "transferMonitoring", caseId=case) == [("NOT_PERMITTED", None)]
    assert care.do("resident", "closeMonitoring", caseId=case, outcome="COMPLETED") == [("NOT_PERMITTED", None)]
    assert care.do("staff", "closeMonitoring", caseId=case, outcome="LAPSED") == [("INVALID_INPUT", ["outcome"])]
    assert care.do("health", "transferMonitoring", AT + DAY, caseId=case) == []
    assert MonitoringCase.get().ends_on == TODAY + DAY
    assert care.do("health", "closeMonitoring", caseId=case, outcome="COMPLETED") == [
        ("ILLEGAL_TRANSITION", ["caseId"])
    ]
    # Who came back is monitored anew; where another person is monitored makes no difference.
    again = care.open(at=AT + 2 * DAY)
    care.open(at=AT + 2 * DAY, personId=f"Person_{make_person(care.town.far.division, name=NAME).id}")
    assert care.do("staff", "closeMonitoring", AT + 3 * DAY, caseId=again, outcome="MOVED") == []


def test_of_a_fever_health_workers_and_staff_are_told_at_once(care: Care) -> None:
    case = care.open()
    due = f'{{ monitoringCase(id: "{case}") {{ readingsDue }} }}'
    assert care.read("staff", due)["monitoringCase"] == {"readingsDue": 2}
    for who, temperature, symptoms, told in (
        ("resident", "37.2", False, 0), ("resident", "37.3", False, 2), ("health", "36.5", True, 4),
    ):  # fmt: skip
        given = {"caseId": case, "temperature": temperature, "hasSymptoms": symptoms}
        assert care.do(who, "recordReading", **given) == []
        assert Notice.select().where(Notice.kind == NoticeKind.FEVER).count() == told
    assert {(one.role, one.office_code) for one in Notice.select()} == {
        ("HEALTH_WORKER", care.town.home.division_code), ("STAFF", care.town.home.division_code),
    }  # fmt: skip
    assert care.read("staff", due)["monitoringCase"] == {"readingsDue": 0}
    assert care.read("staff", due, AT + DAY)["monitoringCase"] == {"readingsDue": 2}
    for told in ("health", "staff"):
        nodes = care.read(told, "{ viewer { notices { nodes { kind text } } } }")["viewer"]["notices"]["nodes"]
        assert [(one["kind"], case in one["text"], NAME in one["text"]) for one in nodes] == [
            ("FEVER", True, False)
        ] * 2
    assert care.do("resident", "recordReading", caseId=case, temperature="33.9") == [("INVALID_INPUT", ["temperature"])]
    assert care.do("staff", "recordReading", caseId=case, temperature="36.5") == [("NOT_PERMITTED", ["caseId"])]
    assert care.do("volunteer", "recordReading", caseId=case, temperature="36.5") == [("NOT_FOUND", ["caseId"])]
    assert care.do("health", "closeMonitoring", caseId=case, outcome="COMPLETED") == []
    assert care.do("resident", "recordReading", caseId=case, temperature="36.5") == [("ILLEGAL_TRANSITION", ["caseId"])]


# --- Who learns what --------------------------------------------------------------------------------------------------

REVEALED = "name phone address monitoringCase { readings { nodes { temperature } } }"


def test_who_it_is_and_what_was_measured_is_told_on_the_record(care: Care) -> None:
    case = care.open()
    assert care.do("resident", "recordReading", caseId=case, temperature="36.6") == []
    text = (
        f'{{ monitoringCase(id: "{case}") {{ readings {{ nodes {{ temperature }} }} }} '
        "monitoringReadings { totalCount } monitoringCases { totalCount } }"
    )

    def seen(who: str | None, at: Any = AT) -> tuple[int, int | None, int]:
        data = care.read(who, text, at)
        own = data["monitoringCase"]
        assert own is not None or data["monitoringReadings"]["totalCount"] == 0
        readings = None if own is None else len(own["readings"]["nodes"])
        return data["monitoringCases"]["totalCount"], readings, data["monitoringReadings"]["totalCount"]

    knowing = ("resident", "health", "staff")
    assert [seen(who) for who in knowing] == [(1, 1, 1), (1, 0, 0), (1, 0, 0)]
    for who in (None, "volunteer", "neighbour", "member", "director", "grid", "next_staff", "subdistrict", "city"):
        assert seen(who) == (0, None, 0), who
    # Those who know that there is a case, and may not open it: who it is; and those who know of none.
    for who, code in (("resident", "NOT_PERMITTED"), ("volunteer", "NOT_FOUND"), ("city", "NOT_FOUND")):
        assert care.do(who, "revealMonitoring", caseId=case, reason="示范") == [(code, ["caseId"])]

    opened = {"caseId": case, "reason": "上门前核对住址"}
    dry = care.ask.change("health", "revealMonitoring", REVEALED, **opened, dryRun=True)
    nothing = {"name": None, "phone": None, "address": None, "monitoringCase": {"readings": {"nodes": []}}}
    assert dry == {**nothing, "userErrors": []}
    found = care.ask.change("health", "revealMonitoring", REVEALED, **opened, idempotencyKey="k-1")
    told = {"name": NAME, "phone": PHONE, "address": ADDRESS}
    readings = {"monitoringCase": {"readings": {"nodes": [{"temperature": "36.6"}]}}}
    assert found == {**told, **readings, "userErrors": []}
    again = care.ask.change("health", "revealMonitoring", REVEALED, **opened, idempotencyKey="k-1")
    assert again == {**nothing, **readings, "userErrors": []}
    assert [seen(who) for who in knowing] == [(1, 1, 1), (1, 1, 1), (1, 0, 0)]
    # Each opening is on the record.
    assert care.ask.change("staff", "revealMonitoring", "name", **opened)["name"] == NAME
    entries = AuditEntry.select().where(AuditEntry.action == AuditAction.REVEALED).order_by(AuditEntry.id)
    who = [care.town.accounts[name].id for name in ("health", "staff")]
    assert [(one.account_id, f"{one.subject_type}_{one.subject_id}", one.reason) for one in entries] == [
        (account, case, "上门前核对住址") for account in who
    ]  # fmt: skip
    # Staff know of it no longer once it has ended; health workers and the person do.
    assert care.do("staff", "closeMonitoring", caseId=case, outcome="COMPLETED") == []
    assert [seen(who) for who in knowing] == [(1, 1, 1), (1, 1, 1), (0, None, 0)]
    assert care.do("staff", "revealMonitoring", **opened) == [("NOT_FOUND", ["caseId"])]
    # The journal, which is kept for ever, names neither the person nor what is known of them.
    own = f'{{ node(id: "{case}") {{ ... on MonitoringCase {{ journal {{ nodes {{ action }} }} }} }} }}'
    assert care.read("staff", own)["node"] is None
    steps = care.read("health", own)["node"]["journal"]["nodes"]
    assert [step["action"] for step in steps] == ["CREATE", "END"]


def test_volunteers_learn_a_first_name_and_a_site_while_they_have_a_task(care: Care) -> None:
    case = care.open()
    task = care.request(case)
    text = (
        f'{{ aidTask(id: "{task}") {{ kind state firstName text site {{ id }} taker {{ id }} case {{ id }} }} '
        "aidTasks { totalCount } }"
    )

    def seen(who: str | None) -> Any:
        found = care.read(who, text)["aidTask"]
        return found and tuple(bool(found[name]) for name in ("firstName", "text", "site", "case"))

    open_to_team, taken = (False, False, False, False), (True, True, True, False)
    assert [seen(who) for who in ("volunteer", "helper")] == [open_to_team] * 2
    assert [seen(who) for who in ("resident", "staff", "health")] == [(False, True, False, True)] * 3
    strangers = (None, "neighbour", "member", "next_staff", "subdistrict", "district", "city")
    assert [seen(who) for who in strangers] == [None] * len(strangers)
    # Whoever is helped, and whoever is not of the team, takes no task.
    for who, taker, error in (
        ("resident", None, ("NOT_PERMITTED", None)),
        ("neighbour", None, ("NOT_FOUND", ["taskId"])),
        ("staff", None, ("INVALID_INPUT", ["takerId"])),
        ("staff", care.patient, ("NOT_ELIGIBLE", ["takerId"])),
        ("helper", care.volunteers["volunteer"], ("NOT_PERMITTED", ["takerId"])),
    ):
        given = {} if taker is None else {"takerId": f"Person_{taker.id}"}
        assert care.do(who, "takeAidTask", taskId=task, **given) == [error]
    assert care.do("volunteer", "takeAidTask", taskId=task) == []
    assert [seen(who) for who in ("volunteer", "helper")] == [taken] * 2
    found = care.read("volunteer", text)["aidTask"]
    assert (found["firstName"], found["text"], found["site"]["id"]) == ("甲乙", WISH, f"Site_{care.site.id}")
    assert [seen(who) for who in strangers] == [None] * len(strangers)
    assert care.do("helper", "takeAidTask", taskId=task) == [("CONFLICT", ["taskId"])]
    assert care.do("helper", "returnAidTask", taskId=task) == [("NOT_PERMITTED", None)]
    # Given back, staff name another one, who learns nothing more once it is done.
    assert care.do("volunteer", "returnAidTask", taskId=task) == []
    assert care.do("staff", "takeAidTask", taskId=task, takerId=f"Person_{care.volunteers['helper'].id}") == []
    assert care.do("helper", "completeAidTask", taskId=task, hours="0.5") == []
    assert (seen("helper"), seen("volunteer")) == (open_to_team, None)


def test_offices_above_count_and_see_no_row(care: Care) -> None:
    case = care.open()
    for kind in ("MEALS", "MEALS", "RUBBISH"):
        care.request(case, kind=kind)
    taken = care.request(case)
    assert care.do("volunteer", "takeAidTask", taskId=taken) == []
    assert care.do("volunteer", "completeAidTask", taskId=taken, hours="1") == []
    stats = "stats { openMonitoringCount openAidTaskCount }"
    text = (
        f'{{ division(code: "{care.town.home.division_code}") {{ {stats} monitoringCases {{ totalCount }} }} '
        f'city: division(code: "{care.town.city.code}") {{ {stats} }} '
        f'aidTaskAggregate(filter: {{ incidentId: {{ eq: "Incident_{care.outbreak.id}" }} }}, groupBy: [KIND, STATE]) '
        "{ groups { key { kind state } count } } }"
    )
    here, none = (
        {"openMonitoringCount": 1, "openAidTaskCount": 3},
        {"openMonitoringCount": None, "openAidTaskCount": None},
    )
    for who, of_home, of_city, cases in (
        ("staff", here, none, 1), ("health", here, none, 1), ("subdistrict", here, none, 0),
        ("district", here, none, 0), ("city", here, here, 0), ("neighbour", none, none, 0),
        ("volunteer", none, none, 0), ("next_staff", none, none, 0), (None, none, none, 0),
    ):  # fmt: skip
        data = care.read(who, text)
        assert (data["division"]["stats"], data["city"]["stats"]) == (of_home, of_city), who
        assert data["division"]["monitoringCases"]["totalCount"] == cases
        groups = {(*one["key"].values(), one["count"]) for one in data["aidTaskAggregate"]["groups"]}
        counted = {("MEALS", "OPEN", 2), ("RUBBISH", "OPEN", 1), ("MEDICINE", "DONE", 1)}
        assert groups == (counted if of_home is here else set())


# --- Help -------------------------------------------------------------------------------------------------------------


def test_hours_count_once_a_task_is_confirmed_by_whoever_was_helped_or_after_a_day(care: Care) -> None:
    case = care.open()
    first, second, third = (care.request(case) for _ in range(3))
    for task, hours in ((first, "1.5"), (second, "2")):
        assert care.do("volunteer", "takeAidTask", taskId=task) == []
        assert care.do("volunteer", "completeAidTask", taskId=task, hours="0.7") == [("INVALID_INPUT", ["hours"])]
        assert care.do("volunteer", "completeAidTask", taskId=task, hours="12.5") == [("LIMIT_REACHED", ["hours"])]
        assert care.do("volunteer", "completeAidTask", taskId=task, hours=hours) == []
    assert care.do("volunteer", "confirmAidTask", taskId=first, rating=5) == [("NOT_PERMITTED", None)]
    assert care.do("resident", "confirmAidTask", taskId=first, rating=6) == [("INVALID_INPUT", ["rating"])]
    assert care.do("resident", "confirmAidTask", taskId=first, rating=5) == []
    assert care.do("resident", "confirmAidTask", taskId=third, rating=5) == [("ILLEGAL_TRANSITION", ["taskId"])]
    tick(AT + 23 * HOUR)
    assert HourRecord.select().count() == 1
    report = tick(AT + 24 * HOUR)
    assert report.counts["aid tasks confirmed"] == 1
    assert [(one.state, one.rating) for one in AidTask.select().order_by(AidTask.id)] == [
        ("CONFIRMED", 5), ("CONFIRMED", None), ("OPEN", None),
    ]  # fmt: skip
    records = list(HourRecord.select().order_by(HourRecord.id))
    assert [(one.person_id, one.team_id, one.hours, one.day, one.state) for one in records] == [
        (care.volunteers["volunteer"].id, care.team.id, Decimal(hours), TODAY, "CONFIRMED") for hours in ("1.5", "2")
    ]
    assert [f"{one.source_type}_{one.source_id}" for one in records] == [first, second]
    # Staff who did it themselves do not confirm it.
    person = make_person(care.town.home.division, account=care.town.accounts["staff"])
    models.TeamMembership.create(
        team=care.team, person=person, division_code=care.town.home.division_code, role="MEMBER", since=TODAY
    )
    assert care.do("staff", "takeAidTask", taskId=third) == []
    assert care.do("staff", "completeAidTask", taskId=third, hours="1") == []
    assert care.do("staff", "confirmAidTask", taskId=third, rating=5) == [("NOT_PERMITTED", ["taskId"])]


def test_a_case_keeps_its_incident_team_and_person_and_ends_its_tasks(care: Care) -> None:
    case = care.open()
    tasks = [care.request(case) for _ in range(3)]
    assert care.do("volunteer", "takeAidTask", taskId=tasks[1]) == []
    assert care.do("volunteer", "takeAidTask", taskId=tasks[2]) == []
    assert care.do("volunteer", "completeAidTask", taskId=tasks[2], hours="1") == []
    named = {"incidentId": f"Incident_{care.outbreak.id}", "summary": "示范"}
    [error] = care.ask.change("staff", "standDownIncident", "__typename", **named)["userErrors"]
    assert error["code"] == "NOT_ALL_SETTLED"
    assert error["message"].endswith(f"Open: {case}.")
    gone = {"teamId": f"VolunteerTeam_{care.team.id}", "reason": "示范"}
    assert care.do("staff", "disbandTeam", **gone)[0][0] == "NOT_ALL_SETTLED"
    for person in (care.patient, care.volunteers["volunteer"]):
        assert care.do("staff", "erasePerson", personId=f"Person_{person.id}")[0][0] == "NOT_ALL_SETTLED"
    of_incident = f'{{ incident(id: "{named["incidentId"]}") {{ monitoringCases {{ nodes {{ id }} }} }} }}'
    assert care.read("health", of_incident)["incident"]["monitoringCases"]["nodes"] == [{"id": case}]
    assert care.read("city", of_incident)["incident"]["monitoringCases"]["nodes"] == []
    own = "{ viewer { monitoringCases { nodes { id } } } }"
    assert care.read("resident", own)["viewer"]["monitoringCases"]["nodes"] == [{"id": case}]

    assert care.do("health", "closeMonitoring", caseId=case, outcome="CONSENT_WITHDRAWN") == []
    states = [one.state for one in AidTask.select().order_by(AidTask.id)]
    assert states == ["CANCELLED", "CANCELLED", "DONE"]
    wish = {"caseId": case, "kind": "MEALS", "text": "送饭", "wantedBy": "2026-01-06T00:00:00Z"}
    assert care.do("resident", "requestAid", **wish) == [
        ("ILLEGAL_TRANSITION", ["caseId"])
    ]  # fmt: skip
    assert care.do("resident", "confirmAidTask", taskId=tasks[2], rating=4) == []
    assert care.do("staff", "standDownIncident", **named) == []
    # Who is erased takes along where they lived and what was done for them.
    assert care.do("staff", "erasePerson", personId=f"Person_{care.patient.id}") == []
    assert {row.address for row in MonitoringCase.select()} == {row.text for row in AidTask.select()} == {None}
    assert care.do("staff", "erasePerson", personId=f"Person_{care.volunteers['volunteer'].id}") == []


# --- I44 --------------------------------------------------------------------------------------------------------------


def columns_of_cases() -> str:
    """Read all that is kept of cases, of their tasks and of the steps of both, as a text."""
    nouns = ("MonitoringCase", "MonitoringReading", "AidTask")
    entries: Any = JournalEntry.select().dicts()
    journal = [one for one in entries if one["subject_type"] in nouns]
    rows = [list(table.select().dicts()) for table in (MonitoringCase, MonitoringReading, AidTask, Notice)]
    return str([*rows, journal])


def test_after_the_purge_no_column_of_a_case_names_anybody(database: DatabaseProxy) -> None:
    care = Care(Asking(build()))
    case = care.open()
    assert care.do("resident", "recordReading", caseId=case, temperature="38.1") == []
    task, cancelled = care.request(case), care.request(case)
    assert care.do("resident", "cancelAidTask", taskId=cancelled) == []
    assert care.do("volunteer", "takeAidTask", taskId=task) == []
    assert care.do("volunteer", "completeAidTask", taskId=task, hours="1") == []
    assert care.do("resident", "confirmAidTask", taskId=task, rating=5) == []
    assert care.do("health", "closeMonitoring", AT + 7 * DAY, caseId=case, outcome="COMPLETED") == []
    # One that nobody ended, and one that is not over yet.
    volunteer = care.volunteers["volunteer"]
    forgotten = care.open(personId=f"Person_{volunteer.id}", personName=volunteer.name)
    waiting = care.request(forgotten, "volunteer")
    helper = care.volunteers["helper"]
    running = care.open(
        personId=f"Person_{helper.id}", personName=helper.name, endsOn=str(TODAY + 8 * DAY), address="示范小区9号楼101"
    )

    tick(AT + 37 * DAY)
    assert PurgeRun.select().where(PurgeRun.rule == "monitoring.person").count() == 0
    report = tick(AT + 38 * DAY)
    assert (report.counts["purged monitoring.person"], report.counts["monitoring lapsed"]) == (2, 1)
    [run] = PurgeRun.select().where(PurgeRun.rule == "monitoring.person")
    assert run.count == 2

    account = care.town.accounts["resident"]
    gone = {row.id: row for row in MonitoringCase.select() if f"MonitoringCase_{row.id}" in (case, forgotten)}
    assert {(row.person_id, row.address) for row in gone.values()} == {(None, None)}
    assert {row.case_id for row in MonitoringReading.select()} <= {int(running.split("_")[1])}
    found = columns_of_cases()
    for name in (NAME, PHONE, ADDRESS, WISH, account.name):
        assert name not in found, name
    actors = {one.actor_id for one in JournalEntry.select() if one.subject_type in ("MonitoringCase", "AidTask")}
    assert account.id not in actors
    tasks = {f"AidTask_{row.id}": row for row in AidTask.select()}
    assert {(row.text, row.taker_id) for row in tasks.values()} == {(None, None)}
    # What was done stays, and whose hours they are.
    assert [tasks[one].state for one in (task, cancelled, waiting)] == ["CONFIRMED", "CANCELLED", "CANCELLED"]
    assert MonitoringCase.get(MonitoringCase.outcome == "LAPSED").id == int(forgotten.split("_")[1])
    assert HourRecord.get().person_id == volunteer.id
    assert MonitoringCase.get_by_id(int(running.split("_")[1])).person_id == helper.id
    # Nothing is left to open, nobody's it is, and nothing is purged twice.
    assert care.do("health", "revealMonitoring", AT + 39 * DAY, caseId=case, reason="示范") == [
        ("NOT_FOUND", ["caseId"])
    ]
    assert (
        care.read("resident", "{ monitoringCases { totalCount } }", AT + 39 * DAY)["monitoringCases"]["totalCount"] == 0
    )
    before = [len(rows) for rows in everything()]
    assert tick(AT + 38 * DAY).counts["purged monitoring.person"] == 0
    assert [len(rows) for rows in everything()] == before


def test_with_a_case_goes_what_its_people_asked_for_under_which_keys(care: Care) -> None:
    make_setting(care.town.city, key=SettingKey.CONTACT_KEEP_DAYS, value=1)
    case = care.open(idempotencyKey="of-an-office")
    assert care.do("resident", "recordReading", caseId=case, temperature="36.5", idempotencyKey="reading") == []
    task = care.request(case, idempotencyKey="wish")
    assert care.do("volunteer", "takeAidTask", taskId=task, idempotencyKey="help") == []
    for who in ("resident", "helper"):
        make.make_performed(account=care.town.accounts[who], idempotency_key=f"of-{who}", verb="submitIssue")
    assert care.do("health", "closeMonitoring", AT + DAY, caseId=case, outcome="COMPLETED") == []
    late = {"account": care.town.accounts["resident"], "verb": "recordReading", "at": AT + 5 * DAY}
    make.make_performed(idempotency_key="of-another-case", **late)

    tick(AT + 3 * DAY)

    assert MonitoringCase.get().person_id is None
    assert {one.idempotency_key for one in models.Performed.select()} == {
        "of-an-office", "of-resident", "of-helper", "of-another-case",
    }  # fmt: skip
