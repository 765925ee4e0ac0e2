"""Starts the server: the listening socket, the worker processes, and what is printed once requests are answered."""

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from graph_api.bodies import BodyLimits
from graph_api.config import Config, ConfigError
from graph_api.endpoint import PATH
from graph_api.supervisor import Supervisor
from graph_api.worker import CONNECTIONS, Application, run

TOP = Path(__file__).parents[1]


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that holds the address; it does not listen yet.

    Raises:
        ConfigError: the address cannot be had; names HOST or PORT and what to do.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise ConfigError(
            f"HOST: {host} is not known on this machine; set 127.0.0.1 or one of its addresses."
        ) from None
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise ConfigError(_not_bound(host, port, error)) from None
    return listener


def _not_bound(host: str, port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"PORT: {port} needs root privileges; set a port from 1024 upwards."
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65_535 else port - 1
        return f"PORT: {port} on {host} is in use; stop what listens there, or start with PORT={other}."
    return f"HOST: {host} is not an address of this machine; set 127.0.0.1 or one of its own."


def address(config: Config) -> str:
    """Return the address to open in a browser."""
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"http://{host}:{config.port}{PATH}"


def announce(config: Config, tokens: dict[str, str]) -> None:
    """Print the address of the server and the demo tokens."""
    click.echo(f"\nGraphiQL: {address(config)}\n")
    if tokens:
        click.echo(
            'Without a token you ask as a visitor. To ask as somebody else, put {"Authorization": "Bearer TOKEN"}'
        )
        click.echo("into Headers, with a token of the demo city:\n")
        for role, token in tokens.items():
            click.echo(f"  {role:<20} {token}")
        click.echo()


@contextmanager
def shared_file(config: Config) -> Iterator[Config]:
    """Make the file that the workers share for a block, where SHARED_FILE names none, and return the settings with it.

    Raises:
        ConfigError: there are several workers, and no folder for the file.
    """
    if config.shared_file:
        yield config
        return
    try:
        folder = TemporaryDirectory(prefix="graph-")
    except OSError:
        if config.workers > 1:
            message = "SHARED_FILE: no folder for temporary files can be written; name a file, or start with WORKERS=1."
            raise ConfigError(message) from None
        yield config
        return
    with folder as path:
        os.environ["SHARED_FILE"] = f"{path}/shared.sqlite3"
        yield replace(config, shared_file=os.environ["SHARED_FILE"])


def serve(
    application: Application, config: Config, listener: socket.socket, tokens: dict[str, str] | None = None
) -> int:
    """Serve an application on a bound socket until a signal ends it, and return the exit status.

    tokens: of the demo city, printed with the address when requests are answered; None to print neither.
    """
    limits = BodyLimits(max_bytes=config.max_body_bytes, seconds=config.body_seconds)
    extensions = getattr(application, "extensions", {})
    if executor := extensions.get("graph_executor"):
        executor.prepare()  # Once, before the workers are forked, who share it.
    files = extensions.get("graph_files")
    uploads = files.uploads(config.body_seconds) if files else None
    listener.listen(CONNECTIONS)
    supervisor = Supervisor(
        config.workers,
        lambda life, ready: run(application, limits, listener, life, ready, uploads),
        lambda: None if tokens is None else announce(config, tokens),
    )
    return supervisor.run()


def command(app: str, host: str, port: int | str, workers: int = 1) -> list[str]:
    """Return a command line that serves any WSGI application, `module:name`, in the way that `flask serve` does."""
    options = ["--host", host, "--port", str(port), "--workers", str(workers)]
    return [sys.executable, "-m", "graph_api", *options, app]
