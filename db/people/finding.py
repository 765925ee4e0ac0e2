"""Finding people for the commands that refer to them."""

from typing import Any

from db.access.subjects import Subject, stale_row
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.people.models.person import Person

_MISSING = ("There is no such person; check the id.", "没有此人员，请核对 ID。")


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
