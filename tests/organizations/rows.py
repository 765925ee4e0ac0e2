"""Random rows of organizations for the tests that compare the engine with an independent reading."""

from decimal import Decimal
from typing import Any

from db.city import models
from db.issues.models.duty import Duty
from db.organizations.models.organization import (
    OrganizationFiling,
    OrganizationKind,
    OrganizationState,
    SocialOrganizationKind,
)
from db.organizations.models.resource import CapacityModel, Holidays, Recurrence, ResourceState
from tests.graph.maker import DAYS, LINES, PROSE, QUANTITIES, Maker
from tests.sites.rows import anywhere


def units(maker: Maker) -> None:
    made: list[dict[str, Any]] = []
    for home in maker.homes:
        is_rich = maker.random.random() < 0.25
        for _ in range(maker.random.randint(10, 12) if is_rich else maker.random.randint(0, 3)):
            kind = OrganizationKind.SOCIAL_ORGANIZATION if is_rich else maker.one(list(OrganizationKind))
            is_social = kind is OrganizationKind.SOCIAL_ORGANIZATION
            made.append(
                {
                    "division": home["id"], "division_code": home["code"], "name": maker.one(LINES), "kind": kind,
                    "social_kind": maker.one(list(SocialOrganizationKind)) if is_social else None,
                    "is_partner_unit": maker.random.random() < 0.4, "is_target_unit": maker.random.random() < 0.4,
                    "party_organization_name": maker.maybe(LINES), "head": None,
                    "member_count": maker.maybe([0, 5, 80]), "filing": maker.maybe(list(OrganizationFiling)),
                    "filing_number": maker.maybe(["A-1", "A-2"]), "address": maker.maybe(LINES),
                    "closed_on": maker.maybe(DAYS), "state": maker.one([*OrganizationState, OrganizationState.ACTIVE]),
                    "version": maker.random.randint(1, 3),
                }
            )  # fmt: skip
    maker.units = maker.add(models.Organization, made)


def heads(maker: Maker) -> None:
    """Name the heads of some units, once there are people."""
    for unit in maker.units:
        unit["head"] = maker.maybe(maker.ids(maker.persons), 0.3)


def resources(maker: Maker) -> None:
    made: list[dict[str, Any]] = []
    for home in maker.homes:
        units = [unit["id"] for unit in maker.units if unit["division"] == home["id"]]
        made += [
            {
                "organization": maker.maybe(units), "division": home["id"], "division_code": home["code"],
                "name": maker.one(LINES), "description": maker.one(PROSE),
                "topic_code": maker.maybe(["SPACE-01", "SPACE-03"]),
                "duty": maker.one(list(Duty)), "capacity_model": maker.one(list(CapacityModel)),
                "quantity": maker.maybe([Decimal(0), *QUANTITIES], 0.8), "unit": maker.maybe(LINES),
                "valid_until": maker.maybe(DAYS), "verified_on": maker.maybe(DAYS),
                "state": maker.one([ResourceState.ON_OFFER, *ResourceState]), "version": maker.random.randint(1, 3),
            }
            for _ in maker.few(3)
        ]  # fmt: skip
    for offer in made:
        offer["person"] = maker.maybe(maker.ids(maker.persons), 0.3) if offer["organization"] is None else None
        offer |= anywhere(maker)
    maker.offers = maker.add(models.Resource, made)
    windows = [
        {
            "resource": row["id"], "division_code": row["division_code"], "weekday": weekday,
            "starts_minute": maker.random.choice([0, 540]), "ends_minute": maker.random.choice([720, 1500]),
            "quantity": maker.one(QUANTITIES), "recurrence": maker.one([Recurrence.WEEKLY, *Recurrence]),
            "holidays": maker.one(list(Holidays)), "opens_on": maker.maybe(DAYS), "closes_on": maker.maybe(DAYS),
        }
        for row in made
        for weekday in maker.several([1, 3, 7], 2)
    ]  # fmt: skip
    maker.windows = maker.add(models.ResourceWindow, windows)
