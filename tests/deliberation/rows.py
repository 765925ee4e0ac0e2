"""Random rows of deliberation for the tests that compare the engine with an independent reading."""

from typing import Any

from db.city import models
from db.deliberation.models.meeting import AttendanceStatus, MeetingState, ResolutionOutcome, VoteChoice
from db.issues.models.duty import Duty
from tests.graph.maker import DAYS, LINES, MOMENTS, PROSE, Maker


def meetings(maker: Maker) -> None:
    made: list[dict[str, Any]] = []
    for board in maker.some(maker.boards):
        state = maker.one(list(MeetingState))
        was_held = state in (MeetingState.HELD, MeetingState.CLOSED)
        made.append(
            {
                "committee": board["id"], "division_code": board["division_code"], "state": state,
                "scheduled_at": maker.one(MOMENTS), "announced_at": maker.one(MOMENTS),
                "held_at": maker.one(MOMENTS) if was_held else None, "is_urgent": maker.random.random() < 0.5,
                "place": maker.one(LINES), "chair": maker.maybe(maker.ids(maker.members)),
                "minutes": maker.maybe(PROSE), "minutes_signed_at": maker.maybe(MOMENTS),
                "minutes_published_at": maker.maybe(MOMENTS),
            }
        )  # fmt: skip
    maker.add(models.Meeting, made)
    items = [
        {
            "meeting": row["id"], "division_code": row["division_code"], "position": position,
            "title": maker.one(LINES), "issue": maker.maybe(maker.ids(maker.matters)),
            "proposed_by": maker.maybe(maker.ids(maker.members)), "duty": maker.maybe(list(Duty)),
        }
        for row in made
        for position in range(1, maker.random.randint(1, 4))
    ]  # fmt: skip
    for item in items:
        is_heard = maker.random.random() < 0.3
        item["needs_hearing"] = is_heard or maker.random.random() < 0.3
        item["hearing_held_on"] = maker.one(DAYS) if is_heard else None
        item["hearing_record"] = maker.one(PROSE) if is_heard else None
    maker.add(models.AgendaItem, items)
    maker.add(
        models.MeetingDemand,
        [
            {"committee": row["committee"], "member": row["id"], "division_code": row["division_code"],
             "reason": maker.one(PROSE), "demanded_at": maker.one(MOMENTS), "meeting": maker.maybe(maker.ids(made))}
            for row in maker.several(maker.members, 5)
        ],
    )  # fmt: skip
    came = [(row, member) for row in made for member in maker.several(maker.members, 3)]
    statuses = list(AttendanceStatus)
    maker.add(
        models.Attendance,
        [
            {"meeting": row["id"], "member": member["id"], "division_code": row["division_code"],
             "status": maker.one(statuses)}
            for row, member in came
        ],
    )  # fmt: skip
    votes: list[dict[str, Any]] = []
    for item in items:
        for member in maker.several(maker.members, 2):
            choice = maker.one(list(VoteChoice))
            interest = maker.one(LINES) if choice is VoteChoice.RECUSED else maker.maybe(LINES, 0.2)
            votes.append(
                {"agenda_item": item["id"], "member": member["id"], "division_code": item["division_code"],
                 "choice": choice, "interest": interest}
            )  # fmt: skip
    maker.add(models.Vote, votes)
    maker.decisions = maker.add(
        models.Resolution,
        [
            {
                "agenda_item": item["id"], "division_code": item["division_code"], "text": maker.one(PROSE),
                "outcome": maker.one(list(ResolutionOutcome)), "for_count": maker.random.randint(0, 9),
                "against_count": 1, "abstain_count": 0, "adopted_at": maker.one(MOMENTS),
            }
            for item in items
            if maker.random.random() < 0.6
        ],
    )  # fmt: skip
