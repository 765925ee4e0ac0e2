"""Visits are logged: by whoever answers for the target, and by members in their community (走访)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Input, Inputs, inputs_of
from db.access.models.account import Role, roles_with
from db.access.subjects import Command
from db.attachments.commands import AttachedFiles, attach
from db.committees.seating import OF_SEATS
from db.incidents.finding import OfIncident
from db.issues.intake import Reporter, submit_told, told_issue
from db.issues.models.issue import Channel
from db.issues.places import committee_at
from db.kernel.bounds import Items, Past, Prose
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.linkage.models.sponsorship import Sponsorship, SponsorshipState
from db.linkage.models.visit import Visit, VisitForm, VisitIssue
from db.linkage.sponsorships import visit_days
from db.linkage.targets import Named, Target, find_target
from db.people.models.person import Person
from db.sites.models import Site

# How many days back a visit can be logged, and how many issues it brings at most.
MAX_DAYS, MAX_ISSUES = 14, 20
_SUBMITTERS = roles_with(lambda powers: powers.submits)


@dataclass(frozen=True, slots=True)
class Occasion(Inputs):
    """What a visit is made for: a sponsorship of the visitor, an incident, both or neither."""

    sponsorship_id: int | None = None
    incident_id: int | None = None


def _log_visit(
    call: Call,
    *,
    target_id: Named,
    visited_at: Annotated[datetime, Past(MAX_DAYS)],
    form: VisitForm,
    findings: Prose,
    occasion: Occasion,
    issues: Sequence[Mapping[str, Any]] = (),
    attachments: AttachedFiles = (),
) -> CommandResult:
    """Log a visit to a target, and submit the issues that it brought (走访记录).

    Raises:
        DomainError: INVALID_INPUT; NOT_FOUND, no such target, or no such sponsorship of the visitor; NOT_PERMITTED, the
            visitor neither answers for the target nor sits on the committee there; NOT_ELIGIBLE, the visitor is not
            registered as a person; as `OfIncident` refuses; what `submitIssue` refuses, for an issue.
    """
    target = find_target(*target_id, "targetId")
    visitor = Person.find(account=call.actor.account_id)
    role, sponsorship = _standing(call, visitor, target, occasion.sponsorship_id)
    if visitor is None:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "Register yourself as a person first (registerPerson with isSelf), so that the visit has a visitor.",
            chinese="请先登记本人（registerPerson，isSelf），再记录走访。",
        )
    incident = OfIncident(occasion.incident_id).find(call, target.division_code)
    day = visited_at.astimezone(SHANGHAI).date()
    visit = Visit.create(
        division=target.division_id, division_code=target.division_code, **target.columns,
        sponsorship=sponsorship and sponsorship.id, incident=incident, visitor=visitor.id, visited_at=visited_at,
        visited_on=day, form=form, findings=findings, created_at=call.at,
    )  # fmt: skip
    if sponsorship is not None and form is not VisitForm.PHONE:
        _put_off(sponsorship, day + visit_days(sponsorship.kind, sponsorship.division_code))
    attach(call, visit, attachments)
    for at, row in enumerate(issues):
        _submit(call, visit, role, target, row, ("issues", str(at)))
    return CommandResult({"visit": visit.id})


# Its issues are told as those of `submitIssue`, but for their community and their channel.
_ISSUES = Input(
    is_list=True, items=(Items(0, MAX_ISSUES),), structure=dict, fields=told_issue("division_code", "channel")
)
log_visit = Command(_log_visit, None, None, inputs={**inputs_of(_log_visit), "issues": _ISSUES})


def _standing(
    call: Call, visitor: Person | None, target: Target, sponsorship_id: int | None
) -> tuple[Role, Sponsorship | None]:
    """Return the role in which somebody visits a target, and the sponsorship of theirs that they visit it for."""
    code = target.division_code
    own: list[Sponsorship] = []
    if call.actor.mandate.part.covers(code):
        active = Sponsorship.lock_all(**target.columns, state=SponsorshipState.ACTIVE)
        own = [row for row in active if _is_theirs(call, visitor, row)]
    if sponsorship_id is not None:
        own = [row for row in own if row.id == sponsorship_id]
        if not own:
            message = "You have no such sponsorship of this target; leave it out, or check the id."
            raise not_found("sponsorshipId", message, "您没有对该对象的此项包抓任务，请核对 ID 或不填。")
    held = [one.role for one in call.actor.held if one.part.covers(code)]
    if own:
        by_unit = own[0].sponsor_organization_id is not None
        return Role.UNIT_CONTACT if by_unit else _acting(held), own[0]
    role = next((role for role in held if role is Role.LEADER or role in OF_SEATS), None)
    if role is None:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "Visits are logged by the sponsors of the target, and by leaders in contact and members of the community.",
            ("targetId",),
            chinese="走访由该对象的包抓责任人，以及本社区的包抓领导、社工委委员记录。",
        )
    return role, None


def _is_theirs(call: Call, person: Person | None, row: Sponsorship) -> bool:
    units = {one.organization_id for one in call.actor.held if one.organization_id is not None}
    is_person = person is not None and person.id in (row.sponsor_person_id, row.lead_person_id)
    return is_person or row.sponsor_organization_id in units


def _acting(held: Sequence[Role]) -> Role:
    """Return the role in which a person who answers for a target brings issues; everybody may as a resident."""
    return next((role for role in held if role is Role.LEADER or role in _SUBMITTERS), Role.RESIDENT)


def _put_off(sponsorship: Sponsorship, visit_by: Any) -> None:
    """Begin the next period of a sponsor's duty, unless a later visit has."""
    if visit_by > sponsorship.visit_by:
        sponsorship.change(visit_by=visit_by, remind_on=visit_by + timedelta(days=1))


def _submit(
    call: Call, visit: Visit, role: Role, target: Target, row: Mapping[str, Any], path: tuple[str, ...]
) -> None:
    told = {**row, "channel": Channel.VISIT}
    reporter = Reporter(call.actor.account_id, told.pop("is_anonymous", False))
    committee = committee_at(target.division_code, "targetId")
    site = target.row if isinstance(target.row, Site) else None
    issue_id = submit_told(call, role, committee, told, reporter, site=site, path=path)
    VisitIssue.create(visit=visit.id, issue=issue_id)
