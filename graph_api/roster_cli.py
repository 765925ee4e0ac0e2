"""The command that imports rosters, the spreadsheets that a city brings along."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from db.access.audit import Event, record
from db.access.models.audit import AuditAction
from db.city.rosters import KINDS
from db.kernel.errors import DomainError
from db.places.models.division import Division
from db.rosters.books import opened
from db.rosters.cells import Book
from db.rosters.csv_file import CsvFile
from db.rosters.headings import choices_of
from db.rosters.importing import Counts, Order, Outcome, Told, import_rows, plan
from db.rosters.kinds import RosterKind
from db.rosters.refused_rows import RefusedRows, free_path, reason
from db.rosters.sheet_rows import SheetToRead
from db.rosters.template import write_template
from graph_api.access_cli import account_named
from graph_api.cli import plainly, require_ready, unwritten

commands = AppGroup()
# As a shell reports what Ctrl-C has ended.
_INTERRUPTED = 130
_WOULD = {
    Outcome.ADDED: ("would add", "added"),
    Outcome.THERE: ("already there:", "already there:"),
    Outcome.REFUSED: ("would refuse", "refused"),
    Outcome.NOTE: ("leaves out", "left out"),
}


def register(app: Flask) -> None:
    """Add the commands to an application."""
    for command in commands.commands.values():
        app.cli.add_command(command)


@commands.command("import")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--as", "kind_name", type=click.Choice(list(KINDS)), help="What the rows are.")
@click.option("--as-account", "subject", metavar="SUBJECT", help="The account on whose behalf the rows are registered.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say for each row what would be done, and keep nothing.")
@click.option(
    "--map", "mapped", multiple=True, metavar="HEADING=FIELD", help="What a heading, or a column such as D, means."
)
@click.option("--ignore", "ignored", multiple=True, metavar="HEADING", help="Read nothing of a heading, or a column.")
@click.option(
    "--sheet", "sheets", multiple=True, metavar="NAME", help="A sheet to read, where several look like a roster."
)
@click.option(
    "--division", metavar="CODE", help="What all rows lie in: the community itself, or what it is looked for in."
)
@click.option("--refused", type=click.Path(path_type=Path), help="Where refused rows go; beside FILE when left out.")
@click.option("--template", "template_of", type=click.Choice(list(KINDS)), help="Write an example to FILE instead.")
def import_(
    file: Path | None, kind_name: str | None, subject: str | None, is_dry: bool, mapped: tuple[str, ...],
    ignored: tuple[str, ...], sheets: tuple[str, ...], division: str | None, refused: Path | None,
    template_of: str | None,
) -> None:  # fmt: skip
    """Import a roster: FILE is .xlsx, or .csv in UTF-8 or GB 18030.

    Rows that are there already stay as they are, so it may be interrupted and repeated. Refused rows are written into a
    new file with the reason beside each; mend it, and import it. The exit status is 1 where rows were refused.
    """
    if template_of is not None:
        _write_template(KINDS[template_of], file or Path(f"{template_of}.xlsx"))
        return
    if file is None or kind_name is None or subject is None:
        raise click.UsageError("Name the FILE, what its rows are by --as, and the account by --as-account.")
    pairs = dict(_pair(text) for text in mapped)
    if refused is not None:
        _require_new(refused)
    with plainly():
        require_ready()
        order = Order(
            KINDS[kind_name], _account_id(subject), choices_of(pairs, ignored), sheets, _division(division), is_dry
        )
        try:
            with opened(file) as book:
                counts, refused_to = _import(book, order, refused or free_path(file, book.suffix))
        except DomainError as refusal:
            raise click.ClickException(f"{refusal.code.value}: {refusal.message}\n{refusal.chinese}") from None
    _report(counts, order, refused_to)


def _import(book: Book, order: Order, path: Path) -> tuple[Counts, Path | None]:
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    parts = plan(book, order)
    _print_columns(parts)
    if not order.is_dry:
        _record(order, parts)
    own = book.separator if isinstance(book, CsvFile) else ","
    separator = None if path.suffix.lower() == ".xlsx" else own
    columns = (
        TextColumn("{task.completed:,.0f} rows"),
        TextColumn("{task.fields[refused]:,} refused"),
        TimeElapsedColumn(),
    )
    with RefusedRows(path, separator) as refused, Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None, refused=0)

        def tell(told: Told) -> None:
            if told.outcome is Outcome.REFUSED:
                refused.add(told)
            if order.is_dry or told.outcome in (Outcome.REFUSED, Outcome.NOTE):
                _echo(_line(told, order))
            progress.update(task, advance=told.outcome is not Outcome.NOTE, refused=refused.count)

        try:
            counts = import_rows(book, parts, order, tell)
        except (DomainError, KeyboardInterrupt) as stopped:
            click.echo("Stopped. What was added so far is kept; run the same command again for the rest.", err=True)
            if isinstance(stopped, DomainError):
                raise
            sys.exit(_INTERRUPTED)
    return counts, refused.path if refused.count else None


def _print_columns(parts: Sequence[SheetToRead]) -> None:
    for part in parts:
        named = [f"{part.headings.label(at)} = {column.field}" for at, column in sorted(part.headings.columns.items())]
        left = [part.headings.label(at) for at in sorted(part.headings.ignored)]
        ignored = f"; ignored: {', '.join(left)}" if left else ""
        _echo(f"{part.sheet.name}, headings in row {part.headings.last_row}: {', '.join(named)}{ignored}")


def _record(order: Order, parts: Sequence[SheetToRead]) -> None:
    """Record in the audit who acts through whom, before the first row does."""
    sheets = ", ".join(part.sheet.name for part in parts)
    reason = f"{order.kind.name} of {sheets} on behalf of Account_{order.account_id}"
    part = order.division.code if order.division else None
    at = datetime.now(UTC)
    record(Event(action=AuditAction.IMPORTED, at=at, account_id=None, division_code=part, reason=reason))


def _line(told: Told, order: Order) -> str:
    row = told.row
    place = f"{row.sheet.name} row {row.line.number}"
    what = f"{_WOULD[told.outcome][not order.is_dry]} {told.shows}".rstrip()
    problems = "; ".join(reason(problem, row.headings) for problem in told.problems)
    return f"{place}: {what}{': ' if problems else ''}{problems}"


def _echo(text: str) -> None:
    """Print what a file says on one line, without what would move the cursor of a terminal or change its colours."""
    click.echo("".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text))


def _report(counts: Counts, order: Order, refused_to: Path | None) -> None:
    of = counts.of
    added = "would be added" if order.is_dry else "added"
    click.echo(
        f"{counts.rows:,} rows: {of[Outcome.ADDED]:,} {added}, {of[Outcome.THERE]:,} already there, "
        f"{of[Outcome.REFUSED]:,} refused"
    )
    _report_finished(counts, order)
    if refused_to is not None:
        click.echo(
            f"The refused rows are in {refused_to}, with the reason beside each; mend them and import that file."
        )
        raise SystemExit(1)


def _report_finished(counts: Counts, order: Order) -> None:
    """Print what became of the communities that the rows belong to, where the kind has a last step for them."""
    words = order.kind.finish_words
    if counts.finished:
        click.echo(_counted(counts.finished, words.can if order.is_dry else words.did))
    if counts.unfinished:
        click.echo(f"{_counted(len(counts.unfinished), words.cannot)}:")
    for code, refusal in counts.unfinished.items():
        click.echo(f"{code}: {refusal.chinese} {refusal.message}")


def _counted(count: int, words: tuple[str, str]) -> str:
    """Count something in words for one and for several."""
    return f"{count:,} {words[count != 1]}"


def _write_template(kind: RosterKind, path: Path) -> None:
    _require_new(path)
    try:
        write_template(kind, path)
    except OSError as error:
        raise click.ClickException(unwritten(error)) from None
    click.echo(f"wrote {path}")


def _require_new(path: Path) -> None:
    if path.is_file():
        raise click.ClickException(f"{path} is there already; name another file.")


def _pair(text: str) -> tuple[str, str]:
    heading, sign, field = text.rpartition("=")
    if not (heading and sign and field):
        raise click.BadParameter(f"{text!r} is not HEADING=FIELD, such as 手机=phone.", param_hint="--map")
    return heading.strip(), field.strip()


def _account_id(subject: str) -> int:
    account = account_named(subject)
    if account is None:
        raise click.ClickException(
            f"There is no account {subject}; name one that may register these rows, by its subject such as demo:staff "
            "or by its person such as Person_12. `flask token list` names those that have tokens."
        )
    return account.id


def _division(code: str | None) -> Division | None:
    if code is None:
        return None
    found = Division.get_or_none(Division.code == code)
    if found is None:
        raise click.ClickException(f"There is no division {code}; give a 12-digit code, such as 620102000000.")
    return found
