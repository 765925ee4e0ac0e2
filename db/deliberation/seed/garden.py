"""The shared garden of 杨家园 as a project, which a member proposed and no issue asked for (F10)."""

from random import Random

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.deliberation.models.meeting import MeetingState, ResolutionOutcome
from db.deliberation.seed.meetings import Meetings
from db.issues.lifecycles import PROJECT_LIFECYCLE
from db.issues.models import claim as models
from db.issues.models.claim import ProjectKind, ProjectState
from db.issues.models.duty import Duty
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import DAY, HOUR, Present, day, utc
from db.places.seed.plan import Place

_GARDEN = "杨家园社区"
_TITLE, _BUDGET, _AREA = "老旧楼院共享小菜园修整", 8_000, 240
# The milestones, each with so many days after the resolution.
_MILESTONES = (("翻土分块、安装水龙头", 14), ("编号立牌", 28), ("居民代表验收", 42))


def add_garden(rows: Rows, place: Place, meetings: Meetings, site: int, present: Present) -> None:
    """Add the garden to the first meeting's agenda, and the project that came of it."""
    if place.name != _GARDEN:
        return
    meeting = next(meeting for meeting in meetings.all if meeting.state is MeetingState.CLOSED)
    director, lead = meetings.committee.director, Random(place.code).choice(meetings.committee.members[1:5])
    item = meetings.table(meeting, _TITLE, Duty.CIVILITY_PROMOTION, None, lead.id)
    resolution = meetings.decide(item, ResolutionOutcome.CARRIED)
    begun = meeting.decided_at(item)
    days = [begun + after * DAY for _, after in _MILESTONES]
    done = [at for at in days if at + HOUR <= present.at]
    is_closed = len(done) == len(days)
    steps = [rows.new_id(models.ProjectMilestone) for _ in _MILESTONES]
    by = Actor(lead.name, Role.MEMBER)
    life = [Step(begun, JournalAction.CREATE, ProjectState.ACTIVE, Actor(director.name, Role.DIRECTOR))]
    for step, at in zip(steps, done, strict=False):
        facts = {"milestone": f"ProjectMilestone_{step}"}
        life.append(Step(at, JournalAction.PROGRESS, ProjectState.ACTIVE, by, facts))
    if is_closed:
        life.append(Step(done[-1], JournalAction.COMPLETE, ProjectState.CLOSED))
    project = add_with_journal(
        rows, PROJECT_LIFECYCLE, models.Project, life, committee_id=meetings.committee.id, division_code=place.code,
        resolution_id=resolution, title=_TITLE, duty=Duty.CIVILITY_PROMOTION, lead_id=lead.id,
        budget=hundredths(_BUDGET), due_on=day(days[-1]), created_at=utc(begun),
        closed_at=utc(done[-1]) if is_closed else None, kind=ProjectKind.SHARED_GARDEN, site_id=site,
        area_square_meters=_AREA,
    )  # fmt: skip
    for position, (step, at, (title, _)) in enumerate(zip(steps, days, _MILESTONES, strict=True), start=1):
        rows.add(
            models.ProjectMilestone, id=step, project_id=project, division_code=place.code, position=position,
            title=title, due_on=day(at), done_on=day(at) if at in done else None,
        )  # fmt: skip
