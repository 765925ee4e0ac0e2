"""What assessment brings to the city: its tables, and the scores of the demo city."""

from db.assessment.models import TABLES
from db.assessment.seed import score_seeded
from db.kernel.context import DomainContext

CONTEXT = DomainContext(TABLES, complete=score_seeded)
