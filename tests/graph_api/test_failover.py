"""PostgreSQL restarts, takes no changes for a while and fails over to its standby, while clients change things.

Nothing that was acknowledged is lost, nothing is done twice, and as soon as a database takes changes all are answered.
"""

import http.client
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson
import psycopg
import pytest

from db.access.tokens import issue_token
from db.city import models
from db.city.migrations import migrate
from db.issues.ledger_check import verify
from db.kernel.database import database as proxy
from tests.conftest import bound
from tests.graph_api.processes import started
from tests.standby import Pair, replicated
from tests.town import build

CLIENTS, ENOUGH, PATIENCE = 3, 20, 60
COMMENT = """mutation ($input: CommentIssueInput!) { done: commentIssue(input: $input) { userErrors { code } } }"""
SETTINGS = {
    "ENVIRONMENT": "production", "WORKERS": "2", "THREADS": "3", "TOKEN_CACHE_SECONDS": "600",
    "POINTS_AN_HOUR": "0", "REQUESTS_A_MINUTE": "0",
}  # fmt: skip


@dataclass
class Load:
    """Clients that comment one after the other, each again with the same key until it is acknowledged.

    asked: every key. done: what was acknowledged. told: each answer, with the number of its request and its key; an
    answer is an error's code, or "" where it was performed.
    """

    port: int
    token: str
    issue: str
    asked: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    told: list[tuple[int, str]] = field(default_factory=list)
    sent: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def work(self, name: str) -> None:
        """Comment until it is over; what was begun is ended."""
        number = 0
        while not self.is_over.is_set():
            number += 1
            key = f"{name}-{number}"
            self.asked.append(key)
            while self.send(key):
                # A client waits before it tries again; and here what ends the test ends the waiting.
                self.is_over.wait(0.05)
            self.done.append(key)

    def send(self, key: str) -> str:
        """Send a comment on a new connection, which any worker may take; return the code of the error, or nothing."""
        with self.changed:
            self.sent += 1
            number = self.sent
        given = {"issueId": self.issue, "text": key, "idempotencyKey": key}
        body = orjson.dumps({"query": COMMENT, "variables": {"input": given}})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", "/graphql", body, headers)
            answer = orjson.loads(connection.getresponse().read())
        finally:
            connection.close()
        code = answer["errors"][0]["extensions"]["code"] if "errors" in answer else ""
        assert code or answer["data"]["done"]["userErrors"] == [], answer
        with self.changed:
            self.told.append((number, code))
            self.changed.notify_all()
        return code

    def count(self, is_refused: bool) -> int:
        return sum(bool(code) is is_refused for _, code in self.told)

    def wait_for(self, count: int, is_refused: bool = False) -> None:
        """Wait for so many further answers."""
        with self.changed:
            aim = self.count(is_refused) + count
            assert self.changed.wait_for(lambda: self.count(is_refused) >= aim, PATIENCE), self.told[-20:]

    def is_well(self) -> None:
        """Check that of the requests that are sent from now on not one is refused."""
        before = self.sent
        self.wait_for(ENOUGH)
        assert [code for number, code in list(self.told) if number > before and code] == []


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Return a primary and its standby, with a migrated database `graph`."""
    with replicated() as made:
        made.primary.server.create("graph")
        yield made


@pytest.fixture
def load(pair: Pair, tmp_path: Path) -> Iterator[Load]:
    """Let clients change things by two workers that know both servers."""
    with bound(pair.url("graph")):
        migrate(proxy)
        town = build()
        issue = f"Issue_{town.accept()}"
        token = issue_token(town.accounts["staff"], "test", datetime.now(UTC))
    with started(tmp_path, DATABASE_URL=pair.url("graph"), **SETTINGS) as (_, served):
        made = Load(served.port, token, issue)
        threads = [threading.Thread(target=made.work, args=(f"client-{at}",), daemon=True) for at in range(CLIENTS)]
        for thread in threads:
            thread.start()
        yield made
        made.is_over.set()
        for thread in threads:
            thread.join(PATIENCE)


def takes_changes(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            connection.execute("CREATE TEMPORARY TABLE tried AS SELECT 1 AS one")
        return True
    except psycopg.Error:
        return False


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what PostgreSQL does not announce."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_nothing_is_lost_or_done_twice_when_postgresql_restarts_refuses_and_fails_over(pair: Pair, load: Load) -> None:
    url = pair.url("graph")
    load.is_well()

    pair.primary.end(signal.SIGINT)
    load.wait_for(3, is_refused=True)
    pair.primary.start()
    until(lambda: takes_changes(url))
    load.is_well()

    pair.primary.administer("ALTER SYSTEM SET default_transaction_read_only = on")
    pair.primary.administer("SELECT pg_reload_conf()")
    load.wait_for(3, is_refused=True)
    pair.primary.administer("ALTER SYSTEM RESET default_transaction_read_only")
    pair.primary.administer("SELECT pg_reload_conf()")
    until(lambda: takes_changes(url))
    load.is_well()

    pair.primary.end(signal.SIGQUIT)
    load.wait_for(3, is_refused=True)
    pair.standby.administer("SELECT pg_promote()")
    until(lambda: takes_changes(url))
    load.is_well()

    load.is_over.set()
    until(lambda: len(load.done) == len(load.asked))
    assert {code for _, code in load.told} <= {"", "UNAVAILABLE", "TIMEOUT"}
    with bound(url):
        comments = [row.text for row in models.Comment.select().order_by(models.Comment.id)]
        assert sorted(comments) == sorted(load.asked)
        assert len(set(comments)) == len(comments)
        assert verify().findings == []
