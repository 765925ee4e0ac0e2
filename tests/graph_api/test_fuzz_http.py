"""Whatever a client sends, it is answered with a code: odd values in every argument, in every way to send them.

The requests are the same in every run, and so is the time. `make fuzz-http` sends 10,000 (FUZZ_REQUESTS) on each
database; FUZZ_SEED sends others.
"""

import io
import json
import logging
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.access.tokens import issue_token
from db.city import models
from db.committees.models.committee import MemberPosition
from db.deliberation import meetings
from db.deliberation import resolutions as deliberation
from db.issues import claims
from db.kernel.database import database as proxy
from db.kernel.errors import ErrorCode
from db.kernel.fields import utc_text
from graph_api import create_app, endpoint
from graph_api.config import Config
from graph_api.refusal import STATUS
from schema.errors import RequestErrorCode
from schema.graph import CATALOG
from schema.root import schema
from tests import factories as make
from tests.conftest import url_of
from tests.graph_api.odd_values import TEXTS, TIMES
from tests.graph_api.surface import Surface
from tests.town import build

_log = logging.getLogger(__name__)
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "500"))
# How many of a hundred requests are documents of hypothesis-graphql, which take long to make.
DOCUMENTS = 4
SEED = int(os.environ.get("FUZZ_SEED", "11"))
# The documents are large, which is what is wanted.
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
NOW, DAY = datetime(2026, 1, 12, 8, tzinfo=UTC), timedelta(days=1)
SERVER_FAULTS = {"INTERNAL_ERROR", "UNAVAILABLE", "TIMEOUT"}
CODES = ({code.value for code in RequestErrorCode} | set(STATUS)) - SERVER_FAULTS
DONE = "none"
USER_CODES = {code.value for code in ErrorCode} | {DONE}
# What only an exception of ours or of a library says, or a statement.
LEAK = re.compile(
    r"Traceback|psycopg|sqlite|apsw|peewee|orjson|site-packages|\.py\b|isoformat|must be in \d|invalid literal"
    r"|sys\.set_int|NoneType|object at 0x|<class|datetime\.|Decimal\('|codec can|[a-z]Error\b|\bSELECT\b|\bINSERT\b"
    r"|constraint|relation \""
)


@pytest.fixture
def server(database: DatabaseProxy, monkeypatch: pytest.MonkeyPatch) -> Iterator["Server"]:
    """Serve the small town to somebody of every role, at a fixed time."""
    tokens = [issue_token(account, "fuzz", NOW) for account in _people()]
    mine, url = database.obj, url_of(database)
    known = _known()
    monkeypatch.setattr(endpoint, "_utc_text", lambda _: utc_text(NOW))
    config = Config(
        database_url=url, points_an_hour=0, requests_a_minute=0, statement_ms=60_000, max_operations=50, max_batch=2
    )
    yield Server(create_app(config).wsgi_app, tokens, known)
    proxy.close()
    proxy.initialize(mine)


def _people() -> list[models.Account]:
    """Build the town, with issues at several steps, and list who asks: those who may do most more often."""
    at = build()
    for _ in range(4):
        at.submit(NOW)
    accepted = [at.accept(NOW) for _ in range(8)]
    help_wanted = {
        "wanted_help": "两桶涂料",
        "claim_until": NOW + 10 * DAY,
        "wanted_quantity": Decimal(9),
        "unit": "桶",
    }
    for issue_id in accepted[:3]:
        at.act("staff", claims.publish_issue, NOW, issue_id=issue_id, **help_wanted)
    promise = {"promise": "三日内修好", "promised_on": (NOW + DAY).date()}
    at.act("contact", claims.claim_issue, NOW, issue_id=accepted[0], **promise)
    models.Member.update(position=MemberPosition.DIRECTOR, term_end=date(2100, 1, 1)).where(
        models.Member.account == at.accounts["director"]
    ).execute()
    meeting = {"scheduled_at": NOW + 5 * DAY, "place": "议事室", "committee_id": at.home.id}
    meeting_id = at.act("director", meetings.schedule_meeting, NOW, **meeting).rows["meeting"]
    tabled = {"issue_id": accepted[3], "meeting_id": meeting_id, "needs_hearing": False}
    at.act("director", deliberation.table_issue, NOW, **tabled)
    make.make_resource(at.unit, name="涂料", quantity=2, unit="桶")
    captain, auditor = make.make_account(name="示范队长"), make.make_account(name="示范审计")
    assert at.unit
    home = at.unit.division
    make.make_role_grant(Role.TEAM_CAPTAIN, home, account=captain, team=make.make_team(home))
    make.make_role_grant(Role.AUDITOR, at.city, account=auditor)
    often = [at.accounts[who] for who in ("staff", "director", "resident", "city")]
    return [*at.accounts.values(), captain, auditor, *often * 3]


def _known() -> dict[str, list[str]]:
    """List usual values: ids of rows by their type, codes, numbers and texts by the argument's name."""
    ids: dict[str, list[str]] = {}
    for declared in CATALOG.nodes():
        model: Any = declared.model
        rows = model.select(model.id).order_by(model.id).limit(9)
        ids[declared.name] = [f"{declared.name}_{row.id}" for row in rows]
    codes = [row.code for row in models.Division.select().order_by(models.Division.code)]
    numbers = [issue.number for issue in models.Issue.select().order_by(models.Issue.id) if issue.number]
    return {
        **ids,
        "ID": [one for several in ids.values() for one in several],
        "divisionCode": codes, "code": codes, "issueNumber": numbers, "number": numbers,
        "String": ["示范说明文字", "B座3号楼", "x"], "idempotencyKey": ["key-1", "key-2"],
        "topicCode": ["HOU-01", "ENV-02"],
        "Decimal": ["1.50", "3"], "Date": ["2026-01-20", "2026-01-12", "2026-02-28"],
        "DateTime": ["2026-01-20T08:00:00Z", "2026-01-12T07:00:00Z", "2026-02-01T00:00:00Z"],
        "DateTimeOrDuration": ["-P7D", "2026-01-05T08:00:00Z"],
    }  # fmt: skip


class Server:
    """An application and who asks it. failures: what was answered wrongly, each kind with its first request."""

    def __init__(self, app: Any, tokens: list[str], known: dict[str, list[str]]) -> None:
        self.app = app
        self.tokens = tokens
        self.known = known
        self.failures: dict[str, str] = {}
        self.seen: Counter[str] = Counter()

    def send(self, body: str, rng: Random, query_string: str | None = None, tries: int = 4) -> None:
        """Send a request as somebody, or as nobody, and look at the answer; as others too when that one may not."""
        data = body.encode("utf-8", "surrogatepass")
        environ = {
            "REQUEST_METHOD": "POST" if query_string is None else "GET", "PATH_INFO": "/graphql",
            "QUERY_STRING": query_string or "", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(data)),
            "REMOTE_ADDR": "127.0.0.1", "wsgi.input": io.BytesIO(data),
        }  # fmt: skip
        if (token := rng.choice([*self.tokens, None])) is not None:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        for name, value, share in (
            ("HTTP_ACCEPT_LANGUAGE", "zh", 0.3), ("HTTP_X_COST", "1", 0.1), ("HTTP_X_PLAN", "1", 0.02),
            ("HTTP_ACCEPT", "application/graphql-response+json", 0.2),
        ):  # fmt: skip
            if rng.random() < share:
                environ[name] = value
        statuses: list[str] = []
        answer = b"".join(self.app(environ, lambda status, _: statuses.append(status)))
        for fault in _faults(int(statuses[0][:3]), answer, self.seen, "HTTP_X_PLAN" in environ):
            self.failures.setdefault(fault, f"{query_string or body[:3_000]}\n -> {statuses[0]} {answer[:1_000]!r}")
        if b'"NOT_PERMITTED"' in answer and tries > 1:
            self.send(body, rng, query_string, tries - 1)

    def report(self) -> None:
        """Log what was answered, and fail when anything was answered wrongly."""
        _log.info("%d answers: %s", sum(self.seen.values()), dict(self.seen.most_common()))
        if self.failures:
            pytest.fail("\n\n".join(f"{fault}: {request}" for fault, request in self.failures.items()), pytrace=False)


def _faults(status: int, answer: bytes, seen: Counter[str], has_plan: bool) -> Iterator[str]:
    """List what is wrong with an answer."""
    if status >= 500 or status not in (200, 400, 401, 405, 413):
        yield f"status {status}"
    given = orjson.loads(answer)
    for one in given if isinstance(given, list) else [given]:
        errors = one.get("errors", [])
        if not errors:
            seen["answered"] += 1
            if "data" not in one:
                yield "neither data nor errors"
        for error in errors:
            code = error.get("extensions", {}).get("code")
            seen[str(code)] += 1
            if code not in CODES:
                yield f"code {code}"
            yield from _leaks(error["message"])
        for error in _user_errors(one.get("data")):
            seen[f"userErrors {error.get('code', '')}"] += 1
            if error.get("code", DONE) not in USER_CODES:
                yield f"user error code {error['code']}"
            yield from _leaks(error.get("message", "."))


def _user_errors(data: Any) -> Iterator[dict[str, Any]]:
    waiting = [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            for key, value in part.items():
                if key == "userErrors":
                    yield from value or [{"code": DONE}]
                else:
                    waiting.append(value)
        elif isinstance(part, list):
            waiting += part


def _leaks(message: str) -> Iterator[str]:
    if not message:
        yield "an empty message"
    if found := LEAK.search(message):
        yield f"leak of {found[0]}"


def test_odd_values_in_every_argument_are_answered(server: Server) -> None:
    rng = Random(SEED)
    surface = Surface(schema()._schema, server.known, rng)
    requests = surface.requests()
    for at in range(REQUESTS):
        place, sent = next(requests)
        if at % 10 == 0 and not place.is_mutation:
            # What a query string cannot carry is refused, as the halves of surrogate pairs are.
            parts = {"query": json.loads(sent["query"]), "variables": sent["variables"]}
            if len(sent["query"]) < 50_000:
                server.send("", rng, urlencode(parts, errors="surrogatepass"))
                continue
        body = f'{{"query": {sent["query"]}, "variables": {sent["variables"]}}}'
        server.send(f"[{body}, {body}]" if at % 25 == 1 else body, rng)
    server.report()


def test_documents_of_the_schema_are_answered(server: Server) -> None:
    odd_texts = [json.loads(odd.json) for odd in [*TEXTS, *TIMES] if len(odd.json) < 500 and "\\ud" not in odd.json]
    usual = {"DateTimeOrDuration": ["-P7D"], "Decimal": ["12.50"], "Date": ["2026-01-20"], "DateTime": [utc_text(NOW)]}
    scalars = {
        name: st.sampled_from(texts * 2 * len(odd_texts) + odd_texts).map(nodes.String) for name, texts in usual.items()
    }
    rng = Random(SEED)

    @given(from_schema(schema().as_str(), custom_scalars=scalars))
    @settings(
        max_examples=REQUESTS * DOCUMENTS // 100, deadline=None, database=None, derandomize=True,
        suppress_health_check=SLOW, phases=[Phase.generate],
    )  # fmt: skip
    def sent(document: str) -> None:
        server.send(json.dumps({"query": document}), rng)

    sent()
    server.report()


BODIES = [
    "", "null", "1", '"x"', "[]", "[[]]", "[1]", "{}", '{"query": null}', '{"query": 1}', '{"query": ""}',
    '{"query": "\\u0000"}',
    '{"query": "{ __typename }", "variables": []}', '{"query": "{ __typename }", "variables": "x"}',
    '{"query": "{ __typename }", "variables": {"a": 1e400}}', '{"query": "{ __typename }", "operationName": 1}',
    '{"query": "{ __typename }", "operationName": "\\u0000"}', '{"query": "{ __typename }", "extensions": 1}',
    '{"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "\\u0000"}}}',
    '{"query": "{ __typename }", "extensions": {"plan": {"a": []}, "cost": "x"}}', '{"query": "\\ud800"}', "\ud800",
    '{"query": "query ($a: Decimal) { __typename }", "variables": {"a": 1.5}, "x": ' + "[" * 990 + "]" * 990 + "}",
    "[" * 1_030 + "]" * 1_030, '{"query": "subscription { __typename }"}', '{"query": "{ __type(name: 1) { name } }"}',
    '{"query": "query ($n: String = \\"Issue\\") { __type(name: $n) { name } }", "variables": {"n": null}}',
    '{"query": "query ($n: String! = \\"I\\") { __type(name: $n) { name } }", "variables": {"n": "\\u0000"}}',
    '{"query": "query ($b: Boolean = true) { __schema { types @skip(if: $b) { name } } }", "variables": {"b": null}}',
    '{"query": "{ a: __typename @include(if: null) }"}', '{"query": "{ __typename @skip }"}',
    '{"query": "type A { a: Int }"}',
    '{"query": "query ($a: Nothing) { __typename }", "variables": {"a": 1}}',
    '{"query": "query ($a: Issue) { __typename }"}',
    '{"query": "query ($a: Int = \\"x\\", $a: Int) { __typename }"}', "\ufeff{}", "\x00", "{'query': 1}", "NaN",
]  # fmt: skip


def test_odd_bodies_are_answered(server: Server) -> None:
    rng = Random(SEED)
    for body in BODIES:
        server.send(body, rng)
    server.report()
