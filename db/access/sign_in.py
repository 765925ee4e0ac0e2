"""Accounts of people whom an identity provider has signed in: found by its name for them, or made without any role."""

import hashlib
import re
from datetime import datetime

from peewee import IntegrityError

from db.access.invitations import find_by_subject, open_account
from db.access.models.account import Account
from db.kernel.database import write
from db.kernel.text import BLANKS, shows_something, without_hidden

_PLAIN = re.compile(r"[A-Za-z0-9_.:+-]{1,200}")
_LONGEST_NAME = 100


def account_of(subject: str, name: str, at: datetime) -> Account:
    """Find the account of a subject, or make it at its first sign-in: that of the person who was invited by it.

    subject: as the provider has it. name: of the person; any text, of which what cannot be seen is left out.
    """
    known = find_account(subject)
    if known is not None:
        return known
    key = stored_subject(subject)
    shown = _shown(name) or key
    try:
        with write():
            invitation = find_by_subject(key, at)
            if invitation is not None:
                return open_account(invitation, at, name=shown)[0]
            return Account.create(subject=key, name=shown, created_at=at)
    except IntegrityError:
        # Two first requests at once.
        return Account.get(Account.subject == key)


def _shown(name: str) -> str:
    name = without_hidden(name)[:_LONGEST_NAME].strip(BLANKS)
    return name if shows_something(name) else ""


def find_account(subject: str) -> Account | None:
    """Find the account of a subject, as the provider has it; None before its first sign-in."""
    return Account.get_or_none(Account.subject == stored_subject(subject))


def stored_subject(subject: str) -> str:
    """Return the subject as accounts hold it: itself, or its SHA-256 where it has other characters or is long.

    Subjects that begin with `demo:` are the demo city's own, and no provider's.
    """
    if _PLAIN.fullmatch(subject) and not subject.startswith(("demo:", "sha256:")):
        return subject
    return f"sha256:{hashlib.sha256(subject.encode(errors='replace')).hexdigest()}"
