"""What figures bring to the city: their table, and what the clock keeps of them."""

from db.figures.clock import keep_counts
from db.figures.models import StatisticsSnapshot
from db.kernel.context import DomainContext

CONTEXT = DomainContext((StatisticsSnapshot,), clock=(keep_counts,))
