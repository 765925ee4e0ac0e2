"""Importing rosters on the command line: what is added, what is refused and why, and that it can be repeated."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from peewee import DatabaseProxy

from db.city.models import Account, AuditEntry, Division, Person
from db.city.rosters import KINDS
from db.rosters import importing
from tests.conftest import url_of
from tests.graph_api.processes import TOP
from tests.graph_api.test_cli import Run, run
from tests.people.factories import make_person
from tests.rosters.city import CODE, COMMUNITIES, imported, make_city
from tests.rosters.messy import Messy, make_messy

__all__ = ["run"]

PERSONS = ("--as", "persons", "--as-account", "staff:one")
MESSY = (*PERSONS, "--ignore", "固定电话", "--ignore", "任期开始", "--ignore", "J")


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Messy:
    """Write the roster of a whole city, once for both databases."""
    return make_messy(tmp_path_factory.mktemp("rosters") / "名册.xlsx", COMMUNITIES)


def test_the_roster_of_a_city_is_imported(database: DatabaseProxy, run: Run, tmp_path: Path, messy: Messy) -> None:
    make_city(len(COMMUNITIES))
    assert (len(messy.names), messy.refused, messy.repeated) == (6_009, 24, 13)

    done = run("import", str(messy.path), *MESSY, "--refused", "a.xlsx", DATABASE_URL=url_of(database))

    assert done.exit_code == 1
    assert "6,046 rows: 6,009 added, 13 already there, 24 refused\nThe refused rows are in a.xlsx" in done.stdout
    assert {row.phone: row.name for row in Person.select()} == messy.names
    assert load_workbook(tmp_path / "a.xlsx").worksheets[0].max_row == 25


def test_a_messy_roster_is_mended_and_repeated(database: DatabaseProxy, run: Run, tmp_path: Path) -> None:
    url = url_of(database)
    make_city(2)
    messy = make_messy(tmp_path / "名册.xlsx", COMMUNITIES[:2], 600)
    assert (len(messy.names), messy.refused, messy.repeated) == (574, 24, 2)

    first = run("import", "名册.xlsx", *MESSY, DATABASE_URL=url)
    path = tmp_path / "名册-refused.xlsx"
    mended = _mend(path)
    second = run("import", path.name, *MESSY, DATABASE_URL=url)
    again = run("import", "名册.xlsx", *MESSY, DATABASE_URL=url)

    assert "人员名册, headings in row 4: B 姓 名* = name, D 手机号码 = phone, F " in first.stdout
    assert "人员名册 row 612: left out 注：以上人员均已核实。" in first.stdout
    assert "人员名册 row 14: refused: B 姓 名*: 此处为空，请填写。 The cell is empty; fill it in." in first.stdout
    assert {row.phone: row.groups for row in Person.select()}["13800000002"] == "VETERAN PARTY_MEMBER"
    assert mended == messy.refused
    assert (second.exit_code, Person.select().count()) == (0, 574 + mended)
    assert f"{mended} rows: {mended} added, 0 already there, 0 refused" in second.stdout
    assert f"600 rows: 0 added, 576 already there, {mended} refused" in again.stdout
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert {one.name for one in tmp_path.glob("名册*")} == {"名册.xlsx", path.name, "名册-refused-2.xlsx"}


def _mend(path: Path) -> int:
    """Put right what is wrong in a file of refused rows, as somebody does; return how many rows it has."""
    book = load_workbook(path)
    sheet: Any = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert headings[-3:] == ["原工作表 Sheet", "原行号 Row", "拒绝原因 Reason"]
    at, reasons = 0, set()
    for at, row in enumerate(sheet.iter_rows(min_row=2), 1):
        reasons.add(row[-1].value.partition(" The")[0].partition("。")[0])
        assert row[-3].value == "人员名册"
        assert isinstance(row[-2].value, int)
        assert row[8].value.year == 2022
        row[1].value, row[3].value, row[5].value, row[6].value = f"更正{at}", 13_700_000_000 + at, "党员", CODE
        row[7].value = None
    assert len(reasons) == 8
    book.save(path)
    return at


def test_a_dry_run_says_what_it_would_do_and_keeps_nothing(database: DatabaseProxy, run: Run, tmp_path: Path) -> None:
    make_city()
    lines = ["姓名,联系电话,社区", *(f"示范{at},1380000{at:04},示范1号" for at in range(150))]
    lines += [
        "示范0,13800000000,示范1号社区",
        "别人,13800000001,示范1号",
        "=cmd|' /C calc'!A0,13800000001,没有的社区",
        "别\x1b[31m人,110,示范1号",
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines), "gb18030")

    dry = run("import", "a.csv", *PERSONS, "--dry-run", DATABASE_URL=url_of(database))
    count = Person.select().count()
    real = run("import", "a.csv", *PERSONS, DATABASE_URL=url_of(database))
    again = run("import", "a-refused.csv", *PERSONS, "--dry-run", DATABASE_URL=url_of(database))

    assert (dry.exit_code, count, Person.select().count()) == (1, 0, 150)
    [entry] = AuditEntry.select()
    assert (entry.action.value, entry.account_id) == ("IMPORTED", None)
    assert entry.reason == f"persons of a on behalf of Account_{Account.get().id}"
    assert "a row 2: would add 示范0\n" in dry.stdout
    assert "a row 152: already there: 示范0\n" in dry.stdout
    assert "a row 153: would refuse 别人: 与文件第 3 行的电话或姓名相同" in dry.stdout
    assert "154 rows: 150 would be added, 1 already there, 3 refused" in dry.stdout
    assert "a row 155: refused 别\ufffd[31m人: A 姓名: 文字的第 2 个字符 U+001B 不可见" in real.stdout
    assert "154 rows: 150 added, 1 already there, 3 refused" in real.stdout
    assert "a row 153: refused 别人: B 联系电话: 该社区已登记使用此电话的人员" in real.stdout
    written = (tmp_path / "a-refused-2.csv").read_text("utf-8-sig").splitlines()
    assert written[2].startswith(
        "'=cmd|' /C calc'!A0,13800000001,没有的社区,a,154,\"C 社区: 没有名为“没有的社区”的社区"
    )
    assert "would refuse =cmd|' /C calc'!A0: C 社区" in again.stdout


@pytest.mark.parametrize("ending", ["killed", "interrupted"])
def test_an_import_that_ends_early_keeps_whole_chunks_and_is_repeated(
    ending: str, database: DatabaseProxy, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_city()
    url = url_of(database)
    lines = ["姓名\t手机号\t社区代码", *(f"示范{at}\t1380000{at:04}\t{CODE}" for at in range(250)), "无\t1\t1"]
    (tmp_path / "a.tsv").write_text("\n".join(lines), "utf-8")

    if ending == "killed":
        died = subprocess.run(
            [sys.executable, "-c", _DIES, url, str(tmp_path / "a.tsv")], cwd=TOP, check=False, timeout=60
        )
        assert died.returncode == -signal.SIGKILL
    else:
        real, began = importing._Chunks._attempt, list[int]()

        def interrupted(*given: Any) -> Any:
            began.append(1)
            if len(began) == 222:
                raise KeyboardInterrupt
            return real(*given)

        with monkeypatch.context() as patch:
            patch.setattr(importing._Chunks, "_attempt", interrupted)
            stopped = run("import", "a.tsv", *PERSONS, DATABASE_URL=url)
        assert (stopped.exit_code, "What was added so far is kept" in stopped.stderr) == (130, True)
    kept = Person.select().count()
    repeated = run("import", "a.tsv", *PERSONS, DATABASE_URL=url)

    assert kept == 200
    assert "251 rows: 50 added, 200 already there, 1 refused" in repeated.stdout
    assert Person.select().count() == 250


# Dies in the third chunk.
_DIES = """
import os, sys
from pathlib import Path
from db.city.models import Account
from db.city.rosters import KINDS
from db.kernel.database import connect
from db.rosters import importing
from db.rosters.books import opened
from db.rosters.headings import choices_of
real, began = importing._Chunks._attempt, []
def dies(*given):
    began.append(1)
    if len(began) == 222:
        os.kill(os.getpid(), 9)
    return real(*given)
importing._Chunks._attempt = dies
connect(sys.argv[1])
order = importing.Order(KINDS["persons"], Account.get().id, choices_of({}, ()))
with opened(Path(sys.argv[2])) as book:
    importing.import_rows(book, importing.plan(book, order), order, lambda told: None)
"""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["样表.xlsx", "样表.csv"])
def test_a_template_explains_itself_and_is_a_roster_without_rows(
    kind: str, name: str, scratch: DatabaseProxy, run: Run, tmp_path: Path
) -> None:
    make_city()
    written = run("import", "--template", kind, name)
    again = run("import", "--template", kind, name)

    told = imported(tmp_path / name, kind)

    assert (written.exit_code, written.stdout) == (0, f"wrote {name}\n")
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    assert [one.outcome.value for one in told] == ["not a row of the roster"]
    if name.endswith("xlsx"):
        book = load_workbook(tmp_path / name)
        assert [sheet.title for sheet in book.worksheets] == [KINDS[kind].title[1], "说明 Columns"]
        explained = [row[1] for row in book.worksheets[1].iter_rows(min_row=3, values_only=True)]
        assert explained == list(KINDS[kind].by_field)


def test_the_command_says_what_it_misses(database: DatabaseProxy, run: Run, tmp_path: Path) -> None:
    url = url_of(database)
    (tmp_path / "a.csv").write_text("姓名,联系电话,手机\n示范,1,2\n")

    bare = run("import", "a.csv", DATABASE_URL=url)
    nobody = run("import", "a.csv", "--as", "persons", "--as-account", "nobody", DATABASE_URL=url)
    make_city()
    place = run("import", "a.csv", *PERSONS, "--division", "1", DATABASE_URL=url)
    pair = run("import", "a.csv", *PERSONS, "--map", "手机", DATABASE_URL=url)
    unclear = run("import", "a.csv", *PERSONS, DATABASE_URL=url)
    none = run("import", "b.csv", *PERSONS, DATABASE_URL=url)
    kept = run("import", "a.csv", *PERSONS, "--refused", "a.csv", DATABASE_URL=url)
    mapped = run("import", "a.csv", *PERSONS, "--division", CODE, "--ignore", "B", DATABASE_URL=url)
    known = make_person(Division.get(code=CODE), account=Account.get(subject="staff:one"))
    as_person = ("--as", "persons", "--as-account", f"Person_{known.id}", "--division", CODE, "--ignore", "B")
    named = run("import", "a.csv", *as_person, DATABASE_URL=url)

    assert (bare.exit_code, nobody.exit_code, place.exit_code, pair.exit_code) == (2, 1, 1, 2)
    assert "There is no account nobody" in nobody.stderr
    assert "There is no division 1" in place.stderr
    assert "INVALID_INPUT: The headings in row 1: B 联系电话 and C 手机 both mean phone" in unclear.stderr
    assert "第 1 行表头：B 联系电话 与 C 手机 含义相同" in unclear.stderr
    assert "cannot be read" in none.stderr
    assert "a.csv is there already" in kept.stderr
    assert "a row 2: refused 示范: C 手机: 不是一个电话号码" in mapped.stdout
    assert "a row 2: refused 示范: C 手机: 不是一个电话号码" in named.stdout
