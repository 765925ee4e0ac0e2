"""Who knows of an application: the applicant, whoever filed it for them, and the offices that answer for it."""

from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, Case, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.access import has_power, part_of
from db.access.models.account import Role, role_at
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.kernel.expressions import Row
from db.people.themselves import is_account_of, is_person
from db.services.models.application import ApplicationMaterial, ServiceApplication
from db.services.models.catalogue import LEVELS

# --- What somebody is to an application -------------------------------------------------------------------------------


def is_applicant(actor: Actor, application: Any) -> bool:
    """Return whether an actor is the person who applies."""
    return is_account_of(application.applicant_id, actor)


def applies(application: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the same condition."""
    return is_person(application.applicant, viewer)


def is_assistant(actor: Actor, application: Any) -> bool:
    """Return whether an actor filed an application for somebody, and is still on the staff of the community."""
    is_theirs = actor.account_id is not None and application.assisted_by_id == actor.account_id
    return is_theirs and actor.holds(Role.STAFF, over=application.division_code) is not None


def assists(application: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the same condition."""
    on_staff = viewer.holds(
        lambda grant: (grant.role == Role.STAFF.value) & part_of(grant).covers(application.division_code)
    )
    return (application.assisted_by == viewer.account_id) & on_staff


def accepting_role(actor: Actor, application: Any) -> Role | None:
    """Return the role in which an actor is of the office that takes an application in; None where they are not."""
    held = actor.holds(role_at(application.level), over=application.division_code)
    return None if held is None else held.role


def _accepts(grant: Row, application: Row) -> ColumnBase:
    fits = [(application.level == level.value) & (grant.role == role_at(level).value) for level in LEVELS]
    return reduce(or_, fits) & part_of(grant).covers(application.division_code)


def deciding_role(actor: Actor, application: Any) -> Role | None:
    """Return the role in which an actor is of the office to which an application was forwarded; None where not."""
    over, code = application.forwarded_to, application.division_code
    found = (held.role for held in actor.held if held.role.office and held.granted.first == over)
    return next(found, None) if over is not None and actor.mandate.part.covers(code) else None


def _decides(grant: Row, application: Row) -> ColumnBase:
    is_officer = has_power(grant.role, lambda powers: powers.capacity == "OFFICER")
    return is_officer & (grant.division_code == application.forwarded_to)


def answering_role(actor: Actor, application: Any) -> Role | None:
    """Return the role in which an actor is of the office that answers now; None where they are not."""
    if application.forwarded_to is not None:
        return deciding_role(actor, application)
    return accepting_role(actor, application)


def answers(application: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer is of the office that answers now."""
    is_here = application.forwarded_to.is_null()
    return viewer.holds(
        lambda grant: Case(None, [(is_here, _accepts(grant, application))], _decides(grant, application))
    )


# --- Who sees it ------------------------------------------------------------------------------------------------------


def may_see(actor: Actor, application: Any) -> bool:
    """Return whether an actor knows of an application."""
    offices = (accepting_role(actor, application), deciding_role(actor, application))
    is_filer = is_applicant(actor, application) or is_assistant(actor, application)
    return actor.mandate.part.covers(application.division_code) and (is_filer or any(offices))


def sees(application: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of an application."""
    by_office = viewer.holds(lambda grant: _accepts(grant, application) | _decides(grant, application))
    is_known = applies(application, viewer) | assists(application, viewer) | by_office
    return viewer.covers(application.division_code) & is_known


def _may_see_material(actor: Actor, material: ApplicationMaterial) -> bool:
    return may_see(actor, ServiceApplication.get_by_id(material.application_id))


def _sees_material(material: Row, viewer: ViewerSql) -> ColumnBase:
    application: Any = ServiceApplication.alias("its_application")
    own = application.id == material.application
    return fn.EXISTS(application.select(SQL("1")).where(own, sees(application, viewer)))


APPLICATION = hide_subject(Rule(ServiceApplication, may_see, sees))
MATERIAL = Rule(ApplicationMaterial, _may_see_material, _sees_material)
RULES = (APPLICATION, MATERIAL)
