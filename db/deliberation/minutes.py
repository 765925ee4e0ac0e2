"""Minutes: a meeting's votes are counted into resolutions, and its minutes signed and published in time (rule M3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.journal import By, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.deliberation.agenda import (
    active_members,
    agenda_of,
    next_meeting,
    require_heard,
    take_over,
)
from db.deliberation.lifecycle import MEETING_LIFECYCLE
from db.deliberation.models.meeting import (
    AgendaItem,
    Meeting,
    Resolution,
    ResolutionOutcome,
    Vote,
    VoteChoice,
)
from db.deliberation.standing import MEETING
from db.issues.deadlines import working_days_after
from db.kernel.bounds import Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid

# Working days after a meeting within which its minutes are signed, and published.
SIGNED_DAYS, PUBLISHED_DAYS = 3, 5


LateReason = Annotated[str, Length(1, 500)]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of what was decided on an agenda item."""

    agenda_item_id: int
    text: Prose


@command(MEETING, "closeMeeting")
def close_meeting(
    call: Call,
    meeting: Meeting,
    role: Role,
    *,
    minutes: Annotated[str, Length(1, 20_000)],
    resolutions: Sequence[Wording] = (),
    signed_at: datetime | None = None,
    published_at: datetime | None = None,
    late_reason: LateReason | None = None,
) -> CommandResult:
    """Close a meeting: its votes are counted and its minutes signed, within three working days (会议纪要, M3).

    signed_at: now where it is left out. published_at: when the minutes were published, if they were. late_reason: why
    they come too late.

    Raises:
        DomainError: LIMIT_REACHED, the minutes are late and no reason is given; HEARING_REQUIRED, a resolution on what
            was not heard yet (M5); NOT_FOUND; INVALID_INPUT.
    """
    signed = _in_time(call, meeting, "signedAt", signed_at or call.at, SIGNED_DAYS, late_reason)
    published = _in_time(call, meeting, "publishedAt", published_at, PUBLISHED_DAYS, late_reason)
    items = {item.id: item for item in agenda_of(meeting)}
    texts = _texts(items, resolutions)
    active = len(active_members(meeting.committee_id))
    for item in items.values():
        _resolve(call, item, texts.get(item.id), active)
    if late_reason is not None:
        minutes = f"{minutes}\n逾期说明：{late_reason}"
    changes: dict[str, Any] = {"minutes": minutes, "minutes_signed_at": signed, "minutes_published_at": published}
    event = move(call, MEETING_LIFECYCLE, meeting, JournalAction.CLOSE, By.actor(call, role), **changes)
    upcoming = next_meeting(call, meeting.committee_id)
    if upcoming is not None:
        take_over(upcoming)
    return CommandResult({"meeting": meeting.id, "event": event})


@command(MEETING, "publishMinutes")
def publish_minutes(
    call: Call, meeting: Meeting, role: Role, *, late_reason: LateReason | None = None
) -> CommandResult:
    """Publish a meeting's signed minutes, within five working days (公布纪要, M3).

    Raises:
        DomainError: LIMIT_REACHED, they are published, or late without a reason.
    """
    published = _in_time(call, meeting, "lateReason", call.at, PUBLISHED_DAYS, late_reason)
    minutes = meeting.minutes
    if late_reason is not None:
        minutes = f"{minutes}\n逾期说明：{late_reason}"
    changes = {"minutes": minutes, "minutes_published_at": published}
    event = move(call, MEETING_LIFECYCLE, meeting, JournalAction.PUBLISH, By.actor(call, role), **changes)
    return CommandResult({"meeting": meeting.id, "event": event})


def _in_time(
    call: Call, meeting: Meeting, field: str, at: datetime | None, days: int, late_reason: str | None
) -> datetime | None:
    if at is None:
        return None
    held = meeting.held_at
    assert held is not None, "the meeting is closed"
    if not held <= at <= call.at:
        raise invalid(field, "The time must lie between the meeting and now.", "时间须在会议召开之后、现在之前。")
    if at > working_days_after(held, days) and late_reason is None:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"This was due within {days} working days of the meeting; give the reason in lateReason.",
            (field,),
            chinese=f"应在会后{days}个工作日内完成；请在 lateReason 中说明逾期原因。",
        )
    return at


def _texts(items: Mapping[int, AgendaItem], resolutions: Sequence[Wording]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for at, entry in enumerate(resolutions):
        if entry.agenda_item_id not in items:
            raise DomainError(
                ErrorCode.NOT_FOUND,
                "The meeting has no such agenda item.",
                ("resolutions", str(at), "agendaItemId"),
                chinese="本次会议没有该议题。",
            )
        require_heard(items[entry.agenda_item_id], "resolutions", str(at), "agendaItemId")
        texts[entry.agenda_item_id] = entry.text
    return texts


def _resolve(call: Call, item: AgendaItem, text: str | None, active: int) -> None:
    """Count the votes: more than half of all active members carry it; without any vote it is put off (M3)."""
    choices = [vote.choice for vote in Vote.find_all(agenda_item=item.id)]
    in_favour = choices.count(VoteChoice.FOR)
    outcome = ResolutionOutcome.CARRIED if in_favour * 2 > active else ResolutionOutcome.LOST
    if not choices:
        outcome = ResolutionOutcome.DEFERRED
    Resolution.create(
        agenda_item=item.id, division_code=item.division_code, outcome=outcome, text=text or item.title,
        for_count=in_favour, against_count=choices.count(VoteChoice.AGAINST),
        abstain_count=choices.count(VoteChoice.ABSTAIN), adopted_at=call.at,
    )  # fmt: skip
