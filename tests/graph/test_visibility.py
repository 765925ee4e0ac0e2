"""Nothing tells of an issue that was not taken up to whom it is hidden: not by id, count, order, cursor or refusal.

Whoever asks before it is there and after gets the same bytes.
"""

import re
from typing import Any

import orjson
import pytest
from peewee import DatabaseProxy

from db.access.actor import FULL, Mandate
from db.access.models.account import Role
from db.city import models
from db.issues.lifecycle import IssueState
from db.issues.models.claim import ClaimState
from db.kernel.database import is_postgres
from db.kernel.fields import utc_text
from db.places.models.division import DivisionLevel
from schema.catalog import derived_fields
from schema.graph import CATALOG
from schema.request.context import Context
from schema.request.execute import Request
from tests import factories as make
from tests.asking import answer_to, executor, mutation
from tests.factories import AT
from tests.graph.places import DAY, ROLES, Place, build
from tests.graph.sides import signed_in
from tests.graph.steps import INPUTS, Spot
from tests.issues.model.rows import changed, read

R = Role
COMMUNITY = DivisionLevel.COMMUNITY
NO_SUCH = "Issue_999999999"
_PAGE = "totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } }"


@pytest.fixture
def home(scratch: DatabaseProxy) -> Place:
    """Return the place about which somebody asks."""
    return build()[1]


def asked(account_id: int | None, text: str, mandate: Mandate = FULL, **variables: Any) -> bytes:
    """Answer a document to the byte."""
    viewer = signed_in(account_id, utc_text(AT), mandate) if account_id is not None else None
    return executor(is_postgres()).execute(Request(text, variables), Context(viewer, utc_text(AT))).body


def strangers(home: Place) -> dict[str, int | None]:
    """List whom the issue is hidden from: who holds a role elsewhere, who lives or helps here, and nobody."""
    far = make.make_committee(make.make_division()).division
    found: dict[str, int | None] = {"nobody": None}
    for role in (R.RESIDENT, R.STAFF, R.DIRECTOR, R.LEADER, R.AUDITOR):
        found[f"{role.value} elsewhere"] = make.make_role_grant(role, far).account_id
    found["neighbour"] = make.make_role_grant(R.RESIDENT, home.offices[COMMUNITY]).account_id
    for role in (R.UNIT_CONTACT, R.TEAM_CAPTAIN):
        found[role.value] = home.accounts[role].id
    return found


def hidden(home: Place) -> models.Issue:
    """Make an issue that was not taken up, with everything that can belong to one."""
    member = models.Member.get(models.Member.account == home.accounts[R.MEMBER])
    issue = make.make_issue(
        IssueState.SUBMITTED, home.committee, title="不公开的事项", submitter=member, reporter_count=77, rating=1,
        reporter=home.accounts[R.RESIDENT], due_at=AT - DAY, created_at=AT + DAY, updated_at=AT + DAY,
    )  # fmt: skip
    master = int(home.issues[COMMUNITY]["master"].rpartition("_")[2])
    make.make_issue(IssueState.MERGED, home.committee, merged_into=models.Issue.get_by_id(master))
    unit = models.Organization.get(models.Organization.division_code == home.code)
    resource = models.Resource.get(models.Resource.division_code == home.code)
    make.make_issue_contact(issue)
    make.make_ledger_entry(issue, actor=home.accounts[R.RESIDENT], actor_name="示范居民", actor_role=R.RESIDENT)
    make.make_comment(issue)
    make.make_evidence(issue)
    make.make_progress_report(issue)
    make.make_need(issue)
    make.make_issue_request(issue)
    make.make_claim(issue, organization=unit, resource=resource, state=ClaimState.DECLINED)
    make.make_claim(issue, member=member)
    make.make_notice(issue)
    return issue


def _orders(root: str, target: str) -> list[str]:
    return [
        f"{{ {root}(first: 100, orderBy: [{{field: {field}, direction: {way}}}]) {{ nodes {{ id }} }} }}"
        for field in derived_fields.order_choices(CATALOG, target)
        for way in ("ASC", "DESC")
    ]


def _measures(root: str, target: str) -> list[str]:
    declared = CATALOG.types[target]
    shown = " ".join(
        f"{measure} {{ {' '.join(scalar.graphql_name for scalar in derived_fields.measured(declared, measure))} }}"
        for measure in ("sum", "avg", "min", "max")
    )
    # A division is an object, so its level is grouped by without being shown.
    groups = [f"groupBy: [{group}]" for group in derived_fields.group_choices(CATALOG, target)]
    whole = f"{{ {root} {{ count {shown} }} }}"
    return [whole, *(f"{{ {root}({group}) {{ groups {{ count {shown} }} }} }}" for group in groups)]


def pages(home: Place) -> list[str]:
    """Write ways to ask after all issues, or after what belongs to them, without naming one."""
    return [
        f"{{ issues(first: 100) {{ {_PAGE} }} }}",
        f"{{ ledgerEntries(first: 100) {{ {_PAGE} }} claims(first: 100) {{ {_PAGE} }} }}",
        f'{{ issues(filter: {{title: {{eq: "不公开的事项"}}}}) {{ {_PAGE} }} }}',
        f"{{ issues(filter: {{reporterCount: {{gt: 70}}}}) {{ {_PAGE} }} }}",
        f"{{ issues(filter: {{hasContact: true}}) {{ {_PAGE} }} }}",
        f"{{ issues(filter: {{not: {{state: {{eq: ACCEPTED}}}}}}) {{ {_PAGE} }} }}",
        f"{{ issues(filter: {{mergedIssues: {{count: {{gte: 1}}}}}}) {{ {_PAGE} }} }}",
        "{ issues(first: 100) { nodes { number mergedIssues { totalCount } resources { totalCount } } } }",
        "{ committees { nodes { issues { totalCount nodes { id } } needs { totalCount nodes { id } } } } }",
        "{ members(first: 100) { nodes { submittedIssues { totalCount nodes { id } } claims { totalCount } } } }",
        "{ resources(first: 100) { nodes { availableQuantity claims { totalCount } issues { totalCount } } } }",
        "{ organizations(first: 100) { nodes { claims { totalCount nodes { id } } } } }",
        "{ divisions(first: 100) { nodes { issues { totalCount } stats { "
        "issueCount openIssueCount overdueIssueCount closedIssueCount } } } }",
        f'{{ issueAggregate(filter: {{divisionCode: {{eq: "{home.code}"}}}}, groupBy: [STATE], '
        "having: {sum: {reporterCount: {gt: 70}}}) { groups { count } } }",
    ]


def orders_and_measures() -> list[str]:
    """Write every order and every measure that tells of issues, or of what belongs to them."""
    found: list[str] = []
    for root, target in (
        ("issues", "Issue"), ("ledgerEntries", "LedgerEntry"), ("claims", "Claim"), ("committees", "Committee"),
        ("members", "Member"), ("organizations", "Organization"), ("resources", "Resource"), ("divisions", "Division"),
    ):  # fmt: skip
        found += _orders(root, target)
    for root, target in (("issueAggregate", "Issue"), ("claimAggregate", "Claim")):
        found += _measures(root, target)
    return found


def test_whoever_may_not_know_of_it_gets_the_same_answers_with_and_without_it(home: Place) -> None:
    texts, who = [*pages(home), *orders_and_measures()], strangers(home)
    asking = {name: who[name] for name in ("nobody", "STAFF elsewhere", "UNIT_CONTACT")}
    before = {name: [asked(account, text) for text in texts] for name, account in asking.items()}
    staff = home.accounts[R.STAFF].id
    seen_before = [asked(staff, text) for text in texts]

    hidden(home)

    assert not [text for text, body in zip(texts, seen_before, strict=True) if b"errors" in body]
    told = [
        (name, text)
        for name, account in asking.items()
        for text, body in zip(texts, before[name], strict=True)
        if asked(account, text) != body
    ]
    assert told == []
    # The probes are good: to whom it is not hidden many of them tell of it. The others order by what no issue changes.
    assert sum(asked(staff, text) != body for text, body in zip(texts, seen_before, strict=True)) > len(texts) / 3


def test_its_id_is_like_one_that_does_not_exist(home: Place) -> None:
    issue = f"Issue_{hidden(home).id}"
    below = [
        f"{type(row).__name__}_{row.id}"
        for model in (
            models.LedgerEntry,
            models.Comment,
            models.Evidence,
            models.ProgressReport,
            models.Need,
            models.Claim,
            models.IssueRequest,
        )
        for row in model.select().where(model.issue == int(issue.split("_")[1]))
    ]
    texts = (
        "query ($id: ID!) { node(id: $id) { id __typename } }",
        "query ($id: ID!) { nodes(ids: [$id]) { id } }",
        "query ($id: ID!) { issue(id: $id) { id title contact { name } ledger { totalCount } } }",
        "query ($id: ID!) { issues(filter: {id: {eq: $id}}) { totalCount nodes { id } } }",
        "query ($id: ID!) { issues(filter: {id: {in: [$id]}}) { totalCount nodes { id } } }",
        "query ($id: ID!) { ledgerEntries(filter: {issue: {id: {eq: $id}}}) { totalCount nodes { id } } }",
        "query ($id: ID!) { committees(filter: {issues: {some: {id: {eq: $id}}}}) { totalCount nodes { id } } }",
        "query ($id: ID!) { issueAggregate(filter: {id: {eq: $id}}) { count sum { version } min { createdAt } } }",
    )

    for name, account in strangers(home).items():
        for text in texts:
            assert asked(account, text, id=issue) == asked(account, text, id=NO_SUCH), (name, text)
        for row in below:
            absent = re.sub(r"\d+", "999999999", row)
            assert asked(account, texts[0], id=row) == asked(account, texts[0], id=absent), (name, row)


def test_a_cursor_of_somebody_who_sees_it_shows_others_no_more(home: Place) -> None:
    issue = hidden(home)
    page = "query ($after: String) { issues(first: 100, after: $after) { totalCount edges { cursor node { id } } } }"
    edges = answer_to(home.accounts[R.STAFF].id, page)["data"]["issues"]["edges"]
    cursor = next(edge["cursor"] for edge in edges if edge["node"]["id"] == f"Issue_{issue.id}")

    public = answer_to(None, page)["data"]["issues"]
    after = answer_to(None, page, after=cursor)["data"]["issues"]

    # It is the newest, so that everything public comes after it.
    assert cursor == edges[0]["cursor"]
    assert after == public


def test_every_mutation_refuses_it_like_one_that_does_not_exist(home: Place) -> None:
    issue, who = f"Issue_{hidden(home).id}", strangers(home)
    spot = Spot(home, COMMUNITY, None, AT)
    given = {step: inputs(spot) for step, inputs in INPUTS.items()}
    about = {step: values for step, values in given.items() if "issueId" in str(values)}
    before = read()

    for step, values in about.items():
        for name in ("STAFF elsewhere", "neighbour", "UNIT_CONTACT"):
            answers = [_refusal(who[name], step, values, row) for row in (issue, NO_SUCH)]
            assert answers[0] == answers[1], (name, step)
            assert b'"NOT_FOUND"' in answers[0], (name, step)

    # A refusal that the audit kept would tell its auditor, and whoever counts, that there was something.
    assert changed(before, read()) == []
    assert len(about) > 35


def test_it_is_no_master_for_others(home: Place) -> None:
    _, there, _, _ = build()
    issue, staff = f"Issue_{hidden(home).id}", there.accounts[R.STAFF].id
    own = there.issues[COMMUNITY]["accepted"]
    text = mutation("mergeIssue", "__typename")

    merged = [asked(staff, text, input={"issueId": own, "masterId": row}) for row in (issue, NO_SUCH)]

    assert merged[0] == merged[1]
    assert orjson.loads(merged[0])["data"]["mergeIssue"]["userErrors"][0]["code"] == "NOT_FOUND"


def _refusal(account_id: int | None, step: str, given: dict[str, Any], row: str) -> bytes:
    def about(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "issueId": row, "expectedVersion": 77}

    name = step.split()[0]
    input_ = {"rows": [about(values) for values in given["rows"]]} if "rows" in given else about(given)
    return asked(account_id, mutation(name, "__typename"), input=input_)


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_a_token_bound_elsewhere_shows_no_more_than_everybody_sees(home: Place, role: Role) -> None:
    account, other = home.accounts[role], make.make_division(DivisionLevel.COMMUNITY, home.offices[COMMUNITY].parent)
    models.Member.update(phone="13812345678").where(models.Member.committee == home.committee).execute()
    public = models.Issue.get_by_id(home.issues[COMMUNITY]["working"].split("_")[1])
    make.make_ledger_entry(public, actor=account, actor_name=account.name, actor_role=R.RESIDENT)
    models.Issue.update(reporter=account).execute()
    make.make_comment(public, author=account, author_name=account.name)
    hidden(home)
    make.make_notice(public, role=role, account=account)
    texts = [
        *pages(home),
        "{ issues(first: 100) { nodes { contact { name } comments { nodes { authorName } } } } }",
        "{ issues(first: 100) { nodes { notices { totalCount } } } }",
        "{ ledgerEntries(first: 100) { nodes { actorName } } auditEntries { totalCount } }",
        "{ members(first: 100) { nodes { phone } } }",
    ]
    bound = Mandate(part=other.part)

    more = [text for text in texts if asked(account.id, text, bound) != asked(None, text)]

    assert more == []
    assert [text for text in texts if asked(account.id, text) != asked(None, text)] != []
