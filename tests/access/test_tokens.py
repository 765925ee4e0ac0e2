"""API tokens: made, found while they are good, and never kept as text."""

import hashlib
from datetime import timedelta

import pytest
from peewee import DatabaseProxy

from db.access.tokens import demo_tokens, find_token, issue_token, revoke_demo_tokens, revoke_token
from db.city.models import ApiToken
from tests.factories import AT, make_account

pytestmark = pytest.mark.usefixtures("database")

LATER = AT + timedelta(days=1)


def test_token_is_found_with_its_account() -> None:
    account = make_account(name="示范脚本")

    text = issue_token(account, "夜间导出", AT)

    found = find_token(text, AT)
    assert found is not None
    assert (found.account_id, found.account.name, found.name) == (account.id, "示范脚本", "夜间导出")


def test_token_has_256_random_bits_behind_a_readable_start() -> None:
    account = make_account()

    texts = {issue_token(account, "示范", AT) for _ in range(20)}

    assert len(texts) == 20
    assert {(text[:4], len(text)) for text in texts} == {("lzg_", 47)}


def test_only_the_hash_and_the_first_letters_are_stored(database: DatabaseProxy) -> None:
    text = issue_token(make_account(), "示范", AT)

    row = database.execute_sql("SELECT * FROM api_token").fetchone()

    assert hashlib.sha256(text.encode()).hexdigest() in row
    assert text[:10] in row
    assert all(text[10:] not in str(value) for value in row)


@pytest.mark.parametrize("text", ["", "lzg_", "lzg_" + "A" * 43, "令牌", "\ud800", "x" * 100_000, "a\x00b"])
def test_another_text_finds_nothing(text: str) -> None:
    issue_token(make_account(), "示范", AT)

    assert find_token(text, AT) is None


def test_token_with_one_letter_changed_is_not_found() -> None:
    text = issue_token(make_account(), "示范", AT)

    assert find_token(text[:-1] + ("A" if text[-1] != "A" else "B"), AT) is None


def test_token_ends_at_its_expiry() -> None:
    text = issue_token(make_account(), "示范", AT, expires_at=LATER)

    assert find_token(text, LATER - timedelta(seconds=1)) is not None
    assert find_token(text, LATER) is None


def test_revoked_token_is_not_found_and_keeps_its_first_end() -> None:
    text = issue_token(make_account(), "示范", AT)
    token = ApiToken.get()

    revoke_token(token, AT)
    revoke_token(token, LATER)

    assert find_token(text, AT) is None
    assert ApiToken.get().revoked_at == AT


def test_token_of_an_inactive_account_is_not_found() -> None:
    assert find_token(issue_token(make_account(is_active=False), "示范", AT), AT) is None


def test_demo_tokens_are_those_of_the_demo_city() -> None:
    for subject in ("demo:resident", "demo", "demos:x", "other:demo:resident", None):
        issue_token(make_account(subject=subject), str(subject), AT)

    assert [token.name for token in demo_tokens(AT)] == ["demo:resident"]


def test_revoking_demo_tokens_leaves_the_others() -> None:
    demo = make_account(subject="demo:staff")
    texts = [issue_token(account, "示范", AT) for account in (demo, demo, make_account())]

    assert revoke_demo_tokens(LATER) == 2
    assert [find_token(text, LATER) is not None for text in texts] == [False, False, True]
    assert revoke_demo_tokens(LATER) == 0
