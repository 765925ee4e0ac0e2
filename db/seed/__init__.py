"""The demo city: Lanzhou as an article described it on 10 February 2022, made from a fixed seed, the same every time.

The figures F1 to F4 and the partner units of F5 come out of the rows exactly; F1 to F10 are snapshots as well. Whoever
lives there is invented and plainly synthetic. The city's present is `AS_OF_TIME`: nothing happened later, and at that
moment issues stand differently against their deadlines. Seen from today, every deadline that still ran has passed.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

from db import models
from db.database import alone, database, write
from db.errors import DomainError, ErrorCode
from db.models.account import Account, Role
from db.models.division import DivisionLevel, last_code
from db.seed.accounts import CONTACTS, DEMO_ACCOUNTS, HOME, SEATS, add_accounts, add_grants
from db.seed.cases import CASES
from db.seed.community import Topics, add_community
from db.seed.figures import add_figures
from db.seed.moments import AS_OF
from db.seed.norms import add_norms
from db.seed.places import CITY, COMMUNITIES, DISTRICTS, PROVINCE, Subdistrict, plan
from db.seed.rows import BATCH, Rows, unchecked
from db.seed.texts import issue_topics, resource_topics

__all__ = ["AS_OF_TIME", "DEMO_ACCOUNTS", "demo_accounts", "is_loaded", "issue_topics", "load", "resource_topics"]

Progress = Callable[[str, int, int], None]
# The demo city's present.
AS_OF_TIME = datetime.fromtimestamp(AS_OF, UTC)
MAX_SCALE = 100


def load(scale: int = 1, progress: Progress | None = None) -> None:
    """Load the demo city into an empty database, as one transaction: an interrupted load leaves nothing.

    scale: 1 to 100. At scale N the same eight districts have N times the communities, each as dense as at scale 1, so
    every total is N times the article's; the subdistricts grow up to 98 a district.
    progress: called with "communities", how many are done, and how many there are. A city that is there is kept.

    Raises:
        DomainError: the scale is out of bounds, or the database holds something else.
    """
    if not 1 <= scale <= MAX_SCALE:
        raise DomainError(ErrorCode.INVALID_INPUT, f"The scale is a whole number from 1 to {MAX_SCALE}, not {scale}.")
    if is_loaded(scale):
        return
    with alone(database.obj), unchecked(), write():
        rows = Rows(models.ALL)
        rows.lock()
        if not is_loaded(scale):
            _require_empty()
            _load(rows, scale, progress or (lambda step, done, total: None))


def is_loaded(scale: int) -> bool:
    """Tell whether the demo city is there.

    Raises:
        DomainError: it is there at another scale.
    """
    if not Account.select().where(Account.subject == DEMO_ACCOUNTS[0][1]).exists():
        return False
    founded_then = models.Committee.select().where(models.Committee.established_on < "2020-08-01").count()
    there = founded_then // COMMUNITIES
    if there != scale:
        raise DomainError(
            ErrorCode.CONFLICT,
            f"The database holds the demo city at scale {there}, not {scale}: give DATABASE_URL an empty database.",
        )
    return True


def demo_accounts() -> list[tuple[Role, Account]]:
    """List the demo city's accounts with the role that each has, in the order of the roles."""
    found = {account.subject: account for account in Account.select().where(Account.subject.is_null(False))}
    return [(role, found[subject]) for role, subject in DEMO_ACCOUNTS if subject in found]


def _require_empty() -> None:
    taken = [model._meta.table_name for model in models.ALL if model.select().exists()]
    if taken:
        raise DomainError(
            ErrorCode.CONFLICT,
            f"The demo city needs an empty database, but there are rows in {', '.join(taken)}: "
            "give DATABASE_URL another database, or empty this one.",
        )


def _load(rows: Rows, scale: int, progress: Progress) -> None:
    subdistricts = plan(scale, Random("620100 2022-02-10"))
    accounts = add_accounts(rows)
    parents = _add_upper_divisions(rows, subdistricts)
    add_figures(rows, parents[CITY[0]])
    add_norms(rows)
    topics = Topics(issue_topics(), resource_topics())
    seats = {seat: accounts[role] for seat, role in SEATS.items()}
    added, done, total = {}, 0, COMMUNITIES * scale
    for subdistrict in subdistricts:
        for place in subdistrict.places:
            is_home = place.name == HOME
            reporter = accounts[Role.RESIDENT] if is_home else None
            there = add_community(
                rows,
                place,
                parents[subdistrict.code],
                topics,
                CASES.get(place.name),
                seats if is_home else {},
                reporter,
            )
            if place.name in CONTACTS:
                added[place.name] = (place.code, there)
            rows.flush(BATCH)
            done += 1
            progress("communities", done, total)
    add_grants(rows, accounts, added)
    rows.finish()


def _add_upper_divisions(rows: Rows, subdistricts: list[Subdistrict]) -> dict[str, int]:
    ids: dict[str, int] = {}

    def add(code: str, name: str, level: DivisionLevel, parent: str | None) -> None:
        ids[code] = rows.add(
            models.Division,
            code=code,
            last_code=last_code(code, level),
            name=name,
            level=level,
            parent_id=ids.get(parent or ""),
        )

    add(*PROVINCE, DivisionLevel.PROVINCE, None)
    add(*CITY, DivisionLevel.CITY, PROVINCE[0])
    for code, name, *_ in DISTRICTS:
        add(f"{code}000000", name, DivisionLevel.DISTRICT, CITY[0])
    for subdistrict in subdistricts:
        add(subdistrict.code, subdistrict.name, DivisionLevel.SUBDISTRICT, subdistrict.district_code)
    return ids
