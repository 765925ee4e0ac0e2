"""Resources and the time windows in which they are open."""

from peewee import SQL, fn

from db.bookings.openings import available
from db.city import models
from db.organizations.models.resource import ResourceState, a_year_before
from schema.catalog.declare import column, computed, many, model_type, one
from schema.catalog.fields import Kind
from schema.graph.places.near import DISTANCE, LATITUDE, LONGITUDE
from schema.graph.viewer import ASKER


@model_type(
    models.Resource, "Something that an organization, a resident or the community offers for shared use (资源)."
)
class Resource:
    """An entry of the resource list."""

    name = column("The name of the resource.")
    description = column("What the resource offers, and on which terms.")
    topic_code = column("The code of the kind of resource, such as SPACE-03.")
    duty = column("The duty that the resource serves, one of eight.")
    capacity_model = column("How the capacity of the resource is used up and restored.")
    quantity = column("The total quantity, in the resource's unit.")
    available_quantity = computed(
        Kind.DECIMAL,
        lambda resource: available(resource, ASKER.when),
        (
            "What may still be claimed: the quantity without what claims took, of a quota this month, of a loan or "
            "standby as long as it is out; in windows, the free places of the next opening."
        ),
        nullable=True,
        places=2,
        cost=2,
    )
    unit = column("The unit of the quantity.")
    latitude = LATITUDE
    longitude = LONGITUDE
    distance_meters = DISTANCE
    valid_until = column("The last day on which the resource is offered.")
    state = column("The state of the resource.")
    is_active = computed(
        bool, lambda row: row.state == ResourceState.ON_OFFER.value, "Whether the resource is on offer."
    )
    verified_on = column("The day on which staff last looked at the resource on site.")
    is_stale = computed(
        bool,
        lambda row: fn.COALESCE(row.verified_on < ASKER.when(a_year_before), SQL("FALSE")),
        "Whether staff last looked at the resource more than a year ago.",
    )
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
    organization = one(
        "Organization", "The organization that offers the resource; null for a resident and for the community itself."
    )
    person = one("Person", "The resident who offers a skill; null for an organization and for the community itself.")
    division = one("Division", "The community where the resource is offered.")
    division_code = column("The 12-digit code of the community.")
    windows = many(
        "ResourceWindow",
        "The weekly time windows in which the resource is open.",
        on="resource",
        order="weekday starts_minute",
    )


@model_type(models.ResourceWindow, "A weekly time window in which a resource is open (开放时段).")
class ResourceWindow:
    """Times are minutes after midnight in Asia/Shanghai."""

    resource = one("Resource", "The resource that is open in this window.")
    weekday = column("The day of the week, where 1 is Monday.")
    starts_minute = column("When the window opens, in minutes after midnight.")
    ends_minute = column("When the window closes, in minutes after midnight; above 1440 on the next day.")
    quantity = column("The quantity available in the window.")
    recurrence = column("How often the window opens.")
    holidays = column("Whether the window opens on public holidays.")
    opens_on = column("The first day on which the window opens; null for ever since.")
    closes_on = column("The last day on which the window opens; null without end.")
