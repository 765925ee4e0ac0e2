"""Roll-ups of committees and their members."""

from db.committees.models.committee import Committee, Member
from db.kernel.rollups import rollup
from db.places.models.division import DISTRICTS

COMMITTEE_ROLLUPS = (rollup(Committee, "CommitteeCountByState", by=("state",), cut=DISTRICTS),)
MEMBER_ROLLUPS = (rollup(Member, "MemberCountByCategory", by=("category", "is_active"), cut=DISTRICTS),)
