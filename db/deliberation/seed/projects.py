"""One community's projects: made by a resolution, served by milestones, closed with their issue."""

from dataclasses import dataclass, field
from random import Random

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.issues.lifecycle import CLOSED_STATES, IssueState
from db.issues.lifecycles import PROJECT_LIFECYCLE
from db.issues.models import claim as models
from db.issues.models.claim import ProjectKind, ProjectState
from db.issues.seed.story import Claimant, Story
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import DAY, Present, day, utc

# What kind of place a project makes, by the topic of its issue, and how large a corner park is.
_KINDS, _PARK_AREA = {"PUB-01": ProjectKind.CORNER_PARK}, 640
_MILESTONES = ("方案公示并征求意见", "组织实施", "居民代表验收")


@dataclass
class Projects:
    """The projects of one committee, each for one issue."""

    rows: Rows
    code: str
    committee: int
    director: str
    present: Present
    rng: Random
    begun: list[tuple[Story, int, int, Claimant]] = field(default_factory=list)

    def begin(self, story: Story, resolution: int, at: int) -> int:
        """Make an issue a project and return its id; the issue's handler leads it."""
        if story.project is None:
            story.project = self.rows.new_id(models.Project)
            assert story.handler
            self.begun.append((story, resolution, at, story.handler))
        return story.project

    def add(self) -> None:
        """Add the rows, once every issue's course is known."""
        for story, resolution, at, lead in self.begun:
            state = self.state_of(story, at)
            span = 15 if story.budget is None else 45
            done = self._done(state)
            milestones = [self.rows.new_id(models.ProjectMilestone) for _ in _MILESTONES]
            add_with_journal(
                self.rows,
                PROJECT_LIFECYCLE,
                models.Project,
                self._steps(story, state, at, span, lead, milestones[:done]),
                id=story.project,
                committee_id=self.committee,
                division_code=self.code,
                resolution_id=resolution,
                title=story.title,
                duty=story.topic.duty,
                lead_id=lead.id,
                budget=hundredths(story.budget or self.rng.randrange(2_000, 60_000, 500)),
                kind=_KINDS.get(story.topic.code, ProjectKind.ORDINARY),
                area_square_meters=_PARK_AREA if story.topic.code in _KINDS else None,
                due_on=day(at + span * DAY),
                created_at=utc(at),
                closed_at=utc(story.at) if state in (ProjectState.CLOSED, ProjectState.CANCELLED) else None,
            )
            self.rows.add(models.ProjectIssue, project_id=story.project, issue_id=story.id)
            self._add_milestones(story, state, at, span, milestones)

    def _add_milestones(self, story: Story, state: ProjectState, at: int, span: int, milestones: list[int]) -> None:
        last = self._last(story, state)
        for position, title in enumerate(_MILESTONES, start=1):
            due = at + span * DAY * position // len(_MILESTONES)
            is_done = position <= self._done(state)
            self.rows.add(
                models.ProjectMilestone,
                id=milestones[position - 1],
                project_id=story.project,
                division_code=self.code,
                position=position,
                title=title,
                due_on=day(due),
                done_on=day(min(due, last)) if is_done else None,
            )

    def _last(self, story: Story, state: ProjectState) -> int:
        return story.at if state is ProjectState.CLOSED else self.present.at

    def _done(self, state: ProjectState) -> int:
        """Return how many milestones are done."""
        return {ProjectState.CLOSED: len(_MILESTONES), ProjectState.ACTIVE: 1}.get(state, 0)

    def _steps(
        self, story: Story, state: ProjectState, at: int, span: int, lead: Claimant, done: list[int]
    ) -> list[Step]:
        """Return the steps that brought a project to its state: begun, its milestones done, ended."""
        begun = ProjectState.PLANNED if state is ProjectState.PLANNED else ProjectState.ACTIVE
        steps = [Step(at, JournalAction.CREATE, begun, Actor(self.director, Role.DIRECTOR))]
        for position, milestone in enumerate(done, start=1):
            when = min(at + span * DAY * position // len(_MILESTONES), self._last(story, state))
            by = Actor(lead.name, Role.MEMBER)
            steps.append(Step(when, JournalAction.PROGRESS, begun, by, {"milestone": f"ProjectMilestone_{milestone}"}))
        ends = {ProjectState.CLOSED: JournalAction.COMPLETE, ProjectState.CANCELLED: JournalAction.CANCEL}
        if state in ends:
            steps.append(Step(story.at, ends[state], state))
        return steps

    def state_of(self, story: Story, begun_at: int) -> ProjectState:
        """Return where the project of an issue stands that began at a time."""
        if story.state is IssueState.CLOSED:
            return ProjectState.CLOSED
        if story.state in CLOSED_STATES:
            return ProjectState.CANCELLED
        return ProjectState.PLANNED if begun_at > self.present.at - 7 * DAY else ProjectState.ACTIVE
