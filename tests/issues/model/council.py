"""A meeting of a committee from beginning to end, as steps of a life."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from db.access.commands import CommandResult
from db.deliberation.models.meeting import AttendanceStatus, VoteChoice
from tests.issues.model.rows import Row, of


@dataclass
class Council:
    """A committee's meeting from its notice to its resolutions, each step a command that may be refused."""

    life: Any
    committee_id: int
    rng: Random

    def meet(self) -> None:
        leads = self._seats("DIRECTOR") or self._seats("DEPUTY_DIRECTOR")
        if not leads:
            return
        self.director: int = leads[0]["account_id"]
        called = self._act("scheduleMeeting", committee_id=self.committee_id, place="社区", **self._when())
        meeting_id = called.rows["meeting"] if called else 10**6
        issues = of(
            self.life.rows, "issue", committee_id=self.committee_id, state="ACCEPTED", current_level="COMMUNITY"
        )
        for issue in issues[:2]:
            seconder = self._seats()[0]["id"]
            self._act("tableIssue", issue_id=issue["id"], meeting_id=meeting_id, proposed_by_id=seconder)
        self.life.wait(73)
        if self.rng.random() < 0.1:
            self._act("cancelMeeting", meeting_id=meeting_id)
        self._decide(meeting_id)
        self._act("publishMinutes", meeting_id=meeting_id)
        for issue in of(self.life.rows, "issue", committee_id=self.committee_id, state="IN_DELIBERATION"):
            self.life.act("recordResolution", self.director, self.life.about(self.rng, "recordResolution", issue))
        for project in of(self.life.rows, "project", committee_id=self.committee_id):
            for step in of(self.life.rows, "project_milestone", project_id=project["id"])[self.rng.randrange(2) :]:
                self._act("completeMilestone", milestone_id=step["id"])

    def _when(self) -> dict[str, Any]:
        hours = self.rng.choice((73, 73, 73, 72, 3, 1))
        return {"scheduled_at": self.life.at + timedelta(hours=hours), "is_urgent": hours < 72}

    def _decide(self, meeting_id: int) -> None:
        seats = self._seats()
        came = [{"member_id": seat["id"], "status": AttendanceStatus.PRESENT} for seat in seats]
        self._act("holdMeeting", meeting_id=meeting_id, attendance=came[: self.rng.choice((5, 15, 15, 15))])
        choice = self.rng.choice((VoteChoice.FOR, VoteChoice.FOR, VoteChoice.FOR, VoteChoice.AGAINST))
        for item in of(self.life.rows, "agenda_item", meeting_id=meeting_id):
            for seat in seats[:8]:
                given = {"agenda_item_id": item["id"], "choice": choice, "member_id": seat["id"]}
                self.life.act("castVote", seat["account_id"] or self.director, given)
        self._act("closeMeeting", meeting_id=meeting_id, minutes="同意")

    def _seats(self, position: str | None = None) -> list[Row]:
        seats = of(self.life.rows, "member", committee_id=self.committee_id)
        return [
            seat
            for seat in seats
            if seat["is_active"] and position in (None, seat["position"]) and (position is None or seat["account_id"])
        ]

    def _act(self, name: str, **inputs: Any) -> CommandResult | None:
        return self.life.act(name, self.director, inputs)
