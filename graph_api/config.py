"""The settings, each an environment variable of the same name in capitals, read once when the program starts."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from db.files.kinds import BY_NAME
from db.kernel.database_url import PROJECT, SqliteFile, read_url
from graph_api.proxies import Network, network_of
from schema.request.introspection import EVERYBODY, NOBODY, ROLES, SIGNED_IN

ENVIRONMENTS = ("development", "production")
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_HOST_NAME = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_WORDS = (EVERYBODY, SIGNED_IN, NOBODY)
# Of a web page, or of an app that shows its pages under a scheme of its own, as capacitor://localhost.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
# With a key of their own on either side: whoever can check a signature must not be able to make one.
_SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


class ConfigError(SystemExit):
    """A reason not to start: uncaught, it prints its one line and ends the program with status 1."""


def _setting(default: Any, read: Callable[[str], Any]) -> Any:
    """Declare a setting. read: makes the value of the text; raises ValueError saying what is accepted."""
    return field(default=default, metadata={"read": read})


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise ValueError(f"give a whole number from {low} to {high}")
        return int(text)

    return read


def _one_of(*names: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in names:
            raise ValueError(f"give {' or '.join(names)}")
        return text

    return read


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES + _NO:
        raise ValueError(f"give {_YES[0]} or {_NO[0]}")
    return text.lower() in _YES


def _several(*names: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        given = tuple(name.strip() for name in text.split(","))
        if not set(given) <= set(names):
            raise ValueError(f"give some of {', '.join(names)}, with commas between")
        return given

    return read


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    is_local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        raise ValueError("give an address that begins with https://")
    return text


def _bucket(text: str) -> str:
    if not _BUCKET_NAME.fullmatch(text):
        raise ValueError("give the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens")
    return text


def _viewers(text: str) -> tuple[str, ...]:
    if text in _WORDS:
        return (text,)
    try:
        return _several(*ROLES)(text)
    except ValueError:
        raise ValueError(f"give {', '.join(_WORDS)} or roles such as CITY_OFFICER,AUDITOR") from None


def _origins(text: str) -> tuple[str, ...]:
    given = tuple(origin.strip().lower() for origin in text.split(","))
    if given != ("*",) and not all(_ORIGIN.fullmatch(origin) for origin in given):
        raise ValueError("give origins such as https://app.example, with commas between and no path, or * for all")
    return given


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(network_of(part.strip()) for part in text.split(","))
    except ValueError:
        raise ValueError("give addresses or networks such as 127.0.0.1,10.0.0.0/8, with commas between") from None


def _file(text: str) -> str:
    """Read a path; a relative one begins from the project, whatever folder a command is run in."""
    return str(PROJECT / text)


def _file_or_web_address(text: str) -> str:
    return _web_address(text) if "://" in text else _file(text)


def _host(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        if not _HOST_NAME.fullmatch(text) or re.fullmatch(r"[0-9.]+", text):
            raise ValueError("give an address or name of this machine, such as 127.0.0.1, ::1 or localhost") from None
    return text


def _database_url(text: str) -> str:
    read_url(text)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What may be set from outside; the README tells what each is for.

    Counts of 0 are no limit. What is kept ready is kept by each worker; limits hold for all workers together.
    """

    database_url: str = _setting("sqlite:///var/graph.sqlite3", _database_url)
    host: str = _setting("127.0.0.1", _host)
    port: int = _setting(8000, _whole(1, 65_535))
    environment: str = _setting("development", _one_of(*ENVIRONMENTS))
    workers: int = _setting(1, _whole(1, 64))
    threads: int = _setting(8, _whole(1, 64))
    access_log: bool = _setting(False, _yes_or_no)
    cors_origins: tuple[str, ...] = _setting((), _origins)
    trusted_proxies: tuple[Network, ...] = _setting((), _networks)
    max_body_bytes: int = _setting(1_000_000, _whole(1_000, 100_000_000))
    files_folder: str = _setting("", _file)
    files_bucket: str = _setting("", _bucket)
    files_endpoint: str = _setting("", _web_address)
    file_kinds: tuple[str, ...] = _setting(tuple(BY_NAME), _several(*BY_NAME))
    max_file_bytes: int = _setting(20_000_000, _whole(1_000, 500_000_000))
    files_a_day: int = _setting(200, _whole(0, 1_000_000))
    file_bytes_a_day: int = _setting(500_000_000, _whole(0, 1_000_000_000_000))
    shared_file: str = _setting("", _file)
    body_seconds: int = _setting(10, _whole(1, 600))
    max_tokens: int = _setting(4_000, _whole(10, 100_000))
    max_depth: int = _setting(12, _whole(1, 64))
    max_aliases: int = _setting(100, _whole(0, 100_000))
    max_directives: int = _setting(100, _whole(0, 100_000))
    max_root_fields: int = _setting(30, _whole(1, 100_000))
    max_fields: int = _setting(2_000, _whole(1, 100_000))
    max_field_pairs: int = _setting(2_500, _whole(0, 1_000_000))
    max_filter_nodes: int = _setting(200, _whole(1, 100_000))
    max_filter_depth: int = _setting(8, _whole(1, 12))
    max_list_items: int = _setting(1_000, _whole(1, 100_000))
    max_characters: int = _setting(20_000, _whole(100, 10_000_000))
    max_batch: int = _setting(0, _whole(0, 1_000))
    default_page: int = _setting(20, _whole(1, 10_000))
    max_page: int = _setting(100, _whole(1, 10_000))
    max_cost: int = _setting(20_000, _whole(1, 100_000_000))
    points_an_hour: int = _setting(1_000_000, _whole(0, 1_000_000_000))
    requests_a_minute: int = _setting(6_000, _whole(0, 1_000_000_000))
    persisted_queries: int = _setting(1_000, _whole(0, 100_000))
    only_known_documents: bool = _setting(False, _yes_or_no)
    introspection: tuple[str, ...] = _setting((EVERYBODY,), _viewers)
    max_operations: int = _setting(1_000, _whole(1, 100_000))
    sqlite_synchronous: str = _setting("full", _one_of("full", "normal"))
    statement_ms: int = _setting(10_000, _whole(1, 600_000))
    token_cache_seconds: int = _setting(5, _whole(0, 3_600))
    oidc_issuer: str = _setting("", _web_address)
    oidc_audience: str = _setting("", str)
    oidc_jwks: str = _setting("", _file_or_web_address)
    oidc_algorithms: tuple[str, ...] = _setting(("RS256", "ES256"), _several(*_SIGNATURES))

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """Read the settings; what is not set, or set to nothing, has its default.

        Raises:
            ConfigError: a value is not accepted; names the variable, the value and what is accepted.
        """
        given: dict[str, Any] = {}
        for setting in fields(cls):
            name = setting.name.upper()
            if text := environ.get(name, "").strip():
                try:
                    given[setting.name] = setting.metadata["read"](text)
                except ValueError as error:
                    raise ConfigError(f"{name}: {_shown(name, text)} is not accepted; {error}.") from None
        config = cls(**given)
        if config.default_page > config.max_page:
            accepted = f"give at most MAX_PAGE, which is {config.max_page}"
            raise ConfigError(f"DEFAULT_PAGE: {config.default_page} is not accepted; {accepted}.")
        named = {name: getattr(config, name) for name in ("oidc_issuer", "oidc_audience", "oidc_jwks")}
        if any(named.values()) and not all(named.values()):
            missing = next(name for name, value in named.items() if not value)
            together = "OIDC_ISSUER, OIDC_AUDIENCE and OIDC_JWKS go together"
            raise ConfigError(f"{missing.upper()}: it is missing; {together}.")
        if config.files_endpoint and not config.files_bucket:
            raise ConfigError("FILES_BUCKET: it is missing; FILES_ENDPOINT names the server of a bucket.")
        return config

    @property
    def folder_of_files(self) -> Path:
        """Where the contents of files are kept: beside SQLite's database, where nothing else is set."""
        if self.files_folder:
            return Path(self.files_folder)
        named = read_url(self.database_url)
        return (
            named.path.with_name(f"{named.path.name}-files") if isinstance(named, SqliteFile) else PROJECT / "var/files"
        )

    @property
    def is_production(self) -> bool:
        """Whether real people use this server."""
        return self.environment == "production"


def _shown(name: str, text: str) -> str:
    # A database's URL may hold a password, which belongs in no log.
    return "the value" if name == "DATABASE_URL" else repr(text[:100])
