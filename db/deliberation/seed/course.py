"""The course of an issue that meetings deliberate on: how it comes before one, and what that decides."""

from db.deliberation.seed.acts import DeliberationActs
from db.issues.lifecycle import IssueState as S
from db.issues.seed.course import Course, Step
from db.issues.seed.story import Story


class DeliberationCourse(Course):
    """Lets the issues of one community take their course, through its meetings too."""

    acts: DeliberationActs

    def __init__(self, acts: DeliberationActs) -> None:
        super().__init__(acts)
        self.next[S.IN_DELIBERATION] = self._from_deliberation

    def _to_a_meeting(self, story: Story, at: int) -> Step | None:
        acts = self.acts
        if (meeting := acts.meetings.after(at)) and story.deferred < 2:
            return at, lambda story, at: acts.table(story, meeting, at)
        return None

    def _from_deliberation(self, story: Story) -> Step | None:
        acts, roll = self.acts, self.rng.random()
        meeting, item = acts.agenda[story.id]
        if story.budget or roll < 0.45:
            to_state = S.IN_PROGRESS
        elif roll < 0.78:
            to_state = S.OPEN_FOR_CLAIM
        else:
            to_state = S.ACCEPTED if roll < 0.9 and story.deferred < 2 else S.AWAITING_VERIFICATION
        return meeting.decided_at(item), lambda story, at: acts.resolve(story, to_state, at)
