"""What is done with members: their posts are set, their terms renewed and ended, and others take their seats."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.journal import By, begin, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import not_permitted
from db.access.subjects import command
from db.committees.candidacies import require_answer, seat_candidate
from db.committees.compliance import recompute_compliance
from db.committees.decisions import require_meeting
from db.committees.lifecycle import CANDIDACY_LIFECYCLE, COMMITTEE_LIFECYCLE
from db.committees.models.candidacy import Candidacy
from db.committees.models.committee import (
    Committee,
    EndReason,
    Member,
    MemberPost,
    SeatKind,
    posts_text,
)
from db.committees.seating import give_role, leave_seat, next_year, require_places, require_room, seat_of
from db.committees.standing import CANDIDACY_STEPS, MEMBER, as_staff, as_staff_or_self, lock_committee_of_member
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Days, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import setting

A = JournalAction
_DAY = timedelta(days=1)
# Reasons that a member's own resignation is not, and those that no caller gives.
_BY_RULE = (EndReason.TERM_ENDED, EndReason.POST_ENDED, EndReason.REPLACED, EndReason.DISSOLVED)


@command(MEMBER, as_staff, lock=lock_committee_of_member)
def set_member_posts(call: Call, member: Member, role: Role, *, posts: Sequence[MemberPost]) -> CommandResult:
    """Set which posts a member holds; a standing member who loses the last one leaves the seat (设定任职).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED; ILLEGAL_TRANSITION, the member is not in office.
    """
    committee, by = _in_office(call, member, role)
    _set_posts(call, committee, by, member, posts)
    recompute_compliance(call, committee)
    return CommandResult({"member": member.id})


def _set_posts(call: Call, committee: Committee, by: By, member: Member, posts: Sequence[MemberPost]) -> None:
    had, has = member.posts, posts_text(posts)
    if has != had or not member.has_known_posts:
        member.change(posts=has, has_known_posts=True)
        held = {f"post{at}": MemberPost[name] for at, name in enumerate(has.split(), start=1)}
        move(call, COMMITTEE_LIFECYCLE, committee, A.AMEND, by, facts={"member": member, "posts": len(held), **held})
    if had and not posts and seat_of(member).kind is SeatKind.STANDING:
        leave_seat(call, committee, by, member, EndReason.POST_ENDED, call.day)


def _posts_of(member: Member) -> list[MemberPost]:
    return [MemberPost[name] for name in member.posts.split() if name in MemberPost.__members__]


def pass_post_on(
    call: Call, committee: Committee, by: By, post: MemberPost, *, leaver_id: int, taker: Person | None
) -> None:
    """End a person's post, and pass the seat that they hold by it alone on to whoever has it now (C5).

    The seat passes on without a notice and without a day between. It falls free where nobody has the post now, or they
    sit on the committee already and take the post to their own seat. committee: locked, before the people.

    Raises:
        DomainError: NOT_PERMITTED, the actor would seat themselves.
    """
    leaver = Member.find(committee=committee.id, person=leaver_id, is_active=True)
    if leaver is None or post.value not in leaver.posts.split():
        return
    seated = Member.find(committee=committee.id, person=taker.id, is_active=True) if taker else None
    if taker and seated is None and leaver.posts == post.value:
        candidacy = begin(
            call, CANDIDACY_LIFECYCLE, Candidacy, by,
            committee=committee.id, division_code=committee.division_code, person=taker.id,
            nominator=call.actor.account_id, category=leaver.category, seat_kind=SeatKind.STANDING,
            channel=leaver.nomination_channel, ex_officio_post=post, replaces=leaver.id, created_at=call.at,
        )  # fmt: skip
        seat_candidate(call, committee, candidacy, by, A.APPOINT_BY_POST, call.day, {})
    else:
        _set_posts(call, committee, by, leaver, [one for one in _posts_of(leaver) if one is not post])
        if seated is not None:
            _set_posts(call, committee, by, seated, [*_posts_of(seated), post])
    recompute_compliance(call, committee)


@command(MEMBER, as_staff, lock=lock_committee_of_member)
def renew_member(call: Call, member: Member, role: Role, *, meeting_id: int) -> CommandResult:
    """Renew the term of a rotating member for another year (续任, C6).

    Raises:
        DomainError: NOT_FOUND, no such member or meeting; NOT_PERMITTED; INVALID_INPUT, a standing seat;
            ILLEGAL_TRANSITION, the member leaves or left for another reason than the end of the term; LIMIT_REACHED,
            too early or too late, or somebody took the seat since.
    """
    committee, seat = _committee_of(member), seat_of(member)
    require_meeting(member.division_code, meeting_id)
    end = member.term_end
    if end is None or seat.kind is SeatKind.STANDING:
        raise invalid("memberId", "A standing member has no term to renew.", "常任委员无须续任。")
    if member.end_reason not in (None, EndReason.TERM_ENDED):
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            f"The member leaves, or left, for the reason {member.end_reason.value}, so the term is not renewed; "
            "nominate them anew if they are to come back (nominateMember).",
            ("memberId",),
            chinese=f"该委员因“{member.end_reason.chinese}”离任，不能续任；如需再任，请重新提名（nominateMember）。",
        )
    early = setting(SettingKey.TERM_WARN_DAYS, member.division_code)
    late = setting(SettingKey.TERM_RENEW_LATE_DAYS, member.division_code)
    is_free = member.is_active or not _was_taken(member)
    if not (end - timedelta(days=early) <= call.day <= end + timedelta(days=late) and is_free):
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"A term is renewed from {early} days before its end until {late} days after it, while the seat is free.",
            ("memberId",),
            chinese=f"续任须在届满前 {early} 天至届满后 {late} 天内办理，且席位空缺。",
        )
    if not member.is_active:
        require_room(committee, field=("memberId",))
    was_active, until = member.is_active, next_year(end + _DAY)
    member.change(
        is_active=True, ended_on=None, end_reason=None, term_end=until, renewal_count=member.renewal_count + 1
    )
    if not was_active:
        give_role(call, committee, member)
    by = By.actor(call, role, member.division_code)
    facts = {"member": member, "seat": seat.number, "termEnd": until}
    event = move(call, COMMITTEE_LIFECYCLE, committee, A.RENEW, by, facts=facts)
    recompute_compliance(call, committee)
    return CommandResult({"member": member.id, "event": event})


def _was_taken(member: Member) -> bool:
    """Return whether somebody else had the seat since a member's term ended."""
    others = (other for other in Member.find_all(seat=member.seat_id) if other.id != member.id)
    end = member.term_end
    return any(other.is_active or (other.ended_on and end and other.ended_on > end) for other in others)


@command(MEMBER, as_staff_or_self, lock=lock_committee_of_member)
def end_member(
    call: Call,
    member: Member,
    role: Role,
    *,
    reason: EndReason,
    ends_on: Annotated[date, Days(-30, 365)],
    meeting_id: int | None = None,
) -> CommandResult:
    """End a member's time in office after a day, which may be to come (办理离任).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, only staff end it for another reason than RESIGNED; INVALID_INPUT;
            ILLEGAL_TRANSITION, the member is not in office.
    """
    committee, by = _in_office(call, member, role)
    if reason in _BY_RULE:
        names = ", ".join(one for one in EndReason if one not in _BY_RULE)
        raise invalid(
            "reason", f"Choose one of {names}; the others follow by rule.", "该原因由系统按规则产生，请另选。"
        )
    if reason is not EndReason.RESIGNED and role is not Role.STAFF:
        raise not_permitted(Capacity.COMMUNITY_STAFF)
    if reason is EndReason.REMOVED:
        if meeting_id is None:
            raise invalid("meetingId", "Name the meeting that removed the member.", "免任须填写社区“两委”会议。")
        require_meeting(member.division_code, meeting_id)
    if ends_on > call.day:
        # The clock ends the term when the day is over.
        end = min(ends_on, member.term_end or ends_on)
        member.change(term_end=end, end_reason=reason)
        facts = {"member": member, "seat": seat_of(member).number, "termEnd": end}
        move(call, COMMITTEE_LIFECYCLE, committee, A.AMEND, by, facts=facts)
    else:
        leave_seat(call, committee, by, member, reason, ends_on)
    recompute_compliance(call, committee)
    return CommandResult({"member": member.id})


@command(MEMBER, as_staff, lock=lock_committee_of_member)
def replace_member(
    call: Call, member: Member, role: Role, *, candidacy_id: int, objection_answer: Prose | None = None
) -> CommandResult:
    """Seat a candidate in the place of a member from today on, without a day between (接替委员).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED; COMPOSITION_RULE_BROKEN, no seat would be left for somebody else who is
            in public notice for this one; as `appoint_member` refuses.
    """
    committee, by = _in_office(call, member, role)
    candidacy = Candidacy.lock(id=candidacy_id, committee=committee.id)
    if candidacy is None:
        raise not_found("candidacyId", "The committee has no such candidacy; check the id.", "没有此候选，请核对 ID。")
    candidacy.change(replaces=member.id)
    require_places(committee, ("candidacyId",))
    CANDIDACY_STEPS.require(call, candidacy, "appointMember", "candidacyId")
    require_answer(candidacy, objection_answer)
    answered = {"objection_answer": objection_answer}
    taken, event = seat_candidate(call, committee, candidacy, by, A.APPOINT, call.day, answered)
    recompute_compliance(call, committee)
    return CommandResult({"member": taken.id, "candidacy": candidacy.id, "event": event})


def _committee_of(member: Member) -> Committee:
    committee = Committee.lock(id=member.committee_id)
    assert committee is not None, "a member has a committee"
    return committee


def _in_office(call: Call, member: Member, role: Role) -> tuple[Committee, By]:
    """Lock the committee of a member who is in office, and return it with how the actor is recorded.

    Raises:
        DomainError: ILLEGAL_TRANSITION.
    """
    if not member.is_active:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            "The member is not in office any more.",
            ("memberId",),
            chinese="该委员已离任。",
        )
    return _committee_of(member), By.actor(call, role, member.division_code)
