"""A demo city of two subdistricts, those with the communities that the article names: it loads in seconds."""

from typing import Any

from db.city import seed
from db.places.seed.plan import Subdistrict, plan

NAMED = ("酒泉路街道", "西固示范一街道")
COMMUNITIES = 16


def two_subdistricts(scale: int, rng: Any) -> list[Subdistrict]:
    """Plan the two subdistricts alone."""
    return [subdistrict for subdistrict in plan(scale, rng) if subdistrict.name in NAMED]


def shrink() -> None:
    """Make this the demo city of this process."""
    seed.plan, seed.COMMUNITIES = two_subdistricts, COMMUNITIES
