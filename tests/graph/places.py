"""A town with the same things in three places, and one account for each role over the first of them.

home: where the roles are held. far: of another district, where nobody holds any. abroad: of another city.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.committees.models.committee import MemberPosition
from db.deliberation.models.meeting import MeetingState
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.claim import ClaimState
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.factories import AT

L, R, S = DivisionLevel, Role, IssueState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEATS = (R.MEMBER, R.DEPUTY_DIRECTOR, R.DIRECTOR)
OFFICERS = (R.SUBDISTRICT_OFFICER, R.DISTRICT_OFFICER, R.CITY_OFFICER)
# Every role that an account holds.
ROLES = (
    R.RESIDENT, R.GRID_WORKER, *SEATS, R.STAFF, R.UNIT_CONTACT, R.TEAM_CAPTAIN, *OFFICERS, R.LEADER, R.AUDITOR,
    R.HEALTH_WORKER, R.GATE_KEEPER,
)  # fmt: skip
# Over which level of the division tree a role is held; the others over a community.
_HELD_OVER = {
    R.SUBDISTRICT_OFFICER: L.SUBDISTRICT, R.DISTRICT_OFFICER: L.DISTRICT, R.CITY_OFFICER: L.CITY, R.AUDITOR: L.DISTRICT,
}  # fmt: skip
# What nouns with a file of their own add to a place: global ids by name.
THINGS: list[Callable[["Place"], dict[str, str]]] = []
# The office that answers for an issue: its community, or the district.
ANSWERING = (L.COMMUNITY, L.DISTRICT)


@dataclass
class Place:
    """A community with its offices above, its people, and one thing of each kind.

    accounts: by role. rows: global ids by name. issues: global ids by the level that answers for them and by name.
    """

    offices: dict[DivisionLevel, models.Division]
    committee: models.Committee
    next_code: str
    accounts: dict[Role, models.Account] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    issues: dict[DivisionLevel, dict[str, str]] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The community's code."""
        return self.committee.division_code


def build() -> tuple[dict[Role | None, models.Account], Place, Place, Place]:
    """Make the places; give who holds each role over home (None: somebody without a role), and home, far and abroad."""
    city = make.make_division(L.CITY)
    home = _place(city)
    places = home, _place(city), _place(make.make_division(L.CITY))
    return {None: make.make_account(name="示范路人"), **home.accounts}, *places


def _place(city: models.Division) -> Place:
    offices = {L.CITY: city}
    for above, level in ((L.CITY, L.DISTRICT), (L.DISTRICT, L.SUBDISTRICT), (L.SUBDISTRICT, L.COMMUNITY)):
        offices[level] = make.make_division(level, offices[above])
    neighbour = make.make_committee(make.make_division(parent=offices[L.SUBDISTRICT]))
    place = Place(offices, make.make_committee(offices[L.COMMUNITY]), neighbour.division_code)
    unit, team = make.make_organization(offices[L.COMMUNITY]), make.make_team(offices[L.COMMUNITY])
    for role in ROLES:
        account = make.make_account(name=f"示范{role.value}")
        speaks = {R.UNIT_CONTACT: {"organization": unit}, R.TEAM_CAPTAIN: {"team": team}}.get(role, {})
        sits = {"committee": place.committee} if role in SEATS else {}
        make.make_role_grant(role, offices[_HELD_OVER.get(role, L.COMMUNITY)], account=account, **speaks, **sits)
        token = make.make_api_token(account=account)
        place.accounts[role], place.rows[f"token of {role.value}"] = account, f"ApiToken_{token.id}"
        if role in SEATS:
            seat = make.make_member(place.committee, account=account, position=MemberPosition[role.value])
            place.rows[role.value] = f"Member_{seat.id}"
    place.rows |= {"unit": f"Organization_{unit.id}", "team": f"VolunteerTeam_{team.id}"}
    _add_things(place)
    for level in ANSWERING:
        place.issues[level] = _issues(place, level, unit, team)
    return place


def _add_things(place: Place) -> None:
    """Add what is not about one issue: meetings, a project, somebody's role, an audit entry, a figure."""
    seats = list(models.Member.select().where(models.Member.committee == place.committee))
    coming = make.make_meeting(place.committee, scheduled_at=AT + 6 * DAY)
    begun = make.make_meeting(place.committee, scheduled_at=AT - HOUR)
    held = make.make_meeting(place.committee, scheduled_at=AT - HOUR, held_at=AT, state=MeetingState.HELD)
    for seat in seats:
        make.make_attendance(held, member=seat)
    ended = make.make_meeting(
        place.committee, scheduled_at=AT - HOUR, held_at=AT, state=MeetingState.CLOSED, minutes="同意",
        minutes_signed_at=AT,
    )  # fmt: skip
    carried = make.make_resolution(make.make_agenda_item(ended, duty="CIVILITY_PROMOTION"))
    step = make.make_project_milestone(make.make_project(place.committee, lead=seats[-1]))
    grant = make.make_role_grant(R.RESIDENT, place.offices[L.COMMUNITY])
    entry = make.make_audit_entry(division_code=place.code)
    place.rows |= {
        "coming": f"Meeting_{coming.id}", "begun": f"Meeting_{begun.id}", "held": f"Meeting_{held.id}",
        "ended": f"Meeting_{ended.id}", "item": f"AgendaItem_{make.make_agenda_item(held).id}",
        "unheard": f"AgendaItem_{make.make_agenda_item(coming, needs_hearing=True).id}",
        "carried": f"Resolution_{carried.id}",
        "step": f"ProjectMilestone_{step.id}", "grant": f"RoleGrant_{grant.id}",
        "account": f"Account_{grant.account_id}", "audit": f"AuditEntry_{entry.id}",
        "purge": f"PurgeRun_{make.make_purge_run().id}",
        "figure": f"StatisticsSnapshot_{make.make_statistics_snapshot(place.offices[L.COMMUNITY]).id}",
        "resource": f"Resource_{make.make_resource(make.make_organization(place.offices[L.COMMUNITY])).id}",
    }  # fmt: skip
    for add in THINGS:
        place.rows |= add(place)


def _issues(place: Place, level: DivisionLevel, unit: Any, team: Any) -> dict[str, str]:
    """Make the issues that an office answers for: what was not taken up, and one in each state that a step needs."""
    office, resident = place.offices[level], place.accounts[R.RESIDENT]
    given = {"current_level": level, "responsible_code": office.code, "reporter": resident, "due_at": AT + 9 * DAY}
    by_unit = {"handler_organization": unit}

    def issue(state: IssueState, is_public: bool = True, **values: Any) -> models.Issue:
        number = f"LZ-{models.Issue.select().count()}" if is_public else None
        return make.make_issue(state, place.committee, **given, number=number, **values)

    found = {
        "submitted": issue(S.SUBMITTED, is_public=False),
        "needs_info": issue(S.NEEDS_INFO, is_public=False),
        "rejected": issue(S.REJECTED, is_public=False),
        "accepted": issue(S.ACCEPTED),
        "master": issue(S.ACCEPTED),
        "open": issue(S.OPEN_FOR_CLAIM),
        "working": issue(S.IN_PROGRESS, **by_unit),
        "of the team": issue(S.IN_PROGRESS, handler_team=team),
        "asked": issue(S.IN_PROGRESS, **by_unit),
        "suspended": issue(S.SUSPENDED, **by_unit),
        "done": issue(S.AWAITING_VERIFICATION, outcome=IssueOutcome.RESOLVED, **by_unit),
        "closed": issue(S.CLOSED, **by_unit),
        "tabled": issue(S.IN_DELIBERATION),
    }
    found["merged"] = issue(S.MERGED, merged_into=found["master"])
    make.make_evidence(found["done"])
    ended = models.Meeting.get(models.Meeting.committee == place.committee, models.Meeting.state == "CLOSED")
    added = {
        "resolution": make.make_resolution(make.make_agenda_item(ended, issue=found["tabled"])),
        "request": make.make_issue_request(found["asked"]),
        "pending": make.make_claim(found["open"], organization=unit),
        "confirmed": make.make_claim(found["open"], organization=unit, state=ClaimState.CONFIRMED),
        "of the resident": make.make_claim(found["open"], account=resident),
        # What is known of an issue that was not taken up.
        "contact": make.make_issue_contact(found["submitted"]),
        "contact at work": make.make_issue_contact(found["working"]),
        "entry": make.make_ledger_entry(found["submitted"]),
        "entry of the closed": make.make_ledger_entry(found["closed"]),
        "claim": make.make_claim(found["submitted"], organization=unit),
        "notice": make.make_notice(found["submitted"]),
        "comment": make.make_comment(found["submitted"]),
    }
    return {name: f"{type(row).__name__}_{row.id}" for name, row in (found | added).items()}
