"""Merging: an issue goes on in another one, and comes back out when that was a mistake (rules T8, T19, A6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.models.account import Role
from db.access.subjects import command
from db.issues.core import ISSUE, Standing, advance, started
from db.issues.deadlines import NO_DEADLINE, Clock
from db.issues.lifecycle import CLOSED_STATES, IssueState, LedgerAction
from db.issues.models.issue import Issue, IssueFollower
from db.issues.need_and_project_lists import add_to_list, release_claims, strike_off
from db.issues.numbers import next_number
from db.issues.visibility import may_see
from db.kernel.bounds import Prose
from db.kernel.database import locked
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled


@dataclass(frozen=True, slots=True)
class Master(Inputs):
    """The issue to merge into, by one of its names."""

    master_id: int | None = None
    master_number: str | None = None

    def find(self) -> Issue | None:
        """Find it; of two names that are given, by its id."""
        return Issue.find(id=self.master_id) if self.master_id is not None else Issue.find(number=self.master_number)


@compiled
def _touched(issue_id: Any, master_id: Any) -> Any:
    """Lock all issues that a merge touches, in the order of their ids: the two, and those merged into them."""
    both = [issue_id, master_id]
    touched = Issue.select(Issue.id).where(Issue.id.in_(both) | Issue.merged_into.in_(both))
    return locked(touched.order_by(Issue.id))


def _named(inputs: Mapping[str, Any]) -> Issue | None:
    key = ISSUE.named(inputs)
    return Issue.find(**{ISSUE.keys[key]: inputs[key]})


def _lock_both(call: Call, inputs: Mapping[str, Any]) -> None:
    issue, master = _named(inputs), Master(inputs.get("master_id"), inputs.get("master_number")).find()
    _touched.tuples(issue and issue.id, master and master.id)


def _lock_merged(call: Call, inputs: Mapping[str, Any]) -> None:
    issue = _named(inputs)
    _touched_with_master.tuples(issue and issue.id)


@compiled
def _touched_with_master(issue_id: Any) -> Any:
    """Lock an issue, those merged into it, and the one that it was merged into, in the order of their ids."""
    master = Issue.select(Issue.merged_into).where(Issue.id == issue_id)
    touched = (Issue.id == issue_id) | (Issue.merged_into == issue_id) | (Issue.id == master)
    return locked(Issue.select(Issue.id).where(touched).order_by(Issue.id))


@command(ISSUE, LedgerAction.MERGE, lock=_lock_both)
def merge_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    into: Master,
    note: Prose | None = None,
) -> CommandResult:
    """Join an issue to another about the same thing, which goes on in its place (并案, T8).

    The master counts its reporters and they follow the master; its need is struck off, its comments and evidence stay.
    What was merged into it before now belongs to the master.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, an issue
            cannot be merged into itself.
    """
    master = _master(call, standing.role, issue, into)
    merged_before = Issue.find_all(merged_into=issue.id)
    for earlier in merged_before:
        details = {"master_id": master.id}
        advance(
            call,
            earlier,
            LedgerAction.NOTE,
            standing.role,
            note="主事项并入其他事项。",
            details=details,
            merged_into=master.id,
        )
    brought = issue.reporter_count
    own = brought - sum(earlier.reporter_count for earlier in merged_before)
    event = advance(
        call, issue, LedgerAction.MERGE, standing.role, to_state=IssueState.MERGED, **NO_DEADLINE,
        note=note,
        details={"master_id": master.id, "reporter_count": own}, merged_into=master.id, reporter_count=own,
    )  # fmt: skip
    _count(call, master, standing.role, issue, brought, "并入一件相同事项。")
    release_claims(call, issue)
    strike_off(call, issue)
    _let_follow(call, issue, master)
    return CommandResult({"issue": issue.id, "event": event, "master": master.id})


@command(ISSUE, LedgerAction.UNMERGE, lock=_lock_merged)
def unmerge_issue(call: Call, issue: Issue, standing: Standing, *, reason: Prose) -> CommandResult:
    """Undo a wrong merge: the issue is accepted on its own, listed as a need again, and due anew (撤销并案, T19).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, the reason is
            empty or too long.
    """
    master = Issue.get_by_id(issue.merged_into_id)
    number = issue.number or next_number(call.at, issue.division_code)
    event = advance(
        call, issue, LedgerAction.UNMERGE, standing.role, to_state=IssueState.ACCEPTED, note=reason,
        **started(call, issue, Clock.TRIAGE),
        details={"master_id": master.id, "number": number}, merged_into=None, number=number,
        accepted_at=issue.accepted_at or call.at,
    )  # fmt: skip
    _count(call, master, standing.role, issue, -issue.reporter_count, "撤销一件事项的并案。")
    add_to_list(call, issue)
    _unfollow(issue, master)
    return CommandResult({"issue": issue.id, "event": event, "master": master.id})


def _master(call: Call, role: Role, issue: Issue, into: Master) -> Issue:
    if (into.master_id is None) == (into.master_number is None):
        raise invalid(
            "masterId",
            "Send exactly one of masterId and masterNumber.",
            "masterId 与 masterNumber 必须且只能提供一个。",
        )
    field = "masterId" if into.master_id is not None else "masterNumber"
    master = into.find()
    if master is None or not may_see(call.actor, master):
        raise not_found(field, "There is no such master issue; check the id or number.", "没有该主事项，请核对编号。")
    if master.id == issue.id:
        raise invalid(field, "An issue cannot be merged into itself.", "事项不能并入自身。")
    if role.office:
        if call.actor.holds(role, over=master.division_code) is None:
            raise DomainError(
                ErrorCode.NOT_PERMITTED,
                "The master lies outside your part of the city; ask the office above both.",
                (field,),
                chinese="主事项不在您的辖区内；请提请共同的上级机构办理。",
            )
    elif master.division_code != issue.division_code:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "Staff can merge issues of one community only; ask the office above both to merge these.",
            (field,),
            chinese="社区只能合并本社区的事项；跨社区并案请提请上级机构办理。",
        )
    if master.state in CLOSED_STATES:
        instead = " Merge it into the issue that goes on in its place." if master.state is IssueState.MERGED else ""
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            f"The master is {master.state}, and only an open issue can go on for another.{instead}",
            (field,),
            chinese=f"主事项状态为“{master.state.chinese}”，只能并入仍在办理的事项。",
        )
    return master


def _count(call: Call, master: Issue, role: Role, merged: Issue, change: int, note: str) -> None:
    count = master.reporter_count + change
    details = {"merged_id": merged.id, "reporter_count": count}
    advance(call, master, LedgerAction.NOTE, role, note=note, details=details, reporter_count=count)


def _let_follow(call: Call, issue: Issue, master: Issue) -> None:
    following = {row.account_id for row in IssueFollower.find_all(issue=issue.id)}
    follow(call, master, following | ({issue.reporter_id} if issue.reporter_id is not None else set()))


def follow(call: Call, issue: Issue, accounts: Iterable[int]) -> None:
    """Add accounts to the followers of an issue, who hear how it goes on; who reported it does anyway."""
    for account in sorted(set(accounts) - {issue.reporter_id}):
        IssueFollower.create_unless_there(
            issue=issue.id, account=account, division_code=issue.division_code, since=call.at
        )


def _unfollow(issue: Issue, master: Issue) -> None:
    _let_go.change(master.id, issue.reporter_id)


@compiled
def _let_go(master_id: Any, account_id: Any) -> Any:
    still_merged = Issue.select(Issue.reporter).where(Issue.merged_into == master_id, Issue.reporter.is_null(False))
    return IssueFollower.delete().where(
        IssueFollower.issue == master_id,
        IssueFollower.account == account_id,
        IssueFollower.account.not_in(still_merged),
    )
