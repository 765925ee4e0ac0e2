"""How communities and units agree on what each of them brings: agreements are drafted, signed by both, and ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import no_such_division
from db.access.steps import require
from db.access.subjects import command
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Days, Items, Length, Prose
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import made
from db.organizations.models.organization import Organization, OrganizationState
from db.organizations.models.resource import Resource
from db.places.models.division import Division, DivisionLevel
from db.registrations.lifecycle import AGREEMENT_LIFECYCLE
from db.registrations.models.agreement import (
    AgreementItem,
    AgreementItemKind,
    AgreementSide,
    AgreementState,
    PartnershipAgreement,
)
from db.registrations.standing import AGREEMENT, OF_COMMUNITY, sides_of, to_agreement

MAX_YEARS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """An item on one of the lists of an agreement."""

    side: AgreementSide
    kind: AgreementItemKind
    text: Annotated[str, Length(1, 200, has_lines=False)]
    resource_id: int | None = None


@command()
def draft_agreement(
    call: Call,
    *,
    division_code: str,
    organization_id: int,
    starts_on: Annotated[date, Days(first=-366)],
    ends_on: Annotated[date, Days(first=0)],
    items: Annotated[Sequence[Item], Items(1, 50)],
    renews_id: int | None = None,
) -> CommandResult:
    """Draft an agreement of a community or subdistrict with a unit (拟定共建协议); its items never change.

    Raises:
        DomainError: NOT_FOUND, no such community, subdistrict, unit, resource or agreement to renew; NOT_PERMITTED;
            INVALID_INPUT, it ends before it starts, or runs for more than three years.
    """
    home = Division.find(code=division_code)
    if home is None or home.level not in (DivisionLevel.COMMUNITY, DivisionLevel.SUBDISTRICT):
        raise no_such_division(division_code)
    unit = Organization.find(id=organization_id)
    if unit is None or unit.state is not OrganizationState.ACTIVE:
        message = "There is no such organization in use; check the id."
        raise not_found("organizationId", message, "没有此单位，或单位不在册，请核对 ID。")
    values = {"division": home, "division_code": home.code, "organization": unit}
    role = require(
        to_agreement(call, made(PartnershipAgreement, values)), (*OF_COMMUNITY, Capacity.UNIT_CONTACT)
    )  # fmt: skip
    _require_term(starts_on, ends_on)
    _require_renewable(home.code, unit.id, renews_id)
    for at, item in enumerate(items):
        _require_item(home, unit, item, ("items", str(at), "resourceId"))
    agreement = begin(
        call, AGREEMENT_LIFECYCLE, PartnershipAgreement, By.actor(call, role, home.code), **values,
        starts_on=starts_on, ends_on=ends_on, renews=renews_id, created_at=call.at,
    )  # fmt: skip
    for position, item in enumerate(items, start=1):
        AgreementItem.create(
            agreement=agreement.id, division_code=home.code, position=position, side=item.side, kind=item.kind,
            text=item.text, resource=item.resource_id,
        )  # fmt: skip
    return CommandResult({"agreement": agreement.id, "event": entry_of(AGREEMENT_LIFECYCLE, agreement)})


def _require_term(starts_on: date, ends_on: date) -> None:
    # What starts on the 29th of February ends on the 28th.
    day = 28 if (starts_on.month, starts_on.day) == (2, 29) else starts_on.day
    last = starts_on.replace(year=starts_on.year + MAX_YEARS, day=day)
    if not starts_on < ends_on <= last:
        raise invalid(
            "endsOn",
            f"The agreement must end after it starts, and by {last.isoformat()}: {MAX_YEARS} years at most.",
            f"协议须在开始之后、{last.isoformat()} 之前（最长 {MAX_YEARS} 年）结束。",
        )


def _require_renewable(code: str, unit_id: int, renews_id: int | None) -> None:
    if renews_id is None:
        return
    earlier = PartnershipAgreement.find(id=renews_id, division_code=code, organization=unit_id)
    if earlier is None or earlier.state not in (AgreementState.SIGNED, AgreementState.EXPIRED):
        message = "There is no such agreement of the two sides that was signed; check the id."
        raise not_found("renewsId", message, "双方没有此份已签的协议，请核对 ID。")


def _require_item(home: Division, unit: Organization, item: Item, path: tuple[str, ...]) -> None:
    """Check that a resource is on the list of resources of the side that offers it."""
    if item.resource_id is None:
        return
    resource = Resource.find(id=item.resource_id)
    is_own = resource is not None and (
        resource.organization_id == unit.id
        if item.side is AgreementSide.UNIT
        else resource.organization_id != unit.id and home.part.covers(resource.division_code)
    )
    if item.kind is not AgreementItemKind.RESOURCE or not is_own:
        refusal = not_found(
            "resourceId",
            "This side offers no such resource; check the id, and the kind of the item.",
            "该方没有此项资源，请核对 ID 和清单类别。",
        )
        refusal.field = path
        raise refusal


_SIGNED = {AgreementSide.UNIT: "signed_by_unit_at", AgreementSide.COMMUNITY: "signed_by_community_at"}


@command(AGREEMENT, "signAgreement")
def sign_agreement(call: Call, agreement: PartnershipAgreement, role: Role) -> CommandResult:
    """Sign an agreement for the side that the actor speaks for (签订共建协议); the second signature concludes it.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; LIMIT_REACHED, the side has signed.
    """
    open_sides = {side for side, column in _SIGNED.items() if getattr(agreement, column) is None}
    side, by_role = next((one, as_role) for one, as_role in sides_of(call, agreement).items() if one in open_sides)
    action = JournalAction.SIGN if len(open_sides) > 1 else JournalAction.CONCLUDE
    values: dict[str, Any] = {_SIGNED[side]: call.at}
    by = By.actor(call, by_role, agreement.division_code)
    event = move(call, AGREEMENT_LIFECYCLE, agreement, action, by, facts={"side": side}, **values)
    return CommandResult({"agreement": agreement.id, "event": event})


@command(AGREEMENT, "endAgreement")
def end_agreement(call: Call, agreement: PartnershipAgreement, role: Role, *, reason: Prose) -> CommandResult:
    """End an agreement before its time, or give up a draft (终止共建协议).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    by = By.actor(call, role, agreement.division_code)
    event = move(call, AGREEMENT_LIFECYCLE, agreement, JournalAction.END, by, note=reason)
    return CommandResult({"agreement": agreement.id, "event": event})
