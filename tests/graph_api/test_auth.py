"""Who asks: the viewer of a token, and what a bad token or a database that is away gets."""

import io
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import psycopg
import pytest
from flask.testing import FlaskClient
from peewee import DatabaseProxy

from db.access.actor import FULL, Mandate
from db.access.models.access import TokenScope
from db.access.models.audit import AuditAction
from db.access.tokens import issue_token, revoke_token
from db.city.models import ApiToken, AuditEntry
from db.kernel.codes import NOWHERE, CodeRange
from graph_api import create_app
from graph_api.auth import SignIn
from graph_api.config import Config
from graph_api.endpoint import Endpoint
from graph_api.refusal import Refusal
from schema.request.context import Context, Viewer
from schema.request.execute import Request, Response
from tests.conftest import url_of
from tests.factories import make_account, make_division

NOW = datetime.now(UTC)


def issued(name: str = "示范账号", **values: Any) -> tuple[int, str]:
    account = make_account(name=name)
    return account.id, issue_token(account, "示范", NOW, **values)


def answered(header: str | None, **settings: Any) -> tuple[str, dict[str, str], bytes, list[Context]]:
    seen: list[Context] = []

    def keep(request: Request, context: Context) -> Response:
        seen.append(context)
        return Response(b"{}")

    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(b'{"query": "{ __typename }"}'),
        "wsgi.input_terminated": True,
        "HTTP_AUTHORIZATION": header,
        "REMOTE_ADDR": "192.0.2.1",
    }
    status, headers, body = Endpoint(keep, SignIn(0), Config(**settings)).handle(environ)
    return status, dict(headers), body, seen


@pytest.mark.usefixtures("database")
def test_token_names_the_viewer() -> None:
    account_id, token = issued("示范委员")

    for header in (f"Bearer {token}", f"bearer  {token} "):
        _, _, _, (context,) = answered(header)
        assert context.viewer == Viewer(account_id, "示范委员", reads=NOWHERE)


@pytest.mark.usefixtures("database")
def test_without_a_token_nobody_is_signed_in() -> None:
    status, _, _, (context,) = answered(None)

    assert (status, context.viewer) == ("200 OK", None)


@pytest.mark.parametrize("header", ["", " ", "\t "])
def test_empty_header_is_a_visitor(header: str) -> None:
    status, _, _, (context,) = answered(header)

    assert (status, context.viewer) == ("200 OK", None)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer lzg_" + "A" * 43,
        "Bearer " + "x" * 10_000,
        "Bearer a b",
        "Bearer 令牌",
        "Bearer \ud800",
        "Basic dXNlcjpwYXNzd29yZA==",
        "lzg_" + "A" * 43,
        "Bearer ' OR 1=1 --",
    ],
)
def test_bad_token_is_a_plain_401(header: str) -> None:
    issued()

    status, headers, body, seen = answered(header)

    (error,) = orjson.loads(body)["errors"]
    assert status == "401 Unauthorized"
    assert headers["WWW-Authenticate"] == 'Bearer realm="graph", error="invalid_token"'
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}
    assert "ask anonymously" in error["message"]
    assert seen == []


@pytest.mark.usefixtures("database")
def test_expired_and_revoked_tokens_are_bad() -> None:
    _, expired = issued(expires_at=NOW - timedelta(seconds=1))
    _, revoked = issued()
    revoke_token(ApiToken.select().order_by(ApiToken.id.desc()).get(), NOW)

    assert [answered(f"Bearer {token}")[0] for token in (expired, revoked)] == ["401 Unauthorized"] * 2


@pytest.mark.usefixtures("database")
def test_a_token_gives_its_scopes_in_its_part_of_the_city() -> None:
    home = make_division()
    _, token = issued(scopes={TokenScope.READ, TokenScope.NOTES}, division_code=home.code)
    _, lost = issued(division_code="999999999999")

    mandates = [answered(f"Bearer {text}")[3][0].viewer.mandate for text in (token, lost)]  # pyright: ignore[reportOptionalMemberAccess]

    assert mandates[0] == Mandate(frozenset({TokenScope.READ, TokenScope.NOTES}), CodeRange(home.code, home.code))
    assert mandates[1] == Mandate(FULL.scopes, CodeRange("999999999999", "999999999999"))


@pytest.mark.usefixtures("database")
def test_the_use_of_a_token_is_written_down_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    _, token = issued()
    assert ApiToken.get().last_used_at is None

    answered(f"Bearer {token}")
    first: Any = ApiToken.get().last_used_at
    written: list[Any] = []
    monkeypatch.setattr(ApiToken, "update", lambda **values: written.append(values))
    answered(f"Bearer {token}")

    assert NOW.replace(microsecond=0) <= first <= datetime.now(UTC)
    assert written == []


@pytest.mark.usefixtures("database")
def test_a_token_used_after_its_end_is_in_the_audit_with_its_request() -> None:
    account_id, expired = issued(expires_at=NOW - timedelta(seconds=1))

    _, headers, _, _ = answered(f"Bearer {expired}")

    entry: Any = AuditEntry.get()
    assert (entry.action, entry.account_id, entry.address, entry.request_id) == (
        AuditAction.TOKEN_AFTER_REVOCATION, account_id, "192.0.2.1", headers["X-Request-Id"],
    )  # fmt: skip


def test_viewer_is_told_who_they_are(client: FlaskClient) -> None:
    _, token = issued("示范主任")
    query = {"query": "{ viewer { name } }"}

    signed_in = client.post("/graphql", json=query, headers={"Authorization": f"Bearer {token}"})

    assert signed_in.json == {"data": {"viewer": {"name": "示范主任"}}}


@pytest.mark.usefixtures("database")
def test_token_is_looked_up_once_while_it_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    account_id, token = issued()
    sign_in = SignIn(60)
    sign_in.viewer(f"Bearer {token}")
    ApiToken.delete().execute()

    assert sign_in.viewer(f"Bearer {token}") == Viewer(account_id, "示范账号", reads=NOWHERE)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 1_000)
    with pytest.raises(Refusal):
        sign_in.viewer(f"Bearer {token}")


@pytest.mark.usefixtures("database")
def test_remembered_token_ends_at_its_expiry(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    _, token = issued(expires_at=now + timedelta(seconds=600))
    sign_in = SignIn(3_600)
    sign_in.viewer(f"Bearer {token}")
    ApiToken.delete().execute()

    monkeypatch.setattr("time.time", lambda: now.timestamp() + 599)
    assert sign_in.viewer(f"Bearer {token}") is not None
    monkeypatch.setattr("time.time", lambda: now.timestamp() + 601)
    with pytest.raises(Refusal):
        sign_in.viewer(f"Bearer {token}")


@pytest.mark.usefixtures("database")
def test_bad_tokens_are_not_remembered() -> None:
    sign_in = SignIn(60)
    for number in range(100):
        with pytest.raises(Refusal):
            sign_in.viewer(f"Bearer {number}")

    assert sign_in._known == {}


@pytest.mark.usefixtures("database")
def test_few_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph_api.auth._MAX_KNOWN", 3)
    sign_in = SignIn(60)
    for number in range(10):
        _, token = issued(f"示范{number}")
        assert sign_in.viewer(f"Bearer {token}") is not None

    assert len(sign_in._known) <= 3


def test_lost_connection_is_replaced(engine: str, database: DatabaseProxy, request: pytest.FixtureRequest) -> None:
    if engine == "sqlite":
        pytest.skip("an SQLite database is a file, which no restart takes away")
    account_id, token = issued()
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(request.getfixturevalue("postgresql_server").admin_url) as other:
        other.execute(end, [urlsplit(url_of(database)).path.strip("/")])

    assert SignIn(0).viewer(f"Bearer {token}") == Viewer(account_id, "示范账号", reads=NOWHERE)


@pytest.fixture
def away(database: DatabaseProxy) -> Any:
    """Return a client of an application whose database does not answer."""
    mine = database.obj
    yield create_app(Config(database_url="postgresql://nobody@127.0.0.1:1/graph")).test_client()
    database.initialize(mine)


def test_database_that_is_away_is_said_to_be(away: FlaskClient) -> None:
    header = {"Authorization": "Bearer lzg_" + "A" * 43}

    response = away.post("/graphql", json={"query": "{ __typename }"}, headers=header)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.json is not None
    assert response.json["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
    assert "127.0.0.1" not in response.text


def test_database_that_is_away_is_not_healthy(away: FlaskClient) -> None:
    response = away.get("/healthz")

    assert (response.status_code, response.json) == (
        503,
        {
            "status": "unavailable",
            "problem": "The database cannot be reached; check that it runs and that DATABASE_URL names it.",
        },
    )
