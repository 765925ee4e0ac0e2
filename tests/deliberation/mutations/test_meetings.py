"""Meetings in GraphQL: from the call to the project that a resolution makes, and who is refused."""

from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.city import models
from db.committees.models.committee import MemberPosition
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.stored import everything
from tests.town import build

DAY = timedelta(days=1)
HELD = AT + 3 * DAY


@pytest.fixture
def ask(scratch: DatabaseProxy) -> Asking:
    """Return somebody to ask, in a town whose committee has five members."""
    town = build()
    director = models.Member.account == town.accounts["director"]
    models.Member.update(position=MemberPosition.DIRECTOR).where(director).execute()
    for _ in range(3):
        make.make_member(town.home)
    return Asking(town)


def members(ask: Asking) -> list[str]:
    found = models.Member.select().where(models.Member.committee == ask.town.home).order_by(models.Member.id)
    return [f"Member_{member.id}" for member in found]


def call(ask: Asking, **given: Any) -> Any:
    soon = {"divisionCode": ask.town.home.division_code, "scheduledAt": "2026-01-08T08:00:00Z", "place": "议事室"}
    shows = "meeting { id state agendaItems(first: 5) { nodes { title proposedBy { id } } } }"
    return ask.change("director", "scheduleMeeting", shows, **soon | given)


def test_a_meeting_resolves_on_an_issue_and_makes_a_project(ask: Asking) -> None:
    issue = f"Issue_{ask.town.accept()}"
    everybody = members(ask)
    called = call(ask, agenda=[{"title": "邻里节", "proposedById": everybody[2]}])
    meeting = called["meeting"]["id"]
    tabled = ask.change(
        "director", "tableIssue",
        "issue { state agendaItems(first: 1) { nodes { id title } } } event { action } meeting { id }", issueId=issue,
    )  # fmt: skip
    item = tabled["issue"]["agendaItems"]["nodes"][0]["id"]

    held = ask.change(
        "director", "holdMeeting", "meeting { state heldAt chair { position } }", HELD, meetingId=meeting,
        attendance=[{"memberId": member, "status": "PRESENT"} for member in everybody[:4]],
    )  # fmt: skip
    for who, whose in (("director", {}), ("member", {}), ("director", {"memberId": everybody[2]})):
        voted = ask.change(who, "castVote", "vote { choice interest }", HELD, agendaItemId=item, choice="FOR", **whose)
        assert voted["vote"] == {"choice": "FOR", "interest": None}
    recused = ask.change(
        "director", "castVote", "vote { choice interest }", HELD, agendaItemId=item, choice="FOR",
        memberId=everybody[3], interest="承办单位负责人",
    )  # fmt: skip
    closed = ask.change(
        "director", "closeMeeting",
        "meeting { state minutes agendaItems(first: 5) { nodes { resolution { id outcome forCount text } } } }", HELD,
        meetingId=meeting, minutes="会议议定如下", resolutions=[{"agendaItemId": item, "text": "同意更换全部路灯"}],
    )  # fmt: skip
    published = ask.change("director", "publishMinutes", "meeting { minutesPublishedAt }", HELD, meetingId=meeting)
    resolution = closed["meeting"]["agendaItems"]["nodes"][1]["resolution"]
    recorded = ask.change(
        "director", "recordResolution",
        """issue { state handler { ... on Member { id } } } event { action note }
        project { id title budget state dueOn lead { id } milestones(first: 5) { nodes { id title doneOn } } }""",
        HELD, issueId=issue, resolutionId=resolution["id"], nextState="IN_PROGRESS",
        project={
            "leadId": everybody[4], "budget": "20000.50", "dueOn": "2026-03-01",
            "milestones": [{"title": "施工", "dueOn": "2026-02-01"}],
        },
    )  # fmt: skip
    milestone = recorded["project"]["milestones"]["nodes"][0]["id"]
    finished = ask.change(
        "director", "completeMilestone", "project { state milestones(first: 5) { nodes { doneOn } } }", HELD,
        milestoneId=milestone,
    )  # fmt: skip

    assert called["meeting"]["agendaItems"] == {"nodes": [{"title": "邻里节", "proposedBy": {"id": everybody[2]}}]}
    assert (tabled["issue"]["state"], tabled["event"]) == ("IN_DELIBERATION", {"action": "TABLE"})
    assert tabled["meeting"] == {"id": meeting}
    assert held["meeting"] == {
        "state": "HELD", "heldAt": "2026-01-08T08:00:00Z", "chair": {"position": "DIRECTOR"},
    }  # fmt: skip
    assert recused["vote"] == {"choice": "RECUSED", "interest": "承办单位负责人"}
    assert (closed["meeting"]["state"], closed["meeting"]["minutes"]) == ("CLOSED", "会议议定如下")
    assert closed["meeting"]["agendaItems"]["nodes"][0]["resolution"]["outcome"] == "DEFERRED"
    assert resolution == {
        "id": resolution["id"], "outcome": "CARRIED", "forCount": 3, "text": "同意更换全部路灯",
    }  # fmt: skip
    assert published["meeting"] == {"minutesPublishedAt": "2026-01-08T08:00:00Z"}
    assert recorded == {
        "issue": {"state": "IN_PROGRESS", "handler": {"id": everybody[4]}},
        "event": {"action": "RESOLVE_MEETING", "note": "同意更换全部路灯"},
        "project": {
            "id": recorded["project"]["id"], "title": "示范小区路灯不亮", "budget": "20000.50", "state": "ACTIVE",
            "dueOn": "2026-03-01", "lead": {"id": everybody[4]},
            "milestones": {"nodes": [{"id": milestone, "title": "施工", "doneOn": None}]},
        },
        "userErrors": [],
    }  # fmt: skip
    assert finished["project"] == {"state": "ACTIVE", "milestones": {"nodes": [{"doneOn": "2026-01-08"}]}}


def test_who_may_call_a_meeting(ask: Asking) -> None:
    given = {
        "committeeId": f"Committee_{ask.town.home.id}", "scheduledAt": "2026-01-08T08:00:00Z", "place": "议事室",
    }  # fmt: skip
    text = "mutation ($input: ScheduleMeetingInput!) { scheduleMeeting(input: $input) { userErrors { code } } }"

    nobody = ask.answer(None, text, input=given)
    refused = [ask.refused(who, "scheduleMeeting", **given) for who in ("stranger", "member")]
    done = ask.refused("director", "scheduleMeeting", **given)

    assert nobody["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (refused, done) == ([[("NOT_PERMITTED", None)]] * 2, [])


def test_too_few_are_refused_and_nothing_is_written(ask: Asking) -> None:
    meeting = call(ask)["meeting"]["id"]
    before = everything()
    some = [{"memberId": member, "status": "PRESENT"} for member in members(ask)[:2]]

    refused = ask.refused("director", "holdMeeting", HELD, meetingId=meeting, attendance=some)

    assert refused == [("QUORUM_NOT_MET", ["attendance"])]
    assert everything() == before


def test_a_meeting_is_called_once_for_a_key_and_tried_dry(ask: Asking) -> None:
    tried = call(ask, dryRun=True)
    first, second = (call(ask, idempotencyKey="meeting-1") for _ in range(2))

    assert tried["meeting"]["state"] == "SCHEDULED"
    assert first == second
    assert models.Meeting.select().count() == 1


def test_a_meeting_is_called_off(ask: Asking) -> None:
    meeting = call(ask)["meeting"]["id"]

    done = ask.change("director", "cancelMeeting", "meeting { state }", meetingId=meeting)

    assert done == {"meeting": {"state": "CANCELLED"}, "userErrors": []}


def test_a_fault_in_a_plan_is_named_by_its_path(ask: Asking) -> None:
    meeting = call(ask)["meeting"]["id"]
    stranger = f"Member_{make.make_member(ask.town.next_door).id}"

    refused = [
        ask.refused("director", "holdMeeting", HELD, meetingId=meeting, attendance=[
            {"memberId": members(ask)[0], "status": "PRESENT"}, {"memberId": stranger, "status": "PRESENT"},
        ]),
        ask.refused("director", "scheduleMeeting", divisionCode=ask.town.home.division_code, place="议事室",
            scheduledAt="2026-02-08T08:00:00Z", agenda=[{"title": "邻里节", "proposedById": stranger}]),
    ]  # fmt: skip

    assert refused == [
        [("NOT_FOUND", ["attendance", "1", "memberId"])], [("NOT_FOUND", ["agenda", "0", "proposedById"])],
    ]  # fmt: skip
