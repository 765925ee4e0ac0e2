"""What the demo city's people write: topics from their list, titles and descriptions with their places filled in."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from db.issues.models.duty import Duty
from db.issues.models.issue import Urgency
from db.kernel.seed_rows import read_csv
from db.kernel.seed_times import DAY, HOUR, Present, day, moment
from db.organizations.seed.topics import DUTIES
from db.places.models.division import DivisionLevel
from db.places.seed.plan import numeral

_TOPICS = Path(__file__).with_name("data") / "issue_topics.csv"
# The months in which a topic comes up; the rest come up all year.
_SEASONS = {
    "PIP-03": {11, 12, 1, 2, 3},
    "PIP-04": {11, 12, 1, 2, 3},
    "PIP-07": {6, 7, 8},
    "ROD-05": {6, 7, 8, 9},
    "CHD-03": {6, 7, 8},
    "EPI-05": {6, 7, 8, 9},
}
# Topics of the epidemic, but for the landslide (EPI-05), come up from the outbreak of 18 October 2021 on.
_OUTBREAK = moment("2021-10-18T00:00:00")
_EPIDEMIC = {"EPI-01", "EPI-02", "EPI-03", "EPI-04"}
# How many days after its beginning the last issue of the outbreak itself came in.
_OUTBREAK_DAYS = 50


@dataclass(frozen=True)
class IssueTopic:
    """A kind of concern."""

    code: str
    title: str
    description: str
    duty: Duty
    urgency: Urgency
    level: DivisionLevel

    @property
    def is_epidemic(self) -> bool:
        """Whether it came up with the outbreak."""
        return self.code in _EPIDEMIC


@dataclass(frozen=True)
class Spot:
    """Where in a community something is the matter."""

    compound: str
    building: str
    unit: str
    room: str
    road: str


def issue_topics() -> list[IssueTopic]:
    """Read the 98 kinds of concern."""
    return [
        IssueTopic(
            row["topic_code"],
            row["title_zh"],
            row["description_zh"],
            DUTIES[row["duty_code"]],
            Urgency(row["urgency"]),
            DivisionLevel(row["start_level"]),
        )
        for row in read_csv(_TOPICS)
    ]


def random_topic(topics: list[IssueTopic], at: int, rng: Random) -> IssueTopic:
    """Choose a topic that comes up at that time of the year."""
    while True:
        topic = topics[int(rng.random() * len(topics))]
        is_in_season = int(day(at)[5:7]) in _SEASONS.get(topic.code, range(1, 13))
        if is_in_season and (not topic.is_epidemic or at >= _OUTBREAK):
            return topic


def random_spot(rng: Random) -> Spot:
    """Choose a place in a community; every name is plainly synthetic."""
    return Spot(
        f"示范{numeral(rng.randint(1, 6))}小区",
        f"{rng.randint(1, 24)}号楼",
        f"{rng.randint(1, 6)}单元",
        f"{rng.randint(1, 18)}0{rng.randint(1, 4)}室",
        f"示范{numeral(rng.randint(1, 4))}路",
    )


def place_of(topic: IssueTopic, spot: Spot) -> str:
    """Return the place as exactly as the topic needs."""
    if "{road}" in topic.description:
        return spot.road
    return spot.compound + spot.building if "{building}" in topic.description else spot.compound


def title_of(topic: IssueTopic, spot: Spot) -> str:
    """Write a title of 5 to 60 characters: where, and what."""
    return place_of(topic, spot) + topic.title


def description_of(topic: IssueTopic, spot: Spot) -> str:
    """Fill in the places that a topic's description leaves open."""
    return topic.description.format(
        compound=spot.compound, building=spot.building, unit=spot.unit, room=spot.room, road=spot.road
    )


def random_times(count: int, present: Present, rng: Random) -> list[int]:
    """Choose when so many issues come in, oldest first: more of them lately, most of them by day."""
    first, span = present.first_issue, present.at - present.first_issue
    return sorted(_by_day(first + int(span * rng.random() ** 0.75), present, rng) for _ in range(count))


def random_outbreak_time(rng: Random) -> int:
    """Choose when an issue of the outbreak comes in, by day."""
    return _OUTBREAK + rng.randint(1, _OUTBREAK_DAYS) * DAY + rng.randint(7 * HOUR, 20 * HOUR)


def _by_day(at: int, present: Present, rng: Random) -> int:
    hour = (at // 3600 + 8) % 24
    return at if hour >= 7 or rng.random() < 0.1 else min(at + 8 * 3600, present.at - rng.randint(60, 7200))
