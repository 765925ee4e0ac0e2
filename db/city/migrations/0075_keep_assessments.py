"""Keep schemes and periods of assessment, with the results and scores of committees, which stay once they are final."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
SCHEME = """CREATE TABLE assessment_scheme (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    version INTEGER NOT NULL,
    published_at utc_time NOT NULL,
    published_by_name text_line,
    note TEXT COLLATE "C",
    CHECK (version >= 1)
)"""
WEIGHT = """CREATE TABLE assessment_weight (
    id BIGSERIAL PRIMARY KEY,
    scheme_id BIGINT NOT NULL REFERENCES assessment_scheme (id) ON DELETE RESTRICT,
    indicator text_code NOT NULL,
    weight INTEGER NOT NULL,
    CHECK (weight BETWEEN 0 AND 100)
)"""
PERIOD = """CREATE TABLE assessment_period (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    scheme_id BIGINT NOT NULL REFERENCES assessment_scheme (id) ON DELETE RESTRICT,
    starts_on calendar_day NOT NULL,
    ends_on calendar_day NOT NULL,
    since_at utc_time,
    until_at utc_time,
    last_on calendar_day,
    first_month calendar_day,
    end_month calendar_day,
    computed_at utc_time,
    published_at utc_time,
    appeal_until utc_time,
    state text_code NOT NULL CHECK (state IN ('OPEN', 'COMPUTED', 'PUBLISHED', 'FINAL')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (ends_on >= starts_on),
    CHECK ((state = 'OPEN') = (computed_at IS NULL)),
    CHECK ((computed_at IS NULL) = (since_at IS NULL)),
    CHECK ((computed_at IS NULL) = (until_at IS NULL)),
    CHECK ((computed_at IS NULL) = (last_on IS NULL)),
    CHECK ((computed_at IS NULL) = (first_month IS NULL)),
    CHECK ((computed_at IS NULL) = (end_month IS NULL)),
    CHECK ((state IN ('PUBLISHED', 'FINAL')) = (published_at IS NOT NULL)),
    CHECK ((published_at IS NULL) = (appeal_until IS NULL))
)"""
RESULT = """CREATE TABLE committee_result (
    id BIGSERIAL PRIMARY KEY,
    period_id BIGINT NOT NULL REFERENCES assessment_period (id) ON DELETE RESTRICT,
    committee_id BIGINT NOT NULL REFERENCES committee (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    total BIGINT,
    rank_in_district INTEGER,
    rank_in_city INTEGER,
    appeal_state text_code NOT NULL CHECK (appeal_state IN ('NONE', 'PENDING', 'UPHELD', 'REJECTED')),
    appeal_indicator text_code,
    appeal_grounds TEXT COLLATE "C",
    decision TEXT COLLATE "C",
    CHECK (total BETWEEN 0 AND 10000),
    CHECK ((appeal_state = 'NONE') = (appeal_indicator IS NULL)),
    CHECK ((appeal_state = 'NONE') = (appeal_grounds IS NULL)),
    CHECK ((appeal_state IN ('UPHELD', 'REJECTED')) = (decision IS NOT NULL))
)"""
SCORE = """CREATE TABLE score (
    id BIGSERIAL PRIMARY KEY,
    period_id BIGINT NOT NULL REFERENCES assessment_period (id) ON DELETE RESTRICT,
    result_id BIGINT NOT NULL REFERENCES committee_result (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    indicator text_code NOT NULL,
    cases BIGINT,
    numerator BIGINT NOT NULL,
    denominator BIGINT NOT NULL,
    points BIGINT,
    corrected_by BIGINT,
    CHECK (points BETWEEN 0 AND 10000),
    CHECK (numerator >= 0),
    CHECK (denominator >= 0)
)"""
TABLES = (SCHEME, WEIGHT, PERIOD, RESULT, SCORE)
NAMES = ("assessment_scheme", "assessment_weight", "assessment_period", "committee_result", "score")
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
}
INDEXES = (
    "UNIQUE INDEX assessment_scheme_division_id_version ON assessment_scheme (division_id, version)",
    "UNIQUE INDEX assessment_scheme_division_code_id ON assessment_scheme (division_code, id)",
    "UNIQUE INDEX assessment_weight_scheme_id_indicator ON assessment_weight (scheme_id, indicator)",
    "UNIQUE INDEX assessment_period_division_id_starts_on_ends_on ON assessment_period "
    "(division_id, starts_on, ends_on)",
    "UNIQUE INDEX assessment_period_division_code_id ON assessment_period (division_code, id)",
    "INDEX assessment_period_scheme_id ON assessment_period (scheme_id)",
    "UNIQUE INDEX committee_result_period_id_committee_id ON committee_result (period_id, committee_id)",
    "UNIQUE INDEX committee_result_division_code_id ON committee_result (division_code, id)",
    "INDEX committee_result_committee_id ON committee_result (committee_id)",
    "UNIQUE INDEX score_result_id_indicator ON score (result_id, indicator)",
    "INDEX score_period_id_result_id_indicator_points ON score (period_id, result_id, indicator, points)",
    "UNIQUE INDEX score_division_code_id ON score (division_code, id)",
)
# A scheme that was published is never changed.
PUBLISHED = ("assessment_scheme", "assessment_weight")
# Nor are the results of a period that is final, nor such a period itself.
FINAL = {
    "assessment_period": "{row}.state = 'FINAL'",
    "committee_result": "(SELECT state FROM assessment_period WHERE id = {row}.period_id) = 'FINAL'",
    "score": "(SELECT state FROM assessment_period WHERE id = {row}.period_id) = 'FINAL'",
}
REFUSAL = "what was published or is final in assessments is not changed"


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for table in TABLES:
        db.execute_sql(_for_sqlite(table) if is_sqlite else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    (_guard_on_sqlite if is_sqlite else _guard_on_postgresql)(db)


def _guarded(db: Database, table: str) -> str:
    """List the columns that stay: a division that moves gets another code, and what lies in it goes along."""
    return ", ".join(column.name for column in db.get_columns(table) if column.name != "division_code")


def _guard_on_sqlite(db: Database) -> None:
    action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for table in PUBLISHED:
        for name, event in (
            ("update", f"BEFORE UPDATE OF {_guarded(db, table)} ON {{0}}"),
            ("delete", "BEFORE DELETE ON {0}"),
            # INSERT OR REPLACE deletes the row in the way without telling the trigger above.
            ("replace", "BEFORE INSERT ON {0} WHEN EXISTS (SELECT 1 FROM {0} WHERE id = NEW.id)"),
        ):
            db.execute_sql(f"CREATE TRIGGER {table}_refuses_{name} {event.format(table)} {action}")
    for table, is_final in FINAL.items():
        for name, event in (("update", f"UPDATE OF {_guarded(db, table)}"), ("delete", "DELETE")):
            condition = is_final.format(row="OLD")
            db.execute_sql(f"CREATE TRIGGER {table}_refuses_{name} BEFORE {event} ON {table} WHEN {condition} {action}")


def _guard_on_postgresql(db: Database) -> None:
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'"
    db.execute_sql(
        "CREATE FUNCTION refuse_assessment_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + refuse + "; END $$"
    )
    for table in PUBLISHED:
        for name, event in (
            ("change", f"BEFORE UPDATE OF {_guarded(db, table)} OR DELETE ON {table} FOR EACH ROW"),
            ("truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"),
        ):
            db.execute_sql(f"CREATE TRIGGER {table}_refuses_{name} {event} EXECUTE FUNCTION refuse_assessment_change()")
    for table, is_final in FINAL.items():
        db.execute_sql(
            f"""CREATE FUNCTION refuse_final_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF {is_final.format(row="OLD")} THEN {refuse}; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW; END $$"""
        )
        db.execute_sql(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OF {_guarded(db, table)} OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_final_{table}()"
        )


def down(migrator: Any, db: Database) -> None:
    for name in reversed(NAMES):
        db.execute_sql(f"DROP TABLE {name}")
    if not isinstance(db, SqliteDatabase):
        for name in ("refuse_assessment_change", *(f"refuse_final_{table}" for table in FINAL)):
            db.execute_sql(f"DROP FUNCTION {name}()")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace(' COLLATE "C"', "")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
