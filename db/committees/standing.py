"""Who may take the steps of committees, candidacies and members, and what stands in the way; see `db.access.steps`."""

from collections.abc import Mapping
from typing import Any

from peewee import SQL, Case, ColumnBase, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.access import part_of
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask, not_permitted, offices_over, require
from db.access.subjects import Subject
from db.attachments.subjects import AttachmentSubject, add_subject
from db.committees.composition import OF_START, broken_by, is_any_broken
from db.committees.lifecycle import CANDIDACY_LIFECYCLE, COMMITTEE_LIFECYCLE
from db.committees.models.candidacy import TAKEN_UP, Candidacy, CandidacyObjection
from db.committees.models.committee import Committee, Member, Seat
from db.committees.visibility import CANDIDACY as CANDIDACY_RULE
from db.committees.visibility import is_candidate, is_nominator, is_subject
from db.issues.lifecycle import CLOSED_STATES, Capacity
from db.issues.models.issue import Issue
from db.issues.row_guards import RowGuard
from db.kernel.calendar import today
from db.kernel.errors import DomainError, ErrorCode

C, G = Capacity, RowGuard

# --- Committees -------------------------------------------------------------------------------------------------------


def _has_open_issues(facts: RowFacts) -> Any:
    issue = Issue.alias("unfinished")
    is_open = issue.state.not_in([state.value for state in CLOSED_STATES])
    return fn.EXISTS(issue.select(SQL("1")).where((issue.committee == facts.row.id) & is_open))


COMMITTEE_STEPS = RowSteps(
    Committee,
    COMMITTEE_LIFECYCLE,
    lambda call, committee: offices_over(call, committee.division_code),
    lambda facts: facts.office_bits(C.SUBDISTRICT_OFFICER, C.DISTRICT_OFFICER),
    {
        G.RULES_BROKEN: lambda s: is_any_broken(s.row, s.asker.when(today), OF_START),
        G.ISSUES_OPEN: _has_open_issues,
    },
    serves_issue=False,
)


def _stand_before(call: Call, committee: Committee, needed: Any) -> Role:
    """Return the role in which an actor acts on a committee. needed: a mutation, or a capacity that acts on it."""
    if isinstance(needed, Capacity):
        require_at_work(committee)
        return require_office(call, committee.division_code, needed)
    try:
        return COMMITTEE_STEPS.require(call, committee, needed, "committeeId")
    except DomainError as refusal:
        if refusal.code is ErrorCode.COMPOSITION_RULE_BROKEN:
            raise _with_rules(call, committee, refusal) from None
        raise


def _with_rules(call: Call, committee: Committee, refusal: DomainError) -> DomainError:
    """List in a refusal the rules that a committee must meet before it begins its work."""
    broken = [one for one in broken_by(committee.id, call.day) if one.code in OF_START]
    english = " ".join(f"{one.code}: {one.english}" for one in broken)
    chinese = "".join(f"{one.code}：{one.chinese}" for one in broken)
    return DomainError(
        refusal.code, f"{refusal.message} {english}", refusal.field, chinese=f"{refusal.chinese}{chinese}"
    )


COMMITTEE = Subject(
    model=Committee,
    keys={"committee_id": "id"},
    missing=("There is no such committee; check the id.", "没有该社工委，请核对 ID。"),
    stale=stale_by_journal(COMMITTEE_LIFECYCLE),
    stand=_stand_before,
)


def require_at_work(committee: Committee, field: str = "committeeId") -> None:
    """Check that a committee is not dissolved.

    Raises:
        DomainError: ILLEGAL_TRANSITION.
    """
    if committee.state in COMMITTEE_LIFECYCLE.transitions[_END].sources:
        return
    raise DomainError(
        ErrorCode.ILLEGAL_TRANSITION,
        "The committee was dissolved; name the present committee of the community.",
        (field,),
        chinese="该社工委已撤销，请选择社区现有的社工委。",
    )


_END = next(action for action, step in COMMITTEE_LIFECYCLE.transitions.items() if "dissolveCommittee" in step.mutations)


def require_office(call: Call, division_code: str, *needed: Capacity) -> Role:
    """Return the role by which an actor holds one of some offices over a division.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    found = offices_over(call, division_code)
    for capacity in needed:
        if capacity in found:
            return found[capacity]
    raise not_permitted(*needed)


# --- Candidacies ------------------------------------------------------------------------------------------------------


def _to_candidacy(call: Call, candidacy: Candidacy) -> dict[Capacity, Role]:
    found = offices_over(call, candidacy.division_code)
    account, code = call.actor.account_id, candidacy.division_code
    if call.actor.holds(Role.RESIDENT, over=code):
        found[C.LOCAL_RESIDENT] = Role.RESIDENT
    if account is None or not call.actor.mandate.part.covers(code):
        return found
    role = call.actor.held[0].role if call.actor.held else Role.RESIDENT
    if is_candidate(account, candidacy):
        found[C.SUBJECT] = role
    if account == candidacy.nominator_id:
        found[C.NOMINATOR] = role
    return found


def _candidacy_bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    lives_there = asker.holds(
        lambda grant: (grant.role == Role.RESIDENT.value) & part_of(grant).covers(row.division_code)
    )
    own = (
        (C.LOCAL_RESIDENT, asker.covers(row.division_code) & lives_there),
        (C.SUBJECT, is_subject(row, asker)),
        (C.NOMINATOR, is_nominator(row, asker)),
    )
    bits = facts.office_bits(C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER)
    for capacity, condition in own:
        bits = bits + Case(None, [(condition, mask([capacity]))], 0)
    return bits


def _has_objected(facts: RowFacts) -> Any:
    said = CandidacyObjection.alias("said")
    is_own = (said.candidacy == facts.row.id) & (said.account == facts.asker.account_id)
    return fn.EXISTS(said.select(SQL("1")).where(is_own))


def _has_no_seat(facts: RowFacts) -> Any:
    """Build the condition that no seat is free today, nor held by the member whom the candidate replaces."""
    before = Member.alias("replaced")
    replaced = before.select(SQL("1")).where((before.id == facts.row.replaces) & before.is_active)
    return ~_has_seat_from(facts, facts.asker.when(today)) & ~fn.EXISTS(replaced)


def _is_seat_left_today(facts: RowFacts) -> Any:
    """Build the condition that no seat is free today, but one is tomorrow."""
    return _has_no_seat(facts) & _has_seat_from(facts)


def _has_seat_from(facts: RowFacts, day: Any = None) -> ColumnBase:
    """Build the condition that the committee has a seat that nobody holds on a day or later; None is some day."""
    seat, holder = Seat.alias("free"), Member.alias("holder")
    is_held = holder.is_active if day is None else holder.is_active | (holder.ended_on >= day)
    held = holder.select(SQL("1")).where((holder.seat == seat.id) & is_held)
    return fn.EXISTS(seat.select(SQL("1")).where((seat.committee == facts.row.committee) & ~fn.EXISTS(held)))


def _is_taken_up(facts: RowFacts) -> Any:
    """Build the condition that the candidate has a seat already, or another candidacy that went on."""
    row, other, seated = facts.row, Candidacy.alias("taken_up"), Member.alias("seated")
    went_on = other.state.in_([state.value for state in TAKEN_UP])
    same = (other.committee == row.committee) & (other.person == row.person) & (other.id != row.id)
    member = (seated.committee == row.committee) & (seated.person == row.person) & seated.is_active
    others, seats = other.select(SQL("1")).where(same & went_on), seated.select(SQL("1")).where(member)
    return fn.EXISTS(others) | fn.EXISTS(seats)


CANDIDACY_STEPS = RowSteps(
    Candidacy,
    CANDIDACY_LIFECYCLE,
    _to_candidacy,
    _candidacy_bits,
    {
        G.TAKEN_UP_ALREADY: _is_taken_up,
        G.NOTICE_RUNS: lambda s: s.row.notice_until >= s.asker.when(today),
        G.NOTICE_OVER: lambda s: s.row.notice_until < s.asker.when(today),
        G.OBJECTED_ALREADY: _has_objected,
        G.UNANSWERED: lambda s: s.row.is_objected,
        G.SEAT_LEFT_TODAY: _is_seat_left_today,
        G.NO_FREE_SEAT: _has_no_seat,
    },
    serves_issue=False,
)
CANDIDACY = Subject(
    model=Candidacy,
    keys={"candidacy_id": "id"},
    missing=("There is no such candidacy; check the id.", "没有此候选，请核对 ID。"),
    stale=stale_by_journal(CANDIDACY_LIFECYCLE),
    is_known=CANDIDACY_RULE.check,
    stand=lambda call, row, mutation: CANDIDACY_STEPS.require(call, row, mutation, "candidacyId"),
)


def _require_party(call: Call, candidacy: Candidacy) -> None:
    require(_to_candidacy(call, candidacy), (C.SUBJECT, C.NOMINATOR, C.COMMUNITY_STAFF), "subjectId")


add_subject(AttachmentSubject(CANDIDACY_RULE, _require_party))


def lock_committee_of_candidate(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock the committee of a candidacy before the candidacy, as meetings of the two committees do."""
    candidacy = Candidacy.find(id=inputs.get("candidacy_id"))
    if candidacy is not None:
        Committee.lock(id=candidacy.committee_id)


# --- Members ----------------------------------------------------------------------------------------------------------


def lock_committee_of_member(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock the committee of a member before the member, as those do who settle its leads."""
    member = Member.find(id=inputs.get("member_id"))
    if member is not None:
        Committee.lock(id=member.committee_id)


def as_staff(call: Call, member: Member) -> Role:
    """Return the role of an actor on the staff of a member's community.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    return require_office(call, member.division_code, C.COMMUNITY_STAFF)


def as_staff_or_self(call: Call, member: Member) -> Role:
    """Return the role of an actor on the staff of a member's community, or of the member.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    if C.COMMUNITY_STAFF in offices_over(call, member.division_code):
        return Role.STAFF
    is_own = call.actor.account_id is not None and call.actor.account_id == member.account_id
    if is_own and call.actor.mandate.part.covers(member.division_code):
        return Role[member.position.value]
    raise not_permitted(C.COMMUNITY_STAFF, C.SUBJECT)


# A seat holder. Its commands name a function that returns the role in which the actor acts, or refuses.
MEMBER = Subject(
    model=Member,
    keys={"member_id": "id"},
    missing=("There is no such member; check the id.", "没有此委员，请核对 ID。"),
    stand=lambda call, member, may: may(call, member),
)
