"""`flask doctor`: each thing that can be wrong is found, named, and comes with what to do."""

import shutil
import socket
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from peewee import DatabaseProxy

from db.access.models.access import TokenScope
from db.access.tokens import issue_token, mandate_of
from db.city.migrations import rollback
from db.city.seed import DEMO_ACCOUNTS
from db.kernel.calendar import SHANGHAI
from db.kernel.database import connect
from db.kernel.database import database as proxy
from graph_api import doctor, ide
from graph_api.config import Config
from graph_api.doctor import Finding
from schema.engine import Engine
from schema.graph import CATALOG
from schema.root import schema
from tests.city.test_constraints import update
from tests.conftest import url_of
from tests.factories import (
    AT,
    make_account,
    make_api_token,
    make_division,
    make_evidence,
    make_known_document,
    make_role_grant,
    make_work_calendar_day,
)
from tests.graph_api.processes import flask, free_port


@pytest.fixture
def config(database: DatabaseProxy) -> Config:
    return Config(database_url=url_of(database), port=free_port())


def findings(config: Config, at: datetime = AT) -> dict[str, Finding]:
    return {finding.subject: finding for finding in doctor.examine(config, Engine(schema()._schema, CATALOG, {}), at)}


def wrong(config: Config) -> dict[str, Finding]:
    return {subject: finding for subject, finding in findings(config).items() if finding.advice}


def test_good_installation_has_nothing_wrong(config: Config, engine: str) -> None:
    make_division()

    found = findings(config)

    assert wrong(config) == {}
    of_engine = {"sqlite": {"folder", "SQLite"}, "postgresql": {"PostgreSQL"}}[engine]
    common = {
        "Python",
        "packages",
        "texts",
        "GraphiQL",
        "port",
        "files",
        "tables",
        "words",
        "roll-ups",
        "divisions",
        "demo tokens",
        "known documents",
        "working days",
    }
    assert set(found) == common | of_engine


PLAIN = ("'--prefix=/usr/local' '--enable-shared'", "-O3 -Wall", "-fprofile-use -fprofile-correction")


@pytest.mark.parametrize(
    ("arguments", "flags", "use_flag", "is_profiled"),
    [
        (*PLAIN, False),
        ("'--enable-optimizations' '--with-lto'", *PLAIN[1:], True),
        (PLAIN[0], "-O3 -fprofile-use", PLAIN[2], True),
        # Debian's own build rules use a profile, and leave no flag for it.
        (*PLAIN[:2], "", True),
        # An interpreter that was not built by `configure`, as on Windows.
        ("", "", "", True),
    ],
)
def test_an_interpreter_without_profile_is_found(arguments: str, flags: str, use_flag: str, is_profiled: bool) -> None:
    assert doctor.is_profiled(arguments, flags, use_flag) is is_profiled


@pytest.mark.parametrize("is_profiled", [True, False])
def test_a_slow_interpreter_is_named_and_not_wrong(monkeypatch: pytest.MonkeyPatch, is_profiled: bool) -> None:
    monkeypatch.setattr(doctor, "is_profiled", lambda *_: is_profiled)

    found = next(doctor.examine(Config(), Engine(schema()._schema, CATALOG, {}), AT))

    assert ("built without profile-guided optimisation" in found.fact) is not is_profiled
    assert ("--enable-optimizations" in found.fact) is not is_profiled
    assert found.advice == ""


def test_database_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        url = f"postgresql://nobody@127.0.0.1:{port}/graph?connect_timeout=2"
        before = proxy.obj
        connect(url)
        try:
            found = wrong(Config(database_url=url, port=free_port()))["database"]
        finally:
            proxy.initialize(before)

    assert "timeout" in found.fact
    assert found.advice == "Start it, or set DATABASE_URL to another address."


def test_connecting_takes_ten_seconds_at_most_unless_the_url_says_otherwise() -> None:
    before = proxy.obj
    try:
        waits = [
            connect(f"postgresql://nobody@127.0.0.1/graph{more}").connect_params.get("connect_timeout")
            for more in ("", "?connect_timeout=3")
        ]
    finally:
        proxy.initialize(before)

    assert waits == [10, None]


def test_empty_database_is_to_be_filled(config: Config) -> None:
    production = Config(database_url=config.database_url, port=config.port, environment="production")

    assert wrong(config) == {"divisions": Finding("divisions", "none yet", "Run `flask seed`.")}
    assert wrong(production)["divisions"].advice == "Run `flask import-divisions FILE`."


def test_older_tables_are_to_be_migrated(config: Config) -> None:
    make_division()
    (undone,) = rollback(proxy)

    assert wrong(config) == {"tables": Finding("tables", f"lack {undone}", "Run `flask migrate`.")}


def test_newer_tables_are_not_touched(config: Config) -> None:
    make_division()
    proxy.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_future', '2030-01-01 00:00:00')")

    (finding,) = wrong(config).values()

    assert (finding.subject, finding.fact) == ("tables", "of a newer release (9999_future)")


def test_words_of_a_newer_release_are_named(config: Config) -> None:
    make_division()
    token = make_api_token(scopes="read fly")
    update(make_role_grant(), role="PILOT")
    update(make_evidence(), kind="SONG")

    found = wrong(config)

    assert found.keys() == {"words"}
    assert found["words"].fact == (
        "not of this release: PILOT in role_grant.role; SONG in evidence.kind; fly in api_token.scopes"
    )
    assert mandate_of(token).scopes == {TokenScope.READ}


def test_demo_tokens_are_wrong_in_production_only(config: Config) -> None:
    make_division()
    issue_token(make_account(subject=DEMO_ACCOUNTS[0][1]), "示范", AT)
    production = Config(database_url=config.database_url, port=config.port, environment="production")

    assert wrong(config) == {}
    assert wrong(production) == {"demo tokens": Finding("demo tokens", "1", "Run `flask demo-tokens --revoke`.")}


def test_port_in_use_is_found(config: Config) -> None:
    make_division()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", config.port))
        listener.listen()

        (finding,) = wrong(config).values()

    assert finding.subject == "port"
    assert finding.fact == f"{config.port} on 127.0.0.1 is in use"
    assert finding.advice == f"PORT: stop what listens there, or start with PORT={config.port + 1}."


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the built page for the doctor to look at."""
    copy = tmp_path / "graph_api/static/ide"
    shutil.copytree(ide.BUILD, copy)
    shutil.copy(doctor.serve.TOP / "requirements.txt", tmp_path)
    monkeypatch.setattr("graph_api.ide.BUILD", copy)
    monkeypatch.setattr("graph_api.serve.TOP", tmp_path)
    return copy


def test_page_that_was_changed_or_lost_is_found(config: Config, page: Path) -> None:
    make_division()
    assert wrong(config) == {}

    (page / "index.html").write_text("")
    assert wrong(config)["GraphiQL"].fact == "changed or missing: graph_api/static/ide/index.html"
    (page / "index.html").unlink()
    assert wrong(config)["GraphiQL"].fact == "changed or missing: graph_api/static/ide/index.html"
    shutil.rmtree(page)
    assert wrong(config)["GraphiQL"].fact == "changed or missing: BUILD"
    assert "git checkout graph_api/static/ide" in wrong(config)["GraphiQL"].advice


def test_packages_other_than_pinned_are_found(config: Config, page: Path) -> None:
    make_division()
    pins = page.parents[2] / "requirements.txt"
    pins.write_text("flask==0.1 \\\n    --hash=sha256:0\nno-such-package==1.0\norjson==3.0\norjson==2.0\n")

    (finding,) = wrong(config).values()

    assert finding.subject == "packages"
    assert finding.fact.startswith("not as pinned: flask ")
    assert "no-such-package missing" in finding.fact


def test_old_programs_are_found(config: Config, monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    make_division()
    monkeypatch.setattr(doctor, "PYTHON", (4, 0))
    monkeypatch.setattr(doctor, "POSTGRESQL", 990_000)

    found = wrong(config)

    assert found["Python"].advice == "Install Python 4.0 or newer."
    # SQLite comes with its driver, which is pinned.
    assert set(found) == ({"Python"} if engine == "sqlite" else {"Python", "PostgreSQL"})


@pytest.mark.usefixtures("config")
def test_database_that_is_away_ends_the_look_at_it() -> None:
    mine = proxy.obj
    url = "postgresql://nobody@127.0.0.1:1/graph"
    connect(url)

    found = findings(Config(database_url=url, port=free_port()))

    proxy.initialize(mine)
    assert "Connection refused" in found["database"].fact
    assert found["database"].advice == "Start it, or set DATABASE_URL to another address."
    assert not {"tables", "divisions"} & set(found)


def test_command_fails_on_a_broken_installation_and_says_why(tmp_path: Path) -> None:
    broken = flask(tmp_path, "doctor", PORT=str(free_port()))

    lines = broken.stdout.splitlines()
    assert broken.returncode == 1
    assert "ok     GraphiQL: " in broken.stdout
    assert f"wrong  database: there is no file {tmp_path}/var/graph.sqlite3" in broken.stdout
    assert lines[-1] == "       Run `flask migrate`, which creates it."
    assert not (tmp_path / "var").exists()


def test_year_without_a_calendar_of_holidays_is_named(config: Config) -> None:
    make_division()

    found = {at.year: findings(config, at)["working days"] for at in (AT, AT.replace(year=2031), AT.replace(year=2077))}
    make_work_calendar_day(day=date(2031, 10, 1))
    filled = findings(config, AT.replace(year=2031))["working days"]

    assert found[2026].advice == ""
    for year in (2031, 2077):
        assert found[year].fact.startswith(f"There is no calendar of holidays for {year}")
        assert found[year].advice.startswith("Update the package chinesecalendar, or fill the table work_calendar_day")
    assert (filled.fact, filled.advice) == ("the holidays of 2031 are known, those of 2032 not yet", "")


def test_command_succeeds_on_a_good_installation(database: DatabaseProxy, tmp_path: Path) -> None:
    make_division()
    # Whatever year the test runs in, which the package may not know.
    make_work_calendar_day(day=datetime.now(SHANGHAI).date())

    well = flask(tmp_path, "doctor", DATABASE_URL=url_of(database), PORT=str(free_port()))

    assert well.returncode == 0, well.stdout + well.stderr
    assert {line[:2] for line in well.stdout.splitlines()} == {"ok"}


def test_known_documents_must_be_there_where_nothing_else_is_answered(config: Config) -> None:
    make_division()

    found = wrong(replace(config, only_known_documents=True))

    advice = "Run `flask documents add FILE`, or leave out ONLY_KNOWN_DOCUMENTS."
    assert found == {"known documents": Finding("known documents", "0", advice)}


def test_known_documents_of_another_release_are_named(config: Config) -> None:
    make_known_document()
    make_known_document(text="{ gone }", file_name="old.graphql")

    found = wrong(config)["known documents"]

    assert found.fact == "2, of which these do not fit this release: old.graphql"
    assert found.advice == "Run `flask documents remove HASH`, and add what their clients send now."
