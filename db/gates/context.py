"""What gates bring to the city: tables and rules of the clock."""

from db.gates.clock import RULES
from db.gates.models import TABLES
from db.kernel.context import DomainContext

CONTEXT = DomainContext(TABLES, clock=RULES)
