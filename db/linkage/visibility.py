"""Who reads what visitors found, and attaches to it: the visitor; the staff and the offices above read it too."""

from peewee import ColumnBase

from db.access.actor import Actor
from db.access.commands import Call
from db.access.models.account import is_office
from db.access.viewers import Rule, ViewerSql
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.expressions import Row
from db.linkage.models.visit import Visit
from db.people.themselves import is_account_of, is_person


def _may_read_findings(actor: Actor, visit: Visit) -> bool:
    """Return whether an actor reads the findings of a visit."""
    code = visit.division_code
    return actor.has_power(is_office, over=code) or (
        actor.mandate.part.covers(code) and is_account_of(visit.visitor_id, actor)
    )


def require_visitor(call: Call, visit: Visit) -> None:
    """Check that the actor made a visit.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    if not is_account_of(visit.visitor_id, call.actor):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "Only the visitor attaches files to a visit.",
            ("subjectId",),
            chinese="走访附件由走访人添加。",
        )


def reads_findings(visit: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer reads the findings of a visit."""
    own = is_person(visit.visitor, viewer)
    return viewer.covers(visit.division_code) & (own | viewer.has_power(is_office, over=visit.division_code))


FINDINGS = Rule(Visit, _may_read_findings, reads_findings)
