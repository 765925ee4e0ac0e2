"""A server that is killed (SIGKILL) while people change things, and started again: what was acknowledged is there once.

What was not acknowledged is there whole or not at all, and a retry with the same key says which or performs it. Who
follows the change feed meanwhile is told of each change once and in order, if they may know of it.
"""

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from peewee import DatabaseProxy

from db.access.tokens import issue_token
from db.city import models
from db.issues.ledger_check import verify
from tests.conftest import url_of
from tests.graph_api.processes import Served, kill, started
from tests.town import Town, build

CLIENTS, KILLS = 16, 2
# On SQLite, so many clients share transactions: the server is killed in the middle of them.
# The server is killed once so many mutations were acknowledged since it was started.
ENOUGH = 60
SETTINGS = {"ENVIRONMENT": "production", "POINTS_AN_HOUR": "1000000000", "REQUESTS_A_MINUTE": "0", "THREADS": "4"}
SHOWN = "isReplayed userErrors { code message } issue { id version } event { id }"
SUBMIT = f"mutation M($input: SubmitIssueInput!) {{ done: submitIssue(input: $input) {{ {SHOWN} }} }}"
ACCEPT = f"mutation M($input: AcceptIssueInput!) {{ done: acceptIssue(input: $input) {{ {SHOWN} }} }}"
FOLLOW = """query ($after: SyncCursor) { changes(types: [ISSUE], after: $after, first: 40) {
    changes { nodeId version kind node { ... on Issue { number } } } cursor hasMore
} }"""
COMMENT = f"mutation M($input: CommentIssueInput!) {{ done: commentIssue(input: $input) {{ {SHOWN} }} }}"


@dataclass
class Asked:
    """A mutation that a client sent. answer: what it heard, or nothing."""

    who: str
    document: str
    given: dict[str, Any]
    answer: Any = None

    @property
    def key(self) -> str:
        return self.given["idempotencyKey"]


@dataclass
class Crowd:
    """Clients that change things at once, each over a connection of its own, until the server is gone."""

    town: Town
    tokens: dict[str, str]
    # An issue that everybody comments on, so that they get in each other's way.
    shared: int
    asked: list[Asked] = field(default_factory=list)
    heard: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def send(self, connection: http.client.HTTPConnection, asked: Asked) -> Any:
        """Send a mutation and give its payload."""
        body = orjson.dumps({"query": asked.document, "variables": {"input": asked.given}})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.tokens[asked.who]}"}
        connection.request("POST", "/graphql", body, headers)
        answer = orjson.loads(connection.getresponse().read())
        assert "errors" not in answer, answer
        assert answer["data"]["done"]["userErrors"] == [], answer
        return answer["data"]["done"]

    def work(self, port: int, name: str) -> None:
        """Submit, accept and comment, over and over."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            for number in range(100_000):
                key = f"{name}-{number}"
                concern = {
                    "divisionCode": self.town.home.division_code, "channel": "APP", "title": "示范小区路灯不亮",
                    "description": key, "duty": "DISPUTE_RESOLUTION", "urgency": "NORMAL", "isAnonymous": False,
                    "contactName": "示范居民",
                }  # fmt: skip
                issue_id = self._ask(connection, "resident", SUBMIT, f"s-{key}", concern)["issue"]["id"]
                accepted = {"issueId": issue_id, "urgency": "NORMAL", "duty": "DISPUTE_RESOLUTION"}
                self._ask(connection, "staff", ACCEPT, f"a-{key}", accepted)
                self._ask(connection, "staff", COMMENT, f"c-{key}", {"issueId": f"Issue_{self.shared}", "text": key})
        except (OSError, http.client.HTTPException, orjson.JSONDecodeError):
            # It is gone; the last mutation has no answer.
            return
        finally:
            connection.close()

    def _ask(self, connection: http.client.HTTPConnection, who: str, document: str, key: str, given: Any) -> Any:
        asked = Asked(who, document, {**given, "idempotencyKey": key})
        self.asked.append(asked)
        asked.answer = self.send(connection, asked)
        self.heard.release()
        return asked.answer


@dataclass
class Reader:
    """Somebody who follows the feed of issues, over whatever server runs. who: None for a visitor.

    told: of which issue, in which version, and whether it was shown with its number.
    """

    tokens: dict[str, str]
    who: str | None
    port: int = 0
    cursor: str | None = None
    is_over: bool = False
    told: list[tuple[str, int, str, str | None]] = field(default_factory=list)

    def follow(self) -> None:
        """Poll until it is over, and then to the end."""
        while True:
            is_last = self.is_over
            try:
                page = self._page()
            except (OSError, http.client.HTTPException, orjson.JSONDecodeError):
                time.sleep(0.05)  # There is no server at the moment.
                continue
            for one in page["changes"]:
                self.told.append((one["nodeId"], one["version"], one["kind"], (one["node"] or {}).get("number")))
            self.cursor = page["cursor"]
            if not page["hasMore"]:
                if is_last:
                    return
                time.sleep(0.02)

    def _page(self) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            body = orjson.dumps({"query": FOLLOW, "variables": {"after": self.cursor}})
            token = {"Authorization": f"Bearer {self.tokens[self.who]}"} if self.who else {}
            connection.request("POST", "/graphql", body, {"Content-Type": "application/json", **token})
            return orjson.loads(connection.getresponse().read())["data"]["changes"]
        finally:
            connection.close()


@pytest.fixture
def crowd(database: DatabaseProxy) -> Crowd:
    """Return a town and tokens of its resident and of its staff."""
    town, now = build(), datetime.now(UTC)
    tokens = {who: issue_token(town.accounts[who], "test", now) for who in ("resident", "staff")}
    return Crowd(town, tokens, town.accept())


def test_what_was_acknowledged_outlives_a_killed_server_and_the_rest_is_whole_or_absent(
    crowd: Crowd, database: DatabaseProxy, tmp_path: Path
) -> None:
    settings = {**SETTINGS, "DATABASE_URL": url_of(database)}
    readers = [Reader(crowd.tokens, who) for who in ("staff", None)]
    following = [threading.Thread(target=reader.follow, daemon=True) for reader in readers]
    for turn in range(KILLS):
        with started(tmp_path, **settings) as (process, served):
            _point_to(served, readers, following)
            clients = _begin(crowd, served, turn)
            for _ in range(ENOUGH):
                assert crowd.heard.acquire(timeout=30), served.output.read_text()
            kill(process)
            for client in clients:
                client.join(60)

    kept = {asked.key: _is_kept(asked) for asked in crowd.asked}
    assert [asked.key for asked in crowd.asked if asked.answer and not kept[asked.key]] == []
    with started(tmp_path, **settings) as (_, served):
        _point_to(served, readers, following)
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        again = [crowd.send(connection, asked) for asked in crowd.asked]
        connection.close()
        for reader, thread in zip(readers, following, strict=True):
            reader.is_over = True
            thread.join(60)

    unheard = [asked for asked in crowd.asked if asked.answer is None]
    assert 1 <= len(unheard) <= CLIENTS * KILLS
    for asked, answer in zip(crowd.asked, again, strict=True):
        assert answer["isReplayed"] is kept[asked.key]
        assert asked.answer is None or answer["event"] == asked.answer["event"]
        assert _is_kept(asked)
    _is_whole(crowd)
    _is_told(crowd, *readers)


def _point_to(served: Served, readers: list[Reader], following: list[threading.Thread]) -> None:
    """Let the readers go on with a server; the first one they begin with, before anybody changes anything."""
    for reader, thread in zip(readers, following, strict=True):
        is_new, reader.port = not reader.port, served.port
        if is_new:
            thread.start()
    deadline = time.monotonic() + 30
    while any(reader.cursor is None for reader in readers):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_told(crowd: Crowd, staff: Reader, visitor: Reader) -> None:
    """Check what was told: every change once, those of an issue in their order, and no secret to a visitor."""
    for reader in (staff, visitor):
        versions = [(issue, version) for issue, version, *_ in reader.told if issue != f"Issue_{crowd.shared}"]
        assert len(set(versions)) == len(versions)
        assert sorted(versions, key=lambda told: told[0]) == sorted(versions)
    asked = Counter(one.document for one in crowd.asked)
    kinds = Counter(kind for issue, _, kind, _ in staff.told if issue != f"Issue_{crowd.shared}")
    assert kinds == {"CREATED": asked[SUBMIT], "UPDATED": asked[ACCEPT]}
    public = {f"Issue_{row.id}" for row in models.Issue.select().where(models.Issue.number.is_null(False))}
    assert {issue for issue, _, _, number in visitor.told} == public
    assert [told for told in visitor.told if told[2] == "GONE" or told[3] is None] == []


def _begin(crowd: Crowd, served: Served, turn: int) -> list[threading.Thread]:
    clients = [
        threading.Thread(target=crowd.work, args=(served.port, f"{turn}-{client}"), daemon=True)
        for client in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    return clients


def _is_kept(asked: Asked) -> bool:
    """Return whether a mutation was kept: its ledger entry and its answer both, or neither."""
    entries = models.LedgerEntry.select().where(models.LedgerEntry.idempotency_key == asked.key).count()
    answers = models.Performed.select().where(models.Performed.idempotency_key == asked.key).count()
    assert (entries, answers) in ((0, 0), (1, 1)), asked
    return entries == 1


def _is_whole(crowd: Crowd) -> None:
    assert verify().findings == []
    assert models.LedgerEntry.select().where(models.LedgerEntry.idempotency_key.is_null(False)).count() == len(
        crowd.asked
    )
    numbered = [str(row.number) for row in models.Issue.select().where(models.Issue.number.is_null(False))]
    assert sorted(int(number[-6:]) for number in numbered) == list(range(1, len(numbered) + 1))
    accepted = {row.id for row in models.Issue.select().where(models.Issue.state == "ACCEPTED")}
    assert {row.issue_id for row in models.Need.select()} == accepted
    assert len(numbered) == len(accepted)
    comments = models.Comment.select().where(models.Comment.issue == crowd.shared).count()
    assert comments == sum(asked.document == COMMENT for asked in crowd.asked)
