"""Random donations and expenses for the tests that compare the engine with an independent reading."""

from typing import Any

from db.city import models
from db.funds.models import Donation, DonationKind, DonationState, Expense
from tests.graph.maker import DAYS, LINES, MOMENTS, PROSE, QUANTITIES, Maker


def fill(maker: Maker) -> None:
    """Make donations to projects and committees, and what projects paid."""
    [projects] = [rows for model, rows in maker.rows if model is models.Project]
    claims = maker.several(maker.ids(maker.claims), len(maker.claims))
    homes = {row["code"]: row["id"] for row in maker.tree}
    made = [
        _donation(maker, homes, {noun: recipient["id"]}, recipient["division_code"], claims)
        for noun, rows in (("project", projects), ("committee", maker.boards))
        for recipient in rows
        for _ in maker.few(3)
    ]
    for number, row in enumerate(row for row in made if row["state"] is DonationState.RECEIVED):
        row["receipt_number"] = f"JZ-{number}"
    maker.add(Donation, made)
    paid = [_expense(maker, project) for project in projects for _ in maker.few(3)]
    maker.add(Expense, paid)
    undone = [
        {**row, "amount": -row["amount"], "day": maker.one(DAYS), "reverses": row["id"]} for row in maker.some(paid)
    ]
    # Ids go on after those of what is undone.
    last = max(maker.ids(paid), default=0)
    for at, row in enumerate(undone, start=1):
        row["id"] = last + 3 * at
    maker.rows.append((Expense, undone))


def _donation(
    maker: Maker, homes: dict[str, int], recipient: dict[str, int], code: str, claims: list[int]
) -> dict[str, Any]:
    kind, state = maker.one(list(DonationKind)), maker.one(list(DonationState))
    is_money, is_received = kind is DonationKind.MONEY, state is DonationState.RECEIVED
    units, people = maker.ids(maker.units), maker.ids(maker.persons)
    key, among = maker.one([("organization", units), ("person", people), ("donor_name", LINES)])
    donor = {key: maker.one(among)} if among else {"donor_name": maker.one(LINES)}
    return {
        "division": homes[code], "division_code": code, "kind": kind,
        **dict.fromkeys(("organization", "person", "donor_name", "project", "committee")), **donor, **recipient,
        "is_name_hidden": maker.random.random() < 0.4, "amount": maker.one(QUANTITIES) if is_money else None,
        "item": None if is_money else maker.one(LINES), "unit": None if is_money else maker.one(LINES),
        "quantity": None if is_money else maker.one(QUANTITIES), "value": None if is_money else maker.maybe(QUANTITIES),
        "pledged_on": maker.one(DAYS), "received_on": maker.one(DAYS) if is_received else None, "receipt_number": None,
        "purpose_note": maker.maybe(PROSE), "claim": claims.pop() if claims and maker.random.random() < 0.3 else None,
        "incident": maker.maybe(maker.ids(maker.incidents)), "state": state, "created_at": maker.one(MOMENTS),
        "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _expense(maker: Maker, project: dict[str, Any]) -> dict[str, Any]:
    return {
        "project": project["id"], "division_code": project["division_code"], "day": maker.one(DAYS),
        "amount": maker.one(QUANTITIES), "payee": maker.one(LINES), "purpose": maker.one(LINES),
        "voucher": maker.one(["2026-0001", "A", "Z.9"]), "reverses": None, "created_at": maker.one(MOMENTS),
    }  # fmt: skip
