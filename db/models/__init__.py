"""The tables, by noun: columns, keys, indexes and checks, and no workflow. `ALL` lists them, parents first."""

from db.models.access import ApiToken, RoleGrant
from db.models.account import Account
from db.models.audit import AuditEntry
from db.models.claim import Claim, Need, Project, ProjectIssue, ProjectMilestone
from db.models.clock import Notice, SlaRule, WorkCalendarDay
from db.models.committee import Committee, Member, Seat
from db.models.division import Division
from db.models.document import KnownDocument
from db.models.edition import ListEdition
from db.models.issue import Comment, Evidence, Issue, IssueContact, IssueFollower, LedgerEntry, LedgerSerial
from db.models.meeting import AgendaItem, Attendance, Meeting, MeetingDemand, Resolution, Vote
from db.models.norm import ConductNorm
from db.models.organization import Organization, VolunteerTeam
from db.models.performed import Performed
from db.models.request import IssueRequest
from db.models.resource import Resource, ResourceWindow
from db.models.statistics import StatisticsSnapshot

ALL = (
    Division,
    Account,
    Committee,
    Seat,
    Member,
    Organization,
    VolunteerTeam,
    RoleGrant,
    ApiToken,
    AuditEntry,
    Issue,
    IssueContact,
    IssueFollower,
    IssueRequest,
    LedgerEntry,
    LedgerSerial,
    Comment,
    Evidence,
    Meeting,
    MeetingDemand,
    AgendaItem,
    Attendance,
    Vote,
    Resolution,
    Need,
    Project,
    ProjectIssue,
    ProjectMilestone,
    Resource,
    ResourceWindow,
    Claim,
    ListEdition,
    StatisticsSnapshot,
    Performed,
    SlaRule,
    WorkCalendarDay,
    ConductNorm,
    Notice,
    KnownDocument,
)

__all__ = [
    "ALL",
    "Account",
    "AgendaItem",
    "ApiToken",
    "Attendance",
    "AuditEntry",
    "Claim",
    "Comment",
    "Committee",
    "ConductNorm",
    "Division",
    "Evidence",
    "Issue",
    "IssueContact",
    "IssueFollower",
    "IssueRequest",
    "KnownDocument",
    "LedgerEntry",
    "LedgerSerial",
    "ListEdition",
    "Meeting",
    "MeetingDemand",
    "Member",
    "Need",
    "Notice",
    "Organization",
    "Performed",
    "Project",
    "ProjectIssue",
    "ProjectMilestone",
    "Resolution",
    "Resource",
    "ResourceWindow",
    "RoleGrant",
    "Seat",
    "SlaRule",
    "StatisticsSnapshot",
    "VolunteerTeam",
    "Vote",
    "WorkCalendarDay",
]
