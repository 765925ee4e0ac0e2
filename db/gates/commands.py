"""Access points are registered and closed, and passes for the gates of a site issued and revoked."""

from dataclasses import dataclass
from datetime import date
from secrets import token_urlsafe
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import community_of
from db.access.steps import offices_over, require
from db.access.subjects import command
from db.gates.lifecycle import ACCESS_POINT_LIFECYCLE, PASS_LIFECYCLE
from db.gates.models import NAME, AccessPass, AccessPoint, AccessPointState
from db.gates.scans import hash_of_code
from db.gates.standing import ACCESS_POINT, PASS, over_gates
from db.kernel.bounds import Days, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.organizations.models.organization import Organization, OrganizationState
from db.people.finding import known_person
from db.sites.finding import AtSite, by_id
from db.sites.models import Site, SiteState

A = JournalAction
# How many bytes of chance are in the code of a pass.
_CODE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Gate(Inputs):
    """What an access point is called, and whether all must come through it, with a pass."""

    name: Annotated[str, NAME]
    is_only_gate: bool = False
    needs_pass: bool = False


@command()
def register_access_point(
    call: Call, *, division_code: str, gate: Gate, at_site: AtSite, organization_id: int | None = None
) -> CommandResult:
    """Register a gate of a site, or a door of a unit (登记出入口).

    Raises:
        DomainError: NOT_FOUND, no such community, site or unit; NOT_PERMITTED; INVALID_INPUT, neither a site nor a unit
            or both; ALREADY_EXISTS, the site has its only gate, or has other gates.
    """
    home = community_of(division_code)
    role = require(offices_over(call, home.code), ACCESS_POINT_LIFECYCLE.beginning[1].who, "divisionCode")
    site = at_site.find(home.code)
    if (site is None) == (organization_id is None):
        message = "Name the site or the unit whose access point it is: exactly one."
        raise invalid("siteId", message, "请指明所属点位或单位，且只能填写一个。")
    if site is not None:
        _require_only(site, gate)
    elif gate.is_only_gate:
        raise invalid("isOnlyGate", "Only a site has an only gate; leave it out.", "单位出入口不设唯一出入口。")
    else:
        unit = Organization.lock(id=organization_id)
        if unit is None or unit.division_code != home.code or unit.state is not OrganizationState.ACTIVE:
            message = "The community has no such unit in use; check the id."
            raise not_found("organizationId", message, "该社区没有此单位，或单位不在册，请核对 ID。")
    point = begin(
        call, ACCESS_POINT_LIFECYCLE, AccessPoint, By.actor(call, role, home.code), division=home.id,
        division_code=home.code, site=site and site.id, organization=organization_id, created_at=call.at,
        **gate.values(),
    )  # fmt: skip
    return CommandResult({"accessPoint": point.id, "event": entry_of(ACCESS_POINT_LIFECYCLE, point)})


def _require_only(site: Site, gate: Gate) -> None:
    """Check that the only gate of a site, which is locked, stays its only one."""
    others = AccessPoint.find_all(site=site.id, state=AccessPointState.ACTIVE)
    in_the_way = next((other for other in others if gate.is_only_gate or other.is_only_gate), None)
    if in_the_way is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The site has AccessPoint_{in_the_way.id}, and one of both would be its only gate; close that one first.",
            ("isOnlyGate",) if gate.is_only_gate else ("siteId",),
            chinese=f"该点位已有 AccessPoint_{in_the_way.id}，唯一出入口不能与其他出入口并存，请先关闭。",
        )


@command(ACCESS_POINT, "closeAccessPoint")
def close_access_point(call: Call, point: AccessPoint, role: Role, *, reason: Prose) -> CommandResult:
    """Close an access point; what was counted there stays (关闭出入口).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    by = By.actor(call, role, point.division_code)
    return CommandResult(
        {"accessPoint": point.id, "event": move(call, ACCESS_POINT_LIFECYCLE, point, A.END, by, note=reason)}
    )


@command()
def issue_pass(
    call: Call,
    *,
    site_id: int,
    person_id: int,
    valid_until: Annotated[date, Days(first=0, last=366)],
    person_name: Annotated[str, Length(2, 40, has_lines=False)] | None = None,
) -> CommandResult:
    """Issue a person a pass for the gates of a site; its code is told once (发放出入证).

    Raises:
        DomainError: NOT_FOUND, no such site or person; NOT_PERMITTED, also where the actor neither knows the person's
            name nor gives it; INVALID_INPUT.
    """
    site = by_id.first(site_id)
    if site is None or site.state is not SiteState.ACTIVE:
        message = "There is no such site in use; check the id."
        raise not_found("siteId", message, "没有此点位，或点位已停用，请核对 ID。")
    role = require(over_gates(call, site.division_code), PASS_LIFECYCLE.beginning[1].who, "siteId")
    person = known_person(call, person_id, name=person_name)
    code = token_urlsafe(_CODE_BYTES)
    row = begin(
        call, PASS_LIFECYCLE, AccessPass, By.actor(call, role, site.division_code), site=site.id,
        division_code=site.division_code, person=person.id, code_hash=hash_of_code(code), valid_until=valid_until,
        created_at=call.at,
    )  # fmt: skip
    texts = {} if call.is_dry else {"code": code}
    return CommandResult({"accessPass": row.id, "event": entry_of(PASS_LIFECYCLE, row)}, texts=texts)


@command(PASS, "revokePass")
def revoke_pass(call: Call, row: AccessPass, role: Role, *, reason: Prose) -> CommandResult:
    """Revoke a pass before its day (吊销出入证).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    by = By.actor(call, role, row.division_code)
    return CommandResult({"accessPass": row.id, "event": move(call, PASS_LIFECYCLE, row, A.WITHDRAW, by, note=reason)})
