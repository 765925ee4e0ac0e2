"""What the hotline and the mailbox bring to the city: tables and rules of the clock."""

from db.kernel.context import DomainContext
from db.messages.clock import RULES
from db.messages.models import TABLES

CONTEXT = DomainContext(TABLES, clock=RULES)
