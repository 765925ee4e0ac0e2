"""Keep the life of volunteer teams: who belongs to them and since when, their purpose, site and state, and a journal.

The captain of each team becomes a member of it, and so does its police instructor, who is registered as a person for
that. Its counts are those of its members from here on, so they begin with these two. A team is active again once the
people who belong to it are known.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
STATES = "'FORMING', 'ACTIVE', 'INCOMPLETE', 'DISBANDED'"
COLUMNS = {
    "purpose": ('TEXT COLLATE "C"', "TEXT"),
    "site_id": ("BIGINT REFERENCES site (id) ON DELETE RESTRICT", "INTEGER REFERENCES site (id) ON DELETE RESTRICT"),
    "state": (
        f"text_code NOT NULL DEFAULT 'FORMING' CHECK (state IN ({STATES}))",
        f"TEXT NOT NULL DEFAULT 'FORMING' CHECK (state IN ({STATES}))",
    ),
    "version": ("INTEGER NOT NULL DEFAULT 1", "INTEGER NOT NULL DEFAULT 1"),
}
LINE = "TEXT CHECK ({0} NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*')"
CODE = "TEXT NOT NULL CHECK ({0} NOT GLOB '*[^A-Za-z0-9_.:+-]*')"
DAY = "CHECK ({0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')"
ONE_OF = "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END) = 1"
CHECKS = f"""CHECK ({ONE_OF}),
    CHECK (role = 'MEMBER' OR person_id IS NOT NULL),
    CHECK (until >= since)"""
ROLES = "'CAPTAIN', 'INSTRUCTOR', 'MEMBER'"
ON_POSTGRES = f"""CREATE TABLE team_membership (
    id BIGSERIAL PRIMARY KEY,
    team_id BIGINT NOT NULL REFERENCES volunteer_team (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    role text_code NOT NULL CHECK (role IN ({ROLES})),
    since calendar_day NOT NULL,
    until calendar_day,
    {CHECKS}
)"""
ON_SQLITE = f"""CREATE TABLE team_membership (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    team_id INTEGER NOT NULL REFERENCES volunteer_team (id) ON DELETE RESTRICT,
    division_code {CODE.format("division_code")},
    person_id INTEGER REFERENCES person (id) ON DELETE RESTRICT,
    organization_id INTEGER REFERENCES organization (id) ON DELETE RESTRICT,
    role TEXT NOT NULL CHECK (role IN ({ROLES})),
    since TEXT NOT NULL {DAY.format("since")},
    until TEXT {DAY.format("until")},
    {CHECKS}
) STRICT"""
INDEXES = (
    "INDEX volunteer_team_site_id ON volunteer_team (site_id)",
    "UNIQUE INDEX volunteer_team_one_of_veterans ON volunteer_team (division_code) "
    "WHERE kind = 'VETERAN' AND state = 'ACTIVE'",
    "UNIQUE INDEX team_membership_team_id_id ON team_membership (team_id, id)",
    "UNIQUE INDEX team_membership_division_code_id ON team_membership (division_code, id)",
    "INDEX team_membership_person_id ON team_membership (person_id)",
    "INDEX team_membership_organization_id ON team_membership (organization_id)",
    "UNIQUE INDEX team_membership_live_person ON team_membership (team_id, person_id) WHERE until IS NULL",
    "UNIQUE INDEX team_membership_live_organization ON team_membership (team_id, organization_id) WHERE until IS NULL",
    "UNIQUE INDEX team_membership_live_captain ON team_membership (team_id) WHERE role = 'CAPTAIN' AND until IS NULL",
    "UNIQUE INDEX team_membership_live_instructor ON team_membership (team_id) "
    "WHERE role = 'INSTRUCTOR' AND until IS NULL",
)
IS_LEAD = "team_membership.team_id = volunteer_team.id AND team_membership.until IS NULL AND team_membership.role = "
CAPTAIN = f"""SELECT MIN(member.id) FROM member JOIN team_membership ON team_membership.person_id = member.person_id
    WHERE member.division_code = volunteer_team.division_code AND {IS_LEAD} 'CAPTAIN'"""
INSTRUCTOR = f"""SELECT person.name FROM person JOIN team_membership ON team_membership.person_id = person.id
    WHERE {IS_LEAD} 'INSTRUCTOR'"""
GENESIS = "0" * 64


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for name, (on_postgres, on_sqlite) in COLUMNS.items():
        db.execute_sql(f"ALTER TABLE volunteer_team ADD COLUMN {name} {on_sqlite if is_sqlite else on_postgres}")
    db.execute_sql(ON_SQLITE if is_sqlite else ON_POSTGRES)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    _register_instructors(db, now)
    _enrol(db, now[:10])
    _adopt(db, now, "?" if is_sqlite else "%s")
    if not is_sqlite:
        # What is still to be checked would stand in the way of the next change of the table.
        db.execute_sql("SET CONSTRAINTS ALL IMMEDIATE")
    db.execute_sql("DROP INDEX volunteer_team_captain_id")
    for name in ("captain_id", "police_instructor_name"):
        db.execute_sql(f"ALTER TABLE volunteer_team DROP COLUMN {name}")


def down(migrator: Any, db: Database) -> None:
    found = db.execute_sql("SELECT COUNT(*) FROM journal_entry WHERE subject_type = 'VolunteerTeam' AND seq > 1")
    if count := found.fetchone()[0]:
        raise ValueError(f"the journal has {count} steps of teams, which the release before does not know")
    is_sqlite = isinstance(db, SqliteDatabase)
    number = "INTEGER" if is_sqlite else "BIGINT"
    line = LINE.format("police_instructor_name") if is_sqlite else "text_line"
    db.execute_sql(
        f"ALTER TABLE volunteer_team ADD COLUMN captain_id {number} REFERENCES member (id) ON DELETE SET NULL"
    )
    db.execute_sql(f"ALTER TABLE volunteer_team ADD COLUMN police_instructor_name {line}")
    db.execute_sql(f"UPDATE volunteer_team SET captain_id = ({CAPTAIN}), police_instructor_name = ({INSTRUCTOR})")
    db.execute_sql("CREATE INDEX volunteer_team_captain_id ON volunteer_team (captain_id)")
    db.execute_sql("DROP TABLE team_membership")
    for name in ("volunteer_team_one_of_veterans", "volunteer_team_site_id"):
        db.execute_sql(f"DROP INDEX {name}")
    for name in reversed(COLUMNS):
        db.execute_sql(f"ALTER TABLE volunteer_team DROP COLUMN {name}")


def _register_instructors(db: Database, now: str) -> None:
    """Make a person of each police instructor, unless an officer of that name is registered in the community."""
    known = f"SELECT 1 FROM person WHERE {_same_officer()}"
    db.execute_sql(
        f"""INSERT INTO person (division_id, division_code, name, groups, is_erased, created_at, version)
        SELECT DISTINCT division_id, division_code, police_instructor_name, 'POLICE', FALSE, '{now}', 1
        FROM volunteer_team WHERE police_instructor_name <> '' AND NOT EXISTS ({known})"""
    )


def _same_officer() -> str:
    return (
        "person.division_id = volunteer_team.division_id AND person.name = volunteer_team.police_instructor_name AND "
        + _is_in("POLICE")
    )


def _is_in(group: str) -> str:
    return f"REPLACE(' ' || person.groups || ' ', ' {group} ', '') <> ' ' || person.groups || ' '"


def _enrol(db: Database, today: str) -> None:
    """Let captains and instructors belong to their teams, and count them."""
    into = "INSERT INTO team_membership (team_id, division_code, person_id, role, since)"
    db.execute_sql(
        f"""{into} SELECT volunteer_team.id, volunteer_team.division_code, member.person_id, 'CAPTAIN', '{today}'
        FROM volunteer_team JOIN member ON member.id = volunteer_team.captain_id WHERE member.person_id IS NOT NULL"""
    )
    captains = "SELECT 1 FROM team_membership WHERE team_id = volunteer_team.id AND person_id = person.id"
    db.execute_sql(
        f"""{into} SELECT volunteer_team.id, volunteer_team.division_code, MIN(person.id), 'INSTRUCTOR', '{today}'
        FROM volunteer_team JOIN person ON {_same_officer()} WHERE NOT EXISTS ({captains})
        GROUP BY volunteer_team.id, volunteer_team.division_code"""
    )
    of_team = """FROM team_membership JOIN person ON person.id = team_membership.person_id
        WHERE team_id = volunteer_team.id"""
    db.execute_sql(
        f"""UPDATE volunteer_team SET
        volunteer_count = CASE WHEN kind = 'RED_PROPERTY' THEN 0 ELSE (SELECT COUNT(*) {of_team}) END,
        veteran_count = CASE WHEN kind = 'RED_PROPERTY' THEN 0 ELSE
            (SELECT COUNT(*) {of_team} AND {_is_in("VETERAN")}) END"""
    )


def _adopt(db: Database, at: str, mark: str) -> None:
    rows = db.execute_sql("SELECT id, division_code FROM volunteer_team ORDER BY id").fetchall()
    for first in range(0, len(rows), 1000):
        values = [_entry(at, *row) for row in rows[first : first + 1000]]
        marks = ", ".join(f"({', '.join([mark] * len(values[0]))})" for _ in values)
        db.execute_sql(
            "INSERT INTO journal_entry (subject_type, subject_id, division_code, seq, at, action, actor_role, "
            f"to_state, facts, prev_hash, hash) VALUES {marks}",
            [value for row in values for value in row],
        )


def _entry(at: str, row_id: int, division: str) -> tuple[Any, ...]:
    noun, action, role, state = "VolunteerTeam", "ADOPT", "SYSTEM", "FORMING"
    hashed = [GENESIS, noun, row_id, 1, at, action, None, None, role, None, None, state, None, "{}"]
    content = json.dumps(hashed, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(content.encode()).hexdigest()
    return noun, row_id, division, 1, at, action, role, state, "{}", GENESIS, digest
