"""Finding the site that something new is to refer to."""

from dataclasses import dataclass
from typing import Any

from db.access.inputs import Inputs
from db.kernel.database import locked
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.sites.models import Site, SiteState


@dataclass(frozen=True, slots=True)
class AtSite(Inputs):
    """The site of something: by id, or by its code in the community."""

    site_id: int | None = None
    site_code: str | None = None

    def find(self, division_code: str) -> Site | None:
        """Find and lock the site in a community, None where none is named.

        Raises:
            DomainError: INVALID_INPUT, it is named twice; NOT_FOUND, the community has no such site in use.
        """
        if self.site_id is not None and self.site_code is not None:
            raise invalid("siteId", "Send siteId or siteCode, and not both.", "siteId 与 siteCode 请只填写一个。")
        if self.site_id is None and self.site_code is None:
            return None
        site = by_id.first(self.site_id) if self.site_id is not None else by_code.first(division_code, self.site_code)
        if site is None or site.division_code != division_code or site.state is not SiteState.ACTIVE:
            raise not_found(
                "siteId" if self.site_id is not None else "siteCode",
                "The community has no such site in use; check the id or code.",
                "该社区没有此点位，或点位已停用，请核对。",
            )
        return site


def lies_in(site: Site | None, grid_id: int) -> bool:
    """Return whether a site is a grid, or lies in it."""
    return site is not None and grid_id in (site.id, site.grid_id)


@compiled
def by_id(site_id: Any) -> Any:
    """Select and lock a site by id."""
    return locked(Site.select().where(Site.id == site_id))


@compiled
def by_code(division_code: Any, code: Any) -> Any:
    """Select and lock a site by its code in a community."""
    return locked(Site.select().where(Site.division_code == division_code, Site.code == code))
