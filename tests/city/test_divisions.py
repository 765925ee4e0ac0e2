"""The import of division files: what it makes, what it refuses, and what moves with a division."""

import csv
import gzip
import shutil
import tracemalloc
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.city import models
from db.city.divisions import ImportReport, import_divisions
from db.kernel.errors import DomainError, ErrorCode
from db.places.division_file import read_rows
from db.places.models.division import Division, DivisionLevel, ancestor_codes, code_at, last_code, level_of
from tests import factories as make
from tests.factories import MAKERS

FIXTURE = Path(__file__).parents[1] / "fixtures" / "divisions.csv"
REAL = Path(__file__).parents[3] / "shared" / "data"
LANZHOU, TOWNS, NATION = (
    REAL / name for name in ("lanzhou_divisions.csv", "china_divisions.csv.gz", "china_divisions_5level_2020.csv.gz")
)
HEADER = "code,name,level,parent_code"
real = pytest.mark.skipif(not NATION.exists(), reason="the real division files are not beside the project")


def write_file(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in (HEADER, *lines)), encoding="utf-8")
    return path


def stored() -> list[tuple[Any, ...]]:
    """Return every division with its id and parent's code."""
    above = Division.alias("above")
    query = (
        Division.select(
            Division.id, Division.code, Division.last_code, Division.name, Division.level, above.code.alias("above")
        )
        .join(above, "LEFT JOIN", on=(Division.parent == above.id))
        .order_by(Division.code)
    )
    return list(query.tuples().execute())


def refusal(path: Path, moved: dict[str, str] | None = None) -> str:
    before = stored()
    with pytest.raises(DomainError) as caught:
        import_divisions(path, moved)
    assert caught.value.code is ErrorCode.INVALID_INPUT
    assert stored() == before
    return caught.value.message


def without_time(report: ImportReport) -> ImportReport:
    return replace(report, seconds=0)


def test_an_import_makes_the_tree_of_the_file(scratch: DatabaseProxy) -> None:
    report = import_divisions(FIXTURE)

    assert without_time(report) == ImportReport(rows=20, added=20, renamed=0, moved=0, unchanged=0, seconds=0)
    assert report.seconds > 0
    with FIXTURE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [
        (code, name, list(DivisionLevel).index(level) + 1, above or "") for _, code, _, name, level, above in stored()
    ] == [
        (row["code"], row["name"].replace("Ａ", "A"), int(row["level"]), row["parent_code"])
        for row in sorted(rows, key=lambda row: row["code"])
    ]


def test_a_subtree_is_a_range_of_codes(scratch: DatabaseProxy) -> None:
    import_divisions(FIXTURE)

    town = Division.get(Division.code == "990300401000")
    city = Division.get(Division.code == "990300000000")

    assert (town.last_code, city.last_code) == ("990300401999", "990399999999")
    assert town.parent == city


def test_an_import_again_changes_nothing(scratch: DatabaseProxy) -> None:
    import_divisions(FIXTURE)
    before = stored()

    report = import_divisions(FIXTURE)

    assert without_time(report) == ImportReport(rows=20, added=0, renamed=0, moved=0, unchanged=20, seconds=0)
    assert stored() == before


@pytest.mark.parametrize("name", ["divisions.csv.gz", "divisions"])
def test_a_gzip_file_is_read_whatever_its_name(scratch: DatabaseProxy, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(FIXTURE.read_bytes()))

    assert import_divisions(path).added == 20


def test_a_byte_order_mark_and_other_line_ends_are_read(scratch: DatabaseProxy, tmp_path: Path) -> None:
    path = tmp_path / "windows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + FIXTURE.read_bytes().replace(b"\n", b"\r\n"))

    import_divisions(path)

    assert without_time(import_divisions(FIXTURE)).unchanged == 20


ROWS = ("990000000000,示范省,1,", "990200000000,示范市,2,990000000000", "990201000000,丰台丶区,3,990200000000")


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff"
        + "\r\n".join(['"code","name","level","parent_code"'] + [f'"{row}"'.replace(",", '","') for row in ROWS]),
        "\n\ncode;name;level;parent_code\n\n" + "\n;;;\n".join(ROWS).replace(",", ";") + "\n;;;\n\n",
        "Code\tName\tLevel\tParent_Code\r\n" + "\r\n".join(ROWS).replace(",", "\t"),
        "sep=,\r\ncode,name,level,parent_code\r\n" + "\r\n".join(ROWS) + '\r\n"","","",""\r\n , , , \r\n',
        "code, name, level, parent_code\n" + "\n".join(ROWS).replace(",", " , "),
    ],
    ids=["quoted", "semicolons", "tabs", "hint", "spaced"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_file_is_read_as_spreadsheets_write_it(
    scratch: DatabaseProxy, tmp_path: Path, content: str, encoding: str
) -> None:
    path = tmp_path / "divisions.csv"
    path.write_bytes((content.removeprefix("\ufeff") if encoding == "gb18030" else content).encode(encoding))

    assert import_divisions(path).added == 3
    assert [row[3] for row in stored()] == ["示范省", "示范市", "丰台丶区"]


def test_a_name_is_kept_in_one_form(scratch: DatabaseProxy, tmp_path: Path) -> None:
    import_divisions(write_file(tmp_path / "a.csv", ["990000000000,\u3000示范Ｃａｆｅ\u0301１号省 ,1,"]))

    assert [row[3] for row in stored()] == ["示范Café1号省"]


def test_spaces_around_a_name_go(scratch: DatabaseProxy, tmp_path: Path) -> None:
    import_divisions(write_file(tmp_path / "a.csv", ["990000000000,\u3000示范省 ,1,"]))

    assert [row[3] for row in stored()] == ["示范省"]


def test_a_kept_code_takes_a_new_name(scratch: DatabaseProxy, tmp_path: Path) -> None:
    import_divisions(FIXTURE)
    before = {code: id_ for id_, code, *_ in stored()}

    report = import_divisions(write_file(tmp_path / "a.csv", ["990200000000,示范新市,2,990000000000"]))

    assert without_time(report) == ImportReport(rows=1, added=0, renamed=1, moved=0, unchanged=0, seconds=0)
    assert Division.get(Division.code == "990200000000").name == "示范新市"
    assert {code: id_ for id_, code, *_ in stored()} == before


def test_a_file_may_begin_below_the_province(scratch: DatabaseProxy, tmp_path: Path) -> None:
    rows = FIXTURE.read_text(encoding="utf-8").splitlines()
    city = [line for line in rows if line.startswith("9903")]
    path = write_file(tmp_path / "city.csv", [city[0].replace("990000000000", ""), *city[1:]])

    alone = import_divisions(path)
    below = import_divisions(FIXTURE)
    again = import_divisions(path)

    assert without_time(alone) == ImportReport(rows=5, added=5, renamed=0, moved=0, unchanged=0, seconds=0)
    # Its root has found its parent.
    assert without_time(below) == ImportReport(rows=20, added=15, renamed=0, moved=1, unchanged=4, seconds=0)
    assert without_time(again) == ImportReport(rows=5, added=0, renamed=0, moved=0, unchanged=5, seconds=0)


def test_a_division_that_comes_between_takes_what_lies_below(scratch: DatabaseProxy, tmp_path: Path) -> None:
    city = ["990000000000,示范省,1,", "990200000000,示范市,2,990000000000"]
    import_divisions(write_file(tmp_path / "a.csv", [*city, "990201001000,示范街道,4,990200000000"]))

    report = import_divisions(write_file(tmp_path / "b.csv", [*city, "990201000000,示范区,3,990200000000"]))

    assert (report.added, report.moved) == (1, 1)
    assert [(code, above) for _, code, *_, above in stored()][2:] == [
        ("990201000000", "990200000000"),
        ("990201001000", "990201000000"),
    ]


def test_progress_is_told_in_rows(scratch: DatabaseProxy) -> None:
    told: list[int] = []

    import_divisions(FIXTURE, progress=told.append)

    assert told == [20]


PROVINCE, CITY = "990000000000,示范省,1,", "990200000000,示范市,2,990000000000"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([PROVINCE, "990200000000,示范市,2"], "Line 3: the line has 3 columns and needs 4"),
        ([PROVINCE, f"{CITY},"], "Line 3: the line has 5 columns and needs 4"),
        ([PROVINCE, "", "x"], "Line 4: the line has 1 columns and needs 4"),
        ([PROVINCE, "9.902E+11,示范市,2,990000000000"], "Line 3: a spreadsheet has shortened the code 9.902E+11"),
        (
            [PROVINCE, "990200000000,示\u202e范市,2,990000000000"],
            "Line 3: the name contains the invisible character U+202E",
        ),
        ([PROVINCE, "990200000000,\u3164\u200b,2,990000000000"], "Line 3: the name is empty"),
        ([PROVINCE, '990200000000,"示范市,2,990000000000'], "Line 3: the quotation marks do not match"),
        ([PROVINCE, '990200000000,"示"范市,2,990000000000'], "Line 3: the quotation marks do not match"),
        ([PROVINCE, "9902,示范市,2,990000000000"], "Line 3: the code '9902' is not twelve digits; pad"),
        ([PROVINCE, "99020000000x,示范市,2,990000000000"], "Line 3: the code '99020000000x' is not twelve digits"),
        ([PROVINCE, "９９0200000000,示范市,2,990000000000"], "Line 3: the code '９９0200000000' is not twelve digits"),
        ([PROVINCE, "990200000000,示范市,6,990000000000"], "Line 3: the level '6' is not one of 1"),
        ([PROVINCE, "990200000000,示范市,,990000000000"], "Line 3: the level '' is not one of 1"),
        ([PROVINCE, "990200000000,示范市,3,990000000000"], "Line 3: 990200000000 is not a code of level 3"),
        ([PROVINCE, "000000000000,示范市,2,990000000000"], "Line 3: 000000000000 is not a code of level 2"),
        ([PROVINCE, "990200000000,,2,990000000000"], "Line 3: the name is empty"),
        ([PROVINCE, "990200000000,\u3000 ,2,990000000000"], "Line 3: the name is empty"),
        ([PROVINCE, f"990200000000,{'长' * 61},2,990000000000"], "Line 3: the name is longer than 60 characters"),
        ([PROVINCE, "990200000000,示\t范市,2,990000000000"], "Line 3: the name contains the invisible character U+00"),
        (
            [PROVINCE, "990200000000,示\x00范市,2,990000000000"],
            "Line 3: the name contains the invisible character U+00",
        ),
        ([PROVINCE, f"990200000000,{'长' * 400},2,990000000000"], "Line 3: the line is longer than 1000 bytes"),
        ([PROVINCE, CITY, PROVINCE], "Line 4: the code 990000000000 stands in the file twice"),
        (
            [PROVINCE, CITY, "990200000000,别的,2,990000000000"],
            "Line 4: the code 990200000000 stands in the file twice",
        ),
        ([PROVINCE, "990200000000,示范市,2,980000000000"], "Line 3: 980000000000 cannot be the parent of 990200000000"),
        ([PROVINCE, "990200000000,示范市,2,990200000000"], "Line 3: 990200000000 names itself as its parent"),
        ([PROVINCE, "990200000000,示范市,2,9900"], "Line 3: the parent_code '9900' is not twelve digits"),
        (["990000000000,示范省,1,990200000000", CITY], "Line 2: 990200000000 cannot be the parent of 990000000000"),
        (
            [PROVINCE, "990201000000,示范区,3,990200000000"],
            "Line 3: the parent 990200000000 of 990201000000 is neither",
        ),
        ([PROVINCE, "990200000000,示范市,2,"], "Line 3: 990200000000 has no parent_code"),
        (
            [PROVINCE, CITY, "990201000000,示范区,3,990200000000", "990201001000,示范街道,4,990200000000"],
            "Line 5: 990201001000 lies in 990201000000, so that is its parent and not 990200000000",
        ),
        ([], "the file has a header and no divisions"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(
    scratch: DatabaseProxy, tmp_path: Path, lines: Sequence[str], message: str
) -> None:
    assert refusal(write_file(tmp_path / "a.csv", lines)).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", f"Line 1: the header has to be {HEADER}"),
        (b"name,code,level,parent_code\n", f"Line 1: the header has to be {HEADER}"),
        (f"{HEADER}\n{PROVINCE}\n".encode() + "990200000000,示范市".encode("gb18030"), "Line 3: the line is not UTF-8"),
        (gzip.compress(FIXTURE.read_bytes())[:-20], "Line 1: the gzip file is damaged or truncated"),
        (b"\x1f\x8b" + b"no gzip at all", "Line 1: the gzip file is damaged or truncated"),
    ],
)
def test_a_file_that_is_none_is_refused(scratch: DatabaseProxy, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    assert refusal(path).startswith(message)


def test_a_plain_file_that_is_called_gzip_is_refused(scratch: DatabaseProxy, tmp_path: Path) -> None:
    path = shutil.copy(FIXTURE, tmp_path / "a.csv.gz")

    assert refusal(Path(path)).startswith("Line 1: the gzip file is damaged")


def test_a_missing_file_is_refused(scratch: DatabaseProxy, tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv").endswith("none.csv cannot be read: No such file or directory")


def test_nothing_is_kept_of_a_long_file_that_ends_badly(database: DatabaseProxy, tmp_path: Path) -> None:
    town = "990201001000"
    rows = [PROVINCE, CITY, "990201000000,示范区,3,990200000000"]
    rows += [f"990201{number:03}000,示范{number},4,990201000000" for number in range(1, 400)]
    rows += [
        f"{town[:6]}{at:03}{number:03},示范,5,{town[:6]}{at:03}000" for at in range(1, 9) for number in range(1, 900)
    ]
    message = refusal(write_file(tmp_path / "a.csv", [*rows, rows[-1]]))

    assert message == f"Line {len(rows) + 2}: the code 990201008899 stands in the file twice; remove one of the rows"
    assert Division.select().count() == 0


def test_a_doubled_code_far_down_is_found_when_the_database_knows_it(scratch: DatabaseProxy, tmp_path: Path) -> None:
    rows = [PROVINCE, CITY, "990201000000,示范区,3,990200000000", "990201001000,示范街道,4,990201000000"]
    rows += [f"990201001{number:03},示范,5,990201001000" for number in range(1, 999)]
    rows += ["990201002000,示范街道,4,990201000000"]
    rows += [f"990201002{number:03},示范,5,990201002000" for number in range(1, 999)]
    import_divisions(write_file(tmp_path / "a.csv", rows))

    message = refusal(write_file(tmp_path / "b.csv", [*rows, rows[4]]))

    assert message.startswith("Line 2003: the code 990201001001 stands in the file twice")


OLD, NEW = "010101001000", "010102005000"


@pytest.fixture
def moved_file(tmp_path: Path) -> Path:
    """Write the file of a year in which a subdistrict went to another district."""
    rows = ["010000000000,示范省,1,", "010100000000,示范市,2,010000000000"]
    rows += ["010101000000,旧区,3,010100000000", "010102000000,新区,3,010100000000", f"{NEW},新街道,4,010102000000"]
    return write_file(tmp_path / "moved.csv", rows)


def test_a_move_takes_the_subtree_and_every_row_of_it(scratch: DatabaseProxy, moved_file: Path) -> None:
    made = [MAKERS[model]() for model in models.ALL]
    # The catalogue of services is a city's, which does not move.
    coded = [row for row in made if (code := getattr(row, "division_code", None)) and not code.endswith("0" * 8)]
    assert len(coded) > 20
    assert [row for row in coded if not row.division_code.startswith(OLD[:9])] == []
    divisions = {id_: code for id_, code, *_ in stored()}

    report = import_divisions(moved_file, moved={OLD: NEW})

    moved = sum(code.startswith(OLD[:9]) for code in divisions.values())
    assert without_time(report) == ImportReport(rows=5, added=1, renamed=4, moved=moved, unchanged=0, seconds=0)
    assert {id_: code for id_, code, *_ in stored() if id_ in divisions} == {
        id_: code.replace(OLD[:9], NEW[:9]) for id_, code in divisions.items()
    }
    for row in coded:
        model = type(row)
        # The ledger, journals and published editions are history and say what was so.
        place = OLD if model in (models.LedgerEntry, models.JournalEntry, models.ListEdition) else NEW
        assert all(found.division_code.startswith(place[:9]) for found in model.select()), model


def test_a_move_leaves_its_neighbours(scratch: DatabaseProxy, moved_file: Path) -> None:
    make.make_division()
    neighbour = make.make_organization(make.make_division(parent=make.make_division(DivisionLevel.SUBDISTRICT)))

    import_divisions(moved_file, moved={OLD: NEW})

    kept = models.Organization.get_by_id(neighbour.id)
    assert kept.division_code == kept.division.code == "010101002001"


def test_a_move_takes_grants_and_responsibility_along(scratch: DatabaseProxy, moved_file: Path) -> None:
    community = make.make_division()
    subdistrict = community.parent
    grant = make.make_role_grant(division=subdistrict)
    above = make.make_role_grant(division=subdistrict.parent)
    token = make.make_api_token(division_code=community.code)
    committee = make.make_committee(community)
    issues = [
        make.make_issue(committee=committee, current_level=level, responsible_code=code)
        for level, code in (
            (DivisionLevel.COMMUNITY, community.code),
            (DivisionLevel.SUBDISTRICT, subdistrict.code),
            (DivisionLevel.DISTRICT, "010101000000"),
            (DivisionLevel.CITY, "010100000000"),
        )
    ]

    import_divisions(moved_file, moved={OLD: NEW})

    moved_grant, kept_grant = (models.RoleGrant.get_by_id(row.id) for row in (grant, above))
    assert (moved_grant.division_code, moved_grant.last_code) == (NEW, "010102005999")
    assert (kept_grant.division_code, kept_grant.last_code) == ("010101000000", "010101999999")
    assert models.ApiToken.get_by_id(token.id).division_code == "010102005001"
    assert [models.Issue.get_by_id(issue.id).responsible_code for issue in issues] == [
        "010102005001",
        NEW,
        "010102000000",
        "010100000000",
    ]


def test_a_move_can_be_repeated(scratch: DatabaseProxy, moved_file: Path) -> None:
    make.make_committee()
    import_divisions(moved_file, moved={OLD: NEW})
    before = stored()

    report = import_divisions(moved_file, moved={OLD: NEW})

    assert without_time(report) == ImportReport(rows=5, added=0, renamed=0, moved=0, unchanged=5, seconds=0)
    assert stored() == before


def test_a_move_replaces_what_an_import_without_it_made(scratch: DatabaseProxy, moved_file: Path) -> None:
    subdistrict = make.make_division(DivisionLevel.SUBDISTRICT)
    import_divisions(moved_file)

    import_divisions(moved_file, moved={OLD: NEW})

    assert Division.get(Division.code == NEW).id == subdistrict.id
    assert Division.get_or_none(Division.code == OLD) is None


def test_moves_follow_each_other(scratch: DatabaseProxy, tmp_path: Path) -> None:
    first, second = (make.make_division(DivisionLevel.SUBDISTRICT) for _ in range(2))
    above = ["010000000000,省,1,", "010100000000,市,2,010000000000", "010101000000,区,3,010100000000"]
    path = write_file(
        tmp_path / "a.csv", [*above, "010101002000,一街道,4,010101000000", "010101003000,二街道,4,010101000000"]
    )

    import_divisions(path, moved={first.code: second.code, second.code: "010101003000"})

    assert [Division.get_by_id(row.id).code for row in (first, second)] == ["010101002000", "010101003000"]


@pytest.mark.parametrize(
    ("moved", "message"),
    [
        ({"010101009000": NEW}, f"no division has the code 010101009000, so nothing can move from it to {NEW}"),
        ({OLD: "010102000000"}, f"{OLD}=010102000000 is no move: both have to be codes of twelve digits"),
        ({OLD: "0101"}, f"{OLD}=0101 is no move"),
        ({OLD: OLD}, f"the moves of {OLD} go in a circle"),
        ({OLD: "010102006000"}, "the file has no row for 010102006000, which a division is said to have moved to"),
        ({OLD: NEW, "010101002000": NEW}, "two divisions cannot move to the same code"),
        ({OLD: "010101002000", "010101002000": OLD}, f"the moves of {OLD}, 010101002000 go in a circle"),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    scratch: DatabaseProxy, moved_file: Path, moved: dict[str, str], message: str
) -> None:
    make.make_division(DivisionLevel.SUBDISTRICT)
    make.make_division(DivisionLevel.SUBDISTRICT)

    assert refusal(moved_file, moved).startswith(message)


def test_a_move_onto_a_division_with_rows_is_refused(scratch: DatabaseProxy, moved_file: Path) -> None:
    make.make_division(DivisionLevel.SUBDISTRICT)
    import_divisions(moved_file)
    make.make_organization(Division.get(Division.code == NEW))

    message = refusal(moved_file, {OLD: NEW})

    assert message == f"{OLD} cannot move to {NEW}: there is a division with rows of its own already"


def ranges_are_the_tree(database: DatabaseProxy) -> None:
    """Check that ranges of codes nest as the tree does, and that `code_at` finds each parent."""
    child, parent = Division.alias("child"), Division.alias("parent")
    pairs = child.select().join(parent, on=(child.parent == parent.id))
    outside = pairs.where(~child.code.between(parent.code, parent.last_code) | (child.last_code > parent.last_code))
    unfound = pairs.where(parent.code.not_in([code_at(child.code, level) for level in DivisionLevel]))
    assert (outside.count(), unfound.count()) == (0, 0)
    overlapping = database.execute_sql(
        """SELECT count(*) FROM (
            SELECT last_code, LEAD(code) OVER (PARTITION BY parent_id ORDER BY code) AS next FROM division
        ) AS siblings WHERE next <= last_code"""
    )
    assert overlapping.fetchone() == (0,)


def test_ranges_of_codes_are_the_tree(scratch: DatabaseProxy) -> None:
    import_divisions(FIXTURE)

    ranges_are_the_tree(scratch)


@real
def test_lanzhou_and_the_three_towns_that_moved(scratch: DatabaseProxy) -> None:
    moved = {
        "620122102000": "620105100000",
        "620122104000": "620105101000",
        "620121112000": "620171104000",
    }

    first = import_divisions(LANZHOU)
    communities = {
        new: Division.select().where(Division.code.startswith(old[:9])).count() - 1 for old, new in moved.items()
    }
    second = import_divisions(TOWNS, moved=moved)

    assert without_time(first) == ImportReport(rows=1279, added=1279, renamed=0, moved=0, unchanged=0, seconds=0)
    # The three towns with their communities, and Lanzhou, which now has a province above it.
    assert second.moved == 3 + sum(communities.values()) + 1
    for new, count in communities.items():
        town = Division.get(Division.code == new)
        assert (town.parent.code, Division.select().where(Division.parent == town).count()) == (
            f"{new[:6]}000000",
            count,
        )
    ranges_are_the_tree(scratch)
    again = without_time(import_divisions(TOWNS, moved=moved))
    assert again == ImportReport(rows=44_699, added=0, renamed=0, moved=0, unchanged=44_699, seconds=0)


@real
def test_three_years_of_the_nation(scratch: DatabaseProxy, tmp_path: Path) -> None:
    with gzip.open(NATION, "rt", encoding="utf-8") as lines:
        next(lines)
        towns = write_file(tmp_path / "2020.csv", (line.rstrip("\n") for line in lines if ",5," not in line))

    first, second = import_divisions(towns), import_divisions(TOWNS)

    assert (first.rows, first.added) == (45_257, 45_257)
    # The figures of the data's own description.
    expected = ImportReport(rows=44_699, added=1_612, renamed=478, moved=0, unchanged=42_609, seconds=0)
    assert without_time(second) == expected
    ranges_are_the_tree(scratch)


@real
def test_every_community_of_the_nation_lies_in_its_parents_range() -> None:
    above: dict[str, str] = {}
    end = dict.fromkeys(DivisionLevel, "")

    for row in read_rows(NATION):
        if row.level is not DivisionLevel.COMMUNITY:
            above[row.code] = row.parent_code
        chain, code = [], row.parent_code
        while code:
            chain.append(code)
            code = above[code]
        assert ancestor_codes(row.code) == chain
        # Ranges of one level follow each other without overlap, for the file is in the order of its codes.
        assert end[row.level] < row.code
        end[row.level] = last_code(row.code, row.level)
        assert level_of(row.code) is row.level

    assert len(above) == 45_257


@real
def test_memory_does_not_grow_with_the_file(scratch: DatabaseProxy) -> None:
    import_divisions(FIXTURE)
    tracemalloc.start()

    import_divisions(TOWNS)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # A batch and its look-up; the rows of the file would take more than 20 MB.
    assert peak < 6_000_000
