"""The audit in the graph: what refused requests leave in it, and who reads it."""

from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.city import models
from db.kernel.database import is_postgres
from db.kernel.fields import utc_text
from schema.request.context import Context, Viewer
from schema.request.execute import Request
from tests import factories as make
from tests.asking import Asking, executor
from tests.factories import AT
from tests.town import build

READ = "{ auditEntries { nodes { action accountId accountName mutation subjectId divisionCode reason } } }"


@pytest.fixture
def auditors(scratch: DatabaseProxy) -> Asking:
    """Return the town with an auditor of the city, and one of the home community."""
    ask = Asking(build())
    for name, place in (("auditor", ask.town.city), ("home_auditor", ask.town.home.division)):
        ask.town.accounts[name] = make.make_account(name=name)
        make.make_role_grant(Role.AUDITOR, place, account=ask.town.accounts[name])
    return ask


def entries(ask: Asking, who: str | None = "auditor") -> list[dict[str, Any]]:
    return ask.answer(who, READ)["data"]["auditEntries"]["nodes"][::-1]


def test_a_refused_mutation_leaves_an_entry_and_nothing_else(auditors: Asking) -> None:
    issue = models.Issue.get_by_id(auditors.town.accept())

    refused = auditors.refused("stranger", "regradeIssue", issueId=f"Issue_{issue.id}", urgency="URGENT", reason="急")

    stranger = auditors.town.accounts["stranger"]
    (entry,) = entries(auditors)
    assert refused == [("NOT_PERMITTED", None)]
    assert entry == {
        "action": "REFUSED", "accountId": f"Account_{stranger.id}", "accountName": stranger.name,
        "mutation": "regradeIssue", "subjectId": f"Issue_{issue.id}", "divisionCode": issue.division_code,
        "reason": entry["reason"],
    }  # fmt: skip
    assert entry["reason"].startswith("This needs one of these: ")


def test_what_is_refused_for_another_reason_leaves_none(auditors: Asking) -> None:
    given = {"duty": "DISPUTE_RESOLUTION", "urgency": "NORMAL"}

    assert auditors.refused("staff", "acceptIssue", issueId="Issue_999999", **given)[0][0] == "NOT_FOUND"
    assert entries(auditors) == []


def test_refusals_of_an_atomic_operation_are_kept_although_it_is_undone(auditors: Asking) -> None:
    ids = [f"Issue_{auditors.town.accept()}" for _ in range(2)]
    common = 'urgency: URGENT reason: "急"'
    text = f"""mutation @atomic {{
        a: regradeIssue(input: {{issueId: "{ids[0]}" {common}}}) {{ userErrors {{ code }} }}
        b: regradeIssue(input: {{issueId: "{ids[1]}" {common}}}) {{ userErrors {{ code }} }} }}"""

    auditors.answer("stranger", text)

    assert [(entry["mutation"], entry["subjectId"]) for entry in entries(auditors)] == [
        ("regradeIssue", ids[0]), ("regradeIssue", ids[1]),
    ]  # fmt: skip


@pytest.mark.parametrize("policy", ["SKIP_FAILED", "REJECT_ALL"])
def test_each_refused_row_of_a_bulk_form_is_kept(auditors: Asking, policy: str) -> None:
    ids = [f"Issue_{auditors.town.accept()}" for _ in range(2)]
    assert auditors.town.unit is not None
    handler = f"Organization_{auditors.town.unit.id}"
    rows = [{"issueId": issue, "handlerId": handler, "dueAt": "2026-01-09T08:00:00Z"} for issue in ids]

    auditors.change("stranger", "assignIssues", "__typename", rows=rows, errorPolicy=policy)

    assert {(entry["mutation"], entry["subjectId"]) for entry in entries(auditors)} == {
        ("assignIssues", ids[0]), ("assignIssues", ids[1]),
    }  # fmt: skip


def test_a_forbidden_read_leaves_an_entry(auditors: Asking) -> None:
    text = f'{{ ledgerVerification(divisionCode: "{auditors.town.city.code}") {{ isIntact }} }}'
    viewer = Viewer(auditors.town.accounts["resident"].id, "")
    context = Context(viewer, utc_text(AT), request_id="trace-9", address="192.0.2.9")

    executor(is_postgres()).execute(Request(text, {}), context)

    entry = models.AuditEntry.get()
    assert (entry.action, entry.account_id, entry.request_id, entry.address) == (
        AuditAction.REFUSED, viewer.account_id, "trace-9", "192.0.2.9",
    )  # fmt: skip


def test_auditors_read_their_part_and_nobody_else_reads_any(auditors: Asking) -> None:
    home, far = auditors.town.home.division_code, auditors.town.far.division_code
    for code in (home, far, None):
        make.make_audit_entry(division_code=code)

    read = {who: [entry["divisionCode"] for entry in entries(auditors, who)] for who in auditors.town.accounts}

    assert read.pop("auditor") == [home, far, None]
    assert read.pop("home_auditor") == [home]
    assert set(map(tuple, read.values())) == {()}
    assert entries(auditors, None) == []
