"""Who of a sponsoring unit helps with which of its sponsorships (F5)."""

from typing import Any

from db.access.commands import Call, CommandResult
from db.access.journal import By, illegal_transition, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.kernel.statements import compiled
from db.linkage.lifecycle import SPONSORSHIP_LIFECYCLE
from db.linkage.models.helper import SponsorshipHelper
from db.linkage.models.sponsorship import Sponsorship, SponsorshipState
from db.registrations.lifecycle import REGISTRATION_LIFECYCLE
from db.registrations.models.registration import Registration
from db.registrations.standing import REGISTRATION


@command(REGISTRATION, "setRegistrationSponsorship")
def set_registration_sponsorship(
    call: Call, registration: Registration, role: Role, *, sponsorship_id: int | None = None
) -> CommandResult:
    """Settle which sponsorship of their own unit a registered person helps with; None for none (明确包抓干部).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, a unit registered;
            NOT_ELIGIBLE, the person's unit does not lead the sponsorship.
    """
    sponsorship = None if sponsorship_id is None else Sponsorship.lock(id=sponsorship_id)
    if sponsorship_id is not None and sponsorship is None:
        raise not_found("sponsorshipId", "There is no such sponsorship; check the id.", "没有此包抓任务，请核对 ID。")
    if sponsorship is not None:
        _require_own(registration, sponsorship)
    facts = {} if sponsorship is None else {"sponsorship": sponsorship}
    by = By.actor(call, role, registration.division_code)
    event = move(call, REGISTRATION_LIFECYCLE, registration, JournalAction.AMEND, by, facts=facts)
    _untied.change(registration.id)
    if sponsorship is not None:
        SponsorshipHelper.create(registration=registration.id, sponsorship=sponsorship.id)
    shown = {} if sponsorship is None else {"sponsorship": sponsorship.id}
    return CommandResult({"registration": registration.id, "event": event, **shown})


def _require_own(registration: Registration, sponsorship: Sponsorship) -> None:
    """Check that a sponsorship runs, and that the unit of a registered person leads it."""
    if sponsorship.state is not SponsorshipState.ACTIVE:
        raise illegal_transition(SPONSORSHIP_LIFECYCLE, sponsorship.state, "sponsorshipId")
    if registration.work_unit_id is None or sponsorship.sponsor_organization_id != registration.work_unit_id:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "A cadre helps with a sponsorship of the unit that they work for; choose one of its ledSponsorships.",
            ("sponsorshipId",),
            chinese="干部只能参与本单位的包抓任务，请从其单位的包抓任务中选择。",
        )


@compiled
def _untied(registration_id: Any) -> Any:
    return SponsorshipHelper.delete().where(SponsorshipHelper.registration == registration_id)
