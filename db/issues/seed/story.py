"""One issue's story: its columns as they stand and the ledger that brought them there, written out at the end."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from db.access.seed.journal import Actor
from db.access.where import COLUMNS
from db.issues.deadlines import until_warning
from db.issues.guards import RETURN_WORKING_DAYS, TRANSFER_WORKING_DAYS
from db.issues.ledger import GENESIS, entry_hash
from db.issues.lifecycle import ARRIVALS, BEGINNINGS, CLOSED_STATES, OPEN_STATES, IssueOutcome, IssueState, LedgerAction
from db.issues.models import issue as models
from db.issues.models.claim import NeedState
from db.issues.models.issue import Channel, EvidenceKind, Issue, Urgency
from db.issues.seed.texts import IssueTopic, Spot
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import utc
from db.places.models.division import DivisionLevel, code_of
from db.places.seed.office_hours import working_days_after
from db.sites.models import Site

# Says that an entry leaves the running deadline as it is.
UNCHANGED: Any = object()
# One encoder for all: making one costs as much as a short text.
_write_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Claimant:
    """Who claims or handles: an organization, a team or a member, told apart by the name of their column."""

    column: str
    id: int
    name: str


@dataclass(eq=False)
class Entry:
    """A ledger entry before its number and hash are known."""

    at: int
    action: LedgerAction
    actor: Actor
    from_state: IssueState | None
    to_state: IssueState
    from_level: DivisionLevel | None
    to_level: DivisionLevel
    due_before: int | None
    due_after: int | None
    note: str | None
    details: dict[str, Any]


@dataclass(eq=False)
class Story:
    """An issue while its history is generated."""

    id: int
    topic: IssueTopic
    spot: Spot
    title: str
    description: str
    place: str
    urgency: Urgency
    channel: Channel
    submitter: int | None
    is_anonymous: bool
    # The level that will have to settle it, and the issue that says the same, if there is one.
    top: DivisionLevel
    twin: "Story | None" = None
    # A case of the article's, which goes to a meeting and becomes a project with this budget in yuan.
    budget: int | None = None
    reporter: int | None = None
    # The site at which a visit found it.
    site: int | None = None
    # The incident that it belongs to.
    incident: int | None = None

    number: str | None = None
    state: IssueState | None = None
    level: DivisionLevel = DivisionLevel.COMMUNITY
    at: int = 0
    created_at: int = 0
    accepted_at: int | None = None
    due_at: int | None = None
    warn_at: int | None = None
    resume_on: str | None = None
    outcome: IssueOutcome | None = None
    closed_at: int | None = None
    handler: Claimant | None = None
    rating: int | None = None
    merged_into: "Story | None" = None
    need: int | None = None
    project: int | None = None
    claim_until: int | None = None
    claimable_from: int | None = None
    reporters: int = 1
    reopened: int = 0
    returned: int = 0
    deferred: int = 0
    transferred: int = 0
    is_extended: bool = False
    is_suspended_once: bool = False
    is_appealed: bool = False
    # The columns of its last rejection.
    rejection: dict[str, Any] | None = None
    # Which of the turns that come but once were taken.
    taken: set[LedgerAction] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    evidence: list[tuple[int, EvidenceKind, str]] = field(default_factory=list)
    comments: list[tuple[int, str, str]] = field(default_factory=list)

    def record(
        self,
        action: LedgerAction,
        state: IssueState,
        at: int,
        actor: Actor,
        note: str | None = None,
        *,
        due: int | None = UNCHANGED,
        level: DivisionLevel | None = None,
        **details: Any,
    ) -> None:
        """Write a ledger entry and move on to its state.

        due: the new deadline, if the entry changes it; None for no clock.
        """
        due_after = self.due_at if due is UNCHANGED else due
        to_level = level or self.level
        from_level = self.level if self.entries else None
        entry = Entry(at, action, actor, self.state, state, from_level, to_level, self.due_at, due_after, note, details)
        self.entries.append(entry)
        self.state, self.level, self.at, self.due_at = state, to_level, at, due_after
        self.taken.add(action)
        if due is not UNCHANGED:
            self.warn_at = None if due is None else at + until_warning(due - at)

    def last(self, *actions: LedgerAction) -> Entry:
        """Return the newest entry that records one of these actions."""
        return next(entry for entry in reversed(self.entries) if entry.action in actions)

    def restarted(self, stopped_by: LedgerAction, at: int) -> int:
        """Return the deadline that ran when an action stopped the clock, moved by as long as the clock stood still."""
        stop = self.last(stopped_by)
        assert stop.due_before
        return stop.due_before + at - stop.at

    def add_note(
        self, at: int, actor: Actor, note: str | None, action: LedgerAction = LedgerAction.NOTE, **details: Any
    ) -> None:
        """Insert a note at a time that may be past: it changes nothing but the count of entries."""
        index = max(position for position, entry in enumerate(self.entries) if entry.at <= at)
        before = self.entries[index]
        state, level, due = before.to_state, before.to_level, before.due_after
        entry = Entry(at, action, actor, state, state, level, level, due, due, note, details)
        self.entries.insert(index + 1, entry)
        self.at = max(self.at, at)

    def was_open(self, at: int) -> bool:
        """Return whether it was open at a time that may be past."""
        states = [entry.to_state for entry in self.entries if entry.at <= at]
        return bool(states) and states[-1] in OPEN_STATES

    def need_state(self, has_claim: bool) -> NeedState:
        """Return the state of its need: struck off when, and only when, it is closed."""
        if self.state in CLOSED_STATES:
            return NeedState.STRUCK_OFF
        return NeedState.MET if has_claim else NeedState.OPEN


def add_story(rows: Rows, story: Story, division_id: int, division_code: str, committee_id: int) -> None:
    """Add an issue with its ledger, evidence and comments."""
    assert story.state
    handler = {f"handler_{story.handler.column}": story.handler.id} if story.handler else {}
    rows.add(
        models.Issue,
        id=story.id,
        number=story.number,
        title=story.title,
        description=story.description,
        duty=story.topic.duty,
        topic_code=story.topic.code,
        urgency=story.urgency,
        channel=story.channel,
        place=story.place,
        state=story.state,
        outcome=story.outcome,
        current_level=story.level,
        version=len(story.entries),
        division_id=division_id,
        division_code=division_code,
        responsible_code=code_of(division_code, story.level),
        committee_id=committee_id,
        submitter_id=story.submitter,
        reporter_id=story.reporter,
        site_id=story.site,
        incident_id=story.incident,
        is_anonymous=story.is_anonymous,
        **handler,
        created_at=utc(story.created_at),
        updated_at=utc(story.at),
        accepted_at=utc(story.accepted_at),
        due_at=utc(story.due_at),
        warn_at=utc(story.warn_at),
        closed_at=utc(story.closed_at),
        resume_on=story.resume_on,
        reporter_count=story.reporters,
        reopen_count=story.reopened,
        return_count=story.returned,
        deferral_count=story.deferred,
        transfer_count=story.transferred,
        is_extended=story.is_extended,
        is_suspended_once=story.is_suspended_once,
        is_appealed=story.is_appealed,
        rating=story.rating,
        merged_into_id=story.merged_into.id if story.merged_into else None,
        return_until=_window(story, BEGINNINGS, RETURN_WORKING_DAYS),
        transfer_until=_window(story, ARRIVALS, TRANSFER_WORKING_DAYS),
    )
    if story.rejection is not None:
        rows.add(models.Rejection, issue_id=story.id, division_code=division_code, **story.rejection)
    _add_ledger(rows, story, division_code)
    _add_attachments(rows, story, division_code)


def _window(story: Story, actions: tuple[LedgerAction, ...], days: int) -> str | None:
    """Return until when an issue may be given back or sent on, as `db.issues.core.windows` sets it."""
    begun = [entry.at for entry in story.entries if entry.action in actions]
    return utc(working_days_after(begun[-1], days)) if begun else None


def _add_ledger(rows: Rows, story: Story, division_code: str) -> None:
    prev_hash = GENESIS
    for seq, entry in enumerate(story.entries, start=1):
        row = {
            "issue_id": story.id,
            "seq": seq,
            "at": utc(entry.at),
            "action": entry.action,
            "actor_id": None,
            "actor_name": entry.actor.name,
            "actor_role": entry.actor.role,
            "office_code": code_of(division_code, entry.to_level),
            "from_state": entry.from_state,
            "to_state": entry.to_state,
            "from_level": entry.from_level,
            "to_level": entry.to_level,
            "due_before": utc(entry.due_before),
            "due_after": utc(entry.due_after),
            "note": entry.note,
            "details": _write_json(entry.details),
            "idempotency_key": None,
        }
        row_hash = entry_hash(row, prev_hash)
        rows.add(models.LedgerEntry, division_code=division_code, prev_hash=prev_hash, hash=row_hash, **row)
        prev_hash = row_hash


def _add_attachments(rows: Rows, story: Story, division_code: str) -> None:
    where = {"issue_id": story.id, "division_code": division_code}
    for at, kind, description in story.evidence:
        digest = hashlib.sha256(f"{story.id} {at} {description}".encode()).hexdigest()
        rows.add(models.Evidence, **where, kind=kind, description=description, sha256=digest, created_at=utc(at))
    for at, author, text in story.comments:
        rows.add(models.Comment, **where, author_name=author, text=text, created_at=utc(at))


def place_at_sites() -> None:
    """Write that the issues of sites are where these lie, once both are there."""

    def of_site(name: str) -> Any:
        return Site.select(getattr(Site, name)).where(Site.id == Issue.site)

    Issue.update({getattr(Issue, name): of_site(name) for name in COLUMNS}).where(Issue.site.is_null(False)).execute()
