"""What is done with resources: they are registered, looked at on site, changed, suspended, resumed and retired."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Input, inputs_of
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import community_of
from db.access.steps import require
from db.access.subjects import Command, command
from db.access.where import WHERE, columns_of
from db.kernel.bounds import PROSE, Bound, Days, Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.organizations.capacity import taken_at
from db.organizations.models.organization import Organization, OrganizationState
from db.organizations.models.resource import OF_SKILLS, CapacityModel, Resource, ResourceReview
from db.organizations.resource_lifecycle import RESOURCE_LIFECYCLE
from db.organizations.resource_standing import ENDS_OFF_THE_LIST, RESOURCE, to_resource
from db.organizations.resource_windows import QUANTITY, Window, create_window, require_windows
from db.people.models.person import Person
from db.places.models.division import Division

A = JournalAction
MACHINE = RESOURCE_LIFECYCLE
BOUNDS: Mapping[str, Bound] = {
    "name": Length(2, 100, has_lines=False),
    "description": PROSE,
    "topic_code": Length(1, 40),
    "quantity": QUANTITY,
    "unit": Length(1, 20, has_lines=False),
    "valid_until": Days(first=0),
}
_INPUTS = {**{name: Input((bound,)) for name, bound in BOUNDS.items()}, **WHERE}


def _windows(*, windows: Annotated[Sequence[Window], Items(0, 50)] = ()) -> None:
    """Declare how the windows of a resource are read."""


def _register(
    call: Call,
    *,
    division_code: str,
    capacity_model: CapacityModel,
    organization_id: int | None = None,
    is_own_skill: bool = False,
    windows: Sequence[Window] = (),
    **values: Any,
) -> CommandResult:
    """Register a resource for shared use in a community (登记资源), which staff look at before it is on the list.

    organization_id: of the unit that offers it; None for the community itself, or a resident.
    is_own_skill: whether the actor, who is registered there, offers a skill of their own.

    Raises:
        DomainError: NOT_FOUND, no such community or unit; NOT_PERMITTED, neither the unit's contact nor staff there;
            INVALID_INPUT; NOT_ELIGIBLE, the actor offers a skill and is not registered there.
    """
    home = community_of(division_code)
    person = _oneself(call, home, organization_id, capacity_model) if is_own_skill else None
    if organization_id is not None and not Organization.find(id=organization_id, state=OrganizationState.ACTIVE):
        raise not_found(
            "organizationId",
            "There is no such organization, or it is not active; check the id.",
            "没有此单位，或该单位不在册，请核对 ID。",
        )
    offered = Resource(organization=organization_id, person=person, division_code=home.code)
    role = require(to_resource(call, offered), MACHINE.beginning[1].who)
    where = columns_of(values.pop("latitude", None), values.pop("longitude", None))
    require_windows(capacity_model, windows)
    made = begin(
        call, MACHINE, Resource, By.actor(call, role, home.code), organization=organization_id, person=person,
        division=home, division_code=home.code, capacity_model=capacity_model, **where, **values,
    )  # fmt: skip
    for window in windows:
        create_window(made, window)
    return CommandResult({"resource": made.id, "event": entry_of(MACHINE, made)})


def _oneself(call: Call, home: Division, organization_id: int | None, capacity_model: CapacityModel) -> Person:
    """Return the person that the actor is, who offers a skill in their own community.

    Raises:
        DomainError: INVALID_INPUT, a unit is named too, or it is goods or money; NOT_ELIGIBLE, they are not registered.
    """
    if organization_id is not None:
        message = "A resident offers their own skill; leave organizationId out."
        raise invalid("organizationId", message, "居民登记本人特长，请勿填写单位。")
    if capacity_model not in OF_SKILLS:
        names = ", ".join(OF_SKILLS)
        chinese = f"特长的容量方式须为以下之一：{'、'.join(one.chinese for one in OF_SKILLS)}。"
        raise invalid("capacityModel", f"A skill is neither goods nor money; choose one of {names}.", chinese)
    own = Person.find(account=call.actor.account_id) if call.actor.account_id is not None else None
    if own is None or own.division_code != home.code:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "You offer a skill in the community where you are registered; register there first (registerPerson with "
            "isSelf).",
            ("divisionCode",),
            chinese="居民在登记所在社区提供特长，请先在该社区登记（registerPerson，isSelf）。",
        )
    return own


def _update(call: Call, resource: Resource, role: Role, **values: Any) -> CommandResult:
    """Change what is said of a resource (变更资源); what is left out stays as it is.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT;
            CLAIM_CAPACITY_EXCEEDED, claims take more than the new quantity.
    """
    quantity = values.get("quantity")
    if quantity is not None and (taken := taken_at(resource.id, call.at)) > quantity:
        unit = values.get("unit", resource.unit) or ""
        raise DomainError(
            ErrorCode.CLAIM_CAPACITY_EXCEEDED,
            f"Claims take {taken}{unit} of the resource; give at least that, or release claims first.",
            ("quantity",),
            chinese=f"已确认的认领共占用{taken}{unit}，数量不能更少；请先取消相应认领。",
        )
    if not values.keys().isdisjoint(WHERE):
        values |= columns_of(values.get("latitude"), values.get("longitude"))
    event = move(call, MACHINE, resource, A.AMEND, _by(call, resource, role), **values)
    return _done(resource, event)


register_resource = Command(
    _register, None, None,
    inputs={**_INPUTS, **inputs_of(_windows)},
)  # fmt: skip
update_resource = Command(_update, RESOURCE, "updateResource", inputs=_INPUTS)


@command(RESOURCE, "reviewResource")
def review_resource(
    call: Call,
    resource: Resource,
    role: Role,
    *,
    decision: ResourceReview,
    checked_on: Annotated[date, Days(first=-366, last=0)] | None = None,
    reason: Prose | None = None,
) -> CommandResult:
    """Decide whether a resource is on the list after a look at it on site, or confirm one that is (核验资源).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, an approval without a
            day, or a refusal without reason.
    """
    by = _by(call, resource, role)
    if decision is ResourceReview.DECLINED:
        if reason is None:
            raise invalid("reason", "Give the reason why the resource is declined.", "请说明不予采纳的理由。")
        return _done(resource, move(call, MACHINE, resource, A.DECLINE, by, note=reason))
    if checked_on is None:
        raise invalid("checkedOn", "Give the day on which you looked at it on site.", "请填写现场核验的日期。")
    is_listed = resource.state in MACHINE.transitions[A.RENEW].sources
    action = A.RENEW if is_listed else A.APPROVE
    return _done(resource, move(call, MACHINE, resource, action, by, note=reason, verified_on=checked_on))


@command(RESOURCE, "suspendResource")
def suspend_resource(call: Call, resource: Resource, role: Role, *, reason: Prose) -> CommandResult:
    """Suspend a resource, which is off the list for a time (暂停提供资源); confirmed claims stay, bookings end.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    return _take_off(call, resource, role, A.SUSPEND, reason)


@command(RESOURCE, "resumeResource")
def resume_resource(call: Call, resource: Resource, role: Role) -> CommandResult:
    """Resume a suspended resource, which is on the list again (恢复提供资源).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    return _done(resource, move(call, MACHINE, resource, A.RESTORE, _by(call, resource, role)))


@command(RESOURCE, "retireResource")
def retire_resource(call: Call, resource: Resource, role: Role, *, reason: Prose) -> CommandResult:
    """Retire a resource, which is off the list for good (停用资源); its bookings end.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_ALL_SETTLED,
            confirmed claims count on it.
    """
    return _take_off(call, resource, role, A.END, reason)


def _take_off(call: Call, resource: Resource, role: Role, action: JournalAction, reason: str) -> CommandResult:
    by = _by(call, resource, role)
    event = move(call, MACHINE, resource, action, by, note=reason)
    for end in ENDS_OFF_THE_LIST:
        end(call, resource, by, reason)
    return _done(resource, event)


def _by(call: Call, resource: Resource, role: Role) -> By:
    return By.actor(call, role, resource.division_code)


def _done(resource: Resource, event: int) -> CommandResult:
    return CommandResult({"resource": resource.id, "event": event})
