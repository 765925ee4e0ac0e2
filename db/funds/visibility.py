"""Who knows of a donation, and who of its donor.

Donations that were received are public; before, the donor, staff, the offices above and auditors know of them. A donor
whose name is hidden is 不具名 to everybody but auditors.
"""

from typing import Any

from peewee import Case, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.access import speaks_for
from db.access.models.account import Powers, is_office
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.funds.models import Donation, DonationState
from db.kernel.expressions import Row
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.themselves import is_account_of, is_person

# How a donor whose name is hidden is called.
UNNAMED = "不具名"


def is_donor(actor: Actor, donation: Any) -> bool:
    """Return whether an actor is the person who gives, or speaks for the unit."""
    unit = donation.organization_id
    return is_account_of(donation.person_id, actor) or (
        unit is not None
        and any(held.role.powers.speaks_for == "organization" and held.organization_id == unit for held in actor.held)
    )


def gives(donation: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the same condition."""
    unit = viewer.holds(lambda grant: speaks_for(grant, "organization") & (grant.organization == donation.organization))
    return is_person(donation.person, viewer) | unit


def _watches(powers: Powers) -> bool:
    return is_office(powers) or powers.audits


def may_see(actor: Actor, donation: Donation) -> bool:
    """Return whether an actor knows of a donation."""
    if donation.state is DonationState.RECEIVED:
        return True
    code = donation.division_code
    if not actor.mandate.part.covers(code):
        return False
    return actor.has_power(_watches, over=code) or is_donor(actor, donation)


def sees(donation: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the same condition."""
    watches = viewer.has_power(_watches, over=donation.division_code)
    is_known = viewer.covers(donation.division_code) & (watches | gives(donation, viewer))
    return (donation.state == DonationState.RECEIVED.value) | is_known


def knows_donor(donation: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer may know who gave."""
    audits = viewer.has_power(lambda powers: powers.audits, over=donation.division_code)
    return ~donation.is_name_hidden | (viewer.covers(donation.division_code) & audits)


def donor_name(donation: Row, viewer: ViewerSql, of_person: Any) -> ColumnBase:
    """Build the name of the donor that a viewer reads. of_person: builds that of a row of `Person`."""
    person: Any = Person.alias("named")
    unit: Any = Organization.alias("named_unit")
    registered = person.select(of_person(person)).where(person.id == donation.person)
    known = unit.select(unit.name).where(unit.id == donation.organization)
    name = fn.COALESCE(donation.donor_name, known, registered, UNNAMED)
    return Case(None, [(knows_donor(donation, viewer), name)], UNNAMED)


DONATION = hide_subject(Rule(Donation, may_see, sees))
RULES = (DONATION,)
