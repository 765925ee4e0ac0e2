"""Issues in every state, and in every situation that a guard of the lifecycle is about, in one community.

Each is made by hand, so that nothing but the one fact sets it apart from the plain issue of its state.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.deliberation.models.meeting import MeetingState, ResolutionOutcome
from db.issues.lifecycle import IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import ClaimState
from db.issues.models.issue import Urgency
from db.issues.models.request import IssueRequestKind
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.factories import AT, TODAY
from tests.graph.places import Place, build

A, K, L, R, S, W = LedgerAction, IssueRequestKind, DivisionLevel, Role, IssueState, ClaimState
DAY = timedelta(days=1)
LATE = AT - timedelta(minutes=1)


@dataclass
class Situations:
    """The issues by name. place: where they are. people: who may have to do with them, by name."""

    place: Place
    people: dict[str, models.Account]
    issues: dict[str, models.Issue] = field(default_factory=dict)

    def issue(self, name: str, state: IssueState, **values: Any) -> models.Issue:
        """Make an issue that the resident reported, that the unit handles, and that has what its state asks for."""
        level = values.pop("current_level", L.COMMUNITY)
        handled = state in (S.IN_PROGRESS, S.SUSPENDED, S.AWAITING_VERIFICATION, S.CLOSED)
        given = {
            "current_level": level, "responsible_code": self.place.offices[level].code, "due_at": AT + 9 * DAY,
            "reporter": self.people["RESIDENT"], "number": f"SF-{len(self.issues)}",
            "return_until": AT + DAY, "transfer_until": AT + DAY,
            **({"handler_organization": self.unit} if handled else {}),
            **({"outcome": IssueOutcome.RESOLVED} if state is S.AWAITING_VERIFICATION else {}),
            **({"merged_into": self.issues["ACCEPTED"]} if state is S.MERGED else {}),
        }  # fmt: skip
        made = make.make_issue(state, self.place.committee, **given | values)
        make.make_need(made)
        if state in (S.AWAITING_VERIFICATION, S.CLOSED):
            make.make_evidence(made)
        self.issues[name] = made
        return made

    @property
    def unit(self) -> models.Organization:
        """The unit that handles issues."""
        return models.Organization.get_by_id(int(self.place.rows["unit"].split("_")[1]))

    def tabled(self, name: str, outcome: ResolutionOutcome | None = ResolutionOutcome.CARRIED, **values: Any) -> None:
        """Make an issue before the committee, whose last meeting resolved something about it."""
        issue = self.issue(name, S.IN_DELIBERATION, **values)
        meeting = models.Meeting.get(models.Meeting.state == MeetingState.CLOSED)
        item = make.make_agenda_item(meeting, issue=issue)
        if outcome is not None:
            make.make_resolution(item, outcome=outcome)

    def claimed(self, name: str, state: IssueState, **claims: Any) -> None:
        """Make an issue with one claim of each party that is named, in the state that is given with it."""
        issue = self.issue(name, state)
        parties: dict[str, Any] = {
            "organization": self.unit, "account": self.people["RESIDENT"], "member": self.seat("MEMBER"),
            "team": models.VolunteerTeam.get_by_id(int(self.place.rows["team"].split("_")[1])),
        }  # fmt: skip
        for column, claim_state in claims.items():
            make.make_claim(issue, state=claim_state, **{column: parties[column]})

    def seat(self, role: str) -> models.Member:
        """Return the seat that somebody of the place holds."""
        return models.Member.get_by_id(int(self.place.rows[role].split("_")[1]))

    def asked(self, name: str, kind: IssueRequestKind, by: str, state: IssueState, **values: Any) -> models.Issue:
        """Make an issue about which somebody asked for something."""
        issue = self.issues.get(name) or self.issue(name, state)
        target = models.Division.get(models.Division.code == self.place.next_code)
        wanted: dict[str, Any] = {
            K.SUSPENSION: {"resume_on": TODAY + 9 * DAY},
            K.EXTENSION: {"resume_on": None, "working_days": 3},
            K.TRANSFER: {"resume_on": None, "target": target},
        }[kind]  # fmt: skip
        make.make_issue_request(issue, kind=kind, asked_by=self.people[by], **wanted | values)
        return issue

    def entry(self, issue: models.Issue, action: LedgerAction, by: str, at: Any, **values: Any) -> None:
        """Note something in an issue's ledger."""
        make.make_ledger_entry(issue, action=action, actor=self.people[by], at=at, **values)


def situations() -> Situations:
    """Make the community, its people and its issues."""
    accounts, home, _, _ = build()
    people = {role.value if role else "nobody": account for role, account in accounts.items()}
    made = Situations(home, people)
    _add_people(made)
    for state in S:
        made.issue(state.value, state)
    for level in (L.SUBDISTRICT, L.DISTRICT, L.CITY):
        for state in (S.SUBMITTED, S.ACCEPTED, S.IN_PROGRESS, S.AWAITING_VERIFICATION, S.REJECTED):
            made.issue(f"{state} {level}", state, current_level=level)
    for add in (_add_intake, _add_handling, _add_claims, _add_meetings, _add_requests):
        add(made)
    make.make_project(home.committee, lead=made.seat("DIRECTOR"))
    told = {entry.issue_id for entry in models.LedgerEntry.select()}
    for issue in made.issues.values():
        if issue.id not in told:
            make.make_ledger_entry(issue)
    return made


def _add_people(made: Situations) -> None:
    """Add a member whose term is over, somebody who speaks for two units, and a colleague of the office above."""
    place, home = made.place, made.place.offices[L.COMMUNITY]
    people = ("expired", "of two units", "colleague", "handling reporter")
    made.people |= {name: make.make_account(name=name) for name in people}
    make.make_member(place.committee, account=made.people["expired"], term_start=TODAY - 9 * DAY, term_end=TODAY - DAY)
    make.make_role_grant(R.MEMBER, home, account=made.people["expired"], committee=place.committee)
    for unit in (made.unit, make.make_organization(home)):
        make.make_role_grant(R.UNIT_CONTACT, home, account=made.people["of two units"], organization=unit)
    street = place.offices[L.SUBDISTRICT]
    make.make_role_grant(R.SUBDISTRICT_OFFICER, street, account=made.people["colleague"])
    make.make_role_grant(R.RESIDENT, home, account=made.people["handling reporter"])


def _add_intake(made: Situations) -> None:
    for name, days, values in (
        ("rejected lately", 14, {}),
        ("rejected long ago", 16, {}),
        ("appealed", 1, {"is_appealed": True}),
    ):
        issue = made.issue(name, S.REJECTED, **values)
        made.entry(issue, A.REJECT, "STAFF", AT - days * DAY)
    for state in (S.SUBMITTED, S.ACCEPTED):
        made.issue(f"arrived long ago {state}", state, transfer_until=LATE)
        made.issue(f"sent on twice {state}", state, transfer_count=2)
        urged = made.issue(f"urged {state}", state)
        made.entry(urged, A.URGE, "RESIDENT", AT - timedelta(hours=1))
        yesterday = made.issue(f"urged yesterday {state}", state)
        made.entry(yesterday, A.URGE, "RESIDENT", AT - DAY)


def _add_handling(made: Situations) -> None:
    for state in (S.ACCEPTED, S.OPEN_FOR_CLAIM, S.IN_PROGRESS):
        made.issue(f"emergency {state}", state, urgency=Urgency.EMERGENCY)
        made.issue(f"returned once {state}", state, return_count=1)
        made.issue(f"returned twice {state}", state, return_count=2)
    for name, values in {
        "given long ago": {"return_until": LATE},
        "put off once": {"is_suspended_once": True},
        "extended": {"is_extended": True},
        "overdue": {"due_at": LATE},
        "without a deadline": {"due_at": None},
    }.items():
        made.issue(name, S.IN_PROGRESS, **values)
    awaiting: Callable[..., models.Issue] = lambda name, **values: made.issue(name, S.AWAITING_VERIFICATION, **values)  # noqa: E731
    awaiting("rated", rating=4)
    awaiting("not feasible", outcome=IssueOutcome.NOT_FEASIBLE)
    awaiting("not feasible, rated", outcome=IssueOutcome.NOT_FEASIBLE, rating=2)
    made.entry(
        awaiting("reported by the grid worker"), A.REPORT_DONE, "GRID_WORKER", AT - DAY,
        from_state=S.IN_PROGRESS, to_state=S.AWAITING_VERIFICATION,
    )  # fmt: skip
    awaiting("handled by its reporter", handler_organization=None, handler_account=made.people["handling reporter"])
    models.Issue.update(reporter=made.people["handling reporter"]).where(
        models.Issue.id == made.issues["handled by its reporter"].id
    ).execute()
    models.Evidence.delete().where(models.Evidence.issue == awaiting("without evidence").id).execute()
    for days in (29, 31, 91):
        made.issue(f"closed {days} days ago", S.CLOSED, closed_at=AT - days * DAY)
    made.issue("closed, rated", S.CLOSED, rating=5)


def _add_claims(made: Situations) -> None:
    for state in (S.OPEN_FOR_CLAIM, S.IN_PROGRESS):
        made.claimed(f"the unit waits {state}", state, organization=W.PENDING)
        made.claimed(f"all wait {state}", state, organization=W.PENDING, account=W.PENDING, member=W.PENDING)
        made.claimed(f"the resident's is confirmed {state}", state, account=W.CONFIRMED)
        made.claimed(f"all ended {state}", state, organization=W.RELEASED, account=W.DECLINED, team=W.FULFILLED)
    over = made.issue("the time for claims is over", S.OPEN_FOR_CLAIM)
    models.Need.update(claim_until=LATE).where(models.Need.issue == over.id).execute()
    made.claimed("suspended with a claim", S.SUSPENDED, organization=W.CONFIRMED, member=W.CONFIRMED)


def _add_meetings(made: Situations) -> None:
    made.tabled("carried")
    made.tabled("lost", ResolutionOutcome.LOST)
    made.tabled("not resolved yet", None)
    made.tabled("put off twice", deferral_count=2)
    made.tabled("returned twice, tabled", return_count=2)
    made.tabled("emergency, tabled", urgency=Urgency.EMERGENCY)
    made.issue("brought by a member", S.ACCEPTED, submitter=made.seat("MEMBER"))


def _add_requests(made: Situations) -> None:
    progress = S.IN_PROGRESS
    made.asked("asked to put off", K.SUSPENSION, "STAFF", progress)
    made.asked("asked to put off until today", K.SUSPENSION, "STAFF", progress, resume_on=TODAY)
    made.asked("asked for more time", K.EXTENSION, "UNIT_CONTACT", progress)
    made.asked("asked for two things", K.SUSPENSION, "STAFF", progress)
    made.asked("asked for two things", K.EXTENSION, "UNIT_CONTACT", progress)
    made.asked("asked by the officer", K.SUSPENSION, "SUBDISTRICT_OFFICER", progress)
    made.asked("overtaken", K.TRANSFER, "STAFF", progress)
    for state in (S.SUBMITTED, S.ACCEPTED):
        made.asked(f"asked to send it on {state}", K.TRANSFER, "STAFF", state)
        street = make.make_division(L.SUBDISTRICT, made.place.offices[L.DISTRICT])
        far = make.make_committee(make.make_division(parent=street))
        made.asked(f"asked to send it far {state}", K.TRANSFER, "STAFF", state, target=far.division)
        made.asked(f"overtaken {state}", K.SUSPENSION, "STAFF", state)
