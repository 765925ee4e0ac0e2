"""Figures of committees that take a day: the terms that end, and the committees that held no meeting in a month."""

from datetime import date, timedelta
from typing import Any

from db.city.clock import tick
from db.city.models import ComplianceEvent, Meeting
from db.committees.models.committee import CommitteeState
from db.deliberation.models.meeting import MeetingState
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT, TODAY

DAY = timedelta(days=1)


def figures(ask: Asking, shown: str, at: Any = AT) -> dict[str, Any]:
    text = "query ($id: ID) { division(id: $id) { stats { %s } } }" % shown  # noqa: UP031 - braces all around
    return ask.answer(None, text, at, id=f"Division_{ask.town.district.id}")["data"]["division"]["stats"]


def test_terms_are_counted_that_end_until_a_day(ask: Asking) -> None:
    home = ask.town.home
    before = figures(ask, 'termsEndingCount soon: termsEndingCount(until: "2026-01-05")')
    for days in (-1, 0, 30, 31):
        make.make_member(home, term_start=TODAY - 300 * DAY, term_end=TODAY + days * DAY)
    make.make_member(home, term_end=TODAY, is_active=False, ended_on=TODAY)
    make.make_member(ask.town.far, term_end=TODAY)

    after = figures(ask, 'termsEndingCount soon: termsEndingCount(until: "2026-01-05")')
    assert [after[name] - before[name] for name in ("termsEndingCount", "soon")] == [2, 1]


def test_committees_without_a_meeting_are_counted_by_month(ask: Asking) -> None:
    town, first = ask.town, date(2025, 11, 1)
    for committee in (town.home, town.next_door, town.across, town.far):
        committee.change(established_on=first)
    Meeting.delete().execute()
    held = AT - 10 * DAY
    make.make_meeting(town.home, scheduled_at=held, held_at=held, state=MeetingState.HELD)
    make.make_meeting(town.next_door, scheduled_at=held)
    town.across.change(state=CommitteeState.FORMING)
    shown = 'committeesWithoutMeeting of12: committeesWithoutMeeting(month: "2025-12-31") '
    shown += 'of11: committeesWithoutMeeting(month: "2025-11-02")'

    tick(AT)
    tick(AT)
    assert figures(ask, shown) == {"committeesWithoutMeeting": 1, "of12": 1, "of11": 0}
    [event, *others] = ComplianceEvent.select().where(ComplianceEvent.rule == "M1").order_by(ComplianceEvent.id)
    assert (event.committee_id, event.month, str(event.since), event.resolved_on) == (
        town.next_door.id, "2025-12", "2026-01-01", None,
    )  # fmt: skip
    # A committee of another district is none of this one's; the event of a month is never resolved.
    assert [other.committee_id for other in others] == [town.far.id]
    tick(AT + 31 * DAY)
    assert ComplianceEvent.get_by_id(event.id).resolved_on is None
    assert figures(ask, shown, AT + 31 * DAY) == {"committeesWithoutMeeting": 2, "of12": 1, "of11": 0}
