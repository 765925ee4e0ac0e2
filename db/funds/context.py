"""What donations and expenses bring to the city: their tables, and what a fulfilled claim on money becomes."""

from db.funds.donations import receive_claimed
from db.funds.models import TABLES
from db.issues.need_and_project_lists import FULFILLED
from db.kernel.context import DomainContext

CONTEXT = DomainContext(TABLES)
FULFILLED.append(receive_claimed)
