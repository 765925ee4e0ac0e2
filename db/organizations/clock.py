"""What the clock does for organizations: it takes resources off the list once their time is over."""

from typing import Any

from db.access.clock import ClockRule, TickReport
from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.kernel.database import locked, write
from db.organizations.models.resource import Resource, ResourceState
from db.organizations.resource_lifecycle import RESOURCE_LIFECYCLE

BATCH = 500


def expire_resources(call: Call, report: TickReport) -> None:
    """End each resource on the list whose last day is over."""
    is_over = (Resource.state == ResourceState.ON_OFFER) & (Resource.valid_until < call.day)
    while batch := list(Resource.select(Resource.id).where(is_over).order_by(Resource.id).limit(BATCH)):
        for found in batch:
            with write():
                resource: Any = locked(Resource.select().where(Resource.id == found.id, is_over)).first()
                if resource is not None:
                    move(call, RESOURCE_LIFECYCLE, resource, JournalAction.LAPSE)
                    report.counts["resources expired"] += 1


RULES: tuple[ClockRule, ...] = (expire_resources,)
