"""Sites: grids, compounds and courtyards."""

from db.access.models.access import TokenScope
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.places.near import TAKING_NEAR
from schema.graph.places.types import within
from schema.graph.sites.mutations import MUTATIONS
from schema.graph.sites.types import Site

CONTEXT = Context(
    types=(Site,),
    roots={
        "site": lookup(
            "Site",
            "Find a site by id, or by its code and that of its community.",
            together=("division_code", "code"),
            division_code=("division_code", "The 12-digit code of the community; give `code` with it."),
            code=("code", "The code of the site within its community; give `divisionCode` with it."),
        ),
        "sites": every("Site", "All sites, in the order of their ids.", taking=TAKING_NEAR),
        "site_aggregate": aggregate("Site", "Count, sum and group sites.", taking=TAKING_NEAR),
    },
    additions={
        "Division": {
            "sites": many(
                "Site",
                "Sites of the communities in the scope.",
                on=lambda division, site, given: within(site.division_code, division, given),
                scoped=True,
                taking=TAKING_NEAR,
            ),
        },
    },
    mutations={TokenScope.LINKAGE: MUTATIONS},
)
