"""Whatever a request is refused for, its connection is as good as before: changes go on, and reads are not old.

Several workers are asked over HTTP, each time on a new connection, so that every worker gets its share.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.access import TokenScope
from db.access.tokens import issue_token
from db.bookings.models import BookingState, PlaceUse
from db.city import models
from db.committees.models.committee import CommitteeState, MemberPosition
from db.deliberation import meetings
from db.deliberation import resolutions as deliberation
from db.deliberation.models.meeting import AttendanceStatus
from db.issues import claims
from db.kernel.errors import ErrorCode
from schema.errors import RequestErrorCode
from tests import factories as make
from tests.bookings.factories import make_booking, make_booking_slot, make_booking_terms, make_slot
from tests.conftest import url_of
from tests.graph_api.processes import Served, started
from tests.issues.mutations.test_intake import CONCERN
from tests.stocks.factories import make_stock
from tests.town import Town, build

WORKERS, ROUNDS = 3, 3
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
SETTINGS = {
    "WORKERS": str(WORKERS), "THREADS": "2", "ENVIRONMENT": "production", "MAX_COST": "3000",
    "REQUESTS_A_MINUTE": "0", "POINTS_AN_HOUR": "0", "STATEMENT_MS": "60000",
}  # fmt: skip
# What no single client can provoke: a step between another's reading and writing, which the locks keep out; and slots,
# which nothing takes yet. The last two are told by `blockedBy` alone.
NOT_PROVOKED = {ErrorCode.CONFLICT, ErrorCode.SLOT_CONFLICT, ErrorCode.UNAUTHENTICATED, ErrorCode.FORBIDDEN}
# Tested where a server is brought into that state: `test_limits.py`, `test_documents.py`, `test_introspection.py` and
# `test_outages.py`.
ELSEWHERE = {
    RequestErrorCode.CURSOR_TOO_OLD,
    RequestErrorCode.RATE_LIMITED, RequestErrorCode.DOCUMENT_NOT_ALLOWED, RequestErrorCode.INTROSPECTION_DISABLED,
    RequestErrorCode.PERSISTED_QUERY_NOT_SUPPORTED, RequestErrorCode.TIMEOUT, RequestErrorCode.UNAVAILABLE,
    RequestErrorCode.INTERNAL_ERROR,
}  # fmt: skip


@dataclass
class Place:
    """A server over a town, and what is needed to be refused in it."""

    town: Town
    served: Served
    tokens: dict[str, str]
    issue_id: int
    rows: dict[str, int]

    def change(self, who: str, name: str, /, **given: Any) -> Any:
        """Perform a mutation, and give its payload."""
        title = name[0].upper() + name[1:]
        query = f"mutation ($input: {title}Input!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
        answer = self.served.post({"query": query, "variables": {"input": given}}, self.tokens[who])
        assert "errors" not in answer, answer
        return answer["data"][name]

    def comment(self, **given: Any) -> list[str]:
        """Comment on the issue, and list the codes of what stands against it."""
        payload = self.change("staff", "commentIssue", **{"issueId": f"Issue_{self.issue_id}", "text": "说明", **given})
        return codes(payload)


def codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


@pytest.fixture
def place(database: DatabaseProxy, tmp_path: Path) -> Iterator[Place]:
    """Serve a town in which every rule can be met, by several workers."""
    town = build()
    issue_id = town.accept(NOW)
    rows = {"meeting": _meeting(town), "item": _item(town), "person": _person(town), **_claimable(town)}
    for _ in range(50):
        make.make_api_token(account=town.accounts["neighbour"])
    tokens = {who: issue_token(account, "test", NOW) for who, account in town.accounts.items()}
    tokens["reader"] = issue_token(town.accounts["staff"], "test", NOW, scopes=[TokenScope.READ])
    with started(tmp_path, DATABASE_URL=url_of(database), **SETTINGS) as (_, served):
        yield Place(town, served, tokens, issue_id, rows)


def _person(town: Town) -> int:
    """Return somebody who holds a seat."""
    person = make.make_person(town.home.division, name="示范委员")
    models.Member.update(person=person).where(models.Member.account == town.accounts["director"]).execute()
    return person.id


def _meeting(town: Town) -> int:
    models.Member.update(position=MemberPosition.DIRECTOR, term_end=date(2100, 1, 1)).where(
        models.Member.account == town.accounts["director"]
    ).execute()
    given = {"scheduled_at": NOW, "place": "议事室", "committee_id": town.home.id}
    return town.act("director", meetings.schedule_meeting, NOW - 10 * DAY, **given).rows["meeting"]


def _item(town: Town) -> int:
    """Table what needs a hearing, at a meeting that is being held."""
    meeting_id = _meeting(town)
    issue_id = town.accept(NOW - 9 * DAY)
    given = {"issue_id": issue_id, "meeting_id": meeting_id, "needs_hearing": True}
    town.act("director", deliberation.table_issue, NOW - 9 * DAY, **given)
    attendance = [
        {"member_id": member.id, "status": AttendanceStatus.PRESENT}
        for member in models.Member.select().where(models.Member.committee == town.home)
    ]
    town.act("director", meetings.hold_meeting, NOW, meeting_id=meeting_id, attendance=attendance)
    return models.AgendaItem.get(models.AgendaItem.issue == issue_id).id


def _claimable(town: Town) -> dict[str, int]:
    issue_id = town.accept(NOW)
    help_wanted = {
        "wanted_help": "两桶涂料",
        "claim_until": NOW + 10 * DAY,
        "wanted_quantity": Decimal(9),
        "unit": "桶",
    }
    town.act("staff", claims.publish_issue, NOW, issue_id=issue_id, **help_wanted)
    models.Member.update(term_start=date(2020, 1, 1), term_end=date(2020, 1, 2)).where(
        models.Member.account == town.accounts["member"]
    ).execute()
    return {"open": issue_id, "paint": make.make_resource(town.unit, name="涂料", quantity=2, unit="桶").id}


def promise(place: Place, **given: Any) -> dict[str, Any]:
    until = (NOW + DAY).date().isoformat()
    return {"issueId": f"Issue_{place.rows['open']}", "promise": "三日内修好", "promisedOn": until, **given}


def paint(place: Place) -> Any:
    given = promise(place, resourceId=f"Resource_{place.rows['paint']}", quantity="9")
    return place.change("contact", "claimIssue", **given)


def used_key(place: Place) -> Any:
    place.comment(idempotencyKey="used", text="先")
    return place.change("staff", "commentIssue", issueId=f"Issue_{place.issue_id}", text="后", idempotencyKey="used")


def same_name(place: Place) -> Any:
    """Submit an issue twice under the hotline's one number."""
    given = {"divisionCode": place.town.home.division_code, "externalSource": "12345", "externalId": "GD-1", **CONCERN}
    place.change("city", "submitIssue", **given)
    return place.change("city", "submitIssue", **given)


def nominated(at: Place) -> Any:
    """Nominate somebody who was not asked."""
    return at.change(
        "staff", "nominateMember", committeeId=f"Committee_{at.town.home.id}", personId=f"Person_{at.rows['person']}",
        channel="SELF_NOMINATION", category="OTHER",
    )  # fmt: skip


def begun_early(at: Place) -> Any:
    """Let a committee begin its work that has no members."""
    committee = make.make_committee(make.make_division(parent=at.town.street), state=CommitteeState.FORMING)
    return at.change("subdistrict", "activateCommittee", committeeId=f"Committee_{committee.id}")


def called_while_forming(at: Place) -> Any:
    """Call out a team that nobody belongs to, and give the payload of the one row."""
    team = make.make_team(at.town.home.division)
    query = """mutation ($id: ID!) { callDeployment(input: {rows: [{partyId: $id}], place: "示范广场"}) {
        results { userErrors { code } } } }"""
    given = {"query": query, "variables": {"id": f"VolunteerTeam_{team.id}"}}
    return at.served.post(given, at.tokens["staff"])["data"]["callDeployment"]["results"][0]


def too_few(place: Place) -> Any:
    """Register a social organization of fewer members than it must have."""
    given = {"divisionCode": place.town.home.division_code, "name": "示范书画社", "kind": "SOCIAL_ORGANIZATION"}
    more = {"socialKind": "CULTURE_SPORT", "headId": f"Person_{place.rows['person']}", "memberCount": 2}
    return place.change("staff", "registerOrganization", **given, **more)


def barred(at: Place) -> Any:
    """Book a room for somebody who overstayed twice of late."""
    holder, room = make.make_person(at.town.home.division), make.make_resource(at.town.unit)
    make_booking_terms(room)
    window = make.make_resource_window(room)
    used = make_booking(room, person=holder, state=BookingState.ENDED)
    for days in (8, 1):
        slot = make_slot(window, day=(NOW - days * DAY).date())
        make_booking_slot(used, slot=slot, attendance=PlaceUse.OVERSTAYED, overstay_minutes=30)
    day = (NOW + DAY).date().isoformat()
    return at.change(
        "staff", "requestBooking", resourceId=f"Resource_{room.id}", holderId=f"Person_{holder.id}", firstDay=day,
        lastDay=day, windowIds=[f"ResourceWindow_{window.id}"],
    )  # fmt: skip


def overspent(at: Place) -> Any:
    """Pay from a project that received nothing."""
    project = make.make_project(at.town.home)
    return at.change(
        "staff", "recordExpense", projectId=f"Project_{project.id}", day=NOW.date().isoformat(), amount="1.00",
        payee="示范商店", purpose="购买花种", voucher="V-001",
    )  # fmt: skip


def rolled_back(place: Place) -> Any:
    given = f'issueId: "Issue_{place.issue_id}", text: "说明"'
    query = f"""mutation @atomic {{
        a: commentIssue(input: {{{given}}}) {{ userErrors {{ code }} }}
        b: commentIssue(input: {{{given}, expectedVersion: 99}}) {{ userErrors {{ code }} }} }}"""
    return place.served.post({"query": query}, place.tokens["staff"])["data"]["a"]


Refused = dict[ErrorCode, Callable[[Place], Any]]
REFUSED: Refused = {
    ErrorCode.NOT_FOUND: lambda at: at.change("staff", "commentIssue", issueId="Issue_999999", text="说明"),
    ErrorCode.NOT_PERMITTED: lambda at: at.change(
        "resident", "acceptIssue", issueId=f"Issue_{at.issue_id}", urgency="NORMAL", duty="DISPUTE_RESOLUTION"
    ),
    ErrorCode.INVALID_INPUT: lambda at: at.change("staff", "commentIssue", text="说明"),
    ErrorCode.ILLEGAL_TRANSITION: lambda at: at.change(
        "staff", "acceptIssue", issueId=f"Issue_{at.issue_id}", urgency="NORMAL", duty="DISPUTE_RESOLUTION"
    ),
    ErrorCode.STALE_OBJECT: lambda at: at.change(
        "staff", "commentIssue", issueId=f"Issue_{at.issue_id}", text="说明", expectedVersion=1
    ),
    ErrorCode.ALREADY_EXISTS: same_name,
    ErrorCode.NOT_ELIGIBLE: too_few,
    ErrorCode.BARRED: barred,
    ErrorCode.FUNDS_INSUFFICIENT: overspent,
    ErrorCode.STOCK_INSUFFICIENT: lambda at: at.change(
        "staff", "issueStock", stockId=f"Stock_{make_stock(at.town.home.division).id}", quantity="1", to="示范居民"
    ),
    ErrorCode.COMPOSITION_RULE_BROKEN: begun_early,
    ErrorCode.CONSENT_REQUIRED: nominated,
    ErrorCode.TEAM_INCOMPLETE: called_while_forming,
    ErrorCode.NOT_ALL_SETTLED: lambda at: at.change("staff", "erasePerson", personId=f"Person_{at.rows['person']}"),
    ErrorCode.IDEMPOTENCY_KEY_MISMATCH: used_key,
    ErrorCode.CLAIM_CAPACITY_EXCEEDED: paint,
    ErrorCode.QUORUM_NOT_MET: lambda at: at.change(
        "director", "holdMeeting", meetingId=f"Meeting_{at.rows['meeting']}", attendance=[]
    ),
    ErrorCode.HEARING_REQUIRED: lambda at: at.change(
        "director", "castVote", agendaItemId=f"AgendaItem_{at.rows['item']}", choice="FOR"
    ),
    ErrorCode.TERM_EXPIRED: lambda at: at.change("member", "claimIssue", **promise(at)),
    ErrorCode.LIMIT_REACHED: lambda at: at.change("neighbour", "issueToken", name="一", scopes=["READ"]),
    ErrorCode.ROLLED_BACK: rolled_back,
}
# What is refused as a whole: the request, and who sends it.
WIDE = "{ issues(first: 100) { nodes { ledger(first: 100) { nodes { id } } } } }"
MANY = " ".join(f"a{number}: __typename" for number in range(200))
DEEP = '{ division(code: "1") ' + "{ parent " * 14 + "{ id }" + " }" * 15
URGE = 'mutation { urgeIssue(input: {issueId: "Issue_1", text: "催"}) { userErrors { code } } }'
NO_HASH = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
REQUESTS: dict[RequestErrorCode, tuple[dict[str, Any], str | None]] = {
    RequestErrorCode.GRAPHQL_PARSE_FAILED: ({"query": "{"}, None),
    RequestErrorCode.GRAPHQL_VALIDATION_FAILED: ({"query": "{ nothing }"}, None),
    RequestErrorCode.BAD_USER_INPUT: ({"query": "{ issues(first: -1) { totalCount } }"}, None),
    RequestErrorCode.PERSISTED_QUERY_NOT_FOUND: ({"extensions": NO_HASH}, None),
    RequestErrorCode.PERSISTED_QUERY_HASH_MISMATCH: ({"query": "{ __typename }", "extensions": NO_HASH}, None),
    RequestErrorCode.INVALID_CURSOR: ({"query": '{ issues(first: 1, after: "x") { nodes { id } } }'}, None),
    RequestErrorCode.QUERY_TOO_COSTLY: ({"query": WIDE}, None),
    RequestErrorCode.DOCUMENT_TOO_LARGE: ({"query": f"{{ {MANY} }}"}, None),
    RequestErrorCode.QUERY_TOO_DEEP: ({"query": DEEP}, None),
    RequestErrorCode.UNAUTHENTICATED: ({"query": URGE}, None),
    RequestErrorCode.FORBIDDEN: ({"query": URGE}, "reader"),
}


def test_every_code_is_provoked_here_or_elsewhere() -> None:
    assert set(REFUSED) == set(ErrorCode) - NOT_PROVOKED
    assert set(REQUESTS) == set(RequestErrorCode) - ELSEWHERE - {RequestErrorCode.METHOD_NOT_ALLOWED}


def test_refusals_leave_every_workers_connections_as_they_were(place: Place) -> None:
    said: list[str] = []
    for turn in range(ROUNDS):
        for code, refused in REFUSED.items():
            assert code.value in codes(refused(place)), code
        for code, (request, who) in REQUESTS.items():
            answer = place.served.post(request, place.tokens[who] if who else None)
            assert "errors" in answer, (code, answer)
            assert [error["extensions"]["code"] for error in answer["errors"]] == [code.value], answer
        for number in range(WORKERS * 2):
            said.append(f"说明 {turn}-{number}")
            assert place.comment(text=said[-1]) == []

        assert all(comments(place) == set(said) for _ in range(WORKERS * 4))
    assert "left a transaction or statement open" not in place.served.output.read_text()


def comments(place: Place) -> set[str]:
    """Return the comments that whichever worker is asked reads."""
    query = f'{{ issue(id: "Issue_{place.issue_id}") {{ comments(first: 100) {{ nodes {{ text }} }} }} }}'
    answer = place.served.post({"query": query}, place.tokens["staff"])
    texts = {node["text"] for node in answer["data"]["issue"]["comments"]["nodes"]}
    return {text for text in texts if text.startswith("说明 ")}
