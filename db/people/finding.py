"""Finding people for the commands that refer to them."""

from collections.abc import Iterable
from typing import Any

from db.access.commands import Call
from db.access.subjects import Subject, stale_row
from db.access.viewers import ViewerSql
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.people.visibility import knows_name

_MISSING = ("There is no such person; check the id.", "没有此人员，请核对 ID。")


def require_each_once(people: Iterable[int], field: str = "members") -> None:
    """Check that nobody is named twice among the people of one group, each of whom has one role.

    Raises:
        DomainError: INVALID_INPUT.
    """
    named = list(people)
    if len(set(named)) < len(named):
        raise invalid(field, "Name each person once, with one role.", "同一人员只能列一次，请勿重复。")


def living_person(person_id: int, field: str = "personId") -> Person:
    """Find and lock a person whom a new row is to refer to, so that nobody erases them meanwhile.

    field: the input that names the person, as the API calls it.

    Raises:
        DomainError: NOT_FOUND, there is no such person, or they were erased.
    """
    person = Person.lock(id=person_id)
    if person is None or person.is_erased:
        raise not_found(field, *_MISSING)
    return person


def known_person(call: Call, person_id: int, field: str = "personId", name: str | None = None) -> Person:
    """Find and lock a person whom somebody names, who must know their name: to name a person tells nobody who it is.

    field: the input that names the person, as the API calls it. name: what the actor says it is.

    Raises:
        DomainError: NOT_FOUND, there is no such person, or they were erased; NOT_PERMITTED, the actor does not know who
            they are.
    """
    person = living_person(person_id, field)
    require_known(call, person, (field,), name)
    return person


def require_known(call: Call, person: Person, path: tuple[str, ...], name: str | None = None) -> None:
    """Check that the actor knows the name of a person whom they name; see `known_person`.

    name: what they say it is, where the system does not show it to them.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    if name != person.name and not _knows.exists(person.id, call.actor, call.now):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "You may not read the name of this person, so you cannot name them here; give their full name where the "
            "input takes one, or let them or staff of their community do it.",
            path,
            chinese="您无权查看该人员姓名，不能在此指定；可填写姓名的请填写全名，或由本人、其所在社区工作人员办理。",
        )


@compiled
def _knows(person_id: Any, actor: Any, now: Any) -> Any:
    person: Any = Person.alias("named")
    return person.select(person.id).where(person.id == person_id, knows_name(person, ViewerSql.of(actor, now)))


def require_not_erased(person: Person) -> None:
    """Check that a person was not erased.

    Raises:
        DomainError: ILLEGAL_TRANSITION.
    """
    if person.is_erased:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            "The person was erased, and nothing can be changed any more; register them anew if they take part again.",
            ("personId",),
            chinese="该人员已注销，不能再变更；如再次参与，请重新登记。",
        )


def person_subject(stand: Any) -> Subject:
    """Return the subject of a command on a person. stand: as of `Subject`."""
    return Subject(model=Person, keys={"person_id": "id"}, missing=_MISSING, stale=stale_row, stand=stand)
