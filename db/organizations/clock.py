"""What the clock does for organizations: it takes resources off the list once their time is over."""

from db.access.clock import ClockRule, Due, TickReport
from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.organizations.models.resource import Resource, ResourceState
from db.organizations.resource_lifecycle import RESOURCE_LIFECYCLE


def expire_resources(call: Call, report: TickReport) -> None:
    """End each resource on the list whose last day is over."""

    def expire(resource: Resource) -> None:
        move(call, RESOURCE_LIFECYCLE, resource, JournalAction.LAPSE)
        report.counts["resources expired"] += 1

    _over.for_each(call, expire)


_over = Due(Resource, lambda tick: (Resource.state == ResourceState.ON_OFFER) & (Resource.valid_until < tick.today))

RULES: tuple[ClockRule, ...] = (expire_resources,)
