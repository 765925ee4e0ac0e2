"""Random rows of registrations for the tests that compare the engine with an independent reading."""

from datetime import timedelta
from typing import Any

from db.issues.models.duty import Duty
from db.registrations.models.agreement import (
    AgreementItem,
    AgreementItemKind,
    AgreementSide,
    AgreementState,
    PartnershipAgreement,
)
from db.registrations.models.registration import (
    LIVE,
    OF_UNITS,
    Registration,
    RegistrationEnd,
    RegistrationKind,
    RegistrationState,
)
from db.registrations.models.service import Appraisal, AppraisalGrade, HourRecord, HourState, Pledge, PledgeState
from tests.graph.maker import DAYS, LINES, MOMENTS, PROSE, QUANTITIES, Maker

R = RegistrationState


def fill(maker: Maker) -> None:
    """Add registrations and agreements to a random database."""
    taken: set[tuple[Any, ...]] = set()
    drawn = [_registration(maker, home, taken) for home in maker.homes for _ in maker.few(4)]
    registrations = maker.add(Registration, [row for row in drawn if row])
    pledges = maker.add(Pledge, [_pledge(maker, row) for row in registrations for _ in maker.few(2)])
    people = [row for row in maker.persons for _ in maker.few(2)]
    maker.add(HourRecord, [_hours(maker, row, registrations, pledges) for row in people])
    years = [(row, year) for row in registrations for year in maker.several([2024, 2025, 2026], 2)]
    maker.add(Appraisal, [_appraisal(maker, row, year) for row, year in years])
    homes = maker.homes if maker.units else []
    agreements = [_agreement(maker, home, maker.one(maker.units)) for home in homes for _ in maker.few(2)]
    made = maker.add(PartnershipAgreement, agreements)
    items = [_item(maker, row, position) for row in made for position in range(1, maker.random.randint(1, 3))]
    maker.add(AgreementItem, items)


def _registration(maker: Maker, home: dict[str, Any], taken: set[tuple[Any, ...]]) -> dict[str, Any] | None:
    kind, state = maker.one(list(RegistrationKind)), maker.one(list(R))
    parties = maker.ids(maker.units if kind in OF_UNITS else maker.persons)
    if not parties:
        return None
    party = maker.one(parties)
    if state in LIVE and (kind, party) in taken:
        state = R.DECLINED
    taken |= {(kind, party)} if state in LIVE else set()
    duties = [duty.value for duty in Duty if maker.random.random() < 0.3] or [Duty.JOINT_PREVENTION.value]
    return {
        "division": home["id"], "division_code": home["code"], "kind": kind,
        "organization": party if kind in OF_UNITS else None, "person": None if kind in OF_UNITS else party,
        "party_organization_name": maker.maybe(LINES), "work_unit": maker.maybe(maker.ids(maker.units)),
        "duties": " ".join(duties), "skills": maker.maybe(LINES), "yearly_hours": maker.one(QUANTITIES),
        "contact_person": maker.maybe(maker.ids(maker.persons), 0.2), "contact_grant": None,
        "confirmed_on": maker.maybe(DAYS), "renew_by": maker.maybe(DAYS), "ended_on": maker.maybe(DAYS),
        "end_reason": maker.one(list(RegistrationEnd)) if state is R.ENDED else None, "state": state,
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _pledge(maker: Maker, registration: dict[str, Any]) -> dict[str, Any]:
    sites = [row["id"] for row in maker.sites if row["division_code"] == registration["division_code"]]
    return {
        "registration": registration["id"], "division_code": registration["division_code"],
        "duty": maker.one(list(Duty)), "text": maker.one(PROSE), "hours": maker.maybe(QUANTITIES),
        "due_on": maker.one(DAYS), "need": maker.maybe(maker.ids(maker.needs), 0.3), "site": maker.maybe(sites, 0.3),
        "state": maker.one(list(PledgeState)), "created_at": maker.one(MOMENTS),
        "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _hours(
    maker: Maker, person: dict[str, Any], registrations: list[dict[str, Any]], pledges: list[dict[str, Any]]
) -> dict[str, Any]:
    team = maker.maybe(maker.ids(maker.teams), 0.4)
    is_logged = maker.random.random() < 0.7
    return {
        "division_code": maker.one(maker.homes)["code"], "person": person["id"],
        "registration": maker.maybe(maker.ids(registrations), 0.4), "team": team,
        "pledge": maker.maybe(maker.ids(pledges), 0.4), "source_type": None if is_logged else "Shift",
        "source_id": None if is_logged else maker.random.randint(1, 1_000_000), "day": maker.one(DAYS),
        "hours": maker.one(QUANTITIES), "duty": maker.one(list(Duty)), "text": maker.one(LINES),
        "state": maker.one(list(HourState)), "reviewed_by_name": maker.maybe(LINES), "review_note": maker.maybe(LINES),
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _appraisal(maker: Maker, registration: dict[str, Any], year: int) -> dict[str, Any]:
    due = maker.random.randint(0, 3)
    return {
        "registration": registration["id"], "division_code": registration["division_code"],
        "person": registration["person"], "year": year, "grade": maker.one(list(AppraisalGrade)),
        "hours": maker.one(QUANTITIES), "pledges_kept": maker.random.randint(0, due), "pledges_due": due,
        "comment": maker.one(PROSE), "reported_at": maker.maybe(MOMENTS), "created_at": maker.one(MOMENTS),
    }  # fmt: skip


def _agreement(maker: Maker, home: dict[str, Any], unit: dict[str, Any]) -> dict[str, Any]:
    state, starts = maker.one(list(AgreementState)), maker.one(DAYS)
    is_signed = state in (AgreementState.SIGNED, AgreementState.EXPIRED)
    return {
        "division": home["id"], "division_code": home["code"], "organization": unit["id"], "starts_on": starts,
        "ends_on": starts + timedelta(days=maker.one([1, 365])), "renews": None,
        "signed_by_community_at": maker.one(MOMENTS) if is_signed else maker.maybe(MOMENTS),
        "signed_by_unit_at": maker.one(MOMENTS) if is_signed else None, "state": state,
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _item(maker: Maker, agreement: dict[str, Any], position: int) -> dict[str, Any]:
    return {
        "agreement": agreement["id"], "division_code": agreement["division_code"], "position": position,
        "side": maker.one(list(AgreementSide)), "kind": maker.one(list(AgreementItemKind)), "text": maker.one(LINES),
        "resource": maker.maybe(maker.ids(maker.offers), 0.3),
    }  # fmt: skip
