"""Rows of registrations and agreements for tests."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from db.city import models
from db.issues.models.duty import Duty
from db.registrations.models.agreement import (
    AgreementItem,
    AgreementItemKind,
    AgreementSide,
    AgreementState,
    PartnershipAgreement,
)
from db.registrations.models.registration import Registration, RegistrationEnd, RegistrationKind, RegistrationState
from db.registrations.models.service import (
    Appraisal,
    AppraisalGrade,
    HourRecord,
    HourState,
    Pledge,
    PledgeState,
)
from tests.factories import MAKERS, make_organization, make_person
from tests.times import AT, TODAY

_DAY = timedelta(days=1)


def make_registration(party: Any = None, **values: Any) -> Registration:
    """Make a registration of a unit or a person with its community; of a new unit where none is named."""
    party = party or make_organization()
    is_unit = isinstance(party, models.Organization)
    home = values.pop("division", party.division)
    state = values.get("state", RegistrationState.ACTIVE)
    given = {
        "kind": RegistrationKind.PARTY_ORG if is_unit else RegistrationKind.PARTY_MEMBER,
        "organization" if is_unit else "person": party, "duties": Duty.PUBLIC_BENEFIT_SERVICE.value,
        "yearly_hours": Decimal(20), "confirmed_on": TODAY, "renew_by": TODAY + 365 * _DAY,
        "end_reason": RegistrationEnd.OTHER if state is RegistrationState.ENDED else None,
        "state": state, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return Registration.create(division=home, division_code=home.code, **given)


def make_agreement(organization: models.Organization | None = None, **values: Any) -> PartnershipAgreement:
    """Make an agreement of a unit with its community."""
    organization = organization or make_organization()
    home = values.pop("division", organization.division)
    is_signed = values.get("state") in (AgreementState.SIGNED, AgreementState.EXPIRED)
    given = {
        "starts_on": TODAY, "ends_on": TODAY + 365 * _DAY, "state": AgreementState.DRAFT, "created_at": AT,
        "signed_by_community_at": AT if is_signed else None, "signed_by_unit_at": AT if is_signed else None,
        "version": 1, **values,
    }  # fmt: skip
    return PartnershipAgreement.create(organization=organization, division=home, division_code=home.code, **given)


def make_agreement_item(agreement: PartnershipAgreement | None = None, **values: Any) -> AgreementItem:
    """Make an item on the unit's list of resources."""
    agreement = agreement or make_agreement()
    given = {
        "position": 1, "side": AgreementSide.UNIT, "kind": AgreementItemKind.RESOURCE, "text": "示范会议室", **values,
    }  # fmt: skip
    return AgreementItem.create(agreement=agreement, division_code=agreement.division_code, **given)


def make_pledge(registration: Registration | None = None, **values: Any) -> Pledge:
    """Make a pledge of four hours."""
    registration = registration or make_registration()
    given = {
        "duty": Duty.JOINT_PREVENTION, "text": "值守四小时", "hours": Decimal(4), "due_on": TODAY + 30 * _DAY,
        "state": PledgeState.OPEN, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return Pledge.create(registration=registration, division_code=registration.division_code, **given)


def make_hour_record(person: models.Person | None = None, **values: Any) -> HourRecord:
    """Make two confirmed hours of a person."""
    person = person or make_person()
    given = {
        "division_code": person.division_code, "day": TODAY, "hours": Decimal(2), "duty": Duty.JOINT_PREVENTION,
        "text": "值守卡口", "state": HourState.CONFIRMED, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return HourRecord.create(person=person, **given)


def make_appraisal(registration: Registration | None = None, **values: Any) -> Appraisal:
    """Make the appraisal of a registration for the year before."""
    registration = registration or make_registration()
    given = {
        "person": registration.person_id, "year": TODAY.year - 1, "grade": AppraisalGrade.GOOD, "hours": Decimal(24),
        "pledges_kept": 1, "pledges_due": 2, "comment": "按时到岗", "created_at": AT, **values,
    }  # fmt: skip
    return Appraisal.create(registration=registration, division_code=registration.division_code, **given)


_MAKERS: dict[type[Any], Callable[..., Any]] = {
    Registration: make_registration,
    Pledge: make_pledge,
    HourRecord: make_hour_record,
    Appraisal: make_appraisal,
    PartnershipAgreement: make_agreement,
    AgreementItem: make_agreement_item,
}
MAKERS |= _MAKERS
