"""Who knows of a match: the owner of the resource, staff of the need's community, and the offices above."""

from typing import Any

from peewee import ColumnBase

from db.access.actor import Actor
from db.access.models.access import has_power, part_of
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.bookings.parties import is_owner, owns
from db.kernel.expressions import Row
from db.matches.models import Match

_OFFICES = ("STAFF", "OFFICER")


def may_see(actor: Actor, match: Match) -> bool:
    """Return whether an actor knows of a match."""
    if not actor.mandate.part.covers(match.division_code):
        return False
    is_office = any(
        held.role.powers.capacity in _OFFICES and held.part.covers(match.division_code) for held in actor.held
    )
    return is_office or owns(actor, match)


def sees(match: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of a match."""

    def is_office(grant: Any) -> Any:
        return has_power(grant.role, lambda powers: powers.capacity in _OFFICES) & part_of(grant).covers(
            match.division_code
        )

    return viewer.covers(match.division_code) & (viewer.holds(is_office) | is_owner(match, viewer))


MATCH = hide_subject(Rule(Match, may_see, sees))
RULES = (MATCH,)
