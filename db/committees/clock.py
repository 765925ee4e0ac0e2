"""What the clock does for committees: it warns of terms that end soon, and frees the seat after it (C2, C6)."""

from datetime import timedelta
from typing import Any

from db.access.clock import ClockRule, TickReport
from db.access.commands import Call
from db.access.journal import move
from db.access.models.access import RoleGrant, speaks_for
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import Notice, NoticeKind
from db.access.notices import Recipient, notify
from db.committees.composition import is_compliant
from db.committees.lifecycle import COMMITTEE_LIFECYCLE
from db.committees.models.committee import Committee, CommitteeState, Member
from db.kernel.database import locked, write
from db.settings.models import SettingKey
from db.settings.values import greatest, setting

BATCH = 500
_WARNS = SettingKey.TERM_WARN_DAYS


def warn_of_terms(call: Call, report: TickReport) -> None:
    """Notify a community's staff of each term that ends soon."""
    today = call.day
    ends_soon = Member.term_end.between(today, today + timedelta(days=greatest(_WARNS)))
    told = Notice.select(Notice.member).where(Notice.kind == NoticeKind.TERM_ENDING, Notice.member == Member.id)
    for member in _members(ends_soon & Member.id.not_in(told)):
        if member.term_end > today + timedelta(days=setting(_WARNS, member.division_code)):
            continue
        text = f"委员{member.name}的任期将于{member.term_end}届满，请安排换届或续任。"
        report.counts["terms ending"] += _tell(call, NoticeKind.TERM_ENDING, member, text)


def end_terms(call: Call, report: TickReport) -> None:
    """Free the seats of members whose term is over; their history stays, and they act for the committee no more."""
    for member in _members(Member.term_end < call.day):
        with write():
            over = Member.update(is_active=False).where(Member.id == member.id, Member.is_active)
            if not over.execute():
                continue
            _end_grants(call, member)
            _look_at(call, member.committee_id)
            _tell(call, NoticeKind.TERM_ENDED, member, f"委员{member.name}的任期已于{member.term_end}届满，席位空缺。")
        report.counts["terms ended"] += 1


def _members(found: Any) -> Any:
    last = 0
    while batch := list(
        Member.select().where(Member.is_active, found, Member.id > last).order_by(Member.id).limit(BATCH)
    ):
        yield from batch
        last = batch[-1].id


def _end_grants(call: Call, member: Member) -> None:
    # A grant that begins at this very moment cannot end at it.
    RoleGrant.update(ends_at=call.at).where(
        RoleGrant.account == member.account_id,
        RoleGrant.committee == member.committee_id,
        speaks_for(RoleGrant, "committee"),
        RoleGrant.starts_at < call.now,
        RoleGrant.ends_at.is_null() | (RoleGrant.ends_at > call.now),
    ).execute()


def _look_at(call: Call, committee_id: int) -> None:
    """Record that a committee is short once it breaks a rule of composition."""
    if not is_compliant(committee_id):
        committee = locked(Committee.select().where(Committee.id == committee_id)).get()
        if committee.state is CommitteeState.ACTIVE:
            move(call, COMMITTEE_LIFECYCLE, committee, JournalAction.FALL_SHORT)


def _tell(call: Call, kind: NoticeKind, member: Member, text: str) -> bool:
    to = Recipient(Role.STAFF, member.division_code)
    about = f"{member.id}:{member.term_end}"
    return notify(call, kind, about, to, text, division_code=member.division_code, member_id=member.id)


RULES: tuple[ClockRule, ...] = (warn_of_terms, end_terms)
