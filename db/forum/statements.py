"""What is said in a session of the forum: statements are made, and each comes to something."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from peewee import fn

from db.access.commands import Call, CommandResult
from db.access.inputs import Input, Inputs, inputs_of
from db.access.journal import By, move, require_version
from db.access.models.account import A_RESIDENT, Role
from db.access.models.journal import JournalAction
from db.access.steps import not_permitted
from db.access.subjects import Command, command
from db.committees.models.committee import Committee
from db.deliberation.agenda import Title, proposer
from db.deliberation.motions import put_on_next_meeting
from db.forum.lifecycle import FORUM_LIFECYCLE
from db.forum.models import ForumSession, Statement, StatementOutcome
from db.forum.standing import FORUM, STATEMENT
from db.issues.intake import Contact, Reporter, submit_told, told_issue
from db.issues.lifecycle import CLOSED_STATES, Capacity
from db.issues.merging import follow
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, Issue
from db.issues.row_guards import RowGuard
from db.issues.visibility import may_see
from db.kernel.bounds import Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import camel, invalid, not_found
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.teams.standing import own_person

A, O = JournalAction, StatementOutcome  # noqa: E741
_TEXT = Length(1, 1000)


@dataclass(frozen=True, slots=True)
class Speaker(Inputs):
    """Who speaks, where staff record it for somebody: a person, or the name of somebody who is not registered."""

    speaker_id: int | None = None
    speaker_name: Annotated[str, Length(1, 40, has_lines=False)] | None = None
    is_anonymous: bool = False


@command(FORUM, "addStatement")
def add_statement(
    call: Call, session: ForumSession, role: Role, *, text: Annotated[str, _TEXT], speaker: Speaker
) -> CommandResult:
    """Make a statement in a session or beforehand: residents their own, staff for somebody (发言).

    Raises:
        DomainError: NOT_FOUND, no such session or person; NOT_PERMITTED, also where a resident names a speaker;
            ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, also where staff name nobody, or a speaker twice.
    """
    columns = _of_somebody(speaker) if role is Role.STAFF else _of_oneself(call, session, speaker)
    statement = Statement.create(
        session=session.id, division_code=session.division_code, position=_next_position.scalar(session.id),
        is_anonymous=speaker.is_anonymous, text=text, created_at=call.at, **columns,
    )  # fmt: skip
    # Who speaks for themselves and stays unnamed is not named in the journal either.
    is_unnamed = speaker.is_anonymous and role is not Role.STAFF
    by = By(role, name=A_RESIDENT) if is_unnamed else By.actor(call, role, session.division_code)
    event = move(call, FORUM_LIFECYCLE, session, A.SPEAK, by, facts={"statement": statement})
    return _done(session, statement, event)


def _of_oneself(call: Call, session: ForumSession, speaker: Speaker) -> dict[str, Any]:
    named = next((name for name in ("speaker_id", "speaker_name") if getattr(speaker, name) is not None), None)
    if named is not None:
        raise not_permitted(Capacity.COMMUNITY_STAFF, field=camel(named))
    own = own_person(call, session.division_code)
    assert own is not None, "a resident speaks as a registered person"
    return {"speaker": own.id}


def _of_somebody(speaker: Speaker) -> dict[str, Any]:
    person = Person.find(id=speaker.speaker_id) if speaker.speaker_id is not None else None
    if speaker.speaker_id is not None and (person is None or person.is_erased):
        raise not_found("speakerId", "There is no such person; check the id.", "没有此人员，请核对 ID。")
    is_named = speaker.speaker_id is not None, speaker.speaker_name is not None
    if all(is_named) or not (any(is_named) or speaker.is_anonymous):
        raise RowGuard.SPEAKER_NEEDED.refusal()
    return {"speaker": speaker.speaker_id, "speaker_name": speaker.speaker_name}


@compiled
def _next_position(session_id: Any) -> Any:
    last = Statement.select(fn.COALESCE(fn.MAX(Statement.position), 0) + 1)
    return last.where(Statement.session == session_id)


# --- Settling ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ForumProposal:
    """What a statement proposes to the next meeting."""

    title: Title
    duty: Duty
    needs_hearing: bool = False


# The issue that a statement becomes is told as those of `submitIssue`, but for what the statement says by itself.
ISSUE = told_issue(
    "division_code", "channel", "is_anonymous", "external_source", "external_id", "referred_to", "evidence"
)
# What an outcome needs, and no other takes.
_NEEDED = {O.ISSUE: "issue", O.JOINED: "issue_id", O.PROPOSAL: "proposal"}


def _settle_statement(
    call: Call,
    statement: Statement,
    standing: tuple[ForumSession, Role],
    *,
    outcome: StatementOutcome,
    issue: Mapping[str, Any] | None = None,
    issue_id: int | None = None,
    proposal: ForumProposal | None = None,
    answer: Annotated[str, _TEXT] | None = None,
) -> CommandResult:
    """Settle a statement: it becomes an issue, joins one, is proposed to a meeting, answered, or left (办理发言).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, STALE_OBJECT; ILLEGAL_TRANSITION, the session is not being held, or the
            issue has ended; LIMIT_REACHED, the statement is settled; INVALID_INPUT, also where an outcome lacks what it
            needs; what `submitIssue` refuses, for an issue, and `put_on_next_meeting`, for a proposal.
    """
    session, role = standing
    require_version(call, FORUM_LIFECYCLE, session)
    _require_given(outcome, {"issue": issue, "issue_id": issue_id, "proposal": proposal}, answer)
    link: dict[str, int] = {}
    if issue is not None:
        link = {"issue": _submit(call, session, role, statement, issue)}
    elif issue_id is not None:
        link = {"issue": _join(call, statement, issue_id)}
    elif proposal is not None:
        link = {"agenda_item": _propose(call, session, proposal)}
    statement.change(outcome=outcome, answer=answer, settled_at=call.at, **link)
    by, facts = By.actor(call, role, session.division_code), {"statement": statement, "outcome": outcome}
    event = move(call, FORUM_LIFECYCLE, session, A.SETTLE, by, facts=facts)
    return _done(session, statement, event, **{name: row for name, row in link.items() if name == "issue"})


settle_statement = Command(
    _settle_statement,
    STATEMENT,
    "settleStatement",
    inputs={**inputs_of(_settle_statement), "issue": Input(structure=dict, fields=ISSUE)},
)


def _require_given(outcome: StatementOutcome, given: Mapping[str, Any], answer: str | None) -> None:
    """Check that what an outcome needs was given, and nothing that belongs to another one."""
    needed = _NEEDED.get(outcome)
    missing = needed is not None and given[needed] is None
    if missing or (outcome is O.ANSWERED and answer is None):
        name = camel(needed or "answer")
        raise invalid(name, f"The outcome {outcome} needs {name}.", f"办理结果为“{outcome.chinese}”时须填写 {name}。")
    extra = next((name for name, value in given.items() if value is not None and name != needed), None)
    if extra is not None:
        name = camel(extra)
        message = f"The outcome {outcome} takes no {name}; leave it out, or choose the outcome that it is for."
        raise invalid(name, message, f"办理结果为“{outcome.chinese}”时不填 {name}。")


def _submit(call: Call, session: ForumSession, role: Role, statement: Statement, told: Mapping[str, Any]) -> int:
    """Submit the issue that a statement becomes, in the name of who spoke; anonymous stays so."""
    speaker = Person.find(id=statement.speaker_id) if statement.speaker_id is not None else None
    full = {"description": statement.text, **told, "channel": Channel.DELIBERATION_ROOM}
    committee = Committee.get_by_id(session.committee_id)
    reporter = Reporter(speaker and speaker.account_id, statement.is_anonymous)
    contact = None
    if not statement.is_anonymous:
        contact = Contact(contact_name=speaker.name if speaker else statement.speaker_name)
    return submit_told(call, role, committee, full, reporter, contact=contact, path=("issue",))


def _join(call: Call, statement: Statement, issue_id: int) -> int:
    """Let who spoke follow an open issue of the community."""
    issue = Issue.lock(id=issue_id)
    if issue is None or issue.division_code != statement.division_code or not may_see(call.actor, issue):
        message = "The community has no such issue; check the id."
        raise not_found("issueId", message, "本社区没有这个事项，请核对 ID。")
    if issue.state in CLOSED_STATES:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            f"The issue has ended: {issue.state}; choose an open one, or make the statement an issue of its own.",
            ("issueId",),
            chinese=f"该事项已结束（{issue.state.chinese}），请选择未办结的事项，或转为新议题。",
        )
    speaker = Person.find(id=statement.speaker_id) if statement.speaker_id is not None else None
    if speaker is not None and speaker.account_id is not None:
        follow(call, issue, [speaker.account_id])
    return issue.id


def _propose(call: Call, session: ForumSession, proposal: ForumProposal) -> int:
    """Put an item on the agenda of the committee's next meeting, proposed by the host (M2)."""
    host = proposer(call, session.committee_id, session.host_id, ("proposal",))
    try:
        item = put_on_next_meeting(
            call, session.committee_id, proposal.title, proposal.duty, host.id, needs_hearing=proposal.needs_hearing
        )
    except DomainError as refusal:
        refusal.field = ("proposal",)
        raise
    return item.id


def _done(session: ForumSession, statement: Statement, event: int, **rows: int) -> CommandResult:
    return CommandResult({"statement": statement.id, "forumSession": session.id, "event": event, **rows})
