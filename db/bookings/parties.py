"""Who holds a booking, who speaks for the holder, and who owns the resource of a booking, or of another row."""

from collections.abc import Mapping
from typing import Any

from peewee import SQL, fn

from db.access.actor import Actor, Held
from db.access.models.access import has_power, part_of, speaks_for
from db.access.models.account import Role, roles_with
from db.bookings.models import Booking
from db.committees.models.committee import Committee
from db.organizations.models.organization import Organization
from db.organizations.models.resource import Resource
from db.people.models.person import Person
from db.people.themselves import is_account_of
from db.teams.models.team import VolunteerTeam

# The columns of a booking that may name its holder, with the tables.
HOLDERS: Mapping[str, Any] = {
    "person": Person, "organization": Organization, "team": VolunteerTeam, "committee": Committee,
}  # fmt: skip


def speaks(actor: Actor, column: str, holder: Any) -> Role | None:
    """Return the role in which an actor is a holder or speaks for it; None where they do not. column: of a booking."""
    if column == "person":
        own = holder.account_id is not None and holder.account_id == actor.account_id
        return Role.RESIDENT if own else None
    if column == "committee":
        lead = actor.holds(*roles_with(lambda powers: powers.leads), over=holder.division_code)
        return None if lead is None else lead.role
    return next((held.role for held in actor.held if _speaks_for(held, column, holder.id)), None)


def _speaks_for(held: Held, column: str, row_id: int) -> bool:
    return held.role.powers.speaks_for == column and getattr(held, f"{column}_id") == row_id


def holder_of(booking: Booking) -> tuple[str, Any]:
    """Return the column that names the holder of a booking, and the holder."""
    column = next(name for name in HOLDERS if getattr(booking, f"{name}_id") is not None)
    return column, HOLDERS[column].get_by_id(getattr(booking, f"{column}_id"))


def owns(actor: Actor, row: Any) -> bool:
    """Return whether an actor speaks for the unit that offers a row's resource, or offers it as their own skill."""
    return owns_for_unit(actor, row) or owns_as_skill(actor, row)


def owns_for_unit(actor: Actor, row: Any) -> bool:
    """Return whether an actor speaks for the unit that offers a row's resource."""
    owner = Resource.get_by_id(row.resource_id).organization_id
    return owner is not None and any(_speaks_for(held, "organization", owner) for held in actor.held)


def owns_as_skill(actor: Actor, row: Any) -> bool:
    """Return whether an actor is the resident whose skill a row's resource is."""
    return is_account_of(Resource.get_by_id(row.resource_id).person_id, actor)


def is_party(row: Any, asker: Any) -> Any:
    """Build the condition that whoever asks holds a booking, or speaks for its holder."""
    person, committee = Person.alias("holder"), Committee.alias("holding")
    own = person.select(SQL("1")).where((person.id == row.person) & (person.account == asker.account_id))
    unit = asker.holds(lambda grant: speaks_for(grant, "organization") & (grant.organization == row.organization))
    team = asker.holds(lambda grant: speaks_for(grant, "team") & (grant.team == row.team))
    leads = asker.holds(
        lambda grant: (
            has_power(grant.role, lambda powers: powers.leads)
            & fn.EXISTS(
                committee.select(SQL("1")).where(
                    committee.id == row.committee,
                    part_of(grant).covers(committee.division_code),
                    asker.covers(committee.division_code),
                )
            )
        )
    )
    return fn.EXISTS(own) | unit | team | leads


def is_owner(row: Any, asker: Any) -> Any:
    """Build the condition that whoever asks offers a row's resource, for a unit or as their own skill."""
    return is_owner_for_unit(row, asker) | is_owner_as_skill(row, asker)


def is_owner_for_unit(row: Any, asker: Any) -> Any:
    """Build the condition that whoever asks speaks for the unit that offers a row's resource."""
    resource = Resource.alias("booked")
    owner = resource.select(resource.organization).where(resource.id == row.resource)
    return asker.holds(lambda grant: speaks_for(grant, "organization") & (grant.organization == owner))


def is_owner_as_skill(row: Any, asker: Any) -> Any:
    """Build the condition that whoever asks is the resident whose skill a row's resource is."""
    resource, person = Resource.alias("skill"), Person.alias("skilled")
    owner = resource.select(resource.person).where(resource.id == row.resource)
    own = (person.id == owner) & (person.account == asker.account_id)
    return fn.EXISTS(person.select(SQL("1")).where(own))
