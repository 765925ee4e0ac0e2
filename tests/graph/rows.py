"""Small random databases: every table filled, with ties, gaps, empty lists and texts that are hard to quote.

The rows are made as plain data first, so that the same ones go into both databases.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from peewee import Model

from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.access.models.notice import NoticeKind
from db.city import models
from db.committees.models.committee import CommitteeState, MemberCategory, MemberPosition, NominationChannel, SeatKind
from db.committees.models.norm import NormKind
from db.deliberation.models.meeting import AttendanceStatus, MeetingState, ResolutionOutcome, VoteChoice
from db.issues.lifecycle import IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import ClaimState, NeedState, ProjectState
from db.issues.models.clock import Clock, SpanUnit
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, EvidenceKind, Urgency
from db.issues.models.request import IssueRequestKind, IssueRequestState
from db.organizations.models.organization import OrganizationKind, SocialOrganizationKind, VolunteerTeamKind
from db.organizations.models.resource import CapacityModel
from db.places.models.division import DivisionLevel, last_code
from db.places.models.statistics import FigurePrecision

Rows = list[tuple[type[Model], list[dict[str, Any]]]]
# How the nouns with a file of their own fill their tables, after all others.
FILLS: list[Callable[["Maker"], None]] = []

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
# Around the ends of days, weeks, months and years in Asia/Shanghai (UTC+8), a leap day, and a few that come often.
MOMENTS = [
    datetime.fromisoformat(text)
    for text in (
        "2024-02-28T16:00:00Z", "2024-02-29T15:59:59Z", "2024-12-29T15:59:59Z", "2024-12-29T16:00:00Z",
        "2025-12-31T15:59:59Z", "2025-12-31T16:00:00Z", "2026-01-01T00:00:00Z", "2026-01-04T15:59:59Z",
        "2026-01-04T16:00:00Z", "2026-01-05T07:59:59Z", "2026-01-05T08:00:00Z", "2026-01-05T08:00:01Z",
        "2026-01-31T16:00:00Z",
    )
]  # fmt: skip
DAYS = [date(2024, 2, 29), date(2024, 12, 30), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 5)]
# One line each: no control characters but those that a line may hold.
LINES = [
    "路灯不亮", 'He said "no"', "back\\slash \\n", "100% of %s and %%", "it's; -- quoted", "😀👨\u200d👩\u200d👧 émoji",
    "\u2028 and \u2029", "\x80\x9f\u00a0", "\uffff\U0010fffd", "a_b%c", "路灯不亮", "{}[],:", "$1 ?1 $$", "tail\\",
    "\ufeffmark", "Z", "a", "é", "e\u0301",
]  # fmt: skip
PROSE = [*LINES, "", "line\nbreak\r\n\ttab", "\x01\x02\x08\x0b\x0c\x1f\x7f", '"\n"', "</script>", "a" * 50, "\\u0041\n"]
ADDRESSES = ["https://files.example/1.jpg", "https://files.example:8443?a=1#b", "HTTPS://Files.example/@a"]
PHONES = ["13800005678", "0931-8461234", "110", "1380000", ""]
QUANTITIES = [Decimal(text) for text in ("0.01", "0.50", "1", "2.00", "2.50", "10", "12345678.90", "0.99")]


class Maker:
    """Makes the rows of one random database."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rows: Rows = []

    def make(self) -> Rows:
        """Make all tables, parents first."""
        self.divisions()
        self.accounts()
        self.committees()
        self.organizations()
        self.grants()
        self.issues()
        self.meetings()
        self.resources()
        self.lists()
        self.claims()
        self.snapshots()
        self.offices()
        self.notices()
        self.tokens()
        self.audit()
        for fill in FILLS:
            fill(self)
        return self.rows

    # --- Drawing ------------------------------------------------------------------------------------------------------

    def one(self, choices: Sequence[Any]) -> Any:
        """Draw one."""
        return self.random.choice(choices)

    def maybe(self, choices: Sequence[Any], often: float = 0.6) -> Any:
        """Draw one, or None."""
        return self.random.choice(choices) if choices and self.random.random() < often else None

    def few(self, most: int) -> range:
        """Draw how many of something there are."""
        return range(self.random.randint(0, most))

    def add(self, model: type[Model], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Keep a table's rows, with ids that rise, have gaps, and tell nothing of any other order."""
        at = self.random.randint(0, 30)
        for row in rows:
            at += self.random.choice([1, 1, 1, 2, 7])
            row["id"] = at
        self.random.shuffle(rows)
        self.rows.append((model, rows))
        return rows

    # --- Tables -------------------------------------------------------------------------------------------------------

    def divisions(self) -> None:
        levels = list(DivisionLevel)
        made: list[dict[str, Any]] = []

        def add(digits: str, level: DivisionLevel, parent: dict[str, Any] | None) -> dict[str, Any]:
            code = digits.ljust(12, "0")
            row = {"code": code, "last_code": last_code(code, level), "name": self.one(LINES), "level": level}
            made.append(row | {"parent": parent})
            return made[-1]

        for province in ("62", "63")[: self.random.randint(1, 2)]:
            root = add(province, levels[0], None)
            city = add(f"{province}01", levels[1], root)
            for district in ("02", "03")[: self.random.randint(1, 2)]:
                county = add(f"{province}01{district}", levels[2], city)
                for town in ("001", "102")[: self.random.randint(0, 2)]:
                    street = add(f"{county['code'][:6]}{town}", levels[3], county)
                    for home in ("001", "002", "400")[: self.random.randint(0, 3)]:
                        add(f"{street['code'][:9]}{home}", levels[4], street)
            # A town directly below its city, as in cities that have no districts.
            street = add(f"{province}0100003", levels[3], city)
            add(f"{street['code'][:9]}001", levels[4], street)
        # Parents get the smaller ids here, so that one statement can insert them in order.
        for at, row in enumerate(made):
            row["id"] = 3 * at + 1
        self.tree = [row | {"parent": row["parent"] and row["parent"]["id"]} for row in made]
        self.homes = [row for row in self.tree if row["level"] is DivisionLevel.COMMUNITY]
        self.rows.append((models.Division, self.tree))

    def accounts(self) -> None:
        made = [{"name": self.one(LINES), "created_at": self.one(MOMENTS)} for _ in range(4)]
        self.people = self.add(models.Account, made)

    def committees(self) -> None:
        made: list[dict[str, Any]] = []
        for home in self.homes:
            states = [self.one(list(CommitteeState)[:3])] if self.random.random() < 0.85 else []
            states += [CommitteeState.DISSOLVED] if self.random.random() < 0.25 else []
            self.random.shuffle(states)
            made += [
                {
                    "division": home["id"], "division_code": home["code"], "name": self.one(LINES), "state": state,
                    "established_on": self.one(DAYS), "is_pilot": self.random.random() < 0.3,
                }
                for state in states
            ]  # fmt: skip
        self.boards = self.add(models.Committee, made)
        seats: list[dict[str, Any]] = []
        for board in self.boards:
            full = self.random.random() < 0.3
            seats += [
                {"committee": board["id"], "division_code": board["division_code"], "number": number,
                 "kind": self.one(list(SeatKind)), "full": full}
                for number in range(1, 15 if full else self.random.randint(1, 5))
            ]  # fmt: skip
        full_seats = {id(seat): seat.pop("full") for seat in seats}
        self.add(models.Seat, seats)
        members: list[dict[str, Any]] = []
        for seat in sorted(seats, key=lambda row: (row["committee"], row["number"])):
            full = full_seats[id(seat)]
            members += [self._member(seat, False, full) for _ in self.few(1)]
            members += [self._member(seat, True, full)] if full or self.random.random() < 0.8 else []
        taken: set[tuple[int, int]] = set()
        for row in members:
            account = self.maybe(self._ids(self.people), 0.3)
            row["account"] = None if (row["committee"], account) in taken else account
            taken.add((row["committee"], account))
        self.members = self.add(models.Member, members)

    def _member(self, seat: dict[str, Any], active: bool, full: bool) -> dict[str, Any]:
        number = seat["number"]
        lead = (number == 1, MemberPosition.DIRECTOR), (1 < number < 6, MemberPosition.DEPUTY_DIRECTOR)
        position = next((named for holds, named in lead if holds), MemberPosition.MEMBER)
        return {
            "committee": seat["committee"], "seat": seat["id"], "division_code": seat["division_code"],
            "name": self.one(LINES),
            "phone": self.maybe(PHONES, 0.7), "category": self.one(list(MemberCategory)),
            "position": position if full or self.random.random() < 0.7 else MemberPosition.MEMBER,
            "nomination_channel": self.one(list(NominationChannel)), "term_start": date(2020, 1, 1),
            "term_end": self.maybe(DAYS), "renewal_count": self.random.randint(0, 2), "is_active": active,
        }  # fmt: skip

    def organizations(self) -> None:
        made: list[dict[str, Any]] = []
        for home in self.homes:
            is_rich = self.random.random() < 0.25
            for _ in range(self.random.randint(10, 12) if is_rich else self.random.randint(0, 3)):
                kind = OrganizationKind.SOCIAL_ORGANIZATION if is_rich else self.one(list(OrganizationKind))
                is_social = kind is OrganizationKind.SOCIAL_ORGANIZATION
                made.append(
                    {
                        "division": home["id"], "division_code": home["code"], "name": self.one(LINES), "kind": kind,
                        "social_kind": self.one(list(SocialOrganizationKind)) if is_social else None,
                        "is_partner_unit": self.random.random() < 0.4,
                    }
                )  # fmt: skip
        self.units = self.add(models.Organization, made)
        teams = [
            {
                "division": home["id"], "division_code": home["code"], "name": self.one(LINES),
                "kind": self.one(list(VolunteerTeamKind)), "captain": self.maybe(self._ids(self.members)),
                "police_instructor_name": self.maybe(LINES), "volunteer_count": 9,
                "veteran_count": self.random.randint(0, 9),
            }
            for home in self.homes
            for _ in self.few(2)
        ]  # fmt: skip
        self.teams = self.add(models.VolunteerTeam, teams)

    def grants(self) -> None:
        made: list[dict[str, Any]] = []
        for _ in range(12):
            where = self.one(self.tree)
            starts = self.one(MOMENTS[:10])
            made.append(
                {
                    "account": self.one(self._ids(self.people)), "role": self.one(list(Role)),
                    "division_code": where["code"], "last_code": where["last_code"], "starts_at": starts,
                    "ends_at": self.maybe([moment for moment in MOMENTS if moment > starts], 0.4),
                    "committee": self.maybe(self._ids(self.boards)), "team": self.maybe(self._ids(self.teams), 0.3),
                    "organization": self.maybe(self._ids(self.units), 0.3),
                    "granted_by": self.maybe(self._ids(self.people), 0.3),
                }
            )  # fmt: skip
        self.add(models.RoleGrant, made)

    def issues(self) -> None:
        made: list[dict[str, Any]] = []
        for number in range(self.one([0, 12, 25, 40]) if self.boards else 0):
            board = self.one(self.boards)
            state = self.one([state for state in IssueState if state is not IssueState.MERGED])
            closed = state is IssueState.CLOSED
            handler = self.one(["", "organization", "team", "member", "account"])
            due = self.maybe(MOMENTS)
            external = self.maybe([f"{number}/2026 号"])
            made.append(
                {
                    "number": self.maybe([f"LZ-{number:06}"]), "title": self.one(LINES).ljust(5, "示")[:60],
                    "description": self.one(PROSE), "duty": self.one(list(Duty)),
                    "topic_code": self.maybe(["HOU-01", "ENV-02", "T.1"]), "urgency": self.one(list(Urgency)),
                    "channel": self.one(list(Channel)), "state": state,
                    "outcome": self.one(list(IssueOutcome)) if closed else self.maybe(list(IssueOutcome), 0.1),
                    "current_level": self.one(list(DivisionLevel)[1:]), "version": self.random.randint(1, 9),
                    "division": board["division"], "division_code": board["division_code"],
                    "responsible_code": board["division_code"], "committee": board["id"],
                    "submitter": self.maybe(self._ids(self.members)), "is_anonymous": self.random.random() < 0.3,
                    "reporter": self.maybe(self._ids(self.people), 0.7),
                    "handler_organization": self.maybe(self._ids(self.units), 1) if handler == "organization" else None,
                    "handler_team": self.maybe(self._ids(self.teams), 1) if handler == "team" else None,
                    "handler_member": self.maybe(self._ids(self.members), 1) if handler == "member" else None,
                    "handler_account": self.one(self._ids(self.people)) if handler == "account" else None,
                    "created_at": self.one(MOMENTS), "updated_at": self.one(MOMENTS),
                    "accepted_at": self.maybe(MOMENTS), "due_at": due,
                    "warn_at": self.maybe([due - timedelta(hours=1), due - timedelta(days=400)]) if due else None,
                    "closed_at": self.one(MOMENTS) if closed else None, "reporter_count": self.random.randint(1, 3),
                    "reopen_count": self.random.randint(0, 1), "rating": self.maybe([1, 2, 3, 4, 5]),
                    "merged_into": None, "external_id": external, "external_source": external and "12345",
                }
            )  # fmt: skip
        self.matters = self.add(models.Issue, made)
        masters = self.matters[: len(made) // 2]
        for row in self.matters[len(masters) :]:
            if masters and self.random.random() < 0.3:
                master = self.one(masters)["id"]
                row.update(state=IssueState.MERGED, merged_into=master, closed_at=None, outcome=None)
        self.rows[-1] = (models.Issue, sorted(made, key=lambda row: row["merged_into"] or 0))
        self.attachments()

    def attachments(self) -> None:
        entries: list[dict[str, Any]] = []
        for row in self.matters:
            entries += [
                {
                    "issue": row["id"], "division_code": row["division_code"], "seq": seq, "at": self.one(MOMENTS),
                    "action": self.one(list(LedgerAction)), "actor_name": self.maybe(LINES),
                    "actor": self.maybe(self._ids(self.people)),
                    "actor_role": self.maybe([Role.RESIDENT, Role.RESIDENT, *Role]),
                    "from_state": self.maybe(list(IssueState)),
                    "to_state": self.one(list(IssueState)), "from_level": self.maybe(list(DivisionLevel)),
                    "to_level": self.one(list(DivisionLevel)), "due_before": self.maybe(MOMENTS),
                    "due_after": self.maybe(MOMENTS), "note": self.maybe(PROSE), "details": "{}",
                    "prev_hash": "0" * 64, "hash": f"{self.random.getrandbits(256):064x}",
                }
                for seq in range(1, 1 + self.random.randint(0, 2))
            ]  # fmt: skip
        self.add(models.LedgerEntry, entries)
        self.add(
            models.Comment,
            [
                self._on(
                    row, author=self.maybe([row["reporter"], *self._ids(self.people)]), author_name=self.one(LINES),
                    text=self.one(PROSE),
                )
                for row in self._some(self.matters)
            ],
        )  # fmt: skip
        self.add(
            models.Evidence,
            [
                self._on(
                    row, kind=self.one(list(EvidenceKind)), description=self.one(LINES), uri=self.maybe(ADDRESSES),
                    sha256=self.maybe(["ab" * 32]),
                )
                for row in self._some(self.matters)
            ],
        )  # fmt: skip

        contacts = [
            {
                "issue": row["id"], "division_code": row["division_code"], "name": self.maybe(LINES),
                "phone": self.maybe(PHONES), "address": self.maybe(LINES),
            }
            for row in self._some(self.matters)
        ]  # fmt: skip
        self.rows.append((models.IssueContact, contacts))
        asked: list[dict[str, Any]] = []
        for row in self._some(self.matters):
            kind, state = self.one(list(IssueRequestKind)), self.one(list(IssueRequestState))
            was_decided = state is not IssueRequestState.PENDING
            asked.append(
                {
                    "issue": row["id"], "division_code": row["division_code"], "kind": kind, "state": state,
                    "reason": self.one(PROSE), "asked_by_name": self.one(LINES), "asked_at": self.one(MOMENTS),
                    "resume_on": self.one(DAYS) if kind is IssueRequestKind.SUSPENSION else None,
                    "working_days": self.random.randint(1, 10) if kind is IssueRequestKind.EXTENSION else None,
                    "target": self.one(self._ids(self.tree)) if kind is IssueRequestKind.TRANSFER else None,
                    "decided_by_name": self.one(LINES) if was_decided else None,
                    "decided_at": self.one(MOMENTS) if was_decided else None,
                    "decision_reason": self.maybe(PROSE) if was_decided else None,
                }
            )  # fmt: skip
        self.add(models.IssueRequest, asked)

    def _on(self, issue: dict[str, Any], **values: Any) -> dict[str, Any]:
        created = self.one(MOMENTS)
        return {"issue": issue["id"], "division_code": issue["division_code"], "created_at": created, **values}

    def meetings(self) -> None:
        made: list[dict[str, Any]] = []
        for board in self._some(self.boards):
            state = self.one(list(MeetingState))
            was_held = state in (MeetingState.HELD, MeetingState.CLOSED)
            made.append(
                {
                    "committee": board["id"], "division_code": board["division_code"], "state": state,
                    "scheduled_at": self.one(MOMENTS), "announced_at": self.one(MOMENTS),
                    "held_at": self.one(MOMENTS) if was_held else None, "is_urgent": self.random.random() < 0.5,
                    "place": self.one(LINES), "chair": self.maybe(self._ids(self.members)),
                    "minutes": self.maybe(PROSE), "minutes_signed_at": self.maybe(MOMENTS),
                    "minutes_published_at": self.maybe(MOMENTS),
                }
            )  # fmt: skip
        self.add(models.Meeting, made)
        items = [
            {
                "meeting": row["id"], "division_code": row["division_code"], "position": position,
                "title": self.one(LINES), "issue": self.maybe(self._ids(self.matters)),
                "proposed_by": self.maybe(self._ids(self.members)),
            }
            for row in made
            for position in range(1, self.random.randint(1, 4))
        ]  # fmt: skip
        for item in items:
            is_heard = self.random.random() < 0.3
            item["needs_hearing"] = is_heard or self.random.random() < 0.3
            item["hearing_held_on"] = self.one(DAYS) if is_heard else None
            item["hearing_record"] = self.one(PROSE) if is_heard else None
        self.add(models.AgendaItem, items)
        self.add(
            models.MeetingDemand,
            [
                {"committee": row["committee"], "member": row["id"], "division_code": row["division_code"],
                 "reason": self.one(PROSE), "demanded_at": self.one(MOMENTS), "meeting": self.maybe(self._ids(made))}
                for row in self._several(self.members, 5)
            ],
        )  # fmt: skip
        came = [(row, member) for row in made for member in self._several(self.members, 3)]
        statuses = list(AttendanceStatus)
        self.add(
            models.Attendance,
            [
                {"meeting": row["id"], "member": member["id"], "division_code": row["division_code"],
                 "status": self.one(statuses)}
                for row, member in came
            ],
        )  # fmt: skip
        votes: list[dict[str, Any]] = []
        for item in items:
            for member in self._several(self.members, 2):
                choice = self.one(list(VoteChoice))
                interest = self.one(LINES) if choice is VoteChoice.RECUSED else self.maybe(LINES, 0.2)
                votes.append(
                    {"agenda_item": item["id"], "member": member["id"], "division_code": item["division_code"],
                     "choice": choice, "interest": interest}
                )  # fmt: skip
        self.add(models.Vote, votes)
        self.decisions = self.add(
            models.Resolution,
            [
                {
                    "agenda_item": item["id"], "division_code": item["division_code"], "text": self.one(PROSE),
                    "outcome": self.one(list(ResolutionOutcome)), "for_count": self.random.randint(0, 9),
                    "against_count": 1, "abstain_count": 0, "adopted_at": self.one(MOMENTS),
                }
                for item in items
                if self.random.random() < 0.6
            ],
        )  # fmt: skip

    def resources(self) -> None:
        made: list[dict[str, Any]] = []
        for home in self.homes:
            units = [unit["id"] for unit in self.units if unit["division"] == home["id"]]
            made += [
                {
                    "organization": self.maybe(units), "division": home["id"], "division_code": home["code"],
                    "name": self.one(LINES), "description": self.one(PROSE), "topic_code": self.maybe(["SPACE-03"]),
                    "duty": self.one(list(Duty)), "capacity_model": self.one(list(CapacityModel)),
                    "quantity": self.maybe([Decimal(0), *QUANTITIES], 0.8), "unit": self.maybe(LINES),
                    "valid_until": self.maybe(DAYS), "is_active": self.random.random() < 0.7,
                }
                for _ in self.few(3)
            ]  # fmt: skip
        self.offers = self.add(models.Resource, made)
        windows = [
            {
                "resource": row["id"], "division_code": row["division_code"], "weekday": weekday,
                "starts_minute": self.random.choice([0, 540]), "ends_minute": self.random.choice([720, 1500]),
                "quantity": self.one(QUANTITIES),
            }
            for row in made
            for weekday in self._several([1, 3, 7], 2)
        ]  # fmt: skip
        self.windows = self.add(models.ResourceWindow, windows)

    def lists(self) -> None:
        needs: list[dict[str, Any]] = []
        for row in self._some(self.matters):
            state = self.one(list(NeedState))
            is_off = state in (NeedState.STRUCK_OFF, NeedState.TRANSFERRED)
            needs.append(
                self._on(
                    row, committee=row["committee"], title=self.one(LINES), wanted_quantity=self.maybe(QUANTITIES),
                    unit=self.maybe(LINES), claim_until=self.maybe(MOMENTS), state=state,
                    struck_off_at=self.one(MOMENTS) if is_off else None,
                )
            )  # fmt: skip
        self.needs = self.add(models.Need, needs)
        projects = [
            {
                "committee": board["id"], "division_code": board["division_code"],
                "resolution": self.maybe(self._ids(self.decisions)), "title": self.one(LINES),
                "lead": self.maybe(self._ids(self.members)), "budget": self.maybe(QUANTITIES),
                "state": self.one(list(ProjectState)), "due_on": self.one(DAYS), "created_at": self.one(MOMENTS),
                "closed_at": self.maybe(MOMENTS, 0.3),
            }
            for board in self._some(self.boards)
        ]  # fmt: skip
        self.add(models.Project, projects)
        served = [
            {"project": row["id"], "issue": matter["id"]}
            for row in projects
            for matter in self._several(self.matters, 3)
        ]
        self.rows.append((models.ProjectIssue, served))
        steps = [
            {
                "project": row["id"], "division_code": row["division_code"], "position": position,
                "title": self.one(LINES), "due_on": self.one(DAYS), "done_on": self.maybe(DAYS),
            }
            for row in projects
            for position in range(1, self.random.randint(1, 4))
        ]  # fmt: skip
        self.add(models.ProjectMilestone, steps)
        editions = [
            {
                "committee": board["id"], "division_code": board["division_code"], "number": number,
                "month": f"2026-{number:02}", "published_at": self.one(MOMENTS), "content": self.one(PROSE),
                "sha256": f"{self.random.getrandbits(256):064x}",
            }
            for board in self._some(self.boards)
            for number in range(1, self.random.randint(1, 4))
        ]  # fmt: skip
        self.add(models.ListEdition, editions)

    def claims(self) -> None:
        made: list[dict[str, Any]] = []
        for row in self._some(self.matters) + self._some(self.matters):
            who = [(name, rows) for name, rows in self._claimants() if rows]
            if not who:
                continue
            name, rows = self.one(who)
            claimant: dict[str, Any] = {"organization": None, "team": None, "member": None, "account": None}
            claimant[name] = self.one(rows)["id"]
            made.append(
                self._on(
                    row, **claimant, need=self.maybe(self._ids(self.needs)),
                    resource=self.maybe(self._ids(self.offers)), window=self.maybe(self._ids(self.windows), 0.3),
                    quantity=self.maybe(QUANTITIES, 0.8),
                    promise=self.one(PROSE), promised_on=self.maybe(DAYS), state=self.one(list(ClaimState)),
                )
            )  # fmt: skip
        self.add(models.Claim, made)

    def _claimants(self) -> list[tuple[str, list[dict[str, Any]]]]:
        return [("organization", self.units), ("team", self.teams), ("member", self.members), ("account", self.people)]

    def snapshots(self) -> None:
        made = [
            {
                "division": row["id"], "division_code": row["code"], "figure": f"F{at}", "label": self.one(LINES),
                "as_of": self.one(DAYS), "value": self.one([Decimal("-1.50"), *QUANTITIES]), "unit": self.one(LINES),
                "precision": self.one(list(FigurePrecision)), "source": self.one(LINES), "note": self.maybe(LINES),
            }
            for at, row in enumerate(self._some(self.tree))
        ]  # fmt: skip
        self.add(models.StatisticsSnapshot, made)

    def offices(self) -> None:
        codes = [row["code"] for row in self.tree]
        rules = [
            {
                "division_code": code, "clock": clock, "urgency": self.one(list(Urgency)),
                "amount": self.random.randint(1, 9), "unit": self.one(list(SpanUnit)),
                "version": self.random.randint(1, 3), "set_at": self.maybe(MOMENTS), "set_by_name": self.maybe(LINES),
            }
            for code in codes
            for clock in self._several(list(Clock), 1)
        ]  # fmt: skip
        self.add(models.SlaRule, rules)
        norms = [
            {
                "division_code": code, "version": version, "kind": kind, "position": position,
                "code": f"{kind.value}-{position}", "text": self.one(LINES), "published_at": self.one(MOMENTS),
                "published_by_name": self.maybe(LINES),
            }
            for code in self._several([code for code in codes if code.endswith("000000")], 2)
            for version in range(1, self.random.randint(2, 3))
            for kind in NormKind
            for position in (1, 2)
        ]  # fmt: skip
        self.add(models.ConductNorm, norms)

    def notices(self) -> None:
        made = [
            {
                "key": f"notice.{number}", "kind": self.one(list(NoticeKind)), "division_code": where["code"],
                "issue": self.maybe(self._ids(self.matters)), "member": self.maybe(self._ids(self.members), 0.2),
                "role": self.one(list(Role)), "office_code": where["code"],
                "account": self.maybe(self._ids(self.people), 0.3),
                "text": self.one(PROSE), "created_at": self.one(MOMENTS),
            }
            for number in self.few(30)
            for where in (self.one(self.tree),)
        ]  # fmt: skip
        self.add(models.Notice, made)

    def tokens(self) -> None:
        made = [
            {
                "account": self.one(self._ids(self.people)), "name": self.one(LINES), "prefix": f"lzg_{number}",
                "token_hash": f"{number:064}", "scopes": self.one(["read", "read write", "claims intake read"]),
                "division_code": self.maybe([row["code"] for row in self.tree]), "created_at": self.one(MOMENTS),
                "expires_at": self.maybe(MOMENTS), "last_used_at": self.maybe(MOMENTS),
                "revoked_at": self.maybe(MOMENTS),
            }
            for number in self.few(10)
        ]  # fmt: skip
        self.add(models.ApiToken, made)

    def audit(self) -> None:
        kinds = [("Issue", row["id"]) for row in self.matters] + [(None, None)] * 4
        made = [
            {
                "at": self.one(MOMENTS), "action": self.one(list(AuditAction)), "address": self.one(LINES),
                "account": self.maybe(self._ids(self.people)), "request_id": f"r{number}", "reason": self.one(PROSE),
                "mutation": self.maybe(["closeIssue", "claimIssue"]), "subject_type": kind, "subject_id": key,
                "division_code": self.maybe([row["code"] for row in self.tree]),
            }
            for number in self.few(20)
            for kind, key in (self.one(kinds),)
        ]  # fmt: skip
        self.add(models.AuditEntry, made)

    def _ids(self, rows: list[dict[str, Any]]) -> list[int]:
        return [row["id"] for row in rows]

    def _some(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if self.random.random() < 0.6]

    def _several(self, rows: Sequence[Any], most: int) -> list[Any]:
        return self.random.sample(list(rows), min(len(rows), self.random.randint(0, most)))


def make_rows(seed: int) -> Rows:
    """Make the rows of the random database that a number stands for."""
    return Maker(Random(seed)).make()


def insert(rows: Rows) -> None:
    """Put the rows into the bound database."""
    for model, values in rows:
        if values:
            model.insert_many(values).execute()
