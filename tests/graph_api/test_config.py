"""Settings: defaults, each value that is refused, and what the refusal says."""

import subprocess
import sys

import pytest

from graph_api.config import Config, ConfigError
from tests.graph_api.processes import TOP


def test_nothing_set_gives_a_local_server_with_an_embedded_database() -> None:
    config = Config.from_env({})

    assert config == Config()
    assert (config.host, config.port, config.database_url) == ("127.0.0.1", 8000, "sqlite:///var/graph.sqlite3")
    assert not config.is_production


def test_settings_are_read_from_variables_of_their_name() -> None:
    config = Config.from_env(
        {
            "DATABASE_URL": "postgresql://graph:secret@db.example:5433/city",
            "HOST": "::1",
            "PORT": " 9000 ",
            "ENVIRONMENT": "production",
            "ACCESS_LOG": "Yes",
            "STATEMENT_MS": "250",
            "MAX_PAGE": "",
        }
    )

    assert config.database_url == "postgresql://graph:secret@db.example:5433/city"
    assert (config.host, config.port, config.access_log, config.statement_ms) == ("::1", 9000, True, 250)
    assert config.max_page == 100
    assert config.is_production


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("PORT", "abc", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "65536", "a whole number from 1 to 65535"),
        ("PORT", "-1", "a whole number from 1 to 65535"),
        ("PORT", "８０００", "a whole number from 1 to 65535"),
        ("HOST", "http://127.0.0.1", "an address or name of this machine"),
        ("HOST", "999.1.1.1", "an address or name of this machine"),
        ("HOST", "a b", "an address or name of this machine"),
        ("DATABASE_URL", "mysql://localhost/graph", "sqlite:///FILE or postgresql://"),
        ("DATABASE_URL", "graph.sqlite3", "sqlite:///FILE or postgresql://"),
        ("DATABASE_URL", "sqlite://", "sqlite:///FILE or postgresql://"),
        ("DATABASE_URL", "sqlite://host/file", "sqlite:///FILE or postgresql://"),
        ("DATABASE_URL", "postgresql://localhost", "sqlite:///FILE or postgresql://"),
        ("DATABASE_URL", "postgresql://localhost:port/graph", "sqlite:///FILE or postgresql://"),
        ("DATABASE_URL", "postgresql://[::1/graph", "sqlite:///FILE or postgresql://"),
        ("ENVIRONMENT", "prod", "development or production"),
        ("WORKERS", "0", "a whole number from 1 to 64"),
        ("THREADS", "1.5", "a whole number from 1 to 64"),
        ("SQLITE_SYNCHRONOUS", "off", "full or normal"),
        ("ACCESS_LOG", "maybe", "true or false"),
        ("CORS_ORIGINS", "https://app.example/", "origins such as https://app.example"),
        ("CORS_ORIGINS", "https://app.example,", "origins such as https://app.example"),
        ("CORS_ORIGINS", "app.example", "origins such as https://app.example"),
        ("CORS_ORIGINS", "capacitor://", "origins such as https://app.example"),
        ("CORS_ORIGINS", "file:///android_asset", "origins such as https://app.example"),
        ("CORS_ORIGINS", "null", "origins such as https://app.example"),
        ("CORS_ORIGINS", "*,https://app.example", "origins such as https://app.example"),
        ("CORS_ORIGINS", "https://*.example", "origins such as https://app.example"),
        ("INTROSPECTION", "officers", "everybody, signed-in, nobody or roles such as CITY_OFFICER,AUDITOR"),
        ("INTROSPECTION", "nobody,AUDITOR", "everybody, signed-in, nobody or roles such as CITY_OFFICER,AUDITOR"),
        ("INTROSPECTION", "SYSTEM", "everybody, signed-in, nobody or roles such as CITY_OFFICER,AUDITOR"),
        ("PERSISTED_QUERIES", "-1", "a whole number from 0 to 100000"),
        ("ONLY_KNOWN_DOCUMENTS", "some", "true or false"),
        ("OIDC_ISSUER", "id.example", "an address that begins with https://"),
        ("OIDC_ISSUER", "http://id.example", "an address that begins with https://"),
        ("OIDC_JWKS", "http://id.example/keys", "an address that begins with https://"),
        ("OIDC_JWKS", "file:///etc/passwd", "an address that begins with https://"),
        ("OIDC_ALGORITHMS", "HS256", "some of RS256,"),
        ("OIDC_ALGORITHMS", "none", "some of RS256,"),
        ("OIDC_ALGORITHMS", "RS256,", "some of RS256,"),
        ("MAX_BODY_BYTES", "1MB", "a whole number from 1000 to 100000000"),
        ("MAX_TOKENS", "1", "a whole number from 10 to 100000"),
        ("MAX_DEPTH", "none", "a whole number from 1 to 64"),
        ("DEFAULT_PAGE", "0", "a whole number from 1 to 10000"),
        ("DEFAULT_PAGE", "101", "at most MAX_PAGE, which is 100"),
        ("MAX_PAGE", "1e3", "a whole number from 1 to 10000"),
        ("MAX_COST", "-5", "a whole number from 1 to 100000000"),
        ("MAX_OPERATIONS", "0", "a whole number from 1 to 100000"),
        ("STATEMENT_MS", "10s", "a whole number from 1 to 600000"),
        ("TOKEN_CACHE_SECONDS", "x", "a whole number from 0 to 3600"),
    ],
)
def test_bad_value_stops_the_start_and_is_named(name: str, value: str, accepted: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        Config.from_env({name: value})

    message = str(refusal.value)
    assert message.startswith(f"{name}: ")
    assert f"is not accepted; give {accepted}" in message
    assert message.endswith(".")
    assert "\n" not in message


def test_refusal_does_not_repeat_the_databases_password() -> None:
    with pytest.raises(ConfigError) as refusal:
        Config.from_env({"DATABASE_URL": "oracle://graph:secret@localhost/city"})

    assert "secret" not in str(refusal.value)


def test_refusal_ends_a_program_with_one_line() -> None:
    program = "from graph_api.config import Config; Config.from_env({'PORT': 'x'})"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr == "PORT: 'x' is not accepted; give a whole number from 1 to 65535.\n"


def test_origins_are_read_as_browsers_send_them() -> None:
    given = "https://App.Example, http://localhost:5173,http://[::1]:80"
    config = Config.from_env({"CORS_ORIGINS": given})

    assert config.cors_origins == ("https://app.example", "http://localhost:5173", "http://[::1]:80")
    assert Config.from_env({"CORS_ORIGINS": "*"}).cors_origins == ("*",)


@pytest.mark.parametrize(
    "origin",
    [
        "capacitor://localhost",
        "ionic://localhost",
        "tauri://localhost",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    ],
)
def test_origins_of_apps_can_be_named(origin: str) -> None:
    assert Config.from_env({"CORS_ORIGINS": f"https://app.example,{origin}"}).cors_origins[1] == origin


@pytest.mark.parametrize("text", ["everybody", "signed-in", "nobody", "AUDITOR", "CITY_OFFICER, AUDITOR"])
def test_who_may_introspect_is_a_word_or_roles(text: str) -> None:
    assert Config.from_env({"INTROSPECTION": text}).introspection == tuple(text.split(", "))


@pytest.mark.parametrize("name", ["OIDC_JWKS", "SHARED_FILE"])
@pytest.mark.parametrize(("path", "from_project"), [("keys.json", True), ("../x/y", True), ("/etc/keys.json", False)])
def test_relative_path_begins_from_the_project(name: str, path: str, from_project: bool) -> None:
    given = {"OIDC_ISSUER": "https://id.example", "OIDC_AUDIENCE": "graph", "OIDC_JWKS": "k", name: path}

    config = Config.from_env(given)

    assert getattr(config, name.lower()) == (str(TOP / path) if from_project else path)


def test_what_is_needed_for_jwts_goes_together() -> None:
    given = {"OIDC_ISSUER": "https://id.example", "OIDC_AUDIENCE": "graph", "OIDC_JWKS": "keys.json"}

    assert Config.from_env(given | {"OIDC_ALGORITHMS": "ES256, EdDSA"}).oidc_algorithms == ("ES256", "EdDSA")
    for name in given:
        with pytest.raises(ConfigError, match=f"^{name}: it is missing; "):
            Config.from_env({key: value for key, value in given.items() if key != name})
