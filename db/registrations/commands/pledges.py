"""What registered parties promise: pledges are made, confirmed by staff where they name no hours, and taken back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, illegal_transition, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import require
from db.access.subjects import command
from db.issues.lifecycle import Capacity
from db.issues.models.claim import Need
from db.issues.models.duty import Duty
from db.kernel.bounds import Between, Days, Length, Prose
from db.kernel.refusals import not_found
from db.registrations.lifecycle import PLEDGE_LIFECYCLE, REGISTRATION_LIFECYCLE
from db.registrations.models.registration import Registration, RegistrationState
from db.registrations.models.service import Pledge
from db.registrations.standing import PLEDGE, registration_subject, to_registration
from db.sites.models import Site, SiteState


@dataclass(frozen=True, slots=True)
class About(Inputs):
    """What a pledge is about besides: a need and a site of the community."""

    need_id: int | None = None
    site_id: int | None = None


def _stand_as_party(call: Call, registration: Registration, action: Any) -> Role:
    if registration.state is not RegistrationState.ACTIVE:
        raise illegal_transition(REGISTRATION_LIFECYCLE, registration.state, "registrationId")
    return require(to_registration(call, registration), (Capacity.PARTY,))


@command(registration_subject(_stand_as_party))
def make_pledge(
    call: Call,
    registration: Registration,
    role: Role,
    *,
    duty: Duty,
    text: Annotated[str, Length(1, 300)],
    due_on: Annotated[date, Days(first=0)],
    hours: Annotated[Decimal, Between(Decimal("0.5"), 2_000, places=2)] | None = None,
    about: About,
) -> CommandResult:
    """Promise to do something by a day, with hours or without (作出承诺).

    Raises:
        DomainError: NOT_FOUND, no such registration, or no such need or site in the community; NOT_PERMITTED,
            STALE_OBJECT, INVALID_INPUT; ILLEGAL_TRANSITION, the registration is not active.
    """
    code = registration.division_code
    _require_there(code, about.need_id, about.site_id)
    pledge = begin(
        call, PLEDGE_LIFECYCLE, Pledge, By.actor(call, role, code), registration=registration.id, division_code=code,
        duty=duty, text=text, hours=hours, due_on=due_on, need=about.need_id, site=about.site_id, created_at=call.at,
    )  # fmt: skip
    return CommandResult({"pledge": pledge.id, "event": entry_of(PLEDGE_LIFECYCLE, pledge)})


def _require_there(code: str, need_id: int | None, site_id: int | None) -> None:
    need = Need.find(id=need_id) if need_id is not None else None
    if need_id is not None and (need is None or need.division_code != code):
        raise not_found(
            "needId", "The community has no such need; check the id.", "该社区没有此项需求，请核对 ID。"
        )  # fmt: skip
    site = Site.find(id=site_id) if site_id is not None else None
    if site_id is not None and (site is None or site.division_code != code or site.state is not SiteState.ACTIVE):
        raise not_found(
            "siteId", "The community has no such site in use; check the id.", "该社区没有此点位，或点位已停用，请核对。"
        )


@command(PLEDGE, "confirmPledge")
def confirm_pledge(call: Call, pledge: Pledge, role: Role, *, note: Prose | None = None) -> CommandResult:
    """Confirm that a pledge without hours was kept (确认履约).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; LIMIT_REACHED, its hours decide.
    """
    return _moved(call, pledge, role, JournalAction.FULFIL, note)


@command(PLEDGE, "cancelPledge")
def cancel_pledge(call: Call, pledge: Pledge, role: Role, *, note: Prose | None = None) -> CommandResult:
    """Cancel a pledge (撤回承诺).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    return _moved(call, pledge, role, JournalAction.CANCEL, note)


def _moved(call: Call, pledge: Pledge, role: Role, action: JournalAction, note: str | None) -> CommandResult:
    by = By.actor(call, role, pledge.division_code)
    return CommandResult({"pledge": pledge.id, "event": move(call, PLEDGE_LIFECYCLE, pledge, action, by, note=note)})
