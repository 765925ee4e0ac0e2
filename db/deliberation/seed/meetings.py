"""One community's meetings: one a month, their agendas, who came, and how they voted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from random import Random

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.seed.committees import Committee, Member
from db.deliberation.lifecycle import MEETING_LIFECYCLE
from db.deliberation.models import meeting as models
from db.deliberation.models.meeting import AttendanceStatus, MeetingState, ResolutionOutcome, VoteChoice
from db.issues.models.duty import Duty
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, MINUTE, Present, day, midnight, utc
from db.places.seed.office_hours import in_office_hours, working_days_after
from db.places.seed.plan import Place

# How many months before the present one have their meetings on record, and the first day that a committee meets on.
_MONTHS, _FIRST_DAY = 6, 8
_NOTICE = 3 * DAY
_LATE = 5 * MINUTE
_PROPOSALS = (
    ("关于开展楼院环境整治的提案", Duty.AREA_CO_GOVERNANCE),
    ("关于增设便民服务点的提案", Duty.PUBLIC_BENEFIT_SERVICE),
    ("关于组织邻里节活动的提案", Duty.CIVILITY_PROMOTION),
    ("关于完善志愿服务积分的提案", Duty.PUBLIC_BENEFIT_SERVICE),
    ("关于共享驻区单位场地的提案", Duty.RESOURCE_COORDINATION),
    ("关于加强消防安全宣传的提案", Duty.PUBLICITY_EDUCATION),
)
_DECISIONS = {
    ResolutionOutcome.CARRIED: "会议同意“{title}”，由牵头人负责，按期落实。",
    ResolutionOutcome.LOST: "“{title}”未获全体委员过半数同意。",
    ResolutionOutcome.DEFERRED: "“{title}”材料尚不充分，会议同意延后再议。",
}


@dataclass(eq=False)
class AgendaItem:
    """A matter before a meeting, and what came of it."""

    id: int
    position: int
    title: str
    duty: Duty
    issue: int | None
    proposer: int
    resolution: int | None = None
    outcome: ResolutionOutcome | None = None
    text: ResolutionOutcome | None = None


@dataclass(eq=False)
class Meeting:
    """A meeting and its agenda."""

    id: int
    state: MeetingState
    scheduled_at: int
    agenda: list[AgendaItem] = field(default_factory=list)

    @property
    def held_at(self) -> int:
        """When it began, if it is held at all: five minutes late."""
        return self.scheduled_at + _LATE

    def decided_at(self, item: AgendaItem) -> int:
        """When it came to a decision on an item."""
        return self.held_at + item.position * 15 * MINUTE


class Meetings:
    """The meetings of one committee."""

    def __init__(self, rows: Rows, place: Place, committee: Committee, present: Present, rng: Random) -> None:
        self.rows, self.place, self.committee = rows, place, committee
        self.present, self.rng = present, rng
        self.all = [Meeting(rows.new_id(models.Meeting), state, at) for state, at in _calendar(present, rng)]
        for meeting in self.all:
            proposer = rng.choice(committee.members)
            item = self.table(meeting, *rng.choice(_PROPOSALS), None, proposer.id)
            if meeting.state in (MeetingState.HELD, MeetingState.CLOSED):
                outcomes = tuple(ResolutionOutcome)
                self.decide(item, rng.choices(outcomes, (90, 7, 3))[0])

    def after(self, at: int) -> Meeting | None:
        """Find the next meeting that can still be given notice of."""
        meetings = (meeting for meeting in self.all if meeting.state is not MeetingState.CANCELLED)
        return next((meeting for meeting in meetings if meeting.scheduled_at >= at + _NOTICE), None)

    def table(self, meeting: Meeting, title: str, duty: Duty, issue: int | None, proposer: int) -> AgendaItem:
        """Add a matter to a meeting's agenda."""
        position = len(meeting.agenda) + 1
        item = AgendaItem(self.rows.new_id(models.AgendaItem), position, title, duty, issue, proposer)
        meeting.agenda.append(item)
        return item

    def decide(self, item: AgendaItem, outcome: ResolutionOutcome, text: ResolutionOutcome | None = None) -> int:
        """Resolve on an item and return the resolution's id. text: what the words say, where that is something else."""
        item.outcome, item.text = outcome, text or outcome
        item.resolution = self.rows.new_id(models.Resolution)
        return item.resolution

    def add(self) -> None:
        """Add the rows, once every issue's course is known."""
        for meeting in self.all:
            present = _attendance(self.committee.members, self.rng)
            self._add_meeting(meeting)
            for item in meeting.agenda:
                self._add_item(meeting, item)
            if meeting.state in (MeetingState.HELD, MeetingState.CLOSED):
                self._add_attendance(meeting, present)
                for item in meeting.agenda:
                    self._add_decision(meeting, item, present)

    def _add_meeting(self, meeting: Meeting) -> None:
        is_held = meeting.state in (MeetingState.HELD, MeetingState.CLOSED)
        is_closed = meeting.state is MeetingState.CLOSED
        ended = _end(meeting.scheduled_at)
        announced = min(meeting.scheduled_at - _NOTICE - 4 * HOUR, self.present.at - 2 * HOUR)
        add_with_journal(
            self.rows,
            MEETING_LIFECYCLE,
            models.Meeting,
            self._steps(meeting, announced),
            id=meeting.id,
            committee_id=self.committee.id,
            division_code=self.place.code,
            scheduled_at=utc(meeting.scheduled_at),
            announced_at=utc(announced),
            held_at=utc(meeting.held_at) if is_held else None,
            place=f"{self.place.name}协商议事室",
            chair_id=self.committee.director.id if is_held else None,
            minutes=f"会议共议事{len(meeting.agenda)}项，表决结果见各项决议。" if is_closed else None,
            minutes_signed_at=utc(working_days_after(ended, 1)) if is_closed else None,
            minutes_published_at=utc(_publication(meeting.scheduled_at)) if is_closed else None,
        )

    def _steps(self, meeting: Meeting, announced: int) -> list[Step]:
        director = Actor(self.committee.director.name, Role.DIRECTOR)
        signed, published = working_days_after(_end(meeting.scheduled_at), 1), _publication(meeting.scheduled_at)
        called = Step(announced, JournalAction.CREATE, MeetingState.SCHEDULED, director)
        held = Step(meeting.held_at, JournalAction.HOLD, MeetingState.HELD, director)
        closed = Step(signed, JournalAction.CLOSE, MeetingState.CLOSED, director)
        public = Step(published, JournalAction.PUBLISH, MeetingState.CLOSED, director)
        given_up = Step(meeting.held_at, JournalAction.CANCEL, MeetingState.CANCELLED, director)
        return {
            MeetingState.SCHEDULED: [called],
            MeetingState.HELD: [called, held],
            MeetingState.CLOSED: [called, held, closed, public],
            MeetingState.CANCELLED: [called, given_up],
        }[meeting.state]

    def _add_item(self, meeting: Meeting, item: AgendaItem) -> None:
        self.rows.add(
            models.AgendaItem,
            id=item.id,
            meeting_id=meeting.id,
            division_code=self.place.code,
            position=item.position,
            title=item.title,
            duty=item.duty,
            issue_id=item.issue,
            proposed_by_id=item.proposer,
        )

    def _add_attendance(self, meeting: Meeting, present: Sequence[Member]) -> None:
        for member in self.committee.members:
            absent = AttendanceStatus.EXCUSED if member.id % 3 else AttendanceStatus.ABSENT
            self.rows.add(
                models.Attendance,
                meeting_id=meeting.id,
                member_id=member.id,
                division_code=self.place.code,
                status=AttendanceStatus.PRESENT if member in present else absent,
            )

    def _add_decision(self, meeting: Meeting, item: AgendaItem, present: Sequence[Member]) -> None:
        if item.outcome is None:
            return
        choices = _choices(item.outcome, len(present), len(self.committee.members), self.rng)
        for member, choice in zip(present, choices, strict=True):
            self.rows.add(
                models.Vote,
                agenda_item_id=item.id,
                member_id=member.id,
                division_code=self.place.code,
                choice=choice,
                interest="与本议题有利害关系" if choice is VoteChoice.RECUSED else None,
            )
        self.rows.add(
            models.Resolution,
            id=item.resolution,
            agenda_item_id=item.id,
            division_code=self.place.code,
            outcome=item.outcome,
            text=_DECISIONS[item.text or item.outcome].format(title=item.title),
            for_count=choices.count(VoteChoice.FOR),
            against_count=choices.count(VoteChoice.AGAINST),
            abstain_count=choices.count(VoteChoice.ABSTAIN),
            adopted_at=utc(meeting.decided_at(item)),
        )


def _calendar(present: Present, rng: Random) -> list[tuple[MeetingState, int]]:
    """Plan one meeting a month up to now, the present month's included, and the one that follows it.

    Now and then a first try found no quorum. The later in the month, the more committees have met.
    """
    today = present.date.day
    past = [_on(present, back, rng.randint(8, 24)) for back in range(-_MONTHS, 0)]
    meetings = [(_state(at, present), at) for at in past]
    if rng.random() < 0.05 and (in_vain := _on(present, -1, rng.randint(25, 28))) < present.at:
        meetings.append((MeetingState.CANCELLED, in_vain))
    has_met = today > _FIRST_DAY and rng.random() < (today - 6) / 10
    if has_met:
        at = _on(present, 0, rng.randint(_FIRST_DAY, min(today - 1, 24)))
        meetings.append((_state(at, present), at))
    ahead = rng.randint(19, 29) if has_met else rng.randint(4, 15)
    meetings.append((MeetingState.SCHEDULED, _afternoon(present.day_after(ahead))))
    return sorted(meetings, key=itemgetter(1))


def _on(present: Present, month: int, number: int) -> int:
    return _afternoon("{}-{:02}-{:02}".format(*present.month(month), number))


def _state(at: int, present: Present) -> MeetingState:
    """Return how far a meeting at a time has come: its minutes are published three working days after it."""
    if _end(at) > present.at:
        return MeetingState.SCHEDULED
    return MeetingState.CLOSED if _publication(at) <= present.at else MeetingState.HELD


def _end(scheduled_at: int) -> int:
    return scheduled_at + _LATE + 2 * HOUR


def _publication(scheduled_at: int) -> int:
    return working_days_after(_end(scheduled_at), 3)


def _afternoon(day_text: str) -> int:
    morning = in_office_hours(midnight(day_text) + 10 * HOUR)
    return midnight(day(morning)) + 15 * HOUR


def _attendance(members: Sequence[Member], rng: Random) -> list[Member]:
    """Choose who comes: the director, who takes the chair, and at least ten of the rest."""
    director, *others = members
    absent = set(rng.sample(others, min(rng.randint(0, 3), len(others) - 10)))
    return [director, *(member for member in others if member not in absent)]


def _choices(outcome: ResolutionOutcome, present: int, active: int, rng: Random) -> list[VoteChoice]:
    """Divide the votes of those present: to carry or put off takes more than half of all active members (rule M3)."""
    majority = active // 2 + 1
    least, most = (2, majority - 1) if outcome is ResolutionOutcome.LOST else (majority, present)
    in_favour = rng.randint(least, most)
    others = rng.choices((VoteChoice.AGAINST, VoteChoice.ABSTAIN, VoteChoice.RECUSED), (5, 4, 1), k=present - in_favour)
    choices = [VoteChoice.FOR] * in_favour + others
    rng.shuffle(choices)
    return choices
