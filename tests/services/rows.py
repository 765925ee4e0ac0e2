"""Random rows of services for the tests that compare the engine with an independent reading."""

from typing import Any

from db.attachments.models import Attachment
from db.places.models.division import DivisionLevel
from db.services.models.application import (
    ApplicationConsent,
    ApplicationDecision,
    ApplicationMaterial,
    ApplicationState,
    ServiceApplication,
)
from db.services.models.catalogue import (
    LEVELS,
    ServiceArea,
    ServiceCatalogue,
    ServiceItem,
    ServiceMaterial,
    ServiceMode,
)
from tests.graph.maker import DAYS, LINES, MOMENTS, PROSE, QUANTITIES, Maker

_CODES = ("MZ-001", "MZ-002", "JY-001")


def fill(maker: Maker) -> None:
    """Make versions of the catalogue, their services, and applications for these."""
    cities = [row for row in maker.tree if row["level"] is DivisionLevel.CITY]
    catalogues = maker.add(ServiceCatalogue, [_catalogue(maker, cities[0], at + 1) for at in maker.few(3)])
    items = [_item(maker, row, code) for row in catalogues for code in maker.several(_CODES, 3)]
    maker.add(ServiceItem, items)
    materials = [
        {
            "item": item["id"], "division_code": item["division_code"], "position": at + 1, "code": f"M-{at + 1}",
            "name": maker.one(LINES), "is_required": maker.one([True, False]),
        }
        for item in items for at in maker.few(2)
    ]  # fmt: skip
    maker.add(ServiceMaterial, materials)
    people = maker.several(maker.persons, 8) if items else []
    maker.add(ServiceApplication, [_application(maker, person, maker.one(items)) for person in people])


def fill_materials(maker: Maker) -> None:
    """Let applications have brought some of what is attached to them, once attachments are there."""
    files = next(rows for model, rows in maker.rows if model is Attachment)
    brought = [
        {
            "application": row["subject_id"], "division_code": row["division_code"], "code": maker.one(["M-1", "M-2"]),
            "attachment": row["id"],
        }
        for row in files if row["subject_type"] == "ServiceApplication"
    ]  # fmt: skip
    maker.add(ApplicationMaterial, brought)


def _catalogue(maker: Maker, city: dict[str, Any], version: int) -> dict[str, Any]:
    return {
        "division": city["id"], "division_code": city["code"], "version": version, "published_on": maker.one(DAYS),
        "item_count": maker.random.randint(1, 9), "note": maker.maybe(PROSE), "published_by_name": maker.maybe(LINES),
    }  # fmt: skip


def _item(maker: Maker, catalogue: dict[str, Any], code: str) -> dict[str, Any]:
    return {
        "catalogue": catalogue["id"], "division_code": catalogue["division_code"], "code": code,
        "name": maker.one(LINES), "area": maker.one(list(ServiceArea)), "department": maker.one(LINES),
        "mode": maker.one(list(ServiceMode)), "level": maker.one(LEVELS),
        "promised_days": maker.random.randint(1, 30), "fee": maker.one(QUANTITIES), "eligibility": maker.maybe(PROSE),
        "digest": maker.one(["ab", "cd"]) * 32,
    }  # fmt: skip


def _application(maker: Maker, person: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    states = ApplicationState
    state, code = maker.one(list(states)), person["division_code"]
    is_decided = state in (states.DECIDED, states.RATED)
    is_accepted = is_decided or state in (states.ACCEPTED, states.FORWARDED)
    is_forwarded = state is states.FORWARDED or (is_decided and maker.random.random() < 0.5)
    is_assisted = maker.random.random() < 0.5
    above = [code[:digits].ljust(12, "0") for digits in (9, 6, 4)]
    decision = maker.one(list(ApplicationDecision))
    return {
        "number": f"BJ-{code}-{maker.random.randint(0, 10**9)}", "division": person["division"],
        "division_code": code, "item": item["id"], "applicant": person["id"] if maker.random.random() < 0.9 else None,
        "assisted_by": maker.maybe(maker.ids(maker.people)) if is_assisted else None,
        "assisted_by_name": maker.one(LINES) if is_assisted else None,
        "consent": maker.one(list(ApplicationConsent)) if is_assisted else None, "level": item["level"],
        "forwarded_to": maker.one(above) if is_forwarded else None, "outside_number": "A-1" if is_forwarded else None,
        "requested_at": maker.one(MOMENTS) if state is states.NEEDS_MATERIALS else maker.maybe(MOMENTS),
        "requested": " ".join(maker.several(["M-1", "M-2"], 2)),
        "accepted_at": maker.one(MOMENTS) if is_accepted else None, "due_at": maker.one(MOMENTS),
        "warn_at": maker.one(MOMENTS), "decided_at": maker.one(MOMENTS) if is_decided else None,
        "decision": decision if is_decided else None, "grounds": maker.one(PROSE), "remedy": maker.one(PROSE),
        "rate_until": maker.one(MOMENTS) if is_decided else None,
        "rating": maker.random.randint(1, 5) if state is states.RATED else None, "rating_text": maker.maybe(PROSE),
        "withdrawn_at": maker.one(MOMENTS) if state is states.WITHDRAWN else None, "state": state,
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 5),
    }  # fmt: skip
