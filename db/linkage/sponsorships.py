"""What is done with sponsorships: somebody is assigned to what they answer for, replaced, and their task ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

from db.access.bulk import MAX_ROWS, BulkErrorPolicy, run_rows
from db.access.commands import Call, CommandResult
from db.access.journal import RULE, By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import division_of
from db.access.role_changes import end_roles
from db.access.subjects import command
from db.committees.founding import end_with_committee
from db.committees.models.committee import Committee
from db.kernel.bounds import Days, Items, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.linkage.leaders import give_role
from db.linkage.lifecycle import SPONSORSHIP_LIFECYCLE
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind, SponsorshipState
from db.linkage.standing import SPONSORSHIP, require_assigner
from db.linkage.targets import Named, Target, find_target, target_of
from db.organizations.models.organization import Organization, OrganizationState
from db.organizations.standing import ENDS_WITH_IT as CLOSED
from db.people.finding import living_person
from db.people.models.person import Person
from db.places.models.division import Division, DivisionLevel, ancestor_codes
from db.registrations.models.agreement import AgreementState, PartnershipAgreement
from db.registrations.models.registration import Registration, RegistrationKind, RegistrationState
from db.settings.models import SettingKey
from db.settings.values import setting
from db.sites.models import Site
from db.sites.standing import ENDS_WITH_IT as RETIRED

K, S = SponsorshipKind, SponsorshipState
REASON = Length(1, 200, has_lines=False)
StartsOn = Annotated[date, Days(first=date(2000, 1, 1), last=0)]
_PERIODS = {
    K.LEADER_CONTACT: SettingKey.VISIT_LEADER_DAYS,
    K.PATCH: SettingKey.VISIT_PATCH_DAYS,
    K.TARGET: SettingKey.VISIT_SPONSOR_DAYS,
}


@dataclass(frozen=True, slots=True)
class SponsorRow:
    """One target that somebody is assigned to."""

    target_id: Named


@dataclass(frozen=True, slots=True)
class PatchRow:
    """One committee of a patch."""

    committee_id: int


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Who takes a target on: a person, or an organization and, if named, the person who leads it there."""

    person: Person | None = None
    organization: Organization | None = None
    lead: Person | None = None

    @property
    def named(self) -> dict[str, int]:
        """The column that names the sponsor, with the id."""
        if self.person is not None:
            return {"sponsor_person": self.person.id}
        assert self.organization is not None, "one of them is a sponsor"
        return {"sponsor_organization": self.organization.id}


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a target is taken on."""

    kind: SponsorshipKind
    sponsor: Sponsor
    starts_on: date
    patch_name: str | None = None


def visit_days(kind: SponsorshipKind, division_code: str) -> timedelta:
    """Return how long after one visit the next one is due."""
    return timedelta(days=setting(_PERIODS[kind], division_code))


@command()
def assign_sponsor(
    call: Call,
    *,
    kind: SponsorshipKind,
    sponsor_id: Named,
    rows: Annotated[Sequence[SponsorRow], Items(1, MAX_ROWS)],
    lead_person_id: int | None = None,
    starts_on: StartsOn | None = None,
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL,
) -> CommandResult:
    """Assign a leader to committees, or a unit or cadre to sites and target units, row by row (明确包抓).

    Raises:
        DomainError: INVALID_INPUT, the kind has another mutation, sponsor or target; NOT_FOUND; NOT_PERMITTED;
            NOT_ELIGIBLE, the leader has no account, or a unit would sponsor itself; ALREADY_EXISTS.
    """
    if kind is K.PATCH:
        raise invalid("kind", "Assign the supervisor of a patch with assignPatch.", "分片督抓请使用 assignPatch。")
    sponsor = _sponsor(kind, sponsor_id, lead_person_id)
    terms = Terms(kind, sponsor, starts_on or call.day)
    return run_rows([partial(_assign, call, terms, row.target_id) for row in rows], error_policy)


@command(division_of(Role.SUBDISTRICT_OFFICER, level=DivisionLevel.SUBDISTRICT))
def assign_patch(
    call: Call,
    division: Division,
    standing: None,
    *,
    patch_name: Annotated[str, Length(1, 40, has_lines=False)],
    supervisor_id: int,
    rows: Annotated[Sequence[PatchRow], Items(1, MAX_ROWS)],
    starts_on: StartsOn | None = None,
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL,
) -> CommandResult:
    """Assign the committees of a patch of a subdistrict to the leader who supervises them (分片督抓).

    Raises:
        DomainError: NOT_FOUND, no such subdistrict, person or committee there; NOT_PERMITTED; ALREADY_EXISTS, a
            committee has a supervisor.
    """
    supervisor = Sponsor(living_person(supervisor_id, "supervisorId"))
    terms = Terms(K.PATCH, supervisor, starts_on or call.day, patch_name)
    attempts = [partial(_assign, call, terms, ("Committee", row.committee_id), division) for row in rows]
    return run_rows(attempts, error_policy)


@command(SPONSORSHIP, "replaceSponsor")
def replace_sponsor(
    call: Call,
    row: Sponsorship,
    role: Role,
    *,
    sponsor_id: Named,
    reason: Annotated[str, REASON],
    lead_person_id: int | None = None,
) -> CommandResult:
    """End a sponsorship and assign its target to another sponsor without a gap (更换包抓责任人).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_ELIGIBLE, the leader
            has no account, or a unit would sponsor itself; ALREADY_EXISTS, they have the target already.
    """
    sponsor = _sponsor(row.kind, sponsor_id, lead_person_id)
    event = _finish(call, row, By.actor(call, role, row.division_code), JournalAction.REPLACE, reason)
    terms = Terms(row.kind, sponsor, call.day, row.patch_name)
    new = _begin(call, terms, target_of(row), role, "sponsorId")
    return CommandResult({"sponsorship": row.id, "replacement": new.id, "event": event})


@command(SPONSORSHIP, "endSponsorship")
def end_sponsorship(call: Call, row: Sponsorship, role: Role, *, reason: Annotated[str, REASON]) -> CommandResult:
    """End a sponsorship, and with a leader's contact the role of the leader (解除包抓).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    event = _finish(call, row, By.actor(call, role, row.division_code), JournalAction.END, reason)
    return CommandResult({"sponsorship": row.id, "event": event})


def end_of_committee(call: Call, committee: Committee) -> None:
    """End who leads and supervises a committee that was dissolved, and the roles of leaders with it."""
    for row in Sponsorship.lock_all(committee=committee.id, state=S.ACTIVE):
        _finish(call, row, RULE, JournalAction.END, "社工委撤销")


end_with_committee(end_of_committee)


def _finish(call: Call, row: Sponsorship, by: By, action: JournalAction, reason: str) -> int:
    event = move(call, SPONSORSHIP_LIFECYCLE, row, action, by, ends_on=call.day, end_reason=reason)
    if row.grant_id is not None:
        end_roles(call, f"Sponsorship_{row.id} has ended", id=row.grant_id)
    return event


def _end_of_target(call: Call, target: Organization | Site, by: By) -> None:
    """End the sponsorships of a target that is not in use any more. target: locked."""
    named = {"organization" if isinstance(target, Organization) else "site": target.id}
    for row in Sponsorship.lock_all(**named, state=S.ACTIVE):
        _finish(call, row, by, JournalAction.END, "包抓对象已注销或停用")


CLOSED.append(_end_of_target)
RETIRED.append(_end_of_target)


def _sponsor(kind: SponsorshipKind, named: Named, lead_person_id: int | None) -> Sponsor:
    """Find and lock who takes a target on."""
    model, row_id = named
    if model == "Person":
        if lead_person_id is not None:
            raise invalid("leadPersonId", "Only an organization has a leading person.", "仅单位包抓时填写牵头人。")
        return Sponsor(living_person(row_id, "sponsorId"))
    if kind is not K.TARGET:
        raise invalid("sponsorId", "A person sponsors a committee; send the id of one.", "包抓社工委的须为个人。")
    lead = living_person(lead_person_id, "leadPersonId") if lead_person_id is not None else None
    unit = Organization.lock(id=row_id)
    if unit is None or unit.state is not OrganizationState.ACTIVE:
        message = "There is no such organization in operation; check the id."
        raise not_found("sponsorId", message, "没有此单位，或单位不在册，请核对 ID。")
    return Sponsor(organization=unit, lead=lead)


def _assign(call: Call, terms: Terms, named: Named, area: Division | None = None) -> CommandResult:
    """Assign one target. area: the part of the city in which it must lie, where the caller named one."""
    field = "targetId" if area is None else "committeeId"
    target = find_target(*named, field)
    if area is not None and not area.part.covers(target.division_code):
        message = "The subdistrict has no such committee; check the id."
        raise not_found(field, message, "该街道没有此社工委，请核对 ID。")
    role = require_assigner(call, terms.kind, target.division_code)
    new = _begin(call, terms, target, role, field)
    return CommandResult({"sponsorship": new.id, "event": entry_of(SPONSORSHIP_LIFECYCLE, new)})


def _begin(call: Call, terms: Terms, target: Target, role: Role, field: str) -> Sponsorship:
    """Begin a sponsorship of a target, which is locked. field: of the input, that names the target or the sponsor.

    Raises:
        DomainError: INVALID_INPUT, NOT_ELIGIBLE, ALREADY_EXISTS; NOT_PERMITTED, the actor would lead.
    """
    _require_fitting(call, terms, target, field)
    _require_free(terms, target, field)
    kind, sponsor, code = terms.kind, terms.sponsor, target.division_code
    visit_by = terms.starts_on + visit_days(kind, code)
    grant = give_role(call, sponsor.person, target) if kind is K.LEADER_CONTACT and sponsor.person else None
    named: dict[str, Any] = {**sponsor.named, **target.columns, "lead_person": sponsor.lead and sponsor.lead.id}
    return begin(
        call, SPONSORSHIP_LIFECYCLE, Sponsorship, By.actor(call, role, code), division=target.division_id,
        division_code=code, kind=kind, patch_name=terms.patch_name, starts_on=terms.starts_on, visit_by=visit_by,
        remind_on=visit_by + timedelta(days=1), grant=grant, created_at=call.at,
        **named,
    )  # fmt: skip


def _require_fitting(call: Call, terms: Terms, target: Target, field: str) -> None:
    """Check that the target is of a type that the kind is for, and that a unit may sponsor it."""
    row, unit = target.row, terms.sponsor.organization
    if terms.kind is not K.TARGET:
        if not isinstance(row, Committee):
            raise DomainError(
                ErrorCode.INVALID_INPUT,
                "A leader is assigned to committees; send the ids of committees.",
                (field,),
                chinese="领导包抓的对象为社工委，请填写社工委 ID。",
            )
        return
    if isinstance(row, Committee) or (isinstance(row, Organization) and not row.is_target_unit):
        raise DomainError(
            ErrorCode.INVALID_INPUT,
            "A unit or cadre is assigned to sites and to target units; set isTargetUnit with updateOrganization first.",
            (field,),
            chinese="单位、干部包抓的对象为点位和包抓单位；请先用 updateOrganization 设置 isTargetUnit。",
        )
    if unit is not None and isinstance(row, Organization) and row.id == unit.id:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "A unit does not sponsor itself; choose another sponsor.",
            (field,),
            chinese="单位不能包抓本单位，请另选包抓单位。",
        )
    if unit is not None:
        _require_registered(call, unit, target.division_code, field)


def _require_registered(call: Call, unit: Organization, division_code: str, field: str) -> None:
    """Check that a unit has taken on something in a community: its party organization, or by an agreement there."""
    registered = {"kind": RegistrationKind.PARTY_ORG, "state": RegistrationState.ACTIVE}
    if Registration.find(organization=unit.id, division_code=division_code, **registered) is not None:
        return
    places = (division_code, ancestor_codes(division_code)[0])
    agreements = PartnershipAgreement.find_all(organization=unit.id, state=AgreementState.SIGNED)
    if any(one.division_code in places and one.starts_on <= call.day <= one.ends_on for one in agreements):
        return
    raise DomainError(
        ErrorCode.NOT_ELIGIBLE,
        "The party organization of the unit has no active registration with this community, and the unit no agreement "
        "there; let it register (submitRegistration), or sign an agreement.",
        (field,),
        chinese="该单位党组织未向本社区报到，也没有共建协议；请先报到（submitRegistration）或签订协议。",
    )


def _require_free(terms: Terms, target: Target, field: str) -> None:
    """Check that a committee has no other leader or patch, and that a sponsor has a target once (R4, R5)."""
    whose = terms.sponsor.named if terms.kind is K.TARGET else {}
    other = Sponsorship.find(**target.columns, **whose, kind=terms.kind, state=S.ACTIVE)
    if other is None:
        return
    person = Person.find(id=other.sponsor_person_id) if other.sponsor_person_id is not None else None
    who, chinese = (f" by {person.name}", f"{person.name}") if person else (" by this unit", "该单位")
    raise DomainError(
        ErrorCode.ALREADY_EXISTS,
        f"It is sponsored{who} already: Sponsorship_{other.id}. Replace or end that sponsorship instead.",
        (field,),
        chinese=f"{chinese}已包抓该对象：Sponsorship_{other.id}。请更换或解除原包抓。",
    )
