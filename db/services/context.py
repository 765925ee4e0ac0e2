"""What services bring to the city: tables and rules of the clock."""

from db.kernel.context import DomainContext
from db.services.clock import RULES
from db.services.models import application, catalogue

CONTEXT = DomainContext((*catalogue.TABLES, *application.TABLES), clock=RULES)
