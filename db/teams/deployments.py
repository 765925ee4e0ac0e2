"""Deployments: teams and units are called out, answer, arrive, and return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any

from db.access.bulk import BulkErrorPolicy, run_rows
from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.access.speakers import speaker_of
from db.access.steps import require
from db.access.subjects import command
from db.incidents.finding import find_open
from db.incidents.handling import begin_handling, lock_with_parent
from db.issues.models.issue import Issue
from db.issues.visibility import may_see
from db.kernel.bounds import Ahead, Items, Length, Prose
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.organizations.models.organization import Organization, OrganizationState
from db.settings.models import SettingKey
from db.settings.values import setting
from db.sites.models import Site, SiteState
from db.teams.lifecycle import CALLERS, DEPLOYMENT_LIFECYCLE
from db.teams.memberships import Party
from db.teams.models.deployment import HEADCOUNT, Deployment
from db.teams.models.team import TeamState, VolunteerTeam
from db.teams.reckoning import incomplete
from db.teams.standing import DEPLOYMENT, callers

A = JournalAction
_ANSWER_DAYS = 7
# How many parties are called out at once.
MAX_PARTIES = 50
_TABLES: dict[str, Any] = {"Organization": Organization, "VolunteerTeam": VolunteerTeam}
# A team that lacks something is told so; whoever is not on the list, or not any more, is not there to be called.
_CALLABLE = (TeamState.FORMING, TeamState.ACTIVE, TeamState.INCOMPLETE, OrganizationState.ACTIVE)


@dataclass(frozen=True, slots=True)
class CalledParty:
    """A team or a unit that is called out."""

    party_id: Party


@dataclass(frozen=True, slots=True)
class Where(Inputs):
    """Where a party is to come, and what for; at least one of them is named."""

    site_id: int | None = None
    issue_id: int | None = None
    incident_id: int | None = None
    place: Annotated[str, Length(2, 60, has_lines=False)] | None = None

    def require(self, call: Call) -> None:
        """Check that it is said where to come, that the site and the issue are there, and that the incident is open.

        Raises:
            DomainError: INVALID_INPUT, nothing is said; NOT_FOUND; LIMIT_REACHED, the incident is over.
        """
        if not any(self.values().values()):
            raise invalid(
                "place",
                "Say where to come: send siteId, issueId, incidentId or place.",
                "请填写 siteId、issueId、incidentId 或 place。",
            )
        if self.incident_id is not None:
            find_open(call, self.incident_id)
        site = Site.find(id=self.site_id) if self.site_id is not None else None
        if self.site_id is not None and (site is None or site.state is not SiteState.ACTIVE):
            raise not_found("siteId", "There is no such site in use; check the id.", "没有此点位，或点位已停用。")
        issue = Issue.find(id=self.issue_id) if self.issue_id is not None else None
        if self.issue_id is not None and (issue is None or not may_see(call.actor, issue)):
            raise not_found("issueId", "There is no such issue; check the id.", "没有这个事项。")


@command()
def call_deployment(
    call: Call,
    *,
    rows: Annotated[Sequence[CalledParty], Items(1, MAX_PARTIES)],
    where: Where,
    answer_by: Annotated[datetime, Ahead(_ANSWER_DAYS)] | None = None,
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL,
) -> CommandResult:
    """Call out teams and units, and tell each of them (召集出动).

    Raises:
        DomainError: INVALID_INPUT, NOT_FOUND; LIMIT_REACHED, the incident is over; of a row as `call_party` refuses.
    """
    where.require(call)
    for at, row in enumerate(rows):
        if row in rows[:at]:
            message = "The party is named twice; call each once."
            raise DomainError(
                ErrorCode.INVALID_INPUT, message, ("rows", str(at), "partyId"), chinese="该队或单位重复填写。"
            )
    return run_rows([partial(call_party, call, row.party_id, where, answer_by) for row in rows], error_policy)


def lock_parties(parties: Sequence[Party]) -> None:
    """Lock units and teams that are called out, each noun in the order of its ids, before what they are called for."""
    for kind, row_id in sorted(parties):
        _TABLES[kind].lock(id=row_id)


def call_party(
    call: Call, party: Party, where: Where, answer_by: datetime | None = None, told: str | None = None
) -> CommandResult:
    """Call out one team or unit, and tell it. told: where to, in the words of the notice; the place by default.

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED; TEAM_INCOMPLETE, the team lacks something.
    """
    kind, row_id = party
    row: Any = _TABLES[kind].lock(id=row_id)
    if row is None or row.state not in _CALLABLE:
        raise not_found(
            "partyId", "There is no such team or unit; check the id.", "没有此志愿服务队或单位，请核对 ID。"
        )
    role = require(callers(call, row.division_code), CALLERS, "partyId")
    if kind == "VolunteerTeam" and row.state is not TeamState.ACTIVE:
        raise incomplete(row)
    minutes = setting(SettingKey.CALLOUT_ANSWER_MINUTES, row.division_code)
    column = "team" if kind == "VolunteerTeam" else "organization"
    made = begin(
        call, DEPLOYMENT_LIFECYCLE, Deployment, By.actor(call, role, row.division_code), division=row.division_id,
        division_code=row.division_code, site=where.site_id, issue=where.issue_id, incident=where.incident_id,
        place=where.place, called_at=call.at, answer_by=answer_by or call.at + timedelta(minutes=minutes),
        called_by=call.actor.account_id, caller_role=role, **{column: row.id},
    )  # fmt: skip
    until = f"{made.answer_by.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    text = f"请{row.name}出动{told or where.place or ''}，请于{until}前答复。"
    notify(call, NoticeKind.CALLED_OUT, str(made.id), _contact(call, made), text, division_code=made.division_code)
    return CommandResult({"deployment": made.id, "event": entry_of(DEPLOYMENT_LIFECYCLE, made)})


def _contact(call: Call, row: Deployment) -> Recipient:
    return speaker_of(call, row.division_code, team_id=row.team_id, organization_id=row.organization_id)


@command(DEPLOYMENT, "answerDeployment")
def answer_deployment(
    call: Call,
    row: Deployment,
    role: Role,
    *,
    headcount: Annotated[int, HEADCOUNT] | None = None,
    reason: Prose | None = None,
) -> CommandResult:
    """Record the answer to a call: with how many people the party comes, or why it cannot (响应召集).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, both or neither is sent.
    """
    if (headcount is None) == (reason is None):
        raise invalid(
            "headcount",
            "Send headcount to come, or reason to decline, and not both.",
            "响应请填写 headcount，谢绝请填写 reason，二者只填其一。",
        )
    by = By.actor(call, role, row.division_code)
    if headcount is not None:
        event = move(call, DEPLOYMENT_LIFECYCLE, row, A.ACCEPT, by, headcount=headcount, answered_at=call.at)
    else:
        event = move(call, DEPLOYMENT_LIFECYCLE, row, A.DECLINE, by, decline_reason=reason, answered_at=call.at)
    return CommandResult({"deployment": row.id, "event": event})


def _lock_incident(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock the incident of a deployment before the deployment itself, so that it is not stood down meanwhile."""
    row = Deployment.find(id=inputs["deployment_id"])
    if row is not None and row.incident_id is not None:
        lock_with_parent(row.incident_id)


@command(DEPLOYMENT, "startDeployment", lock=_lock_incident)
def start_deployment(call: Call, row: Deployment, role: Role) -> CommandResult:
    """Record that a party is on site; its incident, once graded, is being handled then (到达现场).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; LIMIT_REACHED, the incident is over.
    """
    event = move(call, DEPLOYMENT_LIFECYCLE, row, A.BEGIN, By.actor(call, role, row.division_code), on_site_at=call.at)
    if row.incident_id is not None:
        for incident in lock_with_parent(row.incident_id):
            begin_handling(call, incident)
    return CommandResult({"deployment": row.id, "event": event})


@command(DEPLOYMENT, "endDeployment")
def end_deployment(call: Call, row: Deployment, role: Role, *, headcount: Annotated[int, HEADCOUNT]) -> CommandResult:
    """Record that a party has returned, and how many people it had brought (返回).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    by = By.actor(call, role, row.division_code)
    event = move(call, DEPLOYMENT_LIFECYCLE, row, A.COMPLETE, by, headcount=headcount, ended_at=call.at)
    return CommandResult({"deployment": row.id, "event": event})


@command(DEPLOYMENT, "cancelDeployment")
def cancel_deployment(call: Call, row: Deployment, role: Role, *, reason: Prose) -> CommandResult:
    """Cancel a call before the party is on site (取消召集).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    by = By.actor(call, role, row.division_code)
    event = move(call, DEPLOYMENT_LIFECYCLE, row, A.CANCEL, by, note=reason, ended_at=call.at)
    return CommandResult({"deployment": row.id, "event": event})
