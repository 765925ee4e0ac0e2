"""The commands about who may do what: the audit."""

from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from db.models import Account, AuditEntry
from graph_api.cli import moment_of, plainly, require_ready

commands = AppGroup()


def register(app: Flask) -> None:
    """Add the commands to an application."""
    for command in commands.commands.values():
        app.cli.add_command(command)


@commands.command("audit")
@click.option("--division", metavar="CODE", help="Only what belongs to this division and below it.")
@click.option("--since", metavar="TIME", help="Only since then, such as 2026-01-31T08:00:00+08:00.")
@click.option("--limit", default=100, show_default=True, metavar="N", help="At most so many, the newest.")
def audit(division: str | None, since: str | None, limit: int) -> None:
    """Print who used authority, or tried to: a line each, the newest last."""
    from db.ledger_check import subtree

    with plainly():
        require_ready()
        query = AuditEntry.select(AuditEntry, Account).left_outer_join(Account)
        if division:
            part = subtree(division)
            query = query.where(AuditEntry.division_code.between(part.code, part.last_code))
        if since:
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
