"""PostgreSQL behind PgBouncer: right answers and kept limits in every mode, or a clear refusal."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from peewee import DatabaseProxy, OperationalError

from db.access.commands import retry_on_conflict
from db.city.migrations import migrate, rollback, status
from db.kernel import sessions
from db.kernel.database import alone, lift_time_limit, write
from db.kernel.database import database as proxy
from db.kernel.failures import Failure, failure_of
from graph_api import create_app
from graph_api.config import Config
from schema.engine import run
from schema.engine.bindings import NO_REQUEST
from schema.engine.dialects import POSTGRES
from schema.engine.emit import Emitted
from tests import factories as make
from tests.conftest import bound, url_of
from tests.graph_api.processes import flask, serving
from tests.pgbouncer import pooling
from tests.postgresql import Server

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)

DROPS = {"ignore_startup_parameters": "options"}
# How a pooler may be set up. Transactions share so few of the server's sessions that clients keep meeting each other.
SHARING = {"pool_mode": "transaction", "default_pool_size": "2"}
MODES = {
    "transaction, options refused": SHARING,
    "transaction, options dropped": {**SHARING, **DROPS},
    "transaction, sessions reset": {**SHARING, **DROPS, "server_reset_query_always": "1"},
    "session, options refused": {"pool_mode": "session"},
    "session, options dropped": {"pool_mode": "session", **DROPS},
}
LONG = "SELECT pg_sleep(60)::text"


@pytest.fixture(params=MODES)
def pooler(request: pytest.FixtureRequest, postgresql_server: Server) -> Iterator[Server]:
    """Return a pooler, in each mode."""
    with pooling(postgresql_server, **MODES[request.param]) as running:
        yield running


@pytest.fixture
def pooled(pooler: Server, database: DatabaseProxy) -> str:
    """Return the URL of a migrated database, through the pooler."""
    return pooler.url(name_of(database))


def name_of(database: DatabaseProxy) -> str:
    return url_of(database).partition("?")[0].rpartition("/")[2]


def fetch(sql: str) -> str:
    """Run a statement as the engine does."""
    found = run.fetch(POSTGRES, Emitted(sql, ()), NO_REQUEST)
    assert found is not None
    return found.decode()


def test_every_answer_is_that_of_its_own_document(pooled: str) -> None:
    make.make_division()
    before = proxy.obj
    application = create_app(Config(database_url=pooled, threads=6))

    def ask(number: int) -> tuple[str, Any]:
        name = f"field{number % 7}"
        query = f"{{ divisions(first: 1, orderBy: [{{field: CODE}}]) {{ nodes {{ {name}: level }} }} }}"
        return name, application.test_client().post("/graphql", json={"query": query}).json

    try:
        with ThreadPoolExecutor(6) as people:
            answers = list(people.map(ask, range(126)))
    finally:
        proxy.close()
        proxy.initialize(before)

    assert answers == [(name, {"data": {"divisions": {"nodes": [{name: "PROVINCE"}]}}}) for name, _ in answers]


def test_time_limit_holds_for_reads_and_changes_and_can_be_lifted(pooled: str) -> None:
    with bound(pooled, 0.3):
        with pytest.raises(psycopg.errors.QueryCanceled) as read:
            fetch(LONG)
        with pytest.raises(psycopg.errors.QueryCanceled) as read_in_change, write():
            fetch(LONG)
        with pytest.raises(OperationalError, match="statement timeout"), write():
            proxy.execute_sql(LONG)
        with pytest.raises(OperationalError, match="statement timeout"):
            proxy.execute_sql(LONG)
        with write():
            lift_time_limit()
            lifted = fetch("SELECT 'lifted' FROM pg_sleep(0.6)")
        with pytest.raises(psycopg.errors.QueryCanceled) as afterwards:
            fetch(LONG)

    assert lifted == "lifted"
    assert {failure_of(each.value) for each in (read, read_in_change, afterwards)} == {Failure.TOO_SLOW}


def test_settings_hold_wherever_statements_run(pooled: str) -> None:
    names = ("jit", "plan_cache_mode", "TimeZone", "statement_timeout", "random_page_cost")
    shown = "SELECT " + " || ' ' || ".join(f"current_setting('{name}')" for name in names)
    with bound(pooled):
        outside = fetch(shown), proxy.execute_sql(shown).fetchone()[0]
        with write():
            inside = fetch(shown), proxy.execute_sql(shown).fetchone()[0]

    assert {*outside, *inside} == {"off force_generic_plan UTC 10s 1.1"}


def test_nothing_is_left_in_a_session_that_others_use(pooled: str) -> None:
    with bound(pooled) as database:
        rollback(database)
        migrate(database)
        with alone(database.obj), write():
            lift_time_limit()
            fetch("SELECT 'read'")
        fetch("SELECT 'read'")

    with psycopg.connect(pooled, autocommit=True) as other:
        left = "SELECT current_setting('statement_timeout'), current_setting('plan_cache_mode'), current_setting('jit')"
        assert other.execute(left).fetchone() == ("0", "auto", "on")
        assert other.execute("SELECT name FROM pg_prepared_statements").fetchall() == []
        assert other.execute("SELECT pid FROM pg_locks WHERE locktype = 'advisory'").fetchall() == []


def test_options_of_the_url_are_honoured(pooled: str) -> None:
    with bound(
        f"{pooled}&options=-c%20work_mem%3D5MB%20--application-name%3Da%5C%20b%20-csearch_path%3Dpublic,pg_temp"
    ):
        names = ("work_mem", "application_name", "search_path")
        found = [fetch(f"SELECT current_setting('{name}')") for name in names]

    assert found == ["5MB", "a b", "public,pg_temp"]


def test_pooler_that_breaks_transactions_up_is_named(database: DatabaseProxy, postgresql_server: Server) -> None:
    refused = pytest.raises(OperationalError, match="set its pool_mode to transaction or session")
    with pooling(postgresql_server, pool_mode="statement", **DROPS) as pooler, refused:
        bound(pooler.url(name_of(database))).__enter__()


def test_commands_and_server_work_behind_a_pooler(
    database: DatabaseProxy, postgresql_server: Server, tmp_path: Any
) -> None:
    make.make_division()
    newest = status(database)[-1].name
    rollback(database)
    with pooling(postgresql_server, pool_mode="transaction", default_pool_size="2") as pooler:
        settings = {"DATABASE_URL": pooler.url(name_of(database)), "ENVIRONMENT": "production"}
        migrated = flask(tmp_path, "migrate", **settings)
        examined = flask(tmp_path, "doctor", **settings)
        with serving(tmp_path, WORKERS="2", THREADS="4", **settings) as served, ThreadPoolExecutor(8) as people:

            def ask(number: int) -> tuple[str, Any]:
                name = f"field{number % 9}"
                return name, served.ask(f"{{ divisions(first: 1) {{ totalCount nodes {{ {name}: code }} }} }}")

            answers = list(people.map(ask, range(100)))

    assert migrated.stdout == f"applied {newest}\n", migrated.stderr
    assert "shared by a pooler" in examined.stdout
    assert {name: list(answer["data"]["divisions"]["nodes"][0]) for name, answer in answers} == {
        f"field{number}": [f"field{number}"] for number in range(9)
    }


# A direct connection that turns out not to be one: what is prepared disappears, or is somebody else's.


@pytest.fixture
def session(database: DatabaseProxy) -> psycopg.Connection[Any]:
    """Return a direct connection on which statements are prepared."""
    assert fetch("SELECT 'before'") == "before"
    connection: Any = database.connection()
    assert connection.is_direct
    return connection


def test_statements_are_prepared_under_names_of_their_own(session: psycopg.Connection[Any]) -> None:
    fetch("SELECT 'one'")
    fetch("SELECT 'two'")
    prepared = dict(session.execute("SELECT statement, name FROM pg_prepared_statements").fetchall())

    assert prepared["SELECT 'one'"] != prepared["SELECT 'two'"]
    assert all(name == sessions.statement_name(sql).decode() for sql, name in prepared.items())


@pytest.mark.parametrize("ending", ["DISCARD ALL", "DEALLOCATE ALL"])
def test_statement_that_is_gone_is_sent_whole(session: psycopg.Connection[Any], ending: str) -> None:
    session.execute(ending.encode())

    assert [fetch("SELECT 'before'"), fetch("SELECT 'after'")] == ["before", "after"]


def test_name_that_is_taken_gives_no_other_answer(session: psycopg.Connection[Any]) -> None:
    session.pgconn.prepare(sessions.statement_name("SELECT 'mine'"), b"SELECT 'not mine'")

    assert [fetch("SELECT 'mine'"), fetch("SELECT 'before'")] == ["mine", "before"]


@pytest.mark.parametrize("ending", ["DISCARD ALL", "DEALLOCATE ALL"])
def test_change_whose_statement_is_gone_is_run_again_whole(session: psycopg.Connection[Any], ending: str) -> None:
    tries: list[str] = []
    session.execute(ending.encode())

    def change() -> str:
        with write():
            tries.append(make.make_account(name=f"第{len(tries) + 1}次").name)
            return fetch("SELECT 'before'")

    assert retry_on_conflict(change) == "before"
    assert tries == ["第1次", "第2次"]
    assert proxy.execute_sql("SELECT name FROM account").fetchall() == [("第2次",)]
