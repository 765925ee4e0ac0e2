"""What clients are told while the database fails them, and that all is well as soon as it is well again.

One application is asked in this process, on both databases; tokens are remembered for an hour, as they may be.
"""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import apsw
import psycopg
import pytest
from peewee import DatabaseProxy

from db.access.models.access import ApiToken, TokenScope
from db.access.tokens import issue_token
from db.city.models import Comment
from db.kernel.database import database as proxy
from db.kernel.database import is_postgres
from db.kernel.failures import Failure
from graph_api import create_app
from graph_api.config import Config
from graph_api.connection import ConnectionPool
from schema.errors import unanswered
from tests.conftest import url_of
from tests.town import build

COMMENT = """mutation ($issue: ID!, $text: String!, $key: String!) {
    commentIssue(input: {issueId: $issue, text: $text, idempotencyKey: $key}) { isReplayed userErrors { code } } }"""
READ = "{ issues(first: 1) { nodes { id } } }"


class Site:
    """An application over a town, and somebody of its staff."""

    def __init__(self, url: str, **settings: Any) -> None:
        town = build()
        # Of people whom the server does not know yet.
        self.others = [
            issue_token(town.accounts[who], "test", datetime.now(UTC)) for who in ("resident", "city", "grid")
        ]
        self.staff = town.accounts["staff"]
        self.issue = f"Issue_{town.accept()}"
        self.token = issue_token(town.accounts["staff"], "test", datetime.now(UTC))
        self.url = url
        settings = {"threads": 2, "statement_ms": 300, **settings}
        app = create_app(Config(database_url=url, token_cache_seconds=3600, **settings))
        self.pool: ConnectionPool = app.extensions["graph_connections"]
        self.client = app.test_client()

    def ask(self, query: str, token: str | None = None, /, **variables: Any) -> Any:
        headers = {} if token == "" else {"Authorization": f"Bearer {token or self.token}"}
        return self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers).json

    def comment(self, key: str, text: str = "说明") -> Any:
        """Comment on the issue: the payload, or the code of the error."""
        answer = self.ask(COMMENT, issue=self.issue, text=text, key=key)
        return code(answer) if "errors" in answer else answer["data"]["commentIssue"]

    def health(self) -> tuple[int, str]:
        response = self.client.get("/healthz")
        assert response.json is not None
        return response.status_code, response.json.get("problem", "")

    def is_well(self, key: str) -> None:
        """Check that changes and reads are answered, the first one asked for too, and that the server knows it."""
        assert self.comment(key) == PERFORMED
        assert "errors" not in self.ask(READ)
        assert self.health() == (200, "")


@pytest.mark.parametrize("failure", list(Failure))
def test_what_is_told_of_a_failure_is_told_in_chinese_too(failure: Failure) -> None:
    for is_change in (True, False):
        refusal = unanswered(failure, is_change)
        assert not re.search("[a-z]{4}", refusal.formatted("zh")["message"].replace("idempotencyKey", ""))
        assert ("idempotencyKey" in refusal.message) is is_change


PERFORMED = {"isReplayed": False, "userErrors": []}


def code(answer: Any) -> str:
    (error,) = answer["errors"]
    return error["extensions"]["code"]


@pytest.fixture
def site(database: DatabaseProxy) -> Iterator[Site]:
    """Return a site whose connections are all open."""
    mine = database.obj
    made = Site(url_of(database))
    made.is_well("first")
    yield made
    proxy.close()
    proxy.initialize(mine)


@contextmanager
def locking(site: Site) -> Iterator[None]:
    """Hold what a change of an issue needs."""
    if is_postgres():
        with psycopg.connect(site.url) as other:
            other.execute("SELECT FROM issue FOR UPDATE")
            yield
    else:
        other = apsw.Connection(site.url.removeprefix("sqlite:///"))
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()


def administer(site: Site, statement: str, *before: str) -> None:
    with psycopg.connect(site.url, autocommit=True) as other:
        for each in (*before, statement):
            other.execute(each.format(other.info.dbname).encode())


def end_connections(site: Site) -> None:
    """End all connections of others, as a restart does."""
    others = "pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()"
    administer(site, f"SELECT pg_terminate_backend(pid) FROM {others}")


def test_a_change_that_waits_for_a_lock_ends_with_a_code_and_reads_go_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph_api.turns.PATIENCE", 0.2)

    with locking(site):
        assert site.comment("second") == ("TIMEOUT" if is_postgres() else "UNAVAILABLE")
        assert "errors" not in site.ask(READ)
        assert site.health() == (200, "")

    site.is_well("second")


def test_a_lock_time_out_of_the_server_has_a_code(site: Site) -> None:
    if not is_postgres():
        pytest.skip("SQLite has no server")
    administer(site, "ALTER DATABASE {} SET lock_timeout = 50")
    end_connections(site)

    with locking(site):
        assert site.comment("second") == "UNAVAILABLE"

    site.is_well("second")


@pytest.mark.parametrize("how", ["restart", "lost while it is idle, twice"])
def test_the_first_change_after_a_restart_is_performed(site: Site, how: str) -> None:
    if not is_postgres():
        pytest.skip("SQLite has no server")

    for turn in range(2 if "twice" in how else 1):
        end_connections(site)
        assert site.comment(f"after-{turn}") == PERFORMED
        assert "errors" not in site.ask(READ)
    site.is_well("last")


def test_a_change_that_loses_its_connection_is_unavailable_and_can_be_sent_again(site: Site) -> None:
    if not is_postgres():
        pytest.skip("SQLite has no server")
    administer(
        site,
        """CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
           CREATE TRIGGER fail BEFORE INSERT ON comment EXECUTE FUNCTION fail()""",
    )

    assert site.comment("second") == "UNAVAILABLE"
    assert site.health() == (200, "")
    administer(site, "DROP TRIGGER fail ON comment")

    site.is_well("second")
    assert site.comment("second") == {"isReplayed": True, "userErrors": []}


@pytest.mark.parametrize("state", ["53100", "53200", "58030", "40001", "55P03", "XX001"])
def test_what_the_server_refuses_in_a_change_has_a_code(site: Site, state: str) -> None:
    if not is_postgres():
        pytest.skip("SQLite has no server")
    administer(
        site,
        f"""CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'at /var/lib/secret' USING ERRCODE = '{state}'; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON comment EXECUTE FUNCTION fail()""",
    )

    answer = site.ask(COMMENT, issue=site.issue, text="说明", key="second")
    administer(site, "DROP TRIGGER fail ON comment")

    assert code(answer) == "UNAVAILABLE"
    assert "idempotencyKey" in answer["errors"][0]["message"]
    assert "secret" not in str(answer)
    site.is_well("second")


def test_a_read_only_server_takes_no_changes_says_so_and_recovers(site: Site) -> None:
    if not is_postgres():
        pytest.skip("see the test of a file")
    administer(site, "ALTER DATABASE {} SET default_transaction_read_only = on")
    end_connections(site)

    refused = [site.comment("second") for _ in range(3)]

    assert refused == ["UNAVAILABLE"] * 3
    assert "errors" not in site.ask(READ)
    assert site.health() == (503, "The database does not accept changes: it is read-only, or a standby.")
    # The connections that were opened meanwhile would go on refusing.
    administer(site, "ALTER DATABASE {} RESET default_transaction_read_only", "SET default_transaction_read_only = off")
    site.is_well("second")


def set_up_connections(site: Site, pragma: str, value: int) -> None:
    """Set something for SQLite's connections, those to be opened and the one of changes that is open."""
    proxy.obj.pragma(pragma, value, permanent=True)
    proxy.close()
    site.pool.change(lambda: proxy.execute_sql(f"PRAGMA {pragma} = {value}"))


def test_a_file_that_cannot_grow_takes_no_changes_says_so_and_recovers(site: Site) -> None:
    if is_postgres():
        pytest.skip("see the test of what a server refuses")
    set_up_connections(site, "max_page_count", 1)

    told = [site.comment(f"long-{at}", "长" * 2000) for at in range(20)]

    assert told[-5:] == ["UNAVAILABLE"] * 5
    assert all(one in (PERFORMED, "UNAVAILABLE") for one in told)
    assert "errors" not in site.ask(READ)
    set_up_connections(site, "max_page_count", 1_000_000)
    site.is_well("second")
    for at, one in enumerate(told):
        assert site.comment(f"long-{at}", "长" * 2000) == PERFORMED | {"isReplayed": one == PERFORMED}


def test_a_file_that_is_read_only_takes_no_changes_says_so_and_recovers(site: Site) -> None:
    if is_postgres():
        pytest.skip("see the test of a server")
    set_up_connections(site, "query_only", 1)

    assert [site.comment("second") for _ in range(3)] == ["UNAVAILABLE"] * 3
    assert "errors" not in site.ask(READ)
    assert site.health() == (503, "The database does not accept changes: it is read-only, or a standby.")
    set_up_connections(site, "query_only", 0)
    site.is_well("second")


def token_of(site: Site, name: str, **changes: Any) -> str:
    """Return a token of the staff, changed in the database after it was issued."""
    text = issue_token(site.staff, name, datetime.now(UTC))
    ApiToken.update(changes).where(ApiToken.name == name).execute()
    return text


@pytest.mark.parametrize("how", ["another program holds the lock", "the disk is full", "it is read-only"])
def test_what_is_noted_beside_a_request_never_stands_in_its_way(
    site: Site, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if is_postgres() and "lock" not in how:
        pytest.skip("see the tests of what a server refuses, and of one that is read-only")
    monkeypatch.setattr("graph_api.turns.PATIENCE", 0.1)
    narrow = token_of(site, "narrow", scopes=[TokenScope.NOTES])
    revoked = token_of(site, "revoked", revoked_at=datetime.now(UTC) - timedelta(seconds=5))
    if "full" in how:
        proxy.execute_sql("CREATE TABLE ballast (content BLOB)")
        for change in ("UPDATE ON api_token", "INSERT ON audit_entry"):
            grow = f"AFTER {change} BEGIN INSERT INTO ballast VALUES (randomblob(400000)); END"
            proxy.execute_sql(f"CREATE TRIGGER {change.split()[-1]}_grows {grow}")
    if "lock" not in how:
        set_up_connections(site, *(("max_page_count", 1) if "full" in how else ("query_only", 1)))

    with locking(site) if "lock" in how else nullcontext():
        # Each was not used yet, which is to be noted.
        assert all("errors" not in site.ask(READ, other) for other in site.others)
        assert code(site.ask(READ, narrow)) == "FORBIDDEN"
        assert code(site.ask(READ, revoked)) == "UNAUTHENTICATED"
        # Refused before anything is changed.
        monkeypatch.setattr("graph_api.turns.PATIENCE", 10.0)
        assert code(site.ask(COMMENT, "", issue=site.issue, text="说明", key="nobody")) == "UNAUTHENTICATED"

    if "lock" not in how:
        set_up_connections(site, *(("max_page_count", 1_000_000) if "full" in how else ("query_only", 0)))
    site.is_well("second")


KEYED = "mutation ($input: CommentIssueInput!) { done: commentIssue(input: $input) { isReplayed event { id } } }"
UNDONE = """mutation ($input: CommentIssueInput!) @atomic {
    done: commentIssue(input: $input) { userErrors { code } }
    refused: commentIssue(input: {issueId: "Issue_0", text: "说明"}) { userErrors { code } } }"""


def test_of_changes_at_once_equal_keys_are_performed_once_and_dry_and_undone_ones_not_at_all(site: Site) -> None:
    before = Comment.select().count()
    kinds = [(KEYED, {"idempotencyKey": "same"}), (KEYED, {"dryRun": True}), (UNDONE, {}), (KEYED, {})]

    def ask(number: int) -> Any:
        document, given = kinds[number % 4]
        return site.ask(document, input={"issueId": site.issue, "text": "说明", **given})["data"]

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(ask, range(32)))

    same = [answer["done"] for answer in answers[::4]]
    assert sorted(payload["isReplayed"] for payload in same) == [False] + [True] * 7
    assert len({payload["event"]["id"] for payload in same}) == 1
    assert [answer["done"]["userErrors"] for answer in answers[2::4]] == [[{"code": "ROLLED_BACK"}]] * 8
    assert Comment.select().count() == before + 1 + 8


@contextmanager
def waiting(site: Site, count: int) -> Iterator[list[Future[Any]]]:
    """Let changes wait for a lock during a block, and then for their end."""
    with ThreadPoolExecutor(count) as threads, locking(site):
        changes = [threads.submit(site.comment, f"waiting-{at}") for at in range(count)]
        while not site.pool.changing.are_taken():
            wait(changes, timeout=0.01)
        yield changes


@pytest.mark.parametrize("threads", [1, 3, 8])
def test_reads_and_health_do_not_wait_for_changes_that_wait(database: DatabaseProxy, threads: int) -> None:
    mine = database.obj
    if is_postgres() and threads == 1:
        pytest.skip("one connection is not shared")
    site = Site(url_of(database), threads=threads, statement_ms=60_000)
    with waiting(site, threads + 2) as changes:
        reads = [site.ask(READ, other) for other in site.others] + [site.ask(READ) for _ in range(20)]
        assert all("errors" not in answer for answer in reads)
        assert site.health() == (200, "")
        assert not any(change.done() for change in changes)

    assert [change.result() for change in changes] == [PERFORMED] * (threads + 2)
    site.is_well("last")
    proxy.close()
    proxy.initialize(mine)
