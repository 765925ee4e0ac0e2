"""Keep the service catalogue in versions that stay, and applications for its services with their materials."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
CATALOGUE = """CREATE TABLE service_catalogue (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    version INTEGER NOT NULL,
    published_on calendar_day NOT NULL,
    item_count INTEGER NOT NULL,
    note TEXT COLLATE "C",
    published_by_name text_line,
    CHECK (version >= 1),
    CHECK (item_count >= 1)
)"""
ITEM = """CREATE TABLE service_item (
    id BIGSERIAL PRIMARY KEY,
    catalogue_id BIGINT NOT NULL REFERENCES service_catalogue (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    code text_code NOT NULL,
    name text_line NOT NULL,
    area text_code NOT NULL,
    department text_line NOT NULL,
    mode text_code NOT NULL CHECK (mode IN ('ENTRUSTED', 'AUTHORIZED', 'ASSISTED')),
    level text_code NOT NULL CHECK (level IN ('PROVINCE', 'CITY', 'DISTRICT', 'SUBDISTRICT', 'COMMUNITY')),
    promised_days INTEGER NOT NULL,
    fee BIGINT NOT NULL,
    eligibility TEXT COLLATE "C",
    digest text_code NOT NULL,
    CHECK (length(code) <= 32),
    CHECK (promised_days BETWEEN 1 AND 366),
    CHECK (level IN ('COMMUNITY', 'SUBDISTRICT')),
    CHECK (fee >= 0),
    CHECK (length(digest) = 64)
)"""
MATERIAL = """CREATE TABLE service_material (
    id BIGSERIAL PRIMARY KEY,
    item_id BIGINT NOT NULL REFERENCES service_item (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    position INTEGER NOT NULL,
    code text_code NOT NULL,
    name text_line NOT NULL,
    is_required BOOLEAN NOT NULL,
    CHECK (position >= 1),
    CHECK (length(code) <= 32)
)"""
APPLICATION = """CREATE TABLE service_application (
    id BIGSERIAL PRIMARY KEY,
    number text_code NOT NULL,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    item_id BIGINT NOT NULL REFERENCES service_item (id) ON DELETE RESTRICT,
    applicant_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    assisted_by_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    assisted_by_name text_line,
    consent text_code CHECK (consent IN ('SIGNED', 'RECORDED')),
    level text_code NOT NULL CHECK (level IN ('PROVINCE', 'CITY', 'DISTRICT', 'SUBDISTRICT', 'COMMUNITY')),
    forwarded_to text_code,
    outside_number text_code,
    requested_at utc_time,
    requested text_line NOT NULL,
    accepted_at utc_time,
    due_at utc_time NOT NULL,
    warn_at utc_time NOT NULL,
    decided_at utc_time,
    decision text_code CHECK (decision IN ('APPROVED', 'REFUSED')),
    grounds TEXT COLLATE "C",
    remedy TEXT COLLATE "C",
    rate_until utc_time,
    rating INTEGER,
    rating_text TEXT COLLATE "C",
    withdrawn_at utc_time,
    state text_code NOT NULL CHECK (state IN (
        'SUBMITTED', 'NEEDS_MATERIALS', 'ACCEPTED', 'FORWARDED', 'DECIDED', 'RATED', 'WITHDRAWN'
    )),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (level IN ('COMMUNITY', 'SUBDISTRICT')),
    CHECK ((consent IS NULL) = (assisted_by_name IS NULL)),
    CHECK (assisted_by_id IS NULL OR assisted_by_name IS NOT NULL),
    CHECK ((forwarded_to IS NULL) = (outside_number IS NULL)),
    CHECK (state <> 'NEEDS_MATERIALS' OR requested_at IS NOT NULL),
    CHECK (state IN ('SUBMITTED', 'NEEDS_MATERIALS', 'WITHDRAWN') OR accepted_at IS NOT NULL),
    CHECK (state <> 'FORWARDED' OR forwarded_to IS NOT NULL),
    CHECK ((state IN ('DECIDED', 'RATED')) = (decided_at IS NOT NULL)),
    CHECK ((decided_at IS NULL) = (decision IS NULL)),
    CHECK ((decided_at IS NULL) = (rate_until IS NULL)),
    CHECK (decision <> 'REFUSED' OR (grounds IS NOT NULL AND remedy IS NOT NULL)),
    CHECK ((state = 'RATED') = (rating IS NOT NULL)),
    CHECK (rating BETWEEN 1 AND 5),
    CHECK ((state = 'WITHDRAWN') = (withdrawn_at IS NOT NULL))
)"""
BROUGHT = """CREATE TABLE application_material (
    id BIGSERIAL PRIMARY KEY,
    application_id BIGINT NOT NULL REFERENCES service_application (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    code text_code NOT NULL,
    attachment_id BIGINT NOT NULL REFERENCES attachment (id) ON DELETE CASCADE
)"""
SERIAL = """CREATE TABLE application_serial (
    division_code text_code NOT NULL,
    year INTEGER NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (division_code, year)
)"""
TABLES = (CATALOGUE, ITEM, MATERIAL, APPLICATION, BROUGHT, SERIAL)
NAMES = (
    "service_catalogue", "service_item", "service_material", "service_application", "application_material",
    "application_serial",
)  # fmt: skip
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
}
FIGURES = "division_code, state, due_at, decided_at, rating"
INDEXES = (
    "INDEX service_catalogue_division_id ON service_catalogue (division_id)",
    "UNIQUE INDEX service_catalogue_version ON service_catalogue (version)",
    "UNIQUE INDEX service_item_catalogue_id_code ON service_item (catalogue_id, code)",
    "UNIQUE INDEX service_item_code_id ON service_item (code, id)",
    "UNIQUE INDEX service_material_item_id_code ON service_material (item_id, code)",
    "UNIQUE INDEX service_material_item_id_position ON service_material (item_id, position)",
    "UNIQUE INDEX service_application_number ON service_application (number)",
    "UNIQUE INDEX service_application_created_at_id ON service_application (created_at, id)",
    "UNIQUE INDEX service_application_division_code_created_at_id ON service_application "
    "(division_code, created_at, id)",
    "INDEX service_application_state_warn_at ON service_application (state, warn_at)",
    f"INDEX service_application_figures ON service_application ({FIGURES})",
    "INDEX service_application_known ON service_application (created_at) WHERE applicant_id IS NOT NULL",
    "INDEX service_application_division_id ON service_application (division_id)",
    "INDEX service_application_item_id ON service_application (item_id)",
    "INDEX service_application_applicant_id ON service_application (applicant_id) WHERE applicant_id IS NOT NULL",
    "INDEX service_application_assisted_by_id ON service_application (assisted_by_id) WHERE assisted_by_id IS NOT NULL",
    "UNIQUE INDEX application_material_application_id_id ON application_material (application_id, id)",
    "UNIQUE INDEX application_material_attachment_id ON application_material (attachment_id)",
)
# What was published is never changed: an application keeps the service that it was filed for.
PUBLISHED = ("service_catalogue", "service_item", "service_material")
REFUSAL = "versions of the service catalogue are append-only"
SQLITE_EVENTS = {
    "update": "BEFORE UPDATE ON {0}",
    "delete": "BEFORE DELETE ON {0}",
    # INSERT OR REPLACE deletes the row in the way without telling the trigger above.
    "replace": "BEFORE INSERT ON {0} WHEN EXISTS (SELECT 1 FROM {0} WHERE id = NEW.id)",
}
POSTGRES_EVENTS = {
    "change": "BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW",
    "truncate": "BEFORE TRUNCATE ON {0} FOR EACH STATEMENT",
}


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for table in TABLES:
        db.execute_sql(_for_sqlite(table) if is_sqlite else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    if not is_sqlite:
        action = "EXECUTE FUNCTION refuse_catalogue_change()"
        db.execute_sql(
            f"""CREATE FUNCTION refuse_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    for table in PUBLISHED:
        for name, event in (SQLITE_EVENTS if is_sqlite else POSTGRES_EVENTS).items():
            db.execute_sql(f"CREATE TRIGGER {table}_refuses_{name} {event.format(table)} {action}")


def down(migrator: Any, db: Database) -> None:
    for name in reversed(NAMES):
        db.execute_sql(f"DROP TABLE {name}")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION refuse_catalogue_change()")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace(' COLLATE "C"', "").replace("BOOLEAN", "INTEGER")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
