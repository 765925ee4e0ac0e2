"""Takes steps dry, with values that fit, to compare what `availableTransitions` says with what then happens."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import orjson

from db.access.actor import Actor, actor_of
from db.access.commands import Call, run_command
from db.city import models
from db.committees.models.committee import CommitteeState
from db.issues.lifecycle import OPEN_STATES, IssueOutcome, IssueState, offers
from db.issues.models.claim import ClaimState, ProjectState
from db.issues.models.duty import Duty
from db.issues.models.issue import EvidenceKind, RejectionReason, Urgency
from db.issues.models.request import IssueRequestDecision, IssueRequestState
from db.issues.parties import claimants
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.fields import utc_text
from schema.graph import CATALOG
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests.graph.sides import signed_in

WORDS = "示范说明"
DAY = timedelta(days=1)
FIELDS = """mutation isAllowed requiredFields nextStates
    blockedBy { code field message } alternatives { fields nextState }"""
# What the values may be refused for although the step is possible: of a claim, that its resource is used up.
VALUES_ALONE = (ErrorCode.CLAIM_CAPACITY_EXCEEDED,)
# Which values are worth trying where several might fit.
_MANY = ("claimId", "claimantId", "requestId")


@dataclass
class Doing:
    """Somebody at work on issues at a moment.

    tried: how often each (mutation, code or "done") was seen. wrong: what did not happen as it was told. told: the
    messages of what was said to stand in the way.
    """

    at: datetime
    executor: Executor = field(default_factory=Executor)
    tried: dict[tuple[str, str], int] = field(default_factory=dict)
    wrong: list[Any] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def offered(self, account_id: int, issue_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
        """Ask what somebody may do with issues, as far as they see them."""
        ids = ", ".join(f'"Issue_{row_id}"' for row_id in issue_ids)
        query = f"{{ nodes(ids: [{ids}]) {{ ... on Issue {{ availableTransitions {{ {FIELDS} }} }} }} }}"
        context = Context(signed_in(account_id, utc_text(self.at)), utc_text(self.at))
        nodes = orjson.loads(self.executor.execute(Request(query, {}), context).body)["data"]["nodes"]
        return {row_id: node["availableTransitions"] for row_id, node in zip(issue_ids, nodes, strict=True) if node}

    def check(self, account_id: int, issue_ids: Sequence[int], is_told: Callable[[dict[str, Any]], bool]) -> None:
        """Take every step that is told of, and keep what did not happen as it was told."""
        actor = actor_of(account_id, self.at)
        for row_id, entries in self.offered(account_id, issue_ids).items():
            issue = models.Issue.get_by_id(row_id)
            self.told |= {told["message"] for entry in entries for told in entry["blockedBy"]}
            for entry in filter(is_told, entries):
                if wrong := self._checked(Step(Call(actor, self.at, is_dry=True), issue, entry)):
                    self.wrong.append((actor.name, issue.state, issue.current_level, row_id, entry["mutation"], *wrong))

    def _checked(self, step: "Step") -> tuple[Any, ...] | None:
        entry = step.entry
        if not entry["isAllowed"]:
            told = entry["blockedBy"][0]
            refusal = step.taken(step.least(), None)
            self._count(step, told["code"])
            is_told = isinstance(refusal, DomainError) and (refusal.code, refusal.message) == (
                told["code"], told["message"],
            )  # fmt: skip
            return None if is_told else ("blocked", told, repr(refusal))
        ways = entry["alternatives"]
        if entry["requiredFields"] != ways[0]["fields"] or entry["blockedBy"]:
            return ("fields", entry)
        if list(dict.fromkeys(way["nextState"] for way in ways)) != entry["nextStates"]:
            return ("states", entry)
        for way in ways:
            found = step.taken(way["fields"], way["nextState"])
            if isinstance(found, DomainError) and found.code in VALUES_ALONE:
                self._count(step, "values")
            elif found != way["nextState"]:
                return ("allowed", way, repr(found))
            else:
                self._count(step, "done")
        return None

    def _count(self, step: "Step", what: str) -> None:
        key = step.entry["mutation"], what
        self.tried[key] = self.tried.get(key, 0) + 1


@dataclass
class Step:
    """One step that somebody might take with an issue."""

    call: Call
    issue: models.Issue
    entry: dict[str, Any]

    @property
    def actor(self) -> Actor:
        """Who takes it."""
        return self.call.actor

    def least(self) -> list[str]:
        """List the fields of the plainest way, whether or not it is open."""
        return list(offers(IssueState(self.issue.state))[self.entry["mutation"]].ways[0].fields)

    def taken(self, fields: Sequence[str], to: str | None) -> Any:
        """Take it dry, until some values lead to a state; return where it led, or the refusal that was met last."""
        mutation, found = CATALOG.mutations[self.entry["mutation"]], None
        for inputs in self._inputs(fields, to):
            try:
                found = run_command(mutation.name, mutation.command, self.call, inputs, _state_of)
            except DomainError as refusal:
                found = refusal
            if not isinstance(found, DomainError) and found == (to or found):
                break
        return found

    def _inputs(self, fields: Sequence[str], to: str | None) -> Iterator[dict[str, Any]]:
        names = {
            argument.graphql_name: argument.name for argument in CATALOG.mutations[self.entry["mutation"]].arguments
        }
        single = {names[name]: _VALUES[name](self, to) for name in fields if name not in _MANY}
        many = [[(names[name], value) for value in _VALUES[name](self, to)] for name in fields if name in _MANY]
        for chosen in product(*many):
            yield {"issue_id": self.issue.id, **single, **dict(chosen)}

    def rows(self, model: Any, *conditions: Any) -> list[Any]:
        """List rows of a table, oldest first."""
        return list(model.select().where(*conditions).order_by(model.id))

    def first(self, model: Any, *conditions: Any) -> Any:
        """Return the first row of a table, or none."""
        return next(iter(self.rows(model, *conditions)), None)


def _state_of(done: Any) -> str:
    return str(models.Issue.get_by_id(done.rows["issue"]).state)


# --- Values that fit --------------------------------------------------------------------------------------------------


def _row_id(row: Any) -> int:
    return row.id if row else -1


def _claims(step: Step, to: str | None) -> list[int]:
    claims = step.rows(models.Claim, models.Claim.issue == step.issue.id)
    order = [ClaimState.PENDING, ClaimState.CONFIRMED]
    return [claim.id for claim in sorted(claims, key=lambda claim: claim.state not in order)][:6] or [-1]


def _requests(step: Step, to: str | None) -> list[int]:
    request = models.IssueRequest
    found = step.rows(request, request.issue == step.issue.id, request.state == IssueRequestState.PENDING)
    return [row.id for row in found] or [-1]


def _master(step: Step, to: str | None) -> int:
    issue = models.Issue
    return _row_id(
        step.first(
            issue, issue.division_code == step.issue.division_code, issue.id != step.issue.id,
            issue.state.in_(OPEN_STATES),
        )
    )  # fmt: skip


def _handler(step: Step, to: str | None) -> tuple[str, int]:
    unit = models.Organization
    return "Organization", _row_id(step.first(unit, unit.division_code == step.issue.division_code))


def _resolution(step: Step, to: str | None) -> int:
    item = models.AgendaItem
    newest = step.rows(item, item.issue == step.issue.id)[-1:]
    resolution = models.Resolution
    return _row_id(step.first(resolution, resolution.agenda_item == newest[0].id)) if newest else -1


def _member(step: Step, to: str | None) -> int:
    member, today = models.Member, _today(step, to)
    return _row_id(
        step.first(member, member.committee == step.issue.committee_id, member.is_active, member.term_end >= today)
    )


def _running_project(step: Step, to: str | None) -> int:
    project = models.Project
    under_way = project.state.in_([ProjectState.PLANNED, ProjectState.ACTIVE])
    return _row_id(step.first(project, project.committee == step.issue.committee_id, under_way))


def _division(step: Step, to: str | None) -> str:
    if step.entry["mutation"] == "handDownIssue":
        return step.issue.division_code
    committee = models.Committee
    near = committee.division_code.startswith(step.issue.division_code[:6])
    at_work = committee.state != CommitteeState.DISSOLVED
    found = step.first(committee, near, committee.division_code != step.issue.division_code, at_work)
    return found.division_code if found else "0" * 12


def _today(step: Step, to: str | None) -> Any:
    return step.call.at.astimezone(SHANGHAI).date()


def _decision(step: Step, to: str | None) -> IssueRequestDecision:
    kinds = {str(models.IssueRequest.get_by_id(row_id).kind) for row_id in _requests(step, to) if row_id > 0}
    is_granted = to != step.issue.state or "EXTENSION" in kinds
    return IssueRequestDecision.APPROVED if is_granted else IssueRequestDecision.DECLINED


def _project(step: Step, to: str | None) -> dict[str, Any]:
    until = _today(step, to) + 20 * DAY
    given = {"title": WORDS, "due_on": until}
    return {**given, "lead_id": _member(step, to), "budget": Decimal(1000), "milestones": [given]}


def _words(step: Step, to: str | None) -> str:
    return WORDS


_TEXTS = (
    "question", "answer", "advice", "grounds", "wantedHelp", "promise", "result", "verification", "missing", "tried",
    "instruction", "text", "cause", "reporterConsent", "note",
)  # fmt: skip
_VALUES: dict[str, Callable[[Step, str | None], Any]] = {
    **dict.fromkeys(_TEXTS, _words),
    "reason": lambda step, to: RejectionReason.OUT_OF_SCOPE if step.entry["mutation"] == "rejectIssue" else WORDS,
    "urgency": lambda step, to: Urgency.URGENT if step.issue.urgency is not Urgency.URGENT else Urgency.NORMAL,
    "duty": lambda step, to: Duty.DISPUTE_RESOLUTION,
    "entryId": lambda step, to: _row_id(step.first(models.LedgerEntry, models.LedgerEntry.issue == step.issue.id)),
    "masterId": _master,
    "handlerId": _handler,
    "resolutionId": _resolution,
    "nextState": lambda step, to: IssueState(to or "ACCEPTED"),
    "claimUntil": lambda step, to: step.call.at + 2 * DAY,
    "dueAt": lambda step, to: step.call.at + timedelta(hours=1),
    "claimId": _claims,
    "claimantId": lambda step, to: list(claimants(step.call, step.issue)) or [("Organization", -1)],
    "requestId": _requests,
    "promisedOn": _today,
    "doneOn": _today,
    "resumeOn": lambda step, to: _today(step, to) + 9 * DAY,
    "evidence": lambda step, to: [{"kind": EvidenceKind.PHOTO, "description": WORDS}],
    "outcome": lambda step, to: IssueOutcome.RESOLVED,
    "decision": _decision,
    "divisionCode": _division,
    "workingDays": lambda step, to: 2,
    "rating": lambda step, to: 5,
    "percent": lambda step, to: 60,
    "noReply": lambda step, to: True,
    "proposedById": _member,
    "project": _project,
    "projectId": _running_project,
}
