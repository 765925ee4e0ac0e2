"""Random rows of issues for the tests that compare the engine with an independent reading."""

import json
from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.city import models
from db.committees.models.norm import NormKind
from db.issues.lifecycle import IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import ClaimState, NeedState, ProjectKind, ProjectState
from db.issues.models.clock import Clock, SpanUnit
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, EmergencyService, EvidenceKind, RejectionReason, Urgency
from db.issues.models.request import IssueRequestKind, IssueRequestState
from db.places.models.division import DivisionLevel
from tests.graph.maker import ADDRESSES, DAYS, LINES, MOMENTS, PHONES, PROSE, QUANTITIES, Maker
from tests.sites.rows import anywhere

_DETAILS = ("{}", '{"corrects": 1, "facts": {"note": "\u66f4\u6b63"}}', '{"corrects": 12, "facts": {}}')
_OF_INCIDENTS = (Urgency.EMERGENCY, Urgency.URGENT)


def issues(maker: Maker) -> None:
    made: list[dict[str, Any]] = []
    for number in range(maker.one([0, 12, 25, 40]) if maker.boards else 0):
        board = maker.one(maker.boards)
        state = maker.one([state for state in IssueState if state is not IssueState.MERGED])
        closed = state is IssueState.CLOSED
        handler = maker.one(["", "organization", "team", "member", "account"])
        due, urgency = maker.maybe(MOMENTS), maker.one(list(Urgency))
        external = maker.maybe([f"{number}/2026 号"])
        made.append(
            {
                "number": maker.maybe([f"LZ-{number:06}"]), "title": maker.one(LINES).ljust(5, "示")[:60],
                "description": maker.one(PROSE), "duty": maker.one(list(Duty)),
                "topic_code": maker.maybe(["HOU-01", "ENV-02", "T.1"]), "urgency": urgency,
                "channel": maker.one(list(Channel)), "state": state,
                "outcome": maker.one(list(IssueOutcome)) if closed else maker.maybe(list(IssueOutcome), 0.1),
                "current_level": maker.one(list(DivisionLevel)[1:]), "version": maker.random.randint(1, 9),
                "division": board["division"], "division_code": board["division_code"],
                "responsible_code": board["division_code"], "committee": board["id"],
                "submitter": maker.maybe(maker.ids(maker.members)), "is_anonymous": maker.random.random() < 0.3,
                "reporter": maker.maybe(maker.ids(maker.people), 0.7),
                "handler_organization": maker.maybe(maker.ids(maker.units), 1) if handler == "organization" else None,
                "handler_team": maker.maybe(maker.ids(maker.teams), 1) if handler == "team" else None,
                "handler_member": maker.maybe(maker.ids(maker.members), 1) if handler == "member" else None,
                "handler_account": maker.one(maker.ids(maker.people)) if handler == "account" else None,
                "created_at": maker.one(MOMENTS), "updated_at": maker.one(MOMENTS),
                "accepted_at": maker.maybe(MOMENTS), "due_at": due,
                "warn_at": maker.maybe([due - timedelta(hours=1), due - timedelta(days=400)]) if due else None,
                "closed_at": maker.one(MOMENTS) if closed else None, "reporter_count": maker.random.randint(1, 3),
                "reopen_count": maker.random.randint(0, 1), "rating": maker.maybe([1, 2, 3, 4, 5]),
                "site": maker.maybe([site["id"] for site in maker.sites if site["division"] == board["division"]]),
                "incident": maker.maybe(maker.ids(maker.incidents)) if urgency in _OF_INCIDENTS else None,
                **anywhere(maker),
                "referred_to": maker.maybe(list(EmergencyService), 0.2),
                "merged_into": None, "external_id": external, "external_source": external and "12345",
            }
        )  # fmt: skip
    maker.matters = maker.add(models.Issue, made)
    masters = maker.matters[: len(made) // 2]
    for row in maker.matters[len(masters) :]:
        if masters and maker.random.random() < 0.3:
            master = maker.one(masters)["id"]
            row.update(state=IssueState.MERGED, merged_into=master, closed_at=None, outcome=None)
    maker.rows[-1] = (models.Issue, sorted(made, key=lambda row: row["merged_into"] or 0))
    attachments(maker)


def attachments(maker: Maker) -> None:
    entries: list[dict[str, Any]] = []
    for row in maker.matters:
        entries += [
            {
                "issue": row["id"], "division_code": row["division_code"], "seq": seq, "at": maker.one(MOMENTS),
                "action": maker.one(list(LedgerAction)), "actor_name": maker.maybe(LINES),
                "actor": maker.maybe(maker.ids(maker.people)),
                "actor_role": maker.maybe([Role.RESIDENT, Role.RESIDENT, *Role]),
                "office_code": maker.maybe([row["division_code"]]),
                "from_state": maker.maybe(list(IssueState)),
                "to_state": maker.one(list(IssueState)), "from_level": maker.maybe(list(DivisionLevel)),
                "to_level": maker.one(list(DivisionLevel)), "due_before": maker.maybe(MOMENTS),
                "due_after": maker.maybe(MOMENTS), "note": maker.maybe(PROSE), "details": maker.one(_DETAILS),
                "prev_hash": "0" * 64, "hash": f"{maker.random.getrandbits(256):064x}",
            }
            for seq in range(1, 1 + maker.random.randint(0, 2))
        ]  # fmt: skip
    maker.add(models.LedgerEntry, entries)
    maker.add(
        models.Comment,
        [
            maker.on(
                row, author=maker.maybe([row["reporter"], *maker.ids(maker.people)]), author_name=maker.one(LINES),
                text=maker.one(PROSE),
            )
            for row in maker.some(maker.matters)
        ],
    )  # fmt: skip
    reports = maker.add(
        models.ProgressReport,
        [
            maker.on(
                row, reporter=maker.maybe([row["reporter"], *maker.ids(maker.people)]), reporter_name=maker.one(LINES),
                percent=maker.random.randint(0, 100), text=maker.one(PROSE), next_on=maker.maybe(DAYS),
            )
            for row in maker.some(maker.matters)
        ],
    )  # fmt: skip
    matters = {row["id"]: row for row in maker.matters}
    maker.add(
        models.Evidence,
        [
            maker.on(
                row, kind=maker.one(list(EvidenceKind)), description=maker.one(LINES), uri=maker.maybe(ADDRESSES),
                sha256=maker.maybe(["ab" * 32]), progress_report=report,
            )
            for row, report in [
                *((matters[report["issue"]], report["id"]) for report in maker.some(reports)),
                *((row, None) for row in maker.some(maker.matters)),
            ]
        ],
    )  # fmt: skip

    contacts = [
        {
            "issue": row["id"], "division_code": row["division_code"], "name": maker.maybe(LINES),
            "phone": maker.maybe(PHONES), "address": maker.maybe(LINES),
        }
        for row in maker.some(maker.matters)
    ]  # fmt: skip
    maker.rows.append((models.IssueContact, contacts))
    asked: list[dict[str, Any]] = []
    for row in maker.some(maker.matters):
        kind, state = maker.one(list(IssueRequestKind)), maker.one(list(IssueRequestState))
        was_decided = state is not IssueRequestState.PENDING
        asked.append(
            {
                "issue": row["id"], "division_code": row["division_code"], "kind": kind, "state": state,
                "reason": maker.one(PROSE), "asked_by_name": maker.one(LINES), "asked_at": maker.one(MOMENTS),
                "resume_on": maker.one(DAYS) if kind is IssueRequestKind.SUSPENSION else None,
                "working_days": maker.random.randint(1, 10) if kind is IssueRequestKind.EXTENSION else None,
                "target": maker.one(maker.ids(maker.tree)) if kind is IssueRequestKind.TRANSFER else None,
                "decided_by_name": maker.one(LINES) if was_decided else None,
                "decided_at": maker.one(MOMENTS) if was_decided else None,
                "decision_reason": maker.maybe(PROSE) if was_decided else None,
            }
        )  # fmt: skip
    maker.add(models.IssueRequest, asked)


def claims(maker: Maker) -> None:
    made: list[dict[str, Any]] = []
    for row in maker.some(maker.matters) + maker.some(maker.matters):
        who = [(name, rows) for name, rows in _claimants(maker) if rows]
        if not who:
            continue
        name, rows = maker.one(who)
        claimant: dict[str, Any] = {"organization": None, "team": None, "member": None, "account": None}
        claimant[name] = maker.one(rows)["id"]
        made.append(
            maker.on(
                row, **claimant, need=maker.maybe(maker.ids(maker.needs)),
                resource=maker.maybe(maker.ids(maker.offers)), window=maker.maybe(maker.ids(maker.windows), 0.3),
                quantity=maker.maybe(QUANTITIES, 0.8),
                promise=maker.one(PROSE), promised_on=maker.maybe(DAYS), state=maker.one(list(ClaimState)),
            )
        )  # fmt: skip
        # A party has one claim on an issue that waits.
        same = (claim for claim in made[:-1] if all(claim[at] == made[-1][at] for at in ("issue", *claimant)))
        if any(claim["state"] is ClaimState.PENDING for claim in same):
            made[-1]["state"] = ClaimState.RELEASED
    maker.claims = maker.add(models.Claim, made)


def _claimants(maker: Maker) -> list[tuple[str, list[dict[str, Any]]]]:
    return [("organization", maker.units), ("team", maker.teams), ("member", maker.members), ("account", maker.people)]


def offices(maker: Maker) -> None:
    codes = [row["code"] for row in maker.tree]
    rules = [
        {
            "division_code": code, "clock": clock, "urgency": maker.one(list(Urgency)),
            "amount": maker.random.randint(1, 9), "unit": maker.one(list(SpanUnit)),
            "version": maker.random.randint(1, 3), "set_at": maker.maybe(MOMENTS), "set_by_name": maker.maybe(LINES),
        }
        for code in codes
        for clock in maker.several(list(Clock), 1)
    ]  # fmt: skip
    maker.add(models.SlaRule, rules)
    norms = [
        {
            "division_code": code, "version": version, "kind": kind, "position": position,
            "code": f"{kind.value}-{position}", "text": maker.one(LINES), "published_at": maker.one(MOMENTS),
            "published_by_name": maker.maybe(LINES),
        }
        for code in maker.several([code for code in codes if code.endswith("000000")], 2)
        for version in range(1, maker.random.randint(2, 3))
        for kind in NormKind
        for position in (1, 2)
    ]  # fmt: skip
    norms = maker.ids(maker.add(models.ConductNorm, norms))
    reasons = [reason for reason in RejectionReason if norms or reason is not RejectionReason.NORM_ABSTAIN]
    rejections = [
        {
            "issue": row["id"], "division_code": row["division_code"], "reason": reason, "advice": maker.one(PROSE),
            "norm": maker.one(norms) if reason is RejectionReason.NORM_ABSTAIN else None, "at": maker.one(MOMENTS),
        }
        for row in maker.some(maker.matters)
        for reason in [maker.one(reasons)]
    ]  # fmt: skip
    maker.rows.append((models.Rejection, rejections))


def notices(maker: Maker) -> None:
    made = [
        {
            "key": f"notice.{number}", "kind": maker.one(list(NoticeKind)), "division_code": where["code"],
            "issue": maker.maybe(maker.ids(maker.matters)), "member": maker.maybe(maker.ids(maker.members), 0.2),
            "role": maker.one(list(Role)), "office_code": where["code"],
            "account": maker.maybe(maker.ids(maker.people), 0.3),
            "text": maker.one(PROSE), "created_at": maker.one(MOMENTS),
        }
        for number in maker.few(30)
        for where in (maker.one(maker.tree),)
    ]  # fmt: skip
    maker.add(models.Notice, made)


def lists(maker: Maker) -> None:
    needs: list[dict[str, Any]] = []
    for row in maker.some(maker.matters):
        state = maker.one(list(NeedState))
        is_off = state in (NeedState.STRUCK_OFF, NeedState.TRANSFERRED)
        needs.append(
            maker.on(
                row, committee=row["committee"], title=maker.one(LINES), wanted_quantity=maker.maybe(QUANTITIES),
                unit=maker.maybe(LINES), claim_until=maker.maybe(MOMENTS), state=state,
                struck_off_at=maker.one(MOMENTS) if is_off else None, lead=maker.maybe(maker.ids(maker.members), 0.3),
            )
        )  # fmt: skip
    maker.needs = maker.add(models.Need, needs)
    projects = [
        {
            "committee": board["id"], "division_code": board["division_code"],
            "resolution": maker.maybe(maker.ids(maker.decisions)), "title": maker.one(LINES),
            "lead": maker.maybe(maker.ids(maker.members)), "budget": maker.maybe(QUANTITIES),
            "state": maker.one(list(ProjectState)), "due_on": maker.one(DAYS), "created_at": maker.one(MOMENTS),
            "closed_at": maker.maybe(MOMENTS, 0.3), "duty": maker.maybe(list(Duty)),
            "kind": maker.one(list(ProjectKind)), "site": maker.maybe(maker.ids(maker.sites)),
            "area_square_meters": maker.maybe([1, 640, 1_000_000]), "balance_note": maker.maybe(PROSE),
        }
        for board in maker.some(maker.boards)
    ]  # fmt: skip
    maker.add(models.Project, projects)
    served = [
        {"project": row["id"], "issue": matter["id"]} for row in projects for matter in maker.several(maker.matters, 3)
    ]
    maker.rows.append((models.ProjectIssue, served))
    steps = [
        {
            "project": row["id"], "division_code": row["division_code"], "position": position,
            "title": maker.one(LINES), "due_on": maker.one(DAYS), "done_on": maker.maybe(DAYS),
        }
        for row in projects
        for position in range(1, maker.random.randint(1, 4))
    ]  # fmt: skip
    maker.add(models.ProjectMilestone, steps)
    editions = [
        {
            "committee": board["id"], "division_code": board["division_code"], "number": number,
            "month": f"2026-{number:02}", "published_at": maker.one(MOMENTS), "content": _sealed(maker),
            "sha256": f"{maker.random.getrandbits(256):064x}",
        }
        for board in maker.some(maker.boards)
        for number in range(1, maker.random.randint(1, 4))
    ]  # fmt: skip
    maker.add(models.ListEdition, editions)


def _sealed(maker: Maker) -> str:
    """Return three lists as an edition seals them; sometimes one is missing."""
    needs = [
        {
            "title": maker.one(LINES), "unit": maker.maybe(LINES), "quantity": _sealed_quantity(maker), "state": "OPEN",
            "claimUntil": maker.maybe(["2026-01-05T15:59:59Z", "2026-01-31T16:00:00Z"]),
        }
        for _ in maker.few(3)
    ]  # fmt: skip
    projects = [
        {"title": maker.one(LINES), "budget": _sealed_quantity(maker), "dueOn": "2026-02-28", "state": "ACTIVE"}
        for _ in maker.few(3)
    ]
    resources = [
        {
            "name": maker.one(LINES), "unit": maker.maybe(LINES), "quantity": _sealed_quantity(maker),
            "left": _sealed_quantity(maker),
        }
        for _ in maker.few(3)
    ]  # fmt: skip
    lists = {"needs": needs, "projects": projects, "resources": resources}
    return json.dumps(
        {name: entries for name, entries in lists.items() if maker.random.random() < 0.8}, ensure_ascii=False
    )


def _sealed_quantity(maker: Maker) -> str | None:
    return maker.maybe(["0.00", "-1.50", "12.05", "9999999999.99"])
