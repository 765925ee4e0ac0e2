"""One community's issues as they come in: about what, from whom, by which channel, and who brings one again."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import NamedTuple

from db.committees.seed.committees import Committee, phone
from db.issues.lifecycle import CLOSED_STATES, IssueOutcome, LedgerAction
from db.issues.models.issue import Channel, Issue, IssueContact, LedgerSerial, Urgency
from db.issues.seed.acts import Acts
from db.issues.seed.cases import Case
from db.issues.seed.claims import as_claimant
from db.issues.seed.course import Course
from db.issues.seed.story import Story
from db.issues.seed.texts import (
    IssueTopic,
    description_of,
    place_of,
    random_outbreak_time,
    random_spot,
    random_times,
    random_topic,
    title_of,
)
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, MINUTE, Present, day
from db.places.models.division import DivisionLevel
from db.places.seed.plan import Place
from db.settings.models import SettingKey

_CHANNELS = {
    Channel.HOTLINE: 21,
    Channel.APP: 20,
    Channel.MEMBER_PROPOSAL: 19,
    Channel.GRID_PATROL: 16,
    Channel.MAILBOX: 8,
    Channel.DELIBERATION_ROOM: 8,
    Channel.UNIT_REPORT: 6,
    Channel.API: 2,
}
# Whoever uses these leaves a name and a telephone number.
_WITH_CONTACT = {Channel.HOTLINE, Channel.APP, Channel.MAILBOX, Channel.DELIBERATION_ROOM}
_CONTACT_KEPT = SettingKey.MESSAGE_KEEP_DAYS.default * DAY
_TWIN_WITHIN = 5 * DAY
# In each community the first that came by one of these within so many days before the present was found by a visit.
_FOUND_BY_VISIT, _FOUND_WITHIN = {Channel.UNIT_REPORT, Channel.GRID_PATROL}, 90 * DAY
# How long before the present the last two issues came in where an account reported some: nobody has seen to them yet.
# Before these came one that is open for claims, and one that a unit is handling.
_WAITING = (25 * MINUTE, 10 * MINUTE)
_CLAIMABLE, _HANDLED = DAY + HOUR, 2 * DAY
_COMMENTS = ("请尽快处理，谢谢。", "已看到工作人员到场。", "处理得很及时，点赞。", "希望举一反三，统一排查。")


class Visited(NamedTuple):
    """A site that a unit visits, which brings an issue."""

    site: int
    name: str


def tell_outbreak(acts: Acts, topics: list[IssueTopic], incident: int, count: int) -> list[Story]:
    """Generate the issues of an outbreak in one community, oldest first: each was urgent, and was resolved (F7)."""
    rng, members = acts.rng, acts.committee.members
    told: list[Story] = []
    for at in sorted(random_outbreak_time(rng) for _ in range(count)):
        story = _new_story(acts, [topic for topic in topics if topic.is_epidemic], at, rng.choice(members).id, [])
        story.urgency, story.incident, story.top = Urgency.URGENT, incident, DivisionLevel.COMMUNITY
        acts.create(story, at)
        for act, least, most in ((acts.accept, 10, 90), (acts.assign, 10, 120)):
            act(story, story.at + rng.randint(least, most) * MINUTE)
        acts.report_done(story, story.at + rng.randint(2, 18) * HOUR, IssueOutcome.RESOLVED)
        acts.close(story, story.at + rng.randint(1, 12) * HOUR, has_reply=True)
        told.append(story)
    return told


def tell(
    course: Course,
    topics: list[IssueTopic],
    count: int,
    case: Case | None,
    reporter: int | None,
    visited: Visited,
) -> list[Story]:
    """Generate so many issues of one community, oldest first, and let each take its course.

    case: the article's own case there, if it names one. reporter: an account that reported the issues from the app.
    visited: where a visit found one of them.
    """
    acts, rng = course.acts, course.acts.rng
    told: list[Story] = []
    times = random_times(count, acts.present, rng)
    stays = _staying(acts) if reporter is not None else {}
    times = sorted([*times[: len(times) - len(stays)], *stays])
    turn = rng.randrange(len(acts.committee.members))
    since = acts.present.midnight - case.days_ago * DAY + 9 * HOUR if case else None
    case_at = next((n for n, at in enumerate(times) if since and at >= since), None)
    for n, at in enumerate(times):
        submitter = acts.committee.members[(turn + n) % len(acts.committee.members)].id
        stay = stays.get(at)
        chosen, before = ([topic for topic in topics if _is_plain(topic)], []) if stay else (topics, told)
        story = _new_story(acts, chosen, at, submitter, before)
        if case and n == case_at:
            _make_case(story, case, topics)
        if story.channel is Channel.APP and not story.is_anonymous:
            story.reporter = reporter
        elif _is_found_by_visit(story, at, acts.present) and all(other.site is None for other in told):
            _find(story, visited)
        if stay:
            stay(story, at)
        else:
            course.run(story, at)
        told.append(story)
    return told


def _staying(acts: Acts) -> dict[int, Callable[[Story, int], None]]:
    """Return how issues that stay open are told, by when they come in."""

    def publish(story: Story, at: int) -> None:
        acts.create(story, at)
        acts.accept(story, at + 30 * MINUTE)
        acts.publish(story, at + HOUR)

    def assign(story: Story, at: int) -> None:
        unit = next(unit for units in acts.units.organizations.values() for unit in units)
        acts.create(story, at)
        acts.accept(story, at + 30 * MINUTE)
        acts.assign(story, at + HOUR, as_claimant("organization_id", unit))

    now = acts.present.at
    return {now - _HANDLED: assign, now - _CLAIMABLE: publish, **{now - before: acts.create for before in _WAITING}}


def _is_plain(topic: IssueTopic) -> bool:
    return topic.urgency is Urgency.NORMAL and topic.level is DivisionLevel.COMMUNITY and not topic.is_epidemic


def _new_story(acts: Acts, topics: list[IssueTopic], at: int, submitter: int, told: list[Story]) -> Story:
    rng = acts.rng
    channel = rng.choices(tuple(_CHANNELS), tuple(_CHANNELS.values()))[0]
    has_submitter = channel is Channel.MEMBER_PROPOSAL or rng.random() < 0.85
    twin = _twin(told, at) if rng.random() < 0.15 else None
    topic = twin.topic if twin else random_topic(topics, at, rng)
    spot = twin.spot if twin else random_spot(rng)
    is_hard = topic.level is not DivisionLevel.COMMUNITY and rng.random() < 0.3
    return Story(
        id=acts.rows.new_id(Issue),
        topic=topic,
        spot=spot,
        title=title_of(topic, spot),
        description=description_of(topic, spot),
        place=place_of(topic, spot),
        urgency=topic.urgency,
        channel=channel,
        submitter=submitter if has_submitter else None,
        is_anonymous=channel in _WITH_CONTACT and rng.random() < 0.06,
        top=topic.level if is_hard else DivisionLevel.COMMUNITY,
        twin=twin,
    )


def _is_found_by_visit(story: Story, at: int, present: Present) -> bool:
    is_lately = present.midnight - _FOUND_WITHIN <= at < present.midnight
    return is_lately and story.channel in _FOUND_BY_VISIT and story.twin is None


def _find(story: Story, visited: Visited) -> None:
    """Turn an issue into one that a visit to a site brought."""
    story.channel, story.submitter, story.site = Channel.VISIT, None, visited.site
    story.spot = replace(story.spot, compound=visited.name)
    story.title, story.description = title_of(story.topic, story.spot), description_of(story.topic, story.spot)
    story.place = place_of(story.topic, story.spot)


def _twin(told: list[Story], at: int) -> Story | None:
    """Find a recent issue that somebody else may bring again."""
    for story in reversed(told[-6:]):
        if story.twin is None and story.budget is None and at - story.created_at < _TWIN_WITHIN and story.was_open(at):
            return story
    return None


def _make_case(story: Story, case: Case, topics: list[IssueTopic]) -> None:
    """Turn an issue into the article's own case, which goes to a meeting and becomes a project."""
    topic = next(topic for topic in topics if topic.code == case.topic)
    story.topic, story.urgency, story.top, story.twin = topic, topic.urgency, DivisionLevel.COMMUNITY, None
    story.title, story.description, story.place = case.title, case.description, case.place
    story.channel, story.budget, story.is_anonymous = Channel.DELIBERATION_ROOM, case.budget, False


def number_issues(rows: Rows, place: Place, stories: list[Story]) -> None:
    """Return ledger numbers in the order of acceptance: one series for each year, without gaps."""
    last: dict[str, int] = {}
    for story in sorted(stories, key=lambda story: (story.accepted_at or 0, story.id)):
        if story.accepted_at is not None:
            year = day(story.accepted_at)[:4]
            last[year] = last.get(year, 0) + 1
            story.number = f"LZ-{place.code}-{year}-{last[year]:06}"
            for entry in story.entries:
                if entry.action in (LedgerAction.ACCEPT, LedgerAction.UNMERGE):
                    entry.details["number"] = story.number
    for year, serial in last.items():
        rows.add(LedgerSerial, division_code=place.code, year=int(year), last=serial)


def add_comments(story: Story, committee: Committee, present: Present, rng: Random) -> None:
    """Add remarks of some people while it lasts."""
    for _ in range(rng.choices((0, 1, 2), (75, 18, 7))[0]):
        author = rng.choice(committee.members).name if rng.random() < 0.4 else "居民"
        last = story.at if story.closed_at else min(story.at + 2 * DAY, present.at)
        story.comments.append((rng.randint(story.created_at, last), author, rng.choice(_COMMENTS)))


def add_contact(rows: Rows, place: Place, story: Story, present: Present, rng: Random) -> dict[str, str]:
    """Add who reported an issue, where its channel asks for that, until long after its end; return what was added."""
    if story.channel not in _WITH_CONTACT:
        return {}
    contact = {
        "name": f"居民{story.id:05}",
        "phone": phone(rng.randrange(10_000)),
        "address": f"{place.name}{story.spot.compound}{story.spot.building}{story.spot.room}",
    }
    last = story.merged_into or story
    if last.state in CLOSED_STATES and max(last.at, story.at) + _CONTACT_KEPT <= present.at:
        return {}
    rows.add(IssueContact, issue_id=story.id, division_code=place.code, **contact)
    return contact
