"""What is suggested and answered in the town, for the tests of matches."""

from datetime import datetime
from typing import Any

from db.city import models
from db.city.journal_check import verify_journals
from db.issues.models.issue import Issue
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.town import build


class Matching:
    """A published issue with its need, and goods of the unit."""

    def __init__(self) -> None:
        self.ask = Asking(build())
        town = self.ask.town
        assert town.unit is not None
        self.goods = make.make_resource(town.unit, quantity=10, unit="件", version=1)
        self.issue = self.published()

    def published(self, **wanted: Any) -> Issue:
        """Publish another issue."""
        issue = Issue.get_by_id(self.ask.town.accept())
        given = {"issueNumber": str(issue.number), "wantedHelp": "需要桌椅", "claimUntil": "2026-01-30T08:00:00Z"}
        assert not self.ask.refused("staff", "publishIssue", **given | wanted)
        return issue

    def need(self, issue: Issue | None = None) -> models.Need:
        """Return the need of an issue."""
        return models.Need.get(models.Need.issue == (issue or self.issue).id)

    def suggest(self, who: str = "staff", at: datetime = AT, need: Any = None, **given: Any) -> Any:
        """Suggest the goods, or what is given, for the need."""
        wanted = {"needId": f"Need_{(need or self.need()).id}", "resourceId": f"Resource_{self.goods.id}", **given}
        return self.ask.change(who, "suggestMatch", "match { id state answerBy suggestedBy note }", at, **wanted)

    def suggested(self, **given: Any) -> str:
        """Suggest, which is not refused; return the id of the match."""
        payload = self.suggest(**given)
        assert payload["userErrors"] == []
        return payload["match"]["id"]

    def answer(
        self, match: str, who: str = "contact", answer: str = "ACCEPTED", at: datetime = AT, **given: Any
    ) -> Any:
        """Answer a match; who accepts promises two pieces."""
        accepted = {"promise": "提供桌椅两件", "promisedOn": "2026-01-20", "quantity": "2"}
        values = accepted if answer == "ACCEPTED" else {"reason": "另有安排"}
        shown = "match { state } claim { id state quantity claimant { __typename } need { id } } event { action }"
        return self.ask.change(who, "answerMatch", shown, at, matchId=match, answer=answer, **values | given)


def faults() -> list[Any]:
    """List what is wrong with the journals of matches and claims."""
    return [found for found in verify_journals().findings if found.subject_type in ("Match", "Claim")]


def codes(payload: Any) -> list[tuple[str, list[str] | None]]:
    """List each error's code and field."""
    return [(error["code"], error["field"]) for error in payload["userErrors"]]
