"""`examples/sharing.py` shares what a founded community has: on the days that it waits for, and at last over HTTP."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from examples import founding, sharing
from tests.conftest import Store, bound
from tests.graph_api.processes import TOP, environment, serving_app
from tests.test_founding import CityAt, as_far_as_it_goes


def test_a_founded_community_shares_what_it_has(
    store: Store, founded: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = store.create("sharing", "founded")
    kept = tmp_path / "founding.json"

    def script(port: int) -> "subprocess.CompletedProcess[str]":
        words = ["--keep", str(kept), "--url", f"http://127.0.0.1:{port}/graphql"]
        return subprocess.run(
            [sys.executable, "-m", "examples.sharing", *words], env=environment(tmp_path), cwd=TOP,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    try:
        unfounded = script(1)
        with bound(url):
            city = CityAt(datetime.now(UTC) - timedelta(days=4), json.loads(founded))
            began = as_far_as_it_goes(city, sharing.STEPS)
            city.at += timedelta(hours=23)
            early = as_far_as_it_goes(city, sharing.STEPS)
        founding.keep(city, kept)
        with serving_app(tmp_path, "wsgi:app", DATABASE_URL=url, FILES_FOLDER=str(tmp_path / "files")) as (_, served):
            done = script(served.port)
    finally:
        store.drop("sharing")

    assert unfounded.returncode == 1
    assert "run examples/founding.py to its end first" in unfounded.stderr
    assert (began, early) == (["bays_offered", "garden", "bays_drawn", "forum_announced"], [])
    lots = re.findall(r"  lot (\d), drawn again: resident \d, (\w+)", capsys.readouterr().out)
    assert lots == [("1", "CONFIRMED"), ("2", "CONFIRMED"), ("3", "WAITING"), ("4", "WAITING")]
    assert (done.returncode, done.stderr) == (0, "")
    assert "requestBooking is refused: After missed or overstayed bookings" in done.stdout
    seen = re.findall(r"  resident 1 sees image/png /files/\w+ of (\w+)", done.stdout)
    assert sorted(seen) == ["REPORT", "RESULT"]
    *_, garden, harvest, forum = done.stdout.splitlines()
    assert garden == "共享菜园: 500.00 yuan received, 320.00 spent, 180.00 left"
    assert harvest == "harvest: 4.50 kg, 3.00 shared"
    assert forum.startswith("forum: CLOSED; issue ")
    assert forum.endswith(": CLOSED")
    assert json.loads(kept.read_text("utf-8"))["done"][-1] == sharing.STEPS[-1].__name__
