"""Who knows of a statement, and who of an anonymous speaker.

Statements are public once their session is closed. Before, whoever spoke, the host, staff and the offices above know
of them. Who made an anonymous statement only they themselves, staff and the offices know.
"""

from typing import Any

from peewee import SQL, Case, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.account import A_RESIDENT, is_office
from db.access.viewers import Rule, ViewerSql
from db.committees.models.committee import Member
from db.forum.models import ForumSession, ForumState, Statement
from db.kernel.expressions import Row
from db.people.models.person import Person
from db.people.themselves import is_person


def may_see(actor: Actor, statement: Statement) -> bool:
    """Return whether an actor knows of a statement."""
    session = ForumSession.get_by_id(statement.session_id)
    if session.state is ForumState.CLOSED:
        return True
    code = statement.division_code
    if actor.account_id is None or not actor.mandate.part.covers(code):
        return False
    if actor.has_power(is_office, over=code):
        return True
    speaker = Person.find(id=statement.speaker_id) if statement.speaker_id is not None else None
    host = Member.get_by_id(session.host_id)
    return actor.account_id in (speaker and speaker.account_id, host.account_id if host.is_active else None)


def sees(statement: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of a statement."""
    session, host = ForumSession.alias("its_session"), Member.alias("its_host")
    own = session.select(SQL("1")).where(session.id == statement.session)
    is_public = fn.EXISTS(own.where(session.state == ForumState.CLOSED.value))
    is_theirs = (host.id == session.host) & (host.account == viewer.account_id) & host.is_active
    hosts = fn.EXISTS(own.join(host, on=is_theirs))
    return is_public | knows_speaker(statement, viewer) | (viewer.covers(statement.division_code) & hosts)


def knows_speaker(statement: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer made a statement, or is on the staff there or in an office above."""
    office = viewer.has_power(is_office, over=statement.division_code)
    return viewer.covers(statement.division_code) & (is_person(statement.speaker, viewer) | office)


def speaker_name(statement: Row, viewer: ViewerSql, of_person: Any, masked: Any) -> ColumnBase:
    """Build the name that a viewer reads of a speaker: 居民 for an anonymous one.

    of_person: builds the name of a row of `Person` as the viewer may know it. masked: masks the name of somebody else.
    """
    person: Any = Person.alias("named")
    registered = person.select(of_person(person)).where(person.id == statement.speaker)
    knows = knows_speaker(statement, viewer)
    written = Case(None, [(knows, statement.speaker_name)], masked(statement.speaker_name))
    return Case(None, [(statement.is_anonymous & ~knows, A_RESIDENT)], fn.COALESCE(registered, written, A_RESIDENT))


STATEMENT = Rule(Statement, may_see, sees)
RULES = (STATEMENT,)
