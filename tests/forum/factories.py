"""Rows of the forum for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.city import models
from db.forum.models import ForumInvitation, ForumSession, ForumState, Statement
from tests.committees.factories import make_committee, make_member
from tests.people.factories import make_person
from tests.times import AT

HELD = {"held_at": AT, "participant_count": 9}
CLOSED = {**HELD, "summary": "示范小结", "published_at": AT}
_SINCE = {ForumState.HELD: HELD, ForumState.CLOSED: CLOSED}


def make_forum_session(committee: models.Committee | None = None, **values: Any) -> ForumSession:
    """Make a session of the forum of a committee, announced for two days from now."""
    committee = committee or make_committee()
    state = ForumState(values.get("state", ForumState.ANNOUNCED))
    given = {
        "title": "示范说事", "place": "示范议事亭", "scheduled_at": AT + timedelta(days=2), "state": state,
        "created_at": AT, "version": 1, **_SINCE.get(state, {}), **values,
    }  # fmt: skip
    if "host" not in given:
        given["host"] = make_member(committee)
    return ForumSession.create(
        committee=committee, division=committee.division_id, division_code=committee.division_code, **given
    )


def make_forum_invitation(session: ForumSession | None = None, **values: Any) -> ForumInvitation:
    """Make the invitation of somebody to a session."""
    session = session or make_forum_session()
    given = {"label": "物业公司负责人", **values}
    return ForumInvitation.create(session=session, division_code=session.division_code, **given)


def make_statement(session: ForumSession | None = None, **values: Any) -> Statement:
    """Make a statement of a person of the community, which came to nothing yet."""
    session = session or make_forum_session()
    count = Statement.select().where(Statement.session == session).count()
    given = {
        "position": count + 1, "is_anonymous": False, "text": "示范小区的路灯不亮", "created_at": AT, **values,
    }  # fmt: skip
    if not {"speaker", "speaker_name"} & given.keys():
        given["speaker"] = make_person(session.division)
    return Statement.create(session=session, division_code=session.division_code, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    ForumSession: make_forum_session,
    ForumInvitation: make_forum_invitation,
    Statement: make_statement,
}
