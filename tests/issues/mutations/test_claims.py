"""Claims in GraphQL: what the payloads show, who is refused, dry runs, keys and versions."""

from typing import Any

import pytest
from peewee import DatabaseProxy

from db.city import models
from tests import factories as make
from tests.asking import Asking
from tests.stored import everything
from tests.town import build

CLAIM = {"promise": "三日内修好", "promisedOn": "2026-01-08"}
SHOWS = """issue { number state version dueAt handler { __typename ... on Organization { name } } }
    event { action seq note } claim { state quantity claimant { __typename } resource { availableQuantity } }"""


@pytest.fixture
def ask(scratch: DatabaseProxy) -> Asking:
    """Return somebody to ask."""
    return Asking(build())


@pytest.fixture
def issue(ask: Asking) -> str:
    """Return the number of a published issue."""
    number = str(models.Issue.get_by_id(ask.town.accept()).number)
    published = ask.change(
        "staff", "publishIssue", "issue { state } event { action }", issueNumber=number, wantedHelp="需要两桶涂料",
        claimUntil="2026-01-08T08:00:00Z", wantedQuantity="2", unit="桶",
    )  # fmt: skip
    assert published == {
        "issue": {"state": "OPEN_FOR_CLAIM"}, "event": {"action": "PUBLISH"}, "userErrors": [],
    }  # fmt: skip
    return number


def paint(ask: Asking, quantity: int = 2) -> str:
    return f"Resource_{make.make_resource(ask.town.unit, name='涂料', quantity=quantity, unit='桶').id}"


def claim(ask: Asking, number: str, **given: Any) -> str:
    made = ask.change("contact", "claimIssue", "claim { id }", issueNumber=number, **{**CLAIM, **given})
    assert made["userErrors"] == []
    return made["claim"]["id"]


def test_a_claim_is_made_and_confirmed(ask: Asking, issue: str) -> None:
    given = {"issueNumber": issue, "resourceId": paint(ask), "quantity": "2"}

    made = ask.change("contact", "claimIssue", SHOWS, **given, **CLAIM)
    claim_id = f"Claim_{models.Claim.get().id}"
    confirmed = ask.change("staff", "confirmClaim", SHOWS, issueNumber=issue, claimId=claim_id)

    assert made == {
        "issue": {
            "number": issue, "state": "OPEN_FOR_CLAIM", "version": 4, "dueAt": "2026-01-08T08:00:00Z", "handler": None,
        },
        "event": {"action": "NOTE", "seq": 4, "note": "三日内修好"},
        "claim": {
            "state": "PENDING", "quantity": "2.00", "claimant": {"__typename": "Organization"},
            "resource": {"availableQuantity": "2.00"},
        },
        "userErrors": [],
    }  # fmt: skip
    assert confirmed == {
        "issue": {
            "number": issue, "state": "IN_PROGRESS", "version": 5, "dueAt": "2026-01-12T08:00:00Z",
            "handler": {"__typename": "Organization", "name": "示范单位"},
        },
        "event": {"action": "CLAIM", "seq": 5, "note": None},
        "claim": {
            "state": "CONFIRMED", "quantity": "2.00", "claimant": {"__typename": "Organization"},
            "resource": {"availableQuantity": "0.00"},
        },
        "userErrors": [],
    }  # fmt: skip


def test_a_resident_is_shown_as_claimant_and_handler(ask: Asking, issue: str) -> None:
    made = ask.change("neighbour", "claimIssue", "claim { id }", issueNumber=issue, **CLAIM)
    shows = """claim { claimant { __typename ... on Resident { name } } }
        issue { handler { __typename ... on Resident { id name } } }"""

    done = ask.change("staff", "confirmClaim", shows, issueNumber=issue, claimId=made["claim"]["id"])

    resident = f"Resident_{ask.town.accounts['neighbour'].id}"
    assert done["claim"] == {"claimant": {"__typename": "Resident", "name": "示范neighbour"}}
    assert done["issue"] == {"handler": {"__typename": "Resident", "id": resident, "name": "示范neighbour"}}
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    hidden = f"Resident_{ask.town.accounts['resident'].id}"
    assert ask.answer("stranger", query, ids=[resident, hidden])["data"]["nodes"] == [{"id": resident}, None]
    assert ask.answer("resident", query, ids=[hidden])["data"]["nodes"] == [{"id": hidden}]


def test_who_may_confirm(ask: Asking, issue: str) -> None:
    given = {"issueNumber": issue, "claimId": claim(ask, issue)}
    text = "mutation ($input: ConfirmClaimInput!) { confirmClaim(input: $input) { userErrors { code } } }"

    nobody = ask.answer(None, text, input=given)
    refused = [ask.refused(who, "confirmClaim", **given) for who in ("stranger", "contact")]
    done = ask.refused("staff", "confirmClaim", **given)

    assert nobody["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert refused == [[("NOT_PERMITTED", None)]] * 2
    assert done == []


def test_a_dry_run_shows_what_would_be_and_keeps_nothing(ask: Asking, issue: str) -> None:
    given = {"issueNumber": issue, "claimId": claim(ask, issue, resourceId=paint(ask), quantity="2")}
    before = everything()

    tried = ask.change("staff", "confirmClaim", SHOWS, **given, dryRun=True)

    assert (tried["issue"]["state"], tried["event"]["seq"]) == ("IN_PROGRESS", 5)
    assert tried["claim"]["resource"] == {"availableQuantity": "0.00"}
    assert everything() == before


def test_the_same_key_gives_the_first_answer(ask: Asking, issue: str) -> None:
    given = {"issueNumber": issue, "idempotencyKey": "claim-1", **CLAIM}
    shows = "isReplayed claim { id } event { id }"

    first, second = (ask.change("contact", "claimIssue", shows, **given) for _ in range(2))
    other = ask.refused("contact", "claimIssue", **{**given, "promise": "明天修好"})

    assert (first["isReplayed"], second) == (False, {**first, "isReplayed": True})
    assert other == [("IDEMPOTENCY_KEY_MISMATCH", ["idempotencyKey"])]
    assert models.Claim.select().count() == 1


def test_a_version_that_is_past_is_refused_with_what_happened_since(ask: Asking, issue: str) -> None:
    claim_id = claim(ask, issue)
    given = {"issueNumber": issue, "claimId": claim_id}

    stale = ask.change("staff", "confirmClaim", "issue { state }", expectedVersion=3, **given)
    fresh = ask.refused("staff", "confirmClaim", expectedVersion=4, **given)

    assert stale["issue"] is None
    assert (stale["userErrors"][0]["code"], fresh) == ("STALE_OBJECT", [])
    assert "NOTE by 示范contact" in stale["userErrors"][0]["message"]


def test_too_much_is_refused_in_the_language_that_was_asked_for(ask: Asking, issue: str) -> None:
    given = {"issueNumber": issue, "resourceId": paint(ask, 1), "quantity": "2", **CLAIM}
    text = "mutation ($input: ClaimIssueInput!) { claimIssue(input: $input) { userErrors { code field message } } }"

    answers = [ask.answer("contact", text, language=language, input=given) for language in ("en", "zh")]

    errors = [answer["data"]["claimIssue"]["userErrors"] for answer in answers]
    exceeded = {"code": "CLAIM_CAPACITY_EXCEEDED", "field": ["quantity"]}
    assert errors == [
        [{**exceeded, "message": "The resource has 1.00桶 left; 2桶 cannot be claimed."}],
        [{**exceeded, "message": "该资源剩余1.00桶，不能认领2桶。"}],
    ]


def test_ids_that_name_nothing_are_refused_by_their_field(ask: Asking, issue: str) -> None:
    given = {"issueNumber": issue}

    refused = [
        ask.refused("contact", "claimIssue", **given, **CLAIM, resourceId="Resource_999", quantity="1"),
        ask.refused("contact", "claimIssue", **given, **CLAIM, claimantId="Issue_1"),
    ]
    claim_id = claim(ask, issue)
    refused += [
        ask.refused("staff", "confirmClaim", **given, claimId=wrong) for wrong in ("Claim_999", "Issue_1", "garbage")
    ]
    refused += [
        ask.refused("staff", "confirmClaim", claimId=claim_id),
        ask.refused("staff", "confirmClaim", claimId=claim_id, issueNumber=issue, issueId="Issue_1"),
    ]

    assert refused == [
        [("NOT_FOUND", ["resourceId"])], [("NOT_FOUND", ["claimantId"])],
        [("NOT_FOUND", ["claimId"])], [("NOT_FOUND", ["claimId"])], [("NOT_FOUND", ["claimId"])],
        [("INVALID_INPUT", ["issueId"])], [("INVALID_INPUT", ["issueId"])],
    ]  # fmt: skip


def test_null_is_as_left_out(ask: Asking, issue: str) -> None:
    nothing = {"claimantId": None, "resourceId": None, "windowId": None, "quantity": None, "expectedVersion": None}

    assert ask.refused("contact", "claimIssue", issueNumber=issue, **CLAIM, **nothing) == []


@pytest.mark.parametrize(
    ("who", "name", "more", "state"),
    [
        ("staff", "declineClaim", {"reason": "已有人"}, "DECLINED"),
        ("contact", "releaseClaim", {"reason": "另有急用"}, "RELEASED"),
    ],
)
def test_a_pending_claim_ends(ask: Asking, issue: str, who: str, name: str, more: Any, state: str) -> None:
    given = {"issueNumber": issue, "claimId": claim(ask, issue), **more}

    done = ask.change(who, name, "claim { state } event { action } issue { state }", **given)

    assert done == {
        "claim": {"state": state}, "event": {"action": "NOTE"}, "issue": {"state": "OPEN_FOR_CLAIM"}, "userErrors": [],
    }  # fmt: skip


def test_a_confirmed_claim_is_fulfilled(ask: Asking, issue: str) -> None:
    given = {"issueNumber": issue, "claimId": claim(ask, issue)}
    ask.change("staff", "confirmClaim", "__typename", **given)

    done = ask.change("contact", "fulfilClaim", "claim { state need { state } }", **given)

    assert done["claim"] == {"state": "FULFILLED", "need": {"state": "OPEN"}}
