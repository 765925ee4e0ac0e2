"""The root of all reads: lookups, lists and aggregates."""

from typing import Any

from db.committees.models.committee import CommitteeState
from schema.catalog.fields import Aggregate, Lookup, Many, NodeLookup, Own, Resolved, root_type
from schema.engine.values import ACCOUNT_ID
from schema.graph.issues.ledger import verification


def _lookup(target: str, description: str, only: Any = None, **keys: tuple[str, str]) -> Any:
    by_id = ("id", "id", "The global id.")
    return Lookup(
        target=target,
        description=description,
        only=only,
        keys=(by_id, *[(argument, scalar, meaning) for argument, (scalar, meaning) in keys.items()]),
    )


def _all(target: str, description: str, order: tuple[tuple[str, str], ...] = ()) -> Any:
    return Many(target=target, on=None, order=order, description=description)


_NEWEST = (("created_at", "DESC"),)


@root_type("The root of all reads.")
class Query:
    """Every field here is answered by one SQL statement."""

    node = NodeLookup(
        is_list=False, description="Find an object of any type by its global id; null when there is none."
    )
    nodes = NodeLookup(
        is_list=True,
        description="Find objects by their global ids, in the same order; null for each that is not there.",
    )
    viewer = Own(
        target="Viewer",
        on=lambda account: account.id == ACCOUNT_ID,
        description="Who is asking; null when nobody is signed in.",
    )
    rate_limit = Resolved(
        target="RateLimit",
        value=lambda moment: moment.spent,
        description="What the viewer may still ask for in this hour.",
    )
    ledger_verification = Resolved(
        target="LedgerVerification",
        value=verification,
        arguments=(("division_code", "The 12-digit code of the division whose issues are meant, all below it."),),
        cost=1000,
        description="Verify the ledgers of a division: that no entry was changed, lost, moved or replaced.",
    )
    division = _lookup("Division", "Find a division by id or code.", code=("code", "The 12-digit statistical code."))
    committee = _lookup(
        "Committee", "Find a committee by id, or the one that is not dissolved by its community's code.",
        only=lambda committee: committee.state != CommitteeState.DISSOLVED.value,
        division_code=("division_code", "The community's 12-digit code."),
    )  # fmt: skip
    member = _lookup("Member", "Find a member by id.")
    issue = _lookup("Issue", "Find an issue by id or ledger number.", number=("number", "The ledger number."))
    resource = _lookup("Resource", "Find a resource by id.")
    organization = _lookup("Organization", "Find an organization by id.")
    meeting = _lookup("Meeting", "Find a meeting by id.")
    divisions = _all("Division", "All divisions, by code.", (("code", "ASC"),))
    committees = _all("Committee", "All committees.")
    members = _all("Member", "All members, past ones included.")
    issues = _all("Issue", "All issues, newest first.", _NEWEST)
    resources = _all("Resource", "All resources.")
    organizations = _all("Organization", "All organizations.")
    meetings = _all("Meeting", "All meetings, newest first.", (("scheduled_at", "DESC"),))
    volunteer_teams = _all("VolunteerTeam", "All volunteer teams.")
    claims = _all("Claim", "All claims, newest first.", _NEWEST)
    ledger_entries = _all("LedgerEntry", "All ledger entries, newest first.", (("at", "DESC"),))
    audit_entries = _all("AuditEntry", "The audit, newest first; only auditors see entries.", (("at", "DESC"),))
    statistics_snapshots = _all("StatisticsSnapshot", "All published figures.", (("figure", "ASC"), ("as_of", "ASC")))
    committee_aggregate = Aggregate(target="Committee", description="Count and group committees.")
    member_aggregate = Aggregate(target="Member", description="Count and group members.")
    issue_aggregate = Aggregate(target="Issue", description="Count, sum and group issues.")
    resource_aggregate = Aggregate(target="Resource", description="Count, sum and group resources.")
    organization_aggregate = Aggregate(target="Organization", description="Count and group organizations.")
    claim_aggregate = Aggregate(target="Claim", description="Count, sum and group claims.")
