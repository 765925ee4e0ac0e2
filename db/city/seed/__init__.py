"""The demo city: Lanzhou as an article described it on 10 February 2022, made from a fixed seed.

The figures F1 to F4 and the partner units of F5 come out of the rows exactly; F1 to F10 are snapshots as well, with the
days that they were published on. Whoever lives there is invented and plainly synthetic. A city is made for one present:
the same present makes the same rows. Nothing in it happened later, and clocks have run until then. The article's
present, `AS_OF_TIME`, makes the rows that tests and benchmarks compare; no clock has run there.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from random import Random

from db.access.models.account import Account, Role
from db.access.seed.accounts import CONTACTS, DEMO_ACCOUNTS, HOME, NAMES, SEATS, add_accounts, add_grants
from db.assessment.seed import add_assessment
from db.bookings.seed.claimed import add_calendar
from db.city import feed, models
from db.city.contexts import CONTEXTS
from db.city.rollups import ROLLUPS
from db.city.seed.clocks import run_clocks
from db.city.seed.community import Common, add_community
from db.committees.seed.norms import add_norms
from db.emergency.seed import add_outbreak, add_returns
from db.figures.seed import add_figures
from db.gates.seed import RESIDENTS_PASS, add_pass, add_scan_days
from db.issues.seed.cases import CASES
from db.issues.seed.story import place_at_sites
from db.issues.seed.texts import issue_topics
from db.kernel.context import SeedPlace
from db.kernel.database import alone, database, write
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.rollups import rebuild
from db.kernel.seed_rows import BATCH, Rows, seldom_collected, unchecked, written_bare
from db.kernel.seed_times import ARTICLE, Present
from db.linkage.seed import Community, Linkage
from db.linkage.seed.plan import plan_shares
from db.monitoring.seed import add_open_case
from db.organizations.models.organization import OrganizationKind
from db.organizations.seed.topics import resource_topics
from db.people.seed import Home, add_account_holders
from db.places.seed.divisions import add_upper_divisions
from db.places.seed.plan import CITY, COMMUNITIES, plan
from db.publications.seed import add_publications
from db.services.seed import Applicant, add_services
from db.sites.models import SiteKind
from db.stocks.seed import Reserve
from db.teams.models.team import VolunteerTeamKind

__all__ = [
    "AS_OF_TIME",
    "DEMO_ACCOUNTS",
    "LATEST_TIME",
    "demo_accounts",
    "is_loaded",
    "issue_topics",
    "load",
    "resource_topics",
]

Progress = Callable[[str, int, int], None]
# When the article appeared, which is the earliest present of a demo city, and the latest that one is made for.
AS_OF_TIME = datetime.fromtimestamp(ARTICLE, UTC)
LATEST_TIME = datetime(2099, 12, 31, 15, 59, 59, tzinfo=UTC)
MAX_SCALE = 100


def load(scale: int = 1, progress: Progress | None = None, present: datetime = AS_OF_TIME) -> bool:
    """Load the demo city into an empty database, as one transaction: an interrupted load leaves nothing.

    Returns whether it was loaded; a city that is there is kept as it is, whatever its present.

    scale: 1 to 100. At scale N the same eight districts have N times the communities, each as dense as at scale 1, so
    every total is N times the article's; the subdistricts grow up to 98 a district.
    progress: called with "communities", how many are done, and how many there are.
    present: aware; fractions of a second are left out.

    Raises:
        DomainError: the scale or the present is out of bounds, or the database holds something else.
    """
    if not 1 <= scale <= MAX_SCALE:
        raise DomainError(ErrorCode.INVALID_INPUT, f"The scale is a whole number from 1 to {MAX_SCALE}, not {scale}.")
    if not AS_OF_TIME <= (now := present.replace(microsecond=0)) <= LATEST_TIME:
        raise DomainError(
            ErrorCode.INVALID_INPUT,
            f"The present of the demo city is from 2022-02-10, 12:16 (when its figures were published) to 2099-12-31 "
            f"in Lanzhou, not {present.isoformat()}.",
        )
    if is_loaded(scale):
        return False
    with alone(database.obj), unchecked(), seldom_collected(), write():
        rows = Rows(models.ALL)
        rows.lock()
        if is_loaded(scale):
            return False
        _require_empty()
        at = Present(int(now.timestamp()))
        with written_bare():
            _load(rows, scale, at, progress or (lambda step, done, total: None))
            rows.flush()
            place_at_sites()
        rows.finish()
        for one in ROLLUPS:
            rebuild(one)
        for context in CONTEXTS:
            context.complete()
        if at.has_clocks:
            run_clocks(now)
        feed.begin()
    return True


def is_loaded(scale: int) -> bool:
    """Return whether the demo city is there.

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


def _load(rows: Rows, scale: int, present: Present, progress: Progress) -> None:
    subdistricts = plan(scale, Random("620100 2022-02-10"))
    accounts = add_accounts(rows)
    parents = add_upper_divisions(rows, subdistricts)
    add_figures(rows, parents[CITY[0]])
    add_norms(rows)
    add_calendar(rows, present)
    add_scan_days(rows, present)
    city = parents[CITY[0]]
    reserve = Reserve(rows, city, scale)
    common = Common(issue_topics(), resource_topics(), add_outbreak(rows, city), reserve)
    seats = {seat: accounts[role] for seat, role in SEATS.items()}
    linkage = Linkage(rows, plan_shares(subdistricts), accounts[Role.LEADER], present)
    added, done, total = {}, 0, COMMUNITIES * scale
    applicants: list[Applicant] = []
    for subdistrict in subdistricts:
        here: list[Community] = []
        for place in subdistrict.places:
            is_home = place.name == HOME
            reporter = accounts[Role.RESIDENT] if is_home else None
            there = add_community(
                rows,
                place,
                parents[subdistrict.code],
                common,
                CASES.get(place.name),
                seats if is_home else {},
                reporter,
                present,
            )
            here.append(
                Community(
                    place,
                    there.division,
                    there.committee.id,
                    there.sites,
                    there.units.targets,
                    there.units.partners,
                    there.cadres,
                    there.found,
                )
            )
            applicants.append(Applicant(Home(there.division, place.code), there.committee.members[-1].person_id))
            if place.name in CONTACTS:
                added[place.name] = (place.code, there)
            rows.flush(BATCH)
            done += 1
            progress("communities", done, total)
        linkage.add(subdistrict, parents[subdistrict.code], here)
    reserve.close()
    home_code, home = added[HOME]
    organization = next(unit for units in home.units.organizations.values() for unit in units)
    named = {"committee": home.committee.id, "organization": organization.id, "team": home.units.teams[0].id}
    at_home = Home(home.division, home_code)
    holders = {role: account for role, account in accounts.items() if role not in (*SEATS.values(), Role.LEADER)}
    people = add_account_holders(rows, at_home, {account: NAMES[role] for role, account in holders.items()})
    helpers = next(crew.id for crew in home.crews if crew.kind is VolunteerTeamKind.HOME_MONITORING)
    compound, resident = home.sites[SiteKind.COMPOUND][0], people[accounts[Role.RESIDENT]]
    add_open_case(rows, at_home, resident, helpers, compound, partial(add_returns, rows, at_home), present)
    add_pass(rows, at_home, compound, resident, RESIDENTS_PASS, present)
    add_grants(rows, accounts, home_code, named)
    add_publications(rows, subdistricts, parents, present)
    add_services(rows, parents[CITY[0]], applicants, present)
    add_assessment(rows, parents[CITY[0]], present)
    shown = [
        SeedPlace(name, code, there.division, tuple(unit.id for unit in there.units.of(*OrganizationKind)))
        for name, (code, there) in added.items()
    ]
    for context in CONTEXTS:
        context.seed(rows.add, shown)
