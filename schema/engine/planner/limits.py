"""How much one request may ask for."""

from dataclasses import dataclass

from schema.engine.bounds import BOUNDS, Bounds


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may ask for: rows a page, groups, ids, levels, points of cost, and what it may write."""

    default_page: int = 20
    max_page: int = 100
    max_groups: int = 1000
    max_ids: int = 100
    max_depth: int = 12
    max_cost: int = 20_000
    bounds: Bounds = BOUNDS
