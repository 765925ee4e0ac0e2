"""Keep what was committed, row by row, for the change feed: triggers write it for each noun that has a version."""

from typing import Any

from peewee import Database, SqliteDatabase

from db.city.migrations.changes_v1 import POSTGRES_NOW, SQLITE_NOW, unwatch, watch

POSTGRESQL = """CREATE TABLE change (
    id BIGSERIAL PRIMARY KEY,
    xid BIGINT NOT NULL,
    type text_code NOT NULL,
    row_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    kind text_code NOT NULL CHECK (kind IN ('CREATED', 'UPDATED', 'GONE')),
    at utc_time NOT NULL,
    division_code text_code NOT NULL,
    left_code text_code,
    before TEXT COLLATE "C"
)"""
CODE = "NOT GLOB '*[^A-Za-z0-9_.:+-]*'"
TIME = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"
# The newest change is never deleted, so the key of one that is gone does not come back.
SQLITE = f"""CREATE TABLE change (
    id INTEGER PRIMARY KEY NOT NULL,
    xid INTEGER NOT NULL,
    type TEXT NOT NULL CHECK (type {CODE}),
    row_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('CREATED', 'UPDATED', 'GONE')),
    at TEXT NOT NULL CHECK (at {TIME}),
    division_code TEXT NOT NULL CHECK (division_code {CODE}),
    left_code TEXT CHECK (left_code {CODE}),
    before TEXT
) STRICT"""
# The change that everybody's feed begins after. Its time tells it from that of another database.
BEGINNING = """INSERT INTO change (id, xid, type, row_id, version, kind, at, division_code)
    VALUES (0, 0, '-', 0, 0, 'GONE', {now}, '000000000000')"""
PUBLIC = {
    "person": "Person",
    "committee": "Committee",
    "organization": "Organization",
    "site": "Site",
    "volunteer_team": "VolunteerTeam",
    "meeting": "Meeting",
    "project": "Project",
    "resource": "Resource",
    "sla_rule": "SlaRule",
    "conduct_norm": "ConductNorm",
    "setting": "Setting",
    "deployment": "Deployment",
    "forum_session": "ForumSession",
    "registration": "Registration",
    "pledge": "Pledge",
    "partnership_agreement": "PartnershipAgreement",
    "shift": "Shift",
    "shift_assignment": "ShiftAssignment",
    "stock": "Stock",
    "task_force": "TaskForce",
    "sponsorship": "Sponsorship",
    "sub_committee": "SubCommittee",
    "health_figure": "HealthFigure",
    "service_catalogue": "ServiceCatalogue",
    "access_point": "AccessPoint",
    "assessment_scheme": "AssessmentScheme",
    "service_point": "ServicePoint",
}
# With the columns that decide who sees a row.
HIDDEN = {
    "incident": ("Incident", ("detected_by_id", "division_code", "state")),
    "issue": ("Issue", ("division_code", "number", "reporter_id", "site_id", "state")),
    "issue_request": ("IssueRequest", ("division_code", "issue_id")),
    "need": ("Need", ("division_code", "issue_id")),
    "claim": ("Claim", ("division_code", "issue_id")),
    "candidacy": ("Candidacy", ("division_code", "nominator_id", "person_id", "state")),
    "booking": (
        "Booking",
        ("committee_id", "division_code", "organization_id", "person_id", "resource_id", "team_id"),
    ),
    "match": ("Match", ("division_code", "resource_id")),
    "channel_message": ("ChannelMessage", ("caller_id", "division_code")),
    "hour_record": ("HourRecord", ("division_code", "person_id", "registration_id", "team_id")),
    "donation": ("Donation", ("division_code", "organization_id", "person_id", "state")),
    "monitoring_case": ("MonitoringCase", ("division_code", "person_id", "state")),
    "aid_task": ("AidTask", ("case_id", "division_code", "state", "taker_id", "team_id")),
    "publication": ("Publication", ("audience", "division_code", "last_code")),
    "service_application": (
        "ServiceApplication",
        ("applicant_id", "assisted_by_id", "division_code", "forwarded_to", "level"),
    ),
    "access_pass": ("AccessPass", ("division_code", "person_id")),
    "assessment_period": ("AssessmentPeriod", ("division_code", "state")),
}


def up(migrator: Any, db: Database) -> None:
    db.execute_sql(SQLITE if isinstance(db, SqliteDatabase) else POSTGRESQL)
    db.execute_sql("CREATE UNIQUE INDEX change_xid_id ON change (xid, id)")
    db.execute_sql(BEGINNING.format(now=SQLITE_NOW if isinstance(db, SqliteDatabase) else POSTGRES_NOW))
    for table, noun in PUBLIC.items():
        watch(db, table, noun)
    for table, (noun, kept) in HIDDEN.items():
        watch(db, table, noun, kept)


def down(migrator: Any, db: Database) -> None:
    for table in (*PUBLIC, *HIDDEN):
        unwatch(db, table)
    db.execute_sql("DROP TABLE change")
