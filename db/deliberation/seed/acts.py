"""What meetings do to an issue's story: it is put on an agenda, and a resolution settles what becomes of it."""

from random import Random
from typing import Any

from db.deliberation.models.meeting import ResolutionOutcome
from db.deliberation.seed.meetings import AgendaItem, Meeting, Meetings
from db.deliberation.seed.projects import Projects
from db.issues.lifecycle import IssueOutcome, LedgerAction
from db.issues.lifecycle import IssueState as S
from db.issues.models.clock import Clock
from db.issues.models.issue import EvidenceKind
from db.issues.seed.acts import Acts, deadline
from db.issues.seed.claims import Claims, as_claimant
from db.issues.seed.story import Story
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import Present
from db.organizations.seed.units import Units
from db.places.seed.plan import Place


class DeliberationActs(Acts):
    """The actions of one community's people on its issues, in its meetings too."""

    def __init__(
        self,
        rows: Rows,
        place: Place,
        units: Units,
        claims: Claims,
        meetings: Meetings,
        projects: Projects,
        present: Present,
        rng: Random,
    ) -> None:
        super().__init__(rows, place, meetings.committee, units, claims, present, rng)
        self.meetings, self.projects = meetings, projects
        self.agenda: dict[int, tuple[Meeting, AgendaItem]] = {}

    def table(self, story: Story, meeting: Meeting, at: int) -> None:
        """T9."""
        proposer = story.submitter or self.rng.choice(self.committee.members).id
        item = self.meetings.table(meeting, story.title, story.topic.duty, story.id, proposer)
        self.agenda[story.id] = (meeting, item)
        named: dict[str, Any] = {"meeting_id": meeting.id, "agenda_item_id": item.id}
        actor, due = self.people.director(), meeting.scheduled_at
        story.record(LedgerAction.TABLE, S.IN_DELIBERATION, at, actor, due=due, **named)

    def resolve(self, story: Story, to_state: S, at: int) -> None:
        """T10: deferred, published, settled in the meeting, or a project."""
        _, item = self.agenda.pop(story.id)
        is_deferred = to_state is S.ACCEPTED
        text = ResolutionOutcome.DEFERRED if is_deferred else ResolutionOutcome.CARRIED
        details: dict[str, Any] = {"resolution_id": self.meetings.decide(item, ResolutionOutcome.CARRIED, text)}
        if is_deferred:
            story.deferred += 1
            due = deadline(Clock.TRIAGE, story.urgency, at)
        elif to_state is S.OPEN_FOR_CLAIM:
            due = self.open_claims(story, at)
        else:
            due = deadline(Clock.HANDLING, story.urgency, at)
            story.handler = as_claimant("member_id", self.rng.choice(self.committee.members[:5]))
            story.claimable_from = story.claimable_from or at
            details["handler_member_id"] = story.handler.id
            if to_state is S.AWAITING_VERIFICATION:
                due = deadline(Clock.VERIFICATION, story.urgency, at)
        if to_state is S.IN_PROGRESS and (story.budget or self.rng.random() < 0.6):
            details["project_id"] = self.projects.begin(story, details["resolution_id"], at)
        if to_state is S.AWAITING_VERIFICATION:
            story.outcome = self.rng.choice((IssueOutcome.RESOLVED, IssueOutcome.NOT_FEASIBLE))
            story.evidence.append((at, EvidenceKind.MINUTES, "会议纪要"))
            details["outcome"] = story.outcome
        story.record(LedgerAction.RESOLVE_MEETING, to_state, at, self.people.director(), due=due, **details)
