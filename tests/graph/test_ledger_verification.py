"""`Query.ledgerVerification` and `ledgerExport`: who may ask, what they find, and what is too much to ask."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.issues.ledger_export import export as make_export
from db.kernel.fields import utc_text
from db.places.models.division import DivisionLevel
from schema.graph.issues import ledger
from schema.request.context import Context, Viewer
from schema.request.execute import Executor, Request
from tests.access.nouns import make_journal_entry
from tests.factories import AT, make_committee, make_division, make_role_grant
from tests.issues.test_ledger import add_entry, make_ledger, tamper

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


EXPORT = """query Export($code: String!, $month: String!, $first: Int!, $after: String) {
    export: ledgerExport(divisionCode: $code, month: $month, first: $first, after: $after) { month head endCursor
        entries { issueId number divisionCode seq at action actorName note hashedText prevHash hash } } }"""


@pytest.fixture
def export(scratch: DatabaseProxy) -> Ask:
    """Ask as an auditor of a province for a page of the export."""
    auditor = Viewer(
        make_role_grant(Role.AUDITOR, make_committee().division.parent.parent.parent.parent).account_id, ""
    )
    executor = Executor()

    def export(code: str, month: str = "2026-01", first: int = 3, after: str | None = None) -> Any:
        given = {"code": code, "month": month, "first": first, "after": after}
        answer = orjson.loads(executor.execute(Request(EXPORT, given), Context(auditor, utc_text(AT))).body)
        return answer["data"]["export"] if "data" in answer else code_of(answer)

    return export


def test_an_auditor_reads_the_export_page_by_page_and_works_the_hashes_out(export: Ask, tmp_path: Path) -> None:
    subdistrict = models.Committee.get().division.parent
    committees = [models.Committee.get(), make_committee(make_division(parent=subdistrict))]
    for committee in committees:
        make_ledger(4, committee=committee, number=f"LZ-{committee.id}")
    add_entry(models.Issue.get(), at=AT + timedelta(days=40))

    pages = [export(subdistrict.code)]
    while after := pages[-1]["endCursor"]:
        pages.append(export(subdistrict.code, after=after))

    written = make_export(subdistrict.code, "2026-01", "json", tmp_path)
    kept = orjson.loads(written.path.read_bytes())
    entries = [entry for page in pages for entry in page["entries"]]
    assert [len(page["entries"]) for page in pages] == [3, 3, 2]
    assert {page["head"] for page in pages} == {kept["head"]}
    assert [(f"Issue_{row['issue_id']}", row["number"], row["seq"], row["hash"]) for row in kept["entries"]] == [
        (entry["issueId"], entry["number"], entry["seq"], entry["hash"]) for entry in entries
    ]
    assert [sha256(entry["hashedText"].encode()).hexdigest() for entry in entries] == [row["hash"] for row in entries]
    assert [entry["divisionCode"] for entry in entries] == sorted([each.division_code for each in committees] * 4)


def test_what_cannot_be_exported_is_said(export: Ask, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    committee = models.Committee.get()
    code = committee.division_code
    make_ledger(2, committee=committee)

    assert export(code, first=2)["endCursor"] is None
    assert export(code, "2026-02")["entries"] == []
    refused = [export(code, month="2026-13"), export(code, first=0), export(code, first=1001), export(code, after="x")]
    assert refused == ["BAD_USER_INPUT"] * 4
    for role in (Role.STAFF, Role.CITY_OFFICER, None):
        query = 'query ($code: String!) { ledgerExport(divisionCode: $code, month: "2026-01") { month } }'
        assert code_of(ask(role, committee.division, code, query)) == ("FORBIDDEN" if role else "UNAUTHENTICATED")
    monkeypatch.setattr(ledger, "MAX_ENTRIES", 1)
    assert export(code) == "QUERY_TOO_COSTLY"
