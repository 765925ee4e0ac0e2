"""What monitoring at home brings to the city: tables, rules of the clock."""

from db.kernel.context import DomainContext
from db.monitoring.clock import RULES
from db.monitoring.models import TABLES

CONTEXT = DomainContext(TABLES, clock=RULES)
