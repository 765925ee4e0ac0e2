"""Rows of issues, and of what belongs to them for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.city import models
from db.issues.deadlines import rules
from db.issues.ledger import GENESIS, HASHED_COLUMNS, entry_hash
from db.issues.lifecycle import IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import ClaimState, NeedState, ProjectState
from db.issues.models.clock import Clock, SpanUnit
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, EvidenceKind, RejectionReason, Urgency
from db.issues.models.request import IssueRequestKind, IssueRequestState
from db.places.models.division import DivisionLevel
from tests.access.factories import make_account
from tests.committees.factories import make_committee
from tests.organizations.factories import make_organization
from tests.places.factories import make_division
from tests.times import AT, TODAY


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


def make_rejection(issue: models.Issue | None = None, **values: Any) -> models.Rejection:
    """Make the rejection of an issue."""
    issue = issue or make_issue(IssueState.REJECTED)
    given = {"reason": RejectionReason.OUT_OF_SCOPE, "advice": "请向主管部门反映。", "at": AT, **values}
    return models.Rejection.create(issue=issue, division_code=issue.division_code, **given)


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


def make_progress_report(issue: models.Issue | None = None, **values: Any) -> models.ProgressReport:
    """Make a report on the work on an issue."""
    issue = issue or make_issue(IssueState.IN_PROGRESS)
    given = {"reporter_name": "示范单位", "percent": 40, "text": "灯杆已更换", "created_at": AT, **values}
    return models.ProgressReport.create(issue=issue, division_code=issue.division_code, **given)


def make_evidence(issue: models.Issue | None = None, **values: Any) -> models.Evidence:
    """Make a piece of evidence for an issue."""
    issue = issue or make_issue()
    given = {"kind": EvidenceKind.PHOTO, "description": "修复后的路灯", "created_at": AT, **values}
    return models.Evidence.create(issue=issue, division_code=issue.division_code, **given)


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


def make_ledger_serial(division: models.Division | None = None, **values: Any) -> models.LedgerSerial:
    """Make the counter of a community's ledger numbers."""
    division = division or make_division()
    return models.LedgerSerial.create(**{"division_code": division.code, "year": 2026, "last": 0, **values})


def make_sla_rule(division: models.Division | None = None, **values: Any) -> models.SlaRule:
    """Make a deadline of a division's own: an hour to take up a normal issue."""
    division = division or make_division()
    given = {"clock": Clock.INTAKE, "urgency": Urgency.NORMAL, "amount": 1, "unit": SpanUnit.HOUR, **values}
    rules.forget()
    return models.SlaRule.create(division_code=division.code, **given)


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


MAKERS: dict[type[Any], Callable[..., Any]] = {
    models.Claim: make_claim,
    models.Comment: make_comment,
    models.Evidence: make_evidence,
    models.ProgressReport: make_progress_report,
    models.Issue: make_issue,
    models.IssueContact: make_issue_contact,
    models.Rejection: make_rejection,
    models.IssueFollower: make_issue_follower,
    models.IssueRequest: make_issue_request,
    models.LedgerEntry: make_ledger_entry,
    models.LedgerSerial: make_ledger_serial,
    models.Need: make_need,
    models.Notice: make_notice,
    models.Project: make_project,
    models.ProjectIssue: make_project_issue,
    models.ProjectMilestone: make_project_milestone,
    models.SlaRule: make_sla_rule,
}
