"""The address of a client behind proxies: whom to believe, which hop it is, and what clients make up."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from peewee import DatabaseProxy

from db.kernel.database import database as bound
from graph_api import create_app
from graph_api.config import Config, ConfigError
from graph_api.proxies import TrustedProxies, network_of
from tests.conftest import url_of

PROXY, CLIENT = "10.1.2.3", "203.0.113.7"


def resolved(trusted: str, peer: str, **headers: str) -> str:
    environ = {"REMOTE_ADDR": peer} | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    networks = [network_of(text) for text in trusted.split(",")] if trusted else []
    return TrustedProxies(networks).client_address(environ)


@pytest.mark.parametrize(
    ("header", "client"),
    [
        (CLIENT, CLIENT),
        (f"  {CLIENT}  ", CLIENT),
        (f"{CLIENT}:49152", CLIENT),
        (f"198.51.100.9, {CLIENT}", CLIENT),
        (f"198.51.100.9,{CLIENT},10.9.9.9", CLIENT),
        ("10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:DB8::7]:443", "2001:db8::7"),
        ("::ffff:203.0.113.7", CLIENT),
        ("198.51.100.9, unknown", PROXY),
        (f"{CLIENT}, unknown, 10.0.0.9", "10.0.0.9"),
        ("' OR 1=1 --", PROXY),
        (",", PROXY),
        (" ", PROXY),
        (", ".join(["198.51.100.9"] + ["10.0.0.1"] * 5_000), "10.0.0.1"),
    ],
)
def test_the_right_most_address_that_is_no_proxy_is_the_client(header: str, client: str) -> None:
    assert resolved("10.0.0.0/8", PROXY, x_forwarded_for=header) == client


@pytest.mark.parametrize(
    ("header", "client"),
    [
        (f"for={CLIENT}", CLIENT),
        (f'For="{CLIENT}:8080";proto=https;by=10.0.0.1', CLIENT),
        ('proto=https; for="[2001:db8::7]:443"', "2001:db8::7"),
        (f"for=198.51.100.9, for={CLIENT}, for=10.0.0.2", CLIENT),
        ("for=_hidden", PROXY),
        ("proto=https", PROXY),
    ],
)
def test_forwarded_is_read_as_rfc_7239_writes_it(header: str, client: str) -> None:
    assert resolved("10.0.0.0/8", PROXY, forwarded=header) == client


@pytest.mark.parametrize("peer", [CLIENT, "10.1.2.4", "::1", ""])
@pytest.mark.parametrize("trusted", ["", "10.1.2.3", "fd00::/8,10.1.2.3/32"])
def test_nobody_else_is_believed(trusted: str, peer: str) -> None:
    assert resolved(trusted, peer, x_forwarded_for="198.51.100.9", forwarded="for=198.51.100.9") == peer


def test_where_the_two_headers_disagree_neither_is_believed() -> None:
    agreed = resolved(PROXY, PROXY, x_forwarded_for=CLIENT, forwarded=f"for={CLIENT}")
    disputed = resolved(PROXY, PROXY, x_forwarded_for=CLIENT, forwarded="for=198.51.100.9")

    assert (agreed, disputed) == (CLIENT, PROXY)


def test_a_proxy_that_calls_over_ipv6_may_be_named_by_its_ipv4_address() -> None:
    assert resolved("127.0.0.1", "::ffff:127.0.0.1", x_forwarded_for=CLIENT) == CLIENT


@pytest.mark.parametrize("value", ["proxy.example", "10.0.0.1/8", "10.0.0.0/33", "*", "10.0.0.1,", "true"])
def test_a_value_that_names_no_network_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match=r"TRUSTED_PROXIES: .*give addresses or networks such as 127.0.0.1"):
        Config.from_env({"TRUSTED_PROXIES": value})


@pytest.fixture
def make_client(database: DatabaseProxy) -> Any:
    """Return a function that makes a client of an application with these variables set."""
    mine = database.obj

    def make(**variables: str) -> FlaskClient:
        return create_app(Config.from_env({"DATABASE_URL": url_of(database), **variables})).test_client()

    yield make
    bound.close()
    bound.initialize(mine)


@pytest.mark.parametrize(("trusted", "refused"), [("127.0.0.0/8,::1", 0), ("", 3), ("192.0.2.0/24", 3)])
def test_each_visitor_behind_a_trusted_proxy_has_a_budget(
    make_client: Callable[..., FlaskClient], trusted: str, refused: int
) -> None:
    client = make_client(TRUSTED_PROXIES=trusted, REQUESTS_A_MINUTE="2")

    statuses = [
        client.post(
            "/graphql",
            json={"query": "{ __typename }"},
            headers={"X-Forwarded-For": f"198.51.100.9, 203.0.113.{visitor}"},
        ).status_code
        for visitor in range(5)
    ]

    assert statuses.count(429) == refused
