"""What volunteer teams bring to the city besides their own tables, which roles and issues refer to."""

from db.kernel.context import DomainContext
from db.teams.clock import RULES
from db.teams.models.deployment import Deployment

CONTEXT = DomainContext((Deployment,), clock=RULES)
