"""`DATABASE_URL`: what it names and asks for is honoured or refused."""

from pathlib import Path

import pytest

from db.kernel.database import connect
from db.kernel.database import database as proxy
from db.kernel.database_url import ACCEPTED, PROJECT, PostgresDatabase, SqliteFile, read_url


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////srv/data%20of%20city/graph.sqlite3", "/srv/data of city/graph.sqlite3"),
        ("sqlite:////srv/100%25/graph.sqlite3", "/srv/100%/graph.sqlite3"),
        ("sqlite:////srv/what%3F%23.sqlite3", "/srv/what?#.sqlite3"),
        ("sqlite:////srv/%E6%95%B0%E6%8D%AE.sqlite3", "/srv/数据.sqlite3"),
        ("sqlite:////srv/数据.sqlite3", "/srv/数据.sqlite3"),
        ("sqlite:////srv/a+b&c=d.sqlite3", "/srv/a+b&c=d.sqlite3"),
        ("sqlite:////srv/a%2520b", "/srv/a%20b"),
        ("sqlite:////srv/./x/../graph.sqlite3", "/srv/graph.sqlite3"),
    ],
)
def test_file_is_the_one_that_the_url_names(url: str, path: str) -> None:
    assert read_url(url) == SqliteFile(path)


@pytest.mark.parametrize("relative", ["var/graph.sqlite3", "graph", "../beside/graph.sqlite3"])
def test_relative_path_begins_from_the_project(relative: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    found = read_url(f"sqlite:///{relative}")

    assert isinstance(found, SqliteFile)
    assert found.path.is_absolute()
    assert found.path == (PROJECT / relative).resolve()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite://", ACCEPTED),
        ("sqlite:///", ACCEPTED),
        ("sqlite://graph.sqlite3", ACCEPTED),
        ("mysql://localhost/graph", ACCEPTED),
        ("postgresql+psycopg://localhost/graph", ACCEPTED),
        ("sqlite:////srv/graph.sqlite3?mode=ro", "a SQLite URL has no options; .* write [?] as %3F"),
        ("sqlite:////srv/graph.sqlite3?", "a SQLite URL has no options"),
        ("sqlite:////srv/graph#1.sqlite3", "write # as %23"),
        ("sqlite:////srv/100%/graph.sqlite3", "write a percent sign in the name of a file as %25"),
        ("sqlite:////srv/%zz", "write a percent sign in the name of a file as %25"),
        ("sqlite:////srv/a%00b", "cannot hold %00"),
        ("sqlite:////srv/%FF.sqlite3", "in UTF-8"),
        ("sqlite:///:memory:", "a database in memory"),
        ("sqlite:///%3Amemory%3A", "a database in memory"),
        ("sqlite:///file::memory:", "a database in memory"),
        ("sqlite:////tmp", "that is a folder"),
        ("sqlite:////tmp/new/", "that is a folder"),
        ("postgresql://localhost", ACCEPTED),
        ("postgresql://localhost:0/graph", ACCEPTED),
        ("postgresql://localhost:99999999/graph", ACCEPTED),
        ("postgresql://user:p%zz@localhost/graph", ACCEPTED),
        ("postgresql://localhost/graph?pool_size=5", "PostgreSQL knows no option pool_size"),
        ("postgresql://localhost/graph?client_encoding=GBK", "leave out client_encoding"),
        ("postgresql://localhost/graph?options=-S%2064", "only -c NAME=VALUE"),
        ("postgresql://localhost/graph?options=-c%20work_mem", "only -c NAME=VALUE"),
        ("postgresql://localhost/graph?options=-c%20statement_timeout%3D5", "set statement_timeout, .* STATEMENT_MS"),
        ("postgresql://localhost/graph?options=--TimeZone%3DAsia/Shanghai", "set timezone, "),
    ],
)
def test_what_cannot_be_honoured_is_refused(url: str, reason: str) -> None:
    before = proxy.obj
    with pytest.raises(ValueError, match=reason.replace("+", "[+]")) as refusal:
        connect(url)

    assert proxy.obj is before
    assert "zz" not in str(refusal.value)


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ("-c%20work_mem%3D64MB", {"work_mem": "64MB"}),
        ("-cwork_mem%3D64MB%20-c%20search_path%3Da,b", {"work_mem": "64MB", "search_path": "a,b"}),
        ("--lock-timeout%3D5s", {"lock_timeout": "5s"}),
        ("-c%20application_name%3Da%5C%20b%5C%5C", {"application_name": "a b\\"}),
        ("-c%20work_mem%3D", {"work_mem": ""}),
    ],
)
def test_options_of_postgresql_are_read(options: str, settings: dict[str, str]) -> None:
    found = read_url(f"postgresql://localhost/graph?options={options}")

    assert isinstance(found, PostgresDatabase)
    assert found.settings == settings


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql://u:p%40ss@db.example:5433/city", ["user=u", "password=p@ss", "host=db.example", "port=5433"]),
        ("postgres://one,two:5433/city?target_session_attrs=read-write", ["host=one,two", "port=,5433"]),
        ("postgresql:///city?host=/run/postgresql&sslmode=disable", ["host=/run/postgresql", "sslmode=disable"]),
        ("postgresql://[::1]/city?application_name=graph", ["host=::1", "application_name=graph"]),
    ],
)
def test_everything_else_of_postgresql_is_handed_on(url: str, parts: list[str]) -> None:
    found = read_url(url)

    assert isinstance(found, PostgresDatabase)
    assert set(parts) | {"dbname=city"} <= set(found.conninfo.split())
    assert "p@ss" not in found.identity


def test_options_of_the_environment_are_honoured_where_the_url_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=8MB")

    both = [read_url(f"postgresql://localhost/graph{more}") for more in ("", "?options=-c%20work_mem%3D9MB")]

    assert [found.settings["work_mem"] for found in both if isinstance(found, PostgresDatabase)] == ["8MB", "9MB"]
