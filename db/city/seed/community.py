"""One whole community: its committee, its units and what they offer, and all that has happened there."""

from dataclasses import dataclass
from random import Random

from db.access.models.journal import JournalAction
from db.city import models
from db.city.seed.acts import Acts
from db.city.seed.cases import Case
from db.city.seed.claims import Claim, Claims
from db.city.seed.committees import Committee, add_committee, phone
from db.city.seed.course import Course
from db.city.seed.journal import Step, add_with_journal
from db.city.seed.meetings import Meetings
from db.city.seed.moments import DAY, HOUR, Present, day, utc
from db.city.seed.offers import add_resources, hundredths
from db.city.seed.places import Place
from db.city.seed.projects import Projects
from db.city.seed.rows import Rows
from db.city.seed.story import Story, add_story
from db.city.seed.texts import (
    IssueTopic,
    ResourceTopic,
    description_of,
    place_of,
    random_spot,
    random_times,
    random_topic,
    title_of,
)
from db.city.seed.units import Units, add_units
from db.issues.lifecycle import LedgerAction
from db.issues.models.claim import NeedState
from db.issues.models.issue import Channel
from db.places.models.division import DivisionLevel

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
_TWIN_WITHIN = 5 * DAY
_COMMENTS = ("请尽快处理，谢谢。", "已看到工作人员到场。", "处理得很及时，点赞。", "希望举一反三，统一排查。")


@dataclass(frozen=True)
class Topics:
    """The kinds of concern and of offer."""

    issues: list[IssueTopic]
    resources: list[ResourceTopic]


@dataclass(frozen=True)
class Added:
    """What demonstration accounts are granted roles over."""

    division: int
    committee: Committee
    units: Units


def add_community(
    rows: Rows,
    place: Place,
    parent: int,
    topics: Topics,
    case: Case | None,
    accounts: dict[int, int],
    reporter: int | None,
    present: Present,
) -> Added:
    """Add a community and everything in it.

    case: the article's own case there, if it names one. accounts: by seat number, of the members who may sign in.
    reporter: an account that reported the issues from the app there.
    """
    # Each community has its own chance, so that it is the same whatever happens elsewhere.
    rng = Random(f"{place.code} {place.name}")
    division = rows.add(
        models.Division,
        code=place.code,
        last_code=place.code,
        name=place.name,
        level=DivisionLevel.COMMUNITY,
        parent_id=parent,
    )
    committee = add_committee(rows, place, division, accounts, present, rng)
    units = add_units(rows, place, division, committee, rng)
    offers = add_resources(rows, place, division, units, topics.resources, present, rng)
    claims = Claims(rows, place.code, committee.members, units, offers, present, rng)
    meetings = Meetings(rows, place, committee, present, rng)
    projects = Projects(rows, place.code, committee.id, committee.director.name, present, rng)
    acts = Acts(rows, place, committee, units, claims, meetings, projects, present, rng)
    stories = _tell(acts, topics.issues, case, reporter)
    claims.fill(place.claims, stories)
    _number(rows, place, stories)
    for story in stories:
        _comment(story, committee, present, rng)
        add_story(rows, story, division, place.code, committee.id)
        _add_contact(rows, place, story, rng)
    _add_needs(rows, place, committee, stories, claims.all)
    meetings.add()
    projects.add()
    claims.add()
    return Added(division, committee, units)


def _tell(acts: Acts, topics: list[IssueTopic], case: Case | None, reporter: int | None) -> list[Story]:
    place, rng, course = acts.place, acts.rng, Course(acts)
    told: list[Story] = []
    times = random_times(place.issues, acts.present, rng)
    turn = rng.randrange(len(acts.committee.members))
    since = acts.present.midnight - case.days_ago * DAY + 9 * HOUR if case else None
    case_at = next((n for n, at in enumerate(times) if since and at >= since), None)
    for n, at in enumerate(times):
        submitter = acts.committee.members[(turn + n) % len(acts.committee.members)].id
        story = _new_story(acts, topics, at, submitter, told)
        if case and n == case_at:
            _make_case(story, case, topics)
        if story.channel is Channel.APP and not story.is_anonymous:
            story.reporter = reporter
        course.run(story, at)
        told.append(story)
    return told


def _new_story(acts: Acts, topics: list[IssueTopic], at: int, submitter: int, told: list[Story]) -> Story:
    rng = acts.rng
    channel = rng.choices(tuple(_CHANNELS), tuple(_CHANNELS.values()))[0]
    has_submitter = channel is Channel.MEMBER_PROPOSAL or rng.random() < 0.85
    twin = _twin(told, at) if rng.random() < 0.15 else None
    topic = twin.topic if twin else random_topic(topics, at, rng)
    spot = twin.spot if twin else random_spot(rng)
    is_hard = topic.level is not DivisionLevel.COMMUNITY and rng.random() < 0.3
    return Story(
        id=acts.rows.new_id(models.Issue),
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


def _number(rows: Rows, place: Place, stories: list[Story]) -> None:
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
        rows.add(models.LedgerSerial, division_code=place.code, year=int(year), last=serial)


def _comment(story: Story, committee: Committee, present: Present, rng: Random) -> None:
    """Add remarks of some people while it lasts."""
    for _ in range(rng.choices((0, 1, 2), (75, 18, 7))[0]):
        author = rng.choice(committee.members).name if rng.random() < 0.4 else "居民"
        last = story.at if story.closed_at else min(story.at + 2 * DAY, present.at)
        story.comments.append((rng.randint(story.created_at, last), author, rng.choice(_COMMENTS)))


def _add_contact(rows: Rows, place: Place, story: Story, rng: Random) -> None:
    if story.channel in _WITH_CONTACT:
        rows.add(
            models.IssueContact,
            issue_id=story.id,
            division_code=place.code,
            name=f"居民{story.id:05}",
            phone=phone(rng.randrange(10_000)),
            address=f"{place.name}{story.spot.compound}{story.spot.building}{story.spot.room}",
        )


def _add_needs(rows: Rows, place: Place, committee: Committee, stories: list[Story], claims: list[Claim]) -> None:
    """List a need for each accepted issue, wanting what claims have brought, or people while nobody has claimed."""
    taking: dict[int, list[Claim]] = {story.id: [] for story in stories}
    for claim in claims:
        if claim.takes:
            taking[claim.story.id].append(claim)
    for story in stories:
        if story.need is None:
            continue
        wanted, unit = _wanted(taking[story.id], story)
        steps = _need_steps(story, taking[story.id])
        add_with_journal(
            rows,
            models.Need,
            steps,
            id=story.need,
            issue_id=story.id,
            committee_id=committee.id,
            division_code=place.code,
            title=f"{story.topic.title}：需要支持",
            wanted_quantity=hundredths(wanted),
            unit=unit,
            claim_until=utc(story.claim_until),
            created_at=utc(story.accepted_at),
            struck_off_at=utc(story.at) if steps[-1].state is NeedState.STRUCK_OFF else None,
        )


def _need_steps(story: Story, taking: list[Claim]) -> list[Step]:
    """Return the steps that brought a need to its state: listed, met by the first claim that counts, struck off."""
    assert story.accepted_at is not None
    steps = [Step(story.accepted_at, JournalAction.CREATE, NeedState.OPEN)]
    if taking:
        met = min(claim.confirmed_at or claim.created_at for claim in taking)
        steps.append(Step(met, JournalAction.MEET, NeedState.MET))
    state = story.need_state(bool(taking))
    if state is NeedState.STRUCK_OFF:
        steps.append(Step(story.at, JournalAction.STRIKE_OFF, state))
    return steps


def _wanted(claims: list[Claim], story: Story) -> tuple[int | None, str | None]:
    for claim in claims:
        if claim.offer and claim.amount:
            return claim.amount, claim.offer.unit
    return (2, "人") if story.claim_until and not claims else (None, None)
