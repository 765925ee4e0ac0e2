"""The office that answers asks for what is missing, accepts an application, forwards it, or decides it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.issues.deadlines import Deadline, working_days_after
from db.kernel.bounds import Items, Prose
from db.kernel.refusals import invalid
from db.places.models.division import OFFICE_LEVELS, Division, ancestor_codes
from db.services.catalogue import MAX_MATERIALS
from db.services.filing import require_listed, take_step
from db.services.models.application import OUTSIDE_NUMBER, ApplicationDecision, ServiceApplication
from db.services.models.catalogue import ServiceItem
from db.services.offices import office_code
from db.services.standing import APPLICATION
from db.settings.models import SettingKey
from db.settings.values import setting

A = JournalAction


@command(APPLICATION, "requestApplicationMaterials")
def request_application_materials(
    call: Call,
    application: ServiceApplication,
    role: Role,
    *,
    materials: Annotated[Sequence[str], Items(1, MAX_MATERIALS)],
    note: Prose | None = None,
) -> CommandResult:
    """Request all that is missing, once; until it is supplied the clock stands still (一次性告知补正).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, the service lists no
            such material; LIMIT_REACHED, materials were asked for already.
    """
    require_listed(application, materials)
    requested = " ".join(dict.fromkeys(materials))
    return take_step(call, application, role, A.REQUEST, note=note, requested_at=call.at, requested=requested)


@command(APPLICATION, "acceptApplication")
def accept_application(call: Call, application: ServiceApplication, role: Role) -> CommandResult:
    """Accept an application; the days that its service promises begin (受理办件).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    days = ServiceItem.get_by_id(application.item_id).promised_days
    clock = Deadline.until(call.at, working_days_after(call.at, days)).columns
    return take_step(call, application, role, A.TAKE_ON, accepted_at=call.at, **clock)


@command(APPLICATION, "forwardApplication")
def forward_application(
    call: Call,
    application: ServiceApplication,
    role: Role,
    *,
    forwarded_to: str,
    outside_number: Annotated[str, OUTSIDE_NUMBER],
) -> CommandResult:
    """Forward an application that is only filed here to the office that decides, with its number there (转办).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, STALE_OBJECT; ILLEGAL_TRANSITION, also where it is decided here;
            INVALID_INPUT, the division has no office above the one that accepted it.
    """
    above = Division.find(code=forwarded_to) if forwarded_to in ancestor_codes(office_code(application)) else None
    if above is None or above.level not in OFFICE_LEVELS:
        raise invalid(
            "forwardedTo",
            "Send the code of a division above the office that accepted it: the subdistrict, the district or the city.",
            "请填写受理机构上级（街道、区县或市）的区划代码。",
        )
    return take_step(call, application, role, A.FORWARD, forwarded_to=above.code, outside_number=outside_number)


@dataclass(frozen=True, slots=True)
class Decided(Inputs):
    """What was decided, and what the applicant is told of it."""

    decision: ApplicationDecision
    grounds: Prose | None = None
    remedy: Prose | None = None

    def require_whole(self) -> None:
        """Check that a refusal says why, and what the applicant can do.

        Raises:
            DomainError: INVALID_INPUT.
        """
        if self.decision is ApplicationDecision.APPROVED:
            return
        if self.grounds is None:
            raise invalid("grounds", "State the grounds of the refusal.", "不予办理的，请说明理由。")
        if self.remedy is None:
            message = "State what the applicant can do against it, or instead of it."
            raise invalid("remedy", message, "不予办理的，请告知申请人救济途径。")


@command(APPLICATION, "decideApplication")
def decide_application(call: Call, application: ServiceApplication, role: Role, *, decided: Decided) -> CommandResult:
    """Decide an application; who filed it does not decide it (办结).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, also where the actor filed it; ILLEGAL_TRANSITION, also where another
            office decides; STALE_OBJECT; INVALID_INPUT, a refusal lacks its grounds or the remedy.
    """
    decided.require_whole()
    days = setting(SettingKey.APPLICATION_RATE_DAYS, application.division_code)
    until = call.at + timedelta(days=days)
    facts, told = {"decision": decided.decision}, decided.values()
    return take_step(call, application, role, A.DECIDE, facts=facts, decided_at=call.at, rate_until=until, **told)
