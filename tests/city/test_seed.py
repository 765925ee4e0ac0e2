"""Loading the demo city: the same rows every time, whole or not at all, and nothing but it."""

import os
import signal
import subprocess
import sys
from collections import Counter
from operator import itemgetter
from pathlib import Path
from random import Random

import pytest
from peewee import DatabaseProxy, IntegrityError, fn

from db.city import models, seed
from db.city.rollups import ROLLUPS
from db.issues.ledger_check import verify
from db.kernel.database import is_postgres, write
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.rollups import differences
from db.kernel.seed_rows import made_for_tables, unchecked, written_bare
from db.places.models.division import DivisionLevel
from db.places.seed.plan import plan
from tests.city.seed_rows import CATEGORIES, content, ledgers, rows
from tests.city.two_subdistricts import COMMUNITIES, two_subdistricts
from tests.conftest import url_of
from tests.factories import make_division

ROOT = Path(__file__).parents[2]
# SHA-256 over the hashes of all ledgers, which cover who did what to which issue and when. It changes with the city and
# with nothing else: not with the day, the machine or the database.
LEDGERS = "5259cde14eaacb7c5b077b4b86361b9b46acb4043ba0f44ac968a41d517253fe"
# What each database held, to be compared with the other's.
CONTENTS: dict[str, str] = {}


def test_the_city_is_the_same_every_time(demo_city: DatabaseProxy) -> None:
    assert ledgers() == LEDGERS


def test_the_city_is_the_same_on_both_databases(demo_city: DatabaseProxy, engine: str) -> None:
    CONTENTS[engine] = content()

    assert len(set(CONTENTS.values())) == 1


def test_every_row_keeps_the_databases_own_checks(demo_city: DatabaseProxy) -> None:
    if is_postgres():
        pytest.skip("PostgreSQL checked each row as it came")

    assert rows("PRAGMA quick_check") == [("ok",)]


def test_loading_again_changes_nothing(demo_city: DatabaseProxy) -> None:
    reported = []

    seed.load(progress=lambda *step: reported.append(step))

    assert reported == []
    assert models.Issue.select().count() == 20_000


def test_loading_at_another_scale_is_refused(demo_city: DatabaseProxy) -> None:
    with pytest.raises(DomainError, match="at scale 1, not 2"):
        seed.load(scale=2)


@pytest.mark.parametrize("scale", [0, -1, 101])
def test_a_scale_out_of_bounds_is_refused(scale: int) -> None:
    with pytest.raises(DomainError, match="from 1 to 100") as refused:
        seed.load(scale=scale)

    assert refused.value.code is ErrorCode.INVALID_INPUT


def test_a_database_with_other_rows_is_refused_and_kept(database: DatabaseProxy) -> None:
    make_division(DivisionLevel.PROVINCE, name="示范省")

    with pytest.raises(DomainError, match="needs an empty database, but there are rows in division"):
        seed.load()

    assert [row.name for row in models.Division.select()] == ["示范省"]


INTERRUPTED = """
import sys
from db.city import seed
from db.kernel.database import connect
from tests.city.two_subdistricts import two_subdistricts

seed.plan = two_subdistricts
connect(sys.argv[1])
seed.load(progress=lambda step, done, total: print(done, flush=True))
"""


def test_a_load_that_is_killed_leaves_nothing_and_can_be_run_again(
    database: DatabaseProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", INTERRUPTED, url_of(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        for line in process.stdout:
            if int(line) == COMMUNITIES // 2:
                os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert [model for model in models.ALL if model.select().exists()] == []

    monkeypatch.setattr(seed, "plan", two_subdistricts)
    seed.load()

    assert models.Committee.select().count() == COMMUNITIES
    assert verify().findings == []
    # The next id is one that no killed load has taken.
    last = models.Division.select(fn.MAX(models.Division.id)).scalar()
    assert make_division(DivisionLevel.PROVINCE, code="110000000000").id == last + 1


@pytest.mark.parametrize("scale", [2, 10, 100])
def test_at_scale_n_every_total_is_n_times_the_articles(scale: int) -> None:
    places = [place for subdistrict in plan(scale, Random("any")) for place in subdistrict.places]
    members = Counter()
    for place in places:
        members.update(place.members)

    assert len(places) == len({place.code for place in places}) == len({place.name for place in places}) == 427 * scale
    assert {category.value: count for category, count in members.items()} == {
        category: count * scale for category, count in CATEGORIES.items()
    }
    assert {sum(place.members.values()) for place in places} == {13, 14, 15}
    assert sum(place.social_organizations >= 10 for place in places) == 376 * scale
    assert sum(place.issues for place in places) == 20_000 * scale
    assert max(map(itemgetter(9), (place.code for place in places))) <= "1"


def test_after_a_bare_load_tables_are_as_they_were(database: DatabaseProxy) -> None:
    before = made_for_tables()

    with unchecked(), write(), written_bare():
        assert made_for_tables() != before

    assert made_for_tables() == before
    make_division(DivisionLevel.PROVINCE)
    assert [one.name for one in ROLLUPS if differences(one)] == []
    with pytest.raises(IntegrityError):
        make_division(DivisionLevel.CITY, code="620100000000", parent_id=1000)


def test_a_row_that_names_none_undoes_a_bare_load(database: DatabaseProxy) -> None:
    before = made_for_tables()

    with unchecked(), pytest.raises(IntegrityError), write(), written_bare():
        make_division(DivisionLevel.CITY, code="620100000000", parent_id=1000)

    assert not models.Division.select().exists()
    assert made_for_tables() == before
