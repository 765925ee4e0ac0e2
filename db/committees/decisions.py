"""What the two committees decide in a meeting: on candidacies, and who leads the committee (rules C4, C7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, entry_of, illegal_transition, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.committees.candidacies import seat_candidate
from db.committees.compliance import recompute_compliance
from db.committees.lifecycle import CANDIDACY_LIFECYCLE, COMMITTEE_LIFECYCLE
from db.committees.models.candidacy import (
    Candidacy,
    CandidacyDecision,
    CandidacyState,
    DeclineReason,
    TwoCommitteesMeeting,
)
from db.committees.models.committee import DEPUTIES, FIRST_DAY, Committee, Member
from db.committees.seating import require_director_posts, require_room, settle_positions
from db.committees.standing import COMMITTEE
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Between, Days, Items, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.settings.models import SettingKey
from db.settings.values import setting

A, D, K = JournalAction, CandidacyDecision, CandidacyState
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one candidacy."""

    candidacy_id: int
    decision: CandidacyDecision
    reason: DeclineReason | None = None


@dataclass(frozen=True, slots=True)
class Leads:
    """Who is to lead the committee."""

    director_id: int
    deputy_ids: Annotated[Sequence[int], Items(DEPUTIES, DEPUTIES)]


@dataclass(frozen=True, slots=True)
class Minutes(Inputs):
    """When the two committees met, how many of them came, and what was said."""

    held_on: Annotated[date, Days(FIRST_DAY, 0)]
    expected_count: Annotated[int, Between(1, 100)]
    present_count: Annotated[int, Between(1, 100)]
    minutes: Annotated[str, Length(1, 20_000)]


@command(COMMITTEE, Capacity.COMMUNITY_STAFF)
def record_two_committees_meeting(
    call: Call,
    committee: Committee,
    role: Role,
    *,
    held: Minutes,
    decisions: Annotated[Sequence[Decision], Items(0, 50)] = (),
    leads: Leads | None = None,
) -> CommandResult:
    """Record a meeting of the two committees with what it decided (记录“两委”会议).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED; STALE_OBJECT; INVALID_INPUT; QUORUM_NOT_MET, not more than half came;
            ILLEGAL_TRANSITION, a candidacy was not put before them; COMPOSITION_RULE_BROKEN, more than fifteen
            members, or leads that the rules do not allow.
    """
    _require_quorum(held)
    meeting = TwoCommitteesMeeting.create(
        division=committee.division_id, division_code=committee.division_code, held_on=held.held_on,
        expected_count=held.expected_count, present_count=held.present_count, minutes=held.minutes, created_at=call.at,
    )  # fmt: skip
    by = By.actor(call, role, committee.division_code)
    for at, decision in enumerate(decisions):
        _decide(call, committee, by, meeting, decision, ("decisions", str(at)))
    if leads is not None:
        _settle(call, committee, by, leads, ("leads",))
    recompute_compliance(call, committee)
    return CommandResult({"meeting": meeting.id, "committee": committee.id})


def _require_quorum(held: Minutes) -> None:
    if held.present_count > held.expected_count:
        message = f"At most the {held.expected_count} who belong to the two committees can be present."
        raise invalid("presentCount", message, f"实到人数不能超过应到的 {held.expected_count} 人。")
    if held.present_count * 2 > held.expected_count:
        return
    raise DomainError(
        ErrorCode.QUORUM_NOT_MET,
        f"More than half of the {held.expected_count} must be present; {held.present_count} were.",
        ("presentCount",),
        chinese=f"应到 {held.expected_count} 人，到会须过半数，实到 {held.present_count} 人。",
    )


def _decide(
    call: Call, committee: Committee, by: By, meeting: TwoCommitteesMeeting, decision: Decision, path: Path
) -> None:
    candidacy = Candidacy.lock(id=decision.candidacy_id, committee=committee.id)
    if candidacy is None:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "The committee has no such candidacy; check the id.",
            (*path, "candidacyId"),
            chinese="该社工委没有此候选，请核对 ID。",
        )
    kept: dict[str, Any] = {"meeting": meeting.id}
    if candidacy.state is not K.UNDER_DISCUSSION:
        refusal = illegal_transition(CANDIDACY_LIFECYCLE, candidacy.state)
        refusal.field = (*path, "candidacyId")
        raise refusal
    if decision.decision is D.DECLINED:
        reason = decision.reason or DeclineReason.OTHER
        move(
            call, CANDIDACY_LIFECYCLE, candidacy, A.NOT_APPROVE, by, decline_reason=reason, decided_on=call.day, **kept
        )
    else:
        require_room(committee, candidacy.replaces_id, (*path, "decision"))
        if candidacy.ex_officio_post is not None:
            try:
                seat_candidate(call, committee, candidacy, by, A.APPOINT_BY_POST, call.day, kept)
            except DomainError as refusal:
                refusal.field = (*path, "candidacyId")
                raise
        else:
            until = call.day + timedelta(days=setting(SettingKey.CANDIDACY_NOTICE_DAYS, committee.division_code))
            move(call, CANDIDACY_LIFECYCLE, candidacy, A.NOTIFY, by, notice_until=until, **kept)


@command(COMMITTEE, Capacity.COMMUNITY_STAFF)
def settle_committee_leads(
    call: Call,
    committee: Committee,
    role: Role,
    *,
    director_id: int,
    deputy_ids: Annotated[Sequence[int], Items(DEPUTIES, DEPUTIES)],
    meeting_id: int,
) -> CommandResult:
    """Settle who is the director, and the four deputies from among the other members (确定主任副主任).

    Raises:
        DomainError: NOT_FOUND, no such member or meeting; NOT_PERMITTED; STALE_OBJECT; COMPOSITION_RULE_BROKEN, the
            director lacks a post, or a deputy is named twice or is the director.
    """
    require_meeting(committee.division_code, meeting_id)
    _settle(call, committee, By.actor(call, role, committee.division_code), Leads(director_id, deputy_ids), ())
    recompute_compliance(call, committee)
    return CommandResult({"committee": committee.id, "event": entry_of(COMMITTEE_LIFECYCLE, committee)})


def require_meeting(division_code: str, meeting_id: int) -> None:
    """Check that the two committees of a community held a meeting.

    Raises:
        DomainError: NOT_FOUND.
    """
    if TwoCommitteesMeeting.find(id=meeting_id, division_code=division_code) is None:
        raise not_found(
            "meetingId",
            "The community's two committees held no such meeting; record it first (recordTwoCommitteesMeeting).",
            "没有此次社区“两委”会议，请先记录（recordTwoCommitteesMeeting）。",
        )


def _settle(call: Call, committee: Committee, by: By, leads: Leads, path: Path) -> None:
    seated = {member.id: member for member in Member.find_all(committee=committee.id, is_active=True)}
    for field, key in (("directorId", leads.director_id), *(("deputyIds", key) for key in leads.deputy_ids)):
        if key not in seated:
            raise DomainError(
                ErrorCode.NOT_FOUND,
                "The committee has no such active member; check the id.",
                (*path, field),
                chinese="该社工委没有此在任委员，请核对 ID。",
            )
    if len({leads.director_id, *leads.deputy_ids}) != 1 + DEPUTIES:
        raise DomainError(
            ErrorCode.COMPOSITION_RULE_BROKEN,
            "C4: the four deputies are four other members than the director.",
            (*path, "deputyIds"),
            chinese="C4：四名副主任须为主任以外的四名委员。",
        )
    director = seated[leads.director_id]
    require_director_posts(call, committee, director.posts, (*path, "directorId"))
    settle_positions(call, committee, by, director, [seated[key] for key in leads.deputy_ids])
