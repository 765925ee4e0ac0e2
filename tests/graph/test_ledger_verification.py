"""`Query.ledgerVerification`: who may ask, what it finds, and what is too much to ask."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.kernel.fields import utc_text
from db.places.models.division import DivisionLevel
from schema.graph.issues import ledger
from schema.request.context import Context, Viewer
from schema.request.execute import Executor, Request
from tests.access.nouns import make_journal_entry
from tests.factories import AT, make_committee, make_division, make_role_grant
from tests.issues.test_ledger import make_ledger, tamper

Ask = Callable[..., Any]
QUERY = """query Verify($code: String!) { __typename check: ledgerVerification(divisionCode: $code) { __typename
    isIntact issueCount entryCount faultCount findings { __typename issueId issueNumber seq fault detail } } }"""
JOURNALS = """query Verify($code: String!) { check: ledgerVerification(divisionCode: $code) { isIntact
    journal { __typename isIntact subjectCount entryCount faultCount findings { subjectId seq fault detail } } } }"""


@pytest.fixture
def ask(scratch: DatabaseProxy) -> Ask:
    """Ask in a role over a division about the ledgers of another, and get the answer."""
    executor = Executor()

    def ask(role: Role | None, over: models.Division, code: str, query: str = QUERY) -> Any:
        viewer = Viewer(make_role_grant(role, over).account_id, "") if role else None
        answer = executor.execute(Request(query, {"code": code}), Context(viewer, utc_text(AT)))
        return orjson.loads(answer.body)

    return ask


def code_of(answer: Any) -> str:
    """Return the code of a refusal, which comes without data."""
    assert "data" not in answer
    return answer["errors"][0]["extensions"]["code"]


def test_what_is_wrong_is_named(scratch: DatabaseProxy, ask: Ask) -> None:
    committee = make_committee()
    issue = make_ledger(3, committee=committee, number="LZ-1")
    make_ledger(2, committee=committee)
    tamper(scratch, f"DELETE FROM ledger_entry WHERE issue_id = {issue.id} AND seq = 3")

    answer = ask(Role.AUDITOR, committee.division.parent, committee.division_code)

    finding = {"__typename": "LedgerFinding", "issueId": f"Issue_{issue.id}", "issueNumber": "LZ-1", "seq": 3}
    assert answer == {
        "data": {
            "__typename": "Query",
            "check": {
                "__typename": "LedgerVerification",
                "isIntact": False,
                "issueCount": 2,
                "entryCount": 4,
                "faultCount": 1,
                "findings": [finding | {"fault": "MISSING", "detail": "Entry 3 is missing."}],
            },
        }
    }


def test_journals_are_verified_beside_the_ledgers(scratch: DatabaseProxy, ask: Ask) -> None:
    committee = make_committee()
    make_journal_entry(committee)
    make_ledger(1, committee=committee)
    asked = Role.AUDITOR, committee.division, committee.division_code, JOURNALS
    counts = {"__typename": "JournalVerification", "subjectCount": 1}

    sound = ask(*asked)["data"]["check"]
    tamper(scratch, "DELETE FROM journal_entry")
    missing = ask(*asked)["data"]["check"]

    intact = {"isIntact": True, "entryCount": 1, "faultCount": 0, "findings": []}
    finding = {"subjectId": f"Committee_{committee.id}", "seq": 1, "fault": "MISSING", "detail": "Entry 1 is missing."}
    assert sound == {"isIntact": True, "journal": counts | intact}
    assert missing == {
        "isIntact": True,
        "journal": counts | {"isIntact": False, "entryCount": 0, "faultCount": 1, "findings": [finding]},
    }


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.STAFF, Role.DIRECTOR, Role.DISTRICT_OFFICER])
def test_those_who_answer_for_a_division_may_ask(ask: Ask, role: Role) -> None:
    division = make_division()

    assert ask(role, division, division.code)["data"]["check"]["isIntact"] is True


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.UNIT_CONTACT, Role.LEADER])
def test_others_may_not(ask: Ask, role: Role) -> None:
    division = make_division()

    assert code_of(ask(role, division, division.code)) == "FORBIDDEN"


def test_nobody_may_ask_about_what_lies_beside_or_above(ask: Ask) -> None:
    division = make_division()
    beside = make_division(parent=make_division(DivisionLevel.SUBDISTRICT))

    assert code_of(ask(Role.STAFF, division, beside.code)) == "FORBIDDEN"
    assert code_of(ask(Role.STAFF, division, division.parent.code)) == "FORBIDDEN"
    assert code_of(ask(None, division, division.code)) == "UNAUTHENTICATED"


def test_a_division_that_is_not_there_is_refused(ask: Ask) -> None:
    division = make_division()

    assert code_of(ask(Role.AUDITOR, division.parent, f"{division.parent.code[:9]}999")) == "BAD_USER_INPUT"


def test_too_many_entries_are_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MAX_ENTRIES", 3)
    small, large = make_committee(), make_committee(make_division())
    make_ledger(3, committee=small)
    make_ledger(4, committee=large)

    assert ask(Role.STAFF, small.division, small.division_code)["data"]["check"]["entryCount"] == 3
    assert code_of(ask(Role.STAFF, large.division, large.division_code)) == "QUERY_TOO_COSTLY"


def test_too_many_journal_entries_are_refused_only_where_they_are_asked_for(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MAX_ENTRIES", 1)
    committee = make_committee()
    for seq in (1, 2):
        make_journal_entry(committee, seq=seq)
    about = Role.STAFF, committee.division, committee.division_code

    assert ask(*about)["data"]["check"]["isIntact"] is True
    assert code_of(ask(*about, JOURNALS)) == "QUERY_TOO_COSTLY"
