"""`examples/founding.py` brings a community to life: over HTTP, and then on the days that it waits for."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from db.access.actor import actor_of
from db.access.models.account import Role
from db.access.tokens import find_token, issue_token, mandate_of
from db.city.divisions import import_divisions
from db.city.models import Account, RoleGrant
from db.issues.ledger_check import subtree
from db.kernel.fields import utc_text
from examples.founding import STEPS, City, Later, drive, report
from schema.request.context import Context, Viewer
from schema.request.execute import Executor, Request
from tests.conftest import Store, bound
from tests.graph_api.processes import TOP, environment, flask, serving_app

CITY, COMMUNITY = "620100000000", "620102001001"
DIVISIONS = f"""code,name,level,parent_code
620000000000,示范省,1,
{CITY},示范市,2,620000000000
620102000000,示范区,3,{CITY}
620102001000,示范街道,4,620102000000
{COMMUNITY},示范社区,5,620102001000
"""


class CityAt(City):
    """The city at a time of its own, a second later with each request; answered in this process."""

    def __init__(self, at: datetime, kept: dict[str, Any]) -> None:
        super().__init__("", kept)
        self.at, self.executor = at, Executor()

    def now(self) -> datetime:
        return self.at

    def ask(self, who: str | None, document: str, **variables: Any) -> dict[str, Any]:
        self.at += timedelta(seconds=1)
        viewer = None
        if who:
            token = find_token(self.kept["tokens"][who], self.at)
            assert token
            viewer = Viewer.of(actor_of(token.account_id, self.at, mandate_of(token)))
        answer = self.executor.execute(Request(document, variables, None), Context(viewer, utc_text(self.at)))
        return json.loads(answer.body)["data"]


def test_a_community_comes_to_life_through_mutations_alone(store: Store, migrated: str, tmp_path: Path) -> None:
    url = store.create("founding", migrated)
    divisions, kept = tmp_path / "divisions.csv", tmp_path / "founding.json"
    divisions.write_text(DIVISIONS, "utf-8")

    def printed(*words: str) -> str:
        done = flask(tmp_path, *words, DATABASE_URL=url)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ran(port: int, community: str, **more: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(TOP / "examples/founding.py"), "--community", community, "--keep", str(kept)]
        address = ["--url", f"http://127.0.0.1:{port}/graphql"]
        settings = environment(tmp_path, **more)
        return subprocess.run([*command, *address], env=settings, capture_output=True, text=True, check=False)

    def script(port: int, **more: str) -> list[str]:
        done = ran(port, COMMUNITY, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.splitlines()

    def failing(port: int, community: str = COMMUNITY, **more: str) -> str:
        done = ran(port, community, **more)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    try:
        printed("import-divisions", str(divisions))
        printed("grant", "first-officer", "CITY_OFFICER", CITY, "--new", "市级干部")
        issued = printed("token", "issue", "first-officer", "--name", "founding").split()
        [token] = [word for word in issued if word.startswith("lzg_")]
        with serving_app(tmp_path, "wsgi:app", DATABASE_URL=url) as (_, served):
            first = script(served.port, FIRST_TOKEN=token)
            again = script(served.port)
            assert "is about community 620102001001" in failing(served.port, community="620102001002")
            kept.rename(tmp_path / "elsewhere.json")
            assert "The server refused" in failing(served.port, FIRST_TOKEN="lzg_nothing")
            assert "There is no division 1;" in failing(served.port, community="1", FIRST_TOKEN=token)
            assert not kept.exists()
            (tmp_path / "elsewhere.json").rename(kept)
        assert "There is no answer from" in failing(served.port)
        assert "Run this again after" in first[-1]
        assert again == first[-1:]
        with bound(url):
            city = CityAt(datetime.now(UTC), json.loads(kept.read_text("utf-8")))
            for days in (7, 4):
                city.at += timedelta(days=days)
                done = as_far_as_it_goes(city)
            said = report(city)
    finally:
        store.drop("founding")

    assert done[-1] == STEPS[-1].__name__
    assert (city.kept["team"]["state"], city.kept["issue"]["state"]) == ("ACTIVE", "CLOSED")
    assert said.endswith("ACTIVE, 13 members, director 社区书记, 1 issue, 1 meeting")


def as_far_as_it_goes(city: City, steps: Sequence[Callable[[City], None]] = STEPS) -> list[str]:
    """Take steps until one has to wait; name those that were taken."""
    done: list[str] = []
    try:
        for step in drive(city, steps):
            done.append(step)
    except Later:
        pass
    return done


def found(folder: Path, at: datetime) -> CityAt:
    """Found a community in an empty city at a time in the past, which takes eleven days."""
    divisions = folder / "divisions.csv"
    divisions.write_text(DIVISIONS, "utf-8")
    import_divisions(divisions)
    officer = Account.create(subject="first-officer", name="市级干部", created_at=at)
    part = subtree(CITY)
    RoleGrant.create(
        account=officer, role=Role.CITY_OFFICER, division_code=part.code, last_code=part.last_code, starts_at=at
    )
    city = CityAt(at, {"community": COMMUNITY, "tokens": {"city": issue_token(officer, "founding", at)}})
    for days in (0, 7, 4):
        city.at += timedelta(days=days)
        as_far_as_it_goes(city)
    return city
