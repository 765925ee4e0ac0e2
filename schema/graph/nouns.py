"""The nouns of the graph, one a file; importing this package declares them all in the catalog."""

from schema.graph import query
from schema.graph.access import audit, rate_limit
from schema.graph.access import types as access
from schema.graph.committees import types as committee
from schema.graph.deliberation import types as meeting
from schema.graph.issues import claim, ledger, notice, transitions
from schema.graph.issues import deadlines_and_norms as office
from schema.graph.issues import types as issue
from schema.graph.organizations import resource
from schema.graph.organizations import types as organization
from schema.graph.places import statistics
from schema.graph.places import types as division

__all__ = [
    "access",
    "audit",
    "claim",
    "committee",
    "division",
    "issue",
    "ledger",
    "meeting",
    "notice",
    "office",
    "organization",
    "query",
    "rate_limit",
    "resource",
    "statistics",
    "transitions",
]
