"""How much of a resource may still be claimed, at any time and within its windows (rule L3, invariant I8)."""

from decimal import Decimal

from db.access.commands import Call
from db.issues.inputs import Offer
from db.issues.models.claim import Claim
from db.issues.models.issue import Issue
from db.issues.need_and_project_lists import taken
from db.issues.parties import Party
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.organizations.models.resource import Resource, ResourceState, ResourceWindow
from db.people.models.person import Person


def require_capacity(call: Call, issue: Issue, party: Party, offer: Offer) -> None:
    """Check that a party may claim so much of a resource, as far as can be said before it is confirmed.

    Raises:
        DomainError: NOT_FOUND, no such resource or window here; NOT_PERMITTED, it is another unit's; INVALID_INPUT;
            CLAIM_CAPACITY_EXCEEDED.
    """
    if offer.resource_id is not None:
        resource = _resource(issue, party, offer.resource_id)
        _has_room(call, resource, _window(resource, offer.window_id), offer.quantity)
    elif offer.window_id is not None:
        raise invalid(
            "windowId", "A time window belongs to a resource; name the resource too.", "时段属于资源，请同时填写资源。"
        )


def take(call: Call, claim: Claim) -> None:
    """Lock the claim's resource and check that it still has what the claim takes, before the claim is confirmed.

    Raises:
        DomainError: NOT_FOUND, it is no longer on offer; CLAIM_CAPACITY_EXCEEDED.
    """
    if claim.resource_id is None:
        return
    resource = Resource.lock(id=claim.resource_id)
    assert resource is not None, "the claim keeps it"
    _has_room(call, resource, ResourceWindow.find(id=claim.window_id), claim.quantity)


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


def _has_room(call: Call, resource: Resource, window: ResourceWindow | None, quantity: Decimal | None) -> None:
    until = resource.valid_until
    if resource.state is not ResourceState.ON_OFFER or (until is not None and until < call.day):
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "The resource is no longer on offer; choose another.",
            ("resourceId",),
            chinese="该资源已停止提供，请另选资源。",
        )
    limits = [(resource.quantity, {"resource": resource.id})]
    if window is not None:
        limits.append((window.quantity, {"window": window.id}))
    bounded = [(most, of) for most, of in limits if most is not None]
    if not bounded:
        return
    if quantity is None:
        raise invalid("quantity", "State the quantity of the resource that you claim.", "请填写认领的数量。")
    left = min(most - taken(**of) for most, of in bounded)
    if quantity > left:
        unit = resource.unit or ""
        raise DomainError(
            ErrorCode.CLAIM_CAPACITY_EXCEEDED,
            f"The resource has {left}{unit} left; {quantity}{unit} cannot be claimed.",
            ("quantity",),
            chinese=f"该资源剩余{left}{unit}，不能认领{quantity}{unit}。",
        )
