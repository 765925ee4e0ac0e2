"""API tokens (令牌): made, found and revoked. The text of a token is shown once; only its hash is stored."""

import hashlib
import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from peewee import ModelSelect

from db.access.actor import FULL, Mandate
from db.access.audit import Event, Origin, record_refusal
from db.access.models.access import ApiToken, TokenScope
from db.access.models.account import Account
from db.access.models.audit import AuditAction
from db.kernel.codes import CodeRange
from db.kernel.database import write
from db.kernel.failures import DRIVER_ERRORS
from db.kernel.statements import compiled
from db.places.models.division import Division

_log = logging.getLogger(__name__)
_MINUTE = timedelta(minutes=1)
# The letters let a person and a secret scanner recognise a token; the rest is 256 random bits in 43 characters.
START = "lzg_"
_RANDOM_BYTES = 32
_SHOWN = len(START) + 6
# Subjects of the demo city's accounts begin with `demo:` (`db.access.seed.accounts`); `;` is the next character.
_FIRST_DEMO, _AFTER_DEMO = "demo:", "demo;"


def issue_token(
    account: Account,
    name: str,
    at: datetime,
    *,
    scopes: Iterable[TokenScope] = FULL.scopes,
    division_code: str | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Make a token for an account and return its text, which cannot be had again; otherwise as `make_token`."""
    return make_token(account, name, at, scopes=scopes, division_code=division_code, expires_at=expires_at)[1]


def make_token(
    account: Account,
    name: str,
    at: datetime,
    *,
    scopes: Iterable[TokenScope] = FULL.scopes,
    division_code: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for an account, and return it with its text, which cannot be had again.

    at, expires_at: aware; without the latter the token holds until it is revoked. division_code: the only part of the
    city where it gives its account's rights.
    """
    text = START + secrets.token_urlsafe(_RANDOM_BYTES)
    token = ApiToken.create(
        account=account,
        name=name,
        prefix=text[:_SHOWN],
        token_hash=token_hash(text),
        scopes=" ".join(sorted(scope.value.lower() for scope in scopes)),
        division_code=division_code,
        created_at=at,
        expires_at=expires_at,
    )
    return token, text


def find_token(text: str, at: datetime) -> ApiToken | None:
    """Find the token of that text, with its account, if it is good at that moment.

    It is looked up by its hash: how long that takes tells nothing about the texts of other tokens.
    """
    return good_tokens(at).where(ApiToken.token_hash == token_hash(text)).first()


def mandate_of(token: ApiToken) -> Mandate:
    """Return how much of its account's authority a token gives; a name that is no scope gives nothing."""
    names = set(token.scopes.upper().split())
    scopes = frozenset(scope for scope in TokenScope if scope.value in names)
    expires_at = token.expires_at
    if token.division_code is None:
        return Mandate(scopes, expires_at=expires_at)
    division = Division.find(code=token.division_code)
    part = division.part if division else CodeRange(token.division_code, token.division_code)
    return Mandate(scopes, part, expires_at)


def is_use_to_be_noted(token: ApiToken, at: datetime) -> bool:
    """Check whether it is a minute or more since the use of a token was noted."""
    known = token.last_used_at
    return known is None or at - known >= _MINUTE


def note_use(token: ApiToken, at: datetime) -> None:
    """Record that a token is used; a failure to write this refuses nobody."""
    try:
        with write():
            token.change(last_used_at=at)
    except DRIVER_ERRORS as error:
        _log.warning("the use of token %s was not noted: %s", token.prefix, error)


def record_use_after_end(text: str, at: datetime, origin: Origin) -> None:
    """Record in the audit the use of a token that was valid once; an unknown text belongs to nobody."""
    token = ApiToken.select(ApiToken, Account).join(Account).where(ApiToken.token_hash == token_hash(text)).first()
    if token is None:
        return
    ended = "revoked" if token.revoked_at else "expired" if token.account.is_active else "of an account that is closed"
    record_refusal(
        Event(
            action=AuditAction.TOKEN_AFTER_REVOCATION,
            at=at,
            account_id=token.account_id,
            origin=origin,
            subject=("ApiToken", token.id),
            division_code=token.division_code,
            reason=f"The token {token.prefix}… is {ended}.",
        )
    )


def revoke_token(token: ApiToken, at: datetime) -> None:
    """End a token; revoking it again changes nothing."""
    _revoke.change(token.id, at)


@compiled
def _revoke(token_id: Any, at: Any) -> Any:
    moment = at.through(ApiToken.revoked_at.db_value)
    return ApiToken.update(revoked_at=moment).where(ApiToken.id == token_id, ApiToken.revoked_at.is_null())


def demo_tokens(at: datetime) -> list[ApiToken]:
    """List the good tokens of the demo city's accounts, with their accounts."""
    is_demo = (Account.subject >= _FIRST_DEMO) & (Account.subject < _AFTER_DEMO)
    return list(good_tokens(at).where(is_demo).order_by(ApiToken.id))


def revoke_demo_tokens(at: datetime) -> int:
    """End all tokens of the demo city's accounts, and return how many there were."""
    with write():
        tokens = demo_tokens(at)
        for token in tokens:
            revoke_token(token, at)
    return len(tokens)


def token_hash(text: str) -> str:
    """Return what is stored of a token: SHA-256 suffices for 256 random bits, and is fast."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def good_tokens(at: Any) -> "ModelSelect[ApiToken]":
    """Select the tokens that are good at a moment, with their accounts."""
    return (
        ApiToken.select(ApiToken, Account)
        .join(Account)
        .where(
            Account.is_active,
            ApiToken.revoked_at.is_null(),
            ApiToken.expires_at.is_null() | (ApiToken.expires_at > at),
        )
    )
