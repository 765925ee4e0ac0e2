"""The city that tests of rosters import into."""

from pathlib import Path

from db.access.models.account import Role
from db.city.models import Account, Division
from db.city.rosters import KINDS
from db.rosters.books import opened
from db.rosters.headings import choices_of
from db.rosters.importing import Order, Told, import_rows, plan
from tests.factories import make_account, make_division, make_role_grant
from tests.rosters.messy import Community

COMMUNITIES = [Community(f"620102001{at:03}", f"示范{at}号社区") for at in range(1, 13)]
CODE = COMMUNITIES[0].code


def make_city(count: int = 1) -> list[Division]:
    """Make communities, with an account that is staff in all of them."""
    communities = [make_division(name=name, code=code) for code, name in COMMUNITIES[:count]]
    account = make_account(subject="staff:one")
    for community in communities:
        make_role_grant(Role.STAFF, community, account=account)
    return communities


def imported(path: Path, kind: str, subject: str = "staff:one") -> list[Told]:
    """Import a file without the command line, and return what became of its rows."""
    told: list[Told] = []
    account = Account.get(Account.subject == subject)
    order = Order(KINDS[kind], account.id, choices_of({}, ()))
    with opened(path) as book:
        import_rows(book, plan(book, order), order, told.append)
    return told
