"""Service points as everybody sees them."""

from db.service_points.models import ServiceKind, kind_sql
from db.service_points.models import ServicePoint as Table
from schema.catalog.declare import column, computed, model_type, one
from schema.graph.places.near import DISTANCE


@model_type(Table, "A shop, stop or room within a walk of the people who live there (便民点).")
class ServicePoint:
    """Everybody sees all of them, closed ones included."""

    name = column("The name of the service point.")
    kind = computed(ServiceKind, kind_sql, "The need of daily life that the service point meets.")
    category = column("The category of the service point.")
    tier = column("Whether the service point meets a basic need.")
    organization = one("Organization", "The organization that runs the service point.")
    division = one("Division", "The community where the service point lies.")
    division_code = column("The 12-digit code of the community.")
    latitude = column("The latitude in degrees north (WGS-84).")
    longitude = column("The longitude in degrees east (WGS-84).")
    distance_meters = DISTANCE
    open_from = column("When the service point opens, in minutes after midnight; null when it never closes.")
    open_to = column("When the window closes, in minutes after midnight; above 1440 on the next day.")
    phone = column("The public telephone number of the service point.")
    verified_on = column("The day of the last check on site.")
    state = column("The state of the service point.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
