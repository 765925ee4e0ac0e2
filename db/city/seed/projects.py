"""One community's projects: made by a resolution, served by milestones, closed with their issue."""

from dataclasses import dataclass, field
from random import Random

from db.city import models
from db.city.seed.moments import DAY, Present, day, utc
from db.city.seed.offers import hundredths
from db.city.seed.rows import Rows
from db.city.seed.story import Story
from db.issues.lifecycle import CLOSED_STATES, IssueState
from db.issues.models.claim import ProjectState

_MILESTONES = ("方案公示并征求意见", "组织实施", "居民代表验收")


@dataclass
class Projects:
    """The projects of one committee, each for one issue."""

    rows: Rows
    code: str
    committee: int
    present: Present
    rng: Random
    begun: list[tuple[Story, int, int, int]] = field(default_factory=list)

    def begin(self, story: Story, resolution: int, at: int) -> int:
        """Make an issue a project and return its id; the issue's handler leads it."""
        if story.project is None:
            story.project = self.rows.new_id(models.Project)
            assert story.handler
            self.begun.append((story, resolution, at, story.handler.id))
        return story.project

    def add(self) -> None:
        """Add the rows, once every issue's course is known."""
        for story, resolution, at, lead in self.begun:
            state = self._state(story, at)
            span = 15 if story.budget is None else 45
            self.rows.add(
                models.Project,
                id=story.project,
                committee_id=self.committee,
                division_code=self.code,
                resolution_id=resolution,
                title=story.title,
                lead_id=lead,
                budget=hundredths(story.budget or self.rng.randrange(2_000, 60_000, 500)),
                state=state,
                due_on=day(at + span * DAY),
                created_at=utc(at),
                closed_at=utc(story.at) if state in (ProjectState.CLOSED, ProjectState.CANCELLED) else None,
            )
            self.rows.add(models.ProjectIssue, project_id=story.project, issue_id=story.id)
            self._add_milestones(story, state, at, span)

    def _add_milestones(self, story: Story, state: ProjectState, at: int, span: int) -> None:
        last = story.at if state is ProjectState.CLOSED else self.present.at
        for position, title in enumerate(_MILESTONES, start=1):
            due = at + span * DAY * position // len(_MILESTONES)
            is_done = state is ProjectState.CLOSED or (state is ProjectState.ACTIVE and position == 1)
            self.rows.add(
                models.ProjectMilestone,
                project_id=story.project,
                division_code=self.code,
                position=position,
                title=title,
                due_on=day(due),
                done_on=day(min(due, last)) if is_done else None,
            )

    def _state(self, story: Story, begun_at: int) -> ProjectState:
        if story.state is IssueState.CLOSED:
            return ProjectState.CLOSED
        if story.state in CLOSED_STATES:
            return ProjectState.CANCELLED
        return ProjectState.PLANNED if begun_at > self.present.at - 7 * DAY else ProjectState.ACTIVE
