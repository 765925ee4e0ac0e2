"""What holds of sessions of the forum whatever happens: I28, and that a room is booked for whoever meets there."""

from db.bookings.models import LIVE, Booking, Slot
from db.deliberation.models.meeting import AgendaItem
from db.forum.models import TO_ISSUE, ForumSession, ForumState, Statement, StatementOutcome
from db.issues.models.issue import Channel, Issue


def check() -> None:
    """Check I28 and what belongs to it, over all rows."""
    sessions = {session.id: session for session in ForumSession.find_all()}
    statements = Statement.find_all()
    linked = [row.issue_id for row in statements if row.outcome in TO_ISSUE]
    issues = {issue.id: issue for issue in Issue.select().where(Issue.id.in_(linked))}
    proposed = [row.agenda_item_id for row in statements if row.outcome is StatementOutcome.PROPOSAL]
    items = {item.id: item for item in AgendaItem.select().where(AgendaItem.id.in_(proposed))}
    for statement in statements:
        session = sessions[statement.session_id]
        issue_id, item_id = statement.issue_id or 0, statement.agenda_item_id or 0
        if session.state is ForumState.CLOSED:
            assert statement.outcome is not None, ("I28", statement.id)
        if statement.outcome in TO_ISSUE:
            assert issues[issue_id].division_code == session.division_code, ("I28", statement.id)
        if statement.outcome is StatementOutcome.ISSUE:
            assert issues[issue_id].channel is Channel.DELIBERATION_ROOM, ("I28", statement.id)
        if statement.outcome is StatementOutcome.PROPOSAL:
            assert items[item_id].proposed_by_id == session.host_id, ("I28", statement.id)
        assert statement.outcome is not StatementOutcome.ANSWERED or statement.answer, ("I28", statement.id)
    became = [row.issue_id for row in statements if row.outcome is StatementOutcome.ISSUE]
    assert len(became) == len(set(became)), "an issue is that of one statement"
    for session in sessions.values():
        positions = sorted(row.position for row in statements if row.session_id == session.id)
        assert positions == list(range(1, len(positions) + 1)), session.id
    held = {session.booking_id for session in sessions.values() if session.state is not ForumState.CANCELLED}
    rooms = {session.booking_id for session in sessions.values()}
    live = {booking.id for booking in Booking.find_all() if booking.state in LIVE and booking.id in rooms}
    assert live == held - {None}, "a room is booked for a session that is not called off"
    assert all(slot.taken <= slot.capacity for slot in Slot.find_all())
