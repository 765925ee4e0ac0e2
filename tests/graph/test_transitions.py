"""`Issue.availableTransitions`: the transition table and the policy, as data, agree with the commands' own check."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from peewee import DatabaseProxy

from db.access.actor import Actor, actor_of
from db.access.models.account import Role
from db.access.steps import not_permitted, require
from db.city import models
from db.issues.lifecycle import TRANSITIONS, IssueState, LedgerAction, offers
from db.issues.policy import capacities
from db.issues.visibility import may_see
from db.kernel.errors import DomainError
from db.kernel.fields import utc_text
from db.places.models.division import DivisionLevel
from schema.graph import CATALOG
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests.factories import (
    AT,
    make_account,
    make_committee,
    make_division,
    make_issue,
    make_member,
    make_organization,
    make_role_grant,
    make_team,
)
from tests.graph.sides import signed_in

Ask = Callable[..., Any]
LATER, EARLIER = AT + timedelta(days=1), AT - timedelta(days=1)
ALL_OFFERS = [offer for state in IssueState for offer in offers(state).values()]
LEVELS = (DivisionLevel.COMMUNITY, DivisionLevel.SUBDISTRICT, DivisionLevel.DISTRICT, DivisionLevel.CITY)
ALL = """{ issues(first: 100, orderBy: {field: ID}) { nodes { id state availableTransitions {
    mutation isAllowed requiredFields nextStates blockedBy { code field message } } } } }"""


class Town:
    """A community with an issue in every state and level, whoever may have to do with them, and who may not."""

    def __init__(self) -> None:
        self.committee = make_committee()
        self.division = self.committee.division
        self.organization, self.team = make_organization(self.division), make_team(self.division)
        self.reporter, self.answerer = make_account(name="反映人"), make_account(name="工作人员")
        self.submitter = make_member(self.committee, account=make_account(name="提案委员"))
        self.handler = make_member(self.committee, account=make_account(name="办理委员"))
        handlers: list[dict[str, Any]] = [
            {"handler_organization": self.organization}, {"handler_team": self.team}, {"handler_member": self.handler},
            {"handler_account": self.answerer},
        ]  # fmt: skip
        self.issues = [
            make_issue(state, self.committee, current_level=level, **self._people(at), **handlers[at % 4])
            for at, (state, level) in enumerate((state, level) for state in IssueState for level in LEVELS)
        ]
        self.accounts = [
            self.reporter, self.answerer, self.submitter.account, self.handler.account, make_account(name="无角色"),
            *self._holders(),
        ]  # fmt: skip

    def _people(self, at: int) -> dict[str, Any]:
        return {"reporter": self.reporter} if at % 3 else {"submitter": self.submitter}

    def _holders(self) -> Iterator[models.Account]:
        """Return everybody a role: here, in another subdistrict, not yet and no more."""
        elsewhere = make_committee(make_division(parent=make_division(DivisionLevel.SUBDISTRICT)))
        for role in Role:
            yield make_role_grant(role, self.division, **self._of(role, self.committee)).account
            yield make_role_grant(role, elsewhere.division, **self._of(role, elsewhere)).account
            over_all = self.division.parent.parent
            yield make_role_grant(role, over_all, **self._of(role, self.committee)).account
            for other in ({"starts_at": LATER}, {"starts_at": EARLIER, "ends_at": AT}):
                yield make_role_grant(role, self.division, **self._of(role, self.committee), **other).account

    def _of(self, role: Role, committee: models.Committee) -> dict[str, Any]:
        is_here = committee == self.committee
        if role in (Role.MEMBER, Role.DEPUTY_DIRECTOR, Role.DIRECTOR):
            return {"committee": committee}
        if role is Role.UNIT_CONTACT:
            return {"organization": self.organization if is_here else make_organization(committee.division)}
        if role is Role.TEAM_CAPTAIN:
            return {"team": self.team if is_here else make_team(committee.division)}
        return {}


@pytest.fixture
def town(scratch: DatabaseProxy) -> Town:
    """Make the town."""
    return Town()


@pytest.fixture
def ask(scratch: DatabaseProxy) -> Ask:
    """Ask as an account, or as nobody, and get the data."""
    executor = Executor()

    def ask(account: models.Account | None, query: str = ALL, language: str = "en") -> Any:
        viewer = None if account is None else signed_in(account.id, utc_text(AT))
        context = Context(viewer, utc_text(AT), language=language)
        return orjson.loads(executor.execute(Request(query, {}), context).body)["data"]

    return ask


def by_the_table(actor: Actor, issue: models.Issue) -> dict[str, bool]:
    """Say by the table and the policy which mutations an issue's state offers, and which are the actor's to take."""
    held = capacities(actor, issue)
    return {
        name: any(capacity in held for capacity in offer.who) for name, offer in offers(IssueState(issue.state)).items()
    }


def _is_another_s(entry: Any) -> bool:
    """Return whether a step is not the viewer's to take, whatever else may stand in the way."""
    nobodys = {refusal.message for offer in ALL_OFFERS if (refusal := not_permitted(*offer.who))}
    blocked = entry["blockedBy"]
    return bool(blocked) and (blocked[0]["code"] == "UNAUTHENTICATED" or blocked[0]["message"] in nobodys)


def test_they_agree_with_the_table_and_the_policy_for_every_role_state_and_level(town: Town, ask: Ask) -> None:
    allowed = refused = hidden = 0
    for account in [None, *town.accounts]:
        actor = Actor(None, None, ()) if account is None else actor_of(account.id, AT)
        shown = {node["id"]: node for node in ask(account)["issues"]["nodes"]}
        for issue in town.issues:
            if not may_see(actor, issue):
                assert f"Issue_{issue.id}" not in shown, (account and account.name, actor.held, issue.state)
                hidden += 1
                continue
            expected = by_the_table(actor, issue)
            offered = shown[f"Issue_{issue.id}"]["availableTransitions"]
            said = {entry["mutation"]: not _is_another_s(entry) for entry in offered}
            assert said == expected, (account and account.name, actor.held, issue.state, issue.current_level)
            allowed += sum(expected.values())
            refused += len(expected) - sum(expected.values())

    # Neither side of the comparison is empty.
    assert allowed > 1000
    assert refused > 8_000
    assert hidden > 500


def test_what_is_allowed_is_what_a_verb_lets_through(town: Town, ask: Ask) -> None:
    issue = next(issue for issue in town.issues if issue.state is IssueState.SUBMITTED)
    staff = next(account for account in town.accounts if [grant.role for grant in account.grants] == [Role.STAFF])
    offered = {entry["mutation"]: entry for entry in of(issue, ask(staff))}
    found = capacities(actor_of(staff.id, AT), issue)

    assert require(found, TRANSITIONS[LedgerAction.ACCEPT].who) is Role.STAFF
    with pytest.raises(DomainError) as refusal:
        require(found, TRANSITIONS[LedgerAction.URGE].who)

    assert offered["acceptIssue"] == {
        "mutation": "acceptIssue",
        "isAllowed": True,
        "requiredFields": ["urgency", "duty"],
        "nextStates": ["ACCEPTED"],
        "blockedBy": [],
    }
    assert offered["urgeIssue"] == {
        "mutation": "urgeIssue",
        "isAllowed": False,
        "requiredFields": ["text"],
        "nextStates": ["SUBMITTED"],
        "blockedBy": [{"code": "NOT_PERMITTED", "field": None, "message": refusal.value.message}],
    }
    chinese = {entry["mutation"]: entry for entry in of(issue, ask(staff, language="zh"))}
    assert chinese["urgeIssue"]["blockedBy"][0]["message"] == refusal.value.chinese


def of(issue: models.Issue, data: Any) -> Any:
    """Return what was said of one issue."""
    return next(node for node in data["issues"]["nodes"] if node["id"] == f"Issue_{issue.id}")["availableTransitions"]


def test_several_rows_of_one_mutation_are_shown_as_one(town: Town, ask: Ask) -> None:
    issue = next(issue for issue in town.issues if issue.state is IssueState.IN_PROGRESS)

    (review,) = [entry for entry in of(issue, ask(None)) if entry["mutation"] == "reviewIssueRequest"]

    # Nothing was asked for, so that nothing can be put off.
    assert review["nextStates"] == ["IN_PROGRESS"]
    assert review["requiredFields"] == ["decision", "reason"]


def test_a_closed_end_offers_nothing_but_corrections_to_the_office(town: Town, ask: Ask) -> None:
    issue = next(
        issue for issue in town.issues if issue.state is IssueState.WITHDRAWN and issue.reporter_id == town.reporter.id
    )

    offered = [(entry["mutation"], entry["isAllowed"]) for entry in of(issue, ask(town.reporter))]
    assert offered == [("correctLedgerEntry", False)]


def test_every_mutation_is_one_of_the_schema(town: Town, ask: Ask) -> None:
    named = {entry["mutation"] for node in ask(None)["issues"]["nodes"] for entry in node["availableTransitions"]}

    assert named - set(CATALOG.mutations) == set()


def test_they_are_read_through_aliases_fragments_and_payloads(town: Town, ask: Ask) -> None:
    issue = next(
        issue for issue in town.issues if issue.state is IssueState.MERGED and issue.reporter_id == town.reporter.id
    )
    query = f"""{{ issue(id: "Issue_{issue.id}") {{ mergedInto {{ now: availableTransitions {{ ...T }} }} }} }}
        fragment T on AvailableTransition {{
            mutation to: nextStates why: blockedBy {{ __typename code }} __typename }}"""

    first = ask(town.reporter, query)["issue"]["mergedInto"]["now"][0]

    assert first == {
        "mutation": "mergeIssue",
        "to": ["MERGED"],
        "why": [{"__typename": "UserError", "code": "NOT_PERMITTED"}],
        "__typename": "AvailableTransition",
    }
