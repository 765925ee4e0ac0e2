"""Rows for tests: believable where it matters, plainly synthetic, and any column can be given by keyword.

What a row belongs to is made along with it unless it is given; the first division of a level is shared.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from db.access.documents import hash_of
from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.access.models.notice import NoticeKind
from db.city import models
from db.committees.models.committee import CommitteeState, MemberCategory, NominationChannel, SeatKind
from db.committees.models.norm import NormKind
from db.deliberation.models.meeting import AttendanceStatus, MeetingState, ResolutionOutcome, VoteChoice
from db.issues.ledger import GENESIS, HASHED_COLUMNS, entry_hash
from db.issues.lifecycle import IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import ClaimState, NeedState, ProjectState
from db.issues.models.clock import Clock, SpanUnit
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, EvidenceKind, Urgency
from db.issues.models.request import IssueRequestKind, IssueRequestState
from db.organizations.models.organization import OrganizationKind, VolunteerTeamKind
from db.organizations.models.resource import CapacityModel
from db.places.models.division import CODE_DIGITS, DivisionLevel, last_code
from db.places.models.statistics import FigurePrecision

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
TODAY = date(2026, 1, 5)
LEVELS = tuple(DivisionLevel)


def make_division(
    level: DivisionLevel = DivisionLevel.COMMUNITY, parent: models.Division | None = None, **values: Any
) -> models.Division:
    """Make a division under `parent`, or under the first division of the level above, with a code that is free."""
    at = LEVELS.index(level)
    if parent is None and at:
        above = LEVELS[at - 1]
        query = models.Division.select().where(models.Division.level == above).order_by(models.Division.code)
        parent = query.first() or make_division(above)
    code = values.pop("code", None) or _free_code(level, parent)
    given = {"name": f"示范{code}", "last_code": last_code(code, level), **values}
    return models.Division.create(code=code, level=level, parent=parent, **given)


def _free_code(level: DivisionLevel, parent: models.Division | None) -> str:
    digits = CODE_DIGITS[level]
    first = CODE_DIGITS[DivisionLevel(parent.level)] if parent else 0
    siblings = models.Division.select().where(models.Division.parent == parent).count()
    return f"{parent.code[:first] if parent else ''}{siblings + 1:0{digits - first}}".ljust(12, "0")


def make_account(**values: Any) -> models.Account:
    """Make an account."""
    return models.Account.create(**{"name": "示范账号", "created_at": AT, **values})


def make_role_grant(
    role: Role = Role.STAFF, division: models.Division | None = None, **values: Any
) -> models.RoleGrant:
    """Make a role that an account has in a division's subtree."""
    division = division or make_division()
    account = values.pop("account", None) or make_account()
    given = {"division_code": division.code, "last_code": division.last_code, "starts_at": AT, **values}
    return models.RoleGrant.create(role=role, account=account, **given)


def make_api_token(**values: Any) -> models.ApiToken:
    """Make a token whose hash is of no use to anybody."""
    account = values.pop("account", None) or make_account()
    number = models.ApiToken.select().count() + 1
    given = {"name": "示范令牌", "prefix": f"t{number}", "token_hash": f"{number:064}", "created_at": AT, **values}
    return models.ApiToken.create(account=account, **given)


def make_committee(division: models.Division | None = None, **values: Any) -> models.Committee:
    """Make the committee of a community."""
    division = division or make_division()
    given = {"name": f"{division.name}社工委", "state": CommitteeState.ACTIVE, "established_on": TODAY, **values}
    return models.Committee.create(division=division, division_code=division.code, **given)


def make_seat(committee: models.Committee | None = None, **values: Any) -> models.Seat:
    """Make the next seat of a committee."""
    committee = committee or make_committee()
    taken = models.Seat.select().where(models.Seat.committee == committee).count()
    given = {"number": taken + 1, "kind": SeatKind.ROTATING, "division_code": committee.division_code, **values}
    return models.Seat.create(committee=committee, **given)


def make_member(committee: models.Committee | None = None, **values: Any) -> models.Member:
    """Make a member on the next seat of a committee."""
    committee = committee or make_committee()
    seat = values.pop("seat", None) or make_seat(committee)
    given = {
        "division_code": committee.division_code,
        "name": f"示范委员{seat.number}",
        "category": MemberCategory.OTHER,
        "nomination_channel": NominationChannel.SELF_NOMINATION,
        "term_start": TODAY,
        "term_end": TODAY + timedelta(days=364),
        **values,
    }
    return models.Member.create(committee=committee, seat=seat, **given)


def make_organization(division: models.Division | None = None, **values: Any) -> models.Organization:
    """Make a unit of a community."""
    division = division or make_division()
    given = {"name": "示范单位", "kind": OrganizationKind.ENTERPRISE, "division_code": division.code, **values}
    return models.Organization.create(division=division, **given)


def make_team(division: models.Division | None = None, **values: Any) -> models.VolunteerTeam:
    """Make a volunteer team of a community."""
    division = division or make_division()
    given = {"name": "示范志愿服务队", "kind": VolunteerTeamKind.GENERAL, "division_code": division.code, **values}
    return models.VolunteerTeam.create(division=division, **given)


def make_resource(organization: models.Organization | None = None, **values: Any) -> models.Resource:
    """Make a resource that an organization offers in its community."""
    organization = organization or make_organization()
    given = {
        "division": organization.division,
        "division_code": organization.division_code,
        "name": "示范会议室",
        "description": "可容纳三十人",
        "duty": Duty.RESOURCE_COORDINATION,
        "capacity_model": CapacityModel.STOCK,
        "quantity": 10,
        "unit": "件",
        **values,
    }
    return models.Resource.create(organization=organization, **given)


def make_resource_window(resource: models.Resource | None = None, **values: Any) -> models.ResourceWindow:
    """Make a weekly window, Mondays from nine to noon."""
    resource = resource or make_resource(capacity_model=CapacityModel.RECURRING_WINDOW)
    given = {"weekday": 1, "starts_minute": 540, "ends_minute": 720, "quantity": 2, **values}
    return models.ResourceWindow.create(resource=resource, division_code=resource.division_code, **given)


def make_issue(
    state: IssueState = IssueState.SUBMITTED, committee: models.Committee | None = None, **values: Any
) -> models.Issue:
    """Make an issue in a state, with what that state demands and without a ledger."""
    committee = committee or make_committee()
    if state is IssueState.CLOSED:
        values = {"closed_at": AT + timedelta(days=5), "outcome": IssueOutcome.RESOLVED, **values}
    if state is IssueState.MERGED and "merged_into" not in values:
        values["merged_into"] = make_issue(IssueState.ACCEPTED, committee)
    given = {
        "title": "示范小区路灯不亮",
        "description": "示范小区三号楼前的路灯已经三天不亮",
        "duty": Duty.PUBLIC_BENEFIT_SERVICE,
        "topic_code": "T001",
        "urgency": Urgency.NORMAL,
        "channel": Channel.APP,
        "current_level": DivisionLevel.COMMUNITY,
        "division": committee.division,
        "division_code": committee.division_code,
        "responsible_code": committee.division_code,
        "created_at": AT,
        "updated_at": AT,
        **values,
    }
    return models.Issue.create(state=state, committee=committee, **given)


def make_issue_contact(issue: models.Issue | None = None, **values: Any) -> models.IssueContact:
    """Make the contact of an issue."""
    issue = issue or make_issue()
    given = {"name": "示范居民", "phone": "13800000000", "address": "示范小区三号楼", **values}
    return models.IssueContact.create(issue=issue, division_code=issue.division_code, **given)


def make_issue_follower(issue: models.Issue | None = None, **values: Any) -> models.IssueFollower:
    """Let an account follow an issue."""
    issue = issue or make_issue()
    account = values.pop("account", None) or make_account()
    given = {"since": AT, **values}
    return models.IssueFollower.create(issue=issue, account=account, division_code=issue.division_code, **given)


def make_issue_request(issue: models.Issue | None = None, **values: Any) -> models.IssueRequest:
    """Make a request to put an issue off, unless another kind is given with what it asks for."""
    issue = issue or make_issue(IssueState.IN_PROGRESS)
    given = {
        "kind": IssueRequestKind.SUSPENSION,
        "state": IssueRequestState.PENDING,
        "reason": "等待施工条件",
        "asked_by_name": "示范工作人员",
        "asked_at": AT,
        **values,
    }
    if given["kind"] is IssueRequestKind.SUSPENSION:
        given = {"resume_on": TODAY + timedelta(days=30), **given}
    return models.IssueRequest.create(issue=issue, division_code=issue.division_code, **given)


def make_ledger_entry(issue: models.Issue | None = None, **values: Any) -> models.LedgerEntry:
    """Add an entry to an issue's ledger, chained to the one before."""
    issue = issue or make_issue()
    entries = models.LedgerEntry.select().where(models.LedgerEntry.issue == issue)
    before = entries.order_by(models.LedgerEntry.seq.desc()).first()
    given = {
        "seq": before.seq + 1 if before else 1,
        "at": AT,
        "action": LedgerAction.NOTE if before else LedgerAction.CREATE,
        "to_state": issue.state,
        "to_level": issue.current_level,
        "prev_hash": before.hash if before else GENESIS,
        **values,
    }
    entry = models.LedgerEntry(issue=issue, division_code=issue.division_code, **given)
    fields = models.LedgerEntry._meta.columns
    stored = {column: fields[column].db_value(getattr(entry, fields[column].name)) for column in HASHED_COLUMNS[1:]}
    entry.hash = given.get("hash") or entry_hash({"issue_id": issue.id, **stored}, entry.prev_hash)
    entry.save(force_insert=True)
    return entry


def make_comment(issue: models.Issue | None = None, **values: Any) -> models.Comment:
    """Make a comment on an issue."""
    issue = issue or make_issue()
    given = {"author_name": "示范居民", "text": "今天还是不亮", "created_at": AT, **values}
    return models.Comment.create(issue=issue, division_code=issue.division_code, **given)


def make_evidence(issue: models.Issue | None = None, **values: Any) -> models.Evidence:
    """Make a piece of evidence for an issue."""
    issue = issue or make_issue()
    given = {"kind": EvidenceKind.PHOTO, "description": "修复后的路灯", "created_at": AT, **values}
    return models.Evidence.create(issue=issue, division_code=issue.division_code, **given)


def make_meeting(committee: models.Committee | None = None, **values: Any) -> models.Meeting:
    """Make a meeting of a committee that is announced and not yet held."""
    committee = committee or make_committee()
    given = {
        "state": MeetingState.SCHEDULED,
        "scheduled_at": AT + timedelta(days=4),
        "announced_at": AT,
        "place": "示范社区议事室",
        **values,
    }
    return models.Meeting.create(committee=committee, division_code=committee.division_code, **given)


def make_meeting_demand(committee: models.Committee | None = None, **values: Any) -> models.MeetingDemand:
    """Let a member demand a meeting of their committee."""
    committee = committee or make_committee()
    member = values.pop("member", None) or make_member(committee)
    given = {"reason": "路灯问题久拖未决", "demanded_at": AT, "division_code": committee.division_code, **values}
    return models.MeetingDemand.create(committee=committee, member=member, **given)


def make_agenda_item(meeting: models.Meeting | None = None, **values: Any) -> models.AgendaItem:
    """Put a matter on a meeting's agenda, after those that are there."""
    meeting = meeting or make_meeting()
    count = models.AgendaItem.select().where(models.AgendaItem.meeting == meeting).count()
    given = {"position": count + 1, "title": "示范议题", **values}
    return models.AgendaItem.create(meeting=meeting, division_code=meeting.division_code, **given)


def make_attendance(meeting: models.Meeting | None = None, **values: Any) -> models.Attendance:
    """Note that a member came to a meeting."""
    meeting = meeting or make_meeting()
    member = values.pop("member", None) or make_member(meeting.committee)
    given = {"status": AttendanceStatus.PRESENT, "division_code": meeting.division_code, **values}
    return models.Attendance.create(meeting=meeting, member=member, **given)


def make_vote(agenda_item: models.AgendaItem | None = None, **values: Any) -> models.Vote:
    """Make a member's vote on an agenda item."""
    agenda_item = agenda_item or make_agenda_item()
    member = values.pop("member", None) or make_member(agenda_item.meeting.committee)
    given = {"choice": VoteChoice.FOR, "division_code": agenda_item.division_code, **values}
    return models.Vote.create(agenda_item=agenda_item, member=member, **given)


def make_resolution(agenda_item: models.AgendaItem | None = None, **values: Any) -> models.Resolution:
    """Make the resolution on an agenda item."""
    agenda_item = agenda_item or make_agenda_item()
    given = {
        "outcome": ResolutionOutcome.CARRIED,
        "text": "同意",
        "for_count": 8,
        "against_count": 0,
        "abstain_count": 0,
        "adopted_at": AT,
        **values,
    }
    return models.Resolution.create(agenda_item=agenda_item, division_code=agenda_item.division_code, **given)


def make_need(issue: models.Issue | None = None, **values: Any) -> models.Need:
    """Make the need of an accepted issue."""
    issue = issue or make_issue(IssueState.ACCEPTED)
    given = {"title": issue.title, "state": NeedState.OPEN, "created_at": AT, **values}
    return models.Need.create(issue=issue, committee=issue.committee, division_code=issue.division_code, **given)


def make_project(committee: models.Committee | None = None, **values: Any) -> models.Project:
    """Make a project of a committee."""
    committee = committee or make_committee()
    given = {"title": "示范口袋公园", "state": ProjectState.PLANNED, "due_on": TODAY, "created_at": AT, **values}
    return models.Project.create(committee=committee, division_code=committee.division_code, **given)


def make_project_issue(project: models.Project | None = None, **values: Any) -> models.ProjectIssue:
    """Let a project serve an issue."""
    project = project or make_project()
    issue = values.pop("issue", None) or make_issue(IssueState.ACCEPTED, project.committee)
    return models.ProjectIssue.create(project=project, issue=issue)


def make_project_milestone(project: models.Project | None = None, **values: Any) -> models.ProjectMilestone:
    """Make the next milestone of a project."""
    project = project or make_project()
    count = models.ProjectMilestone.select().where(models.ProjectMilestone.project == project).count()
    given = {"position": count + 1, "title": "完成方案", "due_on": TODAY, **values}
    return models.ProjectMilestone.create(project=project, division_code=project.division_code, **given)


def make_claim(issue: models.Issue | None = None, **values: Any) -> models.Claim:
    """Make an organization's claim on an issue, unless a team, member or account is named."""
    issue = issue or make_issue(IssueState.OPEN_FOR_CLAIM)
    if not {"organization", "team", "member", "account"} & values.keys():
        values["organization"] = make_organization(issue.division)
    given = {"promise": "三日内修好", "state": ClaimState.PENDING, "created_at": AT, **values}
    return models.Claim.create(issue=issue, division_code=issue.division_code, **given)


def make_statistics_snapshot(division: models.Division | None = None, **values: Any) -> models.StatisticsSnapshot:
    """Make a published figure about a division."""
    division = division or make_division()
    given = {
        "figure": "F1",
        "label": "社区数",
        "as_of": TODAY,
        "value": 427,
        "unit": "个",
        "precision": FigurePrecision.EXACT,
        "source": "示范来源",
        **values,
    }
    return models.StatisticsSnapshot.create(division=division, division_code=division.code, **given)


def make_list_edition(committee: models.Committee | None = None, **values: Any) -> models.ListEdition:
    """Make the next edition of a committee's lists."""
    committee = committee or make_committee()
    number = models.ListEdition.select().where(models.ListEdition.committee == committee).count() + 1
    given = {"number": number, "month": f"2026-{number:02}", "content": "{}", "sha256": "0" * 64, **values}
    return models.ListEdition.create(
        committee=committee, division_code=committee.division_code, **{"published_at": AT, **given}
    )


def make_known_document(**values: Any) -> models.KnownDocument:
    """Make a document that clients may ask for by its hash."""
    count = models.KnownDocument.select().count()
    given = {"text": f"{{ a{count}: __typename }}", "file_name": "示范.graphql", "added_at": AT, **values}
    return models.KnownDocument.create(**{"sha256": hash_of(given["text"]), **given})


def make_ledger_serial(division: models.Division | None = None, **values: Any) -> models.LedgerSerial:
    """Make the counter of a community's ledger numbers."""
    division = division or make_division()
    return models.LedgerSerial.create(**{"division_code": division.code, "year": 2026, "last": 0, **values})


def make_performed(**values: Any) -> models.Performed:
    """Make the memory of a mutation that was performed under a key."""
    account = values.pop("account", None) or make_account()
    given = {
        "idempotency_key": "示范一",
        "verb": "submitIssue",
        "input_hash": "0" * 64,
        "rows": "{}",
        "at": AT,
        **values,
    }
    return models.Performed.create(account=account, **given)


def make_sla_rule(division: models.Division | None = None, **values: Any) -> models.SlaRule:
    """Make a deadline of a division's own: an hour to take up a normal issue."""
    division = division or make_division()
    given = {"clock": Clock.INTAKE, "urgency": Urgency.NORMAL, "amount": 1, "unit": SpanUnit.HOUR, **values}
    return models.SlaRule.create(division_code=division.code, **given)


def make_conduct_norm(division: models.Division | None = None, **values: Any) -> models.ConductNorm:
    """Make the first norm of a division that committees keep out of."""
    division = division or make_division()
    given = {
        "version": 1,
        "kind": NormKind.ABSTAIN,
        "position": 1,
        "code": "ABSTAIN-1",
        "text": "示范条款",
        "published_at": AT,
        **values,
    }
    return models.ConductNorm.create(division_code=division.code, **given)


def make_work_calendar_day(**values: Any) -> models.WorkCalendarDay:
    """Create a day of rest on which they usually work."""
    return models.WorkCalendarDay.create(**{"day": TODAY, "is_working_day": False, **values})


def make_notice(issue: models.Issue | None = None, **values: Any) -> models.Notice:
    """Make a notice to a community's staff about an issue."""
    issue = issue or make_issue()
    count = models.Notice.select().count()
    given = {
        "key": f"notice.{count + 1}",
        "kind": NoticeKind.OVERDUE,
        "role": Role.STAFF,
        "office_code": issue.division_code,
        "text": "示范提醒",
        "created_at": AT,
        **values,
    }
    return models.Notice.create(issue=issue, division_code=issue.division_code, **given)


# One maker for each table, so that a new table cannot be forgotten.
def make_audit_entry(**values: Any) -> models.AuditEntry:
    """Make an entry of the audit."""
    given = {
        "at": AT,
        "action": AuditAction.REFUSED,
        "address": "192.0.2.1",
        "request_id": "r1",
        "reason": "示范",
        **values,
    }
    return models.AuditEntry.create(**given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    models.Account: make_account,
    models.AgendaItem: make_agenda_item,
    models.ApiToken: make_api_token,
    models.Attendance: make_attendance,
    models.AuditEntry: make_audit_entry,
    models.Claim: make_claim,
    models.Comment: make_comment,
    models.Committee: make_committee,
    models.ConductNorm: make_conduct_norm,
    models.Division: make_division,
    models.Evidence: make_evidence,
    models.Issue: make_issue,
    models.IssueContact: make_issue_contact,
    models.IssueFollower: make_issue_follower,
    models.IssueRequest: make_issue_request,
    models.KnownDocument: make_known_document,
    models.LedgerEntry: make_ledger_entry,
    models.LedgerSerial: make_ledger_serial,
    models.ListEdition: make_list_edition,
    models.Meeting: make_meeting,
    models.MeetingDemand: make_meeting_demand,
    models.Member: make_member,
    models.Need: make_need,
    models.Notice: make_notice,
    models.Organization: make_organization,
    models.Performed: make_performed,
    models.Project: make_project,
    models.ProjectIssue: make_project_issue,
    models.ProjectMilestone: make_project_milestone,
    models.Resolution: make_resolution,
    models.Resource: make_resource,
    models.ResourceWindow: make_resource_window,
    models.RoleGrant: make_role_grant,
    models.Seat: make_seat,
    models.SlaRule: make_sla_rule,
    models.StatisticsSnapshot: make_statistics_snapshot,
    models.VolunteerTeam: make_team,
    models.Vote: make_vote,
    models.WorkCalendarDay: make_work_calendar_day,
}
