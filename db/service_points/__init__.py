"""Service points within a walk of the people who live there (便民点)."""

from db.kernel.context import DomainContext
from db.service_points.models import NearestService, ServicePoint
from db.service_points.nearest import find_all
from db.service_points.rosters import SERVICE_POINT_ROSTER
from db.service_points.seed import add_service_points

CONTEXT = DomainContext(
    (ServicePoint, NearestService), add_service_points, complete=find_all, rosters=(SERVICE_POINT_ROSTER,)
)
