"""The command line: what each command does and prints, in an empty folder; `test_serve.py` has whole processes."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
from click.testing import Result
from peewee import DatabaseProxy

from db.city import migrations
from db.city.models import ApiToken, Division
from db.city.rollups import ROLLUPS
from db.city.seed import DEMO_ACCOUNTS
from db.kernel.database import database as proxy
from graph_api import create_app
from graph_api.cli import present_of
from graph_api.config import Config, ConfigError
from tests.conftest import Store, bound, url_of
from tests.factories import make_account
from tests.graph_api.processes import TOP, flask, free_port

Run = Callable[..., Result]

FIXTURE = TOP / "tests/fixtures/divisions.csv"
NAMES = [path.stem for path in sorted(migrations.DIRECTORY.glob("0*.py"))]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Return a function that runs a command with these settings and returns what came of it."""
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


@pytest.mark.parametrize(
    ("command", "locale"),
    [("export-schema", "POSIX"), ("export-transitions", "C"), ("export-transitions", "en_US.ISO-8859-1")],
)
def test_exports_are_utf_8_in_any_locale(tmp_path: Path, command: str, locale: str) -> None:
    settings = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    done = flask(tmp_path, command, "--output", "written", **settings)

    kept = TOP / ("schema/schema.graphql" if command == "export-schema" else "docs/transitions.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "written").read_bytes() == kept.read_bytes()


def test_names_can_be_printed_in_a_locale_that_lacks_them(database: DatabaseProxy, tmp_path: Path) -> None:
    make_account(name="张三", subject="somebody")
    settings = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "DATABASE_URL": url_of(database)}
    named = flask(tmp_path, "token", "issue", "somebody", "--name", "夜间任务", **settings | {"PYTHONUTF8": "1"})

    listed = flask(tmp_path, "token", "list", "somebody", **settings)

    assert named.returncode == 0, named.stderr
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "夜间任务" in listed.stdout


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


def test_each_database_keeps_its_own_demo_tokens(store: Store, migrated: str, run: Run, tmp_path: Path) -> None:
    names = ("tokens_a", "tokens_b", "tokens_c")
    urls = [store.create(name, migrated) for name in names]
    for url in urls:
        with bound(url):
            for _, subject in DEMO_ACCOUNTS:
                make_account(subject=subject)

    first = [run("demo-tokens", DATABASE_URL=url).stdout for url in urls]
    again = [run("demo-tokens", DATABASE_URL=url).stdout for url in reversed(urls)]
    (tmp_path / "elsewhere").mkdir()
    os.chdir(tmp_path / "elsewhere")
    assert run("demo-tokens", DATABASE_URL=urls[0]).exit_code == 0
    os.chdir(tmp_path)
    afterwards = run("demo-tokens", DATABASE_URL=urls[0]).stdout
    for name in names:
        store.drop(name)

    assert again == first[::-1]
    assert len(set(first)) == 3
    assert afterwards == first[0]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var").glob("demo-tokens*")} == {0o600}


def test_demo_tokens_asked_for_by_several_at_once_are_the_same(database: DatabaseProxy, tmp_path: Path) -> None:
    for _, subject in DEMO_ACCOUNTS:
        make_account(subject=subject)
    url = url_of(database)

    with ThreadPoolExecutor(4) as people:
        done = list(people.map(lambda _: flask(tmp_path, "demo-tokens", DATABASE_URL=url), range(4)))

    assert {each.stderr for each in done} == {""}
    assert len({each.stdout for each in done}) == 1
    assert ApiToken.select().count() == len(DEMO_ACCOUNTS)


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
def test_commands_that_need_tables_say_so(empty_database: DatabaseProxy, run: Run, command: tuple[str, ...]) -> None:
    refused = run(*command, DATABASE_URL=url_of(empty_database))

    assert refused.exit_code == 1
    assert refused.stderr == f"Error: The database lacks {', '.join(NAMES)}; run `flask migrate`.\n"


@pytest.mark.parametrize(
    "command", [("tick",), ("seed",), ("ledger", "verify"), ("token", "list", "somebody"), ("documents", "list")]
)
def test_commands_make_no_database_where_none_is(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    refused = run(*command, DATABASE_URL=f"sqlite:///{tmp_path}/mistyped/graph.sqlite3")

    assert refused.exit_code == 1
    assert refused.stderr == (
        f"Error: DATABASE_URL: there is no file {tmp_path}/mistyped/graph.sqlite3; "
        "create it with `flask migrate`, or set another file.\n"
    )
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize("umask", [0o022, 0o000, 0o077])
def test_database_is_readable_by_its_owner_alone(run: Run, tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        assert run("migrate").exit_code == 0
        with bound(f"sqlite:///{tmp_path}/var/graph.sqlite3") as database:
            make_account()
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var").glob("*sqlite3*")}
            del database
    finally:
        os.umask(before)

    assert {name: mode for name, mode in modes.items() if not name.endswith("-migrating")} == {
        f"graph.sqlite3{end}": 0o600 for end in ("", "-wal", "-shm")
    }


@pytest.mark.parametrize("command", ["migrate", "serve"])
@pytest.mark.parametrize("folder", ["/proc", "/sys", "/dev/null"])
def test_place_that_cannot_be_written_is_named_in_a_line(run: Run, command: str, folder: str) -> None:
    refused = run(command, DATABASE_URL=f"sqlite:///{folder}/graph.sqlite3", PORT=str(free_port()))

    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: DATABASE_URL: {folder} cannot be written (")
    assert len(refused.stderr.splitlines()) == 1


def test_doctor_names_a_database_that_others_can_read(run: Run, tmp_path: Path) -> None:
    assert run("migrate").exit_code == 0
    file = tmp_path / "var/graph.sqlite3"
    file.chmod(0o644)

    examined = run("doctor")

    assert f"wrong  folder: {file} can be read by others on this machine" in examined.stdout
    assert f"Run `chmod 600 {file}*`." in examined.stdout


def test_counts_are_rebuilt_by_name(database: DatabaseProxy, run: Run) -> None:
    done = run("rebuild-counts", DATABASE_URL=url_of(database))

    assert done.exit_code == 0
    assert done.stdout.splitlines() == [f"rebuilt {one.name}" for one in ROLLUPS]


@pytest.mark.parametrize("scale", ["0", "101", "-1"])
def test_seed_refuses_other_scales(database: DatabaseProxy, run: Run, scale: str) -> None:
    refused = run("seed", "--scale", scale, DATABASE_URL=url_of(database))

    assert refused.exit_code == 1
    assert f"a whole number from 1 to 100, not {scale}" in refused.stderr


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2022-02-10", "2022-02-10T04:16:00+00:00"),
        ("2028-02-29", "2028-02-29T04:16:00+00:00"),
        ("2026-12-31T23:59:59+08:00", "2026-12-31T15:59:59+00:00"),
        ("2026-06-01T00:00:00.750Z", "2026-06-01T00:00:00.750000+00:00"),
    ],
)
def test_a_present_is_a_day_or_a_time(text: str, at: str) -> None:
    assert present_of(text).isoformat() == at


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-06-01T08:00:00", ""])
def test_seed_refuses_what_is_no_present(database: DatabaseProxy, run: Run, text: str) -> None:
    refused = run("seed", "--present", text, DATABASE_URL=url_of(database))

    assert refused.exit_code == 2
    assert f"'--present': {text!r} is not a time" in refused.stderr.replace(
        "Invalid value for --present", "'--present'"
    )


@pytest.mark.parametrize("text", ["2022-02-09", "2100-01-01", "1970-01-01T00:00:00Z"])
def test_seed_refuses_presents_out_of_bounds(database: DatabaseProxy, run: Run, text: str) -> None:
    refused = run("seed", "--present", text, DATABASE_URL=url_of(database))

    assert refused.exit_code == 1
    assert "from 2022-02-10, 12:16 (when its figures were published) to 2099-12-31" in refused.stderr


def test_seed_keeps_a_city_that_is_there(demo_city_url: str, run: Run) -> None:
    kept = run("seed", DATABASE_URL=demo_city_url)

    assert (kept.exit_code, kept.stdout.splitlines()[-1]) == (
        0,
        "The demo city is already loaded; nothing was changed.",
    )


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
    assert "start it, or set another address" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert "secret" not in refused.stderr


def test_file_that_is_no_database_is_named_in_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear city, " * 1_000)

    refused = run("migrate", DATABASE_URL=f"sqlite:///{tmp_path}/letter.txt")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: DATABASE_URL: ")
    assert "file is not a database" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
