"""The nouns of the graph, one a file; importing this package declares them all in the catalog."""

from schema.types import (
    access,
    audit,
    claim,
    committee,
    division,
    issue,
    ledger,
    meeting,
    notice,
    office,
    organization,
    query,
    rate_limit,
    resource,
    statistics,
    transitions,
)

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
