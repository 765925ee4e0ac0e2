"""Issues, their append-only ledger, and what is attached to them: contact, comments, evidence."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BigIntegerField, BooleanField, Check, CompositeKey, ForeignKeyField, IntegerField

from db.access.models.account import Account, Role
from db.committees.models.committee import Committee, Member
from db.committees.models.norm import ConductNorm
from db.files.models import File
from db.incidents.models import Incident
from db.issues.lifecycle import PRIVATE_STATES, IssueOutcome, IssueState, LedgerAction
from db.issues.models.duty import Duty
from db.kernel.bounds import PROSE, Between, Length
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import (
    CodeField,
    DayField,
    EnumField,
    FixedDecimalField,
    LineField,
    ProseField,
    UtcDateTimeField,
    at_most_one_of,
)
from db.kernel.model import BaseModel
from db.kernel.ranks import index_ranks
from db.organizations.models.organization import Organization
from db.places.models.division import Division, DivisionLevel
from db.sites.models import Site
from db.teams.models.team import VolunteerTeam

# Bounds that the table checks as well as the commands.
TITLE, RATING, PERCENT = Length(2, 60), Between(1, 5), Between(0, 100)


class Urgency(DomainEnum):
    """How fast an issue must be handled (紧急程度)."""

    EMERGENCY = "EMERGENCY", "Danger to life or property, so somebody must be on site within 2 hours.", "紧急"
    URGENT = "URGENT", "A first step is due within 24 hours.", "急办"
    NORMAL = "NORMAL", "The issue is to be handled within 7 days.", "一般"
    COMPLEX = "COMPLEX", "The issue is to be handled within 15 days, or by milestones.", "疑难"


class Channel(GrowingEnum):
    """How an issue reached the community (来源渠道)."""

    HOTLINE = "HOTLINE", "The city's telephone hotline.", "民情热线"
    MAILBOX = "MAILBOX", "The public mailbox for suggestions.", "民意信箱"
    DELIBERATION_ROOM = "DELIBERATION_ROOM", "The deliberation room of the community.", "协商议事室"
    GRID_PATROL = "GRID_PATROL", "A patrol by a grid worker.", "网格巡查"
    MEMBER_PROPOSAL = "MEMBER_PROPOSAL", "A proposal by a committee member.", "委员提案"
    UNIT_REPORT = "UNIT_REPORT", "A report by an organization.", "单位反映"
    APP = "APP", "The city's app for residents.", "小兰帮办"
    VISIT = "VISIT", "A visit by somebody who answers for the place.", "走访"
    API = "API", "Another program, through the API.", "接口"


class EvidenceKind(GrowingEnum):
    """The kind of a piece of evidence (佐证类型)."""

    PHOTO = "PHOTO", "A photograph of the place.", "照片"
    DOCUMENT = "DOCUMENT", "A document, such as a report.", "文件"
    MINUTES = "MINUTES", "The minutes of a meeting.", "会议纪要"
    STATEMENT = "STATEMENT", "A written statement on the work.", "情况说明"


class EvidenceStage(GrowingEnum):
    """What a piece of evidence was given with (佐证阶段)."""

    REPORT = "REPORT", "It came with the issue, and shows the concern.", "反映时"
    WORK = "WORK", "It was added later, while people worked on the issue.", "办理中"
    RESULT = "RESULT", "It came with the result, and shows the work that was done.", "办结时"


class RejectionReason(DomainEnum):
    """The reason why an issue is rejected (不予受理理由)."""

    OUT_OF_SCOPE = "OUT_OF_SCOPE", "The matter is not one for a committee.", "不属受理范围"
    NORM_ABSTAIN = "NORM_ABSTAIN", "A published norm tells committees to keep out of the matter.", "六不参与"
    IN_LITIGATION = "IN_LITIGATION", "The matter is before a court or in a petition procedure.", "涉诉涉访"
    NOT_LOCAL = "NOT_LOCAL", "The matter concerns another place.", "非本辖区"
    ABUSIVE = "ABUSIVE", "The report is untrue or abusive.", "内容不实或含不当言辞"


class EmergencyService(GrowingEnum):
    """The emergency service that a reporter is to call first (应急电话, rule A8)."""

    POLICE = "POLICE", "Crime or danger to public order: call 110.", "110 报警"
    FIRE_BRIGADE = "FIRE_BRIGADE", "Fire, or people to be rescued: call 119.", "119 火警"
    AMBULANCE = "AMBULANCE", "Somebody is ill or injured: call 120.", "120 急救"


class Issue(BaseModel):
    """A concern that residents or members bring (事项): `version` counts its changes, its history is its ledger.

    `responsible_code` is the division whose office answers for it at its current level; `warn_at` is when 80 % of the
    running deadline will have passed.
    """

    id = BigAutoField()
    number = CodeField(null=True, unique=True)
    title = LineField()
    description = ProseField()
    duty = EnumField(Duty)
    topic_code = CodeField(null=True)
    urgency = EnumField(Urgency)
    channel = EnumField(Channel)
    place = LineField(null=True)
    state = EnumField(IssueState)
    outcome = EnumField(IssueOutcome, null=True)
    current_level = EnumField(DivisionLevel)
    version = IntegerField(default=1)
    division = ForeignKeyField(Division, backref="issues", on_delete="RESTRICT")
    division_code = CodeField()
    responsible_code = CodeField()
    committee = ForeignKeyField(Committee, backref="issues", on_delete="RESTRICT", index=False)
    submitter = ForeignKeyField(Member, null=True, backref="submitted_issues", on_delete="SET NULL", index=False)
    reporter = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    is_anonymous = BooleanField(default=False)
    handler_organization = ForeignKeyField(Organization, null=True, on_delete="RESTRICT")
    handler_team = ForeignKeyField(VolunteerTeam, null=True, on_delete="RESTRICT")
    handler_member = ForeignKeyField(Member, null=True, on_delete="RESTRICT")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()
    accepted_at = UtcDateTimeField(null=True)
    due_at = UtcDateTimeField(null=True)
    warn_at = UtcDateTimeField(null=True)
    closed_at = UtcDateTimeField(null=True)
    resume_on = DayField(null=True)
    reporter_count = IntegerField(default=1)
    reopen_count = IntegerField(default=0)
    return_count = IntegerField(default=0)
    deferral_count = IntegerField(default=0)
    transfer_count = IntegerField(default=0)
    is_extended = BooleanField(default=False)
    is_suspended_once = BooleanField(default=False)
    is_appealed = BooleanField(default=False)
    rating = IntegerField(null=True)
    merged_into = ForeignKeyField("self", null=True, backref="merged_issues", on_delete="RESTRICT")
    # Staff who answered on the spot and hold no seat.
    handler_account = ForeignKeyField(Account, null=True, on_delete="RESTRICT")
    # Until when its handler may give it back, and its office send it on; null where nothing said so.
    return_until = UtcDateTimeField(null=True)
    transfer_until = UtcDateTimeField(null=True)
    # The system that the issue came from, and its own name for it there.
    external_source = CodeField(null=True)
    external_id = LineField(null=True)
    site = ForeignKeyField(Site, null=True, backref="issues", on_delete="RESTRICT")
    # Whom the reporter was told to call (A8); the issue is an EMERGENCY then.
    referred_to = EnumField(EmergencyService, null=True)
    # Where it is: as its reporter said, or where its site lies.
    latitude = FixedDecimalField(places=6, null=True)
    longitude = FixedDecimalField(places=6, null=True)
    x_m = IntegerField(null=True)
    y_m = IntegerField(null=True)
    cell_x = IntegerField(null=True)
    cell_y = IntegerField(null=True)
    # The incident that it belongs to; it is at least URGENT then.
    incident = ForeignKeyField(Incident, null=True, backref="issues", on_delete="RESTRICT")

    if TYPE_CHECKING:
        division_id: int
        committee_id: int
        submitter_id: int | None
        reporter_id: int | None
        merged_into_id: int | None
        handler_organization_id: int | None
        handler_team_id: int | None
        handler_member_id: int | None
        handler_account_id: int | None
        site_id: int | None
        incident_id: int | None

    class Meta:
        # Each order that lists offer, alone, under a committee or submitter, and within a subtree.
        indexes = (
            (("created_at", "id"), True),
            (("updated_at", "id"), True),
            (("due_at", "id"), True),
            (("closed_at", "id"), True),
            (("state", "created_at", "id"), True),
            (("topic_code", "state", "created_at", "id"), True),
            (("committee", "created_at", "id"), True),
            (("submitter", "created_at", "id"), True),
            # With all that tells who sees an issue, so that counts need no table.
            (("division_code", "state", "number", "reporter", "site"), False),
            (("division_code", "created_at", "id"), True),
            (("responsible_code", "state", "due_at"), False),
            (("external_source", "external_id"), True),
        )
        constraints = [
            Check(TITLE.sql("title")),
            Check(PROSE.sql("description")),
            Check(RATING.sql("rating")),
            Check("version >= 1"),
            Check("(external_id IS NULL) = (external_source IS NULL)"),
            Check("(latitude IS NULL) = (longitude IS NULL)"),
            Check("incident_id IS NULL OR urgency IN ('EMERGENCY', 'URGENT')"),
            Check("merged_into_id IS NULL OR merged_into_id <> id"),
            Check("(state = 'CLOSED') = (closed_at IS NOT NULL AND outcome IS NOT NULL)"),
            Check("(state = 'MERGED') = (merged_into_id IS NOT NULL)"),
            at_most_one_of("handler_organization_id", "handler_team_id", "handler_member_id"),
            Check(
                "handler_account_id IS NULL OR "
                "COALESCE(handler_organization_id, handler_team_id, handler_member_id) IS NULL"
            ),
        ]


Issue.add_index(Issue.index(Issue.cell_x, Issue.cell_y, where=SQL("cell_x IS NOT NULL"), name="issue_place"))
# For counts of what not everybody sees, which roll-ups leave to be counted for each viewer.
Issue.add_index(
    Issue.index(
        Issue.division_code,
        Issue.state,
        Issue.number,
        Issue.reporter,
        where=SQL(
            f"NOT (number IS NOT NULL OR state NOT IN ({', '.join(repr(state.value) for state in PRIVATE_STATES)}))"
        ),
        name="issue_private",
    )
)
index_ranks(Issue, "state", "state created_at", "urgency", "urgency created_at", "current_level")


class IssueContact(BaseModel):
    """Who reported an issue and how to reach them: apart from the issue and its ledger, so that it can be erased."""

    issue = ForeignKeyField(Issue, primary_key=True, on_delete="CASCADE")
    division_code = CodeField()
    name = LineField(null=True)
    phone = CodeField(null=True)
    address = LineField(null=True)


class Rejection(BaseModel):
    """The last rejection of an issue (不予受理): `issue` has none where it was never rejected."""

    issue = ForeignKeyField(Issue, primary_key=True, on_delete="CASCADE")
    division_code = CodeField()
    reason = EnumField(RejectionReason)
    advice = ProseField()
    norm = ForeignKeyField(ConductNorm, null=True, backref="rejections", on_delete="RESTRICT")
    at = UtcDateTimeField()

    if TYPE_CHECKING:
        issue_id: int
        norm_id: int | None

    class Meta:
        constraints = [Check("(reason = 'NORM_ABSTAIN') = (norm_id IS NOT NULL)")]


class IssueFollower(BaseModel):
    """Somebody who hears how an issue goes on: the reporters of issues that were merged into it follow it (A6)."""

    issue = ForeignKeyField(Issue, backref="followers", on_delete="CASCADE", index=False)
    account = ForeignKeyField(Account, on_delete="CASCADE")
    division_code = CodeField()
    since = UtcDateTimeField()

    if TYPE_CHECKING:
        issue_id: int
        account_id: int

    class Meta:
        primary_key = CompositeKey("issue", "account")


class LedgerEntry(BaseModel):
    """One line of an issue's ledger (台账): only ever added, numbered without gaps, and chained by hash."""

    id = BigAutoField()
    issue = ForeignKeyField(Issue, backref="ledger", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    seq = IntegerField()
    at = UtcDateTimeField()
    action = EnumField(LedgerAction)
    actor = ForeignKeyField(Account, null=True, on_delete="RESTRICT")
    actor_name = LineField(null=True)
    actor_role = EnumField(Role, null=True)
    office_code = CodeField(null=True)
    from_state = EnumField(IssueState, null=True)
    to_state = EnumField(IssueState)
    from_level = EnumField(DivisionLevel, null=True)
    to_level = EnumField(DivisionLevel)
    due_before = UtcDateTimeField(null=True)
    due_after = UtcDateTimeField(null=True)
    note = ProseField(null=True)
    details = ProseField(default="{}")
    idempotency_key = CodeField(null=True)
    prev_hash = CodeField()
    hash = CodeField()

    if TYPE_CHECKING:
        issue_id: int
        actor_id: int | None

    class Meta:
        indexes = ((("issue", "seq"), True), (("division_code", "at"), False), (("at", "id"), True))
        constraints = [Check("seq >= 1"), Check("length(hash) = 64"), Check("length(prev_hash) = 64")]


class LedgerSerial(BaseModel):
    """The last ledger number given in a community and year: taken under its row's lock, so that none is skipped."""

    division_code = CodeField()
    year = IntegerField()
    last = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("division_code", "year")


class Comment(BaseModel):
    """A comment on an issue (留言)."""

    id = BigAutoField()
    issue = ForeignKeyField(Issue, backref="comments", on_delete="CASCADE", index=False)
    division_code = CodeField()
    author = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    author_name = LineField()
    text = ProseField()
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        issue_id: int

    class Meta:
        indexes = ((("issue", "created_at", "id"), True),)


class ProgressReport(BaseModel):
    """What the handler of an issue reports of the work (进展). next_on: when the next report is expected."""

    id = BigAutoField()
    issue = ForeignKeyField(Issue, backref="progress_reports", on_delete="CASCADE", index=False)
    division_code = CodeField()
    reporter = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    reporter_name = LineField()
    percent = IntegerField()
    text = ProseField()
    next_on = DayField(null=True)
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        issue_id: int
        reporter_id: int | None

    class Meta:
        indexes = ((("issue", "created_at", "id"), True),)
        constraints = [Check(PERCENT.sql("percent"))]


class Evidence(BaseModel):
    """What shows a concern, or work on it (佐证材料): a description, and a file kept here or elsewhere."""

    id = BigAutoField()
    issue = ForeignKeyField(Issue, backref="evidence", on_delete="CASCADE", index=False)
    division_code = CodeField()
    kind = EnumField(EvidenceKind)
    description = LineField()
    uri = LineField(null=True)
    sha256 = CodeField(null=True)
    created_at = UtcDateTimeField()
    file = ForeignKeyField(File, null=True, on_delete="RESTRICT", unique=True)
    stage = EnumField(EvidenceStage, default=EvidenceStage.RESULT, constraints=[SQL("DEFAULT 'RESULT'")])
    progress_report = ForeignKeyField(ProgressReport, null=True, backref="attachments", on_delete="CASCADE")

    if TYPE_CHECKING:
        issue_id: int
        file_id: int | None
        progress_report_id: int | None

    class Meta:
        indexes = ((("issue", "created_at", "id"), True),)
