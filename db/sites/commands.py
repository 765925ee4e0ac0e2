"""What is done with sites: they are registered, changed and retired."""

from dataclasses import dataclass
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Input, Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import community_of
from db.access.subjects import Command, command
from db.access.where import WHERE, Where, columns_of
from db.kernel.bounds import Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.sites.finding import by_code, by_id
from db.sites.lifecycle import SITE_LIFECYCLE
from db.sites.models import HOUSEHOLDS, Site, SiteKind, SiteState
from db.sites.standing import ENDS_WITH_IT, SITE, is_placed, require_keeper

NAME = Length(2, 60, has_lines=False)


@dataclass(frozen=True, slots=True)
class InGrid(Inputs):
    """The grid in which a site lies: by id, or by its code in the community."""

    grid_id: int | None = None
    grid_code: str | None = None

    @property
    def field(self) -> str:
        """The input that names it."""
        return "gridId" if self.grid_id is not None or self.grid_code is None else "gridCode"


@command()
def register_site(
    call: Call,
    *,
    division_code: str,
    kind: SiteKind,
    code: Annotated[str, Length(1, 20)],
    name: Annotated[str, NAME],
    in_grid: InGrid,
    where: Where,
    household_count: Annotated[int, HOUSEHOLDS] | None = None,
) -> CommandResult:
    """Register a site of a community (登记点位).

    Raises:
        DomainError: NOT_FOUND, no such community or grid; NOT_PERMITTED; INVALID_INPUT; ALREADY_EXISTS, the community
            has a site of that code.
    """
    home = community_of(division_code)
    role = require_keeper(call, kind, division_code)
    grid = _grid(kind, in_grid, division_code)
    if (other := by_code.first(division_code, code)) is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The community has a site {code} already: Site_{other.id}. Choose another code, or update that site.",
            ("code",),
            chinese=f"该社区已有编号为 {code} 的点位：Site_{other.id}。请改用其他编号，或更新原点位。",
        )
    site = begin(
        call, SITE_LIFECYCLE, Site, _by(call, role, division_code), division=home.id, division_code=home.code,
        kind=kind, code=code, name=name, grid=grid, household_count=household_count, created_at=call.at,
        **where.columns(),
    )  # fmt: skip
    is_placed(site)
    return CommandResult({"site": site.id, "event": entry_of(SITE_LIFECYCLE, site)})


def _by(call: Call, role: Role, division_code: str) -> By:
    return By.actor(call, role, division_code)


def _grid(kind: SiteKind, given: InGrid, division_code: str) -> int | None:
    """Find and lock the grid in which a site of a kind lies: every one lies in a grid of its community but a grid."""
    is_named = given.grid_id is not None or given.grid_code is not None
    if kind is SiteKind.GRID:
        if is_named:
            raise invalid(
                given.field, "A grid lies in no other grid; leave this out.", "网格不再归属其他网格，请勿填写。"
            )
        return None
    if not is_named or (given.grid_id is not None and given.grid_code is not None):
        raise invalid(
            "gridId",
            "Name the grid in which the site lies: send exactly one of gridId and gridCode.",
            "请指明所属网格：gridId 与 gridCode 须且只能提供一个。",
        )
    grid = by_id.first(given.grid_id) if given.grid_id is not None else by_code.first(division_code, given.grid_code)
    is_in_use = grid is not None and grid.kind is SiteKind.GRID and grid.state is SiteState.ACTIVE
    if grid is None or not is_in_use or grid.division_code != division_code:
        raise not_found(
            given.field,
            "The community has no such grid in use; check the id or code, or register the grid first.",
            "该社区没有此网格，或网格已停用；请核对，或先登记网格。",
        )
    return grid.id


def _update(call: Call, site: Site, role: Role, **given: Any) -> CommandResult:
    """Change the given values of a site; None empties one (更新点位).

    Raises:
        DomainError: NOT_FOUND, no such site or grid; NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    columns = {name: given[name] for name in ("name", "household_count") if name in given}
    if not given.keys().isdisjoint(("latitude", "longitude")):
        columns |= columns_of(given.get("latitude"), given.get("longitude"))
    if not given.keys().isdisjoint(("grid_id", "grid_code")):
        in_grid = InGrid(given.get("grid_id"), given.get("grid_code"))
        columns["grid"] = _grid(site.kind, in_grid, site.division_code)
    event = move(call, SITE_LIFECYCLE, site, JournalAction.AMEND, _by(call, role, site.division_code), **columns)
    if "x_m" in columns:
        is_placed(site)
    return CommandResult({"site": site.id, "event": event})


update_site = Command(
    _update,
    SITE,
    "updateSite",
    inputs={
        "name": Input((NAME,)),
        "household_count": Input((HOUSEHOLDS,)),
        **WHERE,
    },
)


@command(SITE, "retireSite")
def retire_site(call: Call, site: Site, role: Role) -> CommandResult:
    """Retire a site, which nothing new can name any more, and end its sponsorships; its code stays taken (停用点位).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; NOT_ALL_SETTLED, sites lie in the grid.
    """
    by = _by(call, role, site.division_code)
    event = move(call, SITE_LIFECYCLE, site, JournalAction.END, by)
    for end in ENDS_WITH_IT:
        end(call, site, by)
    is_placed(site)
    return CommandResult({"site": site.id, "event": event})
