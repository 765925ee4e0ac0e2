"""An incident is called: teams and units are called out to it, and the office is asked for its grade (社区呼叫)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.journal import By, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.emergency.standing import INCIDENT
from db.incidents.lifecycle import INCIDENT_LIFECYCLE
from db.incidents.models import Incident, IncidentGrade
from db.kernel.bounds import Items
from db.kernel.errors import DomainError
from db.kernel.refusals import invalid
from db.settings.models import SettingKey
from db.settings.values import setting
from db.teams.deployments import MAX_PARTIES, Where, call_party, lock_parties
from db.teams.memberships import Party


@command(INCIDENT, "callIncident", lock=lambda call, inputs: lock_parties(inputs["parties"][:MAX_PARTIES]))
def call_incident(
    call: Call,
    incident: Incident,
    role: Role,
    *,
    parties: Annotated[Sequence[Party], Items(1, MAX_PARTIES)],
    proposed_grade: IncidentGrade | None = None,
) -> CommandResult:
    """Call out teams and units to an incident, which then waits for its grade (社区呼叫).

    parties: each the type that an id names, and the row's id.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; of a party as
            `call_party` refuses.
    """
    # Everybody sees where a party was called to; the place of an incident in words is for those who deal with it.
    where = Where(site_id=incident.site_id, incident_id=incident.id)
    for at, party in enumerate(parties):
        if party in parties[:at]:
            raise invalid(f"parties.{at}", "The party is named twice; call each once.", "该队或单位重复填写。")
        try:
            call_party(call, party, where, told=f"，处置突发事件“{incident.title}”{incident.place or ''}")
        except DomainError as refusal:
            refusal.field = ("parties", str(at))
            raise
    facts = {} if proposed_grade is None else {"proposed_grade": proposed_grade}
    minutes = setting(SettingKey.INCIDENT_GRADE_MINUTES, incident.division_code)
    event = move(
        call, INCIDENT_LIFECYCLE, incident, JournalAction.CALL, By.actor(call, role, incident.responsible_code),
        facts=facts, called_at=call.at, due_at=call.at + timedelta(minutes=minutes),
    )  # fmt: skip
    return CommandResult({"incident": incident.id, "event": event})
