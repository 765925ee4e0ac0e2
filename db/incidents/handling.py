"""What follows from the deployments of an incident: with the first party on site it is being handled (协同处置)."""

from datetime import datetime, timedelta

from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.incidents.lifecycle import INCIDENT_LIFECYCLE
from db.incidents.models import Incident, IncidentState
from db.settings.models import SettingKey
from db.settings.values import setting


def lock_with_parent(incident_id: int) -> list[Incident]:
    """Lock an incident and the one that it is a part of, which is older, and return them in that order."""
    found = Incident.find(id=incident_id)
    keys = [] if found is None else [found.parent_id, found.id]
    return [row for key in keys if key is not None and (row := Incident.lock(id=key)) is not None]


def begin_handling(call: Call, incident: Incident) -> None:
    """Record that the first party is on site at an incident, which is locked, if it is graded and nobody was there."""
    if incident.state is IncidentState.GRADED:
        move(
            call, INCIDENT_LIFECYCLE, incident, JournalAction.BEGIN, first_on_site_at=call.at,
            due_at=report_due(call, incident),
        )  # fmt: skip


def report_due(call: Call, incident: Incident) -> datetime:
    """Return until when the next situation report on an incident is due."""
    return call.at + timedelta(hours=setting(SettingKey.INCIDENT_REPORT_HOURS, incident.division_code))
