"""Invitations to open an account (开户邀请): found by their secret or by a subject, and used once."""

import hashlib
from datetime import datetime
from typing import Any

from db.access.actor import SYSTEM
from db.access.audit import NOWHERE, Event, Origin, record
from db.access.commands import Call
from db.access.models.account import Account
from db.access.models.audit import AuditAction
from db.access.models.invitation import Invitation
from db.access.role_changes import give_roles
from db.kernel.database import locked
from db.kernel.statements import compiled
from db.people.models.person import Person


def find_by_secret(secret: str, at: datetime) -> Invitation | None:
    """Find and lock the good invitation of a secret.

    One statement asks for everything, so neither the answer nor its time tells a secret that is unknown from one that
    was used or is too old.
    """
    return _by_secret.first(secret_hash(secret), at)


def find_by_subject(subject: str, at: datetime) -> Invitation | None:
    """Find and lock the good invitation of a subject, as accounts hold it."""
    return _by_subject.first(subject, at)


def open_account(
    invitation: Invitation, at: datetime, *, name: str | None = None, origin: Origin = NOWHERE
) -> tuple[Account, Person]:
    """Open the account of whoever was invited, with the roles that follow from their seats and tasks.

    Return it with the person.

    name: of the account; None for the name of the person.
    """
    person = Person.lock(id=invitation.person_id)
    assert person is not None, "the invitation refers to them"
    account = Account.create(name=name or person.name, subject=invitation.subject, created_at=at)
    person.change(account=account.id, version=person.version + 1)
    end_invitation(person)
    record(
        Event(
            action=AuditAction.OPENED, at=at, account_id=account.id, origin=origin, subject=("Person", person.id),
            division_code=person.division_code, reason=f"Account_{account.id}",
        )
    )  # fmt: skip
    # Whoever sends the secret, the roles follow by rule.
    give_roles(Call(SYSTEM, at, origin=origin), person)
    return account, person


def end_invitation(person: Person | int) -> None:
    """End the invitation of a person, if there is one."""
    _end.change(person)


def secret_hash(secret: str) -> str:
    """Return what is stored of a secret, as of a token."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _good(at: Any) -> Any:
    """Select the invitations that are good at a moment: a person is there, and still without an account."""
    rows = Invitation.select(Invitation).join(Person)
    return locked(rows.where(Invitation.expires_at > at, Person.account.is_null(), ~Person.is_erased))


@compiled
def _by_secret(digest: Any, at: Any) -> Any:
    return _good(at).where(Invitation.secret_hash == digest)


@compiled
def _by_subject(subject: Any, at: Any) -> Any:
    return _good(at).where(Invitation.subject == subject)


@compiled
def _end(person_id: Any) -> Any:
    return Invitation.delete().where(Invitation.person == person_id)
