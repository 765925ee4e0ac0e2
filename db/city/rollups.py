"""The roll-ups of all contexts."""

from db.issues.rollups import ROLLUPS as OF_ISSUES

ROLLUPS = OF_ISSUES
