"""What the clock does for committees: it warns of terms that end soon, and frees the seat after it (C2, C6)."""

from datetime import timedelta
from typing import Any, cast

from peewee import SQL, fn

from db.access.clock import ClockRule, Due, Purge, TickReport, days_before
from db.access.commands import Call
from db.access.journal import RULE
from db.access.models.account import Role
from db.access.models.notice import Notice, NoticeKind
from db.access.notices import Recipient, notify
from db.committees.compliance import recompute_compliance
from db.committees.composition import OF_STATE, is_any_broken
from db.committees.models.candidacy import Candidacy, CandidacyState, ComplianceEvent
from db.committees.models.committee import Committee, CommitteeState, EndReason, Member
from db.committees.seating import leave_seat
from db.deliberation.models.meeting import Meeting
from db.kernel.calendar import day_began
from db.kernel.database import write
from db.kernel.statements import compiled
from db.places.models.division import CODE_DIGITS, DivisionLevel
from db.settings.models import SettingKey
from db.settings.values import greatest, setting

# How long it is known who stood for a seat and did not get it, in days.
DAYS_OF_CANDIDATES = 365
_WARNS = SettingKey.TERM_WARN_DAYS


def warn_of_terms(call: Call, report: TickReport) -> None:
    """Notify a community's staff of each term that ends soon."""
    for member in _ending_soon.rows(call):
        days = setting(_WARNS, member.division_code)
        if member.term_end is None or member.term_end > call.day + timedelta(days=days):
            continue
        text = f"委员{member.name}的任期将于{member.term_end}届满，请安排换届或续任。"
        report.counts["terms ending"] += _tell(call, NoticeKind.TERM_ENDING, member, text)


def end_terms(call: Call, report: TickReport) -> None:
    """Free the seats of members whose term is over; their history stays, and they act for the committee no more."""
    for found in _ended.rows(call):
        with write():
            committee = Committee.lock(id=found.committee_id)
            member = _ended.lock(call, found.id)
            if committee is None or member is None or member.term_end is None:
                continue
            leave_seat(call, committee, RULE, member, member.end_reason or EndReason.TERM_ENDED, member.term_end)
            recompute_compliance(call, committee)
            _tell(call, NoticeKind.TERM_ENDED, member, f"委员{member.name}的任期已于{member.term_end}届满，席位空缺。")
        report.counts["terms ended"] += 1


def look_at_waivers(call: Call, report: TickReport) -> None:
    """Record which committees are short of a director once a waiver is over (C3)."""
    _waived.for_each(call, lambda committee: recompute_compliance(call, committee))


def tell_of_graces(call: Call, report: TickReport) -> None:
    """Notify the subdistrict of each committee that still breaks a rule at the end of its grace; it works on."""
    for committee in _after_grace.rows(call):
        office = committee.division_code[: CODE_DIGITS[DivisionLevel.SUBDISTRICT]].ljust(12, "0")
        text = f"{committee.name}补员宽限期已于{committee.grace_ends_on}届满，仍不符合组成规则，请督促整改。"
        about, to = f"{committee.id}:{committee.grace_ends_on}", Recipient(Role.SUBDISTRICT_OFFICER, office)
        is_new = notify(call, NoticeKind.GRACE_ENDING, about, to, text, division_code=committee.division_code)
        report.counts["graces ended"] += is_new


def look_for_meetings(call: Call, report: TickReport) -> None:
    """Record each committee that held no meeting in the month before this one (M1).

    What is recorded is no step of anybody, so the report does not count it.
    """
    first = call.day.replace(day=1)
    month = (first - timedelta(days=1)).replace(day=1)
    name = month.isoformat()[:7]
    for committee_id, code in _without_meeting.tuples(month, name, day_began(month), day_began(first)):
        ComplianceEvent.create_unless_there(
            committee=committee_id, division_code=code, rule="M1", month=name, since=first
        )


@compiled
def _without_meeting(month: Any, name: Any, begin: Any, end: Any) -> Any:
    meeting, known = Meeting.alias("held"), ComplianceEvent.alias("known")
    held = meeting.select(SQL("1")).where(
        (meeting.committee == Committee.id) & (meeting.held_at >= begin) & (meeting.held_at < end)
    )
    told = known.select(SQL("1")).where(
        (known.committee == Committee.id) & (known.rule == "M1") & (known.month == name)
    )
    works = Committee.state.in_([state.value for state in (CommitteeState.ACTIVE, CommitteeState.NON_COMPLIANT)])
    # A committee that was founded within the month need not have met in it.
    due = works & (Committee.established_on < month)
    found = Committee.select(Committee.id, Committee.division_code).where(due, ~fn.EXISTS(held), ~fn.EXISTS(told))
    return found.order_by(Committee.id)


def _is_told(kind: NoticeKind) -> Any:
    return Member.id.in_(Notice.select(Notice.member).where(Notice.kind == kind, Notice.member == Member.id))


_ending_soon = Due(
    Member,
    lambda tick: (
        Member.is_active
        & Member.term_end.between(tick.today, tick.day(lambda: greatest(_WARNS)))
        & ~_is_told(NoticeKind.TERM_ENDING)
    ),
)
_ended = Due(Member, lambda tick: Member.is_active & (Member.term_end < tick.today))
_waived = Due(
    Committee,
    lambda tick: (
        (Committee.lead_waiver_until < tick.today)
        & (Committee.state == CommitteeState.ACTIVE)
        & is_any_broken(cast(Any, Committee), tick.today, OF_STATE)
    ),
)
_after_grace = Due(
    Committee,
    lambda tick: (Committee.grace_ends_on < tick.today) & (Committee.state == CommitteeState.NON_COMPLIANT),
)
# Whose candidacy was declined or withdrawn long ago is unlinked; that there was one stays known.
forget_candidates = Purge(
    "candidacy.person",
    Due(
        Candidacy,
        lambda tick: (
            Candidacy.state.in_([CandidacyState.DECLINED, CandidacyState.WITHDRAWN])
            & Candidacy.person.is_null(False)
            & (Candidacy.decided_on < tick.day(lambda: -DAYS_OF_CANDIDATES))
        ),
    ),
    before=days_before(lambda: DAYS_OF_CANDIDATES),
    forget=lambda row: row.change(person=None, nominator=None, statement=None),
)


def _tell(call: Call, kind: NoticeKind, member: Member, text: str) -> bool:
    to = Recipient(Role.STAFF, member.division_code)
    about = f"{member.id}:{member.term_end}"
    return notify(call, kind, about, to, text, division_code=member.division_code, member_id=member.id)


RULES: tuple[ClockRule, ...] = (
    warn_of_terms, end_terms, look_at_waivers, tell_of_graces, look_for_meetings, forget_candidates,
)  # fmt: skip
