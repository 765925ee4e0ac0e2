"""Let enumerations that grow get new names without a migration: their columns check the form of a name alone.

SQLite keeps a table's checks in the text of its definition and nowhere in its rows, so a check that becomes looser is
written into that text (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"). The
ledger and the audit are not rebuilt, and keep their triggers.
"""

import re
from typing import Any

from peewee import Database, SqliteDatabase

ROLES = (
    "ANONYMOUS RESIDENT GRID_WORKER MEMBER DEPUTY_DIRECTOR DIRECTOR STAFF UNIT_CONTACT TEAM_CAPTAIN "
    "SUBDISTRICT_OFFICER DISTRICT_OFFICER CITY_OFFICER LEADER AUDITOR SYSTEM"
)
# The names that each column has listed until now.
LISTS = {
    ("role_grant", "role"): ROLES,
    ("notice", "role"): ROLES,
    ("notice", "kind"): "DEADLINE_NEAR OVERDUE CITY_LIST UNCLAIMED CLAIM_LAPSED MERGE_SUGGESTED PROPOSAL_SUGGESTED "
    "TERM_ENDING TERM_ENDED MEETING_DEMANDED",
    ("ledger_entry", "actor_role"): ROLES,
    ("ledger_entry", "action"): "CREATE ASK SUPPLEMENT LAPSE ACCEPT REJECT APPEAL MERGE TABLE RESOLVE_MEETING PUBLISH "
    "CLAIM ASSIGN RETURN SUSPEND RESUME REPORT_DONE CLOSE_OFF REWORK REOPEN UNMERGE WITHDRAW ESCALATE HAND_DOWN URGE "
    "NOTE REGRADE EXTEND TRANSFER CORRECT",
    ("audit_entry", "action"): "REFUSED TOKEN_AFTER_REVOCATION REVEALED GRANTED REVOKED TOKEN_ISSUED TOKEN_REVOKED",
    ("issue", "channel"): "HOTLINE MAILBOX DELIBERATION_ROOM GRID_PATROL MEMBER_PROPOSAL UNIT_REPORT APP API",
    ("issue_request", "kind"): "SUSPENSION EXTENSION TRANSFER",
    ("evidence", "kind"): "PHOTO DOCUMENT MINUTES STATEMENT",
    ("member", "nomination_channel"): "SELF_NOMINATION RESIDENT_RECOMMENDATION UNIT_RECOMMENDATION",
    ("conduct_norm", "kind"): "PARTICIPATE ABSTAIN",
    ("organization", "kind"): "GOVERNMENT_ORGAN PUBLIC_INSTITUTION ENTERPRISE NON_PUBLIC_ENTERPRISE "
    "SOCIAL_ORGANIZATION PROPERTY_COMPANY OWNERS_COMMITTEE",
    ("organization", "social_kind"): "COMMUNITY_SERVICE PUBLIC_BENEFIT_CHARITY CULTURE_SPORT PROFESSIONAL_MEDIATION",
    ("volunteer_team", "kind"): "VETERAN RED_PROPERTY RESIDENT HOME_MONITORING PARTY GENERAL",
    ("resource", "capacity_model"): "RECURRING_WINDOW BOOKABLE QUOTA STOCK FUND LEASE STANDBY STANDING ONE_OFF",
    ("service_point", "category"): "BREAKFAST CANTEEN RESTAURANT HOTEL HOUSEKEEPING REPAIR BUS_STOP PARKING CHARGING "
    "BICYCLE GYM CULTURE_ROOM PARK MARKET CONVENIENCE_STORE PHARMACY PARCEL",
}
FORM = "{} NOT GLOB '*[^A-Za-z0-9_.:+-]*'"


def up(migrator: Any, db: Database) -> None:
    if isinstance(db, SqliteDatabase):
        # However the list is laid out, in this definition or after a table was rebuilt.
        _rewrite(db, {key: (rf"\b{key[1]} IN \([^)]*\)", FORM.format(key[1])) for key in LISTS})
        return
    for table, column in LISTS:
        # The column's type checks the form.
        db.execute_sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_check")


def down(migrator: Any, db: Database) -> None:
    listed = {key: f"{key[1]} IN ({', '.join(repr(name) for name in names.split())})" for key, names in LISTS.items()}
    for (table, column), check in listed.items():
        found = db.execute_sql(f"SELECT DISTINCT {column} FROM {table} WHERE NOT ({check})").fetchall()
        if names := ", ".join(sorted(name for (name,) in found)):
            raise ValueError(f"{table}.{column} holds names that the release before does not know: {names}")
    if isinstance(db, SqliteDatabase):
        _rewrite(db, {key: (rf"\b{re.escape(FORM.format(key[1]))}", check) for key, check in listed.items()})
        return
    for (table, column), check in listed.items():
        db.execute_sql(f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_check CHECK ({check})")


def _rewrite(db: Database, changes: dict[tuple[str, str], tuple[str, str]]) -> None:
    """Replace one check of each column in the definition of its table, and let SQLite read it and check the rows."""
    definitions = dict(db.execute_sql("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall())
    tables = sorted({table for table, _ in changes})
    for (table, column), (before, after) in changes.items():
        definitions[table], count = re.subn(before, lambda _, after=after: after, definitions[table])
        if count != 1:
            raise ValueError(f"the definition of {table} has {count} checks of the names of {column}")
    (version,) = db.execute_sql("PRAGMA schema_version").fetchone()
    db.execute_sql("PRAGMA writable_schema = ON")
    for table in tables:
        db.execute_sql(
            "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (definitions[table], table)
        )
    # Other connections read the definitions again.
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = RESET")
    for table in tables:
        found = db.execute_sql(f"PRAGMA quick_check({table})").fetchall()
        if found != [("ok",)]:
            raise ValueError(f"{table} does not fit its new definition: {found[0][0]}")
