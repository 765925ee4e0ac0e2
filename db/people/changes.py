"""What follows in other contexts when staff verify the groups of a person, or the person is erased."""

from collections.abc import Callable

from db.access.commands import Call
from db.people.models.person import Person

Follower = Callable[[Call, Person], None]
_FOLLOWERS: list[Follower] = []


def follow_people(follower: Follower) -> None:
    """Declare what follows a change of a person, in its transaction; the person is locked."""
    _FOLLOWERS.append(follower)


def follow_change(call: Call, person: Person) -> None:
    """Run what follows a change of a person."""
    for follower in _FOLLOWERS:
        follower(call, person)
