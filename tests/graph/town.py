"""One small town, the same on every run: what the golden answers are about. Rows come from `factories`."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from db.access.models.account import Role
from db.city import models
from db.committees.models.committee import CommitteeState, MemberCategory, MemberPosition, SeatKind
from db.deliberation.models.meeting import MeetingState, VoteChoice
from db.issues.lifecycle import IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import ClaimState, NeedState, ProjectState
from db.issues.models.issue import Urgency
from db.organizations.models.organization import OrganizationKind, SocialOrganizationKind
from db.organizations.models.resource import CapacityModel
from db.places.models.division import DivisionLevel
from db.teams.models.team import VolunteerTeamKind
from tests import factories as make

NOW = "2026-01-12T08:00:00Z"


def _at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 1, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


def build() -> None:
    """Put the town into the bound database."""
    city = make.make_division(DivisionLevel.CITY, name="示范市")
    district = make.make_division(DivisionLevel.DISTRICT, city, name="示范区")
    street = make.make_division(DivisionLevel.SUBDISTRICT, district, name="示范街道")
    first = make.make_division(DivisionLevel.COMMUNITY, street, name="第一社区")
    second = make.make_division(DivisionLevel.COMMUNITY, street, name='"第二"社区')
    make.make_division(DivisionLevel.COMMUNITY, street, name="第三社区")
    whole = _committee(first, 14, is_pilot=True)
    short = _committee(second, 3, state=CommitteeState.NON_COMPLIANT)
    make.make_committee(second, state=CommitteeState.DISSOLVED, name="旧社工委")
    _organizations(first, second)
    _issues(whole, short)
    _meeting(whole)
    _lists(whole)
    account = make.make_account(name="示范账号")
    make.make_role_grant(Role.STAFF, first, account=account)
    make.make_role_grant(Role.AUDITOR, city, account=account, ends_at=_at(9))
    make.make_role_grant(Role.CITY_OFFICER, city)
    make.make_statistics_snapshot(city, note="官方文件多次重复的数字")


def _committee(home: models.Division, members: int, **values: object) -> models.Committee:
    committee = make.make_committee(home, **values)
    categories = list(MemberCategory)
    for number in range(1, members + 1):
        lead = MemberPosition.DIRECTOR if number == 1 else MemberPosition.DEPUTY_DIRECTOR
        is_standing = number < 6
        seat = make.make_seat(committee, kind=SeatKind.STANDING if is_standing else SeatKind.ROTATING)
        make.make_member(
            committee,
            seat=seat,
            position=lead if number < 6 else MemberPosition.MEMBER,
            category=categories[number % len(categories)],
            phone=f"1380000{number:04}" if number % 2 else None,
            **({"term_end": None} if is_standing else {}),
        )
    return committee


def _organizations(first: models.Division, second: models.Division) -> None:
    for number in range(10):
        make.make_organization(
            first,
            name=f"示范社会组织{number}",
            kind=OrganizationKind.SOCIAL_ORGANIZATION,
            social_kind=list(SocialOrganizationKind)[number % 4],
        )
    make.make_organization(second, name="示范物业", kind=OrganizationKind.PROPERTY_COMPANY, is_partner_unit=True)
    seat = _member(6)
    captain, officer = make.make_person(first, name=seat.name), make.make_person(first, name="示范民警")
    seat.change(person=captain)
    make.make_team(
        first, name="老兵志愿服务队", kind=VolunteerTeamKind.VETERAN, captain=captain, instructor=officer,
        volunteer_count=12, veteran_count=8,
    )  # fmt: skip


def _issues(whole: models.Committee, short: models.Committee) -> None:
    unit, team = models.Organization.get_by_id(11), models.VolunteerTeam.get_by_id(1)
    lamp = make.make_issue(
        IssueState.IN_PROGRESS, whole, title="楼道灯坏了第一号", number="LZ-010101001001-2026-000001",
        description='三号楼的灯\n"一直"不亮\t请修\\尽快\U0001f4a1', topic_code="HOU-01", submitter=_member(2),
        handler_organization=unit, created_at=_at(2), accepted_at=_at(2, 9), warn_at=_at(8), due_at=_at(9),
        reporter_count=3,
    )  # fmt: skip
    noise = make.make_issue(
        IssueState.IN_PROGRESS, whole, title="广场舞音量过大", topic_code="ENV-02", submitter=_member(2),
        handler_team=team, created_at=_at(3), warn_at=_at(11), due_at=_at(14), urgency=Urgency.URGENT,
    )  # fmt: skip
    make.make_issue(
        IssueState.CLOSED, short, title="停车位划线褪色", topic_code="HOU-01", submitter=_member(15), rating=4,
        handler_member=_member(15), created_at=_at(1, 16), closed_at=_at(5), due_at=_at(8),
    )  # fmt: skip
    make.make_issue(
        IssueState.CLOSED, whole, title="井盖松动有异响", rating=5, outcome=IssueOutcome.PARTLY_RESOLVED,
        created_at=_at(3), closed_at=_at(4), number="LZ-010101001001-2026-000002",
    )  # fmt: skip
    make.make_issue(IssueState.SUSPENDED, short, title="外墙保温层脱落", created_at=_at(4), due_at=_at(6))
    # Both were taken up once, so that everybody sees them.
    make.make_issue(
        IssueState.MERGED, whole, title="楼道灯又坏了一次", created_at=_at(4), merged_into=lamp,
        number="LZ-010101001001-2026-000003",
    )  # fmt: skip
    make.make_issue(
        IssueState.SUBMITTED, whole, title="100%_想要一处口袋公园", created_at=_at(10), due_at=_at(20),
        number="LZ-010101001001-2026-000004",
    )  # fmt: skip
    make.make_ledger_entry(lamp, at=_at(2), actor_name="示范居民", actor_role=Role.RESIDENT)
    make.make_ledger_entry(
        lamp, at=_at(2, 9), action=LedgerAction.ACCEPT, from_state=IssueState.SUBMITTED,
        from_level=DivisionLevel.COMMUNITY, due_after=_at(9), note="已受理\n编号已给出",
    )  # fmt: skip
    make.make_comment(lamp, text="今天还是不亮", created_at=_at(3))
    make.make_evidence(lamp, sha256="ab" * 32, created_at=_at(4))
    _claims(lamp, noise)


def _claims(lamp: models.Issue, noise: models.Issue) -> None:
    unit = models.Organization.get_by_id(11)
    stock = make.make_resource(unit, name="灯泡", quantity=Decimal("20.50"), topic_code="GOODS-01")
    room = make.make_resource(
        models.Organization.get_by_id(1), quantity=None, unit=None, capacity_model=CapacityModel.RECURRING_WINDOW
    )
    make.make_resource_window(room)
    make.make_claim(lamp, organization=unit, resource=stock, quantity=Decimal(3), state=ClaimState.CONFIRMED)
    make.make_claim(lamp, member=_member(3), created_at=_at(6), state=ClaimState.DECLINED, promised_on=_at(9).date())
    make.make_claim(
        noise, team=models.VolunteerTeam.get_by_id(1), created_at=_at(6), resource=stock, quantity=Decimal("0.25"),
        state=ClaimState.FULFILLED,
    )  # fmt: skip


def _meeting(committee: models.Committee) -> None:
    meeting = make.make_meeting(
        committee, state=MeetingState.CLOSED, held_at=_at(9), minutes="同意\n实施", chair=_member(1)
    )
    item = make.make_agenda_item(meeting, title="口袋公园", proposed_by=_member(6), issue=models.Issue.get_by_id(7))
    make.make_agenda_item(meeting, title="其他事项")
    make.make_attendance(meeting, member=_member(1))
    make.make_vote(item, member=_member(1))
    make.make_vote(item, member=_member(6), choice=VoteChoice.RECUSED, interest="提案人")
    make.make_resolution(item)
    make.make_meeting(committee, scheduled_at=_at(30))


def _lists(committee: models.Committee) -> None:
    make.make_need(models.Issue.get_by_id(1), wanted_quantity=Decimal(5), unit="只")
    make.make_need(models.Issue.get_by_id(4), state=NeedState.STRUCK_OFF, struck_off_at=_at(4), created_at=_at(3))
    project = make.make_project(
        committee, lead=_member(1), budget=Decimal("100000.00"), state=ProjectState.ACTIVE,
        resolution=models.Resolution.get_by_id(1),
    )  # fmt: skip
    make.make_project_issue(project, issue=models.Issue.get_by_id(7))
    make.make_project_milestone(project, done_on=_at(11).date())
    make.make_project_milestone(project, title="动工")


def _member(row_id: int) -> models.Member:
    return models.Member.get_by_id(row_id)
