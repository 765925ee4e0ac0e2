"""Who asks: accounts, their roles and tokens, and the audit."""

from db.access.models.access import TokenScope
from schema.catalog.declare import every
from schema.catalog.fields import Own, Resolved
from schema.catalog.registry import Context
from schema.engine.bindings import ACCOUNT_ID
from schema.graph.access import mutations
from schema.graph.access.additions import ADDITIONS
from schema.graph.access.audit import AuditEntry, PurgeRun
from schema.graph.access.rate_limit import RateLimit
from schema.graph.access.types import ApiToken, Resident, RoleGrant, Viewer

CONTEXT = Context(
    types=(Viewer, Resident, RoleGrant, ApiToken, AuditEntry, PurgeRun, RateLimit),
    roots={
        "viewer": Own(
            target="Viewer",
            on=lambda account: account.id == ACCOUNT_ID,
            description="The account that sends the request; null when nobody is signed in.",
        ),
        "rate_limit": Resolved(
            target="RateLimit",
            value=lambda request_values: request_values.spent,
            description="The points that the viewer has left in this hour.",
        ),
        "audit_entries": every("AuditEntry", "The audit entries, newest first; only auditors see any.", order="-at"),
        "purge_runs": every(
            "PurgeRun",
            "What was erased or deleted by rule, newest first; only auditors of a city see any.",
            order="-at",
        ),
    },
    additions=ADDITIONS,
    mutations={TokenScope.ACCESS: mutations.MUTATIONS},
)
