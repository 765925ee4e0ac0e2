"""The examples run as they are, against a real server on a copy of the demo city, and at any hour of the day."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.access.actor import actor_of
from db.city import seed
from db.kernel.fields import utc_text
from examples.lifecycle import City, drive
from schema.request.context import Context, Viewer
from schema.request.execute import Executor, Request
from tests.conftest import Store, bound
from tests.graph_api.processes import TOP, serving


def run(name: str, url: str, *arguments: str) -> list[str]:
    """Run an example to its end, and return what it printed."""
    command = [sys.executable, str(TOP / "examples" / name), "--url", url, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def mirrored(file: Path) -> list[Any]:
    """Read what a mirror holds."""
    with closing(sqlite3.connect(file)) as kept:
        return kept.execute("SELECT * FROM issue ORDER BY id").fetchall()


def test_lifecycle_drives_an_issue_to_close_off_and_a_mirror_follows_it(
    store: Store, demo_city_url: str, tmp_path: Path
) -> None:
    database, mirror, anew = store.create("lifecycle", "demo_city"), tmp_path / "mirror", tmp_path / "anew"
    asked = ("--division", "620102000000", "--into")
    try:
        with serving(tmp_path, DATABASE_URL=database) as served:
            url = f"http://127.0.0.1:{served.port}/graphql"
            began = run("mirror.py", url, *asked, str(mirror))
            before = mirrored(mirror)
            done = run("lifecycle.py", url, "--tokens", str(tmp_path / "var/demo-tokens.json"))
            followed = run("mirror.py", url, *asked, str(mirror))
            run("mirror.py", url, *asked, str(anew))
    finally:
        store.drop("lifecycle")

    assert done[-1].endswith(": 16 ledger entries, chained: True")
    assert began == [f"read {len(before)} issues"]
    # Fifteen steps after the one that submitted it, of which some leave the issue as it is.
    assert 10 <= int(followed[0].split()[1]) <= 20
    assert mirrored(mirror) == mirrored(anew) != before


class CityAt(City):
    """The city at a time of its own, a second later with each request; answered in this process."""

    def __init__(self, at: datetime) -> None:
        super().__init__("", {})
        self.at, self.executor = at, Executor()
        self.accounts = {role.value: account for role, account in seed.demo_accounts()}

    def now(self) -> datetime:
        return self.at

    def ask(self, role: str, document: str, **variables: Any) -> dict[str, Any]:
        self.at += timedelta(seconds=1)
        viewer = Viewer.of(actor_of(self.accounts[role].id, self.at))
        answer = self.executor.execute(Request(document, variables, None), Context(viewer, utc_text(self.at)))
        return json.loads(answer.body)["data"]


@pytest.fixture(scope="module")
def writable_city(store: Store, demo_city_url: str) -> Iterator[None]:
    """Bind the models to a copy of the demo city."""
    with bound(store.create("hours", "demo_city")):
        yield
    store.drop("hours")


@pytest.mark.parametrize(
    "hour",
    [
        "20:00:00",  # The next day in Lanzhou already.
        "15:59:30", "15:59:40", "15:59:44", "15:59:50", "15:59:59", "16:00:00",  # Midnight there, and on the way.
        "23:59:50", "00:00:00", "04:00:00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("day", ["2026-06-17", "2026-12-31", "2028-02-28"])
@pytest.mark.usefixtures("writable_city")
def test_lifecycle_works_at_any_hour(day: str, hour: str, capsys: pytest.CaptureFixture[str]) -> None:
    drive(CityAt(datetime.fromisoformat(f"{day}T{hour}+00:00").astimezone(UTC)))

    assert capsys.readouterr().out.splitlines()[-1].endswith(": 16 ledger entries, chained: True")
