"""`examples/outbreak.py` lives through an outbreak: interrupted, then over HTTP, and when it need wait no longer."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.city.clock import tick
from examples import founding, outbreak
from tests.conftest import Store, bound
from tests.graph_api.processes import TOP, environment, serving_app
from tests.test_founding import CityAt, as_far_as_it_goes

PROBLEMS = 6


class Interrupted(CityAt):
    """A city that is left in the middle of the problems: one is accepted, and the next one is not."""

    def ask(self, who: str | None, document: str, **variables: Any) -> dict[str, Any]:
        if "acceptIssue" in document and variables["input"]["idempotencyKey"].endswith("-2"):
            raise KeyboardInterrupt
        return super().ask(who, document, **variables)


def test_an_outbreak_is_noticed_handled_and_reviewed_and_the_committees_ranked(
    store: Store, founded: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = store.create("outbreak", "founded")
    kept, steps = tmp_path / "founding.json", outbreak.steps(PROBLEMS)
    now = datetime.now(UTC)

    def script(port: int) -> list[str]:
        command = [sys.executable, "-m", "examples.outbreak", "--keep", str(kept), "--problems", str(PROBLEMS)]
        done = subprocess.run(
            [*command, "--url", f"http://127.0.0.1:{port}/graphql"], env=environment(tmp_path), cwd=TOP,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    try:
        with bound(url):
            city = Interrupted(now - timedelta(minutes=5), json.loads(founded) | {"problems": PROBLEMS})
            with pytest.raises(KeyboardInterrupt):
                as_far_as_it_goes(city, steps)
        founding.keep(city, kept)
        with serving_app(tmp_path, "wsgi:app", DATABASE_URL=url) as (_, served):
            gone_on, again = script(served.port), script(served.port)
        with bound(url):
            city = CityAt(now + timedelta(minutes=outbreak.SHIFT_MINUTES), json.loads(kept.read_text("utf-8")))
            without_clock = as_far_as_it_goes(city, steps)
            tick(city.at)
            over = as_far_as_it_goes(city, steps)
            city.at += timedelta(days=1)
            ranked = as_far_as_it_goes(city, steps)
            said = outbreak.report(city)
    finally:
        store.drop("outbreak")

    assert gone_on[:2] == [f"  {PROBLEMS} of {PROBLEMS} problems are solved.", f"problems_1_to_{PROBLEMS}: done"]
    assert "Run this again after" in gone_on[-1]
    assert again == gone_on[-1:]
    assert (without_clock, over, ranked) == ([], ["everybody_returned", "outbreak_over"], ["committees_ranked"])
    assert "60.00 packs of masks are left." in capsys.readouterr().out
    first, times, *rest = said.splitlines()
    assert first.endswith(" 示范小区出现聚集性发热: grade I, REVIEWED")
    assert [one.split()[0] for one in times.split(", ")] == ["noticed", "called", "graded", "on", "over"]
    assert rest[:4] == [
        "deployed: 2 parties with 15 people",
        f"problems: {PROBLEMS} solved",
        "supplies: 3903000.00 yuan received, 78000.00 packs of masks handed out",
        "neighbours: 4 tasks done in 2.00 hours",
    ]
    [published], [trial] = ([line for line in rest if line.startswith("  1. ")][at::2] for at in (0, 1))
    assert published.startswith("  1. 示范社区建设工作委员会: ")
    # With the one issue of the founding, which was rated 5 as well.
    assert "SATISFACTION 96.43 × 18" in published
    assert trial == "  1. 示范社区建设工作委员会: 100.00"
