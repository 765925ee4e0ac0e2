"""Rosters of committees: people, committees and members from one messy file, mended and repeated."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city.journal_check import verify_journals
from db.city.models import Candidacy, Committee, Division, Member, Person
from db.committees.seating import next_year
from db.kernel.calendar import SHANGHAI
from tests.committees.invariants import check
from tests.conftest import url_of
from tests.factories import make_account, make_organization, make_person, make_role_grant
from tests.graph_api.test_cli import Run, run
from tests.rosters.city import CODE, COMMUNITIES, imported, make_city
from tests.rosters.messy import Community
from tests.rosters.messy_members import UNIT_NAME, MessyMembers, make_messy_members, write_csv

__all__ = ["run"]

MEMBERS = ("--as", "members", "--as-account", "street:one")


def make_street(count: int) -> None:
    """Make communities with a unit each, and an account that is an officer above them."""
    account = make_account(subject="street:one")
    for community in make_city(count):
        make_organization(community, name=UNIT_NAME)
        make_role_grant(Role.SUBDISTRICT_OFFICER, community, account=account)


def mend(path: Path, mended: Any) -> Counter[str]:
    """Put right what was refused; return how often each reason was given."""
    book = load_workbook(path)
    sheet: Any = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    row_at, reason_at = headings.index("原行号 Row"), headings.index("拒绝原因 Reason")
    reasons: Counter[str] = Counter()
    for row in sheet.iter_rows(min_row=2):
        reasons[row[reason_at].value.partition(": ")[2][:8]] += 1
        for cell, value in zip(row, mended[row[row_at].value], strict=False):
            cell.value = value
    book.save(path)
    return reasons


def test_committees_begin_their_work_from_a_messy_roster(database: DatabaseProxy, run: Run, tmp_path: Path) -> None:
    make_street(3)
    today = datetime.now(SHANGHAI).date()
    url, communities = url_of(database), COMMUNITIES[:3]
    messy = make_messy_members(
        tmp_path / "委员.xlsx", communities, 43, today, lambda at: at == 7 or (at > 15 and at % 2 == 0)
    )
    write_csv(tmp_path / "gb.csv", "gb18030", communities, 43, today)
    write_csv(tmp_path / "bom.csv", "utf-8-sig", communities, 43, today)

    dry = run("import", "委员.xlsx", *MEMBERS, "--dry-run", "--refused", "dry.xlsx", DATABASE_URL=url)
    count = Committee.select().count() + Person.select().count()
    first = run("import", "委员.xlsx", *MEMBERS, DATABASE_URL=url)
    states = [row.state.value for row in Committee.select().order_by(Committee.division_code)]
    reasons = mend(tmp_path / "委员-refused.xlsx", messy.mended)
    second = run("import", "委员-refused.xlsx", *MEMBERS, DATABASE_URL=url)
    again = [run("import", name, *MEMBERS, DATABASE_URL=url).stdout for name in ("gb.csv", "bom.csv")]

    refused = len(messy.mended)
    assert (refused, messy.repeated, count) == (15, 1, 0)
    assert f"44 rows: {43 - refused} would be added, 1 already there, {refused} refused" in dry.stdout
    assert f"44 rows: {43 - refused} added, 1 already there, {refused} refused\n1 committee began its" in first.stdout
    assert "refused\n1 committee can begin its work\n2 committees cannot begin their work yet:\n" in dry.stdout
    assert "2 committees cannot begin their work yet:" in first.stdout
    # What the dry run foretold, with how many members each of them has.
    foretold, told = (one.stdout.partition("work yet:\n")[2].splitlines()[:2] for one in (dry, first))
    assert foretold == told
    assert all(re.search(r"，现有 \d+ 名。.* active members; this one has \d+\. ?", line) for line in told)
    assert f"{COMMUNITIES[1].code}: 社工委尚不符合组成规则，详见 compliance.violations。C2：" in first.stdout
    assert states == ["ACTIVE", "FORMING", "FORMING"]
    assert (len(reasons), sum(reasons.values())) == (12, refused)
    assert (
        f"{refused} rows: {refused} added, 0 already there, 0 refused\n2 committees began their work\n" in second.stdout
    )
    assert all("43 rows: 0 added, 43 already there, 0 refused" in told for told in again)
    _is_as_written(messy, communities[0], today)
    # The units of this test have no journals.
    assert {one.subject_type for one in verify_journals().findings} == {"Organization"}


def _is_as_written(messy: MessyMembers, community: Community, today: date) -> None:
    members = list(Member.select())
    assert {row.phone: row.name for row in members} == {row.phone: row.name for row in Person.select()} == messy.names
    assert [(row.state.value, row.name) for row in Committee.select().order_by(Committee.division_code)][:1] == [
        ("ACTIVE", "示范1号社区建设工作委员会")
    ]
    assert Counter(row.state.value for row in Candidacy.select()) == {"APPOINTED": 43}
    own = {row.phone: row for row in members if row.division_code == community.code}
    director, deputy, worker = (own[f"1390000000{at}"] for at in (0, 4, 2))
    assert (director.posts, director.position.value, director.term_end) == (
        "PARTY_SECRETARY RESIDENTS_DIRECTOR", "DIRECTOR", None,
    )  # fmt: skip
    assert director.term_start == date(2022, 2, 10)
    assert (deputy.position.value, deputy.renewal_count, deputy.term_start) == (
        "DEPUTY_DIRECTOR", 1, today - timedelta(500),
    )  # fmt: skip
    assert deputy.term_end == next_year(deputy.term_start, 2)
    assert worker.nomination_channel.value == "UNIT_RECOMMENDATION"
    assert Person.get_by_id(worker.person_id).work_unit_id is not None
    for committee in Committee.select():
        check(committee.id, datetime.now(UTC))


def test_rows_of_members_that_the_rules_refuse_keep_nothing(scratch: DatabaseProxy, tmp_path: Path) -> None:
    make_street(2)
    today = datetime.now(SHANGHAI).date()
    path = tmp_path / "a.csv"
    rows = [f"示范{at},13800000{at:03},{CODE},其他,,{today:%Y.%m.%d},副主任," for at in range(6)]
    rows += [f"示范{at},13800000{at:03},{CODE},其他,轮值,{today:%Y.%m.%d},,书记" for at in range(6, 7)]
    rows += [f"示范{at},13800000{at:03},{CODE},两委成员,,{today:%Y.%m.%d},,书记" for at in range(7, 19)]
    rows += [f"另一人,13800000000,{CODE},其他,,{today},,", f"同名,,{COMMUNITIES[1].code},其他,,{today},,"]
    path.write_text("姓名,手机,社区代码,类别,委员类型,任期开始,职务,社区职务\n" + "\n".join(rows))
    twice = make_person(Division.get(Division.code == COMMUNITIES[1].code), name="同名", phone="1")
    make_person(twice.division, name="同名", phone="2")

    told = imported(path, "members", "street:one")

    refused = {at: one.problems[0].english for at, one in enumerate(told) if one.problems}
    assert {at: text.partition(":")[0].partition(".")[0][:40] for at, text in refused.items()} == {
        4: "C4",
        5: "C4",
        6: "A seat by post is a standing seat (C5)",
        **dict.fromkeys((18,), "C2"),
        19: "Somebody with this telephone number is r",
        20: "2 people called 同名 are registered in the",
    }
    assert (Member.select().count(), Person.select().count()) == (15, 17)
    assert Committee.select().count() == 1
