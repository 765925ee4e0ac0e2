"""The Flask side: HTTP, settings, sign-in and the command line. Knows no rule of the domain."""

import logging
import os
from datetime import UTC, datetime

from flask import Flask
from peewee import Database, InterfaceError, OperationalError, ProgrammingError

from db.access import tokens
from db.access.documents import find_text
from db.files.store import use
from db.files.uploads import UploadLimits
from db.kernel import database
from db.kernel.failures import DRIVER_ERRORS, failure_of
from db.kernel.shared import SharedFile
from graph_api import access_cli, cli, documents_cli, files, roster_cli, views
from graph_api.auth import SignIn
from graph_api.config import Config, ConfigError
from graph_api.connection import ConnectionPool
from graph_api.cors import Cors
from graph_api.endpoint import Endpoint, InFront
from graph_api.health import Probe
from graph_api.oidc import Issuer
from graph_api.proxies import TrustedProxies
from graph_api.stores import store_of
from schema.engine import Bounds, Limits
from schema.errors import not_begun
from schema.request.budget import Budget
from schema.request.counts import Counts, OwnCounts, SharedCounts
from schema.request.documents import Documents, SharedDocuments
from schema.request.execute import Executor, Turns
from schema.request.introspection import EVERYBODY, Introspection


def create_app(config: Config | None = None) -> Flask:
    """Make the application: the one place where its parts are put together.

    config: of the environment's variables where it is not given. No connection is opened before a request needs one.

    Raises:
        ConfigError: a setting is not accepted, or this is production with the demo city's tokens.
    """
    config = config or Config.from_env(os.environ)
    opened = _connect(config)
    if config.is_production:
        _refuse_demo_tokens()
    app = Flask(__name__, static_folder=None)
    app.json.ensure_ascii = False  # pyright: ignore[reportAttributeAccessIssue]
    app.config["GRAPH"] = config
    pool = ConnectionPool(opened, config.threads)
    executor = _executor(config, pool)
    sign_in = _sign_in(config, pool, executor.budget)
    endpoint = Endpoint(executor.execute, sign_in, config, executor.budget)
    app.extensions["graph_api"] = endpoint
    app.extensions["graph_connections"] = pool
    app.extensions["graph_health"] = Probe(pool)
    app.extensions["graph_executor"] = executor
    app.extensions["graph_files"] = _files(config, pool, executor.budget, sign_in)
    app.wsgi_app = InFront(endpoint, app.wsgi_app)
    views.register(app)
    app.register_blueprint(files.blueprint)
    cli.register(app)
    access_cli.register(app)
    documents_cli.register(app)
    roster_cli.register(app)
    if config.access_log:
        _show_access_log()
    return app


def _sign_in(config: Config, pool: ConnectionPool, budget: Budget) -> SignIn:
    issuer = Issuer(config) if config.oidc_issuer else None
    turns = Turns(pool.reading, pool.change)
    return SignIn(config.token_cache_seconds, issuer, turns, pool.change_at_once, budget.require_room)


def _files(config: Config, pool: ConnectionPool, budget: Budget, sign_in: SignIn) -> files.Files:
    limits = UploadLimits(
        config.max_file_bytes, frozenset(config.file_kinds), config.files_a_day, config.file_bytes_a_day
    )
    proxies, cors = TrustedProxies(config.trusted_proxies), Cors(config.cors_origins) if config.cors_origins else None
    return files.Files(use(store_of(config)), limits, sign_in, budget, pool, proxies, cors)


def _executor(config: Config, pool: ConnectionPool) -> Executor:
    bounds = Bounds(
        tokens=config.max_tokens,
        aliases=config.max_aliases,
        directives=config.max_directives,
        root_fields=config.max_root_fields,
        fields=config.max_fields,
        field_pairs=config.max_field_pairs,
        filter_nodes=config.max_filter_nodes,
        filter_depth=config.max_filter_depth,
        list_items=config.max_list_items,
        characters=config.max_characters,
    )
    limits = Limits(
        default_page=config.default_page,
        max_page=config.max_page,
        max_depth=config.max_depth,
        max_cost=config.max_cost,
        bounds=bounds,
    )
    return Executor(
        limits,
        config.max_operations,
        config.points_an_hour,
        config.requests_a_minute,
        documents=_documents(config),
        introspection=None if EVERYBODY in config.introspection else Introspection(config.introspection),
        turns=Turns(pool.reading, pool.change),
        counts=_counts(config),
    )


def _counts(config: Config) -> Counts | None:
    """Return where all workers count together; None for one worker, which counts by itself."""
    if config.workers == 1 or not (config.points_an_hour or config.requests_a_minute):
        return None
    if not config.shared_file:
        # Said when requests come: commands, and the process that starts the workers, count none.
        return OwnCounts("WORKERS is more than 1 and SHARED_FILE is not set: each worker counts requests by itself")
    try:
        return SharedCounts(f"{config.shared_file}-counts")
    except OSError as error:
        raise ConfigError(f"SHARED_FILE: {config.shared_file}-counts cannot be made: {error.strerror}.") from None


def _documents(config: Config) -> Documents | None:
    if not (config.persisted_queries or config.only_known_documents):
        return None
    shared = None
    if config.shared_file and config.persisted_queries:
        file = SharedFile(config.shared_file, [SharedDocuments.TABLE])
        shared = SharedDocuments(file, config.persisted_queries)
    return Documents(
        config.persisted_queries, _known_text, config.only_known_documents, config.token_cache_seconds, shared
    )


def _known_text(sha256: str) -> str | None:
    try:
        return database.retry_when_lost(lambda: find_text(sha256))
    except DRIVER_ERRORS as error:
        if failure_of(error) is None:
            raise
        raise not_begun() from error


def _connect(config: Config) -> Database:
    try:
        return database.connect(config.database_url, config.statement_ms / 1000, config.sqlite_synchronous)
    except ValueError as error:
        raise ConfigError(f"DATABASE_URL: the value is not accepted; {error}.") from None


def _refuse_demo_tokens() -> None:
    try:
        are_there = bool(tokens.demo_tokens(datetime.now(UTC)))
    except (OperationalError, InterfaceError, ProgrammingError):
        are_there = False  # No database or no tables yet: then there are no tokens either.
    finally:
        database.database.close()  # A worker that is forked later must not share it.
    if are_there:
        raise ConfigError(
            "ENVIRONMENT: production does not start while the demo city's tokens are valid; run "
            "`ENVIRONMENT=development flask demo-tokens --revoke`, or set DATABASE_URL to another database."
        )


def _show_access_log() -> None:
    logger = logging.getLogger("graph_api.access")
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)
        logger.propagate = False
