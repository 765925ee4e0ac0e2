"""The forum: sessions, who is invited to them, and what was said."""

from peewee import ColumnBase

from db.access.models.access import TokenScope
from db.deliberation.models.meeting import AgendaItem
from db.kernel.expressions import Row
from schema.catalog.declare import aggregate, every, lookup, many, one
from schema.catalog.registry import Context
from schema.graph.forum.mutations import MUTATIONS
from schema.graph.forum.types import FORUM_TYPES
from schema.graph.places.types import within


def _of_meeting(meeting: Row, statement: Row) -> ColumnBase:
    item = AgendaItem.alias("proposed")
    return statement.agenda_item.in_(item.select(item.id).where(item.meeting == meeting.id))


CONTEXT = Context(
    types=FORUM_TYPES,
    roots={
        "forum_session": lookup("ForumSession", "Find a session of the forum by id."),
        "forum_sessions": every("ForumSession", "All sessions of the forum, the latest first.", order="-scheduled_at"),
        "forum_aggregate": aggregate("ForumSession", "Count, sum and group sessions of the forum."),
        "statement": lookup("Statement", "Find a statement by id."),
        "statements": every("Statement", "Statements that the viewer knows of, newest first.", order="-id"),
    },
    additions={
        "Division": {
            "forum_sessions": many(
                "ForumSession",
                "Sessions of the forum in the scope, the latest first (居民说事).",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-scheduled_at",
                scoped=True,
            ),
        },
        "Committee": {
            "forum_sessions": many(
                "ForumSession",
                "Sessions of the forum that the committee holds, the latest first (居民说事).",
                on="committee",
                order="-scheduled_at",
            ),
        },
        "Issue": {
            "statements": many(
                "Statement",
                "Statements that became the issue or joined it, as far as the viewer knows of them.",
                on="issue",
                order="id",
            ),
        },
        "Meeting": {
            "statements": many(
                "Statement",
                "Statements that are on the agenda as items, as far as the viewer knows of them.",
                on=_of_meeting,
                order="id",
            ),
        },
        "AgendaItem": {
            "statement": one(
                "Statement",
                "The statement in the forum that became the item, for those who know of it.",
                on=lambda item, statement: statement.agenda_item == item.id,
            ),
        },
    },
    mutations={TokenScope.VOICE: MUTATIONS},
)
