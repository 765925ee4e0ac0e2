"""What is done with organizations: they are registered, reviewed, updated and closed."""

from collections.abc import Mapping
from typing import Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Input
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import community_of
from db.access.role_changes import end_roles
from db.access.steps import not_permitted
from db.access.subjects import Command, command
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Between, Bound, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import camel, invalid
from db.kernel.statements import compiled
from db.organizations.lifecycle import ORGANIZATION_LIFECYCLE
from db.organizations.models.organization import (
    Organization,
    OrganizationFiling,
    OrganizationKind,
    OrganizationReview,
    OrganizationState,
)
from db.organizations.standing import ENDS_WITH_IT, ORGANIZATION
from db.people.finding import known_person
from db.places.models.division import Division
from db.settings.models import SettingKey
from db.settings.values import setting

A, S = JournalAction, OrganizationState
BOUNDS: Mapping[str, Bound] = {
    "name": Length(2, 100, has_lines=False),
    "party_organization_name": Length(2, 100, has_lines=False),
    "head_name": Length(1, 40, has_lines=False),
    "member_count": Between(0, 1_000_000),
    "filing_number": Length(1, 40),
    "address": Length(2, 200, has_lines=False),
}
# What a social organization does not go without.
_OF_SOCIAL = ("social_kind", "head_id", "member_count")
_INPUTS = {name: Input((bound,)) for name, bound in BOUNDS.items()}


def _register(call: Call, *, division_code: str, name: str, kind: OrganizationKind, **values: Any) -> CommandResult:
    """Register an organization of a community (登记单位); a social organization waits for the subdistrict's review.

    Raises:
        DomainError: NOT_FOUND, no such community or person; NOT_PERMITTED, the actor has no role there; INVALID_INPUT;
            NOT_ELIGIBLE, a social organization with too few members; ALREADY_EXISTS, one of that name and kind.
    """
    home = community_of(division_code, is_locked=True)
    role = _role_there(call, division_code)
    _require_head(call, values)
    of_social = dict.fromkeys(_OF_SOCIAL) if kind is OrganizationKind.SOCIAL_ORGANIZATION else {}
    _require_form(division_code, kind, of_social | values)
    _require_new(home, name, kind, None)
    is_social = kind is OrganizationKind.SOCIAL_ORGANIZATION
    made = begin(
        call, ORGANIZATION_LIFECYCLE, Organization, By.actor(call, role, division_code),
        state=S.PENDING if is_social else S.ACTIVE,
        division=home, division_code=home.code, name=name, kind=kind, **_columns(values),
    )  # fmt: skip
    return CommandResult({"organization": made.id, "event": entry_of(ORGANIZATION_LIFECYCLE, made)})


def _update(call: Call, organization: Organization, role: Role, **values: Any) -> CommandResult:
    """Change what is known of an organization (变更单位信息); what is left out stays as it is.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT, NOT_ELIGIBLE;
            ALREADY_EXISTS, there is one of that name and kind.
    """
    _require_head(call, values)
    _require_form(organization.division_code, organization.kind, values)
    if (name := values.get("name", organization.name)) != organization.name:
        home = community_of(organization.division_code, is_locked=True)
        _require_new(home, name, organization.kind, organization.id)
    by = By.actor(call, role, organization.division_code)
    event = move(call, ORGANIZATION_LIFECYCLE, organization, A.AMEND, by, **_columns(values))
    return CommandResult({"organization": organization.id, "event": event})


register_organization = Command(_register, None, None, inputs=_INPUTS)
update_organization = Command(_update, ORGANIZATION, "updateOrganization", inputs=_INPUTS)


@command(ORGANIZATION, "reviewOrganization")
def review_organization(
    call: Call,
    organization: Organization,
    role: Role,
    *,
    decision: OrganizationReview,
    reason: Prose | None = None,
    filing: OrganizationFiling | None = None,
    filing_number: str | None = None,
) -> CommandResult:
    """Decide whether a social organization is registered (审核单位); the subdistrict keeps it on file.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, an approval without
            number, or a refusal without reason.
    """
    by = By.actor(call, role, organization.division_code)
    if decision is OrganizationReview.APPROVED:
        if filing_number is None:
            message = "Give the number under which the organization is filed or registered."
            raise invalid("filingNumber", message, "请填写备案或登记编号。")
        filed = {"filing": filing or OrganizationFiling.FILED, "filing_number": filing_number}
        event = move(call, ORGANIZATION_LIFECYCLE, organization, A.APPROVE, by, note=reason, **filed)
    else:
        if reason is None:
            raise invalid("reason", "Give the reason why it is not registered.", "请说明不予登记的理由。")
        event = move(call, ORGANIZATION_LIFECYCLE, organization, A.DECLINE, by, note=reason)
    return CommandResult({"organization": organization.id, "event": event})


@command(ORGANIZATION, "closeOrganization")
def close_organization(call: Call, organization: Organization, role: Role, *, reason: Prose) -> CommandResult:
    """Close an organization, and end with it the roles of its contacts and all that names it as a party (注销单位).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; NOT_ALL_SETTLED, it handles issues,
            leads sponsorships, or claims of it run.
    """
    by = By.actor(call, role, organization.division_code)
    event = move(call, ORGANIZATION_LIFECYCLE, organization, A.END, by, note=reason, closed_on=call.day)
    for end in ENDS_WITH_IT:
        end(call, organization, by)
    end_roles(call, f"Organization_{organization.id} was closed", organization=organization.id)
    return CommandResult({"organization": organization.id, "event": event})


def _role_there(call: Call, code: str) -> Role:
    """Return the role in which the actor registers something in a community.

    Raises:
        DomainError: NOT_PERMITTED, they hold none there that submits anything.
    """
    held = (one for one in call.actor.held if one.role.powers.submits and one.part.covers(code))
    first = next(held, None)
    if first is None:
        raise not_permitted(Capacity.LOCAL, field="divisionCode")
    return first.role


def _require_head(call: Call, values: dict[str, Any]) -> None:
    """Check that the actor knows whom they name as the head; `head_name` is what they say, and no column."""
    name = values.pop("head_name", None)
    if (head := values.get("head_id")) is not None:
        known_person(call, head, "headId", name)


def _require_form(division_code: str, kind: OrganizationKind, values: Mapping[str, Any]) -> None:
    """Check what is said of a social organization, and that nothing of it is said of another one."""
    if kind is not OrganizationKind.SOCIAL_ORGANIZATION:
        if values.get("social_kind") is not None:
            message = "Only a social organization has a field of activity; leave it out."
            raise invalid("socialKind", message, "仅社会组织填写社会组织类别。")
        return
    for name in _OF_SOCIAL:
        if name in values and values[name] is None:
            field = camel(name)
            message = f"A social organization needs {field}: its field of activity, its head and its members."
            raise invalid(field, message, f"社会组织须填写 {field}（类别、负责人、成员人数）。")
    least = setting(SettingKey.ORGANIZATION_LEAST_MEMBERS, division_code)
    if values.get("member_count", least) < least:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            f"A social organization needs at least {least} members; it has {values['member_count']}.",
            ("memberCount",),
            chinese=f"社会组织至少须有 {least} 名成员，现有 {values['member_count']} 名。",
        )


def _require_new(home: Division, name: str, kind: OrganizationKind, own_id: int | None) -> None:
    """Check that no other organization of the community, which is locked, has the name and kind."""
    others = (key for (key,) in organizations_named.tuples(home.code, name, kind) if key != own_id)
    if (other := next(others, None)) is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The community has an organization of this name and kind already: Organization_{other}.",
            ("name",),
            chinese=f"该社区已有同名同类单位：Organization_{other}。",
        )


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs by the columns that keep them."""
    return {{"head_id": "head"}.get(name, name): value for name, value in values.items()}


@compiled
def organizations_named(code: Any, name: Any, kind: Any) -> Any:
    """Select the ids of organizations of a community that are active, or wait for their review."""
    live = Organization.state.in_([S.PENDING, S.ACTIVE])
    named = (Organization.division_code == code) & (Organization.name == name) & (Organization.kind == kind)
    return Organization.select(Organization.id).where(named & live).order_by(Organization.id)
