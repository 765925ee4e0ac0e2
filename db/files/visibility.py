"""Who sees a file: whoever sees the row that it belongs to, and its uploader while it belongs to none."""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.viewers import Rule, ViewerSql
from db.files.models import File
from db.kernel.expressions import Row

# The rules of the nouns whose rows hold files, each by a foreign key `file`; a noun adds its own in its package.
HOLDERS: list[Rule] = []


def holds_files(rule: Rule) -> Rule:
    """Register that rows of a noun hold files, which are seen with them, and return its rule."""
    HOLDERS.append(rule)
    return rule


def may_see_file(actor: Actor, file: File) -> bool:
    """Return whether an actor sees a file."""
    if file.attached_at is None:
        return file.uploader_id is not None and file.uploader_id == actor.account_id
    return any(rule.check(actor, row) for rule in HOLDERS for row in _held_by(rule.noun, file))


def _held_by(noun: Any, file: File) -> list[Any]:
    return noun.find_all(file=file.id)


def sees_file(file: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees a file."""
    found = file.attached_at.is_null() & (file.uploader == viewer.account_id)
    for rule in HOLDERS:
        row = rule.noun.alias("holder")
        seen = rule.condition(row, viewer)
        held = row.file == file.id
        found |= fn.EXISTS(row.select(SQL("1")).where(held if seen is None else held & seen))
    return found


FILE = Rule(File, may_see_file, sees_file)
RULES = (FILE,)
