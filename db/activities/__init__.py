"""Activities: what teams, units and residents did together (活动)."""

from db.activities.models import Activity, ActivityOrganization
from db.kernel.context import DomainContext

CONTEXT = DomainContext((Activity, ActivityOrganization))
