"""Whether somebody is a person that a row is about: of an actor, and as SQL of a viewer."""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.viewers import ViewerSql
from db.people.models.person import Person


def is_account_of(person_id: int | None, actor: Actor) -> bool:
    """Return whether an actor is a person."""
    person = Person.find(id=person_id) if person_id is not None and actor.account_id is not None else None
    return person is not None and person.account_id == actor.account_id


def is_person(person_id: Any, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer is a person."""
    own = Person.alias("themselves")
    return fn.EXISTS(own.select(SQL("1")).where(own.id == person_id, own.account == viewer.account_id))
