"""Who sees what in a world: the rules of visibility written a second time, in plain Python over rows."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from db.issues.ledger import HASHED_COLUMNS
from db.issues.models.issue import LedgerEntry
from tests.issues.capacities import capacities, covers, is_held, reaches

if TYPE_CHECKING:
    from tests.graph.evaluator import World

EVERYWHERE = ("0" * 12, "9" * 12)
OPEN = {
    "SUBMITTED", "NEEDS_INFO", "ACCEPTED", "IN_DELIBERATION", "OPEN_FOR_CLAIM", "IN_PROGRESS", "SUSPENDED",
    "AWAITING_VERIFICATION",
}  # fmt: skip
NOT_TAKEN_UP = {"SUBMITTED", "NEEDS_INFO", "REJECTED", "WITHDRAWN", "MERGED"}
OFFICES = {
    "STAFF": "COMMUNITY", "SUBDISTRICT_OFFICER": "SUBDISTRICT", "DISTRICT_OFFICER": "DISTRICT", "CITY_OFFICER": "CITY",
}  # fmt: skip
# By the state of an issue, of which capacities one is enough for the next step to be theirs.
_AWAITED = {
    "SUBMITTED": {"STAFF", "OFFICER"},
    "NEEDS_INFO": {"REPORTER"},
    "ACCEPTED": {"STAFF", "OFFICER"},
    "IN_DELIBERATION": {"DIRECTOR"},
    "OPEN_FOR_CLAIM": {"STAFF"},
    "IN_PROGRESS": {"HANDLER"},
    "AWAITING_VERIFICATION": {"STAFF", "OFFICER", "GRID_WORKER"},
}
READERS = ("MEMBER", "DEPUTY_DIRECTOR", "DIRECTOR", "GRID_WORKER", "LEADER", "AUDITOR", "SYSTEM", *OFFICES)


@dataclass(frozen=True)
class Viewer:
    """Who asks, at a moment. account_id: None for nobody. good_in: the division codes for which the token is good."""

    world: "World"
    now: datetime
    account_id: int | None = None
    good_in: tuple[str, str] = EVERYWHERE

    def held(self) -> list[Any]:
        """List the roles that the viewer holds now, as far as they reach into the part where the token is good."""
        if self.account_id is None:
            return []
        first, last = self.good_in
        grants = (grant for grant in self.grants(self.account_id) if grant.division_code <= last)
        return [grant for grant in grants if first <= grant.last_code]

    def grants(self, account_id: int | None) -> list[Any]:
        """List the roles that an account holds now."""
        return [
            grant
            for grant in self.world.rows["RoleGrant"]
            if grant.account_id == account_id and is_held(grant, self.now)
        ]

    def is_good(self, code: str) -> bool:
        """Return whether the token is good in a division."""
        return self.good_in[0] <= code <= self.good_in[1]

    def in_sight(self, row: Any) -> bool:
        """Return whether a row is there for the viewer."""
        rule = RULES.get(type(row).__name__)
        return rule is None or rule(self, row)

    # --- Issues and what belongs to them ------------------------------------------------------------------------------

    def sees_issue(self, issue: Any) -> bool:
        """Return whether an issue is there for the viewer."""
        if issue.number is not None or issue.state not in NOT_TAKEN_UP:
            return True
        is_own = self.account_id is not None and issue.reporter_id == self.account_id
        return self.is_good(issue.division_code) and (is_own or any(self.reads(issue)))

    def reads(self, issue: Any) -> list[Any]:
        """List the roles by which the viewer reads an issue that is not public."""
        return [grant for grant in self.held() if grant.role in READERS and reaches(grant, issue)]

    def reported(self, issue: Any) -> bool:
        """Return whether the viewer reported an issue."""
        return self.account_id is not None and (
            issue.reporter_id == self.account_id or self._is_member(issue.submitter_id)
        )

    def knows_reporter(self, issue: Any) -> bool:
        """Return whether the viewer may learn who reported an issue."""
        if issue.state not in OPEN or not self.is_good(issue.division_code) or self.account_id is None:
            return False
        return bool(self._is(issue) & ({"STAFF", "OFFICER"} | (set() if issue.is_anonymous else {"HANDLER"})))

    def sees_contact(self, contact: Any) -> bool:
        """Return whether the viewer may know that there is a contact."""
        issue = self.world.get("Issue", contact.issue_id)
        return self.is_good(contact.division_code) and (self.reported(issue) or self.knows_reporter(issue))

    def is_awaited(self, issue: Any) -> bool:
        """Return whether an open issue waits for a step of the viewer."""
        if self.account_id is None or not self.is_good(issue.division_code):
            return False
        return bool(self._is(issue) & _AWAITED.get(issue.state, set()))

    def _is(self, issue: Any) -> set[str]:
        assert self.account_id is not None
        seats = {row.id for row in self.world.rows["Member"] if row.is_active and row.account_id == self.account_id}
        return capacities(self.account_id, self.held(), seats, issue)

    def _is_member(self, member_id: int | None) -> bool:
        member = self.world.get("Member", member_id)
        return member is not None and member.is_active and member.account_id == self.account_id

    # --- Other rows ---------------------------------------------------------------------------------------------------

    def takes_part(self, resident: Any) -> bool:
        """Return whether an account may be seen: by itself, or for what it claims or handles."""
        claims = (claim.account_id for claim in self.world.rows["Claim"])
        handled = (issue.handler_account_id for issue in self.world.rows["Issue"])
        return resident.id in (self.account_id, *claims, *handled)

    def is_told(self, notice: Any) -> bool:
        """Return whether a notice went to the viewer."""
        if notice.account_id is not None:
            return notice.account_id == self.account_id
        return any(grant.role == notice.role and covers(grant, notice.office_code) for grant in self.held())

    def sees_notice(self, notice: Any) -> bool:
        """Return whether a notice is there for the viewer."""
        offices = ("AUDITOR", *OFFICES)
        over = (grant for grant in self.held() if grant.role in offices)
        is_meant = self.is_told(notice) or any(covers(grant, notice.division_code) for grant in over)
        return is_meant and self.is_good(notice.division_code)

    def audits(self, entry: Any) -> bool:
        """Return whether an entry of the audit is there for the viewer, who must be an auditor over it."""
        if entry.division_code is None:
            return self.audits_a_city(entry)
        auditing = [grant for grant in self.held() if grant.role == "AUDITOR"]
        return self.is_good(entry.division_code) and any(covers(grant, entry.division_code) for grant in auditing)

    def audits_a_city(self, _: Any) -> bool:
        """Return whether the viewer is an auditor of a whole city."""
        cities = {division.code for division in self.world.rows["Division"] if division.level in ("PROVINCE", "CITY")}
        auditing = [grant for grant in self.held() if grant.role == "AUDITOR"]
        return any(grant.division_code in cities and self.is_good(grant.division_code) for grant in auditing)

    # --- What is shown of a row ---------------------------------------------------------------------------------------

    def actor_name(self, entry: Any) -> str | None:
        """Name who acted."""
        is_stranger = entry.actor_role == "RESIDENT" and not self._knows(entry, entry.actor_id)
        return "居民" if is_stranger else entry.actor_name

    def hashed_text(self, entry: Any) -> str | None:
        """Write what the hash of a ledger entry covers."""
        if self.actor_name(entry) != entry.actor_name and not self.audits(entry):
            return None
        columns = [LedgerEntry._meta.columns[name] for name in HASHED_COLUMNS]
        stored = [column.db_value(entry.__data__[column.name]) for column in columns]
        return json.dumps([entry.prev_hash, *stored], ensure_ascii=False, separators=(",", ":"))

    def author_name(self, comment: Any) -> str:
        """Name who wrote a comment."""
        return self._unless_reporter(comment, comment.author_id, comment.author_name)

    def reporter_name(self, report: Any) -> str:
        """Name who reported progress."""
        return self._unless_reporter(report, report.reporter_id, report.reporter_name)

    def _unless_reporter(self, row: Any, account_id: int | None, name: str) -> str:
        issue = self.world.get("Issue", row.issue_id)
        by_reporter = issue.submitter_id is None and issue.reporter_id is not None
        is_stranger = by_reporter and issue.reporter_id == account_id
        return "反映人" if is_stranger and not self._knows(row, account_id) else name

    def member_phone(self, member: Any) -> str | None:
        """Show a member's telephone number."""
        is_self = self.account_id is not None and member.account_id == self.account_id
        is_self &= self.is_good(member.division_code)
        return member.phone if is_self else masked_phone(member.phone)

    def _knows(self, row: Any, account_id: int | None) -> bool:
        is_self = account_id is not None and account_id == self.account_id and self.is_good(row.division_code)
        issue = self.world.get("Issue", row.issue_id)
        return is_self or (issue is not None and self.knows_reporter(issue))


def _of_its_issue(viewer: Viewer, row: Any) -> bool:
    return viewer.sees_issue(viewer.world.get("Issue", row.issue_id))


# The nouns with a journal that not everybody knows of, and whose journal is as hidden as they are.
HIDDEN_SUBJECTS = {"Candidacy"}


def _of_its_subject(viewer: Viewer, entry: Any) -> bool:
    if entry.subject_type not in HIDDEN_SUBJECTS:
        return True
    subject = next((row for row in viewer.world.rows[entry.subject_type] if row.id == entry.subject_id), None)
    return subject is not None and viewer.in_sight(subject)


def _is_own(viewer: Viewer, token: Any) -> bool:
    return token.account_id == viewer.account_id


def _has_part(viewer: Viewer, grant: Any) -> bool:
    return viewer.account_id is not None and viewer.account_id in (grant.account_id, grant.granted_by_id)


# Who sees the rows of a type; all see those of the others.
RULES: dict[str, Callable[[Viewer, Any], bool]] = {
    "Issue": Viewer.sees_issue,
    "IssueContact": Viewer.sees_contact,
    "JournalEntry": lambda viewer, row: (
        (row.issue_id is None or _of_its_issue(viewer, row)) and _of_its_subject(viewer, row)
    ),
    **dict.fromkeys(
        ("LedgerEntry", "Comment", "Evidence", "ProgressReport", "IssueRequest", "Claim", "Need", "Rejection"),
        _of_its_issue,
    ),
    "Resident": Viewer.takes_part,
    "Notice": Viewer.sees_notice,
    "AuditEntry": Viewer.audits,
    "PurgeRun": Viewer.audits_a_city,
    "ApiToken": _is_own,
    "RoleGrant": _has_part,
}


def masked(text: str | None, first: int) -> str | None:
    """Show the first characters of a text and stars for the rest; of a short one stars alone."""
    return None if text is None else f"{text[:first] if len(text) > first else ''}****"


def masked_phone(phone: str | None) -> str | None:
    """Show a telephone number without its middle; of a short one stars alone."""
    if phone is None:
        return None
    return "****" if len(phone) < 11 else f"{phone[:3]}****{phone[7:]}"
