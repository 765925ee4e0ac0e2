"""Keep people: one row a human being, and one for everybody who holds or held a seat of a committee.

Members of one account are one person, and so are members of one name and telephone number in a community.
"""

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE person (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    name text_line NOT NULL,
    phone text_code,
    account_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    groups text_line NOT NULL,
    groups_verified_on calendar_day,
    groups_note TEXT COLLATE "C",
    is_erased BOOLEAN NOT NULL,
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    work_unit_id BIGINT REFERENCES organization (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX person_division_code_id ON person (division_code, id)",
    "UNIQUE INDEX person_division_id_phone ON person (division_id, phone)",
    "UNIQUE INDEX person_account_id ON person (account_id)",
    "INDEX person_work_unit_id ON person (work_unit_id)",
    "INDEX member_person_id ON member (person_id)",
)
COLUMNS = "id, division_id, division_code, name, phone, account_id, groups, is_erased, created_at, version"
BATCH = 500


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(_for_sqlite(TABLE) if is_sqlite else TABLE)
    number = "INTEGER" if is_sqlite else "BIGINT"
    db.execute_sql(f"ALTER TABLE member ADD COLUMN person_id {number} REFERENCES person (id) ON DELETE RESTRICT")
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    _register_members(db, "?" if is_sqlite else "%s")
    if not is_sqlite:
        # What is still to be checked would stand in the way of the next change of the table.
        db.execute_sql("SET CONSTRAINTS ALL IMMEDIATE")
        db.execute_sql("SELECT setval(pg_get_serial_sequence('person', 'id'), (SELECT MAX(id) FROM person))")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX member_person_id")
    db.execute_sql("ALTER TABLE member DROP COLUMN person_id")
    db.execute_sql("DROP TABLE person")


class Member(NamedTuple):
    """A seat that somebody holds or held, with the community of its committee."""

    id: int
    division_id: int
    division_code: str
    name: str
    phone: str | None
    account_id: int | None


def _register_members(db: Database, mark: str) -> None:
    """Make a person of each member, with the id of the first of their seats; the present seats tell most."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = db.execute_sql(
        """SELECT member.id, committee.division_id, member.division_code, member.name, NULLIF(member.phone, ''),
        member.account_id FROM member JOIN committee ON committee.id = member.committee_id
        ORDER BY member.is_active DESC, member.account_id IS NULL, member.id"""
    ).fetchall()
    people, others = _people([Member(*row) for row in found])
    rows = [(*person, "", False, now, 1) for person in people]
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        marks = ", ".join(f"({', '.join([mark] * len(batch[0]))})" for _ in batch)
        db.execute_sql(f"INSERT INTO person ({COLUMNS}) VALUES {marks}", [value for row in batch for value in row])
    db.execute_sql("UPDATE member SET person_id = id WHERE id IN (SELECT id FROM person)")
    for member_id, person_id in others.items():
        db.execute_sql(f"UPDATE member SET person_id = {mark} WHERE id = {mark}", (person_id, member_id))


def _people(members: list[Member]) -> tuple[list[Member], dict[int, int]]:
    """Tell who is who: return the people, and the person of each further seat."""
    people: dict[int, Member] = {}
    others: dict[int, int] = {}
    by_account: dict[int | None, int] = {}
    by_phone: dict[tuple[int, str | None], int] = {}
    for member in members:
        known = by_account.get(member.account_id)
        other = by_phone.get((member.division_id, member.phone))
        if known is None and other is not None and people[other].name == member.name:
            # Of two accounts each is somebody.
            known = other if None in (member.account_id, people[other].account_id) else None
        if known is None:
            # Two people cannot share a number: whoever comes first keeps it.
            people[member.id] = member if other is None else member._replace(phone=None)
        else:
            others[member.id] = known
            people[known] = people[known]._replace(account_id=people[known].account_id or member.account_id)
        person = people[known or member.id]
        if person.account_id is not None:
            by_account[person.account_id] = person.id
        if person.phone is not None:
            by_phone[person.division_id, person.phone] = person.id
    return list(people.values()), others


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace('TEXT COLLATE "C"', "TEXT").replace("BOOLEAN", "INTEGER")
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
