"""Who knows of an incident: everybody from its grade on; before, whoever noticed it, and those who deal with it."""

from peewee import ColumnBase

from db.access.actor import Actor
from db.access.models.account import Powers, is_office
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.incidents.models import PUBLIC, Incident
from db.kernel.expressions import Row


def _deals_with(powers: Powers) -> bool:
    """Return whether a role deals with incidents: staff, the offices above, and directors."""
    return is_office(powers) or powers.leads


def may_see(actor: Actor, incident: Incident) -> bool:
    """Return whether an actor knows of an incident."""
    code = incident.division_code
    is_own = actor.account_id is not None and actor.account_id == incident.detected_by_id
    deals = is_own or actor.has_power(_deals_with, over=code)
    return incident.state in PUBLIC or (actor.mandate.part.covers(code) and deals)


def knows_place(incident: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer noticed an incident or deals with it, and so reads where exactly it is."""
    code, is_own = incident.division_code, incident.detected_by == viewer.account_id
    return viewer.covers(code) & (is_own | viewer.has_power(_deals_with, over=code))


def sees(incident: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of an incident."""
    return incident.state.in_([state.value for state in PUBLIC]) | knows_place(incident, viewer)


INCIDENT = hide_subject(Rule(Incident, may_see, sees))
RULES = (INCIDENT,)
