"""Which targets of the demo city are sponsored, and how many of them each unit takes: exactly as the article counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.organizations.seed.units import target_unit_count
from db.places.seed.plan import Place, Subdistrict, spread
from db.sites.models import SiteKind
from db.sites.seed import site_count

# Targets without a sponsor at scale 1: of 1,794 grids 1,712 have one, of 1,917 compounds 1,789, of 6,490 courtyards
# 6,195, and of 1,471 units 1,414 (F5, F6). A target unit is of no kind of site.
UNIT = None
Kind = SiteKind | None
WITHOUT: Mapping[Kind, int] = {
    SiteKind.GRID: 82, SiteKind.COMPOUND: 128, SiteKind.COURTYARD_BUILDING: 295, UNIT: 57,
}  # fmt: skip
# How many targets the units of the whole city have, and how many units these are.
TARGETS, UNITS = 11_110, 2_249
LEAST, MOST = 4, 5


@dataclass(frozen=True)
class Shares:
    """What a community's share is. targets: how many of each kind are sponsored. quotas: how many each unit takes."""

    targets: Mapping[Kind, int]
    quotas: Sequence[int]


@dataclass
class _Community:
    place: Place
    left: dict[Kind, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count the targets that are there."""
        self.left = {kind: site_count(self.place, kind) for kind in SiteKind} | {UNIT: target_unit_count(self.place)}

    @property
    def units(self) -> int:
        """How many units sponsor."""
        return sum(self.place.partner_units.values())

    @property
    def surplus(self) -> int:
        """How many targets are left that its own units cannot take."""
        return sum(self.left.values()) - MOST * self.units

    def quotas(self, taken: int) -> list[int]:
        """Divide targets among its units, four or five to each."""
        return [LEAST + (at < taken - LEAST * self.units) for at in range(self.units)]


def plan_shares(subdistricts: Sequence[Subdistrict]) -> dict[str, Shares]:
    """Return the share of each community, by its code. Units take targets of their own subdistrict."""
    streets = [[_Community(place) for place in one.places] for one in subdistricts]
    totals = [sum(sum(community.left.values()) for community in street) for street in streets]
    units = [sum(community.units for community in street) for street in streets]
    room = [min(MOST * count, total) for count, total in zip(units, totals, strict=True)]
    spare = max(0, sum(room) - TARGETS * sum(units) // UNITS)
    taken = [most - less for most, less in zip(room, spread(spare, room), strict=True)]
    kinds = _kinds(sum(totals) - sum(taken))
    shares: dict[str, Shares] = {}
    for street, total, sponsored in zip(streets, totals, taken, strict=True):
        for _ in range(total - sponsored):
            _leave_out(street, kinds.pop())
        for community, quota in zip(street, _shared(street, sponsored), strict=True):
            shares[community.place.code] = Shares(dict(community.left), community.quotas(quota))
    return shares


def _kinds(count: int) -> list[Kind]:
    """List the kinds of targets that have no sponsor, each as often as its share, and mixed evenly."""
    places = [
        ((at + 0.5) / share, number, kind)
        for number, (kind, share) in enumerate(zip(WITHOUT, spread(count, list(WITHOUT.values())), strict=True))
        for at in range(share)
    ]
    return [kind for *_, kind in sorted(places, key=lambda place: place[:2])]


def _leave_out(street: Sequence[_Community], kind: Kind) -> None:
    """Take a target of a kind away where its own units have the least room for it."""
    fullest = max((one for one in street if one.left[kind]), key=lambda one: one.surplus)
    fullest.left[kind] -= 1


def _shared(street: Sequence[_Community], sponsored: int) -> list[int]:
    """Divide the targets of a subdistrict among its communities' units, who take their own first."""
    own = [min(max(sum(one.left.values()), LEAST * one.units), MOST * one.units) for one in street]
    while (missing := sponsored - sum(own)) != 0:
        step = 1 if missing > 0 else -1
        at = next(at for at, one in enumerate(street) if LEAST * one.units <= own[at] + step <= MOST * one.units)
        own[at] += step
    return own
