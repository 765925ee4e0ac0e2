"""Roll-ups of issues: the counts that dashboards ask for all day."""

from db.issues.models.issue import Issue
from db.issues.visibility import is_public
from db.kernel.rollups import rollup
from db.places.models.division import DISTRICTS

_FLAGS = {"is_public": is_public}
# The smallest first: a count is taken from the first one that holds what it asks for.
ROLLUPS = (
    rollup(Issue, "IssueCountByDuty", by=("state", "duty"), cut=DISTRICTS, flags=_FLAGS),
    rollup(Issue, "IssueCountByChannel", by=("state", "urgency", "channel"), cut=DISTRICTS, flags=_FLAGS),
    rollup(Issue, "IssueCountByState", by=("state",), flags=_FLAGS),
)
