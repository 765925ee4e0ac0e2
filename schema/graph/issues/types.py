"""Issues, their ledger, and what is attached to them."""

from collections.abc import Iterable

from peewee import Case, ColumnBase, Node

from db.city import models
from db.issues.lifecycle import CLOSED_STATES, OPEN_STATES, STOPPED_STATES, IssueState, LedgerAction
from db.kernel.addresses import safe_address
from db.kernel.enumeration import DomainEnum
from db.kernel.expressions import Row
from schema.catalog.declare import column, computed, many, model_type, one, one_of
from schema.catalog.fields import Kind
from schema.engine.values import NOW
from schema.graph.issues import visibility as sight
from schema.graph.issues.visibility import contact_is_seen, issue_is_seen, its_issue_is_seen
from schema.graph.language import name_of
from schema.graph.masks import masked, masked_phone


class SlaStatus(DomainEnum):
    """How an issue stands against its running deadline (时限状态)."""

    GREEN = "GREEN", "Within its time.", "正常"
    YELLOW = "YELLOW", "Four fifths of its time have passed.", "预警"
    RED = "RED", "Past its deadline.", "超期"
    STOPPED = "STOPPED", "No clock runs: closed, put off, or waiting for the reporter.", "停表"


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
    "A concern that residents or members bring (事项), from its submission to its close-off. Everybody sees what is "
    "taken up; what is not, its reporter sees, its committee, and who reads or answers for the place.",
    visible=issue_is_seen,
)
class Issue:
    """The centre of the graph."""

    number = column("The ledger number (台账编号), from acceptance on.")
    title = column("A title of 2 to 60 characters.")
    description = column("What the concern is, up to 2,000 characters.")
    duty = column("Which of the eight duties it falls under.")
    topic_code = column("The topic's code, such as HOU-01.")
    urgency = column("How fast it must be handled.")
    channel = column("How it reached the community.")
    place = column("Where it is, as its reporter described the place.")
    state = column("The state of the issue in its lifecycle.")
    outcome = column("How it ended; set when the work is reported done.")
    current_level = column("The level that answers for it now.")
    version = column("Grows by one with each change; give it as expectedVersion.")
    external_source = column("The system that the issue came from, such as 12345; null for one submitted here.")
    external_id = column("The name that the issue has in the system that it came from.")
    responsible_division = one(
        "Division",
        "The division whose office answers for the issue at its current level (责任单位).",
        on=lambda issue, division: division.code == issue.responsible_code,
    )
    division = one("Division", "The community that the issue belongs to.")
    division_code = column("The 12-digit code of the community.")
    committee = one("Committee", "The committee of the issue's community.")
    submitter = one("Member", "The member who brought it, if one did.")
    is_anonymous = column("Whether its reporter stays unnamed to whoever handles it (匿名反映).")
    contact = one(
        "IssueContact",
        "Whom to ask about it, masked: for its reporter, and for those who may ask revealContact for it; else null.",
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
        "Who handles it now.",
        nullable=True,
    )
    created_at = column("When it was submitted.")
    updated_at = column("When it last changed.")
    accepted_at = column("When it was taken into the ledger.")
    due_at = column("The deadline that runs now; null when no clock runs.")
    closed_at = column("When it was struck off.")
    sla_status = computed(SlaStatus, _sla_status, "How it stands against the running deadline.", cost=0)
    is_overdue = computed(bool, is_overdue, "Whether the running deadline has passed.", cost=0)
    reporter_count = column("How many people reported it, those of merged issues included.")
    reopen_count = column("How often it was opened again.")
    rating = column("The reporter's rating, 1 to 5.")
    merged_into = one("Issue", "The issue that goes on in its place, once merged.")
    ledger = many(
        "LedgerEntry", "Its history, oldest entry first.", on=lambda issue, entry: entry.issue == issue.id,
        order="seq", is_seen_with=True,
    )  # fmt: skip
    claims = many(
        "Claim", "Claims on it, newest first.", on=lambda issue, claim: claim.issue == issue.id,
        order="-created_at", is_seen_with=True,
    )  # fmt: skip
    resources = many(
        "Resource",
        "Resources claimed for it.",
        on=lambda issue, resource: resource.id.in_(_claimed(models.Claim.resource, models.Claim.issue == issue.id)),
    )
    merged_issues = many(
        "Issue", "Issues that were merged into it.", on=lambda issue, merged: merged.merged_into == issue.id
    )
    agenda_items = many(
        "AgendaItem", "Where it was on a meeting's agenda.", on=lambda issue, item: item.issue == issue.id
    )
    comments = many(
        "Comment", "Comments on the issue, oldest first.", on=lambda issue, comment: comment.issue == issue.id,
        order="created_at", is_seen_with=True,
    )  # fmt: skip
    evidence = many(
        "Evidence",
        "What shows that the work was done, oldest first.",
        on=lambda issue, evidence: evidence.issue == issue.id,
        order="created_at",
        is_seen_with=True,
    )
    needs = many(
        "Need", "Its entries on the need list.", on=lambda issue, need: need.issue == issue.id, is_seen_with=True
    )
    requests = many(
        "IssueRequest",
        "Requests that another office decides, newest first.",
        on=lambda issue, request: request.issue == issue.id,
        order="-asked_at",
        is_seen_with=True,
    )
    notices = many(
        "Notice",
        "What the clock told whom about it, newest first: to the viewer, or to anybody for offices over the place.",
        on=lambda issue, notice: notice.issue == issue.id,
        order="-created_at",
    )


def _claimed(selected: ColumnBase, condition: ColumnBase) -> Node:
    return models.Claim.select(selected).where(condition, selected.is_null(False))


@model_type(
    models.IssueContact,
    "Whom to ask about an issue, masked (联系方式); revealContact shows it, once and on the record.",
    visible=contact_is_seen,
    is_node=False,
)
class IssueContact:
    """Apart from the issue and its ledger, so that it can be erased."""

    name = computed(
        Kind.LINE,
        lambda contact: masked(contact.name, 1),
        "The masked name, such as 李****.",
        nullable=True,
        queryable=False,
    )
    phone = computed(
        Kind.CODE,
        lambda contact: masked_phone(contact.phone),
        "The telephone number (138****5678).",
        nullable=True,
        queryable=False,
    )
    address = computed(
        Kind.LINE,
        lambda contact: masked(contact.address, 3),
        "The masked address, such as 杨家园****.",
        nullable=True,
        queryable=False,
    )


@model_type(
    models.LedgerEntry,
    "One line of an issue's ledger (台账): added once, never changed, chained by hash.",
    visible=its_issue_is_seen,
)
class LedgerEntry:
    """The history of an issue is its ledger."""

    issue = one("Issue", "The issue whose ledger it is.", is_seen_with=True)
    division_code = column("The 12-digit code of the community when the entry was written.")
    seq = column("Its place in the issue's ledger, from 1 without gaps.")
    at = column("When the action happened.")
    action = column("The action that the entry records.")
    action_name = computed(
        Kind.LINE,
        lambda entry: name_of(entry.action, LedgerAction),
        "What it records, in words of the language that was asked for: 受理, or The issue was taken into the ledger.",
        cost=0,
        queryable=False,
    )
    actor_name = computed(
        Kind.LINE,
        sight.actor_name,
        "Who acted; null for the system's clock, and 居民 for a resident whom the viewer may not know.",
        nullable=True,
        cost=0,
    )
    actor_role = column("The role in which the actor acted.")
    from_state = column("The state before; null for the first entry.")
    to_state = column("The state of the issue after the action.")
    from_level = column("The level before; null for the first entry.")
    to_level = column("The responsible level after the action.")
    due_before = column("The deadline before the action.")
    due_after = column("The deadline after the action.")
    note = column("The note that was recorded with the action.")
    prev_hash = column("The hash of the entry before; 64 zeros for the first.")
    hash = column("SHA-256 over this entry and the hash before.")


@model_type(models.Comment, "A remark on an issue (留言).", visible=its_issue_is_seen)
class Comment:
    """A remark."""

    issue = one("Issue", "The issue that is commented on.", is_seen_with=True)
    author_name = computed(
        Kind.LINE, sight.author_name, "Who wrote it; 反映人 for a reporter whom the viewer may not know.", cost=0
    )
    text = column("The text of the comment.")
    created_at = column("When it was written.")


@model_type(models.Evidence, "What shows that the work was done (佐证材料).", visible=its_issue_is_seen)
class Evidence:
    """A description and the fingerprint of a file kept elsewhere."""

    issue = one("Issue", "The issue that the evidence belongs to.", is_seen_with=True)
    kind = column("The kind of evidence, such as a photograph.")
    description = column("What the evidence shows, in words.")
    uri = computed(
        Kind.LINE,
        lambda evidence: safe_address(evidence.uri),
        "Where the file is kept: an https address; null where none was given.",
        nullable=True,
        cost=0,
    )
    sha256 = column("The file's SHA-256, in hexadecimal.")
    created_at = column("When it was added.")


@model_type(
    models.IssueRequest, "A request about an issue that another office decides (申请).", visible=its_issue_is_seen
)
class IssueRequest:
    """Puts an issue off, extends its deadline or sends it on, once granted."""

    issue = one("Issue", "The issue that the request is about.", is_seen_with=True)
    kind = column("What is asked for.")
    state = column("The state of the request.")
    reason = column("Why it is asked for.")
    resume_on = column("The day on which handling is to go on, of a suspension.")
    working_days = column("How many working days more, of an extension.")
    target = one("Division", "The community that the issue belongs to, of a transfer.")
    asked_by_name = column("The name of whoever made the request.")
    asked_at = column("When the request was made.")
    decided_by_name = column("The name of whoever decided the request.")
    decided_at = column("When it was decided.")
    decision_reason = column("Why it was granted or declined.")


ISSUE_TYPES = (Issue, IssueContact, LedgerEntry, Comment, Evidence, IssueRequest)
