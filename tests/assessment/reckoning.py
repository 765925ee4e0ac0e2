"""The scores of an assessment worked out again, committee by committee in plain Python, from all rows (I38)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from db.access.models.journal import JournalEntry
from db.assessment.models import AssessmentPeriod, AssessmentWeight, CommitteeResult, Score
from db.city import models
from db.linkage.models.sponsorship import Sponsorship
from db.linkage.models.visit import Visit
from db.registrations.models.registration import Registration
from db.registrations.models.service import HourRecord
from db.settings.models import Setting
from db.teams.models.team import TeamMembership

LOOKED_AT = ("ACCEPT", "REJECT", "ASK", "WITHDRAW", "REPORT_DONE", "CLOSE_OFF", "REOPEN")
DAY, SHANGHAI = timedelta(days=1), timedelta(hours=8)
DEFAULTS = {"ASSESSMENT_LEAST_CASES": 5, "ASSESSMENT_HOURS_A_YEAR": 8}
LEVELS = (12, 9, 6, 4, 2)
CASES = (
    "response", "resolution", "satisfaction", "on_time", "claims_kept", "not_reopened", "hours", "sponsor_visits",
)  # fmt: skip
# cases, numerator, denominator, points.
Reached = tuple[int | None, Decimal, Decimal, Decimal | None]


def _day(moment: datetime) -> date:
    return (moment + SHANGHAI).date()


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _rows(model: Any, *columns: Any, where: Any = True) -> list[Any]:
    """Read columns of the rows that meet a condition, which only leaves out what no indicator looks at."""
    return list(model.select(*columns).where(where).namedtuples())


class Reckoning:
    """All that the indicators look at, by community."""

    def __init__(self, period: AssessmentPeriod) -> None:
        assert period.computed_at is not None
        self.period, self.at = period, period.computed_at
        self.today = _day(self.at)
        self.last = min(period.ends_on, self.today)
        issue, step, claim, hour = models.Issue, models.LedgerEntry, models.Claim, HourRecord
        self.settings = {(str(row.key), row.division_code): row.value for row in Setting.select()}
        issues = _rows(
            issue,
            issue.id,
            issue.division_code,
            issue.state,
            issue.outcome,
            issue.created_at,
            issue.closed_at,
            issue.due_at,
            issue.rating,
            issue.referred_to,
        )
        counting = [row for row in issues if row.state != "MERGED" and row.referred_to is None]
        self.issues = self._by_community(counting)
        known = {row.id for row in counting}
        columns = (step.issue, step.division_code, step.seq, step.at, step.action, step.due_before)
        ledger = _rows(step, *columns, where=step.action.in_(LOOKED_AT))
        ledger.sort(key=lambda row: (row.issue, row.seq))
        self.reports = self._by_community(row for row in ledger if row.action == "REPORT_DONE" and row.issue in known)
        self.steps: dict[int, list[Any]] = defaultdict(list)
        for row in ledger:
            self.steps[row.issue].append(row)
        self.claims = self._by_community(
            _rows(claim, claim.division_code, claim.state, claim.confirmed_at, claim.ended_at)
        )
        self.meetings = self._by_community(_rows(models.Meeting, models.Meeting.division_code, models.Meeting.held_at))
        is_near = hour.day.between(period.starts_on, period.ends_on)
        of_hours = (hour.division_code, hour.day, hour.hours, hour.state)
        self.hours = self._by_community(_rows(hour, *of_hours, where=is_near))
        people = [
            (row.division_code, row.person)
            for row in _rows(Registration, Registration.division_code, Registration.person, Registration.state)
            if row.state == "ACTIVE"
        ] + [
            (row.division_code, row.person)
            for row in _rows(TeamMembership, TeamMembership.division_code, TeamMembership.person, TeamMembership.until)
            if row.until is None
        ]
        self.people: dict[str, set[int]] = defaultdict(set)
        for code, person in people:
            if person is not None:
                self.people[code].add(person)
        self.sponsorships = self._by_community(
            row
            for row in _rows(
                Sponsorship, Sponsorship.id, Sponsorship.division_code, Sponsorship.kind, Sponsorship.state,
                Sponsorship.starts_on,
            )
            if (row.kind, row.state) == ("TARGET", "ACTIVE")
        )  # fmt: skip
        visits = _rows(Visit, Visit.sponsorship, Visit.visited_on, Visit.form)
        self.visited = {
            row.sponsorship for row in visits if row.form != "PHONE" and period.starts_on <= row.visited_on <= self.last
        }
        entry = JournalEntry
        entries = entry.select(entry.subject_id, entry.seq, entry.at, entry.from_state, entry.to_state).where(
            entry.subject_type == "Committee"
        )
        self.journals: dict[int, list[Any]] = defaultdict(list)
        for row in entries.order_by(entry.subject_id, entry.seq).namedtuples():
            self.journals[row.subject_id].append(row)

    def _by_community(self, rows: Iterable[Any]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            found[row.division_code].append(row)
        return found

    def committees(self) -> list[Any]:
        """List the committees that are assessed: at work in the division, and founded by the last day that counts."""
        prefix = self.period.division_code.rstrip("0")
        digits = 4 if len(prefix) <= 4 else 6
        part = self.period.division_code[:digits]
        return [
            row
            for row in models.Committee.select().order_by(models.Committee.id)
            if row.state in ("ACTIVE", "NON_COMPLIANT")
            and row.division_code.startswith(part)
            and row.established_on <= self.last
        ]

    def _setting(self, key: str, code: str) -> int:
        above = (code[:digits].ljust(12, "0") for digits in LEVELS)
        return next((self.settings[key, one] for one in above if (key, one) in self.settings), DEFAULTS[key])

    def _in_period(self, moment: datetime | None) -> bool:
        return moment is not None and self.period.starts_on <= _day(moment) <= self.period.ends_on and moment <= self.at

    def of(self, committee: Any) -> dict[str, Reached]:
        """Work out the scores of a committee."""
        code = committee.division_code
        least = self._setting("ASSESSMENT_LEAST_CASES", code)
        found: dict[str, Reached] = {}
        for name in CASES:
            cases, part, whole = getattr(self, f"_{name}")(code)
            found[name.upper()] = (cases, part, whole, self._points(part, whole) if cases >= least else None)
        for name, (cases, part, whole) in (
            ("MEETINGS_HELD", self._meetings(committee)), ("COMPLIANT_DAYS", self._days(committee)),
        ):  # fmt: skip
            found[name] = (cases, part, whole, self._points(part, whole))
        return found

    def _points(self, part: Decimal, whole: Decimal) -> Decimal | None:
        return min(Decimal(100), _rounded(100 * part / whole)) if whole else None

    # Each returns how many cases there are, the numerator and the denominator.

    def _response(self, code: str) -> tuple[int, Decimal, Decimal]:
        part = whole = 0
        for issue in self.issues[code]:
            if not self._in_period(issue.created_at):
                continue
            steps = self.steps[issue.id]
            gone = [step for step in steps if step.action == "WITHDRAW"]
            if any(_is_in_time(step) for step in gone):
                continue
            answer = next((step for step in steps if step.action in ("ACCEPT", "REJECT", "ASK")), None)
            if answer or gone or (issue.due_at and issue.due_at <= self.at):
                whole += 1
                part += bool(answer and _is_in_time(answer))
        return whole, Decimal(part), Decimal(whole)

    def _closed(self, code: str) -> list[Any]:
        return [issue for issue in self.issues[code] if self._in_period(issue.closed_at)]

    def _resolution(self, code: str) -> tuple[int, Decimal, Decimal]:
        outcomes = [issue.outcome for issue in self._closed(code) if issue.outcome != "REFERRED_OUT"]
        part = outcomes.count("RESOLVED") + Decimal(outcomes.count("PARTLY_RESOLVED")) / 2
        return len(outcomes), part, Decimal(len(outcomes))

    def _satisfaction(self, code: str) -> tuple[int, Decimal, Decimal]:
        ratings = [issue.rating for issue in self._closed(code) if issue.rating is not None]
        return len(ratings), Decimal(sum(rating - 1 for rating in ratings)), Decimal(4 * len(ratings))

    def _on_time(self, code: str) -> tuple[int, Decimal, Decimal]:
        reports = [step for step in self.reports[code] if self._in_period(step.at)]
        return len(reports), Decimal(sum(map(_is_in_time, reports))), Decimal(len(reports))

    def _claims_kept(self, code: str) -> tuple[int, Decimal, Decimal]:
        ended = [claim for claim in self.claims[code] if self._in_period(claim.ended_at)]
        kept = sum(claim.state == "FULFILLED" for claim in ended)
        broken = sum(claim.state == "RELEASED" and claim.confirmed_at is not None for claim in ended)
        return kept + broken, Decimal(kept), Decimal(kept + broken)

    def _not_reopened(self, code: str) -> tuple[int, Decimal, Decimal]:
        part = whole = 0
        for issue in self.issues[code]:
            actions = {step.action for step in self.steps[issue.id] if self._in_period(step.at)}
            whole += "CLOSE_OFF" in actions
            part += "CLOSE_OFF" in actions and "REOPEN" not in actions
        return whole, Decimal(part), Decimal(whole)

    def _hours(self, code: str) -> tuple[int, Decimal, Decimal]:
        given = [
            row.hours
            for row in self.hours[code]
            if row.state == "CONFIRMED" and self.period.starts_on <= row.day <= self.last
        ]
        people = len(self.people[code])
        days = (self.last - self.period.starts_on).days + 1
        hoped = Decimal(people * self._setting("ASSESSMENT_HOURS_A_YEAR", code) * days) / 365
        return people, sum(given, Decimal(0)), _rounded(hoped)

    def _sponsor_visits(self, code: str) -> tuple[int, Decimal, Decimal]:
        running = [row.id for row in self.sponsorships[code] if row.starts_on <= self.last]
        return len(running), Decimal(len(self.visited.intersection(running))), Decimal(len(running))

    def _meetings(self, committee: Any) -> tuple[int, Decimal, Decimal]:
        months = []
        day = self.period.starts_on
        while day <= self.period.ends_on:
            end = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
            is_whole = day.day == 1 and end - DAY <= self.period.ends_on
            if is_whole and end <= self.today and committee.established_on < day:
                months.append((day.year, day.month))
            day = end
        held = [_day(row.held_at) for row in self.meetings[committee.division_code] if row.held_at is not None]
        counted = [(day.year, day.month) for day in held if (day.year, day.month) in months]
        return len(counted), Decimal(len(set(counted))), Decimal(len(months))

    def _days(self, committee: Any) -> tuple[None, Decimal, Decimal]:
        steps = [step for step in self.journals[committee.id] if step.from_state != step.to_state]
        day, part, whole = max(self.period.starts_on, committee.established_on), 0, 0
        while day <= self.last:
            before = [step for step in steps if _day(step.at) <= day]
            last = before[-1] if before else steps[0] if steps else None
            # Before its first step, a committee was as that one found it; one without a journal has been in order.
            state = "ACTIVE" if last is None else last.to_state if before or not last.from_state else last.from_state
            part, whole = part + (state == "ACTIVE"), whole + 1
            day += DAY
        return None, Decimal(part), Decimal(whole)


def _is_in_time(step: Any) -> bool:
    return step.due_before is None or step.at <= step.due_before


def kept_scores(period: AssessmentPeriod) -> dict[tuple[int, str], Reached]:
    """Return the scores that are kept, by committee and indicator."""
    rows = Score.select(Score, CommitteeResult.committee.alias("whose")).join(CommitteeResult)
    found: Any = rows.where(Score.period == period.id).namedtuples()
    return {(row.whose, str(row.indicator)): (row.cases, row.numerator, row.denominator, row.points) for row in found}


def reckoned_scores(period: AssessmentPeriod) -> dict[tuple[int, str], Reached]:
    """Work out the scores of all committees."""
    reckoning = Reckoning(period)
    return {
        (committee.id, indicator): reached
        for committee in reckoning.committees()
        for indicator, reached in reckoning.of(committee).items()
    }


def total_of(points: dict[str, Decimal | None], weights: dict[str, int]) -> Decimal | None:
    """Work out the total of a committee from its points by indicator."""
    assessed = {name: value for name, value in points.items() if value is not None}
    whole = sum(weights[name] for name in assessed)
    return (
        _rounded(sum((weights[name] * value for name, value in assessed.items()), Decimal(0)) / whole)
        if whole
        else None
    )


def ranks_of(totals: dict[int, Decimal | None]) -> dict[int, int | None]:
    """Rank by totals: as many as have a greater one come before."""
    given = [total for total in totals.values() if total is not None]
    return {key: None if total is None else 1 + sum(other > total for other in given) for key, total in totals.items()}


def check_results(period: AssessmentPeriod) -> None:
    """Check that the totals and ranks that are kept follow from the scores and the weights of the scheme (I39)."""
    weights = {
        str(row.indicator): row.weight
        for row in AssessmentWeight.select().where(AssessmentWeight.scheme == period.scheme_id)
    }
    points: dict[int, dict[str, Decimal | None]] = defaultdict(dict)
    for (committee, indicator), reached in kept_scores(period).items():
        points[committee][indicator] = reached[3]
    totals = {committee: total_of(reached, weights) for committee, reached in points.items()}
    rows = list(CommitteeResult.select().where(CommitteeResult.period == period.id))
    assert {row.committee_id: row.total for row in rows} == totals, "I39"
    is_city = period.division_code.endswith("0" * 8)
    expected = ranks_of(totals) if is_city else dict.fromkeys(totals)
    assert {row.committee_id: row.rank_in_city for row in rows} == expected, "I39"
    for district in {row.division_code[:6] for row in rows}:
        there = [row for row in rows if row.division_code[:6] == district]
        ranks = ranks_of({row.committee_id: totals[row.committee_id] for row in there})
        assert {row.committee_id: row.rank_in_district for row in there} == ranks, "I39"
