"""Candidacies: who is nominated, objected to, declined, withdrawn and appointed (rule C7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import not_permitted
from db.access.subjects import command
from db.committees.compliance import recompute_compliance
from db.committees.lifecycle import CANDIDACY_LIFECYCLE
from db.committees.models.candidacy import LIVE, Candidacy, CandidacyObjection, DeclineReason
from db.committees.models.committee import (
    Committee,
    EndReason,
    Member,
    MemberCategory,
    MemberPost,
    NominationChannel,
    SeatKind,
)
from db.committees.seating import Appointment, leave_seat, take_seat
from db.committees.standing import CANDIDACY, lock_committee_of_candidate, require_at_work
from db.committees.visibility import CANDIDACY as RULE
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.bounds import Between, Days, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.organizations.models.organization import Organization, OrganizationState
from db.people.finding import living_person
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import setting

A, N = JournalAction, NominationChannel
# Who is of these categories has a standing seat unless it is said otherwise (C5, A-3).
_STANDING = (MemberCategory.TWO_COMMITTEES,)


@dataclass(frozen=True, slots=True)
class Origin(Inputs):
    """Who nominated a person for a seat."""

    channel: NominationChannel
    organization_id: int | None = None
    recommender_count: Annotated[int, Between(1, 100_000)] | None = None


@dataclass(frozen=True, slots=True)
class Source(Origin):
    """How a candidacy came about. person_consent: how and when the person agreed, where somebody else nominates."""

    person_consent: Annotated[str, Length(2, 200)] | None = None


@dataclass(frozen=True, slots=True)
class Place(Inputs):
    """What seat the candidacy is for. ex_officio_post: the post by which it is held."""

    category: MemberCategory
    seat_kind: SeatKind | None = None
    ex_officio_post: MemberPost | None = None
    replaces_id: int | None = None


@command()
def nominate_member(
    call: Call,
    *,
    committee_id: int,
    person_id: int,
    source: Source,
    place: Place,
    statement: Annotated[str, Length(1, 500)] | None = None,
) -> CommandResult:
    """Nominate a person for a seat of a committee (提名委员).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED; INVALID_INPUT; NOT_ELIGIBLE, too few residents recommend the person;
            CONSENT_REQUIRED; ALREADY_EXISTS, the person has a seat there, or a candidacy that is not decided.
    """
    committee = Committee.lock(id=committee_id)
    if committee is None:
        raise not_found("committeeId", "There is no such committee; check the id.", "没有该社工委，请核对 ID。")
    require_at_work(committee)
    person = living_person(person_id)
    role = _nominating(call, committee, person, source)
    require_origin(call, committee, source)
    if role is not None and source.person_consent is None:
        raise DomainError(
            ErrorCode.CONSENT_REQUIRED,
            "State in personConsent how and when the person agreed to be nominated.",
            ("personConsent",),
            chinese="请在 personConsent 中注明本人何时、以何种方式同意提名。",
        )
    require_no_other(call, committee, person)
    _require_replaced(committee, place.replaces_id)
    kind = seat_kind(place.category, place.seat_kind, is_by_post=place.ex_officio_post is not None)
    # The journal does not name a candidate, who is not public yet.
    by = By.actor(call, role, committee.division_code) if role else By(Role.RESIDENT)
    made = begin(
        call, CANDIDACY_LIFECYCLE, Candidacy, by,
        committee=committee.id, division_code=committee.division_code, person=person.id,
        nominator=call.actor.account_id, category=place.category, seat_kind=kind, channel=source.channel,
        organization=source.organization_id, recommender_count=source.recommender_count,
        ex_officio_post=place.ex_officio_post, statement=statement, replaces=place.replaces_id, created_at=call.at,
    )  # fmt: skip
    return CommandResult({"candidacy": made.id, "event": entry_of(CANDIDACY_LIFECYCLE, made)})


def _nominating(call: Call, committee: Committee, person: Person, source: Source) -> Role | None:
    """Return the role in which the actor nominates somebody; None where it is themselves."""
    code, own = committee.division_code, call.actor.account_id
    speaks = (
        held for held in call.actor.held if held.organization_id and held.organization_id == source.organization_id
    )
    if source.channel is N.UNIT_RECOMMENDATION and any(held.part.covers(code) for held in speaks):
        return Role.UNIT_CONTACT
    if own is not None and own == person.account_id and call.actor.mandate.part.covers(code):
        if source.channel is N.SELF_NOMINATION:
            return None
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "You nominate yourself by SELF_NOMINATION; a recommendation comes from those who recommend you.",
            ("channel",),
            chinese="本人自荐请选择 SELF_NOMINATION；推荐须由推荐人或推荐单位提交。",
        )
    roles = [Role.STAFF]
    if source.channel is N.RESIDENT_RECOMMENDATION:
        roles.append(Role.RESIDENT)
    held = call.actor.holds(*roles, over=code)
    if held is None:
        raise not_permitted(Capacity.COMMUNITY_STAFF, Capacity.LOCAL_RESIDENT, Capacity.UNIT_CONTACT, Capacity.SUBJECT)
    return held.role


def require_origin(call: Call, committee: Committee, source: Origin) -> None:
    """Check that enough residents recommend somebody, or that the unit that does is named and active.

    Raises:
        DomainError: NOT_ELIGIBLE, INVALID_INPUT, NOT_FOUND.
    """
    if source.recommender_count is not None and source.channel is not N.RESIDENT_RECOMMENDATION:
        message = "Only residents who recommend somebody together are counted; leave it out."
        raise invalid("recommenderCount", message, "仅居民推荐填写联名人数，请勿填写。")
    if source.organization_id is not None and source.channel is not N.UNIT_RECOMMENDATION:
        raise invalid("organizationId", "Only a UNIT_RECOMMENDATION names an organization.", "仅单位推荐填写推荐单位。")
    if source.channel is N.RESIDENT_RECOMMENDATION:
        least = setting(SettingKey.CANDIDACY_RECOMMENDERS, committee.division_code)
        if (source.recommender_count or 0) < least:
            raise DomainError(
                ErrorCode.NOT_ELIGIBLE,
                f"At least {least} residents recommend a candidate together; count them in recommenderCount.",
                ("recommenderCount",),
                chinese=f"居民推荐须至少 {least} 人联名，请填写 recommenderCount。",
            )
    if source.channel is N.UNIT_RECOMMENDATION and source.organization_id is None:
        raise invalid("organizationId", "Name the organization that recommends the person.", "请填写推荐单位。")
    unit = source.organization_id
    if unit is not None and Organization.find(id=unit, state=OrganizationState.ACTIVE) is None:
        raise not_found("organizationId", "There is no such active organization; check the id.", "没有此在册单位。")


def require_no_other(call: Call, committee: Committee, person: Person) -> None:
    """Check that somebody has no seat of a committee (C8), and no candidacy that is not decided and the actor sees.

    Of the others the actor learns nothing.

    Raises:
        DomainError: ALREADY_EXISTS.
    """
    seat = Member.find(committee=committee.id, person=person.id, is_active=True)
    others = Candidacy.find_all(committee=committee.id, person=person.id)
    known = (row for row in others if row.state in LIVE and RULE.check(call.actor, row))
    there = f"Member_{seat.id}" if seat else next((f"Candidacy_{row.id}" for row in known), None)
    if there is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The person has a seat there, or a candidacy that is not decided: {there}.",
            ("personId",),
            chinese=f"该人员已任委员或已有未定候选：{there}。",
        )


def _require_replaced(committee: Committee, member_id: int | None) -> None:
    if member_id is not None and Member.find(id=member_id, committee=committee.id, is_active=True) is None:
        raise not_found("replacesId", "The committee has no such active member; check the id.", "没有该在任委员。")


def seat_kind(category: MemberCategory, wanted: SeatKind | None, *, is_by_post: bool) -> SeatKind:
    """Return the kind of seat that somebody takes: the usual one where none is named.

    Raises:
        DomainError: INVALID_INPUT, a seat by post does not rotate (C5).
    """
    if not is_by_post:
        usual = SeatKind.STANDING if category in _STANDING else SeatKind.ROTATING
        return wanted or usual
    if wanted is SeatKind.ROTATING:
        raise invalid("seatKind", "A seat by post is a standing seat (C5).", "依职任职的席位为常任席位（C5）。")
    return SeatKind.STANDING


@command(CANDIDACY, "discussCandidacy", lock=lock_committee_of_candidate)
def discuss_candidacy(call: Call, candidacy: Candidacy, role: Role) -> CommandResult:
    """Submit a candidacy to the two committees for discussion (提交讨论).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; ALREADY_EXISTS, the person has a seat
            there, or another nomination of theirs is under discussion or in public notice.
    """
    event = move(call, CANDIDACY_LIFECYCLE, candidacy, A.DISCUSS, By.actor(call, role, candidacy.division_code))
    return CommandResult({"candidacy": candidacy.id, "event": event})


@command(CANDIDACY, "objectToCandidacy")
def object_to_candidacy(call: Call, candidacy: Candidacy, role: Role, *, text: Prose) -> CommandResult:
    """Object to a candidacy during its public notice (提出异议); only staff and the subdistrict learn by whom.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; LIMIT_REACHED, the notice is over, or
            the resident objected before.
    """
    CandidacyObjection.create(
        candidacy=candidacy.id, division_code=candidacy.division_code, account=call.actor.account_id,
        author_name=call.actor.name, text=text, created_at=call.at,
    )  # fmt: skip
    # The journal, which everybody reads, does not tell who it was.
    event = move(call, CANDIDACY_LIFECYCLE, candidacy, A.OBJECT, is_objected=True)
    return CommandResult({"candidacy": candidacy.id, "event": event})


@command(CANDIDACY, "declineCandidacy")
def decline_candidacy(
    call: Call, candidacy: Candidacy, role: Role, *, reason: DeclineReason, note: Prose
) -> CommandResult:
    """Decline a candidacy whose public notice has begun (不予任命).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    by = By.actor(call, role, candidacy.division_code)
    declined = {"decline_reason": reason, "decline_note": note, "decided_on": call.day}
    event = move(call, CANDIDACY_LIFECYCLE, candidacy, A.DECLINE, by, **declined)
    return CommandResult({"candidacy": candidacy.id, "event": event})


@command(CANDIDACY, "withdrawCandidacy")
def withdraw_candidacy(call: Call, candidacy: Candidacy, role: Role) -> CommandResult:
    """Withdraw a candidacy, by the person or whoever nominated them (撤回候选).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    # Nor does the journal name whoever withdraws, who may be the candidate.
    event = move(call, CANDIDACY_LIFECYCLE, candidacy, A.WITHDRAW, By(role), decided_on=call.day)
    return CommandResult({"candidacy": candidacy.id, "event": event})


@command(CANDIDACY, "appointMember", lock=lock_committee_of_candidate)
def appoint_member(
    call: Call,
    candidacy: Candidacy,
    role: Role,
    *,
    term_start: Annotated[date, Days(-30, 0)] | None = None,
    objection_answer: Prose | None = None,
) -> CommandResult:
    """Appoint a candidate whose notice is over, to a free seat or that of whom they replace (任命委员).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; LIMIT_REACHED, the
            notice runs; NOT_ALL_SETTLED, an objection has no answer; COMPOSITION_RULE_BROKEN, no seat is free.
    """
    require_answer(candidacy, objection_answer)
    start = term_start or call.day
    if candidacy.notice_until is not None and start <= candidacy.notice_until:
        message = f"The term begins after the public notice, which ran until {candidacy.notice_until}."
        raise invalid("termStart", message, f"任期须在公示期满（{candidacy.notice_until}）之后开始。")
    committee = Committee.lock(id=candidacy.committee_id)
    assert committee is not None, "a candidacy has a committee"
    by = By.actor(call, role, committee.division_code)
    answered = {"objection_answer": objection_answer}
    member, event = seat_candidate(call, committee, candidacy, by, A.APPOINT, start, answered)
    recompute_compliance(call, committee)
    return CommandResult({"candidacy": candidacy.id, "member": member.id, "event": event})


def require_answer(candidacy: Candidacy, answer: str | None) -> None:
    """Check that an objection to a candidacy has an answer.

    Raises:
        DomainError: NOT_ALL_SETTLED.
    """
    if candidacy.is_objected and answer is None:
        raise RowGuard.UNANSWERED.refusal()


def seat_candidate(
    call: Call,
    committee: Committee,
    candidacy: Candidacy,
    by: By,
    action: JournalAction,
    term_start: date,
    columns: Mapping[str, Any],
) -> tuple[Member, int]:
    """Seat a candidate, in the place of the member whom they replace; return the member and the entry's id.

    Raises:
        DomainError: COMPOSITION_RULE_BROKEN, no seat is free; NOT_FOUND, the person was erased; INVALID_INPUT, the term
            would begin before that of the member who is replaced.
    """
    assert candidacy.person_id is not None, "a candidacy that is open has its candidate"
    person = living_person(candidacy.person_id)
    before = Member.lock(id=candidacy.replaces_id, is_active=True) if candidacy.replaces_id else None
    if before is not None:
        if before.term_start > term_start:
            message = f"The member whose seat it is has held it from {before.term_start} on; begin no earlier."
            raise invalid("termStart", message, f"原委员自 {before.term_start} 起任职，接替不能早于该日。")
        leave_seat(call, committee, by, before, EndReason.REPLACED, term_start - timedelta(days=1))
    posts = (candidacy.ex_officio_post,) if candidacy.ex_officio_post else ()
    member = take_seat(
        call,
        committee,
        by,
        Appointment(person, candidacy.category, candidacy.seat_kind, candidacy.channel, posts, term_start, before),
    )
    event = move(
        call, CANDIDACY_LIFECYCLE, candidacy, action, by, facts={"member": member}, member=member.id,
        decided_on=call.day, **columns,
    )  # fmt: skip
    for other in Candidacy.lock_all(committee=committee.id, person=person.id):
        if other.state in LIVE:
            move(call, CANDIDACY_LIFECYCLE, other, A.WITHDRAW, decided_on=call.day)
    return member, event
