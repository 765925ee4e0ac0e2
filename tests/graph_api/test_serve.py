"""`flask serve`, which `make serve` runs: a whole server in a process of its own, under granian."""

import json
import socket
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from peewee import DatabaseProxy

from db.city.models import Account, ApiToken, Division
from db.city.seed import DEMO_ACCOUNTS
from graph_api import serve
from graph_api.config import Config, ConfigError
from tests.city.two_subdistricts import COMMUNITIES
from tests.conftest import bound, url_of
from tests.factories import make_account, make_division
from tests.graph_api.processes import flask, free_port, serving

ROLES = {role.value for role, _ in DEMO_ACCOUNTS}
FIGURES = '{ division(code: "620100000000") { name stats { communityCount } } }'
SMALL = {"FLASK_APP": "tests.graph_api.small_city"}


def test_first_starts_at_once_load_the_city_once_and_the_next_keeps_it(tmp_path: Path) -> None:
    assert flask(tmp_path, "migrate").returncode == 0
    with ThreadPoolExecutor(1) as somebody:
        seeding = somebody.submit(flask, tmp_path, "seed", **SMALL)
        with serving(tmp_path, **SMALL) as first:
            answered = first.ask(FIGURES)
            tokens = first.tokens()
            seeded = seeding.result()
            printed = first.output.read_text()
    assert seeded.returncode == 0
    assert f"GraphiQL: http://127.0.0.1:{first.port}/graphql" in printed
    assert (printed + seeded.stdout).count("The demo city is loaded.") == 1
    with bound(f"sqlite:///{tmp_path}/var/graph.sqlite3"):
        Account.update(name="改过的名字").where(Account.subject == "demo:staff").execute()
    with serving(tmp_path, **SMALL) as second:
        again = second.ask(FIGURES)
        viewer = second.ask("{ viewer { name } }", tokens["STAFF"])
        assert second.tokens() == tokens
        assert "The demo city is loaded." not in second.output.read_text()

    assert answered == {"data": {"division": {"name": "兰州市", "stats": {"communityCount": COMMUNITIES}}}}
    assert again == answered
    assert viewer == {"data": {"viewer": {"name": "改过的名字"}}}
    assert set(tokens) == ROLES


@pytest.fixture
def small_city(database: DatabaseProxy) -> str:
    """Return the URL of a database with a few divisions and the demo accounts."""
    make_division(name="示范社区")
    for role, subject in DEMO_ACCOUNTS:
        make_account(name=f"示范{role.value}", subject=subject)
    return url_of(database)


def test_server_answers_many_at_once_for_their_own_viewers(small_city: str, tmp_path: Path) -> None:
    with serving(tmp_path, DATABASE_URL=small_city, THREADS="4", WORKERS="2") as served:
        tokens = served.tokens()

        def ask(role: str) -> bool:
            answer = served.ask("{ viewer { name } divisions(first: 1) { totalCount } }", tokens[role])
            return answer == {"data": {"viewer": {"name": f"示范{role}"}, "divisions": {"totalCount": 5}}}

        with ThreadPoolExecutor(8) as people:
            answers = list(people.map(ask, sorted(ROLES) * 20))

    assert answers == [True] * 20 * len(ROLES)


def test_server_goes_on_after_bad_requests(small_city: str, tmp_path: Path) -> None:
    with serving(tmp_path, DATABASE_URL=small_city, MAX_BODY_BYTES="1000") as served:
        for raw in (
            b"GET /graphql HTTP/9.9\r\n\r\n",
            b"\x00" * 100,
            b"POST /graphql HTTP/1.1\r\nContent-Length: 5\r\n\r\nab",
        ):
            with socket.create_connection(("127.0.0.1", served.port)) as rude:
                rude.sendall(raw)
        with pytest.raises(urllib.error.HTTPError) as too_large:
            served.ask("{ __typename }" + " " * 2_000)
        with pytest.raises(urllib.error.HTTPError) as unknown:
            served.ask("{ __typename }", "lzg_unknown")
        body = json.loads(unknown.value.read())
        statuses = (too_large.value.code, unknown.value.code)
        too_large.value.close()
        unknown.value.close()

        assert served.ask("{ __typename }") == {"data": {"__typename": "Query"}}

    assert statuses == (413, 401)
    assert body["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


def test_tokens_that_the_database_does_not_know_are_made_anew(small_city: str, tmp_path: Path) -> None:
    with serving(tmp_path, DATABASE_URL=small_city) as first:
        tokens = first.tokens()
    ApiToken.delete().execute()

    with serving(tmp_path, DATABASE_URL=small_city) as second:
        fresh = second.tokens()
        viewer = second.ask("{ viewer { name } }", fresh["AUDITOR"])

    assert set(fresh) == ROLES
    assert not set(fresh.values()) & set(tokens.values())
    assert viewer == {"data": {"viewer": {"name": "示范AUDITOR"}}}


def test_production_starts_without_city_and_tokens(database: DatabaseProxy, tmp_path: Path) -> None:
    with serving(tmp_path, DATABASE_URL=url_of(database), ENVIRONMENT="production") as served:
        assert served.ask("{ __typename }") == {"data": {"__typename": "Query"}}
        assert served.tokens() == {}

    assert Division.select().count() == 0
    assert ApiToken.select().count() == 0


def test_port_in_use_stops_the_start_in_a_line(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        refused = flask(tmp_path, "serve", PORT=str(port))

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr == (
        f"PORT: {port} on 127.0.0.1 is in use; stop what listens there, or start with PORT={port + 1}.\n"
    )
    assert not (tmp_path / "var/graph.sqlite3").exists()


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("192.0.2.1", "HOST: 192.0.2.1 is not an address of this machine; set 127.0.0.1 or one of its own."),
        ("no-such-host.invalid", "HOST: no-such-host.invalid is not known on this machine; set 127.0.0.1"),
    ],
)
def test_host_that_is_not_ours_is_named(host: str, message: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        serve.bound(host, free_port())

    assert str(refusal.value).startswith(message)


def test_names_of_this_machine_become_addresses() -> None:
    with serve.bound("localhost", free_port()) as held:
        assert held.getsockname()[0] in ("127.0.0.1", "::1")


def test_address_is_one_that_a_browser_takes() -> None:
    assert serve.address(Config()) == "http://127.0.0.1:8000/graphql"
    assert serve.address(Config(host="::1", port=80)) == "http://[::1]:80/graphql"
