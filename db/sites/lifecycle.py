"""The life of a site."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.sites.models import SiteState

A, C, G, S = JournalAction, Capacity, RowGuard, SiteState
# The subdistrict draws the grids; staff keep what lies in them.
_WHO = (C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER)
SITE_LIFECYCLE: Machine[JournalAction, SiteState, RowGuard, Capacity] = Machine(
    "Site",
    ("a site", "点位"),
    SiteState,
    {
        A.CREATE: Transition((), ("registerSite",), (None,), (S.ACTIVE,), _WHO, ("kind", "code", "name")),
        A.AMEND: Transition((), ("updateSite",), (S.ACTIVE,), (S.ACTIVE,), _WHO),
        A.END: Transition((), ("retireSite",), (S.ACTIVE,), (S.RETIRED,), _WHO, guards=(G.SITES_IN_GRID,)),
    },
)
