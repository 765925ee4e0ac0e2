"""The rules that look after one issue at a time: A1, A2, A5, L4, and what T4, T15 and T17 leave to the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import Value, fn

from db.access.clock import Due, Tick, TickReport
from db.access.commands import Call, CommandResult, run_command
from db.access.models.notice import Notice, NoticeKind
from db.access.notices import notify
from db.issues.claims import release_claim
from db.issues.clock.hints import earlier_twin, may_have_twin
from db.issues.closing import close_issue
from db.issues.core import advance, allow, last_entry
from db.issues.deadlines import NO_DEADLINE, working_days_after
from db.issues.guards import MAX_RETURNS
from db.issues.handling import may_be_claimed_again, return_issue
from db.issues.levels import escalate_issue, office_above
from db.issues.lifecycle import (
    BEGINNINGS,
    OPEN_STATES,
    STOPPED_STATES,
    TRANSITIONS,
    IssueOutcome,
    IssueState,
    LedgerAction,
)
from db.issues.models.claim import Claim, ClaimState
from db.issues.models.issue import Issue, LedgerEntry, Urgency
from db.issues.need_and_project_lists import strike_off
from db.issues.notices import above, handler, name_of, notify_about, responsible, was_notified
from db.issues.parties import party_of
from db.issues.reviews import resume_issue
from db.kernel.errors import DomainError
from db.kernel.statements import compiled
from db.places.models.division import DivisionLevel
from db.settings.models import SettingKey
from db.settings.values import least, setting

# Working days after a deadline until the issue goes up a level (A1), and after a window without a claim (A2).
ESCALATION_DAYS = 5
UNCLAIMED_DAYS = 1
# Days that work waits for its verification, with how many attempts to reach the reporter (T17).
VERIFICATION_DAYS = 7
CONTACT_ATTEMPTS = 2
# Days after the promised one until a claim is released (L4).
GRACE_DAYS = 3
S = IssueState


@dataclass(frozen=True, slots=True)
class Step:
    """A rule for one issue. due: the issues that it is for. is_time: what only their row tells."""

    name: str
    due: Due[Issue]
    act: Callable[[Call, Issue], None]
    is_time: Callable[[Call, Issue], bool] = lambda call, issue: True


def run(step: Step, call: Call, report: TickReport) -> None:
    """Run a rule for every issue that is due."""
    for issue in step.due.rows(call):
        if step.is_time(call, issue):
            report.counts[step.name] += _take(step, call, issue, report)


def _take(step: Step, call: Call, issue: Issue, report: TickReport) -> bool:
    def command(call: Call, *, issue_id: int) -> CommandResult:
        again = step.due.lock(call, issue_id)
        if again is None or not step.is_time(call, again):
            return CommandResult()
        step.act(call, again)
        return CommandResult({"issue": issue_id})

    try:
        return run_command(step.name, command, call, {"issue_id": issue.id}, lambda done: bool(done.rows))
    except DomainError as refusal:
        report.refusals.append(f"{step.name}, {issue.number or f'issue {issue.id}'}: {refusal}")
        return False


def _due(when: Callable[[Tick], Any]) -> Due[Issue]:
    return Due(Issue, when)


def _in(*states: IssueState) -> Any:
    return Issue.state.in_(states)


# --- Deadlines (A1, A2) -----------------------------------------------------------------------------------------------

_RUNNING = _in(*(state for state in OPEN_STATES if state not in STOPPED_STATES))
_MAY_RISE = _in(*(state for state in TRANSITIONS[LedgerAction.ESCALATE].sources if state is not None))
_AT_CITY = Issue.current_level == DivisionLevel.CITY
_IS_CLAIMED = Issue.id.in_(Claim.select(Claim.issue).where(Claim.state == ClaimState.PENDING))
_UNCLAIMED = _in(S.OPEN_FOR_CLAIM) & ~_IS_CLAIMED


def _overdue(tick: Tick, days: int = 0) -> Any:
    return Issue.due_at <= tick.ago(timedelta(days=days))


def _is_near(tick: Tick) -> Any:
    return (Issue.warn_at <= tick.now) & (Issue.due_at > tick.now)


def _is_late(days: int) -> Callable[[Call, Issue], bool]:
    def is_late(call: Call, issue: Issue) -> bool:
        assert issue.due_at is not None, "its clock runs"
        return working_days_after(issue.due_at, days) <= call.at

    return is_late


def _warn(call: Call, issue: Issue) -> None:
    to = handler(issue) if issue.state is S.IN_PROGRESS else responsible(issue)
    notify_about(call, NoticeKind.DEADLINE_NEAR, issue, to, f"{name_of(issue)}的办理时限已过五分之四，请尽快办理。")


def _accuse(call: Call, issue: Issue) -> None:
    notify_about(call, NoticeKind.OVERDUE, issue, above(issue), f"{name_of(issue)}已超期，请督促办理。")


def _ask_to_assign(call: Call, issue: Issue) -> None:
    text = f"{name_of(issue)}在认领期内无人认领，请在一个工作日内交办。"
    notify_about(call, NoticeKind.UNCLAIMED, issue, responsible(issue), text)


def _list_at_city(call: Call, issue: Issue) -> None:
    notify_about(call, NoticeKind.CITY_LIST, issue, responsible(issue), f"{name_of(issue)}在市级超期，已列入市级清单。")


def _escalate(reason: str, tried: str) -> Callable[[Call, Issue], None]:
    def escalate(call: Call, issue: Issue) -> None:
        escalate_issue(call, reason=reason, tried=tried, issue_id=issue.id)

    return escalate


# --- What waits (T4, T15, T17, L4) ------------------------------------------------------------------------------------


def _lapse(call: Call, issue: Issue) -> None:
    role = allow(call, issue, LedgerAction.LAPSE).role
    advance(call, issue, LedgerAction.LAPSE, role, to_state=S.WITHDRAWN, **NO_DEADLINE, note="逾期未补充，视为撤回。")
    strike_off(call, issue)


def _resume(call: Call, issue: Issue) -> None:
    resume_issue(call, note="缓办期满，恢复办理。", issue_id=issue.id)


def _waits_for_nobody(tick: Tick) -> Any:
    entry, attempt = LedgerEntry.alias(), LedgerEntry.alias()
    arrived = entry.select(fn.MAX(entry.seq)).where(
        entry.issue == Issue.id, entry.to_state == S.AWAITING_VERIFICATION, entry.from_state != S.AWAITING_VERIFICATION
    )
    attempts = attempt.select(fn.COUNT(attempt.id)).where(
        attempt.issue == Issue.id, attempt.seq > arrived, attempt.details.contains('"contact_attempt": true')
    )
    since = LedgerEntry.select(LedgerEntry.at).where(LedgerEntry.issue == Issue.id, LedgerEntry.seq == arrived)
    # A sub-select cannot be compared as it is.
    waited = fn.COALESCE(since, tick.now) <= tick.ago(timedelta(days=VERIFICATION_DAYS))
    return (
        _in(S.AWAITING_VERIFICATION)
        & (Issue.outcome != IssueOutcome.NOT_FEASIBLE)
        & waited
        & (fn.COALESCE(attempts, 0) >= CONTACT_ATTEMPTS)
    )


def _close(call: Call, issue: Issue) -> None:
    text = f"{VERIFICATION_DAYS}日内{CONTACT_ATTEMPTS}次联系反映人未获回复，系统销号。"
    close_issue(call, verification=text, no_reply=issue.rating is None, issue_id=issue.id)


def _missed(tick: Tick) -> Any:
    return (Claim.state == ClaimState.CONFIRMED) & (Claim.promised_on < tick.day(lambda: -GRACE_DAYS))


@compiled
def _missed_claims(call: Any, issue_id: Any) -> Any:
    return Claim.select().where(_missed(Tick(call)), Claim.issue == issue_id).order_by(Claim.id)


def _release(call: Call, issue: Issue) -> None:
    for claim in _missed_claims.all(call, issue.id):
        release_claim(call, claim_id=claim.id, reason="逾期三日未履行承诺，系统释放。", issue_id=issue.id)
        text = f"{name_of(issue)}的一项认领逾期三日未履行，已释放。"
        notify(
            call, NoticeKind.CLAIM_LAPSED, str(claim.id), responsible(issue), text,
            division_code=issue.division_code, issue_id=issue.id,
        )  # fmt: skip
        _take_away(call, issue.id, claim)


def _take_away(call: Call, issue_id: int, claim: Claim) -> None:
    """Reopen an issue whose handler's claim was released for others, unless another confirmed claim carries it on."""
    issue = Issue.get_by_id(issue_id)
    confirmed = Claim.select().where(Claim.issue == issue_id, Claim.state == ClaimState.CONFIRMED)
    if issue.state is not S.IN_PROGRESS or party_of(issue, "handler_") != party_of(claim) or confirmed.exists():
        return
    reason = "办理人未按期履行认领承诺，系统收回。"
    if issue.return_count < MAX_RETURNS:
        next_state = S.OPEN_FOR_CLAIM if may_be_claimed_again(call, issue) else S.ACCEPTED
        return_issue(call, reason=reason, next_state=next_state, issue_id=issue_id)
    elif office_above(issue) is not None:
        escalate_issue(call, reason=reason, tried="本级已退回两次（A3）。", issue_id=issue_id)


# --- Progress of what is complex --------------------------------------------------------------------------------------

# From these on the next report is expected.
_NEWS = (LedgerAction.PROGRESS, LedgerAction.RESUME, LedgerAction.REWORK, *BEGINNINGS)


def _is_silent(tick: Tick) -> Any:
    """Build the condition that nothing was heard of a complex issue for days, and that nobody was reminded of it."""
    entry, later = LedgerEntry.alias("news"), LedgerEntry.alias("later")
    is_newer = (later.issue == Issue.id) & (later.seq > entry.seq) & later.action.in_(_NEWS)
    key = Value(f"{NoticeKind.PROGRESS_DUE.value}:").concat(entry.id.cast("TEXT"))
    silent = entry.select(entry.id).where(
        entry.issue == Issue.id,
        entry.action.in_(_NEWS),
        entry.at <= tick.days_ago(lambda: least(SettingKey.PROGRESS_DAYS)),
        ~fn.EXISTS(later.select(later.id).where(is_newer)),
        ~fn.EXISTS(Notice.select(Notice.id).where(Notice.key == key)),
    )
    return _in(S.IN_PROGRESS) & (Issue.urgency == Urgency.COMPLEX) & fn.EXISTS(silent)


def _is_silent_here(call: Call, issue: Issue) -> bool:
    news = last_entry(issue, *_NEWS)
    days = timedelta(days=setting(SettingKey.PROGRESS_DAYS, issue.division_code))
    return news is not None and news.at + days <= call.at


def _ask_for_progress(call: Call, issue: Issue) -> None:
    news = last_entry(issue, *_NEWS)
    assert news is not None, "`is_time` found it"
    text = f"{name_of(issue)}为疑难事项，请按期报告办理进展。"
    notify(
        call, NoticeKind.PROGRESS_DUE, str(news.id), handler(issue), text, division_code=issue.division_code,
        issue_id=issue.id,
    )  # fmt: skip


# --- What looks alike (A5) --------------------------------------------------------------------------------------------


def _suggest_merge(call: Call, issue: Issue) -> None:
    twin = earlier_twin(issue)
    assert twin is not None, "`is_time` found one"
    text = f"{name_of(issue)}与{name_of(twin)}的反映人、地点相同，标题相近，可能重复，请核实是否并案。"
    notify(
        call, NoticeKind.MERGE_SUGGESTED, str(issue.id), responsible(issue), text, division_code=issue.division_code,
        issue_id=issue.id,
    )  # fmt: skip


_WAS_SUGGESTED = Issue.id.in_(
    Notice.select(Notice.issue).where(Notice.kind == NoticeKind.MERGE_SUGGESTED, Notice.issue == Issue.id)
)

# In this order: what ends of itself first, so that nobody is told of its deadline.
STEPS = (
    Step("lapsed", _due(lambda tick: _in(S.NEEDS_INFO) & _overdue(tick)), _lapse),
    Step("resumed", _due(lambda tick: _in(S.SUSPENDED) & (Issue.resume_on <= tick.today)), _resume),
    Step("closed", _due(_waits_for_nobody), _close),
    Step(
        "claims released",
        _due(lambda tick: _in(*OPEN_STATES) & Issue.id.in_(Claim.select(Claim.issue).where(_missed(tick)))),
        _release,
    ),
    Step(
        "escalated, overdue",
        _due(lambda tick: _MAY_RISE & ~_AT_CITY & _overdue(tick, ESCALATION_DAYS)),
        _escalate(f"超期{ESCALATION_DAYS}个工作日仍未办结，系统自动上报。", "已发黄牌预警和红牌超期提醒。"),
        _is_late(ESCALATION_DAYS),
    ),
    Step(
        "escalated, unclaimed",
        _due(lambda tick: _UNCLAIMED & ~_AT_CITY & _overdue(tick, UNCLAIMED_DAYS)),
        _escalate("认领期满无人认领，且一个工作日内未交办，系统自动上报。", "已公开发布认领，并提醒交办。"),
        _is_late(UNCLAIMED_DAYS),
    ),
    Step(
        "put on the city's list",
        _due(lambda tick: _MAY_RISE & _AT_CITY & _overdue(tick, ESCALATION_DAYS) & ~was_notified(NoticeKind.CITY_LIST)),
        _list_at_city,
        _is_late(ESCALATION_DAYS),
    ),
    Step(
        "asked to assign",
        _due(lambda tick: _UNCLAIMED & _overdue(tick) & ~was_notified(NoticeKind.UNCLAIMED)),
        _ask_to_assign,
    ),
    Step(
        "red notices",
        _due(lambda tick: _RUNNING & _overdue(tick) & ~was_notified(NoticeKind.OVERDUE)),
        _accuse,
    ),
    Step(
        "yellow notices",
        _due(lambda tick: _RUNNING & _is_near(tick) & ~was_notified(NoticeKind.DEADLINE_NEAR)),
        _warn,
    ),
    Step("progress asked for", _due(_is_silent), _ask_for_progress, _is_silent_here),
    Step(
        "merges suggested",
        _due(lambda tick: may_have_twin(tick) & ~_WAS_SUGGESTED),
        _suggest_merge,
        lambda call, issue: earlier_twin(issue) is not None,
    ),
)
