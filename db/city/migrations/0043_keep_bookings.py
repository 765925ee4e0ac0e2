"""Keep bookings: terms, numbered units, slots, lots, who holds which place; and windows of seasons and holidays."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

PURPOSES = "'PARKING', 'SESSION', 'ROOM', 'PLOT', 'LOAN', 'OTHER'"
STATES = "'REQUESTED', 'WAITING', 'CONFIRMED', 'DECLINED', 'CANCELLED', 'FORFEITED', 'ENDED'"
ATTENDANCES = "'EXPECTED', 'ATTENDED', 'NO_SHOW', 'OVERSTAYED', 'CANCELLED'"
HOLDERS = ("person_id", "organization_id", "team_id", "committee_id")
ONE_HOLDER = " + ".join(f"(CASE WHEN {name} IS NULL THEN 0 ELSE 1 END)" for name in HOLDERS) + " = 1"
# Written for PostgreSQL.
COLUMNS = {
    "recurrence": "text_code NOT NULL DEFAULT 'WEEKLY' CHECK (recurrence IN ('WEEKLY', 'SEASON'))",
    "holidays": "text_code NOT NULL DEFAULT 'INCLUDED' CHECK (holidays IN ('INCLUDED', 'EXCLUDED', 'ONLY'))",
    "opens_on": "calendar_day",
    "closes_on": "calendar_day",
}
TABLES = (
    """CREATE TABLE calendar_date (
    day calendar_day NOT NULL PRIMARY KEY,
    weekday INTEGER NOT NULL,
    is_holiday BOOLEAN NOT NULL,
    CHECK (weekday BETWEEN 1 AND 7)
)""",
    """CREATE TABLE booking_terms (
    id BIGSERIAL PRIMARY KEY,
    resource_id BIGINT NOT NULL REFERENCES resource (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    purpose text_code NOT NULL,
    allotment text_code NOT NULL CHECK (allotment IN ('FIRST_COME', 'LOTTERY')),
    is_auto_confirmed BOOLEAN NOT NULL,
    is_open_to_all BOOLEAN NOT NULL,
    eligible_groups text_line NOT NULL,
    term_days INTEGER NOT NULL,
    CHECK (term_days BETWEEN 1 AND 366)
)""",
    """CREATE TABLE resource_unit (
    id BIGSERIAL PRIMARY KEY,
    resource_id BIGINT NOT NULL REFERENCES resource (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    number text_code NOT NULL,
    note text_line,
    is_active BOOLEAN NOT NULL
)""",
    """CREATE TABLE slot (
    id BIGSERIAL PRIMARY KEY,
    resource_id BIGINT NOT NULL REFERENCES resource (id) ON DELETE RESTRICT,
    window_id BIGINT NOT NULL REFERENCES resource_window (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    day calendar_day NOT NULL,
    starts_at utc_time NOT NULL,
    ends_at utc_time NOT NULL,
    capacity BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    is_closed BOOLEAN NOT NULL,
    closed_reason TEXT COLLATE "C",
    CHECK (taken >= 0 AND taken <= capacity),
    CHECK (is_closed = (closed_reason IS NOT NULL))
)""",
    """CREATE TABLE lot_drawing (
    id BIGSERIAL PRIMARY KEY,
    resource_id BIGINT NOT NULL REFERENCES resource (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    first_day calendar_day NOT NULL,
    beacon text_line NOT NULL,
    drawn TEXT COLLATE "C" NOT NULL,
    place_count INTEGER NOT NULL,
    drawn_at utc_time NOT NULL
)""",
    f"""CREATE TABLE booking (
    id BIGSERIAL PRIMARY KEY,
    resource_id BIGINT NOT NULL REFERENCES resource (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    team_id BIGINT REFERENCES volunteer_team (id) ON DELETE RESTRICT,
    committee_id BIGINT REFERENCES committee (id) ON DELETE RESTRICT,
    purpose text_code NOT NULL,
    first_day calendar_day NOT NULL,
    last_day calendar_day NOT NULL,
    unit_id BIGINT REFERENCES resource_unit (id) ON DELETE RESTRICT,
    quantity BIGINT NOT NULL,
    plate text_line,
    drawing_id BIGINT REFERENCES lot_drawing (id) ON DELETE RESTRICT,
    lot INTEGER,
    warning_count INTEGER NOT NULL,
    warned_on calendar_day,
    state text_code NOT NULL CHECK (state IN ({STATES})),
    created_at utc_time NOT NULL,
    ended_at utc_time,
    version INTEGER NOT NULL,
    CHECK ({ONE_HOLDER}),
    CHECK (first_day <= last_day),
    CHECK (quantity > 0),
    CHECK ((drawing_id IS NULL) = (lot IS NULL))
)""",
    """CREATE TABLE booking_window (
    booking_id BIGINT NOT NULL REFERENCES booking (id) ON DELETE CASCADE,
    window_id BIGINT NOT NULL REFERENCES resource_window (id) ON DELETE RESTRICT,
    PRIMARY KEY (booking_id, window_id)
)""",
    f"""CREATE TABLE booking_slot (
    id BIGSERIAL PRIMARY KEY,
    booking_id BIGINT NOT NULL REFERENCES booking (id) ON DELETE RESTRICT,
    slot_id BIGINT NOT NULL REFERENCES slot (id) ON DELETE RESTRICT,
    unit_id BIGINT REFERENCES resource_unit (id) ON DELETE RESTRICT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    quantity BIGINT NOT NULL,
    is_live BOOLEAN NOT NULL,
    attendance text_code NOT NULL CHECK (attendance IN ({ATTENDANCES})),
    overstay_minutes INTEGER,
    CHECK (is_live = (attendance <> 'CANCELLED')),
    CHECK ((attendance = 'OVERSTAYED') = (overstay_minutes IS NOT NULL))
)""",
)
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
OLD_INDEX = "resource_window_resource_id_weekday_starts_minute"
INDEXES = (
    f"UNIQUE INDEX {OLD_INDEX}_id ON resource_window (resource_id, weekday, starts_minute, id)",
    "UNIQUE INDEX booking_terms_resource_id ON booking_terms (resource_id)",
    "UNIQUE INDEX resource_unit_resource_id_number ON resource_unit (resource_id, number)",
    "UNIQUE INDEX slot_window_id_day ON slot (window_id, day)",
    "UNIQUE INDEX slot_resource_id_starts_at_id ON slot (resource_id, starts_at, id)",
    "UNIQUE INDEX slot_division_code_id ON slot (division_code, id)",
    "UNIQUE INDEX lot_drawing_resource_id_id ON lot_drawing (resource_id, id)",
    "UNIQUE INDEX lot_drawing_division_code_id ON lot_drawing (division_code, id)",
    "INDEX booking_resource_id_state_lot ON booking (resource_id, state, lot)",
    "INDEX booking_person_id_state_id ON booking (person_id, state, id)",
    "UNIQUE INDEX booking_division_code_id ON booking (division_code, id)",
    "INDEX booking_state_last_day ON booking (state, last_day)",
    *(
        f"INDEX booking_{key} ON booking ({key})"
        for key in ("organization_id", "team_id", "committee_id", "unit_id", "drawing_id")
    ),
    "INDEX booking_window_window_id ON booking_window (window_id)",
    "UNIQUE INDEX booking_slot_booking_id_slot_id ON booking_slot (booking_id, slot_id)",
    *(f"INDEX booking_slot_{key} ON booking_slot ({key})" for key in ("slot_id", "unit_id", "person_id")),
    "UNIQUE INDEX booking_slot_one_unit ON booking_slot (slot_id, unit_id) WHERE is_live",
    "UNIQUE INDEX booking_slot_one_person ON booking_slot (slot_id, person_id) WHERE is_live",
)
NAMES = (
    "booking_slot",
    "booking_window",
    "booking",
    "lot_drawing",
    "slot",
    "resource_unit",
    "booking_terms",
    "calendar_date",
)


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for name, definition in COLUMNS.items():
        column = _for_sqlite(f"{name} {definition}") if is_sqlite else f"{name} {definition}"
        db.execute_sql(f"ALTER TABLE resource_window ADD COLUMN {column}")
    db.execute_sql(f"DROP INDEX {OLD_INDEX}")
    for table in TABLES:
        db.execute_sql(f"{_for_sqlite(table)} STRICT" if is_sqlite else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for name in NAMES:
        db.execute_sql(f"DROP TABLE {name}")
    db.execute_sql(f"DROP INDEX {OLD_INDEX}_id")
    db.execute_sql(f"CREATE UNIQUE INDEX {OLD_INDEX} ON resource_window (resource_id, weekday, starts_minute)")
    for name in reversed(COLUMNS):
        db.execute_sql(f"ALTER TABLE resource_window DROP COLUMN {name}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace("BOOLEAN", "INTEGER").replace('TEXT COLLATE "C"', "TEXT")
    statement = re.sub(r"text_code NOT NULL( DEFAULT '\w+')? CHECK", r"TEXT NOT NULL\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return statement
