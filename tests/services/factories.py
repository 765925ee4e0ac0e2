"""Rows of the service catalogue and of applications for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from db.city import models
from db.places.models.division import DivisionLevel
from db.services.models.application import (
    ApplicationConsent,
    ApplicationDecision,
    ApplicationMaterial,
    ApplicationSerial,
    ApplicationState,
    ServiceApplication,
)
from db.services.models.catalogue import ServiceArea, ServiceCatalogue, ServiceItem, ServiceMaterial, ServiceMode
from tests.attachments.factories import make_attachment
from tests.people.factories import make_person
from tests.places.factories import make_division
from tests.times import AT, TODAY

DAY = timedelta(days=1)
_NUMBERS = count(1)
_S = ApplicationState
_ACCEPTED = {"accepted_at": AT, "due_at": AT + 9 * DAY, "warn_at": AT + 7 * DAY}
_DECIDED = {
    **_ACCEPTED, "decided_at": AT, "decision": ApplicationDecision.APPROVED, "rate_until": AT + 30 * DAY,
}  # fmt: skip
_OF_STATE: dict[ApplicationState, dict[str, Any]] = {
    _S.NEEDS_MATERIALS: {"requested_at": AT, "requested": "M-1"},
    _S.ACCEPTED: _ACCEPTED,
    _S.DECIDED: _DECIDED,
    _S.RATED: {**_DECIDED, "rating": 5},
    _S.WITHDRAWN: {"withdrawn_at": AT},
}


def make_service_catalogue(city: models.Division | None = None, **values: Any) -> ServiceCatalogue:
    """Make the next version of the catalogue, of a city."""
    city = city or make_division(DivisionLevel.CITY)
    given = {
        "version": ServiceCatalogue.select().count() + 1, "published_on": TODAY, "item_count": 1, **values,
    }  # fmt: skip
    return ServiceCatalogue.create(division=city, division_code=city.code, **given)


def make_service_item(catalogue: ServiceCatalogue | None = None, **values: Any) -> ServiceItem:
    """Make a service that the community takes in and decides, with one material."""
    catalogue = catalogue or make_service_catalogue()
    given = {
        "code": "MZ-001", "name": "临时救助申请", "area": ServiceArea.CIVIL_AFFAIRS, "department": "民政局",
        "mode": ServiceMode.AUTHORIZED, "level": DivisionLevel.COMMUNITY, "promised_days": 5, "fee": 0,
        "digest": "ab" * 32, **values,
    }  # fmt: skip
    item = ServiceItem.create(catalogue=catalogue, division_code=catalogue.division_code, **given)
    make_service_material(item)
    return item


def make_service_material(item: ServiceItem | None = None, **values: Any) -> ServiceMaterial:
    """Make the next material of a service."""
    item = item or make_service_item()
    position = ServiceMaterial.select().where(ServiceMaterial.item == item).count() + 1
    given = {"position": position, "code": f"M-{position}", "name": "身份证", "is_required": True, **values}
    return ServiceMaterial.create(item=item, division_code=item.division_code, **given)


def make_service_application(applicant: models.Person | None = None, **values: Any) -> ServiceApplication:
    """Make the application of a person that nobody has accepted."""
    applicant = applicant or make_person()
    item = values.pop("item", None) or make_service_item()
    state = _S(values.get("state", _S.SUBMITTED))
    given = {
        "number": f"BJ-{applicant.division_code}-2025-{next(_NUMBERS):06}", "level": item.level, "state": state,
        "due_at": AT + DAY, "warn_at": AT + DAY, "created_at": AT, "version": 1, **_OF_STATE.get(state, {}), **values,
    }  # fmt: skip
    if state is _S.FORWARDED:
        street = applicant.division_code[:9] + "000"
        given = {**_ACCEPTED, "forwarded_to": street, "outside_number": "2026-1", **given}
    if "assisted_by" in given:
        given = {"assisted_by_name": "示范帮办人", "consent": ApplicationConsent.SIGNED, **given}
    return ServiceApplication.create(
        division=applicant.division_id, division_code=applicant.division_code, item=item, applicant=applicant, **given
    )


def make_application_material(application: ServiceApplication | None = None, **values: Any) -> ApplicationMaterial:
    """Make a material that an application brought."""
    application = application or make_service_application()
    given = {"code": "M-1", **values}
    given.setdefault("attachment", make_attachment(application))
    return ApplicationMaterial.create(application=application, division_code=application.division_code, **given)


def make_application_serial(division: models.Division | None = None, **values: Any) -> ApplicationSerial:
    """Make the last number of a community and year."""
    division = division or make_division()
    return ApplicationSerial.create(**{"division_code": division.code, "year": 2026, "last": 0, **values})


MAKERS: dict[type[Any], Callable[..., Any]] = {
    ServiceCatalogue: make_service_catalogue,
    ServiceItem: make_service_item,
    ServiceMaterial: make_service_material,
    ServiceApplication: make_service_application,
    ApplicationMaterial: make_application_material,
    ApplicationSerial: make_application_serial,
}
