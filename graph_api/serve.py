"""Starts the server: the database made ready, the address and the demo tokens printed, then granian in our place."""

import os
import socket
import sys
from pathlib import Path

import click

from graph_api.config import Config, ConfigError
from graph_api.endpoint import PATH

TOP = Path(__file__).parents[1]
# Threads of a worker that read requests; each may have to wait for a slow client, and `Config.threads` of them at a
# time go on to the database. They are only made when they are needed.
_READERS = 256
# Connections of a worker, idle ones included, and how long (milliseconds) a client may take to send its headers.
_CONNECTIONS = 4_096
_HEADER_TIME = 10_000
# Seconds that requests have to end when the server is stopped. A worker that is told so while it is still starting
# does not hear it, and would be waited for without an end.
_PATIENCE = 15
_OPTIONS = {
    "--interface": "wsgi",
    "--blocking-threads": _READERS,
    "--backlog": _CONNECTIONS,
    "--backpressure": _CONNECTIONS,
    "--http1-header-read-timeout": _HEADER_TIME,
    "--workers-kill-timeout": _PATIENCE,
    "--log-level": "warning",
}


def require_free(host: str, port: int) -> str:
    """See that the address can be listened on, and return the host as a number.

    Raises:
        ConfigError: it cannot; names HOST or PORT and what to do.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise ConfigError(f"HOST: {host} is not known on this machine; give 127.0.0.1 or an address of it.") from None
    with socket.socket(family, kind) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except PermissionError:
            raise ConfigError(f"PORT: {port} needs the rights of root; give one from 1024 upwards.") from None
        except OSError as error:
            if error.errno == 98 or "in use" in str(error):
                other = port + 1 if port < 65_535 else port - 1
                message = f"PORT: {port} on {host} is in use; stop what listens there, or start with PORT={other}."
                raise ConfigError(message) from None
            raise ConfigError(
                f"HOST: {host} is no address of this machine; give 127.0.0.1 or one of its own."
            ) from None
    return str(address[0])


def address(config: Config) -> str:
    """Return the address to open in a browser."""
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"http://{host}:{config.port}{PATH}"


def announce(config: Config, tokens: dict[str, str]) -> None:
    """Print where the server is and who may be tried out."""
    click.echo(f"\nGraphiQL: {address(config)}\n")
    if tokens:
        click.echo(
            'Without a token you ask as a visitor. To ask as somebody else, put {"Authorization": "Bearer TOKEN"}'
        )
        click.echo("into Headers, with a token of the demo city:\n")
        for role, token in tokens.items():
            click.echo(f"  {role:<20} {token}")
        click.echo()


def become_server(config: Config, host: str) -> None:
    """Replace this process by granian, so that a signal to it ends the server. Does not return."""
    paths = [str(TOP), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    os.execv(sys.executable, command("wsgi:app", host, config.port, config.workers))


def command(app: str, host: str, port: int | str, workers: int = 1) -> list[str]:
    """Give the command line of granian for a WSGI application, `module:name`."""
    options = {**_OPTIONS, "--host": host, "--port": port, "--workers": workers}
    return [sys.executable, "-m", "granian", *(str(part) for each in options.items() for part in each), "--no-ws", app]
