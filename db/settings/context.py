"""What settings bring to the city: their table, and the rule of the clock that has no noun."""

from db.kernel.context import DomainContext
from db.settings.clock import RULES
from db.settings.models import Setting

CONTEXT = DomainContext((Setting,), clock=RULES)
