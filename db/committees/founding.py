"""The life of a committee: it is founded, begins its work, gets a waiver for its director, and is dissolved."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import division_of
from db.access.subjects import command
from db.committees.compliance import recompute_compliance
from db.committees.lifecycle import CANDIDACY_LIFECYCLE, COMMITTEE_LIFECYCLE
from db.committees.models.candidacy import LIVE, Candidacy
from db.committees.models.committee import (
    DIRECTOR_POSTS,
    FIRST_DAY,
    MAX_MEMBERS,
    Committee,
    CommitteeState,
    EndReason,
    Member,
    MemberPost,
    Seat,
    SeatKind,
)
from db.committees.seating import leave_seat
from db.committees.standing import COMMITTEE
from db.kernel.bounds import Days, Length, Prose
from db.kernel.database import locked
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.places.models.division import Division, DivisionKind, DivisionLevel, kind_of
from db.settings.models import SettingKey
from db.settings.values import setting

A, S = JournalAction, CommitteeState
# What ends in other contexts when a committee is dissolved.
_ENDINGS: list[Callable[[Call, Committee], None]] = []


@command(division_of(Role.SUBDISTRICT_OFFICER, level=DivisionLevel.COMMUNITY))
def found_committee(
    call: Call,
    division: Division,
    standing: None,
    *,
    name: Annotated[str, Length(2, 100, has_lines=False)],
    established_on: Annotated[date, Days(FIRST_DAY, 0)],
) -> CommandResult:
    """Found the committee of a community, with fifteen free seats (组建社工委).

    Raises:
        DomainError: NOT_FOUND, no such community; NOT_PERMITTED; INVALID_INPUT; NOT_ELIGIBLE, a village has no
            committee; ALREADY_EXISTS, the community has one.
    """
    if kind_of(division.code) is DivisionKind.VILLAGE_COMMITTEE:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "A village has no such committee; name a community.",
            ("divisionCode",),
            chinese="村委会不设社工委，请选择社区。",
        )
    others = Committee.find_all(division=division.id)
    there = next((one for one in others if one.state is not S.DISSOLVED), None)
    if there is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The community has a committee already: Committee_{there.id}.",
            ("divisionCode",),
            chinese=f"该社区已有社工委：Committee_{there.id}。",
        )
    made = begin(
        call, COMMITTEE_LIFECYCLE, Committee, By.actor(call, Role.SUBDISTRICT_OFFICER, division.code), state=S.FORMING,
        division=division, division_code=division.code, name=name, established_on=established_on,
    )  # fmt: skip
    for number in range(1, MAX_MEMBERS + 1):
        Seat.create(committee=made.id, number=number, kind=SeatKind.ROTATING, division_code=division.code)
    return _done(made)


@command(COMMITTEE, "activateCommittee")
def activate_committee(call: Call, committee: Committee, role: Role) -> CommandResult:
    """Activate a committee, once it meets the rules C2 to C5 (启用社工委).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; COMPOSITION_RULE_BROKEN.
    """
    move(call, COMMITTEE_LIFECYCLE, committee, A.ACTIVATE, _by(call, role, committee))
    recompute_compliance(call, committee)
    return _done(committee)


@command(COMMITTEE, "grantLeadWaiver")
def grant_lead_waiver(
    call: Call, committee: Committee, role: Role, *, post: MemberPost, reason: Prose, until: Annotated[date, Days(0)]
) -> CommandResult:
    """Allow a director who holds one of both posts alone, until a day (主任任职豁免, C3).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, another post, or longer
            than is set.
    """
    if post not in DIRECTOR_POSTS:
        names = " or ".join(DIRECTOR_POSTS)
        raise invalid("post", f"A waiver is for {names}; choose one.", "豁免仅限党组织书记或居委会主任。")
    most = setting(SettingKey.WAIVER_MOST_DAYS, committee.division_code)
    if until > call.day + timedelta(days=most):
        raise invalid("until", f"A waiver lasts at most {most} days.", f"豁免最长 {most} 天。")
    given = {"lead_waiver_post": post, "lead_waiver_reason": reason, "lead_waiver_until": until}
    facts = {"post": post, "until": until}
    move(call, COMMITTEE_LIFECYCLE, committee, A.WAIVE, _by(call, role, committee), note=reason, facts=facts, **given)
    recompute_compliance(call, committee)
    return _done(committee)


@command(COMMITTEE, "dissolveCommittee")
def dissolve_committee(call: Call, committee: Committee, role: Role, *, reason: Prose) -> CommandResult:
    """Dissolve a committee, and end its seats with their roles (撤销社工委).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; NOT_ALL_SETTLED, it has open issues.
    """
    by = _by(call, role, committee)
    for candidacy in Candidacy.lock_all(committee=committee.id):
        if candidacy.state in LIVE:
            move(call, CANDIDACY_LIFECYCLE, candidacy, A.WITHDRAW, decided_on=call.day)
    for member in Member.lock_all(committee=committee.id, is_active=True):
        leave_seat(call, committee, by, member, EndReason.DISSOLVED, call.day)
    move(call, COMMITTEE_LIFECYCLE, committee, A.END, by, note=reason, dissolved_on=call.day)
    for ending in _ENDINGS:
        ending(call, committee)
    return _done(committee)


def end_with_committee(ending: Callable[[Call, Committee], None]) -> None:
    """Declare what ends with a committee, in the transaction that dissolves it; the committee is locked."""
    _ENDINGS.append(ending)


@command(division_of(Role.DISTRICT_OFFICER, Role.CITY_OFFICER))
def designate_pilot(
    call: Call, division: Division, standing: None, *, is_pilot: bool, since: Annotated[date, Days(FIRST_DAY, 0)]
) -> CommandResult:
    """Designate the committees of a division as models for others, or end that (确定试点).

    Raises:
        DomainError: NOT_FOUND, no such division; NOT_PERMITTED; INVALID_INPUT, the day is to come.
    """
    is_district = call.actor.holds(Role.DISTRICT_OFFICER, over=division.code) is not None
    role = Role.DISTRICT_OFFICER if is_district else Role.CITY_OFFICER
    facts = {"pilot": is_pilot, "since": since}
    for committee in _others_than.all(division.code, division.last_code, is_pilot):
        by = By.actor(call, role, committee.division_code)
        move(call, COMMITTEE_LIFECYCLE, committee, A.AMEND, by, facts=facts, is_pilot=is_pilot)
    return CommandResult({"division": division.id})


@compiled
def _others_than(first: Any, last: Any, is_pilot: Any) -> Any:
    inside = Committee.division_code.between(first, last) & (Committee.state != S.DISSOLVED)
    return locked(Committee.select().where(inside & (Committee.is_pilot != is_pilot)).order_by(Committee.id))


def _by(call: Call, role: Role, committee: Committee) -> By:
    return By.actor(call, role, committee.division_code)


def _done(committee: Committee) -> CommandResult:
    return CommandResult({"committee": committee.id, "event": entry_of(COMMITTEE_LIFECYCLE, committee)})
