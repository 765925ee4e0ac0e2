"""What assessment brings to the city: its tables."""

from db.assessment.models import TABLES
from db.kernel.context import DomainContext

CONTEXT = DomainContext(TABLES)
