"""`availableTransitions` against what happens: steps told of as possible succeed, blocked ones are refused as told.

Taken dry, by everybody, on issues in every state and situation made by hand, and on a sample of the demo city.
"""

from peewee import DatabaseProxy

from db.city import models
from db.deliberation.models.meeting import MeetingState
from db.issues.guards import Guard
from db.issues.lifecycle import IssueState, offers
from tests.factories import AT
from tests.graph.doing import Doing
from tests.graph.situations import situations

# What depends on more than the state and the role, and what is possible above the community alone.
WORTH_TRYING = {
    *(name for state in IssueState for name, offer in offers(state).items() if offer.guards or len(offer.ways) > 1),
    "handDownIssue",
}
BY_GUARDS = {(guard.code.value, guard.message) for guard in Guard}


def test_everybody_finds_every_step_as_it_is_told(scratch: DatabaseProxy) -> None:
    made = situations()
    plain = [made.issues[state.value].id for state in IssueState]
    others = [issue.id for issue in made.issues.values() if issue.id not in plain]
    doing = Doing(AT)

    for account in made.people.values():
        doing.check(account.id, plain, lambda entry: True)
        # Elsewhere the roles were in the way already.
        doing.check(account.id, others, lambda entry: entry["mutation"] in WORTH_TRYING and not _by_role(entry))
    models.Meeting.update(state=MeetingState.CANCELLED).where(models.Meeting.state == MeetingState.SCHEDULED).execute()
    doing.check(made.people["DIRECTOR"].id, plain, lambda entry: entry["mutation"] == "tableIssue")

    assert not doing.wrong, "\n".join(map(str, doing.wrong))
    blocking = {guard for state in IssueState for offer in offers(state).values() for guard in offer.guards}
    assert {guard.name for guard in blocking if guard.message not in doing.told} == set()
    done = {mutation for (mutation, what) in doing.tried if what == "done"}
    assert done == {name for state in IssueState for name in offers(state)}
    assert sum(doing.tried.values()) > 1_500


def _by_role(entry: dict[str, object]) -> bool:
    blocked = entry["blockedBy"]
    assert isinstance(blocked, list)
    return any((told["code"], told["message"]) not in BY_GUARDS for told in blocked)
