"""Issues, their ledger, and what is attached to them."""

from collections.abc import Callable, Iterable
from typing import Any

from peewee import Case, ColumnBase, Node

from db.city import models
from db.issues import visibility
from db.issues.ledger import corrects
from db.issues.lifecycle import CLOSED_STATES, OPEN_STATES, STOPPED_STATES, IssueState, LedgerAction
from db.issues.models.issue import EmergencyService, RejectionReason
from db.issues.rollups import ROLLUPS
from db.kernel.addresses import safe_address
from db.kernel.enumeration import DomainEnum
from db.kernel.expressions import Row
from schema.catalog.declare import column, computed, many, model_type, one, one_of
from schema.catalog.fields import Kind
from schema.engine.bindings import NOW
from schema.graph.language import name_of
from schema.graph.masks import MASKED_ADDRESS, MASKED_NAME, MASKED_PHONE
from schema.graph.places.near import DISTANCE, LATITUDE, LONGITUDE
from schema.graph.viewer import seen_by, viewer_of

_NUMBERS = {EmergencyService.POLICE: "110", EmergencyService.FIRE_BRIGADE: "119", EmergencyService.AMBULANCE: "120"}


class SlaStatus(DomainEnum):
    """The progress of an issue towards its running deadline (时限状态)."""

    GREEN = "GREEN", "Less than four fifths of the time have passed.", "正常"
    YELLOW = "YELLOW", "At least four fifths of the time have passed.", "预警"
    RED = "RED", "The running deadline has passed.", "超期"
    STOPPED = "STOPPED", "No deadline runs: the issue is closed, suspended or waiting for its reporter.", "停表"


def _in(column: ColumnBase, states: Iterable[IssueState]) -> ColumnBase:
    return column.in_([state.value for state in states])


def _sla_status(issue: Row) -> ColumnBase:
    return Case(
        None,
        [
            (_in(issue.state, CLOSED_STATES + STOPPED_STATES) | issue.due_at.is_null(), SlaStatus.STOPPED.value),
            (issue.due_at < NOW, SlaStatus.RED.value),
            (issue.warn_at <= NOW, SlaStatus.YELLOW.value),
        ],
        SlaStatus.GREEN.value,
    )


def is_overdue(issue: Row) -> ColumnBase:
    """Build the condition that an issue's clock runs and its deadline has passed."""
    # In the table's order, so that the statement's text is the same in every process.
    running = [state for state in OPEN_STATES if state not in STOPPED_STATES]
    return _in(issue.state, running) & issue.due_at.is_null(False) & (issue.due_at < NOW)


@model_type(
    models.Issue,
    "A concern that residents or members submit (事项); until it is accepted, only its reporter, its committee and "
    "the responsible offices see it.",
    visible=seen_by(visibility.ISSUE),
    rollups=ROLLUPS,
    private=lambda issue, given: visibility.private_parts(issue, viewer_of(given)),
)
class Issue:
    """The centre of the graph."""

    number = column("The ledger number, assigned on acceptance (台账编号).")
    title = column("The title of the issue.")
    description = column("The description of the concern.")
    duty = column("The duty that the issue falls under, one of eight.")
    topic_code = column("The code of the topic, such as HOU-01.")
    urgency = column("How fast the issue must be handled.")
    channel = column("The channel through which the issue reached the community.")
    place = column("The place of the issue, as its reporter described it.")
    latitude = LATITUDE
    longitude = LONGITUDE
    distance_meters = DISTANCE
    referred_to = column("The emergency service that the reporter was told to call (应急电话); null in other cases.")
    emergency_number = computed(
        Kind.CODE,
        lambda issue: Case(issue.referred_to, [(service.value, number) for service, number in _NUMBERS.items()]),
        "The telephone number of the emergency service to call at once, such as 119; null in other cases.",
        nullable=True,
        cost=0,
    )
    site = one("Site", "The site that the issue is about, if the reporter named one.")
    state = column("The state of the issue in its lifecycle.")
    outcome = column("The outcome of the issue, set when the work is reported done.")
    current_level = column("The level that is responsible for the issue now.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
    external_source = column(
        "The external system that the issue came from, such as 12345; null when it was submitted here."
    )
    external_id = column("The id of the issue in the external system.")
    responsible_division = one(
        "Division",
        "The division whose office is responsible for the issue at its current level (责任单位).",
        on=lambda issue, division: division.code == issue.responsible_code,
    )
    division = one("Division", "The community that the issue belongs to.")
    division_code = column("The 12-digit code of the community.")
    committee = one("Committee", "The committee of the issue's community.")
    submitter = one("Member", "The committee member who submitted the issue, if one did.")
    is_anonymous = column("Whether the handler does not learn who reported the issue (匿名反映).")
    contact = one(
        "IssueContact",
        "The masked contact, visible to the reporter and to those who may reveal it; null for everybody else.",
        on=lambda issue, contact: contact.issue == issue.id,
    )
    handler = one_of(
        "Claimant",
        {
            "Organization": "handler_organization",
            "VolunteerTeam": "handler_team",
            "Member": "handler_member",
            "Resident": "handler_account",
        },
        "The organization, team, member or resident that handles the issue now.",
        nullable=True,
    )
    created_at = column("When the issue was submitted.")
    updated_at = column("When the issue was last changed.")
    accepted_at = column("When the issue was accepted into the ledger.")
    due_at = column("The deadline that runs now; null when none runs.")
    closed_at = column("When the issue was struck off the ledger.")
    sla_status = computed(SlaStatus, _sla_status, "The progress towards the running deadline.", cost=0)
    is_overdue = computed(bool, is_overdue, "Whether the running deadline has passed.", cost=0)
    reporter_count = column("How many people reported the issue, including reporters of merged issues.")
    reopen_count = column("How often the issue was reopened.")
    rating = column("The reporter's rating, from 1 to 5.")
    merged_into = one("Issue", "The issue that this one was merged into.")
    rejection = one(
        "Rejection",
        "The last rejection of the issue; null when it was never rejected.",
        on=lambda issue, rejection: rejection.issue == issue.id,
        shares_visibility=True,
    )
    rejection_reason = computed(
        RejectionReason,
        lambda issue: _of_rejection(issue, lambda rejection: rejection.reason),
        "The reason of the last rejection of the issue, to group by; null when it was never rejected.",
        nullable=True,
        cost=2,
    )
    rejection_norm_code = computed(
        Kind.CODE,
        lambda issue: _of_rejection(issue, _norm_code),
        "The code of the norm that the last rejection of the issue cites, to group by; null when it cites none.",
        nullable=True,
        cost=2,
    )
    ledger = many(
        "LedgerEntry", "The ledger of the issue, oldest entry first.", on="issue",
        order="seq", shares_visibility=True,
    )  # fmt: skip
    claims = many(
        "Claim", "Claims on the issue, newest first.", on="issue",
        order="-created_at", shares_visibility=True,
    )  # fmt: skip
    resources = many(
        "Resource",
        "Resources that were claimed for the issue.",
        on=lambda issue, resource: resource.id.in_(_claimed(models.Claim.resource, models.Claim.issue == issue.id)),
    )
    merged_issues = many("Issue", "Issues that were merged into this one.", on="merged_into")
    agenda_items = many("AgendaItem", "The agenda items about the issue.", on="issue")
    comments = many(
        "Comment", "Comments on the issue, oldest first.", on="issue",
        order="created_at", shares_visibility=True,
    )  # fmt: skip
    evidence = many(
        "Evidence",
        "What shows the concern, and work on it, oldest first; `stage` tells which.",
        on="issue",
        order="created_at",
        shares_visibility=True,
    )
    progress_reports = many(
        "ProgressReport",
        "What the handler reported of the work, newest first.",
        on="issue",
        order="-created_at",
        shares_visibility=True,
    )
    needs = many(
        "Need",
        "The issue's entries on the need list.",
        on="issue",
        shares_visibility=True,
    )
    requests = many(
        "IssueRequest",
        "Requests for a suspension, extension or transfer, newest first.",
        on="issue",
        order="-asked_at",
        shares_visibility=True,
    )
    notices = many(
        "Notice",
        "Notices about the issue, newest first: those to the viewer, or all for responsible offices.",
        on="issue",
        order="-created_at",
    )


def _of_rejection(issue: Row, selected: Callable[[Row], Any]) -> Node:
    rejection = models.Rejection.alias("its_rejection")
    return rejection.select(selected(rejection)).where(rejection.issue == issue.id)


def _norm_code(rejection: Row) -> Node:
    norm = models.ConductNorm.alias("its_norm")
    return norm.select(norm.code).where(norm.id == rejection.norm)


def _claimed(selected: ColumnBase, condition: ColumnBase) -> Node:
    return models.Claim.select(selected).where(condition, selected.is_null(False))


@model_type(
    models.IssueContact,
    "The masked contact of an issue (联系方式); `revealContact` returns it in full and records the access.",
    visible=seen_by(visibility.CONTACT),
    is_node=False,
)
class IssueContact:
    """Apart from the issue and its ledger, so that it can be erased."""

    name = MASKED_NAME
    phone = MASKED_PHONE
    address = MASKED_ADDRESS


@model_type(
    models.Rejection,
    "The rejection of an issue, with its reason and advice on where to turn (不予受理).",
    visible=seen_by(visibility.REJECTION),
    is_node=False,
)
class Rejection:
    """Seen by whoever sees the issue."""

    reason = column("The reason why the issue was rejected.")
    advice = column("Advice on where the reporter can turn.")
    norm = one("ConductNorm", "The published norm that tells committees to keep out of the matter, if one does.")
    at = column("When the issue was rejected.")


@model_type(
    models.LedgerEntry,
    "One entry of an issue's ledger (台账): append-only and chained by hash.",
    visible=seen_by(visibility.LEDGER),
)
class LedgerEntry:
    """The history of an issue is its ledger."""

    issue = one("Issue", "The issue that the entry belongs to.", shares_visibility=True)
    division_code = column("The 12-digit code of the community when the entry was written.")
    seq = column("The sequence number in the issue's ledger, from 1 without gaps.")
    at = column("When the action happened.")
    action = column("The action that the entry records.")
    action_name = computed(
        Kind.LINE,
        lambda entry: name_of(entry.action, LedgerAction),
        'The action in words, in the language of the request, such as "The issue was accepted into the ledger".',
        cost=0,
        queryable=False,
    )
    actor_name = computed(
        Kind.LINE,
        lambda entry, given: visibility.actor_name(entry, viewer_of(given)),
        "The name of the actor; null for the system, and 居民 for a resident whose name the viewer may not see.",
        nullable=True,
        cost=0,
    )
    actor_role = column("The role in which the actor acted.")
    office_code = column("The code of the division whose office answered then; null where it was none's.")
    from_state = column("The state before the action; null for the first entry.")
    to_state = column("The state of the issue after the action.")
    from_level = column("The responsible level before the action; null for the first entry.")
    to_level = column("The responsible level after the action.")
    due_before = column("The deadline before the action.")
    due_after = column("The deadline after the action.")
    note = column("The note that was recorded with the action.")
    facts = computed(
        Kind.PROSE,
        lambda entry: entry.details,
        'What the action was about besides, as JSON text such as `{"master_id": 7}`, with no data about persons.',
        queryable=False,
    )
    corrections = many(
        "LedgerEntry",
        "The later entries that say what is wrong with this one (更正), oldest first.",
        on=lambda entry, later: corrects(later, entry),
        order="seq",
    )
    prev_hash = column("The hash of the previous entry; 64 zeros for the first.")
    hash = column("The SHA-256 hash of this entry and the previous hash.")
    hashed_text = computed(
        Kind.PROSE,
        lambda entry, given: visibility.hashed_text(entry, viewer_of(given)),
        "What the hash is the SHA-256 of, in UTF-8, so that anybody can work it out; null where it has a name that the "
        "viewer may not know.",
        nullable=True,
        queryable=False,
    )


@model_type(models.Comment, "A comment on an issue (留言).", visible=seen_by(visibility.COMMENT))
class Comment:
    """A remark."""

    issue = one("Issue", "The issue that is commented on.", shares_visibility=True)
    author_name = computed(
        Kind.LINE,
        lambda comment, given: visibility.author_name(comment, viewer_of(given)),
        "The name of the author; 反映人 for a reporter whose name the viewer may not see.",
        cost=0,
    )
    text = column("The text of the comment.")
    created_at = column("When the comment was written.")


@model_type(
    models.Evidence,
    "What shows the concern of an issue, or work on it (佐证材料).",
    visible=seen_by(visibility.EVIDENCE),
)
class Evidence:
    """A description, and a file that is kept here or elsewhere."""

    issue = one("Issue", "The issue that the evidence belongs to.", shares_visibility=True)
    stage = column("What the evidence was given with, such as the report or the result.")
    kind = column("The kind of evidence, such as a photograph.")
    description = column("What the evidence shows, in words.")
    uri = computed(
        Kind.LINE,
        lambda evidence: safe_address(evidence.uri),
        "The https address of a file that is kept elsewhere; null when none was given.",
        nullable=True,
        cost=0,
    )
    sha256 = column("The SHA-256 hash of the file, in hexadecimal.")
    progress_report = one(
        "ProgressReport", "The progress report that the evidence came with; null when it came otherwise.",
        shares_visibility=True,
    )  # fmt: skip
    file = one("File", "The uploaded file; null when there is none here.", shares_visibility=True)
    created_at = column("When the evidence was added.")


@model_type(
    models.ProgressReport,
    "What the handler of an issue reports of the work while it goes on (进展).",
    visible=seen_by(visibility.PROGRESS),
)
class ProgressReport:
    """Seen by whoever sees the issue."""

    issue = one("Issue", "The issue that the work is on.", shares_visibility=True)
    division_code = column("The 12-digit code of the community.")
    reporter_name = computed(
        Kind.LINE,
        lambda report, given: visibility.reporter_name(report, viewer_of(given)),
        "The name of the handler who reported; 反映人 for one who reported the issue too and whom the viewer may not "
        "know.",
        cost=0,
    )
    percent = column("How much of the work is done, in per cent.")
    text = column("What was done and what comes next.")
    next_on = column("The day on which the next report is to be expected.")
    created_at = column("When the progress was reported.")
    attachments = many(
        "Evidence",
        "The evidence that came with the report, oldest first.",
        on="progress_report",
        order="created_at",
        shares_visibility=True,
    )


@model_type(
    models.IssueRequest,
    "A request to suspend, extend or transfer an issue, decided by another office (申请).",
    visible=seen_by(visibility.REQUEST),
)
class IssueRequest:
    """Puts an issue off, extends its deadline or sends it on, once granted."""

    issue = one("Issue", "The issue that the request is about.", shares_visibility=True)
    kind = column("The kind of the request.")
    state = column("The state of the request.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    reason = column("The reason for the request.")
    resume_on = column("The day on which handling resumes, for a suspension.")
    working_days = column("The number of additional working days, for an extension.")
    target = one("Division", "The community that the issue should go to, for a transfer.")
    asked_by_name = column("The name of the person who made the request.")
    asked_at = column("When the request was made.")
    decided_by_name = column("The name of the person who decided the request.")
    decided_at = column("When the request was decided.")
    decision_reason = column("The reason for granting or declining the request.")


ISSUE_TYPES = (Issue, IssueContact, Rejection, LedgerEntry, Comment, Evidence, ProgressReport, IssueRequest)
