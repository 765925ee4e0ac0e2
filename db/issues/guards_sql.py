"""The conditions of guards as SQL: what blocks a step, said once for the row that a command locked and for lists."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import SQL, Case, ColumnBase, fn

from db.access.models.access import part_of, speaks_for
from db.access.models.account import Role
from db.access.steps import mask
from db.access.viewers import ViewerSql
from db.committees.models.committee import Member
from db.deliberation.models.meeting import AgendaItem, Meeting, MeetingState, Resolution, ResolutionOutcome
from db.issues.guards import (
    APPEAL_DAYS,
    MAX_DEFERRALS,
    MAX_RETURNS,
    MAX_TRANSFERS,
    NOTICE,
    OFFICE_REOPENING_DAYS,
    REPORTER_REOPENING_DAYS,
    URGENT_NOTICE,
    Guard,
)
from db.issues.lifecycle import ISSUE_LIFECYCLE, Capacity, IssueOutcome, IssueState, LedgerAction, offers
from db.issues.models.claim import Claim, ClaimState, Need
from db.issues.models.issue import Evidence, EvidenceStage, LedgerEntry, Urgency
from db.issues.models.request import IssueRequest, IssueRequestKind, IssueRequestState
from db.issues.policy_sql import sits, speaks
from db.kernel.calendar import today, today_began
from db.kernel.fields import utc_text
from db.kernel.guards import bits_of
from db.places.models.division import Division, DivisionLevel, code_at

C, G = Capacity, Guard
_GUARDS_BY_STATE = {
    state: {
        guard
        for offer in offers(state).values()
        for guard in (*offer.guards, *(guard for way in offer.ways for guard in way.guards + way.because))
    }
    for state in IssueState
}
_CLAIMED_IN = [state.value for state in IssueState if "claimIssue" in offers(state)]
_OFFICES_ABOVE = (DivisionLevel.CITY, DivisionLevel.DISTRICT, DivisionLevel.SUBDISTRICT)


class GuardFacts(NamedTuple):
    """Whoever asks, before one issue. issue: an alias of its table. found: what they are to it, as bits of a number."""

    issue: Any
    asker: ViewerSql
    found: Any

    def is_any(self, *capacities: Capacity) -> Any:
        """Build the condition that they are one of these to the issue."""
        return self.found.bin_and(mask(capacities)) != 0


def first_of(guards: Iterable[Guard], standing: GuardFacts) -> Any:
    """Build the expression for the place, from 1, of the first of these guards that holds; 0 where none does."""
    cases = [(CONDITIONS[guard](standing), at) for at, guard in enumerate(guards, 1)]
    return Case(None, cases, 0) if cases else SQL("0")


def held_bits(standing: GuardFacts) -> Any:
    """Return all the guards that hold for an issue in its state, as bits of a number (`bits_of`).

    A guard that no step of the state has is not evaluated.
    """
    held: ColumnBase = SQL("0")
    known = ISSUE_LIFECYCLE.guards
    for guard in known:
        states = [state.value for state, guards in _GUARDS_BY_STATE.items() if guard in guards]
        is_asked, bit = standing.issue.state.in_(states), bits_of([guard], known)
        held = held + Case(None, [(is_asked, Case(None, [(CONDITIONS[guard](standing), bit)], 0))], 0)
    return held


def is_decidable(request: Any, standing: GuardFacts) -> Any:
    """Build the condition that the asker can decide a request, by state, office and who made it."""
    return request_fits(request, standing) & ~is_asked_by(request, standing) & is_decided_by_office(request, standing)


# --- Moments and days that follow from now ----------------------------------------------------------------------------


def _moved(now: str, span: timedelta) -> str:
    return utc_text(datetime.fromisoformat(now) + span)


def _appeal_since(now: str) -> str:
    return _moved(now, -timedelta(days=APPEAL_DAYS))


def _reporter_reopens_since(now: str) -> str:
    return _moved(now, -timedelta(days=REPORTER_REOPENING_DAYS))


def _office_reopens_since(now: str) -> str:
    return _moved(now, -timedelta(days=OFFICE_REOPENING_DAYS))


def _papers_out(now: str) -> str:
    return _moved(now, NOTICE)


def _urgent_papers_out(now: str) -> str:
    return _moved(now, URGENT_NOTICE)


# --- What is there ----------------------------------------------------------------------------------------------------


def _there_is(rows: Any, condition: Any) -> Any:
    return fn.EXISTS(rows.select(SQL("1")).where(condition))


def _values(*members: Any) -> list[str]:
    return [member.value for member in members]


def _has_entry(s: GuardFacts, condition: Callable[[Any], Any]) -> Any:
    entry = LedgerEntry.alias("past")
    return _there_is(entry, (entry.issue == s.issue.id) & condition(entry))


def _plain(column: Any) -> Any:
    """Read a column past its indexes: an issue has few claims and entries, a state or an account many."""
    return fn.COALESCE(column, "")


def _rejected_at(s: GuardFacts) -> Any:
    entry = LedgerEntry.alias("past")
    return entry.select(fn.MAX(entry.at)).where(
        (entry.issue == s.issue.id) & (entry.action == LedgerAction.REJECT.value)
    )


def _reported_by(s: GuardFacts) -> Any:
    """Find who brought the issue to its verification last."""
    entry = LedgerEntry.alias("past")
    awaiting = IssueState.AWAITING_VERIFICATION.value
    arrived = (entry.to_state == awaiting) & (entry.from_state != awaiting)
    return entry.select(entry.actor).where((entry.issue == s.issue.id) & arrived).order_by(entry.seq.desc()).limit(1)


def _has_office_above(s: GuardFacts) -> Any:
    office, code = Division.alias("above"), s.issue.responsible_code
    codes = [code_at(code, level) for level in _OFFICES_ABOVE]
    return _there_is(office, office.code.in_(codes) & (office.code < code))


def _meeting_in_time(s: GuardFacts) -> Any:
    meeting = Meeting.alias("coming")
    waits = (meeting.committee == s.issue.committee) & (meeting.state == MeetingState.SCHEDULED.value)
    until = Case(None, [(meeting.is_urgent, s.asker.when(_urgent_papers_out))], s.asker.when(_papers_out))
    return _there_is(meeting, waits & (meeting.scheduled_at >= until))


def _has_seat(s: GuardFacts, condition: Callable[[Any], Any] = lambda seat: SQL("TRUE")) -> Any:
    """Build the condition that the asker has a seat on the issue's committee whose term is not over."""
    seat = Member.alias("own_seat")
    is_theirs = (seat.committee == s.issue.committee) & (seat.account == s.asker.account_id) & seat.is_active
    in_office = seat.term_end.is_null() | (seat.term_end >= s.asker.when(today))
    return _there_is(seat, is_theirs & in_office & condition(seat))


def _resolved(s: GuardFacts, *outcomes: ResolutionOutcome) -> Any:
    item, resolution = AgendaItem.alias("tabled"), Resolution.alias("resolved")
    newest = item.select(fn.MAX(item.id)).where(item.issue == s.issue.id)
    is_such = resolution.outcome.in_(_values(*outcomes))
    return _there_is(resolution, (resolution.agenda_item == newest) & is_such)


# --- Claims -----------------------------------------------------------------------------------------------------------


def _has_claim(s: GuardFacts, states: Iterable[ClaimState], is_own: bool = False) -> Any:
    claim = Claim.alias("made")
    condition = (claim.issue == s.issue.id) & _plain(claim.state).in_(_values(*states))
    if is_own:
        condition &= is_of_asker(claim, s)
    return _there_is(claim, condition)


def is_of_asker(claim: Any, s: GuardFacts) -> Any:
    """Build the condition that a claim is of a unit, a team or a seat that the asker speaks for, or their own."""
    by_role = s.asker.holds(lambda grant: speaks(s.issue, grant) & _is_for(claim, grant))
    return by_role | _is_by_seat(s, claim)


def _is_for(claim: Any, grant: Any) -> Any:
    """Build the condition that a claim is of the unit or team, or of the resident, that a role speaks for."""
    return (
        (speaks_for(grant, "organization") & (claim.organization == grant.organization))
        | (speaks_for(grant, "team") & (claim.team == grant.team))
        | (speaks_for(grant, "account") & (claim.account == grant.account))
    )


def _pending_of(s: GuardFacts, condition: Callable[[Any], Any]) -> Any:
    claim = Claim.alias("made")
    is_pending = (claim.issue == s.issue.id) & (_plain(claim.state) == ClaimState.PENDING.value)
    return _there_is(claim, is_pending & condition(claim))


def _is_by_seat(s: GuardFacts, claim: Any) -> Any:
    """Build the condition that a claim is of the seat that the asker speaks for."""
    sits_there = s.asker.holds(lambda grant: sits(s.issue, grant))
    return sits_there & _has_seat(s, lambda seat: seat.id == claim.member)


def _may_claim_by_seat(s: GuardFacts) -> Any:
    return s.asker.holds(lambda grant: sits(s.issue, grant)) & _has_seat(s)


def _seat_is_free(s: GuardFacts) -> Any:
    return _may_claim_by_seat(s) & ~_pending_of(s, lambda claim: _is_by_seat(s, claim))


def _is_free(s: GuardFacts, grant: Any) -> Any:
    return speaks(s.issue, grant) & ~_pending_of(s, lambda claim: _is_for(claim, grant))


def _free_parties(s: GuardFacts) -> Any:
    """Count for how many units, teams and seats the asker may claim that have no claim pending."""

    def count(whom: str, key: Callable[[Any], Any]) -> Any:
        return fn.COALESCE(
            s.asker.grants(
                lambda grant: fn.COUNT(key(grant).distinct()),
                lambda grant: speaks_for(grant, whom) & _is_free(s, grant),
            ),
            0,
        )

    units = count("organization", lambda grant: grant.organization)
    teams = count("team", lambda grant: grant.team)
    return units + teams + Case(None, [(_seat_is_free(s), 1)], 0)


def _claims_are_over(s: GuardFacts) -> Any:
    need = Need.alias("listed")
    newest = need.select(need.claim_until).where(need.issue == s.issue.id).order_by(need.id.desc()).limit(1)
    return (s.issue.state == IssueState.OPEN_FOR_CLAIM.value) & (fn.COALESCE(newest, s.asker.now) < s.asker.now)


def is_open_for_claims(s: GuardFacts) -> Any:
    """Build the condition that claims on an issue are taken, whoever makes them."""
    return s.issue.state.in_(_CLAIMED_IN) & ~_claims_are_over(s)


# --- Requests ---------------------------------------------------------------------------------------------------------


def _is_asked(s: GuardFacts, kind: IssueRequestKind) -> Any:
    return _has_request(s, lambda request: request.kind == kind.value)


def _has_request(s: GuardFacts, condition: Callable[[Any], Any]) -> Any:
    request = IssueRequest.alias("asked")
    return _there_is(request, _is_pending(request, s) & condition(request))


def _is_pending(request: Any, s: GuardFacts) -> Any:
    return (request.issue == s.issue.id) & (request.state == IssueRequestState.PENDING.value)


def request_fits(request: Any, s: GuardFacts) -> Any:
    """Build the condition that a request is of a kind that the issue's state lets somebody decide."""
    is_transfer = request.kind == IssueRequestKind.TRANSFER.value
    is_handled = s.issue.state == IssueState.IN_PROGRESS.value
    return (is_handled & ~is_transfer) | (~is_handled & is_transfer)


def is_asked_by(request: Any, s: GuardFacts) -> Any:
    """Build the condition that the asker made a request."""
    return fn.COALESCE(request.asked_by, -1) == s.asker.account_id


def is_decided_by_office(request: Any, s: GuardFacts) -> Any:
    """Build the condition that the asker's office decides a request; for a transfer, the lowest above both sides."""
    target, office, code = Division.alias("target"), Division.alias("office"), s.issue.division_code
    shared = [
        Case(None, [(code_at(code, level) == code_at(target.code, level), code_at(code, level))], "")
        for level in _OFFICES_ABOVE
    ]
    lowest = office.select(office.level).where(office.code.in_(shared)).order_by(office.code.desc()).limit(1)

    def decides(grant: Any) -> Any:
        level = Case(grant.role, [(role.value, role.office.value) for role in Role if role.office], "")
        is_theirs = level == fn.COALESCE(lowest, "-")
        return is_theirs & part_of(grant).covers(code) & part_of(grant).covers(target.code)

    may_decide = s.asker.covers(target.code) & s.asker.covers(code) & s.asker.holds(decides)
    is_transfer = request.kind == IssueRequestKind.TRANSFER.value
    return ~is_transfer | _there_is(target, (target.id == request.target) & may_decide)


def _decidable(s: GuardFacts) -> Any:
    request = IssueRequest.alias("asked")
    decidable = _is_pending(request, s) & is_decidable(request, s)
    return fn.COALESCE(request.select(fn.COUNT(request.id)).where(decidable), 0)


def _can_be_suspended(request: Any, s: GuardFacts) -> Any:
    return (request.kind == IssueRequestKind.SUSPENSION.value) & is_timely(request, s) & is_decidable(request, s)


def is_timely(request: Any, s: GuardFacts) -> Any:
    """Build the condition that the day until which a request wants an issue put off has not come."""
    return request.resume_on > s.asker.when(today)


# --- The conditions ---------------------------------------------------------------------------------------------------

_OPEN = (ClaimState.PENDING, ClaimState.CONFIRMED)
_OFFICE = (C.STAFF, C.OFFICER)
CONDITIONS: dict[Guard, Callable[[GuardFacts], Any]] = {
    G.APPEALED: lambda s: s.issue.is_appealed,
    G.APPEAL_LATE: lambda s: fn.COALESCE(_rejected_at(s), s.asker.now) < s.asker.when(_appeal_since),
    G.CITY_REJECTED: lambda s: ~_has_office_above(s),
    G.CONSENT_NEEDED: lambda s: ~s.is_any(C.REPORTER),
    G.EMERGENCY: lambda s: s.issue.urgency == Urgency.EMERGENCY.value,
    G.RETURNED_TWICE: lambda s: s.issue.return_count >= MAX_RETURNS,
    G.LEFT_TO_OFFICE_ABOVE: lambda s: (s.issue.return_count >= MAX_RETURNS) & ~s.is_any(C.SUPERIOR),
    G.CLAIMS_OVER: _claims_are_over,
    G.SEAT_EXPIRED: lambda s: ~(s.asker.holds(lambda grant: speaks(s.issue, grant)) | _may_claim_by_seat(s)),
    G.CLAIM_PENDING: lambda s: ~(s.asker.holds(lambda grant: _is_free(s, grant)) | _seat_is_free(s)),
    G.SEVERAL_CLAIMANTS: lambda s: _free_parties(s) > 1,
    G.NO_PENDING_CLAIM: lambda s: ~_has_claim(s, [ClaimState.PENDING]),
    G.NO_OPEN_CLAIM: lambda s: ~_has_claim(s, _OPEN),
    G.NO_CONFIRMED_CLAIM: lambda s: ~_has_claim(s, [ClaimState.CONFIRMED]),
    G.OPEN_CLAIM_OF_OTHERS: lambda s: ~s.is_any(C.STAFF, C.SYSTEM) & ~_has_claim(s, _OPEN, is_own=True),
    G.CONFIRMED_CLAIM_OF_OTHERS: lambda s: ~s.is_any(*_OFFICE) & ~_has_claim(s, [ClaimState.CONFIRMED], is_own=True),
    G.RETURN_LATE: lambda s: (s.issue.return_until < s.asker.now) & ~s.is_any(C.STAFF, C.SYSTEM),
    G.RETURNS_SPENT: lambda s: s.issue.return_count >= MAX_RETURNS,
    G.MUST_BE_ASSIGNED: lambda s: (
        (s.issue.return_count + 1 >= MAX_RETURNS) | (s.issue.urgency == Urgency.EMERGENCY.value)
    ),
    G.HANDLED_IT: lambda s: (fn.COALESCE(_reported_by(s), -1) == s.asker.account_id) | s.is_any(C.HANDLER),
    G.NO_EVIDENCE: lambda s: (
        ~_there_is(
            evidence := Evidence.alias("shown"),
            (evidence.issue == s.issue.id) & (evidence.stage == EvidenceStage.RESULT),
        )
    ),
    G.RATING_NEEDED: lambda s: s.issue.rating.is_null(),
    G.FINDING_OF_OFFICE_ABOVE: lambda s: (s.issue.outcome == IssueOutcome.NOT_FEASIBLE.value) & ~s.is_any(C.SUPERIOR),
    G.REOPENING_LATE: lambda s: (
        (s.issue.closed_at < s.asker.when(_office_reopens_since))
        | ((s.issue.closed_at < s.asker.when(_reporter_reopens_since)) & ~s.is_any(*_OFFICE))
    ),
    G.RATED: lambda s: s.issue.rating.is_null(False),
    G.NO_MEETING: lambda s: ~_meeting_in_time(s),
    G.PROPOSER_NEEDED: lambda s: s.issue.submitter.is_null() & ~_has_seat(s),
    G.NO_RESOLUTION: lambda s: ~_resolved(s, *ResolutionOutcome),
    G.NOT_CARRIED: lambda s: ~_resolved(s, ResolutionOutcome.CARRIED),
    G.DEFERRED_TWICE: lambda s: s.issue.deferral_count >= MAX_DEFERRALS,
    G.NO_OFFICE_ABOVE: lambda s: ~_has_office_above(s),
    G.URGED_TODAY: lambda s: (
        _has_entry(
            s,
            lambda entry: (
                (entry.action == LedgerAction.URGE.value)
                & (fn.COALESCE(entry.actor, -1) == s.asker.account_id)
                & (entry.at >= s.asker.when(today_began))
            ),
        )
        & ~s.is_any(C.LEADER, C.SUPERIOR, C.OVERSEER)
    ),
    G.SUSPENDED_ONCE: lambda s: s.issue.is_suspended_once,
    G.EXTENDED_ONCE: lambda s: s.issue.is_extended,
    G.EXTENSION_LATE: lambda s: s.issue.due_at.is_null() | (s.issue.due_at <= s.asker.now),
    G.TRANSFERRED_TWICE: lambda s: s.issue.transfer_count >= MAX_TRANSFERS,
    G.TRANSFER_LATE: lambda s: s.issue.transfer_until < s.asker.now,
    G.SUSPENSION_ASKED: lambda s: _is_asked(s, IssueRequestKind.SUSPENSION),
    G.EXTENSION_ASKED: lambda s: _is_asked(s, IssueRequestKind.EXTENSION),
    G.TRANSFER_ASKED: lambda s: _is_asked(s, IssueRequestKind.TRANSFER),
    G.NO_REQUEST: lambda s: ~_has_request(s, lambda request: SQL("TRUE")),
    G.REQUEST_OVERTAKEN: lambda s: ~_has_request(s, lambda request: request_fits(request, s)),
    G.OWN_REQUEST: lambda s: ~_has_request(s, lambda request: request_fits(request, s) & ~is_asked_by(request, s)),
    G.OTHER_OFFICE: lambda s: ~_has_request(s, lambda request: is_decidable(request, s)),
    G.SEVERAL_REQUESTS: lambda s: _decidable(s) > 1,
    G.NO_SUSPENSION: lambda s: ~_has_request(s, lambda request: _can_be_suspended(request, s)),
}
