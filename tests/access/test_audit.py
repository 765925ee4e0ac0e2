"""The audit: what is recorded, how little a flood leaves, and that nobody changes it afterwards."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError

from db.access.audit import Event, Origin, record, record_refusal
from db.access.models.audit import AuditAction
from db.access.tokens import issue_token, record_use_after_end
from db.city.models import ApiToken, AuditEntry
from db.kernel.database import is_postgres
from tests.factories import AT, make_account, make_audit_entry, make_role_grant

pytestmark = pytest.mark.usefixtures("scratch")
ORIGIN = Origin("192.0.2.7", "trace-1")


def event(**values: Any) -> Event:
    given = {"action": AuditAction.REFUSED, "at": AT, "account_id": None, "origin": ORIGIN, **values}
    return Event(**given)


def test_an_entry_says_who_did_what_when_and_from_where() -> None:
    account = make_account()

    record(
        event(
            account_id=account.id,
            mutation="closeIssue",
            subject=("Issue", 7),
            division_code="620102001001",
            reason="无权",
        )
    )

    entry: Any = AuditEntry.select().dicts().get()
    assert entry == {
        "id": entry["id"], "at": AT, "action": AuditAction.REFUSED, "account": account.id, "address": "192.0.2.7",
        "request_id": "trace-1", "mutation": "closeIssue", "subject_type": "Issue", "subject_id": 7,
        "division_code": "620102001001", "reason": "无权",
    }  # fmt: skip


def test_an_entry_belongs_where_its_account_does_if_nothing_else_tells() -> None:
    grant = make_role_grant()

    for account_id in (grant.account_id, make_account().id, None):
        record(event(account_id=account_id))

    assert [entry.division_code for entry in AuditEntry.select().order_by(AuditEntry.id)] == [
        grant.division_code, None, None,
    ]  # fmt: skip


def test_the_same_refusal_is_kept_once_a_minute() -> None:
    account = make_account().id
    for seconds in (0, 1, 59, 60, 61):
        record_refusal(event(account_id=account, at=AT + timedelta(seconds=seconds), subject=("Issue", 7)))
    record_refusal(event(account_id=account, subject=("Issue", 8)))
    record_refusal(event(account_id=account, subject=("Issue", 7), mutation="closeIssue"))
    record_refusal(event(account_id=make_account().id, subject=("Issue", 7)))

    entries: Any = AuditEntry.select().order_by(AuditEntry.id)
    kept = [(entry.at - AT).seconds for entry in entries]
    assert kept == [0, 60, 0, 0, 0]


def test_a_flood_of_refusals_leaves_sixty_a_minute() -> None:
    account = make_account().id

    for number in range(100):
        record_refusal(event(account_id=account, subject=("Issue", number)))

    assert AuditEntry.select().count() == 60


def test_a_refusal_that_cannot_be_recorded_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        record_refusal(event(account_id=make_account().id, origin=Origin("two\nlines", "trace-2")))

    assert AuditEntry.select().count() == 0
    assert "an audit entry of request trace-2 was lost" in caplog.text


REPLACE = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry"


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET reason = ''", "DELETE FROM audit_entry", REPLACE])
def test_the_database_refuses_to_change_the_audit(change: str, scratch: DatabaseProxy) -> None:
    make_audit_entry()

    with pytest.raises(IntegrityError, match="append-only"), scratch.atomic():
        scratch.execute_sql("TRUNCATE audit_entry" if change == REPLACE and is_postgres() else change)

    assert AuditEntry.get().reason == "示范"


@pytest.mark.parametrize(
    ("values", "is_active", "said"),
    [
        ({"revoked_at": AT}, True, "revoked"),
        ({"expires_at": AT}, True, "expired"),
        ({}, False, "of an account that is closed"),
    ],
)
def test_the_use_of_a_token_after_its_end_is_recorded(values: dict[str, Any], is_active: bool, said: str) -> None:
    account = make_account(is_active=is_active)
    text = issue_token(account, "示范", AT)
    if values:
        ApiToken.update(**values).execute()

    record_use_after_end(text, AT, ORIGIN)
    record_use_after_end("lzg_" + "A" * 43, AT, ORIGIN)

    (entry,) = AuditEntry.select()
    assert (entry.action, entry.account_id, entry.request_id) == ("TOKEN_AFTER_REVOCATION", account.id, "trace-1")
    assert entry.reason == f"The token {text[:10]}… is {said}."
