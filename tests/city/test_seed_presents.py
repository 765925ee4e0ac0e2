"""The demo city at other presents than the article's: whatever the day, it is believable, and the clock finds it so.

Two subdistricts of it, unless a test says otherwise: those with the communities that the article names.
"""

import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.notice import NoticeKind
from db.city import models, seed
from db.city.clock import tick
from db.committees.models.committee import CommitteeState
from db.deliberation.models.meeting import MeetingState
from db.issues.ledger_check import verify
from db.issues.lifecycle import CLOSED_STATES, STOPPED_STATES
from db.issues.models.claim import ProjectState
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.fields import utc_text
from tests.city.seed_rows import OF_THE_CITY, content, found, rows
from tests.city.two_subdistricts import COMMUNITIES, two_subdistricts
from tests.conftest import Store, bound
from tests.issues.model import invariants
from tests.issues.model.rows import read

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# What each column of time may not go beyond, which is the present. Those not named here look ahead.
PAST = {
    "issue": ("created_at", "updated_at", "accepted_at", "closed_at"),
    "ledger_entry": ("at",),
    "comment": ("created_at",),
    "evidence": ("created_at",),
    "claim": ("created_at", "confirmed_at", "ended_at"),
    "need": ("created_at", "struck_off_at"),
    "project": ("created_at", "closed_at"),
    "meeting": ("announced_at", "held_at", "minutes_signed_at", "minutes_published_at"),
    "resolution": ("adopted_at",),
    "notice": ("created_at",),
    "journal_entry": ("at",),
    "shift": ("created_at",),
    "shift_assignment": ("created_at", "checked_in_at", "checked_out_at"),
    "hour_record": ("created_at",),
    "deployment": ("ended_at",),
    "activity": ("created_at",),
    "list_edition": ("published_at",),
    "sub_committee": ("created_at",),
    "health_figure": ("created_at",),
    "forum_session": ("scheduled_at", "held_at", "published_at", "created_at"),
    "statement": ("created_at", "settled_at"),
    "channel_message": ("received_at", "created_at", "settled_at", "replied_at"),
}


def lanzhou(text: str) -> datetime:
    """Read a time of Lanzhou."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


PRESENTS = [
    "2022-02-10T12:16:01",  # A second after the article.
    "2023-01-24T10:00:00",  # In the Spring Festival, whose week moves the meetings of the days before.
    "2024-02-29T23:59:59",
    "2025-09-15T08:00:00",
    "2025-09-16T17:30:00",  # Once half the month is over every committee has met.
    "2026-01-01T00:00:00",
    "2026-05-31T12:00:00",
    "2026-10-03T09:30:00",  # In the week of the national day.
    "2026-10-09T00:30:00",
    "2026-11-29T11:00:00",  # A Sunday.
    "2027-03-01T07:00:00",
    "2028-02-29T15:00:00",  # No calendar of holidays from here on.
    "2031-10-02T03:00:00",
    "2099-12-31T23:59:59",
]
# The content is the same on both databases, as others see; on PostgreSQL a few presents tell whether its clock differs.
ON_BOTH = "2022-02-10T12:16:01", "2026-10-03T09:30:00", "2099-12-31T23:59:59"
CASES = [("sqlite", at) for at in PRESENTS] + [("postgresql", at) for at in ON_BOTH]


def load(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the two subdistricts, and let no warning pass."""
    monkeypatch.setattr(seed, "plan", two_subdistricts)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert seed.load(present=at)


@pytest.fixture
def present(database: DatabaseProxy, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Load a city for a moment and return that."""
    at = lanzhou(request.param)
    load(at, monkeypatch)
    return at


@pytest.mark.parametrize(("engine", "present"), CASES, indirect=True)
def test_city_is_believable_at_its_present_and_the_clock_changes_little(present: datetime) -> None:
    for check in (_nothing_is_later, _terms_run, _committees_meet, _lists_are_published, _cases_are_there):
        check(present)
    _is_sound()
    before = _states()

    assert _ticked([present]) == {}
    a_day = _ticked(present + hour * HOUR for hour in range(4, 25, 4))
    after = _states()

    moved = sum(state != after[issue] for issue, state in before.items())
    assert moved <= len(before) // 10
    assert a_day["terms ended"] == 0
    _ticked(present + day * DAY for day in range(2, 8))
    assert models.Member.select().where(models.Member.is_active).count() == models.Member.select().count()
    assert {row.state for row in models.Committee.select()} == {CommitteeState.ACTIVE}
    _is_sound()


def _ticked(times: Any) -> Counter[str]:
    done = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for at in times:
            report = tick(at.astimezone(UTC))
            assert report.refusals == []
            done.update(report.counts)
    return done


def _states() -> dict[int, tuple[str, str]]:
    is_open = models.Issue.state.not_in(CLOSED_STATES)
    return {issue.id: (issue.state, issue.current_level) for issue in models.Issue.select().where(is_open)}


def _nothing_is_later(present: datetime) -> None:
    now = utc_text(present.astimezone(UTC))
    for table, columns in PAST.items():
        for column in columns:
            ((latest,),) = rows(f"SELECT MAX({column}) FROM {table}")
            assert (latest or "") <= now, (table, column)


def _terms_run(present: datetime) -> None:
    today = present.date()
    ends = [member.term_end for member in found(models.Member.select().where(models.Member.term_end.is_null(False)))]

    assert min(ends) > today + timedelta(days=30)
    assert max(ends) < date(today.year + 1, today.month, min(today.day, 28)) + timedelta(days=2)
    assert len(set(ends)) > len(ends) / 2
    for member in found(models.Member.select()):
        assert member.term_start <= today
        assert member.term_end is None or timedelta(364) <= member.term_end - member.term_start <= timedelta(365)


def _committees_meet(present: datetime) -> None:
    by_committee: dict[int, list[Any]] = {}
    for meeting in found(models.Meeting.select()):
        by_committee.setdefault(meeting.committee_id, []).append(meeting)

    assert len(by_committee) == COMMUNITIES
    for meetings in by_committee.values():
        ahead = [meeting for meeting in meetings if meeting.state is MeetingState.SCHEDULED]
        held = {f"{meeting.held_at:%Y-%m}" for meeting in meetings if meeting.held_at}
        assert ahead
        assert all(meeting.scheduled_at + 2 * HOUR > present for meeting in ahead)
        assert any(meeting.scheduled_at > present + 3 * DAY for meeting in ahead)
        assert len(held) >= 5
        for meeting in meetings:
            assert meeting.scheduled_at - meeting.announced_at >= 3 * DAY


def _lists_are_published(present: datetime) -> None:
    editions = sorted((row.committee_id, row.month) for row in models.ListEdition.select())

    assert editions == [(row.id, f"{present:%Y-%m}") for row in models.Committee.select().order_by(models.Committee.id)]


def _cases_are_there(present: datetime) -> None:
    park = models.Project.get(models.Project.title == "废弃闲置地块改造为街角公园")

    assert park.state is ProjectState.CLOSED
    published = models.StatisticsSnapshot.select().where(models.StatisticsSnapshot.source != "live")
    assert {row.as_of for row in published} == {date(2022, 2, 10), date(2022, 10, 21)}


def _is_sound() -> None:
    city = read()
    for invariant in (
        invariants.ledger_leads_to_the_issue, invariants.one_handles_what_is_handled,
        invariants.closed_issues_were_verified, invariants.claims_end_with_their_issues,
        invariants.merges_have_no_cycle, invariants.deadlines_change_by_the_rules, invariants.nothing_is_taken_twice,
        invariants.active_committees_are_complete, invariants.numbers_have_no_gap,
    ):  # fmt: skip
        invariant(city)
    assert verify().findings == []


# SHA-256 over all rows, which are the same on both databases: without the journal and with it.
CONTENTS = {
    "2026-02-28T16:00:00": "e062e9a034ca2e4adc37deb3c4ce6a1ec97ac589cdc299321ad84c435145410d",
    "2030-06-30T06:00:00": "205098c81c28eedc4182d3a0153a14d9eec5d0914fb2897fe426103c6816a3f1",
}
WITH_JOURNAL = {
    "2026-02-28T16:00:00": "2e9aa87fa1b8b446855c6e4aa1c0ed9b310b1335958ee8c2a7adb2ccdd79c2af",
    "2030-06-30T06:00:00": "424d0473e7609b91218c51ea0852db52a1d82b3612d5bfcdaa7d8650b2761739",
}


@pytest.mark.parametrize("text", CONTENTS)
def test_city_of_a_present_is_the_same_every_time(
    database: DatabaseProxy, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(lanzhou(text), monkeypatch)

    assert content(OF_THE_CITY, has_journal=False) == CONTENTS[text]
    assert content(OF_THE_CITY) == WITH_JOURNAL[text]


def test_minutes_bring_what_hours_bring(database: DatabaseProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    at = lanzhou("2026-06-12T16:50:00")
    load(at, monkeypatch)

    changed = _ticked(at + minute * MINUTE for minute in range(1, 121))

    assert sum(changed.values()) < 10


# The whole city on one database: as tests see of a part, and of the article's city, the rows are the same on both.
on_one_database = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def whole_city(store: Store, migrated: str) -> Iterator[datetime]:
    """Load the whole city, for a Sunday of a year whose holidays are not known."""
    present = lanzhou("2029-01-07T22:00:00")
    with bound(store.create("whole_city", migrated)) as database:
        seed.load(present=present)
        yield present
        database.close()
    store.drop("whole_city")


@on_one_database
def test_most_open_issues_are_in_time_some_warned_and_few_late(whole_city: datetime) -> None:
    lights = _lights(whole_city)
    later = _lights(whole_city + DAY)

    assert lights["open"] > 600
    assert lights["red"] < 0.12 * lights["open"]
    assert lights["yellow"] > 0.03 * lights["open"]
    assert lights["green"] > 0.6 * lights["open"]
    assert later["red"] < 0.35 * later["open"]
    _figures_are_the_articles()


def _lights(at: datetime) -> Counter[str]:
    lights = Counter()
    for issue in found(models.Issue.select().where(models.Issue.state.not_in(CLOSED_STATES))):
        lights["open"] += 1
        if issue.state not in STOPPED_STATES:
            lights["red" if issue.due_at < at else "yellow" if issue.warn_at <= at else "green"] += 1
    return lights


def _figures_are_the_articles() -> None:
    social = models.Organization.social_kind.is_null(False)

    assert models.Member.select().where(models.Member.is_active).count() == 6046
    assert models.Organization.select().where(social).count() == 4050
    assert models.Issue.select().count() == 20_000
    assert models.Claim.select().count() == 30_000
    assert models.ListEdition.select().count() == models.Committee.select().count() == 427


@on_one_database
def test_late_issues_were_told_of_when_they_became_so(whole_city: datetime) -> None:
    told = {row.issue_id: row for row in models.Notice.select().where(models.Notice.kind == NoticeKind.OVERDUE)}
    running = models.Issue.state.not_in((*CLOSED_STATES, *STOPPED_STATES))
    late = found(models.Issue.select().where(running, models.Issue.due_at <= utc_text(whole_city.astimezone(UTC))))

    assert set(told) == {issue.id for issue in late}
    assert all(told[issue.id].created_at == issue.due_at for issue in late)


@pytest.mark.parametrize(
    "at", [lanzhou("2022-02-10T12:15:59"), lanzhou("1999-01-01T00:00:00"), lanzhou("2100-01-01T00:00:00")]
)
def test_present_out_of_bounds_is_refused(at: datetime) -> None:
    with pytest.raises(DomainError, match="from 2022-02-10, 12:16") as refused:
        seed.load(present=at)

    assert refused.value.code is ErrorCode.INVALID_INPUT
