"""`revealContact` in GraphQL: told once, on the record that auditors read, with refusals in both languages."""

from typing import Any

import pytest

from db.access.models.account import Role
from db.city import models
from tests import factories as make
from tests.asking import Asking

SHOWS = "issue { id } name phone address isReplayed clientMutationId"
WHY = "回访核实"
AUDIT = "{ auditEntries { nodes { action accountName subjectId divisionCode reason } } }"
NOTHING = {"name": None, "phone": None, "address": None}


@pytest.fixture
def issue(ask: Asking) -> str:
    """Return the global id of an issue with a contact, which was not taken up, in a town with an auditor."""
    ask.town.accounts["auditor"] = make.make_account(name="示范auditor")
    make.make_role_grant(Role.AUDITOR, ask.town.city, account=ask.town.accounts["auditor"])
    left: dict[str, Any] = {
        "contact_name": "李示范",
        "contact_phone": "13812345678",
        "contact_address": "示范小区九号楼",
    }
    return f"Issue_{ask.town.submit(**left)}"


def reveal(ask: Asking, issue: str, **more: Any) -> Any:
    return ask.change("staff", "revealContact", SHOWS, issueId=issue, reason=WHY, **more)


def audited(ask: Asking) -> Any:
    return ask.answer("auditor", AUDIT)["data"]["auditEntries"]["nodes"]


def test_it_tells_everything_that_was_left_and_auditors_read_why(ask: Asking, issue: str) -> None:
    payload = reveal(ask, issue, clientMutationId="甲")

    assert payload == {
        "issue": {"id": issue}, "name": "李示范", "phone": "13812345678", "address": "示范小区九号楼",
        "isReplayed": False, "clientMutationId": "甲", "userErrors": [],
    }  # fmt: skip
    assert audited(ask) == [
        {
            "action": "REVEALED", "accountName": "示范staff", "subjectId": issue,
            "divisionCode": ask.town.home.division_code, "reason": WHY,
        }
    ]  # fmt: skip


def test_a_dry_run_tells_nothing_and_leaves_nothing(ask: Asking, issue: str) -> None:
    payload = reveal(ask, issue, dryRun=True)

    assert payload["userErrors"] == []
    assert NOTHING.items() <= payload.items()
    assert audited(ask) == []


def test_a_replay_tells_nothing_and_leaves_one_entry(ask: Asking, issue: str) -> None:
    first, again = (reveal(ask, issue, idempotencyKey="key-1") for _ in range(2))

    assert (first["phone"], first["isReplayed"]) == ("13812345678", False)
    assert again["isReplayed"]
    assert NOTHING.items() <= again.items()
    assert len(audited(ask)) == 1
    assert "13812345678" not in str(list(models.Performed.select().dicts()))


def test_a_replay_under_another_reason_is_refused(ask: Asking, issue: str) -> None:
    reveal(ask, issue, idempotencyKey="key-1")

    refused = ask.refused("staff", "revealContact", issueId=issue, reason="另一理由", idempotencyKey="key-1")

    assert refused == [("IDEMPOTENCY_KEY_MISMATCH", ["idempotencyKey"])]


@pytest.mark.parametrize(
    ("who", "language", "code", "field", "message"),
    [
        (
            "member", "en", "NOT_PERMITTED", None,
            "Only the office responsible for an open issue and, unless the report is anonymous, its handler may see "
            "the contact.",
        ),
        (
            "member", "zh", "NOT_PERMITTED", None,
            "仅事项办理期间的责任单位工作人员，以及非匿名事项的办理人，可以查看联系方式。",
        ),
        ("neighbour", "en", "NOT_FOUND", ["issueId"], "There is no such issue; check the id or number."),
        ("neighbour", "zh", "NOT_FOUND", ["issueId"], "没有这个事项。"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_in_both_languages(
    ask: Asking, issue: str, who: str, language: str, code: str, field: list[str] | None, message: str
) -> None:
    given = {"issueId": issue, "reason": WHY}
    text = """mutation ($input: RevealContactInput!) {
        revealContact(input: $input) { name phone address userErrors { code field message } } }"""

    payload = ask.answer(who, text, language=language, input=given)["data"]["revealContact"]

    assert payload == {**NOTHING, "userErrors": [{"code": code, "field": field, "message": message}]}
    assert [entry["action"] for entry in audited(ask)] == (["REFUSED"] if code == "NOT_PERMITTED" else [])


def test_it_says_that_there_is_none_in_both_languages(ask: Asking) -> None:
    given = {"issueId": f"Issue_{ask.town.submit(contact_name=None, is_anonymous=True)}", "reason": WHY}
    text = "mutation ($input: RevealContactInput!) { revealContact(input: $input) { userErrors { code message } } }"

    errors = [ask.answer("staff", text, language=language, input=given) for language in ("en", "zh")]

    assert [error["data"]["revealContact"]["userErrors"] for error in errors] == [
        [{"code": "NOT_FOUND", "message": "The issue has no contact."}],
        [{"code": "NOT_FOUND", "message": "此事项未留联系方式。"}],
    ]
