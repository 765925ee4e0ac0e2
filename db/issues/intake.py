"""Intake: how an issue comes in, whether it is taken into the ledger, and how it is taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Input, Inputs, flattened, read_inputs
from db.access.journal import create
from db.access.models.account import Role, roles_with
from db.access.subjects import command
from db.access.where import LATITUDE, LONGITUDE, WHERE, Where
from db.committees.models.committee import Committee, Member
from db.committees.norms import require_abstention
from db.incidents.finding import OfIncident
from db.issues.core import ISSUE, Standing, advance, begin, holds, restarted, started, windows
from db.issues.deadlines import NO_DEADLINE, Clock, due
from db.issues.evidence import Piece, add_evidence
from db.issues.guards import Guard
from db.issues.levels import office_above
from db.issues.lifecycle import ISSUE_LIFECYCLE, IssueState, LedgerAction
from db.issues.models.duty import Duty
from db.issues.models.issue import (
    TITLE,
    Channel,
    EmergencyService,
    EvidenceStage,
    Issue,
    IssueContact,
    Rejection,
    RejectionReason,
    Urgency,
)
from db.issues.need_and_project_lists import add_to_list, release_claims, strike_off
from db.issues.numbers import next_number
from db.issues.of_incidents import require_urgent
from db.issues.places import committee_at
from db.issues.visibility import may_see
from db.kernel.bounds import Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, under
from db.kernel.text import read_code
from db.places.models.division import DivisionLevel
from db.sites.finding import AtSite, lies_in
from db.sites.models import Site

SUBMITTERS = roles_with(lambda powers: powers.submits)


@dataclass(frozen=True, slots=True)
class Report(Inputs):
    """What is reported, and how it came in."""

    channel: Channel
    title: Annotated[str, TITLE]
    description: Prose
    duty: Duty
    urgency: Urgency
    topic_code: str | None = None
    place: Annotated[str, Length(1, 200)] | None = None
    referred_to: EmergencyService | None = None
    incident_id: int | None = None
    latitude: Annotated[Decimal, LATITUDE] | None = None
    longitude: Annotated[Decimal, LONGITUDE] | None = None
    evidence: Annotated[Sequence[Piece], Items(1, 10)] | None = None

    def columns(self, site: Site | None) -> dict[str, Any]:
        """Return the columns of an issue of a site, which is where the site lies unless a place is given.

        Raises:
            DomainError: INVALID_INPUT, half of the place is missing, or it lies outside the city.
        """
        apart = ("evidence", "incident_id", *WHERE)
        told = {name: value for name, value in self.values().items() if name not in apart}
        return told | Where(self.latitude, self.longitude).columns(otherwise=site)


@dataclass(frozen=True, slots=True)
class Contact(Inputs):
    """Whom to ask about an issue."""

    contact_name: Annotated[str, Length(1, 200)] | None = None
    contact_phone: str | None = None
    contact_address: Annotated[str, Length(1, 200)] | None = None

    def columns(self) -> dict[str, str]:
        """Return the columns that were given."""
        phone = self.contact_phone
        phone = read_code(phone, ("contactPhone",)) if phone is not None else None
        columns = {"name": self.contact_name, "phone": phone, "address": self.contact_address}
        return {column: text for column, text in columns.items() if text is not None}


@dataclass(frozen=True, slots=True)
class Source(Inputs):
    """The system that an issue comes from, and its name there, which is taken once."""

    external_source: Annotated[str, Length(1, 40)] | None = None
    external_id: Annotated[str, Length(1, 100)] | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports an issue. account_id: None where they do not sign in."""

    account_id: int | None
    is_anonymous: bool = False


@command()
def submit_issue(
    call: Call,
    *,
    division_code: str,
    report: Report,
    contact: Contact,
    source: Source,
    at_site: AtSite,
    is_anonymous: bool = False,
) -> CommandResult:
    """Submit an issue to a community (提交, T1).

    Raises:
        DomainError: INVALID_INPUT, a text is too short or too long, the channel is VISIT, or neither a contact is named
            nor the report is anonymous; NOT_FOUND, no such community or site, or no committee there; NOT_PERMITTED, the
            actor holds no role there; ALREADY_EXISTS, the other system's issue was submitted before.
    """
    committee = committee_at(division_code)
    site = at_site.find(division_code)
    role = _submitting(call, division_code, site)
    if report.channel is Channel.VISIT:
        raise invalid(
            "channel",
            "An issue of a visit is logged with the visit (logVisit); choose another channel.",
            "走访发现的议题请随走访一并记录（logVisit），此处请另选来源渠道。",
        )
    if not (is_anonymous or contact.columns()):
        raise invalid(
            "contactName",
            "Name a contact (contactName, contactPhone or contactAddress), or report anonymously (isAnonymous).",
            "请填写联系人（contactName、contactPhone 或 contactAddress），或选择匿名反映（isAnonymous）。",
        )
    reporter = Reporter(call.actor.account_id, is_anonymous)
    return submit_as(call, role, committee, site, report=report, contact=contact, source=source, reporter=reporter)


def submit_as(
    call: Call,
    role: Role,
    committee: Committee,
    site: Site | None,
    *,
    report: Report,
    contact: Contact,
    source: Source,
    reporter: Reporter,
) -> CommandResult:
    """Submit an issue to a committee in a role that lets the actor do so, in the name of whoever reports it.

    Raises:
        DomainError: ALREADY_EXISTS, the other system's issue was submitted before; INVALID_INPUT, also where an
            emergency service is called for something less urgent, or it belongs to an incident and is less than URGENT;
            NOT_FOUND, no such incident; LIMIT_REACHED, the incident is over.
    """
    if report.referred_to is not None and report.urgency is not Urgency.EMERGENCY:
        raise invalid(
            "urgency",
            "What an emergency service is called for (referredTo) is reported with the urgency EMERGENCY.",
            "已提示拨打应急电话（referredTo）的事项，紧急程度须为“紧急”（EMERGENCY）。",
        )
    division_code, contact_columns = committee.division_code, contact.columns()
    incident_id = OfIncident(report.incident_id).find(call, division_code)
    require_urgent(incident_id, report.urgency)
    external = _external(call, source)
    end, warn = due(Clock.INTAKE, report.urgency, call.at, division_code)
    issue = create(
        ISSUE_LIFECYCLE, Issue, **report.columns(site),
        current_level=DivisionLevel.COMMUNITY, division=committee.division_id, division_code=division_code,
        responsible_code=division_code, committee=committee.id,
        submitter=_seat_of(reporter, committee), reporter=reporter.account_id,
        is_anonymous=reporter.is_anonymous, created_at=call.at, updated_at=call.at, due_at=end, warn_at=warn,
        site=site and site.id, incident=incident_id, **windows(LedgerAction.CREATE, call.at), **external,
    )  # fmt: skip
    add_evidence(call, issue, report.evidence or (), EvidenceStage.REPORT)
    if contact_columns:
        IssueContact.create(issue=issue.id, division_code=division_code, **contact_columns)
    details: dict[str, Any] = {"channel": report.channel.value, "is_anonymous": reporter.is_anonymous, **external}
    if report.referred_to is not None:
        details["referred_to"] = report.referred_to.value
    if incident_id is not None:
        details["incident_id"] = incident_id
    event = begin(call, issue, role, details)
    return CommandResult({"issue": issue.id, "event": event})


def told_issue(*known: str) -> dict[str, Input]:
    """Return the inputs of `submitIssue` with which something else tells of an issue. known: those that it says."""
    return {name: one for name, one in flattened(submit_issue.inputs).items() if name not in known}


def submit_told(
    call: Call,
    role: Role,
    committee: Committee,
    told: Mapping[str, Any],
    reporter: Reporter,
    *,
    contact: Contact | None = None,
    site: Site | None = None,
    path: tuple[str, ...] = (),
) -> int:
    """Submit an issue that something else tells of, such as a visit, and return its id.

    told: inputs of `submitIssue`. contact, site: where `told` names none. path: of the input that holds what is told.

    Raises:
        DomainError: as `submit_as` refuses; NOT_FOUND, the community has no such site.
    """
    given = read_inputs(submit_issue.inputs, told, path, call.at)
    if contact is not None and not given["contact"].columns():
        given["contact"] = contact
    with under(*path):
        site = given.pop("at_site").find(committee.division_code) or site
        return submit_as(call, role, committee, site, reporter=reporter, **given).rows["issue"]


def _submitting(call: Call, division_code: str, site: Site | None) -> Role:
    """Return the role in which an actor submits an issue about a site, or about the community itself."""
    submitting = [held for held in call.actor.held if held.role in SUBMITTERS and held.part.covers(division_code)]
    held = next((held for held in submitting if held.site_id is None or lies_in(site, held.site_id)), None)
    if held is not None:
        return held.role
    if submitting:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "You are a grid worker of one grid; name the site in your grid that the issue is about.",
            ("siteId",),
            chinese="您只负责一个网格，请填写本网格内的点位。",
        )
    raise DomainError(
        ErrorCode.NOT_PERMITTED,
        (
            "Only residents, grid workers, members, staff, units and teams of the community, and officers above "
            "it, can submit an issue there."
        ),
        ("divisionCode",),
        chinese="只有本社区的居民、网格员、委员、工作人员、单位和志愿服务队，以及上级干部，可以提交事项。",
    )


def _external(call: Call, given: Source) -> dict[str, str]:
    """Check the name that another system has for an issue: given whole, and not taken yet."""
    source, name = given.external_source, given.external_id
    if source is None and name is None:
        return {}
    if source is None or name is None:
        raise invalid(
            "externalId" if name is None else "externalSource",
            "Send externalSource and externalId together, or neither.",
            "externalSource 与 externalId 须同时填写，或都不填写。",
        )
    earlier = Issue.find(external_source=source, external_id=name)
    if earlier is not None:
        # Whoever may not know of the issue learns no more than that the name is taken.
        is_known = may_see(call.actor, earlier)
        which = f"Issue_{earlier.id}" + (f", {earlier.number}" if earlier.number else "") if is_known else ""
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            (
                f"{source} {name} was already submitted{f' ({which})' if which else ''}; look it up instead of "
                "sending it again."
            ),
            ("externalId",),
            chinese=f"{source} {name} 已提交过{f'（{which}）' if which else ''}，请查询原事项，不要重复提交。",
        )
    return {"external_source": source, "external_id": name}


@command(ISSUE, LedgerAction.ASK)
def request_info(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    question: Prose,
) -> CommandResult:
    """Request missing information from the reporter; the intake clock stops for up to seven days (要求补充, T2).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, the question
            is empty or too long.
    """
    event = advance(
        call, issue, LedgerAction.ASK, standing.role, to_state=IssueState.NEEDS_INFO, note=question,
        **started(call, issue, Clock.REPORTER),
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, LedgerAction.SUPPLEMENT)
def supplement_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    answer: Prose,
) -> CommandResult:
    """Supply the requested information; the intake clock continues from where it stopped (补充, T3).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, the answer is
            empty or too long.
    """
    event = advance(
        call, issue, LedgerAction.SUPPLEMENT, standing.role, to_state=IssueState.SUBMITTED,
        note=answer, **restarted(call, issue, LedgerAction.ASK),
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, LedgerAction.ACCEPT)
def accept_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    urgency: Urgency,
    duty: Duty,
) -> CommandResult:
    """Accept a submitted issue into the ledger, with a number, a deadline and an entry on the need list (受理, T5).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, it belongs to
            an incident and would be less than URGENT.
    """
    require_urgent(issue.incident_id, urgency)
    return CommandResult({"issue": issue.id, "event": accept(call, issue, standing.role, urgency, duty)})


def accept(call: Call, issue: Issue, role: Role, urgency: Urgency, duty: Duty) -> int:
    """Accept an issue that was submitted, and list its need; return the ledger entry."""
    # An issue that comes back after a transfer keeps its number.
    number = issue.number or next_number(call.at, issue.division_code)
    changes: dict[str, Any] = {"urgency": urgency, "duty": duty, "number": number, "accepted_at": call.at}
    event = advance(
        call, issue, LedgerAction.ACCEPT, role, to_state=IssueState.ACCEPTED,
        **due(Clock.TRIAGE, urgency, call.at, issue.division_code).columns,
        details={"urgency": urgency.value, "duty": duty.value, "number": number}, **changes,
    )  # fmt: skip
    add_to_list(call, issue)
    return event


@command(ISSUE, LedgerAction.REJECT)
def reject_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    reason: RejectionReason,
    advice: Prose,
    norm_code: str | None = None,
) -> CommandResult:
    """Refuse to take an issue up, for a reason on the list and with advice on where to turn (不予受理, T6).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, the advice is
            empty or too long, or NORM_ABSTAIN names no norm that the district has published.
    """
    if (reason is RejectionReason.NORM_ABSTAIN) != (norm_code is not None):
        raise invalid(
            "normCode",
            "A rejection for NORM_ABSTAIN must name the norm, and any other must not; check normCode.",
            "以“六不参与”为由不予受理时须注明条款，其他理由不得填写；请检查 normCode。",
        )
    details: dict[str, Any] = {"reason": reason.value}
    norm = require_abstention(issue.division_code, norm_code) if norm_code is not None else None
    if norm is not None:
        details |= {"norm_code": norm.code, "norm_version": norm.version}
    event = advance(
        call, issue, LedgerAction.REJECT, standing.role, to_state=IssueState.REJECTED, **NO_DEADLINE,
        note=advice, details=details,
    )  # fmt: skip
    _keep_rejection(issue, reason=reason, advice=advice, norm=norm and norm.id, at=call.at)
    return CommandResult({"issue": issue.id, "event": event})


def _keep_rejection(issue: Issue, **columns: Any) -> None:
    """Keep a rejection as the last one of an issue."""
    if not Rejection.create_unless_there(issue=issue.id, division_code=issue.division_code, **columns):
        Rejection.get_by_id(issue.id).change(**columns)


@command(ISSUE, LedgerAction.APPEAL)
def appeal_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    grounds: Prose,
) -> CommandResult:
    """Appeal against a rejection, once and within 15 days, to the office one level up (申诉, T7).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, it was
            appealed before, too late or rejected by the city; INVALID_INPUT, the grounds are empty or too long.
    """
    office = office_above(issue)
    assert office is not None, "the table of transitions refuses an appeal at the city's level"
    event = advance(
        call, issue, LedgerAction.APPEAL, standing.role, to_state=IssueState.SUBMITTED, current_level=office.level,
        **started(call, issue, Clock.INTAKE), note=grounds,
        details={"to_code": office.code}, responsible_code=office.code, is_appealed=True,
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, LedgerAction.WITHDRAW)
def withdraw_issue(
    call: Call, issue: Issue, standing: Standing, *, reason: Prose, reporter_consent: Prose | None = None
) -> CommandResult:
    """Withdraw an issue before it is handled; its open claims are released (撤回, T20).

    reporter_consent: how the reporter agreed, when staff or an officer withdraws it.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, a text is too
            long or missing.
    """
    details: dict[str, Any] = {}
    if holds(call, issue, standing, Guard.CONSENT_NEEDED):
        if reporter_consent is None:
            raise Guard.CONSENT_NEEDED.refusal()
        details["reporter_consent"] = reporter_consent
    event = advance(
        call, issue, LedgerAction.WITHDRAW, standing.role, to_state=IssueState.WITHDRAWN, **NO_DEADLINE,
        note=reason, details=details,
    )  # fmt: skip
    release_claims(call, issue)
    strike_off(call, issue)
    return CommandResult({"issue": issue.id, "event": event})


def _seat_of(reporter: Reporter, committee: Committee) -> int | None:
    """Return the seat of whoever reports an issue under their name."""
    if reporter.is_anonymous or reporter.account_id is None:
        return None
    seat = Member.find(committee=committee.id, account=reporter.account_id, is_active=True)
    return seat.id if seat else None
