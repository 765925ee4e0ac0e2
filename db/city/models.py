"""The tables, by noun: columns, keys, indexes and checks, and no workflow. `ALL` lists them, parents first.

`COUNTS` lists those that triggers fill.
"""

from db.access.models.access import ApiToken, RoleGrant
from db.access.models.account import Account
from db.access.models.audit import AuditEntry
from db.access.models.change import Change
from db.access.models.document import KnownDocument
from db.access.models.invitation import Invitation
from db.access.models.journal import JournalEntry
from db.access.models.notice import Notice
from db.access.models.performed import Performed
from db.access.models.purge import PurgeRun
from db.city.contexts import CONTEXTS
from db.city.rollups import ROLLUPS
from db.committees.models.candidacy import Candidacy, CandidacyObjection, ComplianceEvent, TwoCommitteesMeeting
from db.committees.models.committee import Committee, Member, Seat
from db.committees.models.norm import ConductNorm
from db.deliberation.models.edition import ListEdition
from db.deliberation.models.meeting import AgendaItem, Attendance, Meeting, MeetingDemand, Resolution, Vote
from db.figures.models import StatisticsSnapshot
from db.files.models import File
from db.incidents.models import Incident
from db.issues.models.claim import Claim, Need, Project, ProjectIssue, ProjectMilestone
from db.issues.models.clock import SlaRule
from db.issues.models.issue import (
    Comment,
    Evidence,
    Issue,
    IssueContact,
    IssueFollower,
    LedgerEntry,
    LedgerSerial,
    ProgressReport,
    Rejection,
)
from db.issues.models.request import IssueRequest
from db.organizations.models.organization import Organization
from db.organizations.models.resource import Resource, ResourceWindow
from db.people.models.person import Person
from db.places.models.calendar import WorkCalendarDay
from db.places.models.division import Division
from db.sites.models import Site
from db.teams.models.team import TeamMembership, VolunteerTeam

ALL = (
    Division,
    Account,
    Person,
    Committee,
    Seat,
    Member,
    Organization,
    Site,
    VolunteerTeam,
    TeamMembership,
    RoleGrant,
    ApiToken,
    Invitation,
    AuditEntry,
    PurgeRun,
    File,
    Incident,
    Issue,
    IssueContact,
    IssueFollower,
    IssueRequest,
    LedgerEntry,
    LedgerSerial,
    Comment,
    ProgressReport,
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
    Performed,
    SlaRule,
    WorkCalendarDay,
    ConductNorm,
    Rejection,
    Notice,
    KnownDocument,
    JournalEntry,
    TwoCommitteesMeeting,
    Candidacy,
    CandidacyObjection,
    ComplianceEvent,
    *(model for context in CONTEXTS for model in context.models),
)
# What triggers alone write.
COUNTS = tuple(rollup.counts for rollup in ROLLUPS)
WRITTEN = (*COUNTS, Change)

__all__ = [
    "ALL",
    "COUNTS",
    "WRITTEN",
    "Account",
    "AgendaItem",
    "ApiToken",
    "Attendance",
    "AuditEntry",
    "Candidacy",
    "CandidacyObjection",
    "Change",
    "Claim",
    "Comment",
    "Committee",
    "ComplianceEvent",
    "ConductNorm",
    "Division",
    "Evidence",
    "File",
    "Incident",
    "Invitation",
    "Issue",
    "IssueContact",
    "IssueFollower",
    "IssueRequest",
    "JournalEntry",
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
    "Person",
    "ProgressReport",
    "Project",
    "ProjectIssue",
    "ProjectMilestone",
    "PurgeRun",
    "Rejection",
    "Resolution",
    "Resource",
    "ResourceWindow",
    "RoleGrant",
    "Seat",
    "Site",
    "SlaRule",
    "StatisticsSnapshot",
    "TeamMembership",
    "TwoCommitteesMeeting",
    "VolunteerTeam",
    "Vote",
    "WorkCalendarDay",
]
