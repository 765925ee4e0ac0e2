"""Tokens that an account makes for itself and revokes: never more than the token in use gives."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from peewee import fn

from db.access.audit import Event, record
from db.access.commands import Call, CommandResult, record_act
from db.access.models.access import ApiToken, TokenScope
from db.access.models.account import Account
from db.access.models.audit import AuditAction
from db.access.officers import no_such_division
from db.access.subjects import Subject, command
from db.access.tokens import good_tokens, make_token
from db.access.tokens import revoke_token as end_token
from db.kernel.bounds import Ahead, Items, Length
from db.kernel.codes import EVERYWHERE
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.places.models.division import Division

MAX_TOKENS = 50
MAX_NAME_LENGTH = 100


@command()
def issue_token(
    call: Call,
    *,
    name: Annotated[str, Length(1, MAX_NAME_LENGTH)],
    scopes: Annotated[Sequence[TokenScope], Items(1)],
    division_code: str | None = None,
    expires_at: Annotated[datetime, Ahead()] | None = None,
) -> CommandResult:
    """Issue a token for the actor's own account (签发令牌); its text is returned once, never by a dry run or a retry.

    Raises:
        DomainError: INVALID_INPUT; NOT_FOUND, no such division; NOT_PERMITTED, the token in use gives less;
            LIMIT_REACHED, the account has 50 good tokens.
    """
    account = Account.lock(id=call.actor.account_id)
    assert account is not None, "the actor is signed in"
    _within_own(call, scopes, division_code, expires_at)
    _see_room(account, call.at)
    token, text = make_token(
        account, name, call.at, scopes=set(scopes), division_code=division_code, expires_at=expires_at
    )
    record_token(call, token)
    return CommandResult({"token": token.id}, texts={} if call.is_dry else {"text": text})


def record_token(call: Call, token: ApiToken) -> None:
    """Record in the audit that a token was issued to an account, by whoever it belongs to."""
    record(
        Event(
            action=AuditAction.TOKEN_ISSUED, at=call.at, account_id=token.account_id, origin=call.origin,
            subject=("ApiToken", token.id), division_code=token.division_code,
            reason=f"{token.prefix}… {token.scopes}",
        )
    )  # fmt: skip


# A token of the actor's own account.
OWN_TOKEN = Subject(
    model=ApiToken,
    keys={"token_id": "id"},
    missing=(
        "You have no such token; `viewer { tokens }` lists yours.",
        "您没有这个令牌，可在 viewer { tokens } 中查看。",
    ),
    is_known=lambda actor, token: token.account_id == actor.account_id,
)


@command(OWN_TOKEN)
def revoke_token(call: Call, token: ApiToken, standing: None) -> CommandResult:
    """End a token of the actor's own account (吊销令牌); ending it again changes nothing.

    Raises:
        DomainError: NOT_FOUND, the account has no such token.
    """
    if token.revoked_at is None:
        end_token(token, call.at)
        record_act(call, AuditAction.TOKEN_REVOKED, token, f"{token.prefix}…")
    return CommandResult({"token": token.id})


def _within_own(
    call: Call, scopes: Sequence[TokenScope], division_code: str | None, expires_at: datetime | None
) -> None:
    """Check that a token gives no more than the one in use: it must not grow by making another."""
    own = call.actor.mandate
    for scope in scopes:
        if not own.allows(scope):
            raise _too_much("scopes", f"does not have the scope {scope.value}", f"没有 {scope.value} 范围")
    if division_code is None:
        is_inside = own.part == EVERYWHERE
    elif Division.find(code=division_code) is None:
        raise no_such_division(division_code)
    else:
        is_inside = own.part.covers(division_code)
    if not is_inside:
        raise _too_much("divisionCode", "is bound to a smaller part of the city", "仅限于更小的区划")
    if own.expires_at is not None and (expires_at is None or expires_at > own.expires_at):
        raise _too_much("expiresAt", "ends earlier", "更早到期")


def _too_much(field: str, fact: str, chinese: str) -> DomainError:
    return DomainError(
        ErrorCode.NOT_PERMITTED,
        f"The token in use {fact}, and cannot issue a token with more rights.",
        (field,),
        chinese=f"您所用的令牌{chinese}，不能签发权限更大的令牌。",
    )


def _see_room(account: Account, at: datetime) -> None:
    if _count.scalar(account.id, at) >= MAX_TOKENS:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"You already have {MAX_TOKENS} tokens; revoke one that you no longer use.",
            chinese=f"您已有 {MAX_TOKENS} 个令牌，请先吊销不再使用的令牌。",
        )


@compiled
def _count(account_id: Any, at: Any) -> Any:
    return good_tokens(at).select(fn.COUNT(ApiToken.id)).where(ApiToken.account == account_id)
