"""JWTs of an OpenID Connect issuer: which are good, whose account they name, and how its keys are looked up."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from db.city.models import Account
from db.kernel.codes import NOWHERE
from graph_api import oidc
from graph_api.auth import SignIn
from graph_api.config import Config
from graph_api.oidc import Issuer
from graph_api.refusal import Refusal
from schema.request.context import Viewer
from tests.factories import AT, make_account

RSA = RSAKey.generate_key(2048, {"kid": "one"})
EC = ECKey.generate_key("P-256", {"kid": "two"})
OTHER = RSAKey.generate_key(2048, {"kid": "three"})
NAMES = {"iss": "https://id.example", "aud": "graph"}


def key_set(*keys: Any) -> str:
    return json.dumps(KeySet(list(keys)).as_dict(private=False))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Return the file of the issuer's public keys."""
    file = tmp_path / "keys.json"
    file.write_text(key_set(RSA, EC))
    return file


def issuer(source: Any) -> Issuer:
    return Issuer(Config(oidc_issuer=NAMES["iss"], oidc_audience=NAMES["aud"], oidc_jwks=str(source)))


def signed(key: Any = RSA, algorithm: str = "RS256", header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Sign claims that are good but for what is given; None leaves one out."""
    given = {**NAMES, "sub": "u-1", "exp": int(time.time()) + 300, **claims}
    named = {"alg": algorithm, "kid": key.kid, **(header or {})}
    return jwt.encode(
        {name: value for name, value in named.items() if value is not None},
        {name: value for name, value in given.items() if value is not None},
        key,
        algorithms=[algorithm],
    )


def timed(claims: dict[str, Any]) -> dict[str, Any]:
    """Turn seconds from now, when the test runs and not when it is collected, into times."""
    now = int(time.time())
    return {
        name: now + value if name in ("exp", "nbf", "iat") and isinstance(value, int) else value
        for name, value in claims.items()
    }


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"aud": ["other", "graph"]},
        {"exp": -30},
        {"nbf": 30},
        {"nbf": -10, "iat": 0},
    ],
)
def test_good_jwt_tells_its_subject(keys: Path, claims: dict[str, Any]) -> None:
    found = issuer(keys).claims(signed(**timed(claims)))

    assert found is not None
    assert found["sub"] == "u-1"


def test_each_allowed_algorithm_is_good(keys: Path) -> None:
    assert issuer(keys).claims(signed(EC, "ES256")) is not None
    assert issuer(keys).claims(signed(RSA, "PS256")) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "other"},
        {"aud": None},
        {"aud": []},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"exp": None},
        {"exp": "never"},
        {"exp": -90},
        {"nbf": 90},
    ],
    ids=str,
)
def test_jwt_with_other_claims_is_bad(keys: Path, claims: dict[str, Any]) -> None:
    assert issuer(keys).claims(signed(**timed(claims))) is None


def test_forged_jwts_are_bad(keys: Path) -> None:
    good = signed()
    head, payload, signature = good.split(".")
    hs256 = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').decode().rstrip("=")
    mac = hmac.digest(RSA.as_pem(private=False), f"{hs256}.{payload}".encode(), "sha256")
    with_public_key = f"{hs256}.{payload}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    none = "eyJhbGciOiJub25lIn0"
    forged = [
        with_public_key,
        f"{none}.{payload}.",
        f"{none}.{payload}.{signature}",
        f"{head}.{payload}.{signature[:-4]}AAAA",
        f"{head}.{signed(sub='u-2').split('.')[1]}.{signature}",
        signed(OTHER, header={"kid": "one"}),
        signed(OTHER),
        signed(header={"kid": None}),
        f"{head}.{payload}",
        "a.b.c",
        ".".join(["x" * 2_000] * 3),
        "W10.W10.W10",
    ]

    assert [issuer(keys).claims(text) for text in forged] == [None] * len(forged)


def test_symmetric_key_among_the_public_ones_signs_nothing(tmp_path: Path) -> None:
    secret = OctKey.generate_key(256, {"kid": "four"})
    file = tmp_path / "keys.json"
    listed = json.loads(key_set(RSA))["keys"] + [secret.as_dict(private=True)]
    file.write_text(json.dumps({"keys": listed}))

    assert issuer(file).claims(signed(secret, "HS256")) is None
    assert issuer(file).claims(signed()) is not None


class Provider:
    """An identity provider that publishes its keys on this machine."""

    def __init__(self) -> None:
        self.body = key_set(RSA).encode()
        self.asked = 0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                self.send_response(200 if provider.body else 503)
                self.end_headers()
                self.wfile.write(provider.body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/keys"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Return a running identity provider."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Provider()
    yield running
    running.server.shutdown()
    running.server.server_close()


def test_keys_are_fetched_once(provider: Provider) -> None:
    checks = issuer(provider.address)

    assert provider.asked == 0
    assert [checks.claims(signed()) is not None for _ in range(3)] == [True] * 3
    assert provider.asked == 1


def test_unknown_key_is_looked_up_once_a_minute(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = issuer(provider.address)
    checks.claims(signed())
    provider.body = key_set(RSA, OTHER).encode()
    now = time.monotonic()

    assert [checks.claims(signed(OTHER)) for _ in range(5)] == [None] * 5
    assert provider.asked == 1
    monkeypatch.setattr(oidc.time, "monotonic", lambda: now + 61)
    assert [checks.claims(signed(OTHER)) is not None for _ in range(5)] == [True] * 5
    assert provider.asked == 2


def test_known_keys_stay_good_while_the_provider_is_away(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = issuer(provider.address)
    checks.claims(signed())
    provider.body = b""
    now = time.monotonic()
    monkeypatch.setattr(oidc.time, "monotonic", lambda: now + 61)

    assert checks.claims(signed(OTHER)) is None
    assert checks.claims(signed()) is not None


# --- Whose account it is ----------------------------------------------------------------------------------------------


def viewer(source: Any, text: str) -> Viewer | None:
    return SignIn(0, issuer(source)).viewer(f"Bearer {text}")


@pytest.mark.usefixtures("database")
def test_subject_names_an_account(keys: Path) -> None:
    account = make_account(subject="u-1", name="示范委员")

    assert viewer(keys, signed(name="别名")) == Viewer(account.id, "示范委员", reads=NOWHERE)


@pytest.mark.usefixtures("database")
def test_first_sign_in_makes_an_account_without_roles(keys: Path) -> None:
    found = [viewer(keys, signed(name="王\n小明", sub="u-9")) for _ in range(2)]

    account: Any = Account.get()
    assert (Account.select().count(), account.subject, account.name) == (1, "u-9", "王小明")
    assert found == [Viewer(account.id, "王小明", reads=NOWHERE)] * 2
    assert account.grants.count() == 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("subject", ["demo:staff", "auth0|17", "用户", "u" * 300, "sha256:x", "a b"])
def test_odd_subject_is_kept_by_its_hash_and_is_no_demo_account(keys: Path, subject: str) -> None:
    make_account(subject="demo:staff")

    found = viewer(keys, signed(sub=subject))

    assert found is not None
    account: Any = Account.get_by_id(found.account_id)
    assert account.subject.startswith("sha256:")
    assert viewer(keys, signed(sub=subject)) == found


@pytest.mark.usefixtures("database")
def test_bad_jwt_and_one_of_a_closed_account_are_a_401(keys: Path) -> None:
    make_account(subject="u-1", is_active=False, created_at=AT)

    for text in (signed(), signed(iss="https://other.example"), "a.b.c"):
        with pytest.raises(Refusal) as refused:
            viewer(keys, text)
        assert refused.value.code == "UNAUTHENTICATED"
    assert Account.select().count() == 1


@pytest.mark.usefixtures("database")
def test_keys_that_cannot_be_read_are_a_503(tmp_path: Path) -> None:
    for text in ("", "[]", '{"keys": [{"kty": "RSA"}]}'):
        file = tmp_path / "keys.json"
        file.write_text(text)
        with pytest.raises(Refusal) as refused:
            viewer(file, signed())
        assert (refused.value.code, str(tmp_path) in refused.value.message) == ("UNAVAILABLE", False)


@pytest.mark.usefixtures("database")
def test_without_an_issuer_a_jwt_is_no_token(keys: Path) -> None:
    with pytest.raises(Refusal):
        SignIn(0).viewer(f"Bearer {signed()}")


@pytest.mark.usefixtures("database")
def test_remembered_jwt_ends_at_its_expiry(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembers = SignIn(3_600, issuer(keys))
    header = f"Bearer {signed(exp=int(time.time()) + 100)}"
    remembers.viewer(header)
    checked: list[str] = []
    monkeypatch.setattr(Issuer, "claims", lambda self, text: checked.append(text))

    assert remembers.viewer(header) is not None
    assert checked == []
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 101)
    with pytest.raises(Refusal):
        remembers.viewer(header)
    assert len(checked) == 1
