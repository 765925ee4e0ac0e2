"""The command line, as `flask --help` lists it: each command calls what does the work and says what came of it."""

import codecs
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import TextIOWrapper
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from peewee import PeeweeException
from playhouse.migrations import MigrationError

from db.access.tokens import revoke_demo_tokens
from db.city import migrations
from db.city.models import Division
from db.kernel import database
from db.kernel.errors import DomainError
from db.kernel.whole_file import whole_file
from graph_api import health, serve
from graph_api.config import Config

commands = AppGroup()
# A command may take as long as it takes; requests have `Config.statement_ms`.
_PATIENCE = 7 * 24 * 3600


def register(app: Flask) -> None:
    """Add the commands to an application."""
    _print_anything()
    for command in commands.commands.values():
        app.cli.add_command(command)


def _print_anything() -> None:
    """Print names and texts in any locale, as UTF-8 where the locale knows ASCII alone, such as POSIX."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if is_ascii else None, errors="backslashreplace")


@commands.command("migrate")
@click.option("--down", "down_to", metavar="NAME", help="Undo migrations, back to and including this one.")
def migrate(down_to: str | None) -> None:
    """Migrate the database's tables to this release."""
    with plainly():
        require_database()
        if down_to is None:
            _report("applied", migrations.migrate(database.database))
        else:
            _report("undone", migrations.rollback(database.database, down_to))


def _report(what: str, names: list[str]) -> None:
    click.echo("\n".join(f"{what} {name}" for name in names) or "nothing to do")


@commands.command("seed")
@click.option("--scale", default=1, metavar="N", help="Make the city N times as large.")
@click.option(
    "--present",
    metavar="DAY",
    help="Make the city as of noon on a day, such as 2026-01-31, or of a time, such as 2026-01-31T08:00:00+08:00; "
    "as of now by default. 2022-02-10 is the city of the article, which tests and benchmarks use.",
)
def seed(scale: int, present: str | None) -> None:
    """Load the demo city into an empty database."""
    at = present_of(present)
    with plainly():
        require_ready()
        _seed(scale, at)


def present_of(text: str | None) -> datetime:
    """Read the present of a demo city: a day in Lanzhou, at the hour when the article appeared, or a time."""
    from db.city.seed import AS_OF_TIME
    from db.kernel.calendar import SHANGHAI

    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return moment_of(text, "--present")
    return datetime.combine(day, AS_OF_TIME.astimezone(SHANGHAI).time(), SHANGHAI).astimezone(UTC)


def _seed(scale: int, present: datetime) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from db.city import seed

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns) as progress:
        task = progress.add_task("demo city", total=None)
        is_new = seed.load(
            scale,
            lambda step, done, total: progress.update(task, description=step, completed=done, total=total),
            present,
        )
    click.echo("The demo city is loaded." if is_new else "The demo city is already loaded; nothing was changed.")


@commands.command("import-divisions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--moved", multiple=True, metavar="OLD=NEW", help="A division that got a new code; may be repeated.")
def import_divisions(file: Path, moved: tuple[str, ...]) -> None:
    """Read the real divisions from a CSV file, plain or gzipped."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from db.city.divisions import import_divisions

    moves = dict(_move(text) for text in moved)
    columns = BarColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn()
    with plainly():
        require_ready()
        with Progress(*columns) as progress:
            task = progress.add_task("", total=None)
            report = import_divisions(file, moves, lambda rows: progress.update(task, completed=rows))
            progress.update(task, completed=report.rows, total=report.rows)
    click.echo(
        f"{report.rows:,} rows in {report.seconds:.1f} s, {report.rows / max(report.seconds, 0.001):,.0f} rows/s: "
        f"{report.added:,} added, {report.renamed:,} renamed, {report.moved:,} moved, {report.unchanged:,} unchanged"
    )


def _move(text: str) -> tuple[str, str]:
    old, sign, new = text.partition("=")
    if not (old and sign and new):
        raise click.BadParameter(f"{text!r} is not OLD=NEW, such as 620102001000=620102002000.", param_hint="--moved")
    return old, new


@commands.command("export-schema")
@click.option("--output", default=serve.TOP / "schema/schema.graphql", type=click.Path(dir_okay=False, path_type=Path))
def export_schema(output: Path) -> None:
    """Write the contract to a file."""
    from schema.root import schema

    _write(output, schema().as_str() + "\n")


@commands.command("export-transitions")
@click.option("--output", default=serve.TOP / "docs/transitions.md", type=click.Path(dir_okay=False, path_type=Path))
def export_transitions(output: Path) -> None:
    """Write the table of what may follow what as a page."""
    from db.city.transitions_page import transitions_page

    _write(output, transitions_page())


def _write(path: Path, text: str) -> None:
    try:
        with whole_file(path) as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(unwritten(error)) from None
    click.echo(f"wrote {path}")


def unwritten(error: OSError) -> str:
    """Build the error that names the file that cannot be written, and why."""
    return f"{error.filename or 'the file'} cannot be written: {error.strerror}."


@commands.command("demo-tokens")
@click.option("--revoke", is_flag=True, help="Revoke all of them instead.")
def demo_tokens(revoke: bool) -> None:
    """Print a token for each role of the demo city, made where they are not there yet."""
    with plainly():
        require_ready()
        if revoke:
            click.echo(f"revoked {revoke_demo_tokens(datetime.now(UTC))} tokens")
            return
        tokens = _demo_tokens()
        if not tokens:
            raise click.ClickException("There is no demo city in this database; load it with `flask seed`.")
        for role, token in tokens.items():
            click.echo(f"{role:<20} {token}")


def _demo_tokens() -> dict[str, str]:
    from graph_api import demo

    if _config().is_production:
        raise click.ClickException("ENVIRONMENT: production has no demo tokens.")
    with database.alone(database.database.obj):
        return demo.tokens(datetime.now(UTC))


@commands.command("doctor")
def doctor() -> None:
    """Report what is wrong with this installation, and what to do."""
    from graph_api.doctor import examine

    findings = list(examine(_config(), current_app.extensions["graph_executor"].engine, datetime.now(UTC)))
    for finding in findings:
        click.echo(f"{'wrong' if finding.advice else 'ok':<6} {finding.subject}: {finding.fact}")
        if finding.advice:
            click.echo(f"       {finding.advice}")
    if any(finding.advice for finding in findings):
        raise SystemExit(1)


@commands.command("rebuild-counts")
def rebuild_counts() -> None:
    """Count all rows of the roll-ups anew, also while the server runs.

    Readers go on; who changes the rows that are counted waits until it is done.
    """
    from db.city.rollups import ROLLUPS
    from db.kernel.rollups import rebuild

    with plainly():
        require_ready()
        for one in ROLLUPS:
            rebuild(one)
            click.echo(f"rebuilt {one.name}")


@commands.command("tick")
@click.option("--at", metavar="TIME", help="The time to act at, such as 2026-01-31T08:00:00+08:00; now when left out.")
def tick(at: str | None) -> None:
    """Run what is due: lapse, resume, warn, escalate, release, close.

    Meant to run every minute, by cron or a timer; two at once do no harm.
    """
    from db.city.clock import tick

    moment = moment_of(at)
    with plainly():
        require_ready()
        report = tick(moment)
    done = [f"{count:>6} {name}" for name, count in report.counts.items() if count]
    click.echo("\n".join(done) or "nothing to do")
    for sentence in report.refusals:
        click.echo(sentence, err=True)


@commands.command("publish-lists")
@click.option("--division", metavar="CODE", help="Only the committees of this division and below it.")
@click.option("--at", metavar="TIME", help="The time to act at, such as 2026-01-31T08:00:00+08:00; now when left out.")
def publish_lists(division: str | None, at: str | None) -> None:
    """Publish this month's edition of the three lists, for each committee that has none yet."""
    from db.deliberation.editions import publish_lists

    moment = moment_of(at)
    with plainly():
        require_ready()
        count = publish_lists(moment, division)
    click.echo(f"published {count}" if count else "nothing to do")


def moment_of(text: str | None, option: str = "--at") -> datetime:
    """Read a time as a person gives it; now where it is left out."""
    try:
        moment = datetime.now(UTC) if text is None else datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
    except ValueError:
        example = "2026-01-31T08:00:00+08:00"
        raise click.BadParameter(
            f"{text!r} is not a time with a time zone; write it as {example}.", param_hint=option
        ) from None
    return moment.astimezone(UTC)


@commands.group("ledger")
def ledger() -> None:
    """Verify ledgers, or write them to a file."""


@ledger.command("verify")
@click.option("--division", metavar="CODE", help="Only the issues of this division and below it.")
@click.option("--month", metavar="YYYY-MM", help="Also compare the head of an exported month; needs --head.")
@click.option("--head", metavar="HASH", help="The head that the export of that month printed.")
def verify_ledger(division: str | None, month: str | None, head: str | None) -> None:
    """Find entries of ledgers and journals that were changed, lost, moved or replaced."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    from db.city.journal_check import verify_journals
    from db.issues.ledger_check import verify
    from db.issues.ledger_export import head_after

    if head is not None and not (division and month):
        raise click.UsageError("--head needs the --division and --month of its export.")
    with plainly():
        require_ready()
        with Progress(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as progress:
            task = progress.add_task("", total=None)

            def show(done: int, total: int) -> None:
                progress.update(task, completed=done, total=total)

            journals, report = verify_journals(division, show), verify(division, show)
        is_same = head is None or head == head_after(division or "", month or "")
    for finding in journals.findings:
        subject = f"{finding.subject_type}_{finding.subject_id}"
        click.echo(f"{subject}, journal entry {finding.seq}: {finding.fault.value}. {finding.detail}")
    click.echo(
        f"{journals.subject_count:,} journals, {journals.entry_count:,} entries, {journals.fault_count:,} faults"
    )
    for finding in report.findings:
        issue = finding.label or f"issue {finding.subject_id}"
        click.echo(f"{issue}, entry {finding.seq}: {finding.fault.value}. {finding.detail}")
    if not is_same:
        click.echo(f"The head of {division} at the end of {month} is different: a whole ledger was rewritten.")
    click.echo(f"{report.subject_count:,} issues, {report.entry_count:,} entries, {report.fault_count:,} faults")
    if not (report.is_intact and journals.is_intact and is_same):
        raise SystemExit(1)


@ledger.command("export")
@click.option(
    "--division", required=True, metavar="CODE", help="The division whose entries are exported, including all below it."
)
@click.option("--month", required=True, metavar="YYYY-MM", help="The month in Asia/Shanghai, such as 2022-01.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option(
    "--out", default=".", metavar="DIR", help="Where to.", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def export_ledger(division: str, month: str, form: str, out: Path) -> None:
    """Write a month of a division's ledger to a file, with the head of its chains.

    Keep the head elsewhere: `flask ledger verify --head` shows by it that nothing was written anew.
    """
    from db.issues.ledger_export import export

    with plainly():
        require_ready()
        written = export(division, month, form, out)
    click.echo(f"wrote {written.path}: {written.entry_count:,} entries, head {written.head}")


@commands.command("serve")
def serve_() -> None:
    """Make the database ready, load the demo city if it is empty, and start the server."""
    from graph_api import create_app

    config = _config()
    with serve.bound(config.host, config.port) as listener:
        with plainly():
            require_database()
            migrations.migrate(database.database)
            is_demo = not config.is_production
            if is_demo and not Division.select().exists():
                _seed(1, datetime.now(UTC))
            tokens = _demo_tokens() if is_demo else {}
        with serve.shared_file(config) as config:
            # Anew, for the commands above had a connection with another time limit.
            raise SystemExit(serve.serve(create_app(config), config, listener, tokens))


def _config() -> Config:
    return current_app.config["GRAPH"]


@contextmanager
def plainly() -> Iterator[None]:
    """Return a command a patient connection, and say in a line what stopped it."""
    config = _config()
    database.connect(config.database_url, _PATIENCE, config.sqlite_synchronous)
    try:
        yield
    except (DomainError, MigrationError) as refusal:
        raise click.ClickException(str(refusal)) from None
    except PeeweeException as error:
        raise click.ClickException(f"DATABASE_URL: {_first_line(error)}. Run `flask doctor` for details.") from error
    except OSError as error:
        raise click.ClickException(unwritten(error)) from error
    finally:
        database.database.close()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def require_database() -> None:
    """Stop where the database cannot be reached, or where the file of one cannot be written."""
    if problem := health.unwritable():
        raise click.ClickException(
            f"DATABASE_URL: {problem}. SQLite writes to the file and its folder: make the folder writable, or "
            "set another file."
        )
    if reason := health.unreachable():
        raise click.ClickException(
            f"DATABASE_URL: the database cannot be reached ({reason}); start it, or set another address."
        )


def require_ready() -> None:
    """Stop where the database is not ready to be worked with; a file that is not there is not made."""
    if missing := health.missing_file():
        raise click.ClickException(
            f"DATABASE_URL: there is no file {missing}; create it with `flask migrate`, or set another file."
        )
    require_database()
    if problem := health.problem():
        raise click.ClickException(problem)
