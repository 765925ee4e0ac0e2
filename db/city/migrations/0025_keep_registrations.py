"""Keep registrations of units and persons with communities, and partnership agreements with their lists."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
REGISTRATION = """CREATE TABLE registration (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    kind text_code NOT NULL CHECK (kind IN ('PARTY_ORG', 'PARTY_MEMBER', 'UNIT', 'PUBLIC_OFFICIAL')),
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    party_organization_name text_line,
    work_unit_id BIGINT REFERENCES organization (id) ON DELETE SET NULL,
    duties text_line NOT NULL,
    skills text_line,
    yearly_hours BIGINT NOT NULL,
    contact_person_id BIGINT REFERENCES person (id) ON DELETE SET NULL,
    contact_grant_id BIGINT REFERENCES role_grant (id) ON DELETE SET NULL,
    confirmed_on calendar_day,
    renew_by calendar_day,
    ended_on calendar_day,
    end_reason text_code CHECK (end_reason IN ('MOVED', 'LEFT_UNIT', 'RETIRED', 'OTHER')),
    state text_code NOT NULL CHECK (state IN ('SUBMITTED', 'ACTIVE', 'DECLINED', 'LAPSED', 'ENDED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((kind IN ('PARTY_ORG', 'UNIT')) = (organization_id IS NOT NULL)),
    CHECK ((organization_id IS NULL) = (person_id IS NOT NULL)),
    CHECK (length(duties) > 0),
    CHECK (yearly_hours >= 0),
    CHECK ((state = 'ENDED') = (end_reason IS NOT NULL))
)"""
AGREEMENT = """CREATE TABLE partnership_agreement (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE RESTRICT,
    starts_on calendar_day NOT NULL,
    ends_on calendar_day NOT NULL,
    renews_id BIGINT REFERENCES partnership_agreement (id) ON DELETE RESTRICT,
    signed_by_community_at utc_time,
    signed_by_unit_at utc_time,
    state text_code NOT NULL CHECK (state IN ('DRAFT', 'SIGNED', 'EXPIRED', 'ENDED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (ends_on > starts_on),
    CHECK (state <> 'SIGNED' AND state <> 'EXPIRED'
        OR signed_by_community_at IS NOT NULL AND signed_by_unit_at IS NOT NULL)
)"""
ITEM = """CREATE TABLE agreement_item (
    id BIGSERIAL PRIMARY KEY,
    agreement_id BIGINT NOT NULL REFERENCES partnership_agreement (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    position INTEGER NOT NULL,
    side text_code NOT NULL CHECK (side IN ('COMMUNITY', 'UNIT')),
    kind text_code NOT NULL CHECK (kind IN ('RESOURCE', 'NEED', 'PROJECT')),
    text text_line NOT NULL,
    resource_id BIGINT REFERENCES resource (id) ON DELETE RESTRICT,
    CHECK (position >= 1)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
LIVE = "WHERE state IN ('SUBMITTED', 'ACTIVE')"
INDEXES = (
    "INDEX registration_division_code_kind_state ON registration (division_code, kind, state)",
    "UNIQUE INDEX registration_organization_id_id ON registration (organization_id, id)",
    "UNIQUE INDEX registration_person_id_id ON registration (person_id, id)",
    "INDEX registration_work_unit_id ON registration (work_unit_id)",
    "INDEX registration_contact_person_id ON registration (contact_person_id)",
    "INDEX registration_contact_grant_id ON registration (contact_grant_id)",
    f"UNIQUE INDEX registration_one_live_organization ON registration (organization_id, kind) {LIVE}",
    f"UNIQUE INDEX registration_one_live_person ON registration (person_id, kind) {LIVE}",
    "INDEX registration_due ON registration (renew_by, id) WHERE state = 'ACTIVE'",
    "UNIQUE INDEX partnership_agreement_division_code_id ON partnership_agreement (division_code, id)",
    "INDEX partnership_agreement_division_id ON partnership_agreement (division_id)",
    "INDEX partnership_agreement_organization_id ON partnership_agreement (organization_id)",
    "INDEX partnership_agreement_renews_id ON partnership_agreement (renews_id)",
    "INDEX partnership_agreement_ending ON partnership_agreement (ends_on, id) WHERE state = 'SIGNED'",
    "UNIQUE INDEX agreement_item_agreement_id_position ON agreement_item (agreement_id, position)",
    "INDEX agreement_item_resource_id ON agreement_item (resource_id)",
)


def up(migrator: Any, db: Database) -> None:
    for table in (REGISTRATION, AGREEMENT, ITEM):
        db.execute_sql(_for_sqlite(table) if isinstance(db, SqliteDatabase) else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for table in ("agreement_item", "partnership_agreement", "registration"):
        db.execute_sql(f"DROP TABLE {table}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement.replace("BIGINT", "INTEGER"))
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
