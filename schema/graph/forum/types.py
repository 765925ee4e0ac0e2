"""Sessions of the forum, and what was said there; anonymous speakers are 居民 to everybody but the offices."""

from peewee import Case, ColumnBase, Node

from db.forum import models, visibility
from db.kernel.expressions import Row
from db.people.visibility import knows_name
from schema.catalog.declare import column, computed, many, model_type, one
from schema.catalog.fields import Kind
from schema.graph.masks import masked
from schema.graph.viewer import ASKER, seen_by


def _of_person(person: Row) -> Node:
    return Case(None, [(knows_name(person, ASKER), person.name)], masked(person.name, 1))


def _speaker(statement: Row, person: Row) -> ColumnBase:
    is_known = ~statement.is_anonymous | visibility.knows_speaker(statement, ASKER)
    return (person.id == statement.speaker) & is_known


@model_type(models.ForumSession, "A session of the forum, in which residents say what moves them (居民说事).")
class ForumSession:
    """Everybody sees all of them; what was said there, once it is closed."""

    committee = one("Committee", "The committee that holds the session.")
    division = one("Division", "The community where the session is held.")
    division_code = column("The 12-digit code of the community.")
    title = column("What the session is about.")
    booking = one("Booking", "The booking of the room, for those who know of it.")
    place = column("The place of the session, in words; null where a room is booked for it.")
    scheduled_at = column("When the session is to begin.")
    held_at = column("When the session was opened.")
    host = one("Member", "The member who hosts the session.")
    invited = many("ForumInvitation", "Who is invited to the session.", on="session", order="id")
    participant_count = column("How many people came.")
    summary = column("What came of the session, in words; null until it is closed.")
    published_at = column("When the session was closed and made public.")
    statements = many(
        "Statement",
        "What was said, in its order; public once the session is closed.",
        on="session",
        order="position",
    )
    state = column("The state of the session.")
    created_at = column("When the session was announced.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(models.ForumInvitation, "Somebody who is invited to a session of the forum (邀请对象).")
class ForumInvitation:
    """A person's name is masked as anywhere."""

    session = one("ForumSession", "The session to which they are invited.")
    organization = one("Organization", "The organization that is invited.")
    person = one("Person", "The person who is invited.")
    label = column("Who is invited, in words.")


@model_type(
    models.Statement, "What somebody said in a session of the forum (发言).", visible=seen_by(visibility.STATEMENT)
)
class Statement:
    """Public once the session is closed; before, for the speaker, the host, staff, and the offices above."""

    session = one("ForumSession", "The session in which it was said.")
    division_code = column("The 12-digit code of the community.")
    position = column("The place of the statement in the session, from 1.")
    speaker = one(
        "Person",
        "The registered person who said it; of an anonymous statement for themselves, staff and the offices above.",
        on=_speaker,
    )
    speaker_name = computed(
        Kind.LINE,
        lambda statement: visibility.speaker_name(statement, ASKER, _of_person, lambda name: masked(name, 1)),
        "The name of the speaker, masked as that of any person; 居民 for an anonymous one.",
        queryable=False,
    )
    is_anonymous = column("Whether the speaker stays unnamed.")
    text = column("The words of the statement.")
    outcome = column("What the statement came to; null until it is settled.")
    issue = one("Issue", "The issue that it became or joined, for those who may know of it.")
    agenda_item = one("AgendaItem", "The item of a meeting's agenda that it became.")
    answer = column("What the speaker was answered.")
    settled_at = column("When the statement was settled.")
    created_at = column("When the statement was made.")


FORUM_TYPES = (ForumSession, ForumInvitation, Statement)
