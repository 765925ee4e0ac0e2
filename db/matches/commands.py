"""What is done with matches: staff suggest a resource for a need, and its owner answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from peewee import IntegrityError

from db.access.actor import Actor
from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.access.speakers import speaker_of
from db.access.steps import offices_over, require
from db.access.subjects import Subject, command
from db.bookings.models import Allotment, BookingTerms
from db.issues.claims import claim_as
from db.issues.inputs import Amount, Offer
from db.issues.models.claim import Need, NeedState
from db.issues.models.issue import Issue
from db.issues.parties import Party
from db.issues.row_guards import RowGuard
from db.issues.visibility import may_see
from db.kernel.bounds import Days, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.matches.lifecycle import CLAIM_GUARDS, MATCH_LIFECYCLE
from db.matches.models import Match, MatchAnswer, MatchState
from db.matches.standing import MATCH, MATCH_STEPS, is_claimable
from db.organizations.models.resource import Resource, ResourceState
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import setting

A, MACHINE = JournalAction, MATCH_LIFECYCLE


def _suggesting(call: Call, need: Need, action: Any) -> Role:
    return require(offices_over(call, need.division_code), MACHINE.beginning[1].who)


def _is_known(actor: Actor, need: Need) -> bool:
    return may_see(actor, Issue.get_by_id(need.issue_id))


NEED = Subject(
    model=Need,
    keys={"need_id": "id"},
    missing=("There is no such need; check the id.", "没有这项需求，请核对 ID。"),
    stand=_suggesting,
    is_known=_is_known,
)


@command(NEED)
def suggest_match(
    call: Call, need: Need, role: Role, *, resource_id: int, note: Annotated[str, Length(1, 200)] | None = None
) -> CommandResult:
    """Suggest a resource for a need that is not met (推荐对接); whoever offers the resource is told.

    Raises:
        DomainError: NOT_FOUND, no such need, or no such resource on offer; NOT_PERMITTED, staff of the need's community
            suggest; ILLEGAL_TRANSITION, the need is met, or not open for claims; INVALID_INPUT, the resource is the
            community's own; NOT_ELIGIBLE, its places are given out by lot; ALREADY_EXISTS, it waits for an answer.
    """
    if need.state is not NeedState.OPEN or not is_claimable.exists(need.id, call.actor, call.now):
        raise RowGuard.NEED_CLOSED.refusal()
    resource = _offered(call, resource_id)
    match = _made(
        call, By.actor(call, role, need.division_code), need=need.id, resource=resource.id,
        division_code=need.division_code, suggested_by=call.actor.name, note=note,
        answer_by=call.day + timedelta(days=setting(SettingKey.MATCH_ANSWER_DAYS, need.division_code)),
        created_at=call.at,
    )  # fmt: skip
    text = f"社区推荐以“{resource.name}”（Resource_{resource.id}）对接需求“{need.title}”，请于{match.answer_by}前答复。"
    to = _owner_to_tell(call, match, resource)
    notify(
        call, NoticeKind.MATCH_SUGGESTED, str(match.id), to, text, division_code=need.division_code,
        issue_id=need.issue_id,
    )  # fmt: skip
    return CommandResult({"match": match.id, "event": entry_of(MACHINE, match)})


def _offered(call: Call, resource_id: int) -> Resource:
    """Find a resource on offer that somebody can be asked for."""
    resource = Resource.find(id=resource_id, state=ResourceState.ON_OFFER)
    if resource is None or (resource.valid_until is not None and resource.valid_until < call.day):
        message = "There is no such resource on offer; choose one from the need's `fittingResources`."
        raise not_found("resourceId", message, "没有该资源，或已停止提供；请从 fittingResources 中选择。")
    if resource.organization_id is None and resource.person_id is None:
        message = "The resource is the community's own, so nobody need be asked; claim with it (`claimIssue`)."
        raise invalid("resourceId", message, "该资源属社区自有，无须对接，可直接用于认领（claimIssue）。")
    terms = BookingTerms.find(resource=resource.id)
    if terms is not None and terms.allotment is Allotment.LOTTERY:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "Places of the resource are given out by lot, so none can be promised; choose another.",
            ("resourceId",),
            chinese="该资源抽签分配，不能用于对接，请另选资源。",
        )
    return resource


def _made(call: Call, by: By, **columns: Any) -> Match:
    open_one = Match.find(need=columns["need"], resource=columns["resource"], state=MatchState.SUGGESTED)
    if open_one is not None:
        raise _exists(f" (Match_{open_one.id})")
    try:
        return begin(call, MACHINE, Match, by, **columns)
    except IntegrityError as error:
        # Two suggestions at once: the index keeps what neither could see.
        if "match" in str(error):
            raise _exists() from error
        raise


def _exists(which: str = "") -> DomainError:
    return DomainError(
        ErrorCode.ALREADY_EXISTS,
        f"The resource is suggested for the need already{which}; wait for the answer of its owner.",
        ("resourceId",),
        chinese=f"该资源已推荐给此需求{which}，请等待资源方答复。",
    )


def _owner_to_tell(call: Call, match: Match, resource: Resource) -> Recipient:
    """Return who answers for a resource; staff of the need's community where nobody speaks for the unit."""
    code = match.division_code
    if resource.organization_id is not None:
        return speaker_of(call, code, team_id=None, organization_id=resource.organization_id)
    person = Person.get_by_id(resource.person_id)
    return Recipient(Role.RESIDENT, code, person.account_id) if person.account_id else Recipient(Role.STAFF, code)


def _lock_issue(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock the issue of a match before the match itself, as all that is done with its claims does."""
    match = Match.find(id=inputs["match_id"])
    if match is not None:
        Issue.lock(id=Need.get_by_id(match.need_id).issue_id)


@dataclass(frozen=True, slots=True)
class Promised(Inputs):
    """What an owner who accepts promises, and how much of the resource they give for it."""

    promise: Prose | None = None
    promised_on: Annotated[date, Days(first=0)] | None = None
    window_id: int | None = None
    quantity: Amount | None = None


@command(MATCH, "answerMatch", lock=_lock_issue)
def answer_match(
    call: Call, match: Match, role: Role, *, answer: MatchAnswer, promised: Promised, reason: Prose | None = None
) -> CommandResult:
    """Accept or decline a match as whoever offers the resource (答复对接); who accepts claims with it (W4).

    Raises:
        DomainError: NOT_FOUND, no such match or window; NOT_PERMITTED, only the owner answers; ILLEGAL_TRANSITION, it
            is answered or lapsed, or the need or the offer has ended; INVALID_INPUT, a promise, its day or a reason is
            missing, or the window is not open then; LIMIT_REACHED, the owner has a claim that waits;
            CLAIM_CAPACITY_EXCEEDED; NOT_ELIGIBLE, its places are given out by lot.
    """
    by = By.actor(call, role, match.division_code)
    if answer is MatchAnswer.DECLINED:
        if reason is None:
            raise invalid("reason", "Give the reason why you decline.", "请说明不同意的理由。")
        return CommandResult({"match": match.id, "event": move(call, MACHINE, match, A.DECLINE, by, note=reason)})
    promise, day = promised.promise, promised.promised_on
    if promise is None or day is None:
        field = "promise" if promise is None else "promisedOn"
        raise invalid(field, "State what you promise, and the day by which it is done.", "请填写承诺内容和完成日期。")
    MATCH_STEPS.require_open(call, match, *CLAIM_GUARDS)
    need = Need.get_by_id(match.need_id)
    issue = Issue.lock(id=need.issue_id)
    assert issue is not None, "the need keeps it"
    offer = Offer(match.resource_id, promised.window_id, promised.quantity)
    claim, _ = claim_as(call, issue, _owner(match), role, promise, day, offer)
    event = move(call, MACHINE, match, A.ACCEPT, by, claim=claim.id)
    return CommandResult({"match": match.id, "claim": claim.id, "event": event})


def _owner(match: Match) -> Party:
    resource = Resource.get_by_id(match.resource_id)
    if resource.organization_id is not None:
        return "Organization", resource.organization_id
    account_id = Person.get_by_id(resource.person_id).account_id
    assert account_id is not None, "it was they who answered"
    return "Resident", account_id
