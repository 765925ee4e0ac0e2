"""A second way to answer documents: row by row in memory, knowing nothing of how the engine compiles them.

graphql-core walks the selection over the printed schema; what stands behind a field is written here again, in plain
Python over Peewee rows. Only the words of refusals are not compared.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cmp_to_key, partial
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_named_type,
    is_enum_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
)

from db.city import models
from tests.graph.viewers import EVERYWHERE, Viewer, masked, masked_phone

SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"
SHANGHAI = timedelta(hours=8)
LEVELS = {"PROVINCE": 2, "CITY": 4, "DISTRICT": 6, "SUBDISTRICT": 9, "COMMUNITY": 12}
CLOSED = {"CLOSED", "REJECTED", "WITHDRAWN", "MERGED"}
STOPPED = {"NEEDS_INFO", "SUSPENDED"}
CATEGORIES = (
    "TWO_COMMITTEES", "DEPUTY_DELEGATE_CPPCC", "VETERAN", "COMMUNITY_POLICE", "NON_PUBLIC_ECONOMY",
    "SOCIAL_ORGANIZATION", "PROPERTY_COMPANY", "OWNERS_COMMITTEE", "NOTABLE_RESIDENT", "OTHER",
)  # fmt: skip
CLAIMANTS = {"Organization": "organization", "VolunteerTeam": "team", "Member": "member", "Resident": "account"}
HANDLERS = {name: f"handler_{column}" for name, column in CLAIMANTS.items()}


@dataclass(frozen=True)
class Resident:
    """An account as others see it."""

    id: int
    name: str

    @property
    def _pk(self) -> int:
        return self.id


@cache
def printed_schema() -> GraphQLSchema:
    """Build the schema from the printed file, as a client would: once a process, as that takes seconds."""
    return build_schema(SDL.read_text(encoding="utf-8"))


class World:
    """All rows of one small database, and the answers that depend on nothing else.

    rows: by model name. schema: as a client would build it from the printed file.
    """

    def __init__(self, schema: GraphQLSchema | None = None) -> None:
        self.schema = schema or printed_schema()
        self.rows: dict[str, list[Any]] = {model.__name__: list(model.select()) for model in models.ALL}
        self.rows["Resident"] = [Resident(row.id, row.name) for row in self.rows["Account"]]
        self.rows |= {name: view(self) for name, view in VIEWS.items()}
        grids = {site.id: site.grid_id for site in self.rows["Site"]}
        for issue in self.rows["Issue"]:
            issue.lies_in = {issue.site_id, grids.get(issue.site_id)} - {None}
        self.by_id = {name: {row._pk: row for row in rows} for name, rows in self.rows.items()}
        node = self.schema.type_map["Node"]
        assert is_interface_type(node)
        self.nodes = [declared.name for declared in self.schema.get_possible_types(node)]
        self.lists: dict[Any, list[Any]] = {}
        # Cursors handed out: text to (list, place). The text itself is ours; what counts is where it leads.
        self.cursors: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def get(self, model: str, row_id: int | None) -> Any:
        """Find a row by its key."""
        return None if row_id is None else self.by_id[model].get(row_id)

    def type(self, name: str) -> GraphQLObjectType:
        """Look an object type up, or the fields by which the rows of one that is only summed are grouped and summed."""
        found = self.schema.type_map.get(name)
        if found is None:
            fields = self.type(f"{name}GroupKey").fields | self.type(f"{name}Sum").fields
            return GraphQLObjectType(name, {key: field for key, field in fields.items() if key.upper() not in LEVELS})
        assert is_object_type(found)
        return found


# Types whose rows are those of another one, seen otherwise: how they are made of a world.
VIEWS: dict[str, Callable[[World], list[Any]]] = {}


class Part:
    """A part of a row, such as a division's figures in a scope."""

    def __init__(self, type_name: str, row: Any, scope: str) -> None:
        self.type_name, self.row, self.scope = type_name, row, scope


def refused(code: str) -> GraphQLError:
    """Build the refusal of a request."""
    return GraphQLError(code, extensions={"code": code})


def type_of(row: Any) -> str:
    """Name the GraphQL type of a row or part."""
    name = row.type_name if isinstance(row, Part) else type(row).__name__
    return "Viewer" if name == "Account" else name


# --- What the rows of a list are --------------------------------------------------------------------------------------


def _within(world: World, division: Any, model: str, scope: str) -> list[Any]:
    key = (division.id, scope, model)
    if key not in world.lists:
        codes = _codes(world, division, scope)
        column = "code" if model == "Division" else "division_code"
        world.lists[key] = [row for row in world.rows[model] if getattr(row, column) in codes]
    return world.lists[key]


def _codes(world: World, division: Any, scope: str) -> set[str]:
    if scope == "SELF":
        return {division.code}
    below = [child for child in world.rows["Division"] if child.parent_id == division.id]
    if scope == "CHILDREN":
        return {child.code for child in below}
    return {division.code}.union(*(_codes(world, child, scope) for child in below))


def _ancestors(world: World, division: Any) -> list[Any]:
    above = world.get("Division", division.parent_id)
    return [*_ancestors(world, above), above] if above else []


def by_column(column: str, target: str) -> Callable[..., list[Any]]:
    """Find the rows of another model that name the row in a column."""
    return lambda world, row, _: [other for other in world.rows[target] if getattr(other, column) == row.id]


def scoped(target: str) -> Callable[..., list[Any]]:
    """Find the rows of another model in the scope of a division."""
    return lambda world, row, scope: _within(world, row, target, scope)


def _corrections(world: World, entry: Any, _: Any) -> list[Any]:
    begins = f'{{"corrects": {entry.seq},'
    return [
        other for other in world.rows["LedgerEntry"]
        if other.issue_id == entry.issue_id and other.action == "CORRECT" and other.details.startswith(begins)
    ]  # fmt: skip


def _claimed(world: World, issue: Any, _: str) -> list[Any]:
    wanted = {claim.resource_id for claim in world.rows["Claim"] if claim.issue_id == issue.id}
    return [resource for resource in world.rows["Resource"] if resource.id in wanted]


def _claimed_for(world: World, resource: Any, _: str) -> list[Any]:
    wanted = {claim.issue_id for claim in world.rows["Claim"] if claim.resource_id == resource.id}
    return [issue for issue in world.rows["Issue"] if issue.id in wanted]


def _served(world: World, project: Any, _: str) -> list[Any]:
    wanted = {served.issue_id for served in world.rows["ProjectIssue"] if served.project_id == project.id}
    return [issue for issue in world.rows["Issue"] if issue.id in wanted]


def _shared(world: World, committee: Any, _: str) -> list[Any]:
    return [resource for resource in world.rows["Resource"] if resource.division_code == committee.division_code]


def _set_above(world: World, division: Any, _: str) -> list[Any]:
    over = {row.code for row in (*_ancestors(world, division), division)}
    return [rule for rule in world.rows["SlaRule"] if rule.division_code in over]


def _of_district(world: World, division: Any, _: str) -> list[Any]:
    return [norm for norm in world.rows["ConductNorm"] if norm.division_code == division.code[:6] + "000000"]


# Connections: which rows, and the default order before the id.
LISTS: dict[tuple[str, str], tuple[Callable[..., list[Any]], str]] = {
    ("Division", "children"): (by_column("parent_id", "Division"), "code"),
    ("Division", "committees"): (scoped("Committee"), "divisionCode"),
    ("Division", "issues"): (scoped("Issue"), "-createdAt"),
    ("Division", "members"): (scoped("Member"), ""),
    ("Division", "resources"): (scoped("Resource"), ""),
    ("Division", "organizations"): (scoped("Organization"), ""),
    ("Division", "volunteerTeams"): (scoped("VolunteerTeam"), ""),
    ("Division", "slaRules"): (_set_above, "-divisionCode"),
    ("Division", "conductNorms"): (_of_district, "-version kind position"),
    ("Site", "issues"): (by_column("site_id", "Issue"), "-createdAt"),
    ("Committee", "members"): (by_column("committee_id", "Member"), ""),
    ("Committee", "issues"): (by_column("committee_id", "Issue"), "-createdAt"),
    ("Committee", "meetings"): (by_column("committee_id", "Meeting"), "-scheduledAt"),
    ("Committee", "meetingDemands"): (by_column("committee_id", "MeetingDemand"), "-demandedAt"),
    ("Committee", "needs"): (by_column("committee_id", "Need"), "createdAt"),
    ("Committee", "projects"): (by_column("committee_id", "Project"), "createdAt"),
    ("Committee", "listEditions"): (by_column("committee_id", "ListEdition"), "-publishedAt"),
    ("Committee", "sharedResources"): (_shared, ""),
    ("Member", "submittedIssues"): (by_column("submitter_id", "Issue"), "-createdAt"),
    ("Member", "claims"): (by_column("member_id", "Claim"), "-createdAt"),
    ("Issue", "ledger"): (by_column("issue_id", "LedgerEntry"), "seq"),
    ("LedgerEntry", "corrections"): (_corrections, "seq"),
    ("Issue", "claims"): (by_column("issue_id", "Claim"), "-createdAt"),
    ("Issue", "resources"): (_claimed, ""),
    ("Issue", "mergedIssues"): (by_column("merged_into_id", "Issue"), ""),
    ("Issue", "agendaItems"): (by_column("issue_id", "AgendaItem"), ""),
    ("Issue", "comments"): (by_column("issue_id", "Comment"), "createdAt"),
    ("Issue", "evidence"): (by_column("issue_id", "Evidence"), "createdAt"),
    ("Issue", "progressReports"): (by_column("issue_id", "ProgressReport"), "-createdAt"),
    ("ProgressReport", "attachments"): (by_column("progress_report_id", "Evidence"), "createdAt"),
    ("Issue", "needs"): (by_column("issue_id", "Need"), ""),
    ("Issue", "requests"): (by_column("issue_id", "IssueRequest"), "-askedAt"),
    ("Issue", "notices"): (by_column("issue_id", "Notice"), "-createdAt"),
    ("Need", "claims"): (by_column("need_id", "Claim"), "-createdAt"),
    ("Project", "issues"): (_served, ""),
    ("Project", "milestones"): (by_column("project_id", "ProjectMilestone"), "position"),
    ("Meeting", "agendaItems"): (by_column("meeting_id", "AgendaItem"), "position"),
    ("Meeting", "attendance"): (by_column("meeting_id", "Attendance"), ""),
    ("AgendaItem", "votes"): (by_column("agenda_item_id", "Vote"), ""),
    ("Organization", "resources"): (by_column("organization_id", "Resource"), ""),
    ("Organization", "claims"): (by_column("organization_id", "Claim"), "-createdAt"),
    ("VolunteerTeam", "claims"): (by_column("team_id", "Claim"), "-createdAt"),
    ("Resource", "claims"): (by_column("resource_id", "Claim"), "-createdAt"),
    ("Resource", "issues"): (_claimed_for, ""),
    ("Resource", "windows"): (by_column("resource_id", "ResourceWindow"), "weekday startsMinute"),
}
# Lists that depend on who asks, and when: their functions take a viewer in place of a world.
OF_VIEWER: set[tuple[str, str]] = set()
ROOT_LISTS = {
    "divisions": ("Division", "code"), "committees": ("Committee", ""), "members": ("Member", ""),
    "issues": ("Issue", "-createdAt"), "resources": ("Resource", ""), "organizations": ("Organization", ""),
    "meetings": ("Meeting", "-scheduledAt"), "volunteerTeams": ("VolunteerTeam", ""), "claims": ("Claim", "-createdAt"),
    "ledgerEntries": ("LedgerEntry", "-at"), "statisticsSnapshots": ("StatisticsSnapshot", "figure asOf"),
    "auditEntries": ("AuditEntry", "-at"),
    "purgeRuns": ("PurgeRun", "-at"),
}  # fmt: skip

# What the arguments of a list leave of its rows.
NARROWED: dict[str, Callable[[Viewer, list[Any], dict[str, Any]], list[Any]]] = {}
# Roots of aggregates that are not named after their type.
AGGREGATES = {"teamAggregate": "VolunteerTeam"}
# Roots of lookups that are not named after their type.
LOOKUPS: dict[str, str] = {}
# Arguments of a lookup that are one key, by type.
TOGETHER: dict[str, tuple[str, ...]] = {}
# The rows of a type that are found by another key than the id, and those found by none, where there is no other.
FOUND: dict[str, Callable[["World", Any], bool]] = {"Committee": lambda world, row: not _gone(row)}
FOUND_BY_NOTHING: dict[str, Callable[["World", Any], bool]] = {}


def looked_up(name: str) -> str:
    """Return the type whose rows a root finds by a key."""
    return LOOKUPS.get(name) or name[0].upper() + name[1:]


# --- What a row shows -------------------------------------------------------------------------------------------------


def _standing(world: World, division: Any) -> Any:
    return next((row for row in world.rows["Committee"] if row.division_id == division.id and not _gone(row)), None)


def _gone(committee: Any) -> bool:
    return committee.state == "DISSOLVED"


def _active(world: World, committee: Any, position: str = "") -> list[Any]:
    members = (row for row in world.rows["Member"] if row.committee_id == committee.id and row.is_active)
    return sorted((row for row in members if position in ("", row.position)), key=lambda row: row.id)


def _director(world: World, committee: Any) -> Any:
    return next(iter(_active(world, committee, "DIRECTOR")), None)


def _division(world: World, code: str) -> Any:
    return next((row for row in world.rows["Division"] if row.code == code), None)


def _resolution(world: World, item: Any) -> Any:
    return next((row for row in world.rows["Resolution"] if row.agenda_item_id == item.id), None)


LEADER_POSTS = (
    "The director is both secretary of the party organization and director of the residents' committee, or the "
    "subdistrict granted a waiver."
)


def _lacks_posts(viewer: Viewer, committee: Any, member: Any) -> bool:
    """Return whether a member is a director who lacks a post, as far as anything is known of their posts."""
    today = (viewer.now + SHANGHAI).date()
    is_waived = committee.lead_waiver_until is not None and committee.lead_waiver_until >= today
    waived = {str(committee.lead_waiver_post)} if is_waived else set()
    lacking = {"PARTY_SECRETARY", "RESIDENTS_DIRECTOR"} - waived - set(member.posts.split())
    return member.position == "DIRECTOR" and member.has_known_posts and bool(lacking)


def _broken_rules(viewer: Viewer, committee: Any) -> list[dict[str, str]]:
    world = viewer.world
    every, directors, deputies = (len(_active(world, committee, at)) for at in ("", "DIRECTOR", "DEPUTY_DIRECTOR"))
    kinds = {seat.id: seat.kind for seat in world.rows["Seat"]}
    rotating = [row for row in _active(world, committee) if kinds[row.seat_id] == "ROTATING"]
    rules = (
        ("C2", "A committee has 13 to 15 active members.", 13 <= every <= 15),
        ("C3", "A committee has exactly one director.", directors == 1),
        ("C3", LEADER_POSTS, not any(_lacks_posts(viewer, committee, row) for row in _active(world, committee))),
        ("C4", "A committee has exactly four deputy directors.", deputies == 4),
        ("C5", "Whoever has a seat by post holds a standing seat.", not any(row.posts for row in rotating)),
        ("C6", "Whoever holds a rotating seat has a term that ends.", all(row.term_end for row in rotating)),
    )
    return [{"rule": rule, "message": message} for rule, message, is_kept in rules if not is_kept]


def _described(world: World, enum: str, name: str) -> str:
    """Return an enumeration's description of a name, in English: what stands before the Chinese term."""
    described: Any = world.schema.type_map[enum]
    return described.values[shown(name)].description.partition(" (")[0]


# Whom to call in an emergency.
NUMBERS = {None: None, "POLICE": "110", "FIRE_BRIGADE": "119", "AMBULANCE": "120"}


def _rejection(world: World, issue: Any, read: Callable[[Any], Any]) -> Any:
    found = world.by_id["Rejection"].get(issue.id)
    return found and read(found)


# By the first of the last three digits of a code.
KINDS = {
    "0": "RESIDENTS_COMMITTEE", "1": "RESIDENTS_COMMITTEE", "2": "VILLAGE_COMMITTEE", "3": "VILLAGE_COMMITTEE",
    "4": "QUASI_RESIDENTS_UNIT", "5": "QUASI_VILLAGE_UNIT",
}  # fmt: skip


# Scalars that are no column of their own, and relations that are no foreign key of the same name.
COMPUTED: dict[tuple[str, str], Callable[[World, Any], Any]] = {
    # Without the argument `near`; tests/places/test_near.py compares distances.
    **{(noun, "distanceMeters"): lambda _, row: None for noun in ("Issue", "Resource", "ServicePoint", "Site")},
    ("Member", "seatKind"): lambda world, row: world.get("Seat", row.seat_id).kind,
    ("AuditEntry", "accountId"): lambda world, row: None if row.account_id is None else f"Account_{row.account_id}",
    ("AuditEntry", "accountName"): lambda world, row: row.account_id and world.get("Account", row.account_id).name,
    ("AuditEntry", "subjectId"): lambda world, row: row.subject_type and f"{row.subject_type}_{row.subject_id}",
    ("JournalEntry", "actionName"): lambda world, row: _described(world, "JournalAction", row.action),
    ("LedgerEntry", "facts"): lambda _, row: row.details,
    ("LedgerEntry", "actionName"): lambda world, row: _described(world, "LedgerAction", row.action),
    ("ApiToken", "scopes"): lambda world, row: row.scopes.upper().split(),
    ("Member", "seatNumber"): lambda world, row: world.get("Seat", row.seat_id).number,
    ("IssueContact", "name"): lambda _, row: masked(row.name, 1),
    ("IssueContact", "phone"): lambda _, row: masked_phone(row.phone),
    ("IssueContact", "address"): lambda _, row: masked(row.address, 3),
    ("Issue", "rejection"): lambda world, row: world.by_id["Rejection"].get(row.id),
    ("Issue", "rejectionReason"): lambda world, row: _rejection(world, row, lambda found: found.reason),
    ("Issue", "rejectionNormCode"): lambda world, row: _rejection(
        world, row, lambda found: found.norm_id and world.get("ConductNorm", found.norm_id).code
    ),
    ("Issue", "emergencyNumber"): lambda _, row: NUMBERS[row.referred_to],
    ("Issue", "contact"): lambda world, row: world.by_id["IssueContact"].get(row.id),
    ("Committee", "memberCount"): lambda world, row: len(_active(world, row)),
    ("Committee", "director"): _director,
    ("Committee", "deputyDirectors"): lambda world, row: _active(world, row, "DEPUTY_DIRECTOR"),
    ("Committee", "compliance"): lambda _, row: Part("CommitteeCompliance", row, "SUBTREE"),
    ("Division", "kind"): lambda _, row: KINDS.get(row.code[9]) if row.level == "COMMUNITY" else None,
    ("RoleGrant", "division"): lambda world, row: _division(world, row.division_code),
    ("Issue", "responsibleDivision"): lambda world, row: _division(world, row.responsible_code),
    ("Viewer", "id"): lambda _, row: f"Account_{row.id}",
    ("Division", "ancestors"): _ancestors,
    ("Division", "committee"): _standing,
    ("AgendaItem", "resolution"): _resolution,
    ("Issue", "handler"): lambda world, row: _first_set(world, row, HANDLERS),
    ("Claim", "claimant"): lambda world, row: _first_set(world, row, CLAIMANTS),
}


def _rejected(viewer: Viewer, norm: Any) -> int:
    """Count the rejected issues that cite a norm, as far as the viewer sees them."""
    cited = (
        viewer.world.get("Issue", row.issue_id) for row in viewer.world.rows["Rejection"] if row.norm_id == norm.id
    )
    return sum(issue.state == "REJECTED" and viewer.sees_issue(issue) for issue in cited)


# What depends on who asks, and when.
PERSONAL: dict[tuple[str, str], Callable[[Viewer, Any], Any]] = {
    ("CommitteeCompliance", "isCompliant"): lambda viewer, part: not _broken_rules(viewer, part.row),
    ("CommitteeCompliance", "violations"): lambda viewer, part: _broken_rules(viewer, part.row),
    ("Member", "phone"): Viewer.member_phone,
    ("LedgerEntry", "actorName"): Viewer.actor_name,
    ("LedgerEntry", "hashedText"): Viewer.hashed_text,
    ("JournalEntry", "actorName"): Viewer.actor_name,
    ("Comment", "authorName"): Viewer.author_name,
    ("ProgressReport", "reporterName"): Viewer.reporter_name,
    ("ConductNorm", "rejectedIssueCount"): _rejected,
}


def _first_set(world: World, row: Any, keys: dict[str, str]) -> Any:
    found = (world.get(model, getattr(row, f"{column}_id")) for model, column in keys.items())
    return next((other for other in found if other), None)


# Figures of nouns with a file of their own: asked of what finds the rows of a model in the scope, for which a condition
# holds.
FIGURES: dict[str, Callable[[Callable[..., list[Any]]], Any]] = {}
# Those that depend on the time besides.
FIGURES_OF_NOW: dict[str, Callable[[Callable[..., list[Any]], datetime], Any]] = {}


def figures_of(viewer: Viewer, part: Part) -> dict[str, Callable[[], Any]]:
    """Return what counts each figure of a division, by the name of its field."""

    def rows(model: str, holds: Callable[[Any], bool] = lambda row: True) -> list[Any]:
        found = _within(viewer.world, part.row, model, part.scope)
        return [row for row in found if holds(row) and viewer.in_sight(row)]

    def units(condition: Callable[[Any], bool] = lambda row: True) -> list[Any]:
        return rows("Organization", lambda row: row.state == "ACTIVE" and condition(row))

    def social() -> list[Any]:
        return units(lambda row: row.kind == "SOCIAL_ORGANIZATION")

    def communities() -> list[Any]:
        return rows("Division", lambda row: row.level == "COMMUNITY" and row.code[9] in "01")

    def rich() -> set[str]:
        seats = [row.division_code for row in social()]
        return {code for code in seats if seats.count(code) >= 10 and code[9] in "01"}

    def by_category() -> list[dict[str, Any]]:
        found = [row.category.value for row in rows("Member", lambda row: row.is_active)]
        return [{"category": name, "count": found.count(name)} for name in CATEGORIES if name in found]

    return {
        "communityCount": lambda: len(communities()),
        "villageCount": lambda: len(rows("Division", lambda row: row.level == "COMMUNITY" and row.code[9] in "23")),
        "committeeCount": lambda: len(rows("Committee", lambda row: not _gone(row))),
        "memberCount": lambda: len(rows("Member", lambda row: row.is_active)),
        "memberCountByCategory": by_category,
        "issueCount": lambda: len(rows("Issue", lambda row: row.state != "MERGED")),
        "openIssueCount": lambda: len(rows("Issue", lambda row: row.state not in CLOSED)),
        "closedIssueCount": lambda: len(rows("Issue", lambda row: row.state == "CLOSED")),
        "organizationCount": lambda: len(units()),
        "partnerUnitCount": lambda: len(units(lambda row: row.is_partner_unit)),
        "socialOrganizationCount": lambda: len(social()),
        "communitiesWithTenSocialOrganizations": lambda: len(rich()),
        "shareWithTenSocialOrganizations": lambda: rounded(
            Decimal(100 * len(rich())) / (len(communities()) or 1), Decimal("0.1")
        ),
        **{name: partial(figure, rows) for name, figure in FIGURES.items()},
        **{name: partial(figure, rows, viewer.now) for name, figure in FIGURES_OF_NOW.items()},
    }


def rounded(value: Decimal, unit: Decimal) -> Decimal:
    """Round half up."""
    return value.quantize(unit, ROUND_HALF_UP)


# --- Names ------------------------------------------------------------------------------------------------------------


def snake(name: str) -> str:
    """Turn camelCase into snake_case."""
    return re.sub("([A-Z])", r"_\1", name).lower()


def camel(name: str) -> str:
    """Turn snake_case, or an enum value, into camelCase."""
    head, *rest = name.lower().split("_")
    return head + "".join(word.capitalize() for word in rest)


# --- One request ------------------------------------------------------------------------------------------------------


class Evaluator:
    """Answers one request over a world. now: aware. account_id, good_in: of who asks, as of `Viewer`."""

    def __init__(
        self, world: World, now: datetime, account_id: int | None = None, good_in: tuple[str, str] = EVERYWHERE
    ) -> None:
        self.world, self.now, self.account_id = world, now, account_id
        self.viewer = Viewer(world, now, account_id, good_in)

    def answer(self, document: DocumentNode, variables: Mapping[str, Any], name: str | None = None) -> Any:
        """Return the answer's data, or the code of the refusal as a text.

        variables: as they came, not yet coerced.
        """
        result = execute_sync(
            self.world.schema, document, variable_values=dict(variables), operation_name=name,
            field_resolver=self.resolve, type_resolver=lambda value, *_: type_of(value),
        )  # fmt: skip
        for error in result.errors or ():
            if error.original_error and not isinstance(error.original_error, GraphQLError):
                raise error.original_error
            return (error.extensions or {}).get("code") or str(error)
        return result.data

    def resolve(self, source: Any, info: Any, **arguments: Any) -> Any:
        """Return the value of any field."""
        name = info.field_name
        if source is None:
            return self.root(name, arguments)
        if isinstance(source, dict):
            value = source[name]
            value = value(**arguments) if callable(value) else value
        elif name == "id":
            return f"{type(source).__name__}_{source.id}"
        else:
            value = self.value(source, name, arguments)
        return shown(value) if is_leaf_type(get_named_type(info.return_type)) else value

    # --- Root fields --------------------------------------------------------------------------------------------------

    def root(self, name: str, arguments: dict[str, Any]) -> Any:
        """Answer a root field."""
        if name in ROOT_LISTS:
            target, order = ROOT_LISTS[name]
            rows = self.world.rows[target]
            rows = NARROWED[name](self.viewer, rows, arguments) if name in NARROWED else rows
            return self.page(target, self.seen(rows), order, arguments)
        if name == "node":
            return self.node(arguments["id"])
        if name == "nodes":
            return [self.node(wanted) for wanted in arguments["ids"]]
        if name == "viewer":
            return self.world.get("Account", self.account_id)
        if name.endswith("Aggregate"):
            target = AGGREGATES.get(name) or name[0].upper() + name.removesuffix("Aggregate")[1:]
            return self.aggregate(target, arguments)
        return self.lookup(looked_up(name), arguments)

    def lookup(self, target: str, arguments: dict[str, Any]) -> Any:
        """Find a row by the one key that is given."""
        given = {name: value for name, value in arguments.items() if value is not None}
        rows = self.seen(self.world.rows[target])
        if not given and target in FOUND_BY_NOTHING:
            return next((row for row in rows if FOUND_BY_NOTHING[target](self.world, row)), None)
        if len(given) != 1 and {*given} != {*TOGETHER.get(target, ())}:
            raise refused("BAD_USER_INPUT")
        if "id" in given:
            return self.shown_row(self.world.get(target, row_id(target, given["id"])))
        found = (row for row in rows if all(self.value(row, name, {}) == value for name, value in given.items()))
        # A community may have had committees that were dissolved; its number is the number of the one that stands.
        return next((row for row in found if target not in FOUND or FOUND[target](self.world, row)), None)

    def node(self, wanted: str) -> Any:
        """Find a row of any type by global id."""
        target = wanted.rpartition("_")[0]
        return self.shown_row(self.world.get(target, row_id(target, wanted))) if target in self.world.nodes else None

    def seen(self, rows: list[Any]) -> list[Any]:
        """Leave out what is not there for the viewer."""
        return [row for row in rows if self.viewer.in_sight(row)]

    def shown_row(self, row: Any) -> Any:
        """Return a row that is there for the viewer, or None."""
        return row if row is not None and self.viewer.in_sight(row) else None

    # --- Fields of a row ----------------------------------------------------------------------------------------------

    def value(self, source: Any, name: str, arguments: dict[str, Any]) -> Any:
        """Return a field's value as Python has it: a scalar, a row, a list of rows, a part or a page."""
        type_name = type_of(source)
        if (type_name, name) in PERSONAL:
            return PERSONAL[type_name, name](self.viewer, source)
        if (type_name, name) in COMPUTED:
            found = COMPUTED[type_name, name](self.world, source)
            is_leaf = is_leaf_type(get_named_type(self.world.type(type_name).fields[name].type))
            return found if is_leaf or isinstance(found, list) else self.shown_row(found)
        if (type_name, name) in LISTS:
            target, _ = self.list_target(type_name, name)
            rows = self.rows_of(source, name, arguments.get("scope") or "SUBTREE")
            return self.page(target, rows, LISTS[type_name, name][1], arguments)
        if type_name == "Viewer" and name in ("grants", "tokens", "reportedIssues", "tasks", "notices"):
            return self.own(source, name, arguments)
        if type_name == "Issue" and name in ("slaStatus", "isOverdue"):
            return self.sla_status(source) if name == "slaStatus" else self.is_overdue(source)
        if (type_name, name) == ("Division", "stats"):
            return Part("DivisionStats", source, arguments.get("scope") or "SUBTREE")
        if type_name == "DivisionStats":
            return self.figure(source, name)
        if name == "id":
            return source.id
        return self.column(type_name, source, name)

    def own(self, source: Any, name: str, arguments: dict[str, Any]) -> Any:
        """Answer a list of the viewer's own."""
        rows, viewer = self.world.rows, self.viewer
        if name == "grants":
            return self.page("RoleGrant", viewer.grants(source.id), "", arguments)
        if name == "tokens":
            tokens = [token for token in rows["ApiToken"] if token.account_id == source.id]
            return self.page("ApiToken", tokens, "-createdAt", arguments)
        if name == "notices":
            return self.page("Notice", self.seen(list(filter(viewer.is_told, rows["Notice"]))), "-createdAt", arguments)
        holds, order = (viewer.reported, "-createdAt") if name == "reportedIssues" else (viewer.is_awaited, "dueAt")
        return self.page("Issue", self.seen(list(filter(holds, rows["Issue"]))), order, arguments)

    def column(self, type_name: str, source: Any, name: str) -> Any:
        """Read a column, or follow a foreign key, of the field's name."""
        target = get_named_type(self.world.type(type_name).fields[name].type)
        if is_object_type(target):
            return self.shown_row(self.world.get(target.name, getattr(source, f"{snake(name)}_id")))
        return getattr(source, snake(name))

    def rows_of(self, source: Any, name: str, scope: str) -> list[Any]:
        """List the rows of a connection."""
        key = (type_of(source), source.id, name, scope)
        if (key[0], name) in OF_VIEWER:
            return self.seen(LISTS[key[0], name][0](self.viewer, source, scope))
        if key not in self.world.lists:
            self.world.lists[key] = LISTS[type_of(source), name][0](self.world, source, scope)
        return self.seen(self.world.lists[key])

    def list_target(self, type_name: str, name: str) -> tuple[str, Any]:
        """Name the type of a connection's rows."""
        connection = get_named_type(self.world.type(type_name).fields[name].type)
        return connection.name.removesuffix("Connection"), connection

    def figure(self, part: Part, name: str) -> Any:
        """Count one of a division's figures."""
        if name == "overdueIssueCount":
            return sum(map(self.is_overdue, self.seen(_within(self.world, part.row, "Issue", part.scope))))
        return figures_of(self.viewer, part)[name]()

    def is_overdue(self, issue: Any) -> bool:
        """Return whether an issue's clock runs and its deadline has passed."""
        return self.sla_status(issue) == "RED"

    def sla_status(self, issue: Any) -> str:
        """Return how an issue stands against its deadline."""
        if issue.state in CLOSED | STOPPED or issue.due_at is None:
            return "STOPPED"
        if issue.due_at < self.now:
            return "RED"
        return "YELLOW" if issue.warn_at is not None and issue.warn_at <= self.now else "GREEN"

    # --- Filters ------------------------------------------------------------------------------------------------------

    def holds(self, source: Any, filter_: Mapping[str, Any] | None) -> bool:
        """Return whether a row (or part) matches a filter. What is null in a filter is as if it were not there."""
        given = {name: value for name, value in (filter_ or {}).items() if value is not None}
        return all(self.condition(source, name, value) for name, value in given.items())

    def condition(self, source: Any, name: str, given: Any) -> bool:
        """Return whether a row matches one entry of a filter."""
        if name == "and":
            return all(self.holds(source, part) for part in given)
        if name == "or":
            return any(self.holds(source, part) for part in given)
        if name == "not":
            return not self.holds(source, given)
        type_name = type_of(source)
        fields = self.world.type(type_name).fields
        if name not in fields:
            other = self.value(source, name[3].lower() + name[4:], {})
            return (other is not None) is given
        target = get_named_type(fields[name].type)
        if is_leaf_type(target):
            return compares(self.value(source, name, {}), given, self.now, type_name)
        if target.name.endswith("Connection"):
            return self.quantified(self.rows_of(source, name, "SUBTREE"), given)
        other = self.value(source, name, {})
        if is_object_type(target):
            return other is not None and self.holds(other, given)
        return other is not None and self.is_member(other, given)

    def is_member(self, other: Any, given: Mapping[str, Any]) -> bool:
        """Return whether the row behind a union matches: with nothing given, any does."""
        wanted = {name: value for name, value in given.items() if value is not None}
        own = type_of(other)
        name = own[0].lower() + own[1:]
        return not wanted or (name in wanted and self.holds(other, wanted[name]))

    def quantified(self, rows: list[Any], given: Mapping[str, Any]) -> bool:
        """Return whether a list of rows matches."""
        said = {
            "some": lambda filter_: any(self.holds(row, filter_) for row in rows),
            "every": lambda filter_: all(self.holds(row, filter_) for row in rows),
            "none": lambda filter_: not any(self.holds(row, filter_) for row in rows),
            "count": lambda comparator: compares(len(rows), comparator, self.now),
        }
        return all(said[name](value) for name, value in given.items() if value is not None)

    # --- Pages --------------------------------------------------------------------------------------------------------

    def page(self, target: str, rows: list[Any], default: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Cut a page out of a list, as Relay says, and tell where it lies."""
        first, last = arguments.get("first"), arguments.get("last")
        size = last if last is not None else 20 if first is None else first
        if (first is not None and last is not None) or not 0 <= size <= 100:
            raise refused("BAD_USER_INPUT")
        filter_ = arguments.get("filter")
        steps = self.steps(target, arguments.get("orderBy") or [], default)
        name = repr((target, steps, filter_))
        after, before = (self.place(arguments.get(side), name) for side in ("after", "before"))
        matching = [(self.key(row, steps), row) for row in rows if self.holds(row, filter_)]
        ordered = sorted(matching, key=cmp_to_key(lambda one, other: compared(one[0], other[0], steps)))
        past = [after is not None and compared(key, after, steps) <= 0 for key, _ in ordered]
        beyond = [before is not None and compared(key, before, steps) >= 0 for key, _ in ordered]
        between = [at for at, *outside in zip(ordered, past, beyond, strict=True) if not any(outside)]
        cut = between[:size] if last is None else between[max(0, len(between) - size) :]
        edges = [{"cursor": self.cursor(name, key), "node": row} for key, row in cut]
        more = len(between) > size
        return {
            "nodes": [row for _, row in cut],
            "edges": edges,
            "totalCount": len(ordered),
            "pageInfo": {
                "hasNextPage": any(beyond) or (more and last is None),
                "hasPreviousPage": any(past) or (more and last is not None),
                "startCursor": edges[0]["cursor"] if edges else None,
                "endCursor": edges[-1]["cursor"] if edges else None,
            },
        }

    def steps(self, target: str, order_by: list[Any], default: str) -> list[tuple[str, bool, bool]]:
        """Write an order out: what it goes by, whether downwards, whether empty values come first."""
        steps = [(step["field"], step["direction"] == "DESC", step.get("nulls") == "FIRST") for step in order_by]
        if not steps:
            steps = [(snake(name.lstrip("-")).upper(), name.startswith("-"), False) for name in default.split()]
        steps = [*steps, ("ID", bool(steps) and steps[-1][1], False)]
        return steps[: 1 + next(at for at, step in enumerate(steps) if step[0] == "ID")]

    def key(self, row: Any, steps: list[tuple[str, bool, bool]]) -> tuple[Any, ...]:
        """Return a row's place in an order."""
        return tuple(self.ordered_by(row, name) for name, _, _ in steps)

    def ordered_by(self, row: Any, name: str) -> Any:
        """Return the value of an order field: a scalar, a scalar of a part, or how many rows a list has."""
        fields = self.world.type(type_of(row)).fields
        if name == "ID" and "id" not in fields:
            return row.id
        if camel(name) in fields and is_leaf_type(get_named_type(fields[camel(name)].type)):
            return ranked(self.value(row, camel(name), {}), fields[camel(name)].type)
        if name.endswith("_COUNT") and (type_of(row), listed := camel(name.removesuffix("_COUNT"))) in LISTS:
            return len(self.rows_of(row, listed, "SUBTREE"))
        part = next(at for at in ("stats", "compliance") if at in fields and name.startswith(f"{at.upper()}_"))
        return self.value(self.value(row, part, {}), camel(name[len(part) + 1 :]), {})

    def cursor(self, name: str, key: tuple[Any, ...]) -> str:
        """Hand out a cursor."""
        text = f"{name} {key}"
        self.world.cursors[text] = (name, key)
        return text

    def place(self, cursor: str | None, name: str) -> tuple[Any, ...] | None:
        """Read a cursor."""
        if cursor is None:
            return None
        known, key = self.world.cursors.get(cursor, ("", ()))
        if known != name:
            raise refused("INVALID_CURSOR")
        return key

    # --- Aggregates ---------------------------------------------------------------------------------------------------

    def aggregate(self, target: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Measure the rows that match, and the groups of them."""
        rows = [row for row in self.seen(self.world.rows[target]) if self.holds(row, arguments.get("filter"))]
        by = list(dict.fromkeys(arguments.get("groupBy") or []))

        def groups(first: int | None = None) -> list[dict[str, Any]]:
            size = 1000 if first is None else first
            if not by or not 0 <= size <= 1000:
                raise refused("BAD_USER_INPUT")
            return self.groups(target, rows, by, arguments.get("having") or {})[:size]

        return {**self.measures(target, rows), "groups": groups}

    def groups(self, target: str, rows: list[Any], by: list[str], having: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Group rows, in the order of their keys."""
        found: dict[tuple[Any, ...], list[Any]] = {}
        for row in rows:
            found.setdefault(tuple(self.group_key(row, name) for name in by), []).append(row)
        kept = [(key, group) for key, group in found.items() if self.group_holds(target, group, having)]
        kept.sort(key=lambda pair: tuple(self.group_rank(target, *key) for key in zip(by, pair[0], strict=True)))
        return [{"key": self.key_object(target, by, key), **self.measures(target, group)} for key, group in kept]

    def group_rank(self, target: str, name: str, value: Any) -> tuple[bool, Any]:
        """Return the place of a group's key: none last, names of an enumeration as they are declared."""
        field = self.world.type(target).fields.get(camel(name))
        return value is None, 0 if value is None else ranked(value, field.type) if field else value

    def group_key(self, row: Any, name: str) -> Any:
        """Return what a row is grouped by."""
        fields = self.world.type(type_of(row)).fields
        if camel(name) in fields:
            return self.value(row, camel(name), {})
        if name in LEVELS:
            return row.division_code[: LEVELS[name]].ljust(12, "0")
        column, _, bucket = name.rpartition("_")
        return bucketed(self.value(row, camel(column), {}), bucket)

    def key_object(self, target: str, by: list[str], key: tuple[Any, ...]) -> dict[str, Any]:
        """Show a group's key: null for what was not grouped by."""
        parts: dict[str, Any] = dict.fromkeys(self.world.type(f"{target}GroupKey").fields)
        for name, value in zip(by, key, strict=True):
            parts[camel(name)] = self.division(name, value) if name in LEVELS else shown(value)
        return parts

    def division(self, level: str, code: str) -> Any:
        """Find the division of a level that has a code."""
        return next((row for row in self.world.rows["Division"] if (row.level, row.code) == (level, code)), None)

    def group_holds(self, target: str, rows: list[Any], having: Mapping[str, Any]) -> bool:
        """Return whether a group matches."""
        for name, given in having.items():
            if given is None:
                continue
            if name == "count":
                if not compares(len(rows), given, self.now):
                    return False
                continue
            for field, comparator in given.items():
                measured = self.measure(rows, field, name)
                if comparator is not None and not compares(measured, comparator, self.now):
                    return False
        return True

    def measures(self, target: str, rows: list[Any]) -> dict[str, Any]:
        """Offer all measures of some rows."""

        def measured(function: str) -> dict[str, Callable[[], Any]]:
            held = self.world.schema.type_map.get(f"{target}{function.capitalize()}")
            fields = held.fields if is_object_type(held) else {}
            return {name: self._shown_measure(rows, name, function) for name in fields}

        return {"count": len(rows), **{name: measured(name) for name in ("sum", "avg", "min", "max")}}

    def _shown_measure(self, rows: list[Any], field: str, function: str) -> Callable[[], Any]:
        return lambda: shown(self.measure(rows, field, function))

    def measure(self, rows: list[Any], field: str, function: str) -> Any:
        """Sum, average, or find the least or greatest of, a field; None when no row has a value."""
        values = [value for row in rows if (value := self.value(row, field, {})) is not None]
        if not values or function in ("min", "max"):
            return {"min": min, "max": max}[function](values) if values else None
        total = sum((Decimal(value) for value in values), Decimal(0))
        if function == "sum":
            return total
        exponent = Decimal(values[0]).as_tuple().exponent
        assert isinstance(exponent, int)
        return rounded(total / len(values), Decimal(1).scaleb(exponent - 2))


def ranked(value: Any, type_: Any) -> Any:
    """Return what a value is ordered by: the name of an enumeration by its place in the schema."""
    named = get_named_type(type_)
    return list(named.values).index(shown(value)) if is_enum_type(named) and value is not None else value


def shown(value: Any) -> Any:
    """Write a scalar as JSON shows it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str.__str__(value) if isinstance(value, str) else value


# --- Comparing --------------------------------------------------------------------------------------------------------


def compares(value: Any, comparator: Mapping[str, Any], now: datetime, type_name: str = "") -> bool:
    """Return whether a value passes all comparisons. Without a value it differs from everything and is in no order."""
    return all(_passes(value, operator, wanted, now, type_name) for operator, wanted in comparator.items())


def _passes(value: Any, operator: str, wanted: Any, now: datetime, type_name: str) -> bool:
    if operator == "isNull":
        return wanted is None or (value is None) is wanted
    if operator in ("in", "nin"):
        found = value is not None and any(value == read(value, item, now, type_name) for item in wanted)
        return found is (operator == "in")
    if operator in ("eq", "neq"):
        equal = wanted is None if value is None else wanted is not None and value == read(value, wanted, now, type_name)
        return equal is (operator == "eq")
    if value is None:
        return False
    if operator == "contains":
        return folded(wanted) in value
    if operator == "startsWith":
        return value.startswith(folded(wanted))
    bound = read(value, wanted, now, type_name)
    return {"gt": value > bound, "gte": value >= bound, "lt": value < bound, "lte": value <= bound}[operator]


def read(value: Any, wanted: Any, now: datetime, type_name: str = "") -> Any:
    """Read what a value is compared with, by the value's own kind."""
    if isinstance(value, datetime):
        return moment(wanted, now)
    if isinstance(value, date):
        return date.fromisoformat(wanted)
    if isinstance(value, Decimal):
        return Decimal(str(wanted))
    if type(value) is int and isinstance(wanted, str):
        return row_id(type_name, wanted)
    return folded(wanted) if isinstance(wanted, str) else wanted


def folded(text: str) -> str:
    """Write a text as texts are stored: in normal form C, with letters and digits of the usual width."""
    narrow = (unicodedata.normalize("NFKC", at) if re.match("[０-９Ａ-Ｚａ-ｚ]", at) else at for at in text)
    return unicodedata.normalize("NFC", "".join(narrow))


def row_id(type_name: str, wanted: str) -> int:
    """Read a global id; 0, which no row has, when it names another type or nothing."""
    found = re.fullmatch(f"{re.escape(type_name)}_([1-9][0-9]{{0,18}})", wanted)
    return int(found[1]) if found else 0


def moment(text: str, now: datetime) -> datetime:
    """Read a moment, or a duration counted from now."""
    found = re.fullmatch(r"(-?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text)
    if not found:
        return datetime.fromisoformat(text).replace(microsecond=0)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return now - span if found[1] else now + span


def compared(one: Iterable[Any], other: Iterable[Any], steps: list[tuple[str, bool, bool]]) -> int:
    """Return which of two places comes first: below zero for the first, above for the second, 0 for the same place."""
    for left, right, (_, descends, empty_first) in zip(one, other, steps, strict=True):
        if left == right:
            continue
        if left is None or right is None:
            return -1 if (left is None) is empty_first else 1
        return -1 if (left < right) is not descends else 1
    return 0


def bucketed(value: datetime | date | None, bucket: str) -> date | None:
    """Cut a time down to the first day of its day, week, month or year in Asia/Shanghai."""
    if value is None:
        return None
    day = (value + SHANGHAI).date() if isinstance(value, datetime) else value
    starts = {
        "DAY": day,
        "WEEK": day - timedelta(days=day.weekday()),
        "MONTH": day.replace(day=1),
        "YEAR": day.replace(month=1, day=1),
    }
    return starts[bucket]
