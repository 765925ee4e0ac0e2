"""Mutations of resources: they are offered, looked at, changed, suspended, resumed and retired."""

from db.issues.models.duty import Duty
from db.organizations import resources
from db.organizations.models.resource import CapacityModel, Holidays, Recurrence, ResourceReview
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation, bulk

_SHOWN = {"resource": "Resource", "event": "JournalEntry"}
_REASON = Argument("reason", Kind.PROSE, "Why it is done, for the journal.")
WINDOW = InputObject(
    "ResourceWindowInput",
    "A time in which a resource is open, every week or once for a season.",
    (
        Argument("weekday", Kind.INT, "The day of the week, where 1 is Monday."),
        Argument("starts_minute", Kind.INT, "When the window opens, in minutes after midnight."),
        Argument(
            "ends_minute", Kind.INT, "When the window closes, in minutes after midnight; after 1440 the next day."
        ),
        Argument("quantity", Kind.DECIMAL, "The quantity available in the window."),
        Argument("recurrence", Recurrence, "How often the window opens; WEEKLY when left out.", required=False),
        Argument("holidays", Holidays, "Whether it opens on holidays; INCLUDED when left out.", required=False),
        Argument("opens_on", Kind.DATE, "The first day on which the window opens.", required=False),
        Argument("closes_on", Kind.DATE, "The last day on which the window opens.", required=False),
    ),
)


def _particulars(required: bool) -> tuple[Argument, ...]:
    def clearable(name: str, kind: Kind, description: str) -> Argument:
        return Argument(name, kind, description, False, is_clearable=not required)

    return (
        Argument("name", Kind.LINE, "The name of the resource.", required),
        Argument("description", Kind.PROSE, "What the resource offers, and on which terms.", required),
        Argument("duty", Duty, "The duty that the resource serves, one of eight.", required),
        clearable("topic_code", Kind.CODE, "The code of the kind of resource, such as SPACE-03."),
        clearable("quantity", Kind.DECIMAL, "The total quantity, in the resource's unit; without limit when left out."
                  if required else "The total quantity, in the resource's unit; null for no limit."),
        clearable("unit", Kind.LINE, "The unit of the quantity."),
        clearable("valid_until", Kind.DATE, "The last day on which the resource is offered."),
        clearable("latitude", Kind.DECIMAL, "The latitude of the resource in degrees north (WGS-84)."),
        clearable("longitude", Kind.DECIMAL, "The longitude of the resource in degrees east (WGS-84)."),
    )  # fmt: skip


_REGISTER = Mutation(
    "registerResource",
    "Offer a resource for shared use; for the contact of the unit that offers it, for staff, and for residents who "
    "offer a skill (登记资源).",
    resources.register_resource,
    (
        Argument("division_code", Kind.CODE, "The 12-digit code of the community where the resource is offered."),
        Argument(
            "organization_id",
            Kind.ID,
            "The organization that offers the resource; the community itself when left out.",
            required=False,
            of=("Organization",),
        ),
        Argument(
            "is_own_skill", Kind.BOOLEAN, "Whether you offer a skill of your own, as a registered resident.", False
        ),
        Argument("capacity_model", CapacityModel, "How the capacity of the resource is used up and restored."),
        *_particulars(True),
        Argument(
            "windows",
            WINDOW,
            "The weekly time windows in which the resource is open, where its capacity lies in windows.",
            required=False,
            is_list=True,
        ),
    ),
    _SHOWN,
)
MUTATIONS = (
    _REGISTER,
    bulk("registerResources", "Offer up to 100 resources at once (批量登记资源).", _REGISTER),
    Mutation(
        "reviewResource",
        "Put a resource on the list after a look at it on site, confirm one that is on it, or decline it; for staff "
        "(核验资源).",
        resources.review_resource,
        (
            Argument("decision", ResourceReview, "Whether the resource is on the list."),
            Argument("checked_on", Kind.DATE, "The day on which you looked at it on site; needed to approve.", False),
            Argument("reason", Kind.PROSE, "Why it was decided so; needed to decline.", False),
        ),
        _SHOWN,
    ),
    Mutation(
        "updateResource",
        "Change the given fields of a resource, whose quantity stays at or above what claims take (变更资源).",
        resources.update_resource,
        _particulars(False),
        _SHOWN,
    ),
    Mutation(
        "suspendResource",
        "Take a resource off the list for a time; for whoever offers it and for staff (暂停提供资源).",
        resources.suspend_resource,
        (_REASON,),
        _SHOWN,
    ),
    Mutation(
        "resumeResource",
        "Put a suspended resource back on the list; for whoever offers it and for staff (恢复提供资源).",
        resources.resume_resource,
        shows=_SHOWN,
    ),
    Mutation(
        "retireResource",
        "Take a resource off the list for good; for whoever offers it and for staff (停用资源).",
        resources.retire_resource,
        (_REASON,),
        _SHOWN,
    ),
)
