"""The commands about who may do what: accounts' tokens and roles, and the audit."""

import re
from datetime import UTC, datetime
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from db.access import tokens
from db.access.audit import Event, record
from db.access.grants import require_level
from db.access.models.access import TokenScope
from db.access.models.account import Role, roles_with
from db.access.models.audit import AuditAction
from db.city.models import Account, ApiToken, AuditEntry, Person, RoleGrant
from db.issues.ledger_check import subtree
from db.kernel.database import write
from db.kernel.text import read_code, read_text
from graph_api.cli import moment_of, plainly, require_ready

commands = AppGroup()


def register(app: Flask) -> None:
    """Add the commands to an application."""
    for command in commands.commands.values():
        app.cli.add_command(command)


@commands.command("audit")
@click.option("--division", metavar="CODE", help="Only entries of this division and those below it.")
@click.option("--since", metavar="TIME", help="Only entries since this time, such as 2026-01-31T08:00:00+08:00.")
@click.option("--limit", default=100, show_default=True, metavar="N", help="Only the newest N entries.")
def audit(division: str | None, since: str | None, limit: int) -> None:
    """Print who used authority, or tried to: a line each, the newest last."""
    with plainly():
        require_ready()
        query = AuditEntry.select(AuditEntry, Account).left_outer_join(Account)
        if division is not None:
            part = subtree(division)
            query = query.where(part.part.has(AuditEntry.division_code))
        if since is not None:
            query = query.where(AuditEntry.at >= moment_of(since))
        found = list(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit))
    for entry in reversed(found):
        click.echo(_line(entry))
    if not found:
        click.echo("nothing to show")


def _line(entry: Any) -> str:
    who = f"{entry.account_id} {entry.account.name}" if entry.account_id else "command line"
    what = entry.mutation or ""
    subject = f"{entry.subject_type}_{entry.subject_id}" if entry.subject_type else ""
    where = entry.division_code or ""
    parts = (entry.at.isoformat(), entry.action.value, who, what, subject, where, entry.address, entry.request_id)
    return "\t".join([*parts, entry.reason.replace("\n", " ")])


@commands.group("token")
def token() -> None:
    """Make, list or revoke tokens of accounts."""


@token.command("issue")
@click.argument("subject")
@click.option("--name", required=True, help="A name that says what the token is for.")
@click.option("--new", "new_name", metavar="NAME", help="Create the account with this name if it does not exist.")
@click.option(
    "--scope", "scopes", multiple=True, default=["read", "write"], show_default=True, help="May be repeated.",
    type=click.Choice([scope.value.lower() for scope in TokenScope]),
)  # fmt: skip
@click.option("--division", metavar="CODE", help="The division that the token is limited to.")
@click.option(
    "--expires", metavar="TIME", help="When the token expires, such as 2026-12-31T00:00:00+08:00; never when left out."
)
def issue_token(
    subject: str, name: str, new_name: str | None, scopes: tuple[str, ...], division: str | None, expires: str | None
) -> None:
    """Make a token for the account SUBJECT and print it, this once.

    SUBJECT may be the id of the person whose account it is, such as Person_12.
    """
    now = datetime.now(UTC)
    with plainly():
        require_ready()
        if division is not None:
            subtree(division)
        name = read_text(name, ("name",), has_lines=False)
        with write():
            account = _account(subject, new_name, now)
            given = [TokenScope(scope.upper()) for scope in scopes]
            until = moment_of(expires) if expires is not None else None
            made, text = tokens.make_token(account, name, now, scopes=given, division_code=division, expires_at=until)
            _record(AuditAction.TOKEN_ISSUED, now, ("ApiToken", made.id), division, f"{made.prefix}… for {subject}")
    click.echo(text)


@token.command("list")
@click.argument("subject", required=False)
def list_tokens(subject: str | None) -> None:
    """Print the tokens of the account SUBJECT, or of all, a line each."""
    with plainly():
        require_ready()
        query = ApiToken.select(ApiToken, Account).join(Account).order_by(ApiToken.id)
        found: list[Any] = list(query if subject is None else query.where(Account.subject == subject))
    for made in found:
        ends = ("revoked", made.revoked_at) if made.revoked_at else ("expires", made.expires_at)
        used = made.last_used_at.isoformat() if made.last_used_at else "never"
        parts = (made.prefix, made.account.subject or f"account {made.account_id}", made.name, made.scopes)
        until = f"{ends[0]} {ends[1].isoformat()}" if ends[1] else "no end"
        click.echo("\t".join([*parts, made.division_code or "everywhere", f"used {used}", until]))
    if not found:
        click.echo("nothing to show")


@token.command("revoke")
@click.argument("prefix")
def revoke_token(prefix: str) -> None:
    """End the token whose text begins with PREFIX, as `flask token list` shows it."""
    now = datetime.now(UTC)
    with plainly():
        require_ready()
        found = list(ApiToken.select().where(ApiToken.prefix == prefix, ApiToken.revoked_at.is_null()))
        if len(found) != 1:
            raise click.ClickException(f"{len(found)} tokens in use begin with {prefix}; see `flask token list`.")
        with write():
            tokens.revoke_token(found[0], now)
            subject = ("ApiToken", found[0].id)
            _record(AuditAction.TOKEN_REVOKED, now, subject, found[0].division_code, f"{prefix}…")
    click.echo(f"revoked {prefix}")


@commands.command("grant")
@click.argument("subject")
@click.argument("role", type=click.Choice([role.value for role in roles_with(lambda powers: powers.is_first)]))
@click.argument("division")
@click.option("--new", "new_name", metavar="NAME", help="Create the account with this name if it does not exist.")
def grant(subject: str, role: str, division: str, new_name: str | None) -> None:
    """Make the account SUBJECT an officer or auditor over a division: the first one, who then gives others roles."""
    now = datetime.now(UTC)
    with plainly():
        require_ready()
        part = subtree(division)
        require_level(Role(role), part)
        with write():
            account = _account(subject, new_name, now)
            made = RoleGrant.create(
                account=account, role=Role(role), division_code=part.code, last_code=part.last_code, starts_at=now
            )
            _record(AuditAction.GRANTED, now, ("RoleGrant", made.id), part.code, f"{role} Account_{account.id}")
    click.echo(f"{subject} is {role} over {part.name}")


def _account(subject: str, new_name: str | None, now: datetime) -> Account:
    account = account_named(subject)
    if account is None and new_name is None:
        raise click.ClickException(f"There is no account {subject}; create it with --new NAME.")
    if account is not None:
        return account
    name = read_text(new_name or "", ("name",), has_lines=False)
    return Account.create(subject=read_code(subject, ("subject",)), name=name, created_at=now)


def account_named(subject: str) -> Account | None:
    """Return the account of a subject, or of a person named by their id: one opened by invitation has no subject."""
    return Account.get_or_none(Account.subject == subject) or _of_person(subject)


def _of_person(subject: str) -> Account | None:
    match = re.fullmatch(r"Person_([0-9]{1,18})", subject)
    person = Person.find(id=int(match[1])) if match else None
    return person.account if person else None


def _record(
    action: AuditAction, now: datetime, subject: tuple[str, int], division_code: str | None, reason: str
) -> None:
    record(Event(action=action, at=now, account_id=None, subject=subject, division_code=division_code, reason=reason))
