"""The forum of the demo city: each community held a session within the last quarter, with one to three statements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.seed.committees import Committee, Member
from db.deliberation.seed.meetings import AgendaItem, Meetings
from db.forum.lifecycle import FORUM_LIFECYCLE
from db.forum.models import ForumSession, ForumState, Statement, StatementOutcome
from db.issues.lifecycle import OPEN_STATES
from db.issues.models.issue import Channel
from db.issues.seed.story import Story
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, MINUTE, Present, day, midnight, utc
from db.people.seed import Home
from db.places.seed.office_hours import working_days_after
from db.places.seed.plan import Place

A, O, S = JournalAction, StatementOutcome, ForumState  # noqa: E741
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
# How many days ago the sessions were held: in this quarter or the one before it, whatever the day (V1).
_FIRST, _LAST = 20, 80
_TITLES = ("楼道照明和夜间安全怎么管", "电动车在哪里充电停放", "楼院环境怎么保持")
_ANSWERED = ("希望把每月议事的时间提前公布。", "每月议事时间将提前七天在公示栏和小兰帮办公布。")
_LEFT = "上次反映的事已经办好，感谢社区。"


@dataclass(frozen=True)
class _Said:
    """A statement and what it came to. speaker: a person's id; None stays unnamed."""

    speaker: int | None
    text: str
    outcome: StatementOutcome
    issue: int | None = None
    item: int | None = None
    answer: str | None = None


def add_forum(
    rows: Rows, home: Home, place: Place, committee: Committee, meetings: Meetings, stories: Sequence[Story],
    present: Present,
) -> None:  # fmt: skip
    """Add the session of a community. stories: its issues, each as it stands by now."""
    brought = _brought(stories, present)
    held = brought.created_at - 20 * MINUTE if brought else _evening(committee.id, present)
    item = meetings.after(held + 2 * HOUR).agenda[0]  # type: ignore[union-attr]
    host = _proposer(committee, item, day(held))
    said = list(_said(committee, brought, stories, item if host else None, held))[: 1 + committee.id % 3]
    session, first = rows.new_id(ForumSession), rows.new_id(Statement)
    ids = [first, *(rows.new_id(Statement) for _ in said[1:])]
    announced = midnight(day(held - 5 * DAY)) + 10 * HOUR
    closed = working_days_after(midnight(day(held)) + 10 * HOUR, 1)
    add_with_journal(
        rows, FORUM_LIFECYCLE, ForumSession, list(_steps(announced, held, closed, ids, said)), id=session,
        committee_id=committee.id, division_id=home.division_id, division_code=home.code,
        title=_TITLES[committee.id % len(_TITLES)], place=f"{place.name}协商议事室",
        scheduled_at=utc(held - 5 * MINUTE), held_at=utc(held), host_id=(host or committee.director).id,
        participant_count=12 + committee.id * 7 % 30,
        summary=f"本场说事共{len(said)}条发言，均已逐条答复或办理。", published_at=utc(closed),
        created_at=utc(announced),
    )  # fmt: skip
    for position, (row_id, one) in enumerate(zip(ids, said, strict=True), start=1):
        rows.add(
            Statement, id=row_id, session_id=session, division_code=home.code, position=position,
            speaker_id=one.speaker, is_anonymous=one.speaker is None, text=one.text, outcome=one.outcome,
            issue_id=one.issue, agenda_item_id=one.item, answer=one.answer,
            settled_at=utc(_settled(held, position)), created_at=utc(held + position * MINUTE),
        )  # fmt: skip


def _evening(number: int, present: Present) -> int:
    return midnight(present.day_after(-_FIRST - number * 17 % (_LAST - _FIRST))) + 19 * HOUR


def _settled(held: int, position: int) -> int:
    """Return when a statement was settled; the first one brought the issue that came in then."""
    return held + (10 + position * 10) * MINUTE


def _brought(stories: Sequence[Story], present: Present) -> Story | None:
    """Return the first issue that came from the deliberation room in the days of the sessions."""
    first, last = (midnight(present.day_after(-days)) for days in (_LAST, _FIRST))
    found = (one for one in stories if one.channel is Channel.DELIBERATION_ROOM and first <= one.created_at < last)
    return min(found, key=attrgetter("created_at", "id"), default=None)


def _proposer(committee: Committee, item: AgendaItem, held_on: str) -> Member | None:
    """Return the member who proposed an item, if they sat on the committee already."""
    found = next(member for member in committee.members if member.id == item.proposer)
    return found if found.term_start.isoformat() < held_on else None


def _said(
    committee: Committee, brought: Story | None, stories: Sequence[Story], item: AgendaItem | None, held: int
) -> Iterator[_Said]:
    """Say what people said: first what became an issue, if one did, and then the rest."""
    speakers = [member.person_id for member in committee.members[5:9]]
    if brought is not None:
        yield _Said(None if brought.is_anonymous else speakers[0], brought.description, O.ISSUE, brought.id)
    if item is not None:
        yield _Said(speakers[1], f"建议社工委会议专门研究：{item.title}。", O.PROPOSAL, item=item.id)
    joined = next((one for one in stories if one.state in OPEN_STATES and one.created_at < held), None)
    if joined is not None:
        yield _Said(None, f"“{joined.title}”的事还没有办完，请抓紧。", O.JOINED, joined.id)
    yield _Said(speakers[2], _ANSWERED[0], O.ANSWERED, answer=_ANSWERED[1])
    yield _Said(speakers[3], _LEFT, O.NO_ACTION)


def _steps(announced: int, held: int, closed: int, ids: Sequence[int], said: Sequence[_Said]) -> Iterator[Step]:
    yield Step(announced, A.CREATE, S.ANNOUNCED, _STAFF)
    yield Step(held, A.HOLD, S.HELD, _STAFF)
    for position, row_id in enumerate(ids, start=1):
        yield Step(held + position * MINUTE, A.SPEAK, S.HELD, _STAFF, {"statement": f"Statement_{row_id}"})
    for position, (row_id, one) in enumerate(zip(ids, said, strict=True), start=1):
        facts = {"outcome": one.outcome.value, "statement": f"Statement_{row_id}"}
        yield Step(_settled(held, position), A.SETTLE, S.HELD, _STAFF, facts)
    yield Step(closed, A.COMPLETE, S.CLOSED, _STAFF)
