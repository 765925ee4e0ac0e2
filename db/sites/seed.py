"""Sites of the demo city: as many grids, compounds and courtyards as the article counts; their places are invented."""

from decimal import Decimal
from random import Random

from db.access.models.journal import JournalAction
from db.access.seed.journal import Step, add_with_journal
from db.kernel.plane import cell_of, metres_of
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import midnight, utc
from db.places.seed.plan import Place
from db.sites.lifecycle import SITE_LIFECYCLE
from db.sites.models import Site, SiteKind, SiteState

# How many there are at scale 1 (F6), what they are called, and how many households they have, at least and at most.
_TOTALS = {
    SiteKind.GRID: (1_794, "G", "网格", (280, 420)),
    SiteKind.COMPOUND: (1_917, "X", "小区", (120, 900)),
    SiteKind.COURTYARD_BUILDING: (6_490, "L", "楼院", (24, 96)),
}
# The middles of the communities that the article names, in millionths of a degree; the others lie in rows.
_MIDDLES = {
    "杨家园社区": (36_055_000, 103_845_000),
    "畅家巷社区": (36_061_000, 103_834_000),
    "牌坊路社区": (36_048_000, 103_861_000),
}
_SOUTH, _WEST, _APART, _IN_A_ROW = 35_980_000, 103_600_000, 6_000, 100
# How far a site lies from the middle of its community at most, in millionths of a degree.
_REACH = 2_500
_SINCE = "2020-07-01"


def site_count(place: Place, kind: SiteKind) -> int:
    """Return how many sites of a kind a community has: its share of the total."""
    total, *_ = _TOTALS[kind]
    return len(place.share(total))


def add_sites(rows: Rows, place: Place, division_id: int, rng: Random) -> dict[SiteKind, list[int]]:
    """Add the sites of a community, each grid with its share of them; return their ids by kind."""
    added: dict[SiteKind, list[int]] = {kind: [] for kind in _TOTALS}
    grids = added[SiteKind.GRID]
    north, east = _middle(place)
    began = [Step(midnight(_SINCE), JournalAction.CREATE, SiteState.ACTIVE)]
    for kind, (_, letter, name, households) in _TOTALS.items():
        for number in range(1, site_count(place, kind) + 1):
            latitude, longitude = north + rng.randint(-_REACH, _REACH), east + rng.randint(-_REACH, _REACH)
            x, y = metres_of(Decimal(latitude).scaleb(-6), Decimal(longitude).scaleb(-6))
            site = add_with_journal(
                rows, SITE_LIFECYCLE, Site, began, division_id=division_id, division_code=place.code, kind=kind,
                code=f"{letter}-{number:02}", name=f"{place.name}第{number}{name}",
                grid_id=grids[number % len(grids)] if kind is not SiteKind.GRID else None,
                household_count=rng.randint(*households), latitude=latitude, longitude=longitude,
                x_m=x, y_m=y, cell_x=cell_of(x), cell_y=cell_of(y), created_at=utc(midnight(_SINCE)),
            )  # fmt: skip
            added[kind].append(site)
    return added


def _middle(place: Place) -> tuple[int, int]:
    row, column = divmod(place.index, _IN_A_ROW)
    return _MIDDLES.get(place.name) or (_SOUTH + row % 200 * _APART // 4, _WEST + column * _APART)
