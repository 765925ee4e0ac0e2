"""The course an issue takes: from each state, what comes next and when, until the demo city's present."""

from collections.abc import Callable
from functools import partial

from db.issues.clock.steps import ESCALATION_DAYS, UNCLAIMED_DAYS, VERIFICATION_DAYS
from db.issues.lifecycle import OPEN_STATES, LedgerAction
from db.issues.lifecycle import IssueState as S
from db.issues.models.issue import Urgency
from db.issues.seed.acts import Acts
from db.issues.seed.story import Story
from db.kernel.seed_times import DAY, HOUR, MINUTE, day, midnight
from db.places.models.division import OFFICE_LEVELS, DivisionLevel
from db.places.seed.office_hours import in_office_hours, working_days_after

Step = tuple[int, Callable[[Story, int], None]]

# Old issues have run their course; at the article's present a few of the last 90 days' stick in each state where people
# act, and fall overdue, for there no clock carries them on.
_MAY_STICK_FOR = 90 * DAY
_STICKS = {
    S.SUBMITTED: 0.012,
    S.ACCEPTED: 0.04,
    S.OPEN_FOR_CLAIM: 0.05,
    S.IN_PROGRESS: 0.07,
    S.AWAITING_VERIFICATION: 0.04,
}
# Where clocks run: the share of those that somebody would have carried on by now that are still open, by how long their
# deadlines are yet to come.
_STILL_OPEN = ((2 * DAY, 0.85), (DAY, 0.4), (0, 0.15))
_STILL_LATE = 0.03


class Course:
    """Lets the issues of one community take their course."""

    def __init__(self, acts: Acts) -> None:
        self.acts, self.present, self.rng = acts, acts.present, acts.rng
        self.next = {
            S.SUBMITTED: self._from_submitted,
            S.NEEDS_INFO: self._from_needs_info,
            S.ACCEPTED: self._from_accepted,
            S.OPEN_FOR_CLAIM: self._from_open_for_claim,
            S.IN_PROGRESS: self._from_progress,
            S.SUSPENDED: self._from_suspended,
            S.AWAITING_VERIFICATION: self._from_awaiting,
            S.CLOSED: self._from_closed,
            S.REJECTED: self._from_rejected,
            S.MERGED: self._from_merged,
            S.WITHDRAWN: lambda story: None,
        }

    def run(self, story: Story, created_at: int) -> None:
        """Play a story from its submission to the present."""
        self.acts.create(story, created_at)
        while story.state and (step := self.next[story.state](story)):
            at, act = step
            if at > self.present.at or self._sticks(story):
                return
            if story.state in OPEN_STATES and at - story.at > DAY and self.rng.random() < 0.05:
                self.acts.urge(story, (story.at + at) // 2)
            act(story, at)

    def _sticks(self, story: Story) -> bool:
        if story.budget or story.state is None:
            return False
        if self.present.has_clocks:
            return story.state in _STICKS and self._is_still_open(story)
        is_old = story.created_at < self.present.at - _MAY_STICK_FOR
        return not is_old and self.rng.random() < _STICKS.get(story.state, 0)

    def _is_still_open(self, story: Story) -> bool:
        """Choose whether people have not come to an issue yet: most that are in time, and few that are late.

        Nothing is so late that the clock would have carried it on.
        """
        assert story.due_at
        left = story.due_at - self.present.at
        if left > 0:
            return self.rng.random() < next(share for least, share in _STILL_OPEN if left >= least)
        days = UNCLAIMED_DAYS if story.state is S.OPEN_FOR_CLAIM else ESCALATION_DAYS
        carried_on = working_days_after(story.due_at, days)
        return carried_on > self.present.at and self.rng.random() < _STILL_LATE

    # When: within so many hours, on office time unless it is an emergency.

    def _within(self, story: Story, least: float, most: float) -> int:
        at = story.at + int(self.rng.uniform(least, most) * HOUR)
        return self._punctual(story, at if story.urgency is Urgency.EMERGENCY else in_office_hours(at))

    def _share_of_time(self, story: Story, least: float, most: float) -> int:
        assert story.due_at
        left = story.due_at - story.at if story.due_at > story.at else HOUR
        at = story.at + int(left * self.rng.uniform(least, most))
        is_urgent = story.urgency in (Urgency.EMERGENCY, Urgency.URGENT)
        return self._punctual(story, at if is_urgent else in_office_hours(at))

    def _punctual(self, story: Story, at: int) -> int:
        """Where clocks run, bring a step that would be late at the present, or later than the clock waits, forward."""
        if not self.present.has_clocks or story.due_at is None or at <= story.due_at:
            return at
        if story.due_at <= self.present.at < at:
            return story.due_at - int((story.due_at - story.at) * self.rng.uniform(0, 0.5))
        return min(at, working_days_after(story.due_at, ESCALATION_DAYS - 1))

    # What: each returns the time of the next step and the step, or None when there is none.

    def _from_submitted(self, story: Story) -> Step | None:
        acts, roll = self.acts, self.rng.random()
        if {LedgerAction.APPEAL, LedgerAction.SUPPLEMENT} & story.taken:
            return self._within(story, 1, 8), acts.accept if roll < 0.8 or story.is_appealed else acts.reject
        at = self._share_of_time(story, 0.1, 0.9 if roll < 0.9 else 1.6)
        if story.twin and roll < 0.7 and story.twin.was_open(at):
            return at, acts.merge
        if story.budget is None and story.urgency is not Urgency.EMERGENCY:
            if roll < 0.05:
                return at, acts.ask
            if roll < 0.07 and not story.transferred:
                return self._within(story, 2, 10), acts.transfer
            if roll < 0.10:
                return at, acts.reject
            if roll < 0.11:
                return at, acts.withdraw
        return at, acts.accept

    def _from_needs_info(self, story: Story) -> Step | None:
        roll = self.rng.random()
        if roll < 0.8:
            return story.at + int(self.rng.uniform(0.2, 6.5) * DAY), self.acts.supplement
        assert story.due_at
        return (story.due_at, self.acts.lapse) if roll < 0.95 else (story.at + 2 * DAY, self.acts.withdraw)

    def _from_accepted(self, story: Story) -> Step | None:
        acts, roll = self.acts, self.rng.random()
        if story.twin and roll < 0.5 and story.twin.was_open(at := self._within(story, 1, 20)):
            return at, acts.merge
        if OFFICE_LEVELS.index(story.top) > OFFICE_LEVELS.index(story.level):
            return self._within(story, 6, 60), acts.escalate
        if story.level is not DivisionLevel.COMMUNITY:
            may_go_down = LedgerAction.HAND_DOWN not in story.taken
            return self._within(story, 2, 40), acts.hand_down if may_go_down and roll < 0.15 else acts.assign
        if story.urgency is Urgency.EMERGENCY:
            return story.at + self.rng.randint(5, 90) * MINUTE, acts.assign
        if story.urgency is Urgency.COMPLEX or roll < 0.05:
            at = self._within(story, 4, 72)
            if step := self._to_a_meeting(story, at):
                return step
        return self._triage(story, roll)

    def _to_a_meeting(self, story: Story, at: int) -> Step | None:
        """Return the step that puts an issue before a meeting; there are none here."""
        return None

    def _triage(self, story: Story, roll: float) -> Step:
        acts = self.acts
        at = self._within(story, 1, 20)
        if roll < 0.07:
            return at, acts.withdraw
        if roll < 0.10 and story.urgency is not Urgency.URGENT and LedgerAction.REGRADE not in story.taken:
            return at, acts.regrade
        if roll < 0.24:
            return at, acts.report_done
        return at, acts.publish if roll < 0.72 else acts.assign

    def _from_open_for_claim(self, story: Story) -> Step | None:
        acts, roll = self.acts, self.rng.random()
        assert story.claim_until
        if roll < 0.8:
            left = max(story.claim_until - story.at, 2 * HOUR)
            return in_office_hours(story.at + int(left * self.rng.uniform(0.1, 1))), acts.claim
        if roll < 0.83:
            return self._within(story, 5, 30), acts.withdraw
        at = in_office_hours(max(story.claim_until, story.at) + self.rng.randint(1, 8) * HOUR)
        return at, acts.escalate if roll < 0.87 else acts.assign

    def _from_progress(self, story: Story) -> Step | None:
        acts, roll = self.acts, self.rng.random()
        assert story.due_at
        is_first_time = story.reopened == 0 and story.budget is None
        if (
            is_first_time
            and roll < 0.03
            and LedgerAction.RETURN not in story.taken
            and story.level is DivisionLevel.COMMUNITY
        ):
            to_state = S.OPEN_FOR_CLAIM if story.claim_until and self.rng.random() < 0.5 else S.ACCEPTED
            return self._within(story, 2, 20), lambda story, at: acts.give_back(story, to_state, at)
        if is_first_time and roll < 0.06 and not story.is_suspended_once and story.urgency is not Urgency.EMERGENCY:
            at = self._share_of_time(story, 0.1, 0.6)
            until = midnight(day(at + self.rng.randint(10, 80) * DAY))
            return at, lambda story, at: acts.suspend(story, until, at)
        if is_first_time and roll < 0.11 and not story.is_extended and story.due_at > story.at:
            return self._share_of_time(story, 0.6, 0.95), acts.extend
        if is_first_time and roll < 0.13 and story.level in OFFICE_LEVELS[:2]:
            story.top = OFFICE_LEVELS[OFFICE_LEVELS.index(story.level) + 1]
            return self._share_of_time(story, 0.8, 1.2), acts.escalate
        share = (0.1, 0.7) if self.rng.random() < 0.9 else (0.7, 1.5)
        return self._share_of_time(story, *share), acts.report_done

    def _from_suspended(self, story: Story) -> Step | None:
        assert story.resume_on
        return midnight(story.resume_on), self.acts.resume

    def _from_awaiting(self, story: Story) -> Step | None:
        roll = self.rng.random()
        if roll < 0.06 and LedgerAction.REWORK not in story.taken and story.budget is None:
            return self._within(story, 4, 48), self.acts.rework
        if roll < 0.9:
            return self._within(story, 2, 36), partial(self.acts.close, has_reply=True)
        return story.at + VERIFICATION_DAYS * DAY, partial(self.acts.close, has_reply=False)

    def _from_closed(self, story: Story) -> Step | None:
        if story.reopened >= 2 or story.budget or self.rng.random() > 0.04:
            return None
        return self._within(story, 24, 29 * 24), self.acts.reopen

    def _from_rejected(self, story: Story) -> Step | None:
        if story.is_appealed or self.rng.random() > 0.12:
            return None
        return self._within(story, 10, 14 * 24), self.acts.appeal

    def _from_merged(self, story: Story) -> Step | None:
        was_accepted = story.accepted_at is not None
        return (self._within(story, 10, 60), self.acts.unmerge) if was_accepted and self.rng.random() < 0.2 else None
