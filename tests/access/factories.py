"""Rows of accounts, their roles and tokens for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.access.documents import hash_of
from db.access.invitations import secret_hash
from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.city import models
from tests.people.factories import make_person
from tests.places.factories import make_division
from tests.times import AT


def make_account(**values: Any) -> models.Account:
    """Make an account."""
    return models.Account.create(**{"name": "示范账号", "created_at": AT, **values})


def make_role_grant(
    role: Role = Role.STAFF, division: models.Division | None = None, **values: Any
) -> models.RoleGrant:
    """Make a role that an account has in a division's subtree."""
    division = division or make_division()
    account = values.pop("account", None) or make_account()
    given = {"division_code": division.code, "last_code": division.last_code, "starts_at": AT, **values}
    return models.RoleGrant.create(role=role, account=account, **given)


def make_api_token(**values: Any) -> models.ApiToken:
    """Make a token whose hash is of no use to anybody."""
    account = values.pop("account", None) or make_account()
    number = models.ApiToken.select().count() + 1
    given = {"name": "示范令牌", "prefix": f"t{number}", "token_hash": f"{number:064}", "created_at": AT, **values}
    return models.ApiToken.create(account=account, **given)


def make_invitation(secret: str = "", **values: Any) -> models.Invitation:
    """Make an invitation of somebody without an account, by a secret."""
    person = values.pop("person", None) or make_person()
    digest = secret_hash(secret or f"lzi_{person.id}")
    given = {"secret_hash": digest, "created_at": AT, "expires_at": AT + timedelta(days=7), **values}
    return models.Invitation.create(person=person, **given)


def make_known_document(**values: Any) -> models.KnownDocument:
    """Make a document that clients may ask for by its hash."""
    count = models.KnownDocument.select().count()
    given = {"text": f"{{ a{count}: __typename }}", "file_name": "示范.graphql", "added_at": AT, **values}
    return models.KnownDocument.create(**{"sha256": hash_of(given["text"]), **given})


def make_performed(**values: Any) -> models.Performed:
    """Make the memory of a mutation that was performed under a key."""
    account = values.pop("account", None) or make_account()
    given = {
        "idempotency_key": "示范一",
        "verb": "submitIssue",
        "input_hash": "0" * 64,
        "rows": "{}",
        "at": AT,
        **values,
    }
    return models.Performed.create(account=account, **given)


def make_audit_entry(**values: Any) -> models.AuditEntry:
    """Make an entry of the audit."""
    given = {
        "at": AT,
        "action": AuditAction.REFUSED,
        "address": "192.0.2.1",
        "request_id": "r1",
        "reason": "示范",
        **values,
    }
    return models.AuditEntry.create(**given)


def make_purge_run(**values: Any) -> models.PurgeRun:
    """Make the record of a purge."""
    given = {"rule": "booking.plate", "at": AT, "before": AT - timedelta(days=30), "count": 3, **values}
    return models.PurgeRun.create(**given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    models.Account: make_account,
    models.ApiToken: make_api_token,
    models.AuditEntry: make_audit_entry,
    models.Invitation: make_invitation,
    models.KnownDocument: make_known_document,
    models.Performed: make_performed,
    models.PurgeRun: make_purge_run,
    models.RoleGrant: make_role_grant,
}
