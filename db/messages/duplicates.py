"""Which open issues a message may be about: a score for each, and what it is made of. Nothing is joined by itself."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from peewee import JOIN

from db.issues.clock.hints import ALIKE, TWIN_DAYS
from db.issues.lifecycle import OPEN_STATES
from db.issues.models.issue import Issue, IssueContact
from db.kernel.statements import compiled
from db.messages.models import ChannelMessage, MatchReason, MessageCandidate, MessageContact
from db.settings.models import SettingKey
from db.settings.values import setting

R = MatchReason
# What each reason adds to the score; equal texts add `TEXT_POINTS`, others their share of them.
POINTS, TEXT_POINTS, MAX_SCORE = {R.SAME_TOPIC: 40, R.SAME_SITE: 30, R.SAME_CALLER: 20}, 30, 100
# How many candidates a message has at most.
MAX_CANDIDATES = 5


class Told(NamedTuple):
    """What is compared of a message and of an issue."""

    topic_code: str | None
    site_id: int | None
    place: str | None
    text: str


def suggest(message: ChannelMessage, phone: str | None) -> None:
    """Keep the open issues of the community that a message may be about, at most five (疑似重复)."""
    code, since = message.division_code, message.received_at - timedelta(days=_days(message))
    told = Told(message.topic_code, message.site_id, message.place, message.text)
    least = setting(SettingKey.DEDUP_SCORE, code)
    found = []
    callers = _Callers(message, phone)
    for issue_id, created_at, reported_by, *facts in _open_issues.tuples(code, since):
        score, reasons = compare(told, Told(*facts), callers.is_one_of(issue_id, created_at, reported_by))
        if score >= least:
            found.append((-score, issue_id, reasons))
    for score, issue_id, reasons in sorted(found)[:MAX_CANDIDATES]:
        MessageCandidate.create(
            message=message.id, division_code=code, issue=issue_id, score=-score, reasons=" ".join(reasons)
        )


def compare(message: Told, issue: Told, is_same_caller: bool) -> tuple[int, list[MatchReason]]:
    """Return how likely a message is about an issue, from 0 to 100, and why."""
    is_same_site = message.site_id is not None and message.site_id == issue.site_id
    is_same_place = message.place is not None and message.place == issue.place
    holds = {
        R.SAME_TOPIC: message.topic_code is not None and message.topic_code == issue.topic_code,
        R.SAME_SITE: is_same_site or is_same_place,
        R.SAME_CALLER: is_same_caller,
    }
    reasons = [reason for reason, is_so in holds.items() if is_so]
    common, all_pairs = _shared_pairs(message.text, issue.text)
    # Twice what is common of what both have, rounded half up.
    points = (4 * TEXT_POINTS * common + all_pairs) // (2 * all_pairs) if all_pairs else 0
    if all_pairs and 2 * common >= ALIKE * all_pairs:
        reasons.append(R.ALIKE_TEXT)
    return min(MAX_SCORE, points + sum(POINTS[reason] for reason in holds if holds[reason])), reasons


def _shared_pairs(text: str, other: str) -> tuple[int, int]:
    """Count the pairs of neighbouring characters that two texts have in common, and those that each has, together."""
    own, others = _pairs(text), _pairs(other)
    return len(own & others), len(own) + len(others)


@lru_cache(4096)
def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a text, without blanks and punctuation."""
    letters = [letter for letter in text if letter.isalnum()]
    return frozenset(map(str.__add__, letters, letters[1:]))


class _Callers:
    """Who called: whether an issue came from the same telephone number as a message, within seven days."""

    def __init__(self, message: ChannelMessage, phone: str | None) -> None:
        self._phone = phone
        self._since: datetime = message.received_at - TWIN_DAYS
        of_messages = _of_caller.tuples(message.division_code, phone, self._since) if phone is not None else []
        self._issues = {issue_id for (issue_id,) in of_messages}

    def is_one_of(self, issue_id: int, created_at: datetime, reported_by: str | None) -> bool:
        """Return whether the caller reported an issue, or sent another message about it."""
        if self._phone is None:
            return False
        return issue_id in self._issues or (reported_by == self._phone and created_at >= self._since)


def _days(message: ChannelMessage) -> int:
    return setting(SettingKey.DEDUP_DAYS, message.division_code)


@compiled
def _open_issues(division_code: Any, since: Any) -> Any:
    columns = (Issue.topic_code, Issue.site, Issue.place, Issue.description)
    rows = Issue.select(Issue.id, Issue.created_at, IssueContact.phone, *columns)
    rows = rows.join(IssueContact, JOIN.LEFT_OUTER, on=IssueContact.issue == Issue.id)
    recent = (Issue.division_code == division_code) & (Issue.created_at >= since)
    return rows.where(recent, Issue.state.in_(OPEN_STATES)).order_by(Issue.id)


@compiled
def _of_caller(division_code: Any, phone: Any, since: Any) -> Any:
    message, contact = ChannelMessage, MessageContact
    recent = (message.division_code == division_code) & (message.received_at >= since) & message.issue.is_null(False)
    rows = message.select(message.issue).join(contact, on=contact.message == message.id)
    return rows.where(recent, contact.phone == phone).order_by(message.id)
