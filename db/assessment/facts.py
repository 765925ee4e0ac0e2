"""What the indicators count, as selects of all results of a period at once.

A committee answers for its community: what happened there in the period counts for it. Each select has the columns
`result`, `cases`, `part` and `whole`, the latter two in hundredths.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from peewee import SQL, Case, ColumnBase, Node, Select, Value, fn

from db.access.models.journal import JournalEntry
from db.assessment.models import AssessmentPeriod, CommitteeResult
from db.committees.models.committee import Committee, CommitteeState
from db.deliberation.models.meeting import Meeting
from db.issues.lifecycle import IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import Claim, ClaimState
from db.issues.models.issue import Issue, LedgerEntry
from db.kernel.expressions import Row
from db.kernel.moments import day_of, days_between, days_later
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind, SponsorshipState
from db.linkage.models.visit import Visit, VisitForm
from db.registrations.models.registration import Registration, RegistrationState
from db.registrations.models.service import HourRecord, HourState
from db.settings.models import SettingKey
from db.settings.values import setting_sql
from db.teams.models.team import TeamMembership

L, ONE = LedgerAction, SQL("1")
ANSWERS = (L.ACCEPT, L.REJECT, L.ASK)
_DAYS_A_YEAR = 365


class Window(NamedTuple):
    """What a statement knows of the period: its id, between which moments something counts, and its last moment."""

    period_id: Any
    since: Any
    until: Any
    at: Any

    def holds(self, moment: ColumnBase) -> ColumnBase:
        """Build the condition that a moment counts."""
        return (moment >= self.since) & (moment < self.until)


# --- What rows say ----------------------------------------------------------------------------------------------------


def is_in_time(entry: Row) -> ColumnBase:
    """Build the condition that a ledger entry came by the deadline that ran before it, or that none ran."""
    return entry.due_before.is_null() | (entry.at <= entry.due_before)


def is_answered_in_time(issue: Row) -> Any:
    """Build whether the first answer to an issue came in time; NULL without an answer."""
    entry: Any = LedgerEntry.alias("answer")
    answers = (entry.issue == issue.id) & entry.action.in_([action.value for action in ANSWERS])
    return entry.select(is_in_time(entry)).where(answers).order_by(entry.seq).limit(1)


def _has_withdrawal(issue: Row, *conditions: Callable[[Any], Node]) -> Any:
    entry: Any = LedgerEntry.alias("withdrawal")
    own = (entry.issue == issue.id) & (entry.action == L.WITHDRAW.value)
    return fn.EXISTS(entry.select(ONE).where(own, *(condition(entry) for condition in conditions)))


def _counts(issue: Row) -> ColumnBase:
    """Build the condition that an issue counts: a merged one does with its master, an emergency call not at all."""
    return (issue.state != IssueState.MERGED.value) & issue.referred_to.is_null()


def _sum_of(condition: Node, hundredths: int = 100) -> Any:
    return fn.SUM(Case(None, [(condition, hundredths)], 0))


ALL: Any = fn.COUNT(SQL("*"))


# --- Rows, by community -----------------------------------------------------------------------------------------------


def _by_community(row: Any, part: Any, whole: Any = ALL * 100) -> Any:
    """Select the numbers of each community, of all rows that the caller leaves."""
    columns = (
        row.division_code.alias("code"), ALL.alias("cases"), part.alias("part"), whole.alias("whole")
    )  # fmt: skip
    return row.select(*columns).group_by(row.division_code)


def responses(window: Window) -> Any:
    """Select the issues that were submitted and due, and those of them that were answered in time."""
    issue: Any = Issue.alias("submitted")
    issues = issue.select(issue.division_code, is_answered_in_time(issue).alias("is_in_time"), issue.due_at, issue.id)
    issues = issues.where(window.holds(issue.created_at), _counts(issue), ~_has_withdrawal(issue, is_in_time))
    found = issues.alias("answered")
    is_due = found.c.is_in_time.is_null(False) | (found.c.due_at <= window.at) | _has_withdrawal(found.c)
    numbers = (
        found.c.division_code.alias("code"), ALL.alias("cases"),
        _sum_of(found.c.is_in_time).alias("part"), (ALL * 100).alias("whole"),
    )  # fmt: skip
    return Select(columns=numbers).from_(found).where(is_due).group_by(found.c.division_code)


def _is_closed(issue: Row, window: Window) -> ColumnBase:
    return window.holds(issue.closed_at) & _counts(issue)


def resolutions(window: Window) -> Any:
    """Select the issues that were closed, but for those referred out, with half of each that was partly resolved."""
    issue: Any = Issue.alias("closed")
    halves = {IssueOutcome.RESOLVED: 100, IssueOutcome.PARTLY_RESOLVED: 50}
    part = fn.SUM(Case(issue.outcome, [(outcome.value, worth) for outcome, worth in halves.items()], 0))
    is_ours = issue.outcome != IssueOutcome.REFERRED_OUT.value
    return _by_community(issue, part).where(_is_closed(issue, window), is_ours)


def ratings(window: Window) -> Any:
    """Select the rated issues that were closed: how much better than 1 of at most 4 they were rated."""
    issue: Any = Issue.alias("rated")
    rated = _is_closed(issue, window) & issue.rating.is_null(False)
    return _by_community(issue, (fn.SUM(issue.rating) - ALL) * 100, ALL * 400).where(rated)


def reports(window: Window) -> Any:
    """Select the reports that work is done, and those that came in time."""
    entry, issue = LedgerEntry.alias("reported"), Issue.alias("worked_on")
    found = _by_community(entry, _sum_of(is_in_time(entry))).join(issue, on=issue.id == entry.issue)
    return found.where(entry.action == L.REPORT_DONE.value, window.holds(entry.at), _counts(issue))


def claims(window: Window) -> Any:
    """Select the claims that were fulfilled, or given up after they were confirmed."""
    claim: Any = Claim.alias("ended")
    is_kept = claim.state == ClaimState.FULFILLED.value
    is_broken = (claim.state == ClaimState.RELEASED.value) & claim.confirmed_at.is_null(False)
    return _by_community(claim, _sum_of(is_kept)).where(window.holds(claim.ended_at), is_kept | is_broken)


def closings(window: Window) -> Any:
    """Select the issues that were closed, and those of them that were not reopened."""
    issue: Any = Issue.alias("closed")

    def that(action: LedgerAction) -> Any:
        entry: Any = LedgerEntry.alias(action.value.lower())
        return entry.select(entry.issue).where(entry.action == action.value, window.holds(entry.at))

    kept = _sum_of(issue.id.not_in(that(L.REOPEN)))
    return _by_community(issue, kept).where(issue.id.in_(that(L.CLOSE_OFF)), _counts(issue))


def visits(window: Window) -> Any:
    """Select the sponsorships of targets that run, and those with a visit of the sponsor."""
    row, visit, period = Sponsorship.alias("sponsored"), Visit.alias("paid"), AssessmentPeriod.alias("visited_in")
    days = visit.visited_on.between(period.starts_on, period.last_on) & (visit.form != VisitForm.PHONE.value)
    is_visited = fn.EXISTS(visit.select(ONE).where(visit.sponsorship == row.id, days))
    runs = (row.kind == SponsorshipKind.TARGET.value) & (row.state == SponsorshipState.ACTIVE.value)
    found = _by_community(row, _sum_of(is_visited)).join(period, on=period.id == window.period_id)
    return found.where(runs, row.starts_on <= period.last_on)


def of_results(facts: Callable[[Window], Any]) -> Callable[[Window], Any]:
    """Select the numbers of each result of a period, from those of communities; zeros where there is nothing."""

    def select(window: Window) -> Any:
        result: Any = CommitteeResult.alias("assessed")
        found = facts(window).alias("facts")
        numbers = (fn.COALESCE(found.c[name], 0).alias(name) for name in ("cases", "part", "whole"))
        joined = result.select(result.id.alias("result"), *numbers).join(
            found, "LEFT OUTER JOIN", on=found.c.code == result.division_code
        )
        return joined.where(result.period == window.period_id)

    return select


# --- Months, hours and days, by committee -----------------------------------------------------------------------------


def _number_of(month: Any) -> Any:
    """Build the number of a day's month: given 2026-01-05, 24313."""
    return fn.substr(month, 1, 4).cast("INTEGER") * 12 + fn.substr(month, 6, 2).cast("INTEGER")


def month_after(day: Any) -> Any:
    """Build the first day of the month after that of a day."""
    number = _number_of(day)
    year = number / 12
    month = (number - year * 12 + 1).cast("TEXT")
    padded = Case(None, [(fn.LENGTH(month) < 2, Value("0").concat(month))], month)
    return year.cast("TEXT").concat("-").concat(padded).concat("-01")


def _greater(one: Any, other: Any) -> Any:
    return Case(None, [(one > other, one)], other)


def _less(one: Any, other: Any) -> Any:
    return Case(None, [(one < other, one)], other)


def meetings(window: Window) -> Any:
    """Select the months that count, and those with a meeting; the cases are the meetings."""
    result, committee, period = _of_period()
    meeting: Any = Meeting.alias("held")
    # A committee need not meet in the month in which it was founded (M1).
    first, founded = _number_of(period.first_month), _number_of(committee.established_on)
    whole = _greater(_number_of(period.end_month) - _greater(first, founded + 1), 0)
    month = fn.substr(day_of(meeting.held_at), 1, 7)
    counts = (month >= fn.substr(period.first_month, 1, 7)) & (month < fn.substr(period.end_month, 1, 7))
    is_later = month > fn.substr(committee.established_on, 1, 7)
    held = (meeting.division_code == result.division_code) & meeting.held_at.is_null(False) & counts & is_later
    columns = (
        result.id.alias("result"), fn.COUNT(meeting.id).alias("cases"),
        (fn.COUNT(month.distinct()) * 100).alias("part"), (whole * 100).alias("whole"),
    )  # fmt: skip
    found = _joined(result.select(*columns), result, committee, period)
    found = found.join(meeting, "LEFT OUTER JOIN", on=held).where(result.period == window.period_id)
    return found.group_by(result.id, whole)


def _of_period() -> tuple[Any, Any, Any]:
    return CommitteeResult.alias("assessed"), Committee.alias("assessed_one"), AssessmentPeriod.alias("counted_in")


def _joined(select: Any, result: Any, committee: Any, period: Any) -> Any:
    both = select.join(committee, on=committee.id == result.committee)
    return both.join(period, on=period.id == result.period)


def hours(window: Window) -> Any:
    """Select the confirmed hours, and those that are hoped for; the cases are the people."""
    result, committee, period = _of_period()
    registration, membership, record = Registration.alias("reg"), TeamMembership.alias("live"), HourRecord.alias("hour")
    registered = registration.select(registration.division_code, registration.person).where(
        registration.state == RegistrationState.ACTIVE.value, registration.person.is_null(False)
    )
    members = membership.select(membership.division_code, membership.person).where(
        membership.until.is_null(), membership.person.is_null(False)
    )
    people = (registered | members).alias("people")
    counted = Select(columns=[people.c.division_code.alias("code"), ALL.alias("cases")]).from_(people)
    counted = counted.group_by(people.c.division_code).alias("counted")
    within = period_of(window)
    days = (record.day >= within(AssessmentPeriod.starts_on)) & (record.day <= within(AssessmentPeriod.last_on))
    given = record.select(record.division_code.alias("code"), fn.SUM(record.hours).alias("hours"))
    given = given.where(record.state == HourState.CONFIRMED.value, days).group_by(record.division_code).alias("given")
    cases = fn.COALESCE(counted.c.cases, 0)
    hoped = cases * setting_sql(SettingKey.ASSESSMENT_HOURS_A_YEAR, result.division_code)
    hoped = hoped * (days_between(period.starts_on, period.last_on) + 1)
    # Hundredths, half up, in whole numbers.
    whole = (hoped * 200 + _DAYS_A_YEAR) / (2 * _DAYS_A_YEAR)
    columns = (
        result.id.alias("result"), cases.alias("cases"), fn.COALESCE(given.c.hours, 0).alias("part"),
        whole.alias("whole"),
    )  # fmt: skip
    found = _joined(result.select(*columns), result, committee, period)
    found = found.join(counted, "LEFT OUTER JOIN", on=counted.c.code == result.division_code)
    found = found.join(given, "LEFT OUTER JOIN", on=given.c.code == result.division_code)
    return found.where(result.period == window.period_id)


def period_of(window: Window) -> Callable[[Any], Any]:
    """Return what reads a column of the period."""

    def read(column: Any) -> Any:
        period: Any = AssessmentPeriod.alias("counted_at")
        return period.select(getattr(period, column.name)).where(period.id == window.period_id)

    return read


def compliant_days(window: Window) -> Any:
    """Select the days, and those at whose end the committee was ACTIVE."""
    result, committee, period = _of_period()
    begin = _greater(period.starts_on, committee.established_on)
    end = days_later(period.last_on, ONE)
    spans = _spans_out_of_order().alias("spans")
    first = _greater(spans.c.since, begin)
    last = _less(fn.COALESCE(spans.c.until, end), end)
    short = Case(None, [(spans.c.committee.is_null(False) & (first < last), days_between(first, last))], 0)
    whole = _greater(days_between(begin, end), 0)
    columns = (
        result.id.alias("result"), SQL("NULL").cast("BIGINT").alias("cases"),
        ((whole - fn.COALESCE(fn.SUM(short), 0)) * 100).alias("part"), (whole * 100).alias("whole"),
    )  # fmt: skip
    found = _joined(result.select(*columns), result, committee, period)
    found = found.join(spans, "LEFT OUTER JOIN", on=spans.c.committee == committee.id)
    return found.where(result.period == window.period_id).group_by(result.id, whole)


def _spans_out_of_order() -> Any:
    """Select from which day until which day a committee was not ACTIVE, by its journal.

    The last step of a day says how the committee was on it, and the first step of all how it had been before.
    """
    entry: Any = JournalEntry.alias("step")
    is_step = (entry.subject_type == "Committee") & (entry.from_state.is_null() | (entry.from_state != entry.to_state))
    following = fn.LEAD(day_of(entry.at)).over(partition_by=[entry.subject_id], order_by=[entry.seq])
    since = Case(None, [(entry.from_state.is_null(), "0001-01-01")], day_of(entry.at))
    steps = entry.select(
        entry.subject_id.alias("committee"), entry.to_state.alias("to_state"), since.alias("since"),
        following.alias("until"),
    ).where(is_step).alias("steps")  # fmt: skip
    columns = [steps.c.committee, steps.c.since, steps.c.until]
    return Select(columns=columns).from_(steps).where(steps.c.to_state != CommitteeState.ACTIVE.value)
