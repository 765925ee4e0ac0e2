"""Sites as everybody sees them."""

from db.sites.models import Site as Table
from schema.catalog.declare import column, many, model_type, one
from schema.graph.places.near import DISTANCE, LATITUDE, LONGITUDE


@model_type(Table, "A site of a community: a grid, or a compound or courtyard that lies in one (点位).")
class Site:
    """Everybody sees all of them, retired ones included."""

    kind = column("The kind of the site.")
    code = column("The code of the site within its community, such as G-03.")
    name = column("The name of the site.")
    division = one("Division", "The community where the site lies.")
    division_code = column("The 12-digit code of the community.")
    grid = one("Site", "The grid in which the site lies; null for a grid.")
    household_count = column("The number of households, if it is known.")
    latitude = LATITUDE
    longitude = LONGITUDE
    distance_meters = DISTANCE
    state = column("The state of the site.")
    created_at = column("When the site was registered.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    sites = many("Site", "Sites that lie in the grid.", on="grid")
