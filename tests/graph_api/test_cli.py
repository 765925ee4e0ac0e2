"""The command line: what each command does and prints, in an empty folder; `test_serve.py` has whole processes."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import Result
from peewee import DatabaseProxy

from db import migrations
from db.database import database as proxy
from db.models import ApiToken, Division
from db.seed import DEMO_ACCOUNTS
from graph_api import create_app
from graph_api.config import Config, ConfigError
from tests.conftest import url_of
from tests.factories import make_account
from tests.graph_api.processes import TOP

Run = Callable[..., Result]

FIXTURE = TOP / "tests/fixtures/divisions.csv"
NAMES = [path.stem for path in sorted(migrations.DIRECTORY.glob("0*.py"))]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Give a function that runs a command with these settings and returns what came of it."""
    monkeypatch.chdir(tmp_path)
    before = proxy.obj

    def run(*arguments: str, **settings: str) -> Result:
        url = f"sqlite:///{tmp_path}/var/graph.sqlite3"
        result = create_app(Config.from_env({"DATABASE_URL": url} | settings)).test_cli_runner().invoke(args=arguments)
        proxy.initialize(before)
        return result

    yield run
    proxy.initialize(before)


def test_migrate_makes_the_tables_once_and_takes_them_back(empty_database: DatabaseProxy, run: Run) -> None:
    url = url_of(empty_database)

    first = run("migrate", DATABASE_URL=url)
    again = run("migrate", DATABASE_URL=url)
    back = run("migrate", "--down", NAMES[0], DATABASE_URL=url)

    assert first.stdout.splitlines() == [f"applied {name}" for name in NAMES]
    assert again.stdout == "nothing to do\n"
    assert back.stdout.splitlines() == [f"undone {name}" for name in reversed(NAMES)]
    assert "division" not in empty_database.get_tables()


def test_migrate_refuses_a_name_that_is_none(database: DatabaseProxy, run: Run) -> None:
    refused = run("migrate", "--down", "0000_nothing", DATABASE_URL=url_of(database))

    assert (refused.exit_code, refused.stderr) == (1, 'Error: "0000_nothing" is not an applied migration.\n')


def test_relative_path_begins_from_the_project_wherever_a_command_is_run(run: Run, tmp_path: Path) -> None:
    database = Path(os.path.relpath(tmp_path, TOP)) / "data/graph.sqlite3"

    assert run("migrate", DATABASE_URL=f"sqlite:///{database}").exit_code == 0

    assert (TOP / database).is_file()
    assert (tmp_path / "data/graph.sqlite3").is_file()


def test_import_reads_divisions_and_says_how_fast(database: DatabaseProxy, run: Run) -> None:
    rows = len(FIXTURE.read_text().splitlines()) - 1

    done = run("import-divisions", str(FIXTURE), DATABASE_URL=url_of(database))

    assert done.exit_code == 0, done.stderr
    report = rf"{rows} rows in [0-9.]+ s, [0-9,]+ rows/s: {rows} added, 0 renamed, 0 moved, 0 unchanged"
    assert re.fullmatch(report, done.stdout.splitlines()[-1])
    assert Division.select().count() == rows


def test_import_says_which_line_is_wrong(database: DatabaseProxy, run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(FIXTURE.read_text() + "nonsense\n")

    refused = run("import-divisions", str(bad), DATABASE_URL=url_of(database))

    assert refused.exit_code == 1
    assert f"line {len(bad.read_text().splitlines())}" in refused.stderr.lower()
    assert "Traceback" not in refused.stderr
    assert Division.select().count() == 0


def test_import_wants_moves_as_two_codes(run: Run) -> None:
    refused = run("import-divisions", str(FIXTURE), "--moved", "620102001000")

    assert refused.exit_code == 2
    assert "'620102001000' is not OLD=NEW" in refused.stderr


def test_export_writes_the_contract_that_is_committed(run: Run, tmp_path: Path) -> None:
    done = run("export-schema", "--output", "here.graphql")

    assert (done.exit_code, done.stdout) == (0, "wrote here.graphql\n")
    assert (tmp_path / "here.graphql").read_text() == (TOP / "schema/schema.graphql").read_text()


def test_demo_tokens_stay_the_same_and_are_kept_from_others(database: DatabaseProxy, run: Run, tmp_path: Path) -> None:
    for _, subject in DEMO_ACCOUNTS:
        make_account(subject=subject)
    url = url_of(database)

    first = run("demo-tokens", DATABASE_URL=url)
    again = run("demo-tokens", DATABASE_URL=url)

    lines = dict(line.split() for line in first.stdout.splitlines())
    file = tmp_path / "var/demo-tokens.json"
    assert list(lines) == [role.value for role, _ in DEMO_ACCOUNTS]
    assert again.stdout == first.stdout
    assert orjson.loads(file.read_bytes()) == lines
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_demo_tokens_need_the_demo_city(database: DatabaseProxy, run: Run) -> None:
    refused = run("demo-tokens", DATABASE_URL=url_of(database))

    assert refused.stderr == "Error: There is no demo city in this database; load it with `flask seed`.\n"


def test_production_does_not_start_with_demo_tokens(database: DatabaseProxy, run: Run) -> None:
    for _, subject in DEMO_ACCOUNTS:
        make_account(subject=subject)
    settings = {"DATABASE_URL": url_of(database), "ENVIRONMENT": "production"}
    assert run("demo-tokens", DATABASE_URL=settings["DATABASE_URL"]).exit_code == 0

    with pytest.raises(ConfigError) as refused:
        run("migrate", **settings)
    ended = run("demo-tokens", "--revoke", DATABASE_URL=settings["DATABASE_URL"])
    started = run("migrate", **settings)

    assert str(refused.value).startswith("ENVIRONMENT: production does not start while the demo city's tokens are")
    assert "flask demo-tokens --revoke" in str(refused.value)
    assert ended.stdout == f"revoked {len(DEMO_ACCOUNTS)} tokens\n"
    assert started.exit_code == 0
    assert ApiToken.select().where(ApiToken.revoked_at.is_null()).count() == 0


def test_production_makes_no_demo_tokens(database: DatabaseProxy, run: Run) -> None:
    make_account(subject=DEMO_ACCOUNTS[0][1])

    refused = run("demo-tokens", DATABASE_URL=url_of(database), ENVIRONMENT="production")

    assert refused.stderr == "Error: ENVIRONMENT: production has no demo tokens.\n"
    assert ApiToken.select().count() == 0


@pytest.mark.parametrize("command", [("seed",), ("demo-tokens",), ("import-divisions", str(FIXTURE))])
def test_commands_that_need_tables_say_so(run: Run, command: tuple[str, ...]) -> None:
    refused = run(*command)

    assert refused.exit_code == 1
    assert refused.stderr == f"Error: The database lacks {', '.join(NAMES)}; run `flask migrate`.\n"


@pytest.mark.parametrize("scale", ["0", "101", "-1"])
def test_seed_refuses_other_scales(database: DatabaseProxy, run: Run, scale: str) -> None:
    refused = run("seed", "--scale", scale, DATABASE_URL=url_of(database))

    assert refused.exit_code == 1
    assert f"a whole number from 1 to 100, not {scale}" in refused.stderr


def test_seed_refuses_a_database_in_use(database: DatabaseProxy, run: Run) -> None:
    make_account()

    refused = run("seed", DATABASE_URL=url_of(database))

    assert refused.exit_code == 1
    assert "The demo city needs an empty database, but there are rows in account" in refused.stderr


@pytest.mark.parametrize("command", ["migrate", "seed", "demo-tokens", "serve"])
def test_database_that_is_away_is_named_in_a_line(run: Run, command: str) -> None:
    refused = run(command, DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/graph")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: DATABASE_URL: the database cannot be reached (")
    assert "start it, or give another address" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert "secret" not in refused.stderr


def test_file_that_is_no_database_is_named_in_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear city, " * 1_000)

    refused = run("migrate", DATABASE_URL=f"sqlite:///{tmp_path}/letter.txt")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: DATABASE_URL: ")
    assert "file is not a database" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
