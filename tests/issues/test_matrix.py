"""Every state × every step of the table: what the table allows works and leads where it says, and nothing else does.

Each step is taken by somebody whose step it is, with what it needs at hand, so that only the state can be in its way.
What the clock does by itself (LAPSE) is in `tests/issues/test_tick.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.commands import CommandResult
from db.access.step_names import chinese_names
from db.city import models
from db.deliberation import resolutions as deliberation
from db.deliberation.models.meeting import MeetingState
from db.issues import claims, closing, handling, intake, levels, merging, notes, progress, requests, reviews
from db.issues.lifecycle import NOTES, STEPS, TRANSITIONS, IssueOutcome, IssueState, Transition, possible_mutations
from db.issues.lifecycle import LedgerAction as A
from db.issues.models.claim import ClaimState
from db.issues.models.duty import Duty
from db.issues.models.issue import EvidenceKind, RejectionReason, Urgency
from db.issues.models.request import IssueRequestDecision, IssueRequestKind
from db.kernel.database import database as proxy
from db.kernel.errors import DomainError, ErrorCode
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.factories import AT, TODAY
from tests.issues.model.rows import changed, read
from tests.town import Town, build, issue_of, last_of

S = IssueState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNTIL = AT + 3 * DAY
# What is said in words and read by nobody here.
WORDS = "示范说明"


@dataclass
class Place:
    """A town in which one issue stands in a state, with whatever any step may need."""

    town: Town
    issue_id: int
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def unit(self) -> tuple[str, int]:
        assert self.town.unit
        return "Organization", self.town.unit.id

    def provide(self) -> None:
        """Have claims, a carried resolution and another issue at hand.

        The issue was taken up once, as one is that came by a transfer, so that everybody sees it in every state.
        """
        models.Issue.update(number="LZ-1").where(models.Issue.id == self.issue_id).execute()
        issue, town = issue_of(self.issue_id), self.town
        for state, party in ((ClaimState.PENDING, {"team": make.make_team(town.home.division)}), (
            ClaimState.CONFIRMED, {"organization": town.unit}
        )):  # fmt: skip
            self.rows[state.value] = make.make_claim(issue, state=state, **party).id
        meeting = make.make_meeting(town.home, state=MeetingState.CLOSED, held_at=AT, scheduled_at=AT)
        item = make.make_agenda_item(meeting, issue=issue)
        self.rows["resolution"] = make.make_resolution(item).id
        make.make_meeting(town.home, scheduled_at=AT + 6 * DAY)
        self.rows["lead"] = models.Member.get(models.Member.account == town.accounts["director"]).id
        self.rows["master"] = town.accept()
        self.rows["entry"] = last_of(self.issue_id).id

    def ask(self, kind: IssueRequestKind, **wanted: Any) -> int:
        """Have a request of a kind pending."""
        given = {"resume_on": None, **wanted} if kind is not IssueRequestKind.SUSPENSION else wanted
        return make.make_issue_request(issue_of(self.issue_id), kind=kind, **given).id


Inputs = Callable[[Place], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """A way to take one step. to: None where the issue stays as it is. before: what has to be made so."""

    step: Transition
    command: Callable[..., CommandResult]
    who: str | dict[S | None, str]
    inputs: Inputs = lambda place: {}
    to: S | None = None
    before: Callable[[Place], Any] = lambda place: None

    @property
    def name(self) -> str:
        """What it is called by pytest."""
        return f"{self.command.__name__}-{self.to or 'stays'}"

    def actor(self, state: S) -> str:
        """Return somebody whose step it is in a state."""
        return self.who if isinstance(self.who, str) else self.who.get(state) or self.who[None]


def _review(action: A, kind: IssueRequestKind, to: S, wanted: Callable[[Place], dict[str, Any]]) -> Case:
    def inputs(place: Place) -> dict[str, Any]:
        request_id = place.ask(kind, **wanted(place))
        return {"decision": IssueRequestDecision.APPROVED, "reason": WORDS, "request_id": request_id}

    return Case(TRANSITIONS[action], reviews.review_request, "subdistrict", inputs, to)


def _resolve(to: S, **more: Any) -> Case:
    def inputs(place: Place) -> dict[str, Any]:
        handler = {"handler_id": place.unit} if to is S.IN_PROGRESS else {}
        return {"resolution_id": place.rows["resolution"], "next_state": to, **handler, **more}

    return Case(TRANSITIONS[A.RESOLVE_MEETING], deliberation.record_resolution, "director", inputs, to)


def _of_unit(place: Place) -> None:
    """Let the unit handle it, so that its contact is the handler whatever the state."""
    handler = {"handler_organization": place.unit[1], "handler_member": None, "handler_account": None}
    models.Issue.update(**handler).where(models.Issue.id == place.issue_id).execute()


def _at_the_subdistrict(place: Place) -> None:
    level = {"current_level": DivisionLevel.SUBDISTRICT, "responsible_code": place.town.street.code}
    models.Issue.update(**level).where(models.Issue.id == place.issue_id).execute()


def _claim(state: ClaimState, **more: Any) -> Inputs:
    return lambda place: {"claim_id": place.rows[state.value], **more}


DONE = {
    "result": WORDS, "evidence": [{"kind": EvidenceKind.PHOTO, "description": WORDS}], "done_on": TODAY,
    "outcome": IssueOutcome.RESOLVED,
}  # fmt: skip
T, N, K = TRANSITIONS, NOTES, IssueRequestKind
CASES = (
    Case(T[A.ASK], intake.request_info, "staff", lambda _: {"question": WORDS}, S.NEEDS_INFO),
    Case(T[A.SUPPLEMENT], intake.supplement_issue, "resident", lambda _: {"answer": WORDS}, S.SUBMITTED),
    Case(
        T[A.ACCEPT], intake.accept_issue, "staff",
        lambda _: {"urgency": Urgency.NORMAL, "duty": Duty.DISPUTE_RESOLUTION}, S.ACCEPTED,
    ),
    Case(
        T[A.REJECT], intake.reject_issue, "staff",
        lambda _: {"reason": RejectionReason.OUT_OF_SCOPE, "advice": WORDS}, S.REJECTED,
    ),
    Case(T[A.APPEAL], intake.appeal_issue, "resident", lambda _: {"grounds": WORDS}, S.SUBMITTED),
    Case(T[A.MERGE], merging.merge_issue, "staff", lambda place: {"master_id": place.rows["master"]}, S.MERGED),
    Case(T[A.TABLE], deliberation.table_issue, "director", to=S.IN_DELIBERATION),
    _resolve(S.ACCEPTED),
    _resolve(S.OPEN_FOR_CLAIM, wanted_help=WORDS, claim_until=UNTIL),
    _resolve(S.IN_PROGRESS),
    _resolve(S.AWAITING_VERIFICATION, outcome=IssueOutcome.RESOLVED),
    Case(
        T[A.PUBLISH], claims.publish_issue, "staff", lambda _: {"wanted_help": WORDS, "claim_until": UNTIL},
        S.OPEN_FOR_CLAIM,
    ),
    Case(T[A.CLAIM], claims.confirm_claim, "staff", _claim(ClaimState.PENDING), S.IN_PROGRESS),
    Case(T[A.ASSIGN], handling.assign_issue, "staff", lambda place: {"handler_id": place.unit}, S.IN_PROGRESS),
    Case(T[A.RETURN], handling.return_issue, "staff", lambda _: {"reason": WORDS}, S.ACCEPTED),
    Case(
        T[A.RETURN], handling.return_issue, "staff", lambda _: {"reason": WORDS, "next_state": S.OPEN_FOR_CLAIM},
        S.OPEN_FOR_CLAIM,
    ),
    _review(A.SUSPEND, K.SUSPENSION, S.SUSPENDED, lambda _: {}),
    _review(A.EXTEND, K.EXTENSION, S.IN_PROGRESS, lambda _: {"working_days": 3}),
    _review(A.TRANSFER, K.TRANSFER, S.SUBMITTED, lambda place: {"target": place.town.next_door.division}),
    Case(T[A.RESUME], reviews.resume_issue, "staff", to=S.IN_PROGRESS),
    Case(
        T[A.PROGRESS], progress.report_progress, "contact", lambda _: {"percent": 40, "text": WORDS}, before=_of_unit,
    ),
    Case(
        T[A.REPORT_DONE], handling.report_issue_done, {S.IN_PROGRESS: "contact", None: "staff"}, lambda _: DONE,
        S.AWAITING_VERIFICATION,
    ),
    Case(T[A.CLOSE_OFF], closing.close_issue, "grid", lambda _: {"verification": WORDS, "rating": 5}, S.CLOSED),
    Case(T[A.REWORK], closing.rework_issue, "grid", lambda _: {"missing": WORDS}, S.IN_PROGRESS),
    Case(T[A.REOPEN], closing.reopen_issue, "resident", lambda _: {"reason": WORDS}, S.IN_PROGRESS),
    Case(T[A.UNMERGE], merging.unmerge_issue, "staff", lambda _: {"reason": WORDS}, S.ACCEPTED),
    Case(T[A.WITHDRAW], intake.withdraw_issue, "resident", lambda _: {"reason": WORDS}, S.WITHDRAWN),
    Case(T[A.ESCALATE], levels.escalate_issue, "director", lambda _: {"reason": WORDS, "tried": WORDS}, S.ACCEPTED),
    Case(
        T[A.HAND_DOWN], levels.hand_down_issue, "subdistrict",
        lambda place: {"division_code": place.town.home.division_code, "instruction": WORDS, "due_at": UNTIL},
        S.ACCEPTED, _at_the_subdistrict,
    ),
    Case(T[A.URGE], notes.urge_issue, "resident", lambda _: {"text": WORDS}),
    Case(T[A.REGRADE], notes.regrade_issue, "staff", lambda _: {"urgency": Urgency.URGENT, "reason": WORDS}),
    Case(
        T[A.CORRECT], notes.correct_ledger_entry, "staff",
        lambda place: {"entry_id": place.rows["entry"], "note": WORDS},
    ),
    Case(N["commentIssue"], notes.comment_issue, "neighbour", lambda _: {"text": WORDS}),
    Case(
        N["attachEvidence"], notes.attach_evidence, {S.IN_PROGRESS: "contact", None: "staff"},
        lambda _: {"evidence": DONE["evidence"]},
    ),
    Case(N["claimIssue"], claims.claim_issue, "contact", lambda _: {"promise": WORDS, "promised_on": TODAY + DAY}),
    Case(N["confirmClaim"], claims.confirm_claim, "staff", _claim(ClaimState.PENDING)),
    Case(N["declineClaim"], claims.decline_claim, "staff", _claim(ClaimState.PENDING, reason=WORDS)),
    Case(N["releaseClaim"], claims.release_claim, "contact", _claim(ClaimState.CONFIRMED, reason=WORDS)),
    Case(N["fulfilClaim"], claims.fulfil_claim, "contact", _claim(ClaimState.CONFIRMED)),
    Case(
        N["requestIssueSuspension"], requests.request_suspension, "staff",
        lambda _: {"cause": WORDS, "resume_on": TODAY + 9 * DAY},
    ),
    Case(
        N["requestIssueExtension"], requests.request_extension, "contact",
        lambda _: {"reason": WORDS, "working_days": 2}, before=_of_unit,
    ),
    Case(
        N["requestIssueTransfer"], requests.request_transfer, "staff",
        lambda place: {"division_code": place.town.next_door.division_code, "reason": WORDS},
    ),
    Case(N["rateIssue"], notes.rate_issue, "resident", lambda _: {"rating": 4}),
)  # fmt: skip
# Confirming a claim is two steps, each of other states.
CONFIRMING = {*T[A.CLAIM].sources, *N["confirmClaim"].sources}


def reach(town: Town, state: S) -> int:
    """Bring an issue into a state by the commands."""
    if state in (S.SUBMITTED, S.NEEDS_INFO, S.REJECTED):
        issue_id = town.submit()
        if state is S.NEEDS_INFO:
            town.act("staff", intake.request_info, issue_id=issue_id, question=WORDS)
        if state is S.REJECTED:
            refusal = {"reason": RejectionReason.OUT_OF_SCOPE, "advice": WORDS}
            town.act("staff", intake.reject_issue, issue_id=issue_id, **refusal)
        return issue_id
    issue_id = town.accept()
    for who, command, inputs in _WAYS[state](Place(town, issue_id)):
        town.act(who, command, issue_id=issue_id, **inputs)
    return issue_id


Way = list[tuple[str, Callable[..., CommandResult], dict[str, Any]]]


def _assigned(place: Place) -> Way:
    return [("staff", handling.assign_issue, {"handler_id": place.unit})]


def _reported(place: Place) -> Way:
    return [*_assigned(place), ("contact", handling.report_issue_done, DONE)]


def _suspended(place: Place) -> Way:
    asked: dict[str, Any] = {"cause": WORDS, "resume_on": TODAY + 20 * DAY}
    granted: dict[str, Any] = {"decision": IssueRequestDecision.APPROVED, "reason": WORDS}
    return [
        *_assigned(place), ("staff", requests.request_suspension, asked),
        ("subdistrict", reviews.review_request, granted),
    ]  # fmt: skip


def _tabled(place: Place) -> Way:
    meeting = make.make_meeting(place.town.home)
    seat = models.Member.get(models.Member.account == place.town.accounts["member"])
    return [("director", deliberation.table_issue, {"meeting_id": meeting.id, "proposed_by_id": seat.id})]


_WAYS: dict[S, Callable[[Place], Way]] = {
    S.ACCEPTED: lambda place: [],
    S.IN_DELIBERATION: _tabled,
    S.OPEN_FOR_CLAIM: lambda place: [("staff", claims.publish_issue, {"wanted_help": WORDS, "claim_until": UNTIL})],
    S.IN_PROGRESS: _assigned,
    S.SUSPENDED: _suspended,
    S.AWAITING_VERIFICATION: _reported,
    S.CLOSED: lambda place: [
        *_reported(place),
        ("grid", closing.close_issue, {"verification": WORDS, "no_reply": True}),
    ],
    S.WITHDRAWN: lambda place: [("resident", intake.withdraw_issue, {"reason": WORDS})],
    S.MERGED: lambda place: [("staff", merging.merge_issue, {"master_id": place.town.accept()})],
}


@pytest.fixture(params=S, ids=str)
def place(request: pytest.FixtureRequest, scratch: DatabaseProxy) -> Place:
    """Return a town with an issue in each state in turn."""
    town = build()
    models.Member.update(position="DIRECTOR").where(models.Member.account == town.accounts["director"]).execute()
    found = Place(town, reach(town, request.param))
    found.provide()
    assert issue_of(found.issue_id).state is request.param
    return found


def test_a_step_works_where_the_table_has_it_and_nowhere_else(place: Place) -> None:
    state = S(issue_of(place.issue_id).state)
    for case in CASES:
        with proxy.atomic() as undo:
            case.before(place)
            inputs = {"issue_id": place.issue_id, **case.inputs(place)}
            if state in case.step.sources:
                _works(place, case, state, inputs)
            elif case.command is not claims.confirm_claim or state not in CONFIRMING:
                _is_refused(place, case, state, inputs)
            undo.rollback()


def _works(place: Place, case: Case, state: S, inputs: dict[str, Any]) -> None:
    before = issue_of(place.issue_id)

    place.town.act(case.actor(state), case.command, AT + HOUR, **inputs)

    after = issue_of(place.issue_id)
    assert (after.state, after.version) == (case.to or state, before.version + 1), case.name
    assert after.state in case.step.targets


def _is_refused(place: Place, case: Case, state: S, inputs: dict[str, Any]) -> None:
    before = read()

    with pytest.raises(DomainError) as refusal:
        place.town.act(case.actor(state), case.command, AT + HOUR, **inputs)

    assert refusal.value.code is ErrorCode.ILLEGAL_TRANSITION, (case.name, refusal.value.message)
    names = possible_mutations(state)
    if case.command.__name__ == "review_request" and "reviewIssueRequest" in names:
        # Another kind of request could be decided in this state.
        assert refusal.value.field == ("requestId",)
        return
    assert refusal.value.message.endswith(f"Possible now: {', '.join(names) or 'nothing'}."), case.name
    assert refusal.value.chinese.endswith(f"当前可执行：{chinese_names(names)}。")
    assert changed(before, read()) == []


def test_every_step_that_people_take_has_its_case_and_every_target(engine: str) -> None:
    taken = [case.step for case in CASES]
    left_out = [step.mutations for step in STEPS if step.mutations and step not in taken]
    assert left_out == [("submitIssue",)]
    for step in STEPS:
        targets = {case.to for case in CASES if case.step is step}
        assert targets in ({None}, set()) or targets == set(step.targets), step.mutations
