"""Migrations: they make what the models say, go back as they came, and let one process work at a time."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError
from playhouse.migrations import MigrationError

from db.city import models
from db.city.journal_check import verify_journals
from db.city.migrations import DIRECTORY, migrate, rollback, status
from db.issues.lifecycle import IssueState, LedgerAction
from db.kernel.database import is_postgres
from db.kernel.fields import POSTGRES_DOMAINS
from tests import factories as make
from tests.city.tables import Description, describe
from tests.conftest import url_of
from tests.test_architecture import LAYERS, imports

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in DIRECTORY.glob("0*.py"))
HELPERS = sorted(path.stem for path in DIRECTORY.glob("[a-z]*.py"))
MIGRATE = """
import sys
from db.kernel.database import connect
from db.city.migrations import migrate
print(*migrate(connect(sys.argv[1])))
"""


@pytest.fixture
def modelled(empty_database: DatabaseProxy) -> Description:
    """Describe the tables that the models alone make."""
    if is_postgres():
        for statement in POSTGRES_DOMAINS.values():
            empty_database.execute_sql(statement)
    # Two tables that refer to each other: SQLite lets one name the other before it is there, PostgreSQL does not.
    tables, ahead = [*models.ALL, *models.WRITTEN], []
    for at, model in enumerate(tables):
        for key in model._meta.refs:
            key.deferred = is_postgres() and key.rel_model not in tables[: at + 1]
            ahead += [key] if key.deferred else []
    for model in tables:
        model.create_table(safe=False)
    for key in ahead:
        key.model._schema.create_foreign_key(key)
    return describe(empty_database)


@pytest.fixture
def made(modelled: Description, database: DatabaseProxy) -> Description:
    """Describe the tables that the migrations make."""
    return describe(database)


def test_a_migrated_database_equals_the_models(modelled: Description, made: Description) -> None:
    assert made.keys() == modelled.keys()
    for table in modelled:
        assert made[table] == modelled[table], table


def test_migrations_and_models_agree_on_domains() -> None:
    frozen = (ROOT / "db" / "city" / "migrations" / "0001_create_tables.py").read_text()

    for statement in POSTGRES_DOMAINS.values():
        name, check = re.findall(r"DOMAIN (\w+) .* CHECK \((.*)\)", statement)[0]
        assert re.search(rf'"{name}": r?"{re.escape(check)}",', frozen), name


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE meeting DROP COLUMN place",
        "DROP INDEX issue_due_at_id",
        "DROP INDEX member_one_director",
        "CREATE INDEX one_more ON issue (title)",
    ],
)
def test_a_dropped_or_added_part_is_noticed(database: DatabaseProxy, change: str) -> None:
    before = describe(database)

    database.execute_sql(change)

    assert describe(database) != before


def test_a_dropped_check_is_noticed(database: DatabaseProxy) -> None:
    before = describe(database)

    if is_postgres():
        database.execute_sql("ALTER TABLE seat DROP CONSTRAINT seat_number_check")
    else:
        database.pragma("writable_schema", 1)
        check = ",\n    CHECK (number BETWEEN 1 AND 15)"
        database.execute_sql("UPDATE sqlite_master SET sql = replace(sql, ?, '') WHERE name = 'seat'", (check,))

    assert describe(database) != before


def test_a_changed_predicate_is_noticed(database: DatabaseProxy) -> None:
    before = describe(database)

    database.execute_sql("DROP INDEX member_one_a_seat")
    database.execute_sql("CREATE UNIQUE INDEX member_one_a_seat ON member (seat_id) WHERE NOT is_active")

    assert describe(database) != before


def test_down_leaves_nothing_and_up_again_makes_the_same(database: DatabaseProxy) -> None:
    before = describe(database)

    undone = rollback(database, NAMES[0])
    left = describe(database)
    done = migrate(database)

    assert (undone, left, done) == (NAMES[::-1], {}, NAMES)
    assert describe(database) == before


def test_rollback_undoes_the_newest_alone_by_default(database: DatabaseProxy) -> None:
    assert rollback(database) == NAMES[-1:]
    assert [entry.name for entry in status(database) if entry.applied] == NAMES[:-1]


def test_rows_outlive_a_check_that_is_exchanged(database: DatabaseProxy) -> None:
    claim, notice = make.make_claim(), make.make_notice()
    rollback(database, "0008_hear_residents_and_members")

    migrate(database)

    assert [(row.id, row.promise) for row in models.Claim.select()] == [(claim.id, claim.promise)]
    assert [(row.id, row.text) for row in models.Notice.select()] == [(notice.id, notice.text)]


def test_migrate_stops_after_its_target(empty_database: DatabaseProxy) -> None:
    assert migrate(empty_database, NAMES[0]) == [NAMES[0]]
    assert [(entry.name, entry.applied is not None) for entry in status(empty_database)] == [
        (name, name == NAMES[0]) for name in NAMES
    ]


def test_migrate_refuses_an_unknown_target(empty_database: DatabaseProxy) -> None:
    with pytest.raises(MigrationError, match='unknown migration "9999_nothing"'):
        migrate(empty_database, "9999_nothing")


def test_migrate_does_nothing_twice(database: DatabaseProxy) -> None:
    assert migrate(database) == []


def test_processes_that_start_at_once_all_succeed(empty_database: DatabaseProxy) -> None:
    url = url_of(empty_database)
    empty_database.close()

    command = [sys.executable, "-c", MIGRATE, url]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(5)
    ]
    answers = [process.communicate(timeout=60) for process in processes]

    assert [process.returncode for process in processes] == [0] * 5, answers
    assert sorted(out.split() for out, _ in answers) == [[], [], [], [], NAMES]
    empty_database.connect()
    assert [entry.name for entry in status(empty_database) if entry.applied] == NAMES


def test_texts_from_before_are_kept_in_the_form_of_today(database: DatabaseProxy) -> None:
    rollback(database, "0012_keep_text_in_one_form")
    issue = make.make_issue(title="３号楼Ｂ座电梯", description="Cafe\u0301 旁", place="か\u3099")
    member, plain = make.make_member(name="Ａｎｎ 王"), make.make_issue(title="三号楼的电梯坏了")
    entry = make.make_ledger_entry(issue, note="３号楼")

    migrate(database)

    after = models.Issue.get_by_id(issue.id)
    assert (after.title, after.description, after.place) == ("3号楼B座电梯", "Café 旁", "が")
    assert models.Member.get_by_id(member.id).name == "Ann 王"
    assert models.Issue.get_by_id(plain.id).title == plain.title
    # The ledger never changes.
    assert models.LedgerEntry.get_by_id(entry.id).note == "３号楼"
    models.Issue.update(title="灯坏").where(models.Issue.id == issue.id).execute()


def test_names_can_grow_on_a_database_with_rows_and_shrink_again_while_none_is_new(database: DatabaseProxy) -> None:
    entry, audited = make.make_ledger_entry(), make.make_audit_entry()
    rollback(database, "0017_let_enumerations_grow")
    before = describe(database)
    migrate(database)
    grant = make.make_role_grant()
    database.execute_sql("UPDATE role_grant SET role = 'OF_TOMORROW'")

    with pytest.raises(ValueError, match=r"role_grant\.role holds names that .* does not know: OF_TOMORROW"):
        rollback(database, "0017_let_enumerations_grow")

    grant.delete_instance()
    rollback(database, "0017_let_enumerations_grow")
    assert describe(database) == before
    assert [models.LedgerEntry.get().hash, models.AuditEntry.get().reason] == [entry.hash, audited.reason]
    for table in ("ledger_entry", "audit_entry"):
        with pytest.raises(IntegrityError, match="append-only"):
            database.execute_sql(f"DELETE FROM {table}")


def test_a_connection_that_was_open_knows_that_names_can_grow(database: DatabaseProxy) -> None:
    """SQLite keeps the definitions of tables with each connection."""
    rollback(database, "0017_let_enumerations_grow")
    grant = make.make_role_grant()
    database.execute_sql("SELECT 1")
    url = url_of(database)

    subprocess.run([sys.executable, "-c", MIGRATE, url], cwd=ROOT, check=True, timeout=60, capture_output=True)

    database.execute_sql("UPDATE role_grant SET role = 'OF_TOMORROW'")
    assert models.RoleGrant.get_by_id(grant.id).role == "OF_TOMORROW"


def test_everybody_who_holds_a_seat_becomes_a_person(database: DatabaseProxy) -> None:
    here = make.make_committee()
    there, account, other = make.make_committee(make.make_division()), make.make_account(), make.make_account()
    seats = {
        "past": make.make_member(here, name="王示范", phone="13800000001", is_active=False),
        "present": make.make_member(here, name="王示范", phone="13800000001", account=account),
        "elsewhere": make.make_member(there, name="王示范", phone="13800000009", account=account, is_active=False),
        "of the household": make.make_member(here, name="李示范", phone="13800000001"),
        "namesake": make.make_member(here, name="王示范", phone="13800000001", account=other),
        "without a number": make.make_member(here, name="赵示范", phone=""),
        "of another community": make.make_member(there, name="王示范", phone="13800000001"),
    }
    rollback(database, "0019_keep_people")
    assert [row.name for row in database.get_columns("member") if row.name == "person_id"] == []

    migrate(database)

    people: dict[str, Any] = {name: models.Member.get_by_id(seat.id).person for name, seat in seats.items()}
    assert people["past"] == people["present"] == people["elsewhere"]
    assert len({person.id for person in people.values()}) == models.Person.select().count() == 5
    assert {name: (person.name, person.phone, person.account_id) for name, person in people.items()} == {
        "past": ("王示范", "13800000001", account.id),
        "present": ("王示范", "13800000001", account.id),
        "elsewhere": ("王示范", "13800000001", account.id),
        "of the household": ("李示范", None, None),
        "namesake": ("王示范", None, other.id),
        "without a number": ("赵示范", None, None),
        "of another community": ("王示范", "13800000001", None),
    }
    assert {person.division_code for person in people.values()} == {here.division_code, there.division_code}
    # The database goes on counting where the migration ended.
    make.make_person()


def test_captains_and_instructors_become_members_of_their_teams(database: DatabaseProxy) -> None:
    captain = make.make_member(person=make.make_person(name="陈示范", groups="VETERAN"))
    officer = make.make_person(name="周示范", groups="POLICE")
    rollback(database, "0031_keep_the_life_of_teams")
    mark = "%s" if is_postgres() else "?"
    columns = (
        "division_id, division_code, name, kind, captain_id, police_instructor_name, volunteer_count, veteran_count"
    )
    home = captain.committee.division
    for kind, lead, instructor in (
        ("VETERAN", captain.id, "周示范"), ("VETERAN", None, "吴示范"), ("RED_PROPERTY", captain.id, None),
    ):  # fmt: skip
        values = (home.id, home.code, "示范队", kind, lead, instructor, 50, 30)
        marks = ", ".join([mark] * len(values))
        database.execute_sql(f"INSERT INTO volunteer_team ({columns}) VALUES ({marks})", values)

    migrate(database)

    teams = list(models.VolunteerTeam.select().order_by(models.VolunteerTeam.id))
    found: list[list[Any]] = [models.TeamMembership.find_all(team=team.id) for team in teams]
    members = [[(row.role.value, row.person.name, row.person.groups) for row in rows] for rows in found]
    assert [(team.state, team.volunteer_count, team.veteran_count) for team in teams] == [
        ("FORMING", 2, 1), ("FORMING", 1, 0), ("FORMING", 0, 0),
    ]  # fmt: skip
    assert members == [
        [("CAPTAIN", "陈示范", "VETERAN"), ("INSTRUCTOR", "周示范", "POLICE")],
        [("INSTRUCTOR", "吴示范", "POLICE")],
        [("CAPTAIN", "陈示范", "VETERAN")],
    ]
    assert models.Person.select().where(models.Person.name == "周示范").get().id == officer.id
    # The committee was made without a journal.
    assert {finding.subject_type for finding in verify_journals(home.code).findings} == {"Committee"}
    rollback(database, "0031_keep_the_life_of_teams")
    rows = database.execute_sql("SELECT captain_id, police_instructor_name FROM volunteer_team ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [(captain.id, "周示范"), (None, "吴示范"), (captain.id, None)]


def test_rejections_are_read_from_the_ledger(database: DatabaseProxy) -> None:
    rejected = [make.make_issue(state) for state in (IssueState.REJECTED, IssueState.REJECTED, IssueState.ACCEPTED)]
    norm = make.make_conduct_norm(version=3)
    models.ConductNorm.update(division_code=f"{rejected[0].division_code[:6]}000000").execute()
    by_norm = '{"reason": "NORM_ABSTAIN", "norm_code": "ABSTAIN-1", "norm_version": 3}'
    for issue, details in zip(rejected, (by_norm, '{"reason": "NOT_LOCAL"}', '{"reason": "ABUSIVE"}'), strict=True):
        given = {"issue": issue, "action": LedgerAction.REJECT, "note": "请向主管部门反映"}
        make.make_ledger_entry(**given, seq=1, details='{"reason": "OUT_OF_SCOPE"}')
        make.make_ledger_entry(**given, seq=2, details=details)
    rollback(database, "0033_keep_rejections")

    migrate(database)

    found = models.Rejection.select().order_by(models.Rejection.issue)
    assert [(row.issue_id, row.reason, row.norm_id, row.advice) for row in found] == [
        (rejected[0].id, "NORM_ABSTAIN", norm.id, "请向主管部门反映"),
        (rejected[1].id, "NOT_LOCAL", None, "请向主管部门反映"),
        (rejected[2].id, "ABUSIVE", None, "请向主管部门反映"),
    ]


# What a migration may import of ours: its own helpers, each of which has a version in its name.
FROZEN = re.compile(r"db\.city\.migrations\.\w+_v\d+(\.\w+)?")


@pytest.mark.parametrize("name", [*NAMES, *HELPERS])
def test_a_migration_imports_nothing_that_changes(name: str) -> None:
    source = (DIRECTORY / f"{name}.py").read_text(encoding="utf-8")

    ours = [found for found in imports(f"db.city.migrations.{name}", source) if found.split(".")[0] in LAYERS]

    assert [found for found in ours if not FROZEN.fullmatch(found)] == []
