"""Commands of invitations: who invites whom to open an account, and how it is accepted."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult, record_act
from db.access.invitations import end_invitation, find_by_secret, open_account, secret_hash
from db.access.models.access import TokenScope
from db.access.models.account import Account, is_office
from db.access.models.audit import AuditAction
from db.access.models.invitation import Invitation
from db.access.sign_in import stored_subject
from db.access.subjects import Subject, command
from db.access.token_commands import MAX_NAME_LENGTH, record_token
from db.access.tokens import make_token
from db.kernel.bounds import Ahead, Items, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.people.models.person import Person

VALID_FOR = timedelta(days=7)
# As of tokens: letters to recognize it by, and 256 random bits.
START = "lzi_"
_RANDOM_BYTES = 32


def _stand(call: Call, person: Person, action: Any) -> None:
    """Check that the actor is on the staff of the person's community, or in an office above it."""
    if not call.actor.has_power(is_office, over=person.division_code):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "A person is invited by staff of their community, or by an officer above it.",
            ("personId",),
            chinese="开户邀请由人员所在社区工作人员或其上级干部发出。",
        )


INVITED = Subject(
    model=Person,
    keys={"person_id": "id"},
    missing=("There is no such person, or they were erased; check the id.", "没有此人员，或已注销，请核对 ID。"),
    stand=_stand,
    only=~Person.is_erased,
)


@command(INVITED)
def invite_account(
    call: Call, person: Person, standing: None, *, subject: Annotated[str, Length(1, 200)] | None = None
) -> CommandResult:
    """Invite a person to open an account within seven days (邀请开户), which ends their invitation before.

    subject: as the identity provider has it; its first sign-in opens the account as well.

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED; INVALID_INPUT; ALREADY_EXISTS, the person or the subject has an account,
            or somebody else is invited by the subject.
    """
    if person.account_id is not None:
        raise _exists(
            "personId",
            f"The person has an account already: Account_{person.account_id}.",
            f"该人员已有账号：Account_{person.account_id}。",
        )
    end_invitation(person)
    key = None if subject is None else _free_subject(call, subject)
    text = START + secrets.token_urlsafe(_RANDOM_BYTES)
    Invitation.create(
        person=person.id, secret_hash=secret_hash(text), subject=key, invited_by=call.actor.account_id,
        created_at=call.at, expires_at=call.at + VALID_FOR,
    )  # fmt: skip
    record_act(call, AuditAction.INVITED, person, key or "no subject")
    return CommandResult({"person": person.id}, texts={} if call.is_dry else {"secret": text})


@command()
def accept_invitation(
    call: Call,
    *,
    secret: Annotated[str, Length(1, 100)],
    label: Annotated[str, Length(1, MAX_NAME_LENGTH)],
    scopes: Annotated[Sequence[TokenScope], Items(1)] = (TokenScope.READ, TokenScope.WRITE),
    expires_at: Annotated[datetime, Ahead()] | None = None,
) -> CommandResult:
    """Open the account of whoever holds the secret, and give its first token (接受邀请); its text is returned once.

    Who sends the request makes no difference: most are signed in nowhere yet.

    Raises:
        DomainError: INVALID_INPUT; NOT_FOUND, the secret is unknown, was used or is too old, and nothing says which.
    """
    invitation = find_by_secret(secret, call.at)
    if invitation is None or (invitation.subject and Account.find(subject=invitation.subject)):
        raise not_found(
            "secret",
            "The invitation is unknown, was used or has expired; ask for a new one.",
            "邀请不存在、已使用或已过期，请重新索取。",
        )
    account, person = open_account(invitation, call.at, origin=call.origin)
    token, text = make_token(account, label, call.at, scopes=set(scopes), expires_at=expires_at)
    record_token(call, token)
    return CommandResult({"person": person.id}, texts={} if call.is_dry else {"text": text})


def _free_subject(call: Call, subject: str) -> str:
    """Return a subject as accounts hold it, if nobody has it and nobody else is invited by it."""
    key = stored_subject(subject)
    if Account.find(subject=key) is not None:
        raise _exists(
            "subject",
            "This subject has an account already; its holder registers themselves with it.",
            "该身份标识已有账号，请由其本人登录后自行登记。",
        )
    other = Invitation.find(subject=key)
    if other is not None and other.expires_at > call.at:
        raise _exists(
            "subject",
            f"Somebody else is invited by this subject: Person_{other.person_id}.",
            f"该身份标识已用于邀请 Person_{other.person_id}。",
        )
    if other is not None:
        end_invitation(other.person_id)
    return key


def _exists(field: str, message: str, chinese: str) -> DomainError:
    return DomainError(ErrorCode.ALREADY_EXISTS, message, (field,), chinese=chinese)
