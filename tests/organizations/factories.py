"""Rows of organizations and what they offer for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.city import models
from db.issues.models.duty import Duty
from db.organizations.models.organization import OrganizationKind
from db.organizations.models.resource import CapacityModel
from tests.places.factories import make_division


def make_organization(division: models.Division | None = None, **values: Any) -> models.Organization:
    """Make a unit of a community."""
    division = division or make_division()
    given = {"name": "示范单位", "kind": OrganizationKind.ENTERPRISE, "division_code": division.code, **values}
    return models.Organization.create(division=division, **given)


def make_resource(organization: models.Organization | None = None, **values: Any) -> models.Resource:
    """Make a resource that an organization offers in its community."""
    organization = organization or make_organization()
    given = {
        "division": organization.division,
        "division_code": organization.division_code,
        "name": "示范会议室",
        "description": "可容纳三十人",
        "duty": Duty.RESOURCE_COORDINATION,
        "capacity_model": CapacityModel.STOCK,
        "quantity": 10,
        "unit": "件",
        **values,
    }
    return models.Resource.create(organization=organization, **given)


def make_resource_window(resource: models.Resource | None = None, **values: Any) -> models.ResourceWindow:
    """Make a weekly window, Mondays from nine to noon."""
    resource = resource or make_resource(capacity_model=CapacityModel.RECURRING_WINDOW)
    given = {"weekday": 1, "starts_minute": 540, "ends_minute": 720, "quantity": 2, **values}
    return models.ResourceWindow.create(resource=resource, division_code=resource.division_code, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    models.Organization: make_organization,
    models.Resource: make_resource,
    models.ResourceWindow: make_resource_window,
}
