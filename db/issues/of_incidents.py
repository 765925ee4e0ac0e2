"""What an incident asks of the issues that belong to it: they are at least URGENT."""

from db.issues.models.issue import Urgency
from db.kernel.refusals import invalid

_URGENT = (Urgency.EMERGENCY, Urgency.URGENT)


def require_urgent(incident_id: int | None, urgency: Urgency) -> None:
    """Check that an issue of an incident is urgent enough. incident_id: None for an issue that belongs to none.

    Raises:
        DomainError: INVALID_INPUT.
    """
    if incident_id is not None and urgency not in _URGENT:
        raise invalid(
            "urgency",
            "An issue of an incident is EMERGENCY or URGENT; choose one of these.",
            "突发事件中的事项，紧急程度须为“紧急”或“急办”（EMERGENCY、URGENT）。",
        )
