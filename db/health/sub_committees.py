"""What is done with sub-committees: staff form them and change who belongs to them; they end with their committee."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.committees.founding import end_with_committee
from db.committees.models.committee import Committee, Member
from db.committees.standing import COMMITTEE
from db.health.compliance import BOTH_STAND
from db.health.lifecycle import SUB_COMMITTEE_LIFECYCLE
from db.health.models.sub_committee import (
    HEAD_POSTS,
    SubCommittee,
    SubCommitteeKind,
    SubCommitteeMember,
    SubCommitteeRole,
    SubCommitteeState,
)
from db.health.standing import SUB_COMMITTEE, lock_committee
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Days, Items
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.people.finding import known_person, require_each_once


@dataclass(frozen=True, slots=True)
class Place:
    """Who is what in a sub-committee."""

    person_id: int
    role: SubCommitteeRole


Places = Annotated[Sequence[Place], Items(1, 50)]


@command(COMMITTEE, Capacity.COMMUNITY_STAFF)
def form_sub_committee(
    call: Call,
    committee: Committee,
    role: Role,
    *,
    kind: SubCommitteeKind,
    members: Places,
    formed_on: Annotated[date, Days(last=0)] | None = None,
) -> CommandResult:
    """Form a sub-committee of a committee (成立下属委员会).

    Raises:
        DomainError: NOT_FOUND, no such committee or person; NOT_PERMITTED, also for a person whose name the actor may
            not read; STALE_OBJECT; ILLEGAL_TRANSITION, the committee was dissolved; INVALID_INPUT, somebody is named
            twice; COMPOSITION_RULE_BROKEN, it has not exactly one head who has a post in the residents' committee (H2);
            ALREADY_EXISTS, there is one of the kind.
    """
    other = SubCommittee.find(committee=committee.id, kind=kind, state=SubCommitteeState.ACTIVE)
    if other is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The committee has a sub-committee of this kind already: SubCommittee_{other.id}. Change its members with "
            "changeSubCommittee.",
            ("kind",),
            chinese=f"该社工委已有此类下属委员会：SubCommittee_{other.id}，请用 changeSubCommittee 调整成员。",
        )
    _check(committee, members)
    formed_on = formed_on or call.day
    made = begin(
        call, SUB_COMMITTEE_LIFECYCLE, SubCommittee, By.actor(call, role, committee.division_code),
        committee=committee.id, division=committee.division_id, division_code=committee.division_code, kind=kind,
        formed_on=formed_on, created_at=call.at,
    )  # fmt: skip
    _seat(call, made, members, formed_on)
    BOTH_STAND.recompute(call, committee.division_code)
    return CommandResult({"subCommittee": made.id, "event": entry_of(SUB_COMMITTEE_LIFECYCLE, made)})


@command(SUB_COMMITTEE, "changeSubCommittee", lock=lock_committee)
def change_sub_committee(call: Call, row: SubCommittee, role: Role, *, members: Places) -> CommandResult:
    """Change who belongs to a sub-committee from today on; who belonged to it before stays known (调整下属委员会).

    Raises:
        DomainError: NOT_FOUND, no such sub-committee or person; NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT;
            INVALID_INPUT, somebody is named twice; COMPOSITION_RULE_BROKEN, as above (H2).
    """
    _check(Committee.get_by_id(row.committee_id), members)
    event = move(call, SUB_COMMITTEE_LIFECYCLE, row, JournalAction.AMEND, By.actor(call, role, row.division_code))
    named = {one.person_id: one.role for one in members}
    kept: set[int] = set()
    for one in _live.all(row.id):
        if named.get(one.person_id) is one.role:
            kept.add(one.person_id)
        else:
            one.change(until=max(call.day, one.since))
    _seat(call, row, [one for one in members if one.person_id not in kept], call.day)
    return CommandResult({"subCommittee": row.id, "event": event})


def _dissolve_all(call: Call, committee: Committee) -> None:
    """Dissolve the sub-committees of a committee that is dissolved, and end who belongs to them."""
    for row in SubCommittee.lock_all(committee=committee.id, state=SubCommitteeState.ACTIVE):
        for one in _live.all(row.id):
            one.change(until=max(call.day, one.since))
        move(call, SUB_COMMITTEE_LIFECYCLE, row, JournalAction.END, dissolved_on=call.day)


end_with_committee(_dissolve_all)


def _check(committee: Committee, members: Sequence[Place]) -> None:
    """Check that a sub-committee has each person once, and one head, who has a post in the residents' committee."""
    require_each_once(one.person_id for one in members)
    heads = [one.person_id for one in members if one.role is SubCommitteeRole.HEAD]
    if len(heads) == 1:
        seats = Member.find_all(committee=committee.id, person=heads[0], is_active=True)
        if any(post.value in seat.posts.split() for seat in seats for post in HEAD_POSTS):
            return
    raise DomainError(
        ErrorCode.COMPOSITION_RULE_BROKEN,
        "H2: a sub-committee has exactly one HEAD, a member of the committee who is director or member of the "
        "residents' committee. Name one, or set their posts first (setMemberPosts).",
        ("members",),
        chinese="H2：下属委员会须有且仅有一名主任（HEAD），由兼任居委会主任或居委会委员的社工委委员担任；"
        "请另选，或先设定其任职（setMemberPosts）。",
    )


def _seat(call: Call, row: SubCommittee, members: Sequence[Place], since: date) -> None:
    """Give people their places, after finding and locking them in the order of their ids."""
    for one in sorted(members, key=lambda member: member.person_id):
        known_person(call, one.person_id, "members")
    for one in members:
        SubCommitteeMember.create(
            sub_committee=row.id, division_code=row.division_code, person=one.person_id, role=one.role, since=since
        )


@compiled
def _live(sub_committee_id: Any) -> Any:
    member = SubCommitteeMember
    return member.select().where(member.sub_committee == sub_committee_id, member.until.is_null()).order_by(member.id)
