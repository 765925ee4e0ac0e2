"""Intake: how an issue comes in, and whether it is taken into the ledger."""

from typing import Any

from db.database import is_postgres
from db.deadlines import SHANGHAI, Clock, due
from db.errors import DomainError, ErrorCode
from db.issues.core import advance, allow, begin, find
from db.lifecycle import IssueState, LedgerAction
from db.models.account import Role
from db.models.claim import Need, NeedState
from db.models.committee import Committee, CommitteeState, Member
from db.models.division import Division, DivisionLevel
from db.models.duty import Duty
from db.models.issue import Channel, Issue, IssueContact, LedgerSerial, Urgency
from db.verbs import Call, Done

_SUBMITTERS = (
    Role.RESIDENT, Role.GRID_WORKER, Role.MEMBER, Role.DEPUTY_DIRECTOR, Role.DIRECTOR, Role.STAFF, Role.UNIT_CONTACT,
    Role.TEAM_CAPTAIN,
)  # fmt: skip


def submit_issue(
    call: Call,
    *,
    division_code: str,
    channel: Channel,
    title: str,
    description: str,
    duty: Duty,
    urgency: Urgency,
    topic_code: str | None = None,
    place: str | None = None,
    is_anonymous: bool = False,
    contact_name: str | None = None,
    contact_phone: str | None = None,
    contact_address: str | None = None,
) -> Done:
    """Bring a concern to a community (提交, T1).

    Raises:
        DomainError: INVALID_INPUT, a text is too short or too long; NOT_FOUND, no such community, or none with a
            committee; NOT_PERMITTED, the actor holds no role there.
    """
    title, description = title.strip(), description.strip()
    _within("title", title, 5, 60)
    _within("description", description, 1, 2000)
    committee = _committee(division_code)
    held = call.actor.holds(*_SUBMITTERS, over=division_code)
    if held is None:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "Only residents, grid workers, members, staff, units and teams of the community can bring an issue there.",
            ("divisionCode",),
            chinese="只有本社区的居民、网格员、委员、工作人员、单位和志愿服务队可以提交事项。",
        )
    end, warn = due(Clock.INTAKE, urgency, call.at, division_code)
    issue = Issue.create(
        title=title, description=description, duty=duty, urgency=urgency, channel=channel, topic_code=topic_code,
        place=place, state=IssueState.SUBMITTED, current_level=DivisionLevel.COMMUNITY,
        division=committee.division_id, division_code=division_code, responsible_code=division_code,
        committee=committee.id, submitter=_seat_of(call, committee), reporter=call.actor.account_id,
        is_anonymous=is_anonymous, created_at=call.at, updated_at=call.at, due_at=end, warn_at=warn,
    )  # fmt: skip
    if contact_name or contact_phone or contact_address:
        IssueContact.create(
            issue=issue.id, division_code=division_code, name=contact_name, phone=contact_phone, address=contact_address
        )
    event = begin(call, issue, held.role, {"channel": channel.value, "isAnonymous": is_anonymous})
    return Done({"issue": issue.id, "event": event})


def accept_issue(
    call: Call,
    *,
    urgency: Urgency,
    duty: Duty,
    issue_id: int | None = None,
    issue_number: str | None = None,
) -> Done:
    """Take a submitted issue into the ledger: it gets its number, a deadline and an entry on the need list (受理, T5).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT.
    """
    issue = find(call, issue_id, issue_number)
    role = allow(call, LedgerAction.ACCEPT, issue)
    # An issue that comes back after an appeal or a transfer keeps its number.
    number = issue.number or _next_number(call, issue.division_code)
    changes: dict[str, Any] = {"urgency": urgency, "duty": duty, "number": number, "accepted_at": call.at}
    event = advance(
        call, issue, LedgerAction.ACCEPT, role, to_state=IssueState.ACCEPTED,
        due=due(Clock.TRIAGE, urgency, call.at, issue.division_code),
        details={"urgency": urgency.value, "duty": duty.value, "number": number}, **changes,
    )  # fmt: skip
    Need.create(
        issue=issue.id, committee=issue.committee_id, division_code=issue.division_code, title=issue.title,
        state=NeedState.OPEN, created_at=call.at,
    )  # fmt: skip
    return Done({"issue": issue.id, "event": event})


def _within(field: str, text: str, least: int, most: int) -> None:
    if not least <= len(text) <= most:
        raise DomainError(
            ErrorCode.INVALID_INPUT,
            f"The {field} must have {least} to {most} characters; it has {len(text)}.",
            (field,),
            chinese=f"{field} 须为 {least} 至 {most} 个字符，现有 {len(text)} 个。",
        )


def _committee(division_code: str) -> Committee:
    working = Committee.state.in_([CommitteeState.ACTIVE, CommitteeState.NON_COMPLIANT, CommitteeState.FORMING])
    found = (
        Committee.select()
        .join(Division)
        .where(Division.code == division_code, Division.level == DivisionLevel.COMMUNITY, working)
        .first()
    )
    if found is None:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "There is no community of this code with a committee at work.",
            ("divisionCode",),
            chinese="没有此代码的社区，或该社区尚未成立社工委。",
        )
    return found


def _seat_of(call: Call, committee: Committee) -> int | None:
    seat = Member.get_or_none(
        Member.committee == committee.id, Member.account == call.actor.account_id, Member.is_active
    )
    return seat.id if seat else None


def _next_number(call: Call, division_code: str) -> str:
    """Take the next ledger number of a community and year; the row's lock keeps numbers without gaps."""
    year = call.at.astimezone(SHANGHAI).year
    key = {"division_code": division_code, "year": year}
    LedgerSerial.insert(**key, last=0).on_conflict_ignore().execute()
    query = LedgerSerial.select().where(LedgerSerial.division_code == division_code, LedgerSerial.year == year)
    serial = (query.for_update() if is_postgres() else query).get()
    LedgerSerial.update(last=serial.last + 1).where(
        LedgerSerial.division_code == division_code, LedgerSerial.year == year
    ).execute()
    return f"LZ-{division_code}-{year}-{serial.last + 1:06}"
