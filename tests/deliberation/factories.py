"""Rows of meetings and published lists for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.city import models
from db.deliberation.models.meeting import AttendanceStatus, MeetingState, ResolutionOutcome, VoteChoice
from tests.committees.factories import make_committee, make_member
from tests.times import AT


def make_meeting(committee: models.Committee | None = None, **values: Any) -> models.Meeting:
    """Make a meeting of a committee that is announced and not yet held."""
    committee = committee or make_committee()
    given = {
        "state": MeetingState.SCHEDULED,
        "scheduled_at": AT + timedelta(days=4),
        "announced_at": AT,
        "place": "示范社区议事室",
        **values,
    }
    return models.Meeting.create(committee=committee, division_code=committee.division_code, **given)


def make_meeting_demand(committee: models.Committee | None = None, **values: Any) -> models.MeetingDemand:
    """Let a member demand a meeting of their committee."""
    committee = committee or make_committee()
    member = values.pop("member", None) or make_member(committee)
    given = {"reason": "路灯问题久拖未决", "demanded_at": AT, "division_code": committee.division_code, **values}
    return models.MeetingDemand.create(committee=committee, member=member, **given)


def make_agenda_item(meeting: models.Meeting | None = None, **values: Any) -> models.AgendaItem:
    """Put a matter on a meeting's agenda, after those that are there."""
    meeting = meeting or make_meeting()
    count = models.AgendaItem.select().where(models.AgendaItem.meeting == meeting).count()
    given = {"position": count + 1, "title": "示范议题", **values}
    return models.AgendaItem.create(meeting=meeting, division_code=meeting.division_code, **given)


def make_attendance(meeting: models.Meeting | None = None, **values: Any) -> models.Attendance:
    """Note that a member came to a meeting."""
    meeting = meeting or make_meeting()
    member = values.pop("member", None) or make_member(meeting.committee)
    given = {"status": AttendanceStatus.PRESENT, "division_code": meeting.division_code, **values}
    return models.Attendance.create(meeting=meeting, member=member, **given)


def make_vote(agenda_item: models.AgendaItem | None = None, **values: Any) -> models.Vote:
    """Make a member's vote on an agenda item."""
    agenda_item = agenda_item or make_agenda_item()
    member = values.pop("member", None) or make_member(agenda_item.meeting.committee)
    given = {"choice": VoteChoice.FOR, "division_code": agenda_item.division_code, **values}
    return models.Vote.create(agenda_item=agenda_item, member=member, **given)


def make_resolution(agenda_item: models.AgendaItem | None = None, **values: Any) -> models.Resolution:
    """Make the resolution on an agenda item."""
    agenda_item = agenda_item or make_agenda_item()
    given = {
        "outcome": ResolutionOutcome.CARRIED,
        "text": "同意",
        "for_count": 8,
        "against_count": 0,
        "abstain_count": 0,
        "adopted_at": AT,
        **values,
    }
    return models.Resolution.create(agenda_item=agenda_item, division_code=agenda_item.division_code, **given)


def make_list_edition(committee: models.Committee | None = None, **values: Any) -> models.ListEdition:
    """Make the next edition of a committee's lists."""
    committee = committee or make_committee()
    number = models.ListEdition.select().where(models.ListEdition.committee == committee).count() + 1
    given = {"number": number, "month": f"2026-{number:02}", "content": "{}", "sha256": "0" * 64, **values}
    return models.ListEdition.create(
        committee=committee, division_code=committee.division_code, **{"published_at": AT, **given}
    )


MAKERS: dict[type[Any], Callable[..., Any]] = {
    models.AgendaItem: make_agenda_item,
    models.Attendance: make_attendance,
    models.ListEdition: make_list_edition,
    models.Meeting: make_meeting,
    models.MeetingDemand: make_meeting_demand,
    models.Resolution: make_resolution,
    models.Vote: make_vote,
}
