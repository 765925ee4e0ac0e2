"""Finding the incident that something new is to belong to."""

from dataclasses import dataclass

from db.access.commands import Call
from db.access.inputs import Inputs
from db.incidents.models import OPEN, Incident
from db.incidents.visibility import may_see
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.places.models.division import lies_in


@dataclass(frozen=True, slots=True)
class OfIncident(Inputs):
    """The incident that something belongs to."""

    incident_id: int | None = None

    def find(self, call: Call, division_code: str | None, *, is_locked: bool = False) -> int | None:
        """Return the id of the incident of something in a division, None where none is named.

        division_code: None where it may come from anywhere. is_locked: whether the incident is locked, so that it
        cannot be stood down meanwhile.

        Raises:
            DomainError: as `find_open` refuses.
        """
        if self.incident_id is None:
            return None
        return find_open(call, self.incident_id, division_code, is_locked=is_locked).id


def find_open(
    call: Call, incident_id: int, code: str | None = None, field: str = "incidentId", *, is_locked: bool = False
) -> Incident:
    """Find an incident that is open, so that something can belong to it. code, field: as `find_known` takes them.

    Raises:
        DomainError: NOT_FOUND, the actor knows of no such incident, or it is elsewhere; LIMIT_REACHED, it is over.
    """
    incident = find_known(call, incident_id, code, field, is_locked=is_locked)
    if incident.state not in OPEN:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"The incident {incident.number} is over ({incident.state}), so nothing more can belong to it; leave "
            f"{field} out.",
            (field,),
            chinese=f"突发事件 {incident.number} 已结束（{incident.state.chinese}），不能再关联，请不填 {field}。",
        )
    return incident


def find_known(
    call: Call, incident_id: int, code: str | None, field: str = "incidentId", *, is_locked: bool = False
) -> Incident:
    """Find an incident of a part of the city that the actor knows of, whatever its state.

    code: of the division where that is; None where it may come from anywhere. field: of the input, that names it.

    Raises:
        DomainError: NOT_FOUND, the actor knows of no such incident, or it is elsewhere.
    """
    incident = (Incident.lock if is_locked else Incident.find)(id=incident_id)
    is_known = incident is not None and may_see(call.actor, incident)
    if incident is None or not is_known or not (code is None or lies_in(code, incident.division_code)):
        raise not_found(
            field,
            "There is no such incident in this part of the city; check the id.",
            "本区划没有此突发事件，请核对 ID。",
        )
    return incident
