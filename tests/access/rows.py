"""Random rows of access for the tests that compare the engine with an independent reading."""

from typing import Any

from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.city import models
from tests.graph.maker import LINES, MOMENTS, PROSE, Maker


def accounts(maker: Maker) -> None:
    made = [{"name": maker.one(LINES), "created_at": maker.one(MOMENTS)} for _ in range(4)]
    maker.people = maker.add(models.Account, made)


def grants(maker: Maker) -> None:
    made: list[dict[str, Any]] = []
    for _ in range(12):
        where = maker.one(maker.tree)
        starts, role = maker.one(MOMENTS[:10]), maker.one(list(Role))
        made.append(
            {
                "account": maker.one(maker.ids(maker.people)), "role": role,
                "site": maker.maybe(maker.ids(maker.sites)) if role is Role.GRID_WORKER else None,
                "division_code": where["code"], "last_code": where["last_code"], "starts_at": starts,
                "ends_at": maker.maybe([moment for moment in MOMENTS if moment > starts], 0.4),
                "committee": maker.maybe(maker.ids(maker.boards)), "team": maker.maybe(maker.ids(maker.teams), 0.3),
                "organization": maker.maybe(maker.ids(maker.units), 0.3),
                "granted_by": maker.maybe(maker.ids(maker.people), 0.3),
            }
        )  # fmt: skip
    maker.add(models.RoleGrant, made)


def tokens(maker: Maker) -> None:
    made = [
        {
            "account": maker.one(maker.ids(maker.people)), "name": maker.one(LINES), "prefix": f"lzg_{number}",
            "token_hash": f"{number:064}", "scopes": maker.one(["read", "read write", "claims intake read"]),
            "division_code": maker.maybe([row["code"] for row in maker.tree]), "created_at": maker.one(MOMENTS),
            "expires_at": maker.maybe(MOMENTS), "last_used_at": maker.maybe(MOMENTS),
            "revoked_at": maker.maybe(MOMENTS),
        }
        for number in maker.few(10)
    ]  # fmt: skip
    maker.add(models.ApiToken, made)


def audit(maker: Maker) -> None:
    kinds = [("Issue", row["id"]) for row in maker.matters] + [(None, None)] * 4
    made = [
        {
            "at": maker.one(MOMENTS), "action": maker.one(list(AuditAction)), "address": maker.one(LINES),
            "account": maker.maybe(maker.ids(maker.people)), "request_id": f"r{number}", "reason": maker.one(PROSE),
            "mutation": maker.maybe(["closeIssue", "claimIssue"]), "subject_type": kind, "subject_id": key,
            "division_code": maker.maybe([row["code"] for row in maker.tree]),
        }
        for number in maker.few(20)
        for kind, key in (maker.one(kinds),)
    ]  # fmt: skip
    maker.add(models.AuditEntry, made)
    runs = [
        {
            "rule": maker.one(["booking.plate", "file.unused"]), "at": maker.one(MOMENTS),
            "before": maker.one(MOMENTS), "count": maker.random.randint(1, 100),
        }
        for _ in maker.few(5)
    ]  # fmt: skip
    maker.add(models.PurgeRun, runs)
