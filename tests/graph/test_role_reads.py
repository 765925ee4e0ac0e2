"""The matrix of roles: every root of the reads × everybody, inside and outside the part of the city of a role.

What is looked for is an issue that was not taken up, with what belongs to it, and what everybody sees besides.
"""

from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.kernel.refusals import camel
from db.places.models.division import DivisionLevel
from schema.graph import CATALOG
from tests.asking import answer_to
from tests.factories import AT
from tests.graph.places import OFFICERS, ROLES, SEATS, Place, build
from tests.nouns import collected

R = Role
# ANONYMOUS is nobody at all, None is somebody without a role.
SIGNED_IN = {*ROLES, None}
PUBLIC = {*SIGNED_IN, R.ANONYMOUS}
# The resident reported it.
READERS = {R.RESIDENT, R.GRID_WORKER, *SEATS, R.STAFF, *OFFICERS, R.LEADER, R.AUDITOR}
OFFICES = {R.STAFF, *OFFICERS, R.AUDITOR}
VERIFIERS = {R.STAFF, R.DIRECTOR, R.DEPUTY_DIRECTOR, *OFFICERS, R.AUDITOR}
# The community answers for it, and its reporter knows what they left.
KNOWING = {R.RESIDENT, R.STAFF}


def _one(root: str, row: str) -> str:
    return f'{root}(id: "%({row})s") {{ id }}'


def _page(root: str, row: str) -> str:
    return f'{root}(filter: {{id: {{eq: "%({row})s"}}}}) {{ totalCount nodes {{ id }} }}'


def _count(root: str, row: str) -> str:
    return f'{root}(filter: {{id: {{eq: "%({row})s"}}}}) {{ count }}'


# Who finds it inside, by root; the rest of a key says what is looked for, or by what. What is public is found outside
# too. The rows are those of places.py: `submitted` was not taken up, `accepted` was.
READS: dict[str, tuple[str, set[Any]]] = {
    "node, an issue": (_one("node", "submitted"), READERS),
    "node, an entry of the ledger": (_one("node", "entry"), READERS),
    "node, a claim": (_one("node", "claim"), READERS),
    "node, a comment": (_one("node", "comment"), READERS),
    "node, a notice": (_one("node", "notice"), OFFICES),
    "node, an audit entry": (_one("node", "audit"), {R.AUDITOR}),
    "node, a grant": (_one("node", "grant"), set()),
    "nodes": ('nodes(ids: ["%(submitted)s"]) { id }', READERS),
    "issue": (_one("issue", "submitted"), READERS),
    "issue, taken up": (_one("issue", "accepted"), PUBLIC),
    "issues": (_page("issues", "submitted"), READERS),
    "issues, taken up": (_page("issues", "accepted"), PUBLIC),
    "issues, by a comment": (
        'issues(filter: {comments: {some: {id: {eq: "%(comment)s"}}}}) { totalCount nodes { id } }', READERS,
    ),
    "issues, by a notice": (
        'issues(filter: {id: {eq: "%(submitted)s"}, notices: {count: {gte: 1}}}) { totalCount nodes { id } }', OFFICES,
    ),
    "issues, by a contact": (
        'issues(filter: {id: {eq: "%(submitted)s"}, hasContact: true}) { totalCount nodes { id } }', KNOWING,
    ),
    "issueAggregate": (_count("issueAggregate", "submitted"), READERS),
    "committees, by an issue": (
        'committees(filter: {issues: {some: {id: {eq: "%(submitted)s"}}}}) { totalCount nodes { id } }', READERS,
    ),
    "organizations, by a claim": (
        'organizations(filter: {claims: {some: {id: {eq: "%(claim)s"}}}}) { totalCount nodes { id } }', READERS,
    ),
    "claims": (_page("claims", "claim"), READERS),
    "claims, by an issue": (
        'claims(filter: {issue: {id: {eq: "%(submitted)s"}}}) { totalCount nodes { id } }', READERS,
    ),
    "claimAggregate": (_count("claimAggregate", "claim"), READERS),
    "ledgerEntries": (_page("ledgerEntries", "entry"), READERS),
    "auditEntries": (_page("auditEntries", "audit"), {R.AUDITOR}),
    # The auditor of the place audits a district.
    "purgeRuns": (_page("purgeRuns", "purge"), set()),
    "ledgerVerification": ('ledgerVerification(divisionCode: "%(code)s") { isIntact }', VERIFIERS),
    "ledgerExport": ('ledgerExport(divisionCode: "%(code)s", month: "2026-01") { month }', {R.AUDITOR}),
    "viewer": ("viewer { name }", SIGNED_IN),
    "rateLimit": ("rateLimit { limit }", PUBLIC),
    "changes": ("changes { cursor }", PUBLIC),
    "division": ('division(code: "%(code)s") { id }', PUBLIC),
    "divisions": ('divisions(filter: {code: {eq: "%(code)s"}}) { totalCount nodes { id } }', PUBLIC),
    "committee": ('committee(divisionCode: "%(code)s") { id }', PUBLIC),
    "committees": ('committees(filter: {divisionCode: {eq: "%(code)s"}}) { totalCount nodes { id } }', PUBLIC),
    "committeeAggregate": ('committeeAggregate(filter: {divisionCode: {eq: "%(code)s"}}) { count }', PUBLIC),
    "member": (_one("member", "MEMBER"), PUBLIC),
    "members": (_page("members", "MEMBER"), PUBLIC),
    "memberAggregate": (_count("memberAggregate", "MEMBER"), PUBLIC),
    "resource": (_one("resource", "resource"), PUBLIC),
    "resources": (_page("resources", "resource"), PUBLIC),
    "resourceAggregate": (_count("resourceAggregate", "resource"), PUBLIC),
    "organization": (_one("organization", "unit"), PUBLIC),
    "organizations": (_page("organizations", "unit"), PUBLIC),
    "organizationAggregate": (_count("organizationAggregate", "unit"), PUBLIC),
    "meeting": (_one("meeting", "coming"), PUBLIC),
    "meetings": (_page("meetings", "coming"), PUBLIC),
    "volunteerTeams": (_page("volunteerTeams", "team"), PUBLIC),
    "statisticsSnapshots": (_page("statisticsSnapshots", "figure"), PUBLIC),
    **collected("READS"),
}  # fmt: skip


def test_every_root_is_in_the_table(engine: str) -> None:
    assert {read.split(",")[0] for read in READS} == {camel(name) for name in CATALOG.types["Query"].fields}


@pytest.mark.parametrize("role", [*ROLES, None, R.ANONYMOUS], ids=lambda role: role.value if role else "without a role")
def test_who_reads_what(scratch: DatabaseProxy, role: Role | None) -> None:
    accounts, home, far, abroad = build()
    account_id = None if role is R.ANONYMOUS else accounts[role].id
    outside = abroad if role is R.CITY_OFFICER else far

    inside = {read: _sees(account_id, text, home) for read, (text, _) in READS.items()}
    elsewhere = {read: _sees(account_id, text, outside) for read, (text, _) in READS.items()}

    everywhere = (PUBLIC, SIGNED_IN)
    assert _wrong(inside, {read: role in who for read, (_, who) in READS.items()}, role) == {}
    assert _wrong(elsewhere, {read: who in everywhere and role in who for read, (_, who) in READS.items()}, role) == {}


def _wrong(found: dict[str, Any], expected: dict[str, bool], role: Role | None) -> dict[str, Any]:
    code = "UNAUTHENTICATED" if role is R.ANONYMOUS else "FORBIDDEN"
    denied: dict[str, str] = {"ledgerVerification": code, "ledgerExport": code}
    meant = {read: sees or denied.get(read, False) for read, sees in expected.items()}
    return {read: answer for read, answer in found.items() if answer != meant[read]}


def _sees(account_id: int | None, text: str, place: Place) -> bool | str:
    """Return whether a read finds what it looks for, or how it is refused; a page and its `totalCount` must agree."""
    names = {**place.issues[DivisionLevel.COMMUNITY], **place.rows, "code": place.code}
    answer = answer_to(account_id, f"{{ seen: {text % names} }}", AT)
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    seen = answer["data"]["seen"]
    if isinstance(seen, list):
        return seen[0] is not None
    if seen is not None and "totalCount" in seen:
        assert seen["totalCount"] == len(seen["nodes"])
        return bool(seen["nodes"])
    return seen is not None and seen.get("count") != 0
