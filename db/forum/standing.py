"""What an actor is to a session of the forum: its host, director, staff or a resident; see `db.access.steps`."""

from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.committees.models.committee import Member
from db.deliberation.standing import leads, to_committee
from db.forum.lifecycle import FORUM_LIFECYCLE
from db.forum.models import ForumSession, Statement
from db.forum.visibility import may_see
from db.issues.lifecycle import Capacity
from db.issues.policy_sql import sits
from db.issues.row_guards import RowGuard
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.teams.standing import own_person

C, G = Capacity, RowGuard
# How many open statements a refusal names.
MAX_NAMED = 20


def _to_session(call: Call, session: ForumSession) -> dict[Capacity, Role]:
    found = {**offices_over(call, session.division_code), **to_committee(call, session.committee_id)}
    held = [one.role for one in call.actor.held if one.committee_id == session.committee_id]
    account = call.actor.account_id
    if held and Member.find(id=session.host_id, account=account, is_active=True) is not None:
        found[C.HOST] = held[0]
    person = own_person(call, session.division_code)
    if person is not None and person.division_code == session.division_code:
        found[C.REGISTERED] = Role.RESIDENT
    return found


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    host, person = Member.alias("hosting"), Person.alias("own")
    is_host = (host.id == row.host) & (host.account == asker.account_id) & host.is_active
    hosts = asker.holds(lambda grant: sits(row, grant)) & fn.EXISTS(host.select(SQL("1")).where(is_host))
    is_self = (person.account == asker.account_id) & (person.division_code == row.division_code)
    is_there = asker.covers(row.division_code) & fn.EXISTS(person.select(SQL("1")).where(is_self))
    bits = facts.office_bits(C.COMMUNITY_STAFF)
    for capacity, condition in ((C.DIRECTOR, leads(facts)), (C.HOST, hosts), (C.REGISTERED, is_there)):
        bits = bits + Case(None, [(condition, mask([capacity]))], 0)
    return bits


def _has_open(facts: RowFacts) -> Any:
    row = Statement.alias("left_open")
    return fn.EXISTS(row.select(SQL("1")).where(row.session == facts.row.id, row.outcome.is_null()))


def _unsettled(session: ForumSession) -> DomainError:
    """Build the refusal that names the statements that came to nothing yet."""
    guard, names = G.STATEMENTS_OPEN, [f"Statement_{row.id}" for row in _open.all(session.id)]
    return guard.refusal(
        message=f"{guard.message} Open: {', '.join(names)}.", chinese=f"{guard.chinese}尚未办理：{'、'.join(names)}。"
    )


@compiled
def _open(session_id: Any) -> Any:
    left = Statement.select().where(Statement.session == session_id, Statement.outcome.is_null())
    return left.order_by(Statement.position).limit(MAX_NAMED)


FORUM_STEPS = RowSteps(
    ForumSession,
    FORUM_LIFECYCLE,
    _to_session,
    _bits,
    {
        G.SESSION_AHEAD: lambda facts: facts.row.scheduled_at > facts.asker.now,
        G.ALL_SETTLED: lambda facts: ~_has_open(facts),
        G.STATEMENTS_OPEN: _has_open,
        G.SPEAKER_NEEDED: lambda facts: facts.office_bits(C.COMMUNITY_STAFF) > 0,
    },
    serves_issue=False,
    refusals={G.STATEMENTS_OPEN: _unsettled},
)
FORUM = Subject(
    model=ForumSession,
    keys={"session_id": "id"},
    missing=("There is no such session of the forum; check the id.", "没有这场居民说事，请核对 ID。"),
    stale=stale_by_journal(FORUM_LIFECYCLE),
    stand=lambda call, session, mutation: FORUM_STEPS.require(call, session, mutation, "sessionId"),
)


def _settling(call: Call, statement: Statement, mutation: str) -> tuple[ForumSession, Role]:
    """Lock the session of a statement, and return it with the role in which the actor settles the statement."""
    session = ForumSession.lock(id=statement.session_id)
    assert session is not None, "a statement is of a session"
    role = FORUM_STEPS.require(call, session, mutation, "statementId")
    if statement.outcome is not None:
        message = f"The statement was settled already: {statement.outcome}; settle one that has no outcome."
        chinese = f"该发言已办理（{statement.outcome.chinese}），请选择尚未办理的发言。"
        raise DomainError(ErrorCode.LIMIT_REACHED, message, ("statementId",), chinese=chinese)
    return session, role


STATEMENT = Subject(
    model=Statement,
    keys={"statement_id": "id"},
    missing=("There is no such statement; check the id.", "没有这条发言，请核对 ID。"),
    stand=_settling,
    is_known=may_see,
)
