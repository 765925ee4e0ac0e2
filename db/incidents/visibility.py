"""Who knows of an incident: everybody from its grade on; before, whoever noticed it, and those who deal with it."""

from peewee import ColumnBase

from db.access.actor import Actor
from db.access.models.access import has_power, part_of
from db.access.models.account import Powers
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.incidents.models import PUBLIC, Incident
from db.kernel.expressions import Row


def _deals_with(powers: Powers) -> bool:
    """Return whether a role deals with incidents: staff, the offices above, and directors."""
    return powers.capacity in ("STAFF", "OFFICER") or powers.leads


def may_see(actor: Actor, incident: Incident) -> bool:
    """Return whether an actor knows of an incident."""
    code = incident.division_code
    is_own = actor.account_id is not None and actor.account_id == incident.detected_by_id
    deals = any(_deals_with(held.role.powers) and held.part.covers(code) for held in actor.held)
    return incident.state in PUBLIC or (actor.mandate.part.covers(code) and (is_own or deals))


def knows_place(incident: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer noticed an incident or deals with it, and so reads where exactly it is."""

    def deals(grant: Row) -> ColumnBase:
        return has_power(grant.role, _deals_with) & part_of(grant).covers(incident.division_code)

    is_own = incident.detected_by == viewer.account_id
    return viewer.covers(incident.division_code) & (is_own | viewer.holds(deals))


def sees(incident: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of an incident."""
    return incident.state.in_([state.value for state in PUBLIC]) | knows_place(incident, viewer)


INCIDENT = hide_subject(Rule(Incident, may_see, sees))
RULES = (INCIDENT,)
