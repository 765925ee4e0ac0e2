"""Let agenda items and projects carry a duty: those about an issue get the issue's."""

from typing import Any

from peewee import Database, SqliteDatabase

DUTIES = (
    "'RESOURCE_COORDINATION', 'PUBLICITY_EDUCATION', 'RESIDENT_OUTREACH', 'DISPUTE_RESOLUTION', "
    "'CIVILITY_PROMOTION', 'PUBLIC_BENEFIT_SERVICE', 'JOINT_PREVENTION', 'AREA_CO_GOVERNANCE'"
)
OF_ITEMS = """UPDATE agenda_item SET duty = (SELECT issue.duty FROM issue WHERE issue.id = agenda_item.issue_id)
    WHERE issue_id IS NOT NULL"""
OF_PROJECTS = """UPDATE project SET duty = (
    SELECT issue.duty FROM project_issue JOIN issue ON issue.id = project_issue.issue_id
    WHERE project_issue.project_id = project.id ORDER BY issue.id LIMIT 1
)"""


def up(migrator: Any, db: Database) -> None:
    kind = "TEXT" if isinstance(db, SqliteDatabase) else "text_code"
    for table in ("agenda_item", "project"):
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN duty {kind} CHECK (duty IN ({DUTIES}))")
    db.execute_sql(OF_ITEMS)
    db.execute_sql(OF_PROJECTS)


def down(migrator: Any, db: Database) -> None:
    for table in ("project", "agenda_item"):
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN duty")
