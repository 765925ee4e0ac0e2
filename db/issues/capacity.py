"""How much of a resource may still be claimed (rule L3, invariant I8), and how claims give back what they took."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from db.access.commands import Call
from db.issues.inputs import Offer
from db.issues.models.claim import Claim
from db.issues.models.issue import Issue
from db.issues.parties import Party, party_of
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.organizations.capacity import taken_at
from db.organizations.models.resource import Resource, ResourceState, ResourceWindow
from db.people.models.person import Person


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim on places of a resource that is open in windows: for whom, how many, and on which day."""

    party: Party
    resource: Resource
    window: ResourceWindow
    quantity: Decimal | None
    day: date


@dataclass(frozen=True, slots=True)
class Places:
    """How claims check, take and give back places in windows, which are bookings: a later context says so."""

    require: Callable[[Call, Wanted], None]
    take: Callable[[Call, Wanted, Claim], None]
    give_back: Callable[[Call, Claim], None]


PLACES: list[Places] = []


def require_capacity(call: Call, issue: Issue, party: Party, offer: Offer, day: date) -> None:
    """Check that a party may claim so much of a resource, as far as can be said before it is confirmed. day: promised.

    Raises:
        DomainError: NOT_FOUND, no such resource or window here; NOT_PERMITTED, it is another unit's; INVALID_INPUT;
            NOT_ELIGIBLE, its places are given out by lot; CLAIM_CAPACITY_EXCEEDED.
    """
    if offer.resource_id is not None:
        resource = _resource(issue, party, offer.resource_id)
        _require_offered(call, resource)
        window = _window(resource, offer.window_id)
        if window is None:
            _require_room(call, resource, offer.quantity)
            return
        for places in PLACES:
            places.require(call, Wanted(party, resource, window, offer.quantity, day))
    elif offer.window_id is not None:
        raise invalid(
            "windowId", "A time window belongs to a resource; name the resource too.", "时段属于资源，请同时填写资源。"
        )


def take(call: Call, claim: Claim) -> None:
    """Lock the claim's resource, and check that it has what the claim takes, or take its places in a window.

    Raises:
        DomainError: NOT_FOUND, it is no longer on offer; CLAIM_CAPACITY_EXCEEDED; INVALID_INPUT, NOT_ELIGIBLE or
            SLOT_CONFLICT, the window gives no place on the promised day.
    """
    if claim.resource_id is None:
        return
    resource, party = Resource.lock(id=claim.resource_id), party_of(claim)
    assert resource is not None, "the claim keeps it"
    assert party is not None, "the database keeps one claimant for each claim"
    _require_offered(call, resource)
    if claim.window_id is None:
        _require_room(call, resource, claim.quantity)
        return
    window, day = ResourceWindow.get_by_id(claim.window_id), claim.promised_on
    assert day is not None, "every claim promises a day"
    for places in PLACES:
        places.take(call, Wanted(party, resource, window, claim.quantity, day), claim)


def give_back(call: Call, claim: Claim) -> None:
    """Return the places that a claim took in a window. Whatever else it took counts no more, now that it has ended."""
    if claim.window_id is not None and claim.confirmed_at is not None:
        for places in PLACES:
            places.give_back(call, claim)


def _resource(issue: Issue, party: Party, resource_id: int) -> Resource:
    resource = Resource.find(id=resource_id)
    is_own = resource is not None and party in _owners(resource)
    if resource is None or not (is_own or resource.division_code == issue.division_code):
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "Neither the claimant nor the community has such a resource; check the id.",
            ("resourceId",),
            chinese="认领方和本社区均无该资源，请核对 ID。",
        )
    if resource.person_id is not None and not is_own:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "The resource is a resident's own skill; they claim with it themselves.",
            ("resourceId",),
            chinese="该资源为居民个人特长，须由其本人认领。",
        )
    if party[0] == "Organization" and resource.organization_id is not None and not is_own:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "The resource belongs to another unit; claim with your own or with the community's.",
            ("resourceId",),
            chinese="该资源属于其他单位；单位只能以本单位或社区的资源认领。",
        )
    return resource


def _owners(resource: Resource) -> tuple[Party, ...]:
    """List as whom those claim who offer a resource: its unit, or the resident by account."""
    own = Person.find(id=resource.person_id) if resource.person_id is not None else None
    owners = (("Organization", resource.organization_id), ("Resident", own and own.account_id))
    return tuple((kind, row_id) for kind, row_id in owners if row_id is not None)


def _window(resource: Resource, window_id: int | None) -> ResourceWindow | None:
    if window_id is None:
        if ResourceWindow.find(resource=resource.id):
            raise invalid(
                "windowId", "The resource is open in time windows; name one of them.", "该资源分时段开放，请指明时段。"
            )
        return None
    window = ResourceWindow.find(id=window_id, resource=resource.id)
    if window is None:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "The resource has no such time window; check the id.",
            ("windowId",),
            chinese="该资源没有此时段。",
        )
    return window


def _require_offered(call: Call, resource: Resource) -> None:
    until = resource.valid_until
    if resource.state is not ResourceState.ON_OFFER or (until is not None and until < call.day):
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "The resource is no longer on offer; choose another.",
            ("resourceId",),
            chinese="该资源已停止提供，请另选资源。",
        )


def _require_room(call: Call, resource: Resource, quantity: Decimal | None) -> None:
    if resource.quantity is None:
        return
    wanted = require_quantity(quantity)
    left = resource.quantity - taken_at(resource.id, call.at)
    if wanted > left:
        raise exceeded(resource, wanted, left)


def require_quantity(quantity: Decimal | None) -> Decimal:
    """Return how much of a resource is claimed.

    Raises:
        DomainError: INVALID_INPUT, it is not said.
    """
    if quantity is None:
        raise invalid("quantity", "State the quantity of the resource that you claim.", "请填写认领的数量。")
    return quantity


def exceeded(resource: Resource, wanted: Decimal, left: Decimal, day: date | None = None) -> DomainError:
    """Build the refusal of a claim of more than is left. day: on which, of a resource that is open in windows."""
    unit = resource.unit or ""
    when, then = (f" on {day}", f"于{day}") if day else ("", "")
    return DomainError(
        ErrorCode.CLAIM_CAPACITY_EXCEEDED,
        f"The resource has {left}{unit} left{when}; {wanted}{unit} cannot be claimed.",
        ("quantity",),
        chinese=f"该资源{then}剩余{left}{unit}，不能认领{wanted}{unit}。",
    )
