"""The person whom a row of a roster names, found by their telephone number, or by their name, in the community."""

from collections.abc import Sequence
from typing import Any

from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.places.models.division import Division


def person_named(
    code: str, name: str | None, phone: str | None, column: str, phone_words: tuple[str, str] = ("", "联系电话")
) -> int:
    """Return the id of the person whom a row names. column: that says so. phone_words: how it calls their number.

    Raises:
        DomainError: NOT_FOUND or INVALID_INPUT, nobody or several are registered there.
    """
    found = people_named(code, name, phone)
    if not found:
        who = " ".join(text for text in (name, phone) if text)
        raise not_found(
            column,
            f"Nobody called {who} is registered in the community; import the people first, or correct it.",
            f"该社区未登记人员“{who}”；请先导入人员，或更正。",
        )
    return one_of_them(found, name, phone, column, phone_words)


def people_named(code: str, name: str | None, phone: str | None) -> list[int]:
    """List the ids of the people of a community whom a name, a telephone number or both mean."""
    rows = _by_phone.tuples(code, phone) if phone is not None else _by_name.tuples(code, name)
    return [key for key, called in rows if name is None or called == name]


def one_of_them(
    found: Sequence[int],
    name: str | None,
    phone: str | None,
    column: str,
    phone_words: tuple[str, str] = ("", "联系电话"),
) -> int:
    """Return the only one of the people that were found.

    Raises:
        DomainError: INVALID_INPUT, they are several.
    """
    if len(found) > 1:
        who = " ".join(text for text in (name, phone) if text)
        raise invalid(
            column,
            f"{len(found)} people called {who} are registered in the community; add the telephone number"
            f"{phone_words[0]}.",
            f"该社区有 {len(found)} 名“{who}”；请填写{phone_words[1]}。",
        )
    return found[0]


@compiled
def _by_phone(code: Any, phone: Any) -> Any:
    return _at_home(code).where(Person.phone == phone)


@compiled
def _by_name(code: Any, name: Any) -> Any:
    return _at_home(code).where(Person.name == name)


def _at_home(code: Any) -> Any:
    home = Division.select(Division.id).where(Division.code == code)
    return Person.select(Person.id, Person.name).where(Person.division == home)
