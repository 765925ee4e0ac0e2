"""Who knows of a match: the owner of the resource, staff of the need's community, and the offices above."""

from peewee import ColumnBase

from db.access.actor import Actor
from db.access.models.account import is_office
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.bookings.parties import is_owner, owns
from db.kernel.expressions import Row
from db.matches.models import Match


def may_see(actor: Actor, match: Match) -> bool:
    """Return whether an actor knows of a match."""
    code = match.division_code
    return actor.has_power(is_office, over=code) or (actor.mandate.part.covers(code) and owns(actor, match))


def sees(match: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of a match."""
    code = match.division_code
    return viewer.covers(code) & (viewer.has_power(is_office, over=code) | is_owner(match, viewer))


MATCH = hide_subject(Rule(Match, may_see, sees))
RULES = (MATCH,)
