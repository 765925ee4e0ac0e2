"""The commands about known documents, the only ones that are answered where ONLY_KNOWN_DOCUMENTS is set."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from db.access.documents import add_documents, hash_of, known_documents, remove_documents
from graph_api.cli import plainly, require_ready
from schema.engine import Engine

commands = AppGroup()


def register(app: Flask) -> None:
    """Add the commands to an application."""
    for command in commands.commands.values():
        app.cli.add_command(command)


@commands.group("documents")
def documents() -> None:
    """Add, list or remove known documents."""


@documents.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add(files: tuple[Path, ...]) -> None:
    """Make each of the FILES a known document: its whole text, of one operation or several."""
    engine: Engine = current_app.extensions["graph_executor"].engine
    problems = [problem for file in files for problem in _problems(file, engine)]
    if problems:
        raise click.ClickException("\n".join(["nothing was added.", *problems]))
    texts = [(file.name, file.read_bytes().decode()) for file in files]
    with plainly():
        require_ready()
        is_new = add_documents(texts, datetime.now(UTC))
    for (name, text), was_added in zip(texts, is_new, strict=True):
        click.echo(f"{hash_of(text)}\t{'added' if was_added else 'known already'}\t{name}")


def _problems(file: Path, engine: Engine) -> Iterator[str]:
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError:
        yield f"{file}: it is not UTF-8."
        return
    for line, message in engine.misfits(text):
        yield f"{file}:{line}: {message}"


@documents.command("list")
def list_documents() -> None:
    """Print the known documents, a line each."""
    with plainly():
        require_ready()
        found: list[Any] = [*known_documents()]
    for one in found:
        click.echo(f"{one.sha256}\t{one.added_at.isoformat()}\t{one.file_name}")
    if not found:
        click.echo("nothing to show")


@documents.command("remove")
@click.argument("hashes", nargs=-1, required=True)
def remove(hashes: tuple[str, ...]) -> None:
    """Remove the documents of these HASHES, or beginnings of hashes, as `flask documents list` shows them."""
    with plainly():
        require_ready()
        removed = remove_documents(hashes)
    for one in removed:
        click.echo(f"{one.sha256}\tremoved\t{one.file_name}")
