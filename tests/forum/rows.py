"""Random rows of the forum for the tests that compare the engine with an independent reading."""

from typing import Any

from db.bookings.models import Booking
from db.city import models
from db.forum.models import TO_ISSUE, ForumInvitation, ForumSession, ForumState, Statement, StatementOutcome
from tests.graph.maker import LINES, MOMENTS, PROSE, Maker


def fill(maker: Maker) -> None:
    """Make sessions of committees, who is invited to them, and what was said there."""
    booked, items = (maker.ids(_made(maker, table)) for table in (Booking, models.AgendaItem))
    sessions = maker.add(
        ForumSession, [_session(maker, board, booked) for board in maker.boards for _ in maker.few(3) if maker.members]
    )
    maker.add(ForumInvitation, [_invitation(maker, session) for session in sessions for _ in maker.few(2)])
    free = maker.several(items, len(items))
    maker.add(
        Statement,
        [
            _statement(maker, session, position, free)
            for session in sessions
            for position in range(1, maker.random.randint(1, 5))
        ],
    )


def _made(maker: Maker, table: type[Any]) -> list[dict[str, Any]]:
    return [row for model, rows in maker.rows if model is table for row in rows]


def _session(maker: Maker, board: dict[str, Any], booked: list[int]) -> dict[str, Any]:
    state = maker.one(list(ForumState))
    was_held, is_closed = state in (ForumState.HELD, ForumState.CLOSED), state is ForumState.CLOSED
    booking = maker.maybe(booked)
    return {
        "committee": board["id"], "division": board["division"], "division_code": board["division_code"],
        "title": maker.one(LINES), "booking": booking,
        "place": maker.one(LINES) if booking is None else maker.maybe(LINES), "scheduled_at": maker.one(MOMENTS),
        "held_at": maker.one(MOMENTS) if was_held else None, "host": maker.one(maker.ids(maker.members)),
        "participant_count": maker.random.randint(1, 99) if was_held else None,
        "summary": maker.one(PROSE) if is_closed else None, "published_at": maker.one(MOMENTS) if is_closed else None,
        "state": state, "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 5),
    }  # fmt: skip


def _invitation(maker: Maker, session: dict[str, Any]) -> dict[str, Any]:
    unit = maker.maybe(maker.ids(maker.units), 0.4)
    return {
        "session": session["id"], "division_code": session["division_code"], "organization": unit,
        "person": maker.maybe(maker.ids(maker.persons), 0.4) if unit is None else None, "label": maker.one(LINES),
    }  # fmt: skip


def _statement(maker: Maker, session: dict[str, Any], position: int, free: list[int]) -> dict[str, Any]:
    speaker = maker.maybe(maker.ids(maker.persons))
    name = maker.maybe(LINES) if speaker is None else None
    outcome = maker.maybe(list(StatementOutcome))
    issues = maker.ids(maker.matters)
    if (outcome in TO_ISSUE and not issues) or (outcome is StatementOutcome.PROPOSAL and not free):
        outcome = StatementOutcome.NO_ACTION
    is_answered = outcome is StatementOutcome.ANSWERED
    return {
        "session": session["id"], "division_code": session["division_code"], "position": position, "speaker": speaker,
        "speaker_name": name, "is_anonymous": (speaker is None and name is None) or maker.random.random() < 0.4,
        "text": maker.one(PROSE), "outcome": outcome, "issue": maker.one(issues) if outcome in TO_ISSUE else None,
        "agenda_item": free.pop() if outcome is StatementOutcome.PROPOSAL else None,
        "answer": maker.one(PROSE) if is_answered else maker.maybe(PROSE, 0.3),
        "settled_at": maker.one(MOMENTS) if outcome is not None else None, "created_at": maker.one(MOMENTS),
    }  # fmt: skip
