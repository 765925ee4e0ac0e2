"""Resources and the time windows in which they are open."""

from peewee import ColumnBase, fn

from db.city import models
from db.issues.models.claim import TAKING_STATES
from db.kernel.expressions import Row
from schema.catalog.declare import column, computed, many, model_type, one
from schema.catalog.fields import Kind


def _available(resource: Row) -> ColumnBase:
    taken = models.Claim.alias("taken")
    return resource.quantity - fn.COALESCE(
        taken.select(fn.SUM(taken.quantity)).where(
            taken.resource == resource.id, taken.state.in_([state.value for state in TAKING_STATES])
        ),
        0,
    )


@model_type(models.Resource, "Something an organization or the community offers for sharing (资源).")
class Resource:
    """An entry of the resource list."""

    name = column("The name of the resource.")
    description = column("What is offered, and on which terms.")
    topic_code = column("The kind of resource, such as SPACE-03.")
    duty = column("Which of the eight duties it serves.")
    capacity_model = column("How it is used up and comes back.")
    quantity = column("How much there is, in its unit.")
    available_quantity = computed(
        Kind.DECIMAL,
        _available,
        "How much is left: the quantity less what confirmed and fulfilled claims take.",
        nullable=True,
        places=2,
        cost=2,
    )
    unit = column("The unit of measure.")
    valid_until = column("The last day of the offer.")
    is_active = column("Whether it is on offer.")
    organization = one("Organization", "Who offers it; null for the community itself.")
    division = one("Division", "Where it is offered.")
    division_code = column("The 12-digit code of the community.")
    claims = many(
        "Claim",
        "Claims on it, newest first.",
        on=lambda resource, claim: claim.resource == resource.id,
        order="-created_at",
    )
    issues = many(
        "Issue",
        "Issues that it was claimed for.",
        on=lambda resource, issue: issue.id.in_(
            models.Claim.select(models.Claim.issue).where(models.Claim.resource == resource.id)
        ),
    )
    windows = many(
        "ResourceWindow",
        "The weekly times in which it is open.",
        on=lambda resource, window: window.resource == resource.id,
        order="weekday starts_minute",
    )


@model_type(models.ResourceWindow, "A weekly time in which a resource is open (开放时段).")
class ResourceWindow:
    """Times are minutes after midnight in Asia/Shanghai."""

    resource = one("Resource", "The resource that is open then.")
    weekday = column("The day of the week, 1 for Monday.")
    starts_minute = column("Minutes after midnight when it opens.")
    ends_minute = column("Minutes after midnight when it closes; beyond 1440 on the next day.")
    quantity = column("How much there is in the window.")
