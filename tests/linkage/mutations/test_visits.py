"""Visits: who logs them, the issues that they bring, and the duty that they satisfy."""

from datetime import timedelta
from typing import Any

from db.city import models
from db.kernel.fields import utc_text
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind
from db.linkage.models.visit import Visit, VisitIssue
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT, TODAY
from tests.linkage.factories import make_sponsorship
from tests.linkage.mutations.test_linkage import gid, person

DAY = timedelta(days=1)
VISIT = """visit { id form findings issueCount visitor { id } sponsorship { id visitBy visitCount lastVisitedOn }
    issues { nodes { title channel site { id } visit { id } contact { name } } } }"""
ISSUE = {
    "title": "示范小区路灯不亮", "description": "三天不亮", "duty": "PUBLIC_BENEFIT_SERVICE", "urgency": "NORMAL",
}  # fmt: skip


def visit(target: Any, **more: Any) -> dict[str, Any]:
    return {
        "targetId": gid(target), "visitedAt": utc_text(AT - DAY), "form": "ON_SITE", "findings": "示范情况", **more,
    }  # fmt: skip


def test_a_visit_brings_issues_and_satisfies_the_duty(ask: Asking) -> None:
    town = ask.town
    site = make.make_site(town.home.division)
    visitor = person(ask, "contact")
    due = make_sponsorship(target=site, sponsor_organization=town.unit, visit_by=TODAY - DAY, remind_on=TODAY)

    called = ask.change("contact", "logVisit", VISIT, **visit(site, form="PHONE"))["visit"]
    assert called["sponsorship"]["visitBy"] == "2026-01-04"
    assert (called["sponsorship"]["visitCount"], called["sponsorship"]["lastVisitedOn"]) == (0, None)
    found = ask.change("contact", "logVisit", VISIT, **visit(site, issues=[ISSUE, {**ISSUE, "isAnonymous": True}]))
    assert found["userErrors"] == []
    shown = found["visit"]
    assert shown["sponsorship"] == {
        "id": gid(due), "visitBy": "2026-04-06", "visitCount": 1, "lastVisitedOn": "2026-01-04",
    }  # fmt: skip
    assert (shown["visitor"]["id"], shown["findings"], shown["issueCount"]) == (gid(visitor), "示范情况", 2)
    brought = {"title": ISSUE["title"], "channel": "VISIT", "site": {"id": gid(site)}, "visit": {"id": shown["id"]}}
    assert shown["issues"]["nodes"] == [brought | {"contact": None}] * 2
    assert Sponsorship.get_by_id(due.id).remind_on == TODAY + 92 * DAY
    early = ask.change("contact", "logVisit", VISIT, **visit(site, visitedAt=utc_text(AT - 9 * DAY)))["visit"]
    assert early["sponsorship"] | {"id": ""} == {
        "id": "", "visitBy": "2026-04-06", "visitCount": 2, "lastVisitedOn": "2026-01-04"
    }  # fmt: skip

    query = "query ($id: ID!) { visit(id: $id) { findings issueCount issues { totalCount } } }"
    for who, seen in (
        (None, (None, 2, 0)), ("neighbour", (None, 2, 0)), ("next_staff", (None, 2, 0)), ("leader", (None, 2, 2)),
        ("contact", ("示范情况", 2, 2)), ("staff", ("示范情况", 2, 2)), ("city", ("示范情况", 2, 2)),
    ):  # fmt: skip
        row = ask.answer(who, query, id=shown["id"])["data"]["visit"]
        assert (row["findings"], row["issueCount"], row["issues"]["totalCount"]) == seen, who


def test_who_logs_a_visit_and_for_which_sponsorship(ask: Asking) -> None:
    town, home = ask.town, ask.town.home.division
    site, unit = make.make_site(home), make.make_organization(home)
    assert ask.refused("member", "logVisit", **visit(site)) == [("NOT_ELIGIBLE", None)]
    for who in ("member", "leader", "resident", "staff", "contact"):
        person(ask, who)
    cadre = models.Person.get(account=town.accounts["resident"])

    for who, target, refusal in (
        ("member", town.home, None), ("member", unit, None), ("leader", site, None),
        ("member", town.next_door, "NOT_PERMITTED"), ("leader", town.far, "NOT_PERMITTED"),
        ("staff", site, "NOT_PERMITTED"), ("resident", site, "NOT_PERMITTED"), ("contact", site, "NOT_PERMITTED"),
    ):  # fmt: skip
        payload = ask.change(who, "logVisit", VISIT, **visit(target))
        assert [error["code"] for error in payload["userErrors"]] == ([refusal] if refusal else []), (who, target)
        assert payload["visit"] is None or payload["visit"]["sponsorship"] is None
    first = make_sponsorship(target=site, sponsor_person=cadre)
    second = make_sponsorship(target=site, sponsor_organization=unit, lead_person=cadre)
    chosen = ask.change("resident", "logVisit", VISIT, **visit(site))["visit"]["sponsorship"]["id"]
    assert chosen == gid(first)
    named = ask.change("resident", "logVisit", VISIT, **visit(site, sponsorshipId=gid(second), issues=[ISSUE]))
    assert named["visit"]["sponsorship"]["id"] == gid(second)
    patch = make_sponsorship(SponsorshipKind.PATCH, town.home, sponsor_person=cadre)
    assert ask.change("resident", "logVisit", VISIT, **visit(town.home))["visit"]["sponsorship"]["id"] == gid(patch)

    retired = make.make_site(home, state="RETIRED")
    before = Visit.select().count(), models.Issue.select().count()
    for more, refusal in (
        ({"sponsorshipId": gid(patch)}, ("NOT_FOUND", ["sponsorshipId"])),
        ({"targetId": gid(retired)}, ("NOT_FOUND", ["targetId"])),
        ({"visitedAt": utc_text(AT + timedelta(seconds=1))}, ("INVALID_INPUT", ["visitedAt"])),
        ({"visitedAt": utc_text(AT - 14 * DAY - timedelta(seconds=1))}, ("INVALID_INPUT", ["visitedAt"])),
        ({"findings": " "}, ("INVALID_INPUT", ["findings"])),
        ({"issues": [ISSUE, {**ISSUE, "title": "短"}]}, ("INVALID_INPUT", ["issues", "1", "title"])),
        ({"issues": [ISSUE, {**ISSUE, "siteCode": "G-99"}]}, ("NOT_FOUND", ["issues", "1", "siteCode"])),
        ({"issues": [ISSUE] * 21}, ("INVALID_INPUT", ["issues"])),
    ):
        assert ask.refused("resident", "logVisit", **{**visit(site), **more}) == [refusal], more
    assert (Visit.select().count(), models.Issue.select().count()) == before
    assert VisitIssue.select().count() == 1
