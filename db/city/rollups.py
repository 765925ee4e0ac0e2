"""The roll-ups of all contexts; one that counts the rows of another one comes after it."""

from db.committees.rollups import COMMITTEE_ROLLUPS, MEMBER_ROLLUPS
from db.issues.rollups import ROLLUPS as ISSUE_ROLLUPS
from db.organizations.rollups import COMMUNITY_ROLLUPS, ORGANIZATION_ROLLUPS
from db.places.rollups import DIVISION_ROLLUPS

ROLLUPS = (
    *DIVISION_ROLLUPS,
    *COMMITTEE_ROLLUPS,
    *MEMBER_ROLLUPS,
    *ORGANIZATION_ROLLUPS,
    *COMMUNITY_ROLLUPS,
    *ISSUE_ROLLUPS,
)
