"""`availableTransitions` of claims, requests, projects and meetings against what happens, by everybody, dry."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import SYSTEM
from db.access.commands import Call
from db.access.journal import By, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.assessment.models import AppealState, AssessmentPeriod, Indicator, PeriodState
from db.bookings.models import Allotment, BookingState
from db.bookings.openings import know_days
from db.city import models
from db.city.machines import JOURNALED
from db.committees.models.candidacy import CandidacyState
from db.committees.models.committee import CommitteeState
from db.deliberation.models.meeting import MeetingState
from db.forum.models import ForumState, Statement, StatementOutcome
from db.funds.models import DonationState
from db.health.models.sub_committee import SubCommitteeState
from db.incidents.models import IncidentState
from db.issues.lifecycle import IssueState
from db.issues.models.claim import ClaimState, ProjectState
from db.issues.models.issue import Urgency
from db.issues.row_guards import RowGuard
from db.kernel.fields import utc_text
from db.kernel.lifecycle import Machine
from db.matches.models import MatchState
from db.messages.models import OF_AN_ISSUE, ChannelMessage, MessageState
from db.monitoring.models import AidState, AidTask, MonitoringCase, MonitoringState
from db.organizations.models.organization import OrganizationState
from db.organizations.models.resource import CapacityModel, ResourceState
from db.places.models.division import DivisionLevel
from db.registrations.lifecycle import AGREEMENT_LIFECYCLE
from db.registrations.models.agreement import AgreementState
from db.registrations.models.registration import Registration, RegistrationState
from db.registrations.models.service import PledgeState
from db.services.models.application import ApplicationState, ServiceApplication
from db.services.models.catalogue import ServiceMode
from db.shifts.models.shift import AssignmentState, Force, ShiftState
from db.sites.models import SiteKind, SiteState
from db.teams.models.deployment import DeploymentState
from db.teams.models.team import TeamState, VolunteerTeamKind
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests import factories as make
from tests.assessment.factories import (
    make_assessment_period,
    make_assessment_scheme,
    make_committee_result,
    make_score,
)
from tests.bookings.factories import (
    make_booking,
    make_booking_slot,
    make_booking_terms,
    make_booking_window,
    make_slot,
)
from tests.committees.nouns import make_complete_committee
from tests.emergency.factories import make_incident
from tests.factories import AT, TODAY
from tests.forum.factories import make_forum_session, make_statement
from tests.funds.factories import make_donation
from tests.graph.places import OFFICERS
from tests.graph.sides import signed_in
from tests.graph.situations import Situations, situations
from tests.health.factories import make_sub_committee
from tests.matches.factories import make_match
from tests.messages.factories import make_channel_message
from tests.monitoring.factories import make_aid_task, make_helping_team, make_monitoring_case, make_outbreak
from tests.registrations.factories import make_agreement, make_pledge, make_registration
from tests.services.factories import make_service_application, make_service_catalogue, make_service_item
from tests.shifts.factories import make_shift, make_shift_assignment

FIELDS = """mutation isAllowed requiredFields nextStates blockedBy { code message }
    alternatives { fields nextState }"""
# The field of the input that names the row, and that of the payload that shows it.
NAMED = {
    "Claim": ("claimId", "claim"), "IssueRequest": ("requestId", "request"), "Meeting": ("meetingId", "meeting"),
    "Site": ("siteId", "site"),
    "Resource": ("resourceId", "resource"),
    "Organization": ("organizationId", "organization"), "TaskForce": ("taskForceId", "taskForce"),
    "Sponsorship": ("sponsorshipId", "sponsorship"),
    "Publication": ("publicationId", "publication"),
    "Committee": ("committeeId", "committee"),
    "Candidacy": ("candidacyId", "candidacy"),
    "Registration": ("registrationId", "registration"), "Pledge": ("pledgeId", "pledge"),
    "PartnershipAgreement": ("agreementId", "agreement"),
    "VolunteerTeam": ("teamId", "volunteerTeam"), "Deployment": ("deploymentId", "deployment"),
    "Booking": ("bookingId", "booking"),
    "Shift": ("shiftId", "shift"), "ShiftAssignment": ("assignmentId", "shiftAssignment"),
    "SubCommittee": ("subCommitteeId", "subCommittee"),
    "ForumSession": ("sessionId", "forumSession"),
    "Match": ("matchId", "match"),
    "Donation": ("donationId", "donation"), "Project": ("projectId", "project"),
    "ChannelMessage": ("messageId", "message"), "Incident": ("incidentId", "incident"),
    "AssessmentPeriod": ("assessmentPeriodId", "assessmentPeriod"),
    "AccessPoint": ("accessPointId", "accessPoint"), "AccessPass": ("accessPassId", "accessPass"),
    "MonitoringCase": ("caseId", "monitoringCase"), "AidTask": ("taskId", "aidTask"),
    "ServiceApplication": ("applicationId", "application"),
}  # fmt: skip
# Steps after which those who took them may see the row no longer.
HIDING = {"closeMonitoring"}
# What a step may be refused for besides, because of values that are given with it.
VALUES_ALONE = {"CLAIM_CAPACITY_EXCEEDED"}
# A step of a part of the row, which those who may not take it need not know of.
OF_A_HIDDEN_PART = {"settleStatement"}
# How a list begins that a refusal adds to what is told.
LISTED = {"COMPOSITION_RULE_BROKEN": "C2", "NOT_ALL_SETTLED": "Open"}
NEXT_DOOR = (models.Committee, models.Candidacy)
# Nouns that nobody knows of who is not signed in.
PRIVATE = {
    "Booking", "Match", "Donation", "ChannelMessage", "Incident", "ServiceApplication", "AccessPass", "MonitoringCase",
    "AidTask", "AssessmentPeriod",
}  # fmt: skip
WORDS = "示范说明"
DAY = timedelta(days=1)


# Values of fields that need no row.
PLAIN = {
    "checkedOn": str(TODAY), "filingNumber": "A-1", "headcount": 5, "until": str(TODAY + DAY),
    "post": "PARTY_SECRETARY", "fromDay": str(TODAY + DAY), "cause": "FALSE_STATEMENT",
    "endsOn": "2026-02-01", "hours": "1.5", "participantCount": 5, "isAnonymous": True, "promisedOn": str(TODAY + DAY),
    "quantity": "1", "duty": "PUBLIC_BENEFIT_SERVICE", "urgency": "NORMAL",
    "materials": ["M-1"], "outsideNumber": "2026-1", "rating": 5, "indicator": "RESPONSE",
}  # fmt: skip


# Reasons that are one of a list.
MODES = (ServiceMode.AUTHORIZED, ServiceMode.ASSISTED)
REASONS = {Registration: "OTHER", ChannelMessage: "ABUSIVE", models.Candidacy: "NO_SEAT"}


class Doing:
    """Asks what may be done with rows, and does it dry."""

    def __init__(self) -> None:
        self.executor = Executor()
        self.tried: Counter[tuple[str, str]] = Counter()
        self.told: set[str] = set()
        self.wrong: list[tuple[Any, ...]] = []

    def ask(self, account: models.Account | None, query: str, variables: dict[str, Any]) -> Any:
        """Execute an operation as somebody, and return its data."""
        viewer = None if account is None else signed_in(account.id, utc_text(AT))
        answer = json.loads(self.executor.execute(Request(query, variables), Context(viewer, utc_text(AT))).body)
        assert "errors" not in answer, answer
        return answer["data"]

    def check(self, account: models.Account, rows: list[Any], plain: set[int]) -> None:
        """Take the steps that somebody is told of, and keep what did not happen as it was told.

        plain: places of the rows of which steps are tried that others alone may take; one for each state is enough.
        """
        nouns = sorted({type(row).__name__ for row in rows})
        fragments = " ".join(f"... on {noun} {{ availableTransitions {{ {FIELDS} }} }}" for noun in nouns)
        query = f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename {fragments} }} }}"
        ids = [f"{type(row).__name__}_{row.id}" for row in rows]
        nodes = self.ask(account, query, {"ids": ids})["nodes"]
        for at, (row, node) in enumerate(zip(rows, nodes, strict=True)):
            for entry in node["availableTransitions"] if node else ():
                self.told |= {told["message"] for told in entry["blockedBy"]}
                is_others = {told["code"] for told in entry["blockedBy"]} == {"NOT_PERMITTED"}
                if is_others and at not in plain:
                    continue
                if wrong := self._checked(account, row, entry):
                    self.wrong.append((account.name, ids[at], row.state, entry["mutation"], *wrong))

    def _checked(self, account: models.Account, row: Any, entry: dict[str, Any]) -> tuple[Any, ...] | None:
        name, noun = entry["mutation"], type(row).__name__
        offer = JOURNALED[type(row)].offers(row.state)[name]
        if not entry["isAllowed"]:
            [told] = entry["blockedBy"]
            errors, _ = self.take(account, row, name, offer.ways[0].fields, None)
            self.tried[name, told["code"]] += 1
            # Of what belongs to an issue, the issue is looked at first, and words its own refusals.
            is_told = [error["code"] for error in errors] == [told["code"]]
            # What is broken or open is listed after what is told.
            is_worded = noun in ("Claim", "IssueRequest") or [error["message"] for error in errors] == [told["message"]]
            is_worded = is_worded or _continues(errors, told)
            if told["code"] == "NOT_PERMITTED" and name in OF_A_HIDDEN_PART:
                is_told = is_worded = {error["code"] for error in errors} <= {"NOT_PERMITTED", "NOT_FOUND"}
            return None if is_told and is_worded else ("blocked", told, errors)
        ways = entry["alternatives"]
        if entry["requiredFields"] != ways[0]["fields"] or entry["blockedBy"]:
            return ("fields", entry)
        if list(dict.fromkeys(way["nextState"] for way in ways)) != entry["nextStates"]:
            return ("states", entry)
        for way in ways:
            errors, state = self.take(account, row, name, way["fields"], way["nextState"])
            is_there = state == way["nextState"] or (state is None and name in HIDING)
            if any(error["code"] not in VALUES_ALONE for error in errors) or not (errors or is_there):
                return ("allowed", way, errors, state)
            self.tried[name, "values" if errors else "done"] += 1
        return None

    def take(self, account: models.Account, row: Any, name: str, fields: Any, to: str | None) -> tuple[Any, Any]:
        """Take a step dry, and return its errors and the state that it led to."""
        noun = type(row).__name__
        key, shown = NAMED.get(noun, (None, noun.lower()))
        given = {field: _value(account, row, field, to) for field in fields} | {"dryRun": True}
        # A statement names its session itself, and a milestone its project.
        if key and not {"statementId", "milestoneId"} & given.keys():
            given[key] = f"{noun}_{row.id}"
        if noun in ("Claim", "IssueRequest"):
            given["issueId"] = f"Issue_{row.issue_id}"
        title = f"{name[0].upper()}{name[1:]}"
        query = (
            f"mutation M($input: {title}Input!) {{ done: {name}(input: $input) {{ "
            f"userErrors {{ code message }} {shown} {{ state }} }} }}"
        )
        done = self.ask(account, query, {"input": given})["done"]
        return done["userErrors"], (done[shown] or {}).get("state")


def _continues(errors: list[Any], told: dict[str, Any]) -> bool:
    lists = LISTED.get(told["code"])
    return lists is not None and len(errors) == 1 and errors[0]["message"].startswith(f"{told['message']} {lists}: ")


def _nouns() -> set[str]:
    return {model.__name__ for model in JOURNALED}


def _states(machine: Machine[Any, Any, Any, Any]) -> list[Any]:
    return list(machine.states.__members__.values())


def _offers(machine: Machine[Any, Any, Any, Any], state: Any) -> list[Any]:
    return list(machine.offers(state).values())


def _value(account: models.Account, row: Any, field: str, to: str | None) -> Any:
    if field == "decision":
        to = "REJECTED" if isinstance(row, AssessmentPeriod) else to
        return "APPROVED" if to in (None, "ACTIVE", "ON_OFFER", "CONFIRMED", "DECIDED") else to
    if field == "answer":
        return to or "DECLINED"
    if field == "reason" and type(row) in REASONS:
        return REASONS[type(row)]
    if field == "divisionCode":
        return next(division.code for division in _communities() if division.code != row.division_code)
    if field == "milestoneId":
        steps = models.ProjectMilestone.select().where(models.ProjectMilestone.project == row.id)
        step = steps.order_by(models.ProjectMilestone.done_on.is_null().desc()).first()
        return f"ProjectMilestone_{step.id if step else 0}"
    if field == "grade":
        return _grade(account, row)
    if field in NAMING:
        return NAMING[field](row)
    if field in ("personId", "speakerId"):
        return f"Person_{_volunteer().id}"
    if field == "members":
        head = next(seat.person_id for seat in _seats(row) if seat.posts)
        return [{"personId": f"Person_{head}", "role": "HEAD"}]
    if field in PLAIN:
        return PLAIN[field]
    if field == "chairId":
        return next(f"Member_{seat.id}" for seat in _seats(row) if seat.position == "DIRECTOR")
    return WORDS


def _grade(account: models.Account, incident: Any) -> str:
    """Choose a grade that an office may give, which is not the incident's."""
    held = {grant.role for grant in models.RoleGrant.select().where(models.RoleGrant.account == account)}
    own = next((at for at, role in enumerate((Role.STAFF, *OFFICERS)) if role in held), 0)
    return next((grade for grade in ("IV", "III", "II", "I")[own::-1] if grade != incident.grade), "III")


def _statement(session: Any) -> str:
    """Name a statement of a session, an open one if there is one; one of another session where there is none."""
    of_it, is_open = Statement.session == session.id, Statement.outcome.is_null()
    found = Statement.select().order_by(of_it.desc(), is_open.desc(), Statement.id).first()
    return f"Statement_{found.id}"


def _issue(row: Any) -> str:
    """Name an open issue of a row's community."""
    is_there = (models.Issue.division_code == row.division_code) & (models.Issue.state == IssueState.ACCEPTED)
    return f"Issue_{models.Issue.select().where(is_there).order_by(models.Issue.id).first().id}"


def _taker(task: Any) -> str:
    """Name a volunteer of a task's team who is not helped."""
    of_team = models.TeamMembership.select().where(models.TeamMembership.team == task.team_id)
    return next(f"Person_{one.person_id}" for one in of_team if one.person_id != task.case.person_id)


# Fields that name a row, of the row that a step is of.
NAMING: dict[str, Callable[[Any], Any]] = {
    "attendance": lambda row: [{"memberId": f"Member_{seat.id}", "status": "PRESENT"} for seat in _seats(row)],
    "sponsorId": lambda row: f"Person_{make.make_person(account=make.make_account()).id}",
    "statementId": _statement,
    "windowId": lambda row: f"ResourceWindow_{row.resource.windows.get().id}",
    "issueId": _issue,
    "parties": lambda row: [f"Organization_{_unit(row).id}"],
    "forwardedTo": lambda row: row.division_code[:9] + "000",
    "outcome": lambda row: "COMPLETED" if isinstance(row, MonitoringCase) else "NO_ACTION",
    "takerId": _taker,
    "committeeId": lambda row: f"Committee_{row.results.get().committee_id}",
}


def _unit(row: Any) -> models.Organization:
    """Find a unit of a row's community that can be called out."""
    here = (models.Organization.division_code == row.division_code) & (models.Organization.state == "ACTIVE")
    return models.Organization.select().where(here).order_by(models.Organization.id).first()


def _volunteer() -> models.Person:
    """Find the member of the captain's team who is on no shift."""
    return models.Person.get(models.Person.name == "换班示范")


def _communities() -> Iterator[models.Division]:
    return iter(models.Division.select().where(models.Division.level == "COMMUNITY"))


def _district(row: Any) -> models.Division:
    return models.Division.get(models.Division.code == f"{row.division_code[:6]}000000")


def _knowing(row: Any) -> models.Account:
    """Make somebody who knows of a row that few know of: an officer, or staff where it is not for those above."""
    if isinstance(row, ServiceApplication | MonitoringCase | AidTask):
        return make.make_role_grant(Role.STAFF, row.division).account
    if isinstance(row, AssessmentPeriod):
        return make.make_role_grant(Role.CITY_OFFICER, row.division).account
    return make.make_role_grant(Role.DISTRICT_OFFICER, _district(row)).account


def _seats(row: Any) -> Iterator[models.Member]:
    return iter(models.Member.select().where(models.Member.committee == row.committee_id, models.Member.is_active))


def _add_claims(made: Situations) -> None:
    """Add claims that wait while their issue does not wait for them, or may not be given to them."""
    waiting = {"organization": ClaimState.PENDING, "account": ClaimState.PENDING, "member": ClaimState.CONFIRMED}
    for state in (IssueState.ACCEPTED, IssueState.AWAITING_VERIFICATION, IssueState.CLOSED):
        made.claimed(f"claims of an issue that is {state}", state, **waiting)
    for state in (IssueState.OPEN_FOR_CLAIM, IssueState.IN_PROGRESS):
        for name, values in (("emergency", {"urgency": Urgency.EMERGENCY}), ("returned", {"return_count": 2})):
            made.claimed(f"claims, {name} {state}", state, **waiting)
            models.Issue.update(**values).where(models.Issue.id == made.issues[f"claims, {name} {state}"].id).execute()


def _add_projects(made: Situations) -> None:
    committee, lead = made.place.committee, made.seat("MEMBER")
    for project in models.Project.select():
        make.make_project_milestone(project, position=9)
    for state in ProjectState:
        project = make.make_project(committee, lead=lead, state=state)
        make.make_project_milestone(project)
    for steps in ((TODAY,), (TODAY, None), (None, None)):
        project = make.make_project(committee, lead=lead)
        for position, done_on in enumerate(steps, start=1):
            make.make_project_milestone(project, position=position, done_on=done_on)
    serving = make.make_project(committee, lead=lead)
    make.make_project_milestone(serving)
    make.make_project_issue(serving, issue=made.issues["ACCEPTED"])
    expired = models.Member.get(models.Member.account == made.people["expired"])
    make.make_project_milestone(make.make_project(committee, lead=expired))


def _add_meetings(made: Situations) -> None:
    committee = made.place.committee
    for state, values in (
        (MeetingState.CANCELLED, {}),
        (MeetingState.CLOSED, {"held_at": AT, "minutes": WORDS, "minutes_signed_at": AT, "minutes_published_at": AT}),
    ):
        make.make_meeting(committee, state=state, scheduled_at=AT - DAY, **values)


def _add_sites(made: Situations) -> None:
    home = made.place.committee.division
    grid = make.make_site(home)
    make.make_site(home, kind=SiteKind.COMPOUND, grid=grid)
    make.make_site(home, kind=SiteKind.COURTYARD_BUILDING, grid=grid, state=SiteState.RETIRED)
    make.make_site(home)


def _add_organizations(made: Situations) -> None:
    for state in OrganizationState:
        make.make_organization(made.place.committee.division, state=state)


def _add_resources(made: Situations) -> None:
    for state in ResourceState:
        make.make_resource(made.unit, state=state)
    make.make_claim(resource=make.make_resource(made.unit), state=ClaimState.CONFIRMED)


def _add_registrations(made: Situations) -> None:
    """Add registrations of a unit that somebody speaks for, agreements of it, and one that was registered anew."""
    unit = made.unit
    for state in RegistrationState:
        is_live = state in (RegistrationState.SUBMITTED, RegistrationState.ACTIVE)
        party = make.make_organization(unit.division) if is_live else unit
        make_registration(party, state=state, work_unit=unit)
    make_registration(make.make_organization(unit.division), state=RegistrationState.LAPSED, work_unit=unit)
    cadre = make_registration(make.make_person(unit.division), work_unit=unit)
    for state in PledgeState:
        make_pledge(cadre, state=state)
        make_pledge(cadre, state=state, hours=None)
    for state in AgreementState:
        make_agreement(unit, state=state)
    make_agreement(unit, signed_by_unit_at=AT)
    make_agreement(unit, signed_by_community_at=AT)
    signed, by = make_agreement(unit, state=AgreementState.DRAFT), By(Role.UNIT_CONTACT, made.people["STAFF"].id)
    move(Call(SYSTEM, AT), AGREEMENT_LIFECYCLE, signed, JournalAction.SIGN, by, signed_by_unit_at=AT)


def _add_teams(made: Situations) -> None:
    """Add teams in each state, which keep it whatever one person does, and one of companies."""
    home, resident = made.place.committee.division, models.Person.get(models.Person.account == made.people["RESIDENT"])
    for state in TeamState:
        for is_in in (True, False):
            people = 5 if state is TeamState.ACTIVE else 0
            captain = make.make_person(home) if people else None
            team = make.make_team(home, captain=captain, state=state)
            for _ in range(people):
                make.make_team_membership(team)
            if is_in:
                make.make_team_membership(team, resident)
    make.make_team(home, kind=VolunteerTeamKind.RED_PROPERTY)
    called = models.VolunteerTeam.get_by_id(int(made.place.rows["team"].split("_")[1]))
    for state in DeploymentState:
        make.make_deployment(called, state=state)
        make.make_deployment(organization=made.unit, state=state)


def _add_shifts(made: Situations) -> None:
    """Add shifts in each state, and places in each state of a resident, of members of the team and of nobody else."""
    home, resident = made.place.committee.division, models.Person.get(models.Person.account == made.people["RESIDENT"])
    team = models.VolunteerTeam.get_by_id(int(made.place.rows["team"].split("_")[1]))
    make.make_team_membership(team, make.make_person(home, name="换班示范"))
    day = iter(range(100, 1000))
    for state in ShiftState:
        make_shift(home, AT + next(day) * DAY, state=state)
    make_shift(home, AT + next(day) * DAY, state=ShiftState.FULL, taken=10)
    make_shift(home, AT - DAY)
    busy = make_shift(home, AT + next(day) * DAY, taken=1)
    make_shift_assignment(busy, resident)
    offered, hour = AssignmentState.SWAP_OFFERED, DAY / 24
    # At the time of the one that the resident is on, under way, over, soon, and far away.
    for starts_at in (busy.starts_at, AT - hour, AT - DAY, AT + hour, AT + next(day) * DAY):
        shift = make_shift(home, starts_at, taken=5)
        make_shift_assignment(shift, state=offered, team=team)
        make_shift_assignment(shift, state=offered, team=team, force=Force.POLICE)
    for state in AssignmentState:
        for starts_at in (AT - hour, AT + hour, AT + next(day) * DAY):
            make_shift_assignment(make_shift(home, starts_at, taken=5), resident, state=state, checked_in_at=AT - hour)


def _add_committees(made: Situations) -> None:
    """Add committees in each state beside that of the place, which is short; two of fifteen, of whom one left."""
    street = made.place.committee.division.parent
    models.Committee.update(state=CommitteeState.NON_COMPLIANT).where(models.Committee.state == "ACTIVE").execute()
    for state in (CommitteeState.FORMING, CommitteeState.NON_COMPLIANT, CommitteeState.DISSOLVED):
        make.make_committee(make.make_division(parent=street), state=state)
    for is_left in (False, True):
        full = make_complete_committee(make.make_division(parent=street), 15)
        make.make_role_grant(Role.STAFF, full.division, account=made.people["STAFF"])
        make.make_candidacy(full, state=CandidacyState.PUBLIC_NOTICE, notice_until=TODAY - DAY)
        if is_left:
            last = (
                models.Member.select().where(models.Member.committee == full).order_by(models.Member.id.desc()).first()
            )
            last.change(is_active=False, ended_on=TODAY)


def _add_candidacies(made: Situations) -> None:
    committee, resident = made.place.committee, made.people["RESIDENT"]
    for state in CandidacyState:
        make.make_candidacy(committee, state=state, nominator=resident)
    objected = make.make_candidacy(committee, state=CandidacyState.PUBLIC_NOTICE, is_objected=True)
    make.make_candidacy_objection(objected, account=resident)
    make.make_candidacy(committee, state=CandidacyState.PUBLIC_NOTICE, notice_until=TODAY - DAY, is_objected=True)
    person = models.Person.get(models.Person.account == resident)
    make.make_candidacy(committee, person=person, state=CandidacyState.UNDER_DISCUSSION)
    make.make_candidacy(committee, person=person, state=CandidacyState.SUBMITTED)


def _add_sub_committees(made: Situations) -> None:
    make_sub_committee(made.place.committee, state=SubCommitteeState.DISSOLVED, dissolved_on=TODAY)


def _add_bookings(made: Situations) -> None:
    """Add bookings in each state, of a resident, of the unit and of the committee, of a room and of plots by lot."""
    resident = models.Person.get(models.Person.account == made.people["RESIDENT"])
    holders = ({"person": resident}, {"organization": made.unit}, {"committee": made.place.committee})
    for allotment in Allotment:
        room = make.make_resource(made.unit)
        make_booking_terms(room, allotment=allotment)
        for weekday, holder in enumerate(holders, 2):
            window = make.make_resource_window(room, weekday=weekday)
            for state in BookingState:
                make_booking_window(make_booking(room, state=state, **holder), window=window)
    claim = make.make_claim(made.issues["ACCEPTED"], organization=made.unit, state=ClaimState.CONFIRMED)
    make_booking(make.make_resource(made.unit), state=BookingState.CONFIRMED, organization=made.unit, claim=claim)
    # Places that begin within the hour: of one day, and of a week whose other days may still be given back.
    given = {"state": BookingState.CONFIRMED, "person": resident}
    for last_day in (TODAY, TODAY + 6 * DAY):
        soon = make_booking(make.make_resource(made.unit), last_day=last_day, **given)
        window = make.make_resource_window(soon.resource)
        make_booking_slot(soon, slot=make_slot(window, starts_at=AT + timedelta(hours=1), taken=1))
    make_booking(make.make_resource(made.unit), warning_count=1, warned_on=TODAY, **given)


def _add_matches(made: Situations) -> None:
    """Add matches in each state, of what the unit and a resident offer, in windows or not, for needs open or not."""
    know_days(TODAY, 30)
    unit, resident = made.unit, models.Person.get(models.Person.account == made.people["RESIDENT"])
    names = ("OPEN_FOR_CLAIM", "ACCEPTED", "the time for claims is over")
    needs = [models.Need.get(models.Need.issue == made.issues[name]) for name in names]
    skill, room = make.make_resource(unit), make.make_resource(unit, capacity_model=CapacityModel.BOOKABLE)
    skill.change(organization=None, person=resident.id)
    make.make_resource_window(room, weekday=2)
    offers = (skill, room, *(make.make_resource(unit, **given) for given in ({}, {"quantity": None})))
    gone = [make.make_resource(unit, **given) for given in ({"state": "SUSPENDED"}, {"valid_until": TODAY - DAY})]
    for offer in (*offers, *gone):
        for need in needs:
            make_match(need, resource=offer)
    for state in MatchState:
        make_match(needs[0], resource=make.make_resource(unit), state=state)
    waiting = make.make_issue(IssueState.IN_PROGRESS, made.place.committee)
    make.make_claim(waiting, organization=unit)
    need = make.make_need(waiting)
    for offer in (offers[2], skill):
        make_match(need, resource=offer)


def _add_forum(made: Situations) -> None:
    """Add sessions in each state, of a host who is the director, with statements that are open or not, or none."""
    host = made.seat("DIRECTOR")
    for state in ForumState:
        for scheduled_at in (AT - DAY, AT + DAY):
            for outcome in (None, StatementOutcome.NO_ACTION):
                session = make_forum_session(made.place.committee, host=host, state=state, scheduled_at=scheduled_at)
                make_statement(session, outcome=outcome, settled_at=outcome and AT)


def _add_donations(made: Situations) -> None:
    """Add projects with money, done or not, and donations in each state of somebody, of the unit and of the staff."""
    committee, lead = made.place.committee, made.seat("MEMBER")
    resident = models.Person.get(models.Person.account == made.people["RESIDENT"])
    staff = make.make_person(committee.division, account=made.people["STAFF"])
    donors: Any = ({"person": resident}, {"person": staff}, {"organization": made.unit})
    for done_on in (TODAY, None):
        project = make.make_project(committee, lead=lead, state=ProjectState.ACTIVE)
        make.make_project_milestone(project, done_on=done_on)
        make_donation(project, state=DonationState.RECEIVED)
    ended = make.make_project(committee, state=ProjectState.CLOSED)
    make.make_project_milestone(ended, done_on=TODAY)
    for state in DonationState:
        for donor in donors:
            make_donation(ended, state=state, **donor)
            make_donation(committee=committee, state=state, **donor)


def _add_messages(made: Situations) -> None:
    """Add messages in each state, of issues that were answered already or not, and such as were discarded long ago."""
    home = made.place.committee.division
    for state in MessageState:
        issue = {"issue": made.issues["ACCEPTED"]} if state in OF_AN_ISSUE else {}
        make_channel_message(home, state=state, **issue)
        if issue:
            make_channel_message(home, state=state, **issue, reply=WORDS, replied_at=AT)
    make_channel_message(home, state=MessageState.DISCARDED, settled_at=AT - 8 * DAY)


def _add_incidents(made: Situations) -> None:
    """Add incidents in each state, with people on site or not, to be reviewed in time or not, and calls to them."""
    home = made.place.committee.division
    for state in IncidentState:
        incident = make_incident(home, state=state, detected_by=made.people["RESIDENT"])
        make.make_deployment(organization=made.unit, incident=incident, state=DeploymentState.ACCEPTED)
    busy = make_incident(home, state=IncidentState.HANDLING)
    make.make_deployment(organization=made.unit, incident=busy, state=DeploymentState.ON_SITE)
    make_incident(home, state=IncidentState.STOOD_DOWN, due_at=AT - DAY)


def _add_monitoring(made: Situations) -> None:
    """Add cases in each state, and tasks of the resident and of others, which the resident or the staff took or did."""
    home, resident = made.place.committee.division, models.Person.get(models.Person.account == made.people["RESIDENT"])
    staff = models.Person.get(models.Person.account == made.people["STAFF"])
    team, site, outbreak = make_helping_team(home), make.make_site(home, code="M-03"), make_outbreak(home)
    common = {"team": team, "site": site, "incident": outbreak}
    for person in (resident, staff, make.make_person(home)):
        make.make_team_membership(team, person)
    for state in MonitoringState:
        make_monitoring_case(home, state=state, **common)
    for patient in (resident, None):
        case = make_monitoring_case(home, person=patient or make.make_person(home), **common)
        for state in AidState:
            for taker in (resident, staff):
                make_aid_task(case, taker, state=state)


def _add_applications(made: Situations) -> None:
    """Add applications in each state, of a resident and of staff, for what is decided here or elsewhere."""
    home, staff = made.place.committee.division, made.people["STAFF"]
    catalogue = make_service_catalogue()
    items = [make_service_item(catalogue, code=mode.value, mode=mode) for mode in MODES]
    resident, of_staff = (models.Person.get(models.Person.account == one) for one in (made.people["RESIDENT"], staff))
    for item in items:
        for state in ApplicationState:
            make_service_application(resident, item=item, state=state)
            make_service_application(of_staff, item=item, state=state)
            make_service_application(make.make_person(home), item=item, state=state, assisted_by=staff)
    make_service_application(resident, item=items[0], requested_at=AT)
    make_service_application(resident, item=items[0], state=ApplicationState.DECIDED, rate_until=AT - DAY)


def _add_assessments(made: Situations) -> None:
    """Add periods of the city in each state, computed in time or too early, with appeals that wait or can be made."""
    city, committee = made.place.offices[DivisionLevel.CITY], made.place.committee
    scheme = make_assessment_scheme(city)
    appealed = {"appeal_indicator": Indicator.RESPONSE, "appeal_grounds": WORDS}
    pending = {**appealed, "appeal_state": AppealState.PENDING}
    over = {"state": PeriodState.PUBLISHED, "appeal_until": AT - DAY}
    kinds: list[tuple[dict[str, Any], dict[str, Any]]] = [
        *(({"state": state}, {}) for state in PeriodState),
        ({"state": PeriodState.COMPUTED, "ends_on": TODAY}, {}),
        (over, {}), (over, pending), ({"state": PeriodState.PUBLISHED}, pending),
    ]  # fmt: skip
    for at, (values, result) in enumerate(kinds):
        period = make_assessment_period(city, scheme=scheme, starts_on=TODAY - (40 + at) * DAY, **values)
        if period.state is not PeriodState.OPEN:
            make_score(make_committee_result(period, committee, **result))


ADDING = (
    _add_claims, _add_projects, _add_meetings, _add_sites, _add_organizations, _add_resources, _add_registrations,
    _add_committees, _add_candidacies, _add_teams, _add_shifts, _add_bookings,
    _add_sub_committees, _add_matches, _add_forum, _add_donations, _add_messages, _add_incidents,
    _add_applications, _add_monitoring,
    _add_assessments,
)  # fmt: skip


def test_everybody_finds_every_step_as_it_is_told(scratch: DatabaseProxy) -> None:
    made = situations()
    for add in ADDING:
        add(made)
    levels = (DivisionLevel.COMMUNITY, DivisionLevel.SUBDISTRICT, DivisionLevel.CITY)
    here = tuple(made.place.offices[level].code for level in levels)
    doing = Doing()

    for model in JOURNALED:
        # There is one committee a community, so some things are next door.
        is_next_door = model.division_code.startswith(here[0][:9])
        is_there = is_next_door if model in NEXT_DOOR else model.division_code.in_(here)
        rows = list(model.select().where(is_there).order_by(model.id))
        plain = {[row.state for row in rows].index(state) for state in {row.state for row in rows}}
        for account in made.people.values():
            doing.check(account, rows, plain)

    assert not doing.wrong, "\n".join(map(str, doing.wrong[:40]))
    every = [offer for machine in JOURNALED.values() for state in _states(machine) for offer in _offers(machine, state)]
    assert {name for name, what in doing.tried if what == "done"} == {offer.mutation for offer in every}
    blocking = {guard for offer in every for guard in offer.guards}
    assert {guard.name for guard in blocking if guard.message not in doing.told} == set()
    needed = {RowGuard.NO_SUSPENSION, RowGuard.CHAIR_NEEDED, RowGuard.WORK_REMAINS, RowGuard.NO_WORK_REMAINS}
    needed |= {
        RowGuard.NEED_CLOSED, RowGuard.OFFER_ENDED, RowGuard.OWNER_WAITS, RowGuard.WINDOW_NEEDED,
        RowGuard.QUANTITY_NEEDED,
    }  # fmt: skip
    needed |= {RowGuard.TASKS_REMAIN, RowGuard.NO_MONEY_LEFT, RowGuard.TAKER_NEEDED}
    needed |= {RowGuard.OTHER_SIDE_SIGNED, RowGuard.UNSIGNED, RowGuard.UNANSWERED, RowGuard.SPEAKER_NEEDED}
    needed |= {RowGuard.NEXT_PLACE_NEAR, RowGuard.NO_LATER_DAY}
    assert blocking | needed == set(RowGuard)
    assert sum(doing.tried.values()) > 400


@pytest.mark.parametrize("noun", sorted(_nouns()))
def test_every_noun_says_what_may_be_done_with_it(scratch: DatabaseProxy, noun: str) -> None:
    model = next(model for model in JOURNALED if model.__name__ == noun)
    row = make.MAKERS[model]()
    query = f'{{ node(id: "{noun}_{row.id}") {{ ... on {noun} {{ availableTransitions {{ {FIELDS} }} }} }} }}'

    asker = None if noun not in PRIVATE else _knowing(row)
    entries = Doing().ask(asker, query, {})["node"]["availableTransitions"]

    assert [entry["mutation"] for entry in entries] == list(JOURNALED[model].offers(model.get_by_id(row.id).state))
    refusal = "UNAUTHENTICATED" if asker is None else "NOT_PERMITTED"
    assert {told["code"] for entry in entries for told in entry["blockedBy"]} <= {refusal}
