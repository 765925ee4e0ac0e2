"""How fast changes are: `submitIssue` and `acceptIssue` over HTTP with a token, at 1 and at 8 connections.

Each database is a fresh copy of the demo city. Every acceptance has an issue of its own, submitted in bulk before.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import data
from benchmarks.load import Sample, ask, measure, median, write_requests
from benchmarks.run import databases_cpu
from benchmarks.servers import CONTESTANTS, Server, running
from db.access.bulk import MAX_ROWS
from db.access.models.access import RoleGrant
from db.access.models.account import Role
from db.access.tokens import issue_token
from db.city import seed
from db.issues.lifecycle import IssueState
from db.issues.models.issue import Issue
from tests import postgresql

CONNECTIONS = (1, 8)
NAMES = ("submitIssue", "acceptIssue")
# More than are accepted in a second; submitting them takes longer than accepting.
_A_SECOND = 600
_ERRORS = "userErrors { code message }"


@dataclass(frozen=True)
class Community:
    """Where the changes happen, and the tokens of who makes them."""

    code: str
    resident: str
    staff: str


def results(databases: tuple[str, ...], rounds: int, seconds: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Measure, and give a row of figures for each database, mutation and number of connections.

    Raises:
        RuntimeError: a server does not start, or a change was refused.
    """
    rows: list[dict[str, Any]] = []
    with ExitStack() as stack:
        admin = stack.enter_context(postgresql.running()) if "postgresql" in databases else None
        for database in databases:
            say(f"mutations, {database}: preparing the demo city")
            with _copy(database, admin) as url, databases_cpu(url) as cpu, running(CONTESTANTS[0], url) as server:
                for key, samples in _rounds(server, url, cpu, rounds, seconds).items():
                    name, connections = key
                    figures = asdict(median(samples))
                    rows.append({"database": database, "mutation": name, "connections": connections, **figures})
    return rows


@contextmanager
def _copy(database: str, admin: postgresql.Server | None) -> Iterator[str]:
    if database == "postgresql":
        assert admin
        data.postgresql_city(admin, 1)
        yield admin.create("mutations", "city_1")
        admin.drop("mutations")
        return
    with TemporaryDirectory(dir=data.KEPT if data.KEPT.exists() else None) as folder:
        path = Path(folder) / "city.sqlite3"
        shutil.copyfile(data.path_of(data.sqlite_city(1)), path)
        yield f"sqlite:///{path}"


def _rounds(
    server: Server, url: str, cpu: Callable[[], float], rounds: int, seconds: int
) -> dict[tuple[str, int], list[Sample]]:
    community = _community(url)
    samples: dict[tuple[str, int], list[Sample]] = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "requests"
        # The first round warms the server.
        for number in range(rounds + 1):
            for connections in CONNECTIONS:
                for name, body, token in _tasks(server, community, seconds):
                    write_requests(path, body)
                    before = _count(url, name)
                    sample = measure(server, path, token, seconds, cpu, connections)
                    _all_done(_count(url, name) - before, sample, seconds, connections)
                    if number:
                        samples.setdefault((name, connections), []).append(sample)
    return samples


def _tasks(server: Server, community: Community, seconds: int) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
    submit = f"mutation($input: SubmitIssueInput!) {{ submitIssue(input: $input) {{ issue {{ id }} {_ERRORS} }} }}"
    yield "submitIssue", [_request(submit, _concern(community))], community.resident
    accept = f"mutation($input: AcceptIssueInput!) {{ acceptIssue(input: $input) {{ issue {{ number }} {_ERRORS} }} }}"
    given = {"urgency": "NORMAL", "duty": "DISPUTE_RESOLUTION"}
    ids = _submitted(server, community, seconds * _A_SECOND)
    yield "acceptIssue", [_request(accept, {"issueId": row, **given}) for row in ids], community.staff


def _submitted(server: Server, community: Community, count: int) -> list[str]:
    """Submit issues in bulk and give their ids."""
    submit = "mutation($input: SubmitIssuesInput!) { done: submitIssues(input: $input) { results { issue { id } } } }"
    body = _request(submit, {"rows": [_concern(community)] * MAX_ROWS})
    ids: list[str] = []
    while len(ids) < count:
        answer = json.loads(ask(server, body, community.resident))
        ids += [result["issue"]["id"] for result in answer["data"]["done"]["results"]]
    return ids


def _concern(community: Community) -> dict[str, Any]:
    return {
        "divisionCode": community.code, "channel": "APP", "title": "示范小区路灯不亮", "duty": "DISPUTE_RESOLUTION",
        "description": "示范小区三号楼前的路灯已经三天不亮", "urgency": "NORMAL", "isAnonymous": True,
    }  # fmt: skip


def _request(query: str, given: dict[str, Any]) -> dict[str, Any]:
    return {"query": query, "variables": {"input": given}}


def _community(url: str) -> Community:
    with data.bound(url):
        accounts, now = dict(seed.demo_accounts()), datetime.now(UTC)
        home: Any = RoleGrant.get(RoleGrant.account == accounts[Role.STAFF], RoleGrant.role == Role.STAFF)
        resident, staff = (issue_token(accounts[role], "benchmark", now) for role in (Role.RESIDENT, Role.STAFF))
        return Community(home.division_code, resident, staff)


def _count(url: str, name: str) -> int:
    with data.bound(url):
        issues = Issue.select()
        return (issues if name == "submitIssue" else issues.where(Issue.state == IssueState.ACCEPTED)).count()


def _all_done(done: int, sample: Sample, seconds: int, connections: int) -> None:
    """Check that the server did what it answered; each connection may have been cut off in one that it did."""
    asked = sample.requests_per_second * seconds
    if done < 0.95 * asked - connections:
        raise RuntimeError(f"of about {asked:.0f} changes only {done} were made; the others were refused")
