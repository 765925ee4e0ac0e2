"""People of the demo city: whoever holds a seat, and whoever may sign in; all of them invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.kernel.seed_rows import Rows
from db.kernel.seed_times import midnight, utc
from db.people.models.person import PeopleGroup, Person, groups_text

# When the accounts of the demo city were made.
_SINCE = "2022-01-01"
_NOTE = "示范：已查验证件"


@dataclass(frozen=True)
class Home:
    """The home community of people."""

    division_id: int
    code: str


def add_person(
    rows: Rows,
    home: Home,
    name: str,
    since: str,
    *,
    phone: str | None = None,
    account: int | None = None,
    groups: Sequence[PeopleGroup] = (),
    work_unit: int | None = None,
) -> int:
    """Add a person and return their id. since: the day on which they were registered, and their groups verified."""
    is_verified = bool(groups)
    return rows.add(
        Person, division_id=home.division_id, division_code=home.code, name=name, phone=phone, account_id=account,
        groups=groups_text(groups), groups_verified_on=since if is_verified else None,
        groups_note=_NOTE if is_verified else None, is_erased=False, created_at=utc(midnight(since)), version=1,
        work_unit_id=work_unit,
    )  # fmt: skip


def add_account_holders(rows: Rows, home: Home, accounts: Mapping[int, str]) -> dict[int, int]:
    """Add a person for each account that is nobody yet, and return the persons by account. accounts: names, by id."""
    return {account: add_person(rows, home, name, _SINCE, account=account) for account, name in accounts.items()}
