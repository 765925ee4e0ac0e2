"""Import a messy roster of the committees of a whole city, and report rows a second and memory.

`python -m benchmarks.rosters` makes an SQLite file and a PostgreSQL server of its own, and removes both again. The
importer runs as `flask import` does, in a process of its own.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from openpyxl import load_workbook

from benchmarks import data
from db.access.models.account import Role
from db.city.migrations import migrate
from db.committees.models.committee import Committee, Member
from db.kernel.calendar import SHANGHAI
from db.kernel.database import database
from db.places.models.division import DivisionLevel
from tests import postgresql
from tests.factories import make_account, make_division, make_organization, make_role_grant
from tests.rosters.messy import Community
from tests.rosters.messy_members import UNIT_NAME, MessyMembers, make_messy_members

# Of the demo city: so many members of so many committees, and how many communities a subdistrict has here.
MEMBERS, COMMITTEES, EACH = 6_046, 427, 30
_SUBJECT = "street:one"
_TOP = Path(__file__).resolve().parents[1]
# What the importer prints last: its processor time in seconds, and the most memory that it had, in MB.
_IMPORT = """
import resource, sys
from graph_api import create_app
try:
    create_app().cli.main(["import", *sys.argv[1:]], prog_name="flask")
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"used {used.ru_utime + used.ru_stime:.1f} {used.ru_maxrss // 1024}")
"""


def main() -> None:
    """Measure both databases, and print a table."""
    communities = [_community(at) for at in range(COMMITTEES)]
    click.echo("| database | roster | rows | added | refused | seconds | rows a second | peak memory |")
    click.echo("|---|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "委员.xlsx"
        messy = make_messy_members(path, communities, MEMBERS, datetime.now(SHANGHAI).date())
        for name, opened in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
            with opened() as url:
                _measure(name, url, path, messy, communities)
            for left in Path(folder).glob("*-refused*"):
                left.unlink()


def _measure(name: str, url: str, path: Path, messy: MessyMembers, communities: list[Community]) -> None:
    with data.bound(url):
        migrate(database)
        _make_city(communities)
    _run(name, "with every trap", url, path)
    refused = path.with_name(f"{path.stem}-refused.xlsx")
    _mend(refused, messy)
    _run(name, "what was refused, mended", url, refused)
    _run(name, "the same again", url, path)
    with data.bound(url):
        active = Committee.select().where(Committee.state == "ACTIVE").count()
        assert (active, Member.select().count()) == (COMMITTEES, MEMBERS), (active, Member.select().count())


def _community(at: int) -> Community:
    return Community(f"620102{at // EACH + 1:03}{at % EACH + 1:03}", f"示范{at + 1}号社区")


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/city.sqlite3"


@contextmanager
def _postgres() -> Iterator[str]:
    with postgresql.running(is_durable=True) as server:
        yield server.create("rosters")


def _make_city(communities: list[Community]) -> None:
    account = make_account(subject=_SUBJECT)
    for code in sorted({community.code[:9] for community in communities}):
        street = make_division(DivisionLevel.SUBDISTRICT, name=f"示范{code[6:]}街道", code=f"{code}000")
        make_role_grant(Role.SUBDISTRICT_OFFICER, street, account=account)
    for code, name in communities:
        make_organization(make_division(name=name, code=code), name=UNIT_NAME)


def _run(name: str, what: str, url: str, path: Path) -> None:
    given = [sys.executable, "-c", _IMPORT, str(path), "--as", "members", "--as-account", _SUBJECT]
    done = subprocess.run(
        given, cwd=_TOP, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False
    )
    told = re.search(r"([\d,]+) rows: ([\d,]+) added, [\d,]+ already there, ([\d,]+) refused", done.stdout)
    used = re.search(r"used ([\d.]+) (\d+)", done.stdout)
    assert told, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert used, done.stdout[-2_000:]
    rows, seconds = int(told[1].replace(",", "")), float(used[1])
    click.echo(
        f"| {name} | {what} | {told[1]} | {told[2]} | {told[3]} | {seconds} | {rows / seconds:,.0f} | {used[2]} MB |"
    )


def _mend(path: Path, messy: MessyMembers) -> None:
    book = load_workbook(path)
    sheet: Any = book.worksheets[0]
    row_at = [cell.value for cell in sheet[1]].index("原行号 Row")
    for row in sheet.iter_rows(min_row=2):
        for cell, value in zip(row, messy.mended[row[row_at].value], strict=False):
            cell.value = value
    book.save(path)


if __name__ == "__main__":
    main()
