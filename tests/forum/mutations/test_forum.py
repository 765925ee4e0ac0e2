"""A session of the forum from its announcement to its publication, and what is refused on the way (居民说事)."""

from datetime import timedelta
from typing import Any

import pytest

from db.bookings.models import Booking, BookingState, Slot
from db.city import models
from db.city.clock import tick
from db.city.journal_check import verify_journals
from db.forum.models import ForumSession, Statement
from db.issues.lifecycle import IssueState
from db.kernel.fields import utc_text
from tests import factories as make
from tests.asking import Asking
from tests.bookings.factories import make_booking_terms
from tests.factories import AT
from tests.forum.sitting import AHEAD, DAY, ISSUE, OPENED, PROPOSAL, Forum

STATEMENTS = """query ($id: ID!) { forumSession(id: $id) { state summary statements(first: 9) { nodes {
    id speakerName speaker { name } isAnonymous text outcome answer issue { title state reporterName: isAnonymous }
    agendaItem { title proposedBy { id } } } } } }"""


@pytest.fixture
def forum(ask: Asking) -> Forum:
    return Forum(ask)


def said(forum: Forum, who: str | None, session: str) -> list[Any]:
    return forum.ask.answer(who, STATEMENTS, OPENED, id=session)["data"]["forumSession"]["statements"]["nodes"]


def row(name: str) -> int:
    return int(name.rpartition("_")[2])


def test_a_session_goes_from_its_announcement_to_its_publication(forum: Forum) -> None:
    resident, room = forum.people["resident"], forum.room()
    guests = [{"label": "物业公司负责人", "organizationId": f"Organization_{forum.town.unit.id}"}, {"label": "楼长"}]  # type: ignore[union-attr]
    shows = "forumSession { id state place host { id } booking { state } invited { nodes { label } } } event { action }"
    made = forum.schedule(
        "staff", shows=shows, place=None, roomId=f"Resource_{room.id}", hostId=f"Member_{forum.host.id}", invited=guests
    )
    session = made["forumSession"]
    assert (session["state"], session["place"], session["booking"]) == ("ANNOUNCED", None, {"state": "CONFIRMED"})
    assert (session["host"]["id"], made["event"]["action"]) == (f"Member_{forum.host.id}", "CREATE")
    assert [one["label"] for one in session["invited"]["nodes"]] == ["物业公司负责人", "楼长"]
    assert [(slot.taken, slot.capacity) for slot in Slot.select()] == [(2, 2)]

    key = session["id"]
    before = forum.say("resident", key)
    assert forum.do("director", "holdForum", AT, sessionId=key, participantCount=12) == [
        ("ILLEGAL_TRANSITION", ["sessionId"])
    ]
    assert forum.do("director", "settleStatement", AT, statementId=before, outcome="NO_ACTION") == [
        ("ILLEGAL_TRANSITION", ["statementId"])
    ]
    assert forum.do("director", "holdForum", sessionId=key, participantCount=12) == []
    unnamed = forum.say("neighbour", key, OPENED, isAnonymous=True)
    by_staff = forum.say("staff", key, OPENED, speakerName="孙示范", text="希望增设垃圾桶")
    meeting = make.make_meeting(forum.town.home, scheduled_at=AT + 9 * DAY)

    settled = forum.ask.change(
        "director", "settleStatement", "issue { title state channel isAnonymous } event { action facts }", OPENED,
        statementId=before, outcome="ISSUE", issue=ISSUE,
    )  # fmt: skip
    assert settled["issue"] == {
        "title": ISSUE["title"], "state": "SUBMITTED", "channel": "DELIBERATION_ROOM", "isAnonymous": False,
    }  # fmt: skip
    assert settled["event"]["facts"] == f'{{"outcome": "ISSUE", "statement": "{before}"}}'
    issue = models.Issue.get()
    assert (issue.reporter_id, issue.description) == (resident.account_id, "三号楼前的路灯坏了三天")
    assert [contact.name for contact in models.IssueContact.select()] == ["赵示范"]
    assert forum.do("staff", "closeForum", sessionId=key, summary="已逐条办理") == [("NOT_ALL_SETTLED", ["sessionId"])]
    assert forum.do("staff", "settleStatement", statementId=unnamed, outcome="PROPOSAL", proposal=PROPOSAL) == []
    assert forum.do("staff", "settleStatement", statementId=unnamed, outcome="NO_ACTION") == [
        ("LIMIT_REACHED", ["statementId"])
    ]
    assert forum.do("staff", "settleStatement", statementId=by_staff, outcome="ANSWERED", answer="下周增设") == []
    assert forum.do("staff", "closeForum", sessionId=key, summary="已逐条办理") == []

    public = said(forum, None, key)
    assert [(one["speakerName"], one["outcome"]) for one in public] == [
        ("赵****", "ISSUE"), ("居民", "PROPOSAL"), ("孙****", "ANSWERED"),
    ]  # fmt: skip
    assert [one["speaker"] for one in public] == [{"name": "赵****"}, None, None]
    assert public[0]["issue"] is None
    assert public[1]["agendaItem"] == {"title": PROPOSAL["title"], "proposedBy": {"id": f"Member_{forum.host.id}"}}
    assert [one["speakerName"] for one in said(forum, "staff", key)] == ["赵示范", "钱示范", "孙示范"]
    assert [one["speakerName"] for one in said(forum, "neighbour", key)] == ["赵****", "钱示范", "孙****"]
    item = "{ meeting(id: %s) { statements { nodes { id } } agendaItems { nodes { statement { id } } } } }"
    found = forum.ask.answer(None, item % f'"Meeting_{meeting.id}"')["data"]["meeting"]
    assert found == {
        "statements": {"nodes": [{"id": unnamed}]},
        "agendaItems": {"nodes": [{"statement": {"id": unnamed}}]},
    }
    assert forum.ask.answer("staff", f'{{ issue(id: "Issue_{issue.id}") {{ statements {{ nodes {{ id }} }} }} }}')[
        "data"
    ]["issue"] == {"statements": {"nodes": [{"id": before}]}}
    assert not [one for one in verify_journals().findings if one.subject_type in ("ForumSession", "Booking")]


def test_before_it_is_closed_statements_are_known_to_few(forum: Forum) -> None:
    session = forum.session()
    forum.say("resident", session)
    forum.say("neighbour", session, isAnonymous=True)

    seen = {who: [one["speakerName"] for one in said(forum, who, session)] for who in (None, "resident", "member")}
    assert seen == {None: [], "resident": ["赵示范"], "member": []}
    assert [one["speakerName"] for one in said(forum, "director", session)] == ["赵****", "居民"]
    assert [one["speakerName"] for one in said(forum, "subdistrict", session)] == ["赵示范", "钱示范"]
    entries = "{ journalEntries(filter: {action: {eq: SPEAK}}, first: 5) { nodes { actorName } } }"
    for who in ("neighbour", "staff", None):
        names = forum.ask.answer(who, entries)["data"]["journalEntries"]["nodes"]
        assert names == [{"actorName": "居民"}, {"actorName": "居民"}]


def test_an_anonymous_statement_stays_so_as_an_issue(forum: Forum) -> None:
    session = forum.held()
    unnamed = forum.say("neighbour", session, isAnonymous=True)
    nobody = forum.say("staff", session, isAnonymous=True)

    for statement in (unnamed, nobody):
        assert forum.do("director", "settleStatement", statementId=statement, outcome="ISSUE", issue=ISSUE) == []

    issues = models.Issue.select().order_by(models.Issue.id)
    reporter = forum.people["neighbour"].account_id
    assert [(issue.is_anonymous, issue.reporter_id, issue.submitter_id) for issue in issues] == [
        (True, reporter, None), (True, None, None),
    ]  # fmt: skip
    assert not models.IssueContact.select().exists()


def test_who_speaks_follows_the_issue_that_they_join(forum: Forum) -> None:
    session = forum.held()
    statement, other = forum.say("resident", session), forum.say("neighbour", session)
    issue = make.make_issue(
        IssueState.ACCEPTED, forum.town.home, number="LZ-1", reporter=forum.town.accounts["neighbour"]
    )
    ended = make.make_issue(IssueState.CLOSED, forum.town.home, number="LZ-2")
    elsewhere = make.make_issue(IssueState.ACCEPTED, forum.town.next_door, number="LZ-3")

    def join(statement: str, issue: models.Issue) -> Any:
        given = {"statementId": statement, "outcome": "JOINED", "issueId": f"Issue_{issue.id}"}
        return forum.do("director", "settleStatement", **given)

    assert join(statement, ended) == [("ILLEGAL_TRANSITION", ["issueId"])]
    assert join(statement, elsewhere) == [("NOT_FOUND", ["issueId"])]
    assert join(statement, issue) == join(other, issue) == []
    # Who reported it hears of it anyway.
    followers = [(row.issue_id, row.account_id) for row in models.IssueFollower.select()]
    assert followers == [(issue.id, forum.people["resident"].account_id)]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"outcome": "ISSUE"}, ("INVALID_INPUT", ["issue"])),
        ({"outcome": "ISSUE", "issue": {**ISSUE, "title": "短"}}, ("INVALID_INPUT", ["issue", "title"])),
        ({"outcome": "JOINED"}, ("INVALID_INPUT", ["issueId"])),
        ({"outcome": "PROPOSAL"}, ("INVALID_INPUT", ["proposal"])),
        ({"outcome": "PROPOSAL", "proposal": PROPOSAL}, ("NOT_FOUND", ["proposal"])),
        ({"outcome": "ANSWERED"}, ("INVALID_INPUT", ["answer"])),
        ({"outcome": "ANSWERED", "answer": "长" * 1001}, ("INVALID_INPUT", ["answer"])),
        ({"outcome": "NO_ACTION", "proposal": PROPOSAL}, ("INVALID_INPUT", ["proposal"])),
        ({"outcome": "NO_ACTION", "expectedVersion": 1}, ("STALE_OBJECT", ["expectedVersion"])),
    ],
)
def test_an_outcome_has_what_it_needs(forum: Forum, given: dict[str, Any], refusal: Any) -> None:
    statement = forum.say("resident", forum.held())

    assert forum.do("director", "settleStatement", statementId=statement, **given) == [refusal]
    assert Statement.get().outcome is None


def test_a_host_whose_seat_is_left_proposes_nothing(forum: Forum) -> None:
    statement = forum.say("resident", forum.held())
    make.make_meeting(forum.town.home, scheduled_at=AT + 9 * DAY)
    forum.host.change(is_active=False)

    given = {"statementId": statement, "outcome": "PROPOSAL", "proposal": PROPOSAL}
    assert forum.do("staff", "settleStatement", **given) == [("NOT_FOUND", ["proposal"])]
    assert not models.AgendaItem.select().exists()


def test_what_announces_a_session(forum: Forum) -> None:
    member = models.Member.get(models.Member.account == forum.town.accounts["member"])
    refusals: tuple[tuple[dict[str, Any], Any], ...] = (
        ({"scheduledAt": utc_text(AT + DAY - timedelta(seconds=1))}, ("LIMIT_REACHED", ["scheduledAt"])),
        ({"scheduledAt": utc_text(AT - DAY)}, ("INVALID_INPUT", ["scheduledAt"])),
        ({"place": None}, ("INVALID_INPUT", ["place"])),
        ({"title": "路"}, ("INVALID_INPUT", ["title"])),
        ({"hostId": "Member_99"}, ("NOT_FOUND", ["hostId"])),
        ({"invited": [{"label": "楼长", "personId": "Person_99"}]}, ("NOT_FOUND", ["invited", "0", "personId"])),
        (
            {"invited": [{"label": "楼长", "personId": "Person_1", "organizationId": "Organization_1"}]},
            ("INVALID_INPUT", ["invited", "0", "personId"]),
        ),
    )
    for given, refusal in refusals:
        [error] = forum.schedule(**given)["userErrors"]
        assert (error["code"], error["field"]) == refusal
    [error] = forum.schedule("staff")["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", ["hostId"])
    member.change(term_start=AT.date() - 2 * DAY, term_end=AT.date() - DAY)
    [error] = forum.schedule(hostId=f"Member_{member.id}")["userErrors"]
    assert (error["code"], error["field"]) == ("TERM_EXPIRED", ["hostId"])
    [error] = forum.schedule("member")["userErrors"]
    assert error["code"] == "NOT_PERMITTED"
    assert not ForumSession.select().exists()


def test_a_room_is_taken_and_given_back(forum: Forum) -> None:
    room, hall = forum.room(), forum.room(topic_code="SPACE-03")
    reviewed = make.make_resource(forum.town.unit, topic_code="SPACE-10")
    make_booking_terms(reviewed)

    def refused(resource: models.Resource, **given: Any) -> Any:
        errors = forum.schedule(roomId=f"Resource_{resource.id}", **given)["userErrors"]
        return [(error["code"], error["field"]) for error in errors]

    assert refused(hall) == refused(reviewed) == [("NOT_ELIGIBLE", ["roomId"])]
    assert refused(room, scheduledAt=utc_text(AHEAD + DAY)) == [("SLOT_CONFLICT", ["scheduledAt"])]
    session = forum.session(roomId=f"Resource_{room.id}")
    assert refused(room) == [("SLOT_CONFLICT", ["roomId"])]
    assert forum.do("staff", "cancelForum", AT, sessionId=session, reason="改期") == []
    assert [booking.state for booking in Booking.select()] == [BookingState.CANCELLED]
    assert refused(room) == []
    assert forum.do("staff", "cancelForum", AT, sessionId=session, reason="改期") == [
        ("ILLEGAL_TRANSITION", ["sessionId"])
    ]


def test_who_speaks_for_whom(forum: Forum) -> None:
    session, person = forum.session(), f"Person_{forum.people['resident'].id}"
    words = {"sessionId": session, "text": "示范"}
    assert forum.do("resident", "addStatement", AT, **words, speakerName="别人") == [("NOT_PERMITTED", ["speakerName"])]
    assert forum.do("resident", "addStatement", AT, **words, speakerId=person) == [("NOT_PERMITTED", ["speakerId"])]
    assert forum.do("stranger", "addStatement", AT, **words) == [("NOT_PERMITTED", None)]
    assert forum.do("staff", "addStatement", AT, **words) == [("INVALID_INPUT", ["speakerId"])]
    both = {**words, "speakerId": person, "speakerName": "赵示范", "isAnonymous": True}
    assert forum.do("staff", "addStatement", AT, **both) == [("INVALID_INPUT", ["speakerId"])]
    assert forum.do("staff", "addStatement", AT, **words, speakerId="Person_99") == [("NOT_FOUND", ["speakerId"])]
    assert forum.do("staff", "addStatement", AT, **words, speakerId=person) == []


def test_an_erased_person_stays_as_somebody_who_spoke(forum: Forum) -> None:
    person = f"Person_{forum.people['resident'].id}"
    session = forum.held(invited=[{"label": "赵示范（楼长）", "personId": person}])
    statement = forum.say("resident", session)

    assert forum.do("resident", "erasePerson", personId=person) == []

    [one] = said(forum, "staff", session)
    assert (one["id"], one["speakerName"]) == (statement, "已注销")
    invited = f'{{ forumSession(id: "{session}") {{ invited {{ nodes {{ label }} }} }} }}'
    assert forum.ask.answer(None, invited)["data"]["forumSession"] == {"invited": {"nodes": [{"label": "已注销"}]}}


def test_sessions_are_called_off_with_their_committee(forum: Forum) -> None:
    room = forum.room()
    forum.session(roomId=f"Resource_{room.id}")
    committee = f"Committee_{forum.town.home.id}"

    assert forum.do("district", "dissolveCommittee", AT, committeeId=committee, reason="合并") == []

    assert (ForumSession.get().state, Booking.get().state) == ("CANCELLED", BookingState.CANCELLED)


def events(code: str) -> list[tuple[str, str | None]]:
    event = models.ComplianceEvent
    found = event.select().where(event.rule == "V1", event.division_code == code).order_by(event.id)
    return [(str(one.since), one.resolved_on and str(one.resolved_on)) for one in found]


def test_a_committee_that_holds_no_session_in_a_quarter_breaks_v1(forum: Forum) -> None:
    home, new = forum.town.home, forum.town.next_door
    home.change(established_on=AT.date() - 200 * DAY)
    new.change(established_on=AT.date() - 30 * DAY)

    tick(AT)
    assert (events(home.division_code), events(new.division_code)) == ([("2026-01-05", None)], [])
    forum.held()
    assert events(home.division_code) == [("2026-01-05", "2026-01-07")]
    # The session of this quarter is that of the last one, once the next has begun.
    tick(AT + 100 * DAY)
    assert events(home.division_code) == [("2026-01-05", "2026-01-07")]
    assert events(new.division_code) == [("2026-04-15", None)]
    tick(AT + 200 * DAY)
    assert events(home.division_code)[1:] == [("2026-07-24", None)]
    given = {"key": "FORUM_PER_QUARTER", "value": 0, "divisionCode": forum.town.district.code}
    assert forum.do("district", "setSetting", AT + 200 * DAY, **given) == []
    tick(AT + 201 * DAY)
    assert events(home.division_code)[1:] == [("2026-07-24", "2026-07-25")]
