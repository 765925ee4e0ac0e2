"""How fast changes are over HTTP: `submitIssue` and `acceptIssue` with a token, beside a bare insert by other servers.

Each server has a fresh copy of the demo city. Every acceptance has an issue of its own, submitted in bulk before.
PostgreSQL waits for the disk at each commit here, as it does out of the box.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import data
from benchmarks.inserts import INSERT, insert_request, without_rollups, without_triggers
from benchmarks.load import Sample, ask, measure, median, write_requests
from benchmarks.run import databases_cpu
from benchmarks.servers import CONTESTANTS, PEERS, VARIANTS, Server, running
from db.access.bulk import MAX_ROWS
from db.access.models.access import RoleGrant
from db.access.models.account import Role
from db.access.tokens import issue_token
from db.city import seed
from db.issues.lifecycle import IssueState
from db.issues.models.issue import Issue
from tests import postgresql

CONNECTIONS = (1, 8)
SUBMIT, ACCEPT = "submitIssue", "acceptIssue"
# More than are accepted in a second; submitting them takes longer than accepting.
_A_SECOND = 2_000
_ERRORS = "userErrors { code message }"


@dataclass(frozen=True)
class Community:
    """Where the changes happen, and the tokens of who makes them."""

    code: str
    resident: str
    staff: str


@dataclass(frozen=True)
class Entrant:
    """A server that makes changes, and the database that only it changes."""

    server: Server
    url: str


@dataclass(frozen=True)
class Plan:
    """What a run measures. earlier: a checkout of an earlier commit to measure beside, or None."""

    databases: tuple[str, ...]
    contestants: tuple[str, ...]
    rounds: int
    seconds: int
    earlier: Path | None = None


def results(plan: Plan, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Measure, and give a row of figures for each database, server, mutation and number of connections.

    Raises:
        RuntimeError: a server does not start, or a change was refused.
    """
    rows: list[dict[str, Any]] = []
    for database in plan.databases:
        say(f"changes, {database}: preparing the demo city")
        with ExitStack() as stack:
            entrants = [*_entrants(plan, database, stack)]
            cpu = stack.enter_context(databases_cpu(entrants[0].url))
            for key, samples in _rounds(plan, entrants, cpu, say).items():
                server, mutation, connections = key
                figures = asdict(median(samples))
                rows.append(
                    {
                        "database": database,
                        "server": server,
                        "mutation": mutation,
                        "connections": connections,
                        **figures,
                    }
                )
    return rows


def _entrants(plan: Plan, database: str, stack: ExitStack) -> Iterator[Entrant]:
    admin = stack.enter_context(postgresql.running(is_durable=True)) if database == "postgresql" else None
    for contestant in _contestants(plan, database):
        url = stack.enter_context(_copy(admin, contestant.name))
        if contestant.is_peer:
            without_triggers(url)
        yield Entrant(stack.enter_context(running(contestant, url)), url)
    url = stack.enter_context(_copy(admin, "uncounted"))
    without_rollups(url)
    yield Entrant(stack.enter_context(running(_variant("uncounted"), url)), url)
    if plan.earlier:
        own = stack.enter_context(postgresql.running(is_durable=True)) if admin else None
        url = stack.enter_context(_earlier_copy(plan.earlier, own))
        earlier = replace(_variant("earlier"), top=plan.earlier)
        yield Entrant(stack.enter_context(running(earlier, url)), url)


def _variant(name: str) -> Any:
    return replace(CONTESTANTS[0], name=name, title=VARIANTS[name])


def _contestants(plan: Plan, database: str) -> list[Any]:
    has_peers = database == "postgresql" and (PEERS / "node_modules").exists()
    peers = [each for each in CONTESTANTS if each.is_peer and has_peers and each.name in plan.contestants]
    return [CONTESTANTS[0], *peers]


@contextmanager
def _copy(admin: postgresql.Server | None, name: str) -> Iterator[str]:
    if admin:
        data.postgresql_city(admin, 1)
        yield admin.create(f"changes_{name}", "city_1")
        return
    with _copied(data.path_of(data.sqlite_city(1))) as url:
        yield url


@contextmanager
def _copied(city: str) -> Iterator[str]:
    with TemporaryDirectory(dir=data.KEPT if data.KEPT.exists() else None) as folder:
        path = Path(folder) / "city.sqlite3"
        shutil.copyfile(city, path)
        yield f"sqlite:///{path}"


@contextmanager
def _earlier_copy(top: Path, admin: postgresql.Server | None) -> Iterator[str]:
    """Return a city as an earlier commit makes it, by its own code."""
    code = "from benchmarks import data; from tests.postgresql import Server; "
    code += f"print(data.postgresql_city(Server({admin.admin_url!r}), 1))" if admin else "print(data.sqlite_city(1))"
    done = subprocess.run([sys.executable, "-c", code], cwd=top, capture_output=True, text=True, check=True)
    url = done.stdout.split()[-1]
    if admin:
        yield url
        return
    with _copied(data.path_of(url)) as copied:
        yield copied


def _rounds(
    plan: Plan, entrants: list[Entrant], cpu: Callable[[], float], say: Callable[[str], None]
) -> dict[tuple[str, str, int], list[Sample]]:
    samples: dict[tuple[str, str, int], list[Sample]] = {}
    communities = [_community(entrant.url) for entrant in entrants]
    # The first round warms the servers.
    for number in range(plan.rounds + 1):
        for connections in CONNECTIONS:
            for entrant, community in zip(entrants, communities, strict=True):
                for name, sample in _measured(entrant, community, plan.seconds, cpu, connections):
                    if number:
                        samples.setdefault((entrant.server.contestant.name, name, connections), []).append(sample)
        say(f"round {number} of {plan.rounds}")
    return samples


def _measured(
    entrant: Entrant, community: Community, seconds: int, cpu: Callable[[], float], connections: int
) -> Iterator[tuple[str, Sample]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "requests"
        for name, bodies, token in _tasks(entrant, community, seconds):
            write_requests(path, bodies)
            # One request alone says why, where a server refuses.
            if entrant.server.contestant.is_peer:
                ask(entrant.server, bodies[0], token)
            before = _count(entrant.url, name)
            sample = measure(entrant.server, path, token, seconds, cpu, connections)
            _all_done(_count(entrant.url, name) - before, sample, seconds, connections)
            yield name, sample


def _tasks(entrant: Entrant, community: Community, seconds: int) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
    server = entrant.server
    if server.contestant.is_peer:
        yield INSERT, [insert_request(server, entrant.url, community.code)], community.resident
        return
    submit = f"mutation($input: SubmitIssueInput!) {{ submitIssue(input: $input) {{ issue {{ id }} {_ERRORS} }} }}"
    yield SUBMIT, [_request(submit, _concern(community))], community.resident
    accept = f"mutation($input: AcceptIssueInput!) {{ acceptIssue(input: $input) {{ issue {{ number }} {_ERRORS} }} }}"
    given = {"urgency": "NORMAL", "duty": "DISPUTE_RESOLUTION"}
    ids = _submitted(server, community, seconds * _A_SECOND)
    yield ACCEPT, [_request(accept, {"issueId": row, **given}) for row in ids], community.staff


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
        return (issues.where(Issue.state == IssueState.ACCEPTED) if name == ACCEPT else issues).count()


def _all_done(done: int, sample: Sample, seconds: int, connections: int) -> None:
    """Check that the server did what it answered; each connection may have been cut off in one that it did."""
    asked = sample.requests_per_second * seconds
    if done < 0.95 * asked - connections:
        raise RuntimeError(f"of about {asked:.0f} changes only {done} were made; the others were refused")
