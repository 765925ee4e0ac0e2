"""Invitations: how somebody who is registered gets an account."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, ForeignKeyField

from db.access.models.account import Account
from db.kernel.fields import CodeField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie


class Invitation(BaseModel):
    """An invitation to a person to open their account (开户邀请); it is deleted once it is used.

    secret_hash: of the secret, whose text is shown once. subject: as `Account.subject`, whose first sign-in opens the
    account too.
    """

    id = BigAutoField()
    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
    secret_hash = CodeField(unique=True)
    subject = CodeField(null=True, unique=True)
    invited_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    created_at = UtcDateTimeField()
    expires_at = UtcDateTimeField()

    if TYPE_CHECKING:
        person_id: int


add_tie(
    Tie(
        Invitation,
        ("an invitation", "开户邀请"),
        points=lambda invitation, person: invitation.person == person.id,
        holds=lambda invitation, now: SQL("TRUE"),
        keeps=False,
        erased={"subject": None},
    )
)
