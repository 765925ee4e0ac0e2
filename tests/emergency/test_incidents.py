"""Incidents: from the alarm to the review, what belongs to them, who knows of them, and what the clock asks for."""

from datetime import timedelta
from typing import Any

from db.access.models.notice import Notice, NoticeKind
from db.city import models
from db.city.clock import tick
from db.city.journal_check import verify_journals
from db.incidents.models import Incident, IncidentState
from db.issues.lifecycle import IssueOutcome, IssueState
from db.kernel.fields import utc_text
from tests import factories as make
from tests.asking import Asking
from tests.emergency.factories import make_incident
from tests.factories import AT
from tests.linkage.factories import make_visit
from tests.town import last_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHOWN = """incident { id number state grade level dueAt emergencyNumber place responsibleDivision { code } detectedAt
    calledAt gradedAt firstOnSiteAt stoodDownAt journal { nodes { action } } } event { action }"""
ISSUE = {
    "channel": "APP", "title": "示范小区路灯不亮", "description": "示范说明", "duty": "PUBLIC_BENEFIT_SERVICE",
    "urgency": "URGENT", "contactName": "示范居民",
}  # fmt: skip


def fire(ask: Asking, who: str = "resident", at: Any = AT, **given: Any) -> Any:
    """Let somebody enter a fire in the home community; return the incident."""
    wanted = {"divisionCode": ask.town.home.division_code, "kind": "FIRE", "title": "示范小区起火", **given}
    payload = ask.change(who, "detectIncident", SHOWN, at, **wanted)
    assert payload["userErrors"] == [], payload
    return payload["incident"]


def unit(ask: Asking) -> str:
    assert ask.town.unit is not None
    return f"Organization_{ask.town.unit.id}"


def called(ask: Asking, incident: str, at: Any = AT) -> str:
    """Call the unit to an incident and let it accept; return the deployment."""
    assert ask.refused("staff", "callIncident", at, incidentId=incident, parties=[unit(ask)]) == []
    return accepted(ask, incident, at)


def accepted(ask: Asking, incident: str, at: Any = AT) -> str:
    query = (
        f'{{ incident(id: "{incident}") {{ deployments(filter: {{state: {{eq: CALLED}}}}) {{ nodes {{ id }} }} }} }}'
    )
    [row] = ask.answer("staff", query, at)["data"]["incident"]["deployments"]["nodes"]
    assert ask.refused("contact", "answerDeployment", at, deploymentId=row["id"], headcount=5) == []
    return row["id"]


def test_an_incident_is_detected_called_graded_handled_stood_down_and_reviewed(ask: Asking) -> None:
    town = ask.town
    issue = town.submit(urgency="EMERGENCY")
    made = fire(ask, place="三号楼二单元501", issueId=f"Issue_{issue}")
    incident = made["id"]
    assert (made["state"], made["level"], made["emergencyNumber"], made["dueAt"]) == (
        "DETECTED",
        "COMMUNITY",
        "119",
        None,
    )
    assert made["number"] == f"TF-{town.home.division_code}-2026-000001"
    assert last_of(issue).told == {"incident_id": int(incident.rpartition("_")[2])}

    # Only those who deal with it know of it, or of the place in words.
    one = f'{{ incident(id: "{incident}") {{ state place issues {{ totalCount }} }} }}'
    for who in (None, "neighbour", "next_staff", "contact"):
        assert ask.answer(who, one)["data"]["incident"] is None, who
    for who in ("resident", "staff", "director", "subdistrict", "city"):
        assert ask.answer(who, one)["data"]["incident"]["place"] == "三号楼二单元501", who
    row = f'{{ issue(id: "Issue_{issue}") {{ incident {{ number }} }} }}'
    assert ask.answer("staff", row)["data"]["issue"]["incident"] == {"number": made["number"]}

    at = AT + 5 * MINUTE
    given = {"incidentId": incident, "parties": [unit(ask)], "proposedGrade": "III"}
    made = ask.change("director", "callIncident", SHOWN, at, **given)["incident"]
    assert (made["state"], made["dueAt"]) == ("CALLED", utc_text(at + 30 * MINUTE))
    [notice] = Notice.select().where(Notice.kind == NoticeKind.CALLED_OUT)
    assert "三号楼二单元501" in notice.text
    deployment = accepted(ask, incident, at)
    assert ask.refused("staff", "gradeIncident", at, incidentId=incident, grade="III", reason="火势大") == [
        ("NOT_PERMITTED", ["grade"])
    ]
    at += 10 * MINUTE
    made = ask.change("subdistrict", "gradeIncident", SHOWN, at, incidentId=incident, grade="III", reason="火势大")
    assert (made["incident"]["state"], made["incident"]["grade"]) == ("GRADED", "III")
    assert made["incident"]["responsibleDivision"] == {"code": town.street.code}
    assert ask.answer(None, one)["data"]["incident"] == {"state": "GRADED", "place": None, "issues": {"totalCount": 0}}

    at += 10 * MINUTE
    assert ask.refused("contact", "startDeployment", at, deploymentId=deployment) == []
    assert Incident.get().state is IncidentState.HANDLING
    # Down to the community again, by the higher of the two offices.
    for who, refusal in (("staff", [("NOT_PERMITTED", None)]), ("subdistrict", [])):
        given = {"incidentId": incident, "grade": "IV", "reason": "火势减小"}
        assert ask.refused(who, "gradeIncident", at, **given) == refusal
    report = ask.change(
        "staff", "reportSituation", "report { officeCode helped } incident { dueAt }", at,
        incidentId=incident, text="疏散二十人", helped=20,
    )  # fmt: skip
    assert report["report"] == {"officeCode": town.home.division_code, "helped": 20}
    assert report["incident"] == {"dueAt": utc_text(at + DAY)}
    assert ask.refused("subdistrict", "reportSituation", at, incidentId=incident, text="再报") == [
        ("NOT_PERMITTED", None)
    ]

    down = {"incidentId": incident, "summary": "明火扑灭"}
    refused = ask.change("staff", "standDownIncident", "__typename", at, **down)["userErrors"]
    assert [(error["code"], deployment in error["message"]) for error in refused] == [("NOT_ALL_SETTLED", True)]
    at += HOUR
    assert ask.refused("contact", "endDeployment", at, deploymentId=deployment, headcount=5) == []
    made = ask.change("staff", "standDownIncident", SHOWN, at, **down)["incident"]
    assert (made["state"], made["dueAt"]) == ("STOOD_DOWN", utc_text(at + 30 * DAY))
    late = AT + 60 * DAY
    for who, then, refusal in (
        ("staff", at, ("NOT_PERMITTED", None)), ("subdistrict", late, ("LIMIT_REACHED", ["incidentId"])),
    ):  # fmt: skip
        assert ask.refused(who, "reviewIncident", then, incidentId=incident, lessons="清理楼道") == [refusal]
    made = ask.change("subdistrict", "reviewIncident", SHOWN, at, incidentId=incident, lessons="清理楼道")["incident"]
    assert [node["action"] for node in made["journal"]["nodes"]] == [
        "CREATE", "CALL", "GRADE", "BEGIN", "REGRADE", "REPORT", "COMPLETE", "REVIEW",
    ]  # fmt: skip
    times = [made[name] for name in ("detectedAt", "calledAt", "gradedAt", "firstOnSiteAt", "stoodDownAt")]
    assert times == sorted(times)
    assert "Incident" not in {finding.subject_type for finding in verify_journals(town.city.code).findings}


def test_who_enters_what_and_who_dismisses_it(ask: Asking) -> None:
    town = ask.town
    home, district = town.home.division_code, town.district.code
    given = {"kind": "UTILITY", "title": "示范停水"}
    for who, code, refusal in (
        ("resident", home, []), ("grid", home, []), ("member", home, []), ("staff", home, []),
        ("contact", home, [("NOT_PERMITTED", ["divisionCode"])]),
        ("subdistrict", home, [("NOT_PERMITTED", ["divisionCode"])]),
        ("stranger", home, [("NOT_PERMITTED", ["divisionCode"])]),
        ("district", district, []), ("city", district, [("NOT_PERMITTED", ["divisionCode"])]),
        ("staff", "990000000000", [("NOT_FOUND", ["divisionCode"])]),
    ):  # fmt: skip
        assert ask.refused(who, "detectIncident", divisionCode=code, **given) == refusal, (who, code)
    grid, other = make.make_site(town.home.division), make.make_site(town.home.division, code="G-77")
    models.RoleGrant.update(site=grid).where(models.RoleGrant.account == town.accounts["grid"]).execute()
    for site, refusal in ((grid, []), (other, [("NOT_PERMITTED", ["siteId"])])):
        given_site = {"divisionCode": home, "siteId": f"Site_{site.id}", **given}
        assert ask.refused("grid", "detectIncident", **given_site) == refusal

    alarm = fire(ask)["id"]
    for who, refusal in (
        ("neighbour", ("NOT_FOUND", ["incidentId"])), ("resident", ("NOT_PERMITTED", None)),
        ("director", ("NOT_PERMITTED", None)), ("subdistrict", ("NOT_PERMITTED", None)), ("staff", None),
        ("staff", ("ILLEGAL_TRANSITION", ["incidentId"])),
    ):  # fmt: skip
        asked = ask.refused(who, "dismissIncident", incidentId=alarm, reason="误报")
        assert asked == ([refusal] if refusal else []), who
    # A false alarm never becomes public, nor does anything belong to it.
    assert ask.answer(None, f'{{ incident(id: "{alarm}") {{ id }} }}')["data"]["incident"] is None
    for issue, refusal in (
        (town.submit(), ("INVALID_INPUT", ["issueId"])), (99, ("NOT_FOUND", ["issueId"])),
    ):  # fmt: skip
        asked = ask.refused("staff", "detectIncident", divisionCode=home, issueId=f"Issue_{issue}", **given)
        assert asked == [refusal]


def test_parts_of_an_incident_are_handled_with_it_and_end_before_it(ask: Asking) -> None:
    town = ask.town
    large = fire(ask, "district", divisionCode=town.district.code, kind="EPIDEMIC")["id"]
    here = {"divisionCode": town.home.division_code, "kind": "FIRE", "title": "示范"}
    # A community knows of the district's incident once that is graded.
    assert ask.refused("staff", "detectIncident", parentId=large, **here) == [("NOT_FOUND", ["parentId"])]
    assert ask.refused("district", "callIncident", incidentId=large, parties=[unit(ask)]) == []
    for grade, refusal in (("III", [("INVALID_INPUT", ["grade"])]), ("II", [])):
        assert ask.refused("district", "gradeIncident", incidentId=large, grade=grade, reason="级别") == refusal
    part = fire(ask, "staff", parentId=large)["id"]
    for parent, refusal in ((part, ("INVALID_INPUT", ["parentId"])), ("Incident_99", ("NOT_FOUND", ["parentId"]))):
        assert ask.refused("staff", "detectIncident", parentId=parent, **here) == [refusal]
    far = {**here, "divisionCode": town.far.division_code, "parentId": large}
    assert ask.refused("stranger", "detectIncident", **far) == [("NOT_FOUND", ["parentId"])]

    deployment = called(ask, part)
    # Whoever came before the grade counts from it on.
    assert ask.refused("contact", "startDeployment", AT + MINUTE, deploymentId=deployment) == []
    states = [(row.state, row.first_on_site_at) for row in Incident.select().order_by(Incident.id)]
    assert states == [(IncidentState.HANDLING, AT + MINUTE), (IncidentState.CALLED, None)]
    at = AT + 2 * MINUTE
    assert ask.refused("staff", "gradeIncident", at, incidentId=part, grade="IV", reason="级别") == []
    assert Incident.get_by_id(int(part.rpartition("_")[2])).first_on_site_at == at

    down = {"incidentId": large, "summary": "解除"}
    refused = ask.change("district", "standDownIncident", "__typename", at, **down)["userErrors"]
    assert [(error["code"], part in error["message"]) for error in refused] == [("NOT_ALL_SETTLED", True)]
    assert ask.refused("contact", "endDeployment", at, deploymentId=deployment, headcount=5) == []
    assert ask.refused("staff", "standDownIncident", at, incidentId=part, summary="解除") == []
    assert ask.refused("district", "standDownIncident", at, **down) == []
    # Who was called and has not come need not come any more, and nothing new belongs to it.
    left = accepted(ask, large, at)
    assert ask.refused("contact", "startDeployment", at, deploymentId=left) == [("LIMIT_REACHED", ["deploymentId"])]
    late = {"divisionCode": town.home.division_code, **ISSUE, "incidentId": large}
    assert ask.refused("resident", "submitIssue", at, **late) == [("LIMIT_REACHED", ["incidentId"])]


def test_what_belongs_to_an_incident_is_found_from_it_and_from_what_it_is_a_part_of(ask: Asking) -> None:
    town, home = ask.town, ask.town.home
    city = make_incident(town.city, state=IncidentState.HANDLING)
    part = make_incident(home.division, state=IncidentState.HANDLING, parent=city)
    incident, site = f"Incident_{part.id}", make.make_site(home.division)
    make.make_person(home.division, account=town.accounts["member"])
    begins = AT + DAY
    for who, name, given in (
        ("resident", "submitIssue", {"divisionCode": home.division_code, **ISSUE}),
        ("staff", "callDeployment", {"rows": [{"partyId": unit(ask)}]}),
        ("staff", "planShifts", {
            "divisionCode": home.division_code, "kind": "PATROL", "place": "示范广场", "needed": 2, "lengthMinutes": 60,
            "startsAt": utc_text(begins), "endsAt": utc_text(begins + HOUR),
        }),
        ("member", "logVisit", {
            "targetId": f"Site_{site.id}", "visitedAt": utc_text(AT), "form": "ON_SITE", "findings": "示范",
        }),
        ("staff", "issuePublication", {
            "divisionCode": home.division_code, "kind": "ANNOUNCEMENT", "audience": "PUBLIC", "title": "示范",
            "body": "示范",
        }),
        ("staff", "pledgeDonation", {
            "recipientId": f"Committee_{home.id}", "kind": "MONEY", "amount": "10.00", "donorName": "示范企业",
        }),
    ):  # fmt: skip
        for wrong, refusal in (("Incident_99", [("NOT_FOUND", ["incidentId"])]), (incident, [])):
            assert ask.refused(who, name, incidentId=wrong, **given) == refusal, name
    low = {"divisionCode": home.division_code, **ISSUE, "urgency": "NORMAL", "incidentId": incident}
    assert ask.refused("resident", "submitIssue", **low) == [("INVALID_INPUT", ["urgency"])]
    [issue] = models.Issue.select()
    for name in ("acceptIssue", "regradeIssue"):
        given = {"duty": "DISPUTE_RESOLUTION"} if name == "acceptIssue" else {"reason": "降级"}
        asked = ask.refused("staff", name, issueId=f"Issue_{issue.id}", urgency="NORMAL", **given)
        assert asked == [("INVALID_INPUT", ["urgency"])]

    lists = ["issues", "deployments", "shifts", "visits", "publications", "donations"]
    counts = " ".join(f"{name} {{ totalCount }}" for name in lists)
    shown = f"{counts} coverage {{ targetKind total visited }}"
    both = f'{{ nodes(ids: ["Incident_{city.id}", "{incident}"]) {{ ... on Incident {{ {shown} }} }} }}'
    for found in ask.answer("staff", both)["data"]["nodes"]:
        assert found.pop("coverage")[0] == {"targetKind": "GRID", "total": 1, "visited": 1}
        assert found == {name: {"totalCount": 1} for name in lists}
    other = make_incident(home.division, state=IncidentState.HANDLING)
    make_visit(make.make_site(home.division, code="G-78"))
    covered = """query ($code: String!, $incident: ID) { division(code: $code) { stats { openIncidentCount
        coverage(incidentId: $incident) { targetKind visited } } } }"""
    for named, count in ((f"Incident_{city.id}", 1), (incident, 1), (f"Incident_{other.id}", 0), (None, 2)):
        answer = ask.answer(None, covered, code=town.district.code, incident=named)
        stats = answer["data"]["division"]["stats"]
        assert stats["coverage"][0] == {"targetKind": "GRID", "visited": count}, named
        assert stats["openIncidentCount"] == 2
    # Problems solved in an incident (F7) are its issues that were resolved.
    issue.change(state=IssueState.CLOSED, outcome=IssueOutcome.RESOLVED, closed_at=AT)
    solved = (
        f'{{ incident(id: "Incident_{city.id}") {{ issues(filter: {{outcome: {{eq: RESOLVED}}}}) {{ totalCount }} }} }}'
    )
    assert ask.answer("staff", solved)["data"]["incident"]["issues"] == {"totalCount": 1}


def test_the_office_above_hears_of_grades_and_reports_that_are_late(ask: Asking) -> None:
    def told() -> list[tuple[str, str]]:
        kinds = (NoticeKind.GRADE_DUE, NoticeKind.REPORT_DUE)
        notices = Notice.select().where(Notice.kind.in_(kinds)).order_by(Notice.id)
        return [(str(notice.kind), notice.role) for notice in notices]

    incident = fire(ask)["id"]
    deployment = called(ask, incident)
    assert tick(AT + 29 * MINUTE).counts["told of incidents"] == 0
    for _ in range(2):
        tick(AT + 30 * MINUTE)
    assert told() == [("GRADE_DUE", "SUBDISTRICT_OFFICER")]
    at = AT + HOUR
    assert ask.refused("district", "gradeIncident", at, incidentId=incident, grade="II", reason="蔓延") == []
    assert ask.refused("contact", "startDeployment", at, deploymentId=deployment) == []
    for days in (0.9, 1, 1.5):
        tick(at + days * DAY)
    assert told()[1:] == [("REPORT_DUE", "CITY_OFFICER")]
    # Each report puts the next one off.
    at += 2 * DAY
    assert ask.refused("district", "reportSituation", at, incidentId=incident, text="情况平稳") == []
    tick(at + 0.9 * DAY)
    assert len(told()) == 2
    tick(at + DAY)
    assert told()[2:] == [("REPORT_DUE", "CITY_OFFICER")]
