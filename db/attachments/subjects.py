"""What attachments belong to: a noun declares itself beside its rules, `add_subject(AttachmentSubject(RULE, …))`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.commands import Call
from db.access.viewers import Rule, ViewerSql
from db.attachments.models import Attachment
from db.files.visibility import holds_files
from db.kernel.expressions import Row


@dataclass(frozen=True, slots=True)
class AttachmentSubject:
    """A noun that has attachments.

    rule: who sees what is attached to a row of the noun. require_writer: refuses who may not attach anything to a row.
    """

    rule: Rule
    require_writer: Callable[[Call, Any], None]

    @property
    def model(self) -> Any:
        """Its table."""
        return self.rule.noun


SUBJECTS: dict[str, AttachmentSubject] = {}


def add_subject(subject: AttachmentSubject) -> None:
    """Declare that a noun has attachments."""
    SUBJECTS[subject.model.__name__] = subject


def may_see(actor: Actor, attachment: Any) -> bool:
    """Return whether an actor sees an attachment: as the declaration of its subject says."""
    subject = SUBJECTS[attachment.subject_type]
    row = subject.model.find(id=attachment.subject_id)
    return row is not None and subject.rule.check(actor, row)


def sees(attachment: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the same condition."""
    return reduce(or_, [_of(noun, subject, attachment, viewer) for noun, subject in SUBJECTS.items()])


def _of(noun: str, subject: AttachmentSubject, attachment: Row, viewer: ViewerSql) -> ColumnBase:
    row = subject.model.alias(f"attached_{noun.lower()}")
    is_it = row.id == attachment.subject_id
    seen = subject.rule.condition(row, viewer)
    found = row.select(SQL("1")).where(is_it if seen is None else is_it & seen)
    return (attachment.subject_type == noun) & fn.EXISTS(found)


ATTACHMENT = holds_files(Rule(Attachment, may_see, sees))
RULES = (ATTACHMENT,)
