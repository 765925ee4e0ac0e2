"""What supplies bring to the city: their tables."""

from db.kernel.context import DomainContext
from db.stocks.models import TABLES

CONTEXT = DomainContext(TABLES)
