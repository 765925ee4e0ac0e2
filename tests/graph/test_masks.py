"""What is masked stays so: names and numbers are compared and ordered as they are shown, and refusals tell none."""

import re
from typing import Any

import pytest
from graphql import GraphQLInputObjectType
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.places.models.division import DivisionLevel
from schema.catalog import derived_fields
from schema.graph import CATALOG
from schema.root import schema
from tests import factories as make
from tests.asking import answer_to, mutation
from tests.graph.places import Place, build

R = Role
COMMUNITY = DivisionLevel.COMMUNITY


@pytest.fixture
def home(scratch: DatabaseProxy) -> Place:
    """Return the place about which somebody asks."""
    return build()[1]


@pytest.mark.parametrize(
    ("type_name", "fields"),
    [
        ("IssueContactFilter", {"name", "phone", "address"}),
        ("MessageContactFilter", {"name", "phone", "address"}),
        ("ChannelMessageFilter", {"caller"}),
        ("MemberFilter", {"phone"}),
        ("ResidentFilter", {"name"}),
        ("IssueFilter", {"reporter"}),
    ],
)
def test_what_is_masked_cannot_be_filtered_by(engine: str, type_name: str, fields: set[str]) -> None:
    found = schema()._schema.type_map[type_name]

    assert isinstance(found, GraphQLInputObjectType)
    assert fields & set(found.fields) == set()


def test_nobody_is_ordered_or_grouped_by_what_is_masked(engine: str) -> None:
    masked = re.compile("PHONE|CONTACT|ADDRESS|REPORTER(?!_COUNT)|SUBMITTER")
    choices = {choice for target in ("Issue", "Member") for choice in derived_fields.order_choices(CATALOG, target)}
    choices |= {choice for target in ("Issue", "Member") for choice in derived_fields.group_choices(CATALOG, target)}

    assert [choice for choice in sorted(choices) if masked.search(choice)] == []


def _entries(account_id: int | None, name: str) -> int:
    text = "query ($name: String) { ledgerEntries(filter: {actorName: {eq: $name}}) { totalCount } }"
    return answer_to(account_id, text, name=name)["data"]["ledgerEntries"]["totalCount"]


def test_names_are_compared_and_ordered_as_they_are_shown(home: Place) -> None:
    issue = models.Issue.get_by_id(home.issues[COMMUNITY]["accepted"].split("_")[1])
    account = home.accounts[R.RESIDENT]
    for name in ("乙示范", "甲示范"):
        make.make_ledger_entry(issue, actor=account, actor_name=name, actor_role=R.RESIDENT)
    make.make_comment(issue, author=account, author_name="甲示范")
    order = "{ ledgerEntries(orderBy: [{field: ACTOR_NAME}], filter: {actorName: {isNull: false}}) { nodes { seq } } }"
    remark = '{ issues(filter: {comments: {some: {authorName: {eq: "甲示范"}}}}) { totalCount } }'
    stranger, staff = home.accounts[R.MEMBER].id, home.accounts[R.STAFF].id

    assert [_entries(stranger, name) for name in ("甲示范", "乙示范", "居民")] == [0, 0, 2]
    assert [_entries(staff, name) for name in ("甲示范", "乙示范", "居民")] == [1, 1, 0]
    orders = [answer_to(who, order)["data"]["ledgerEntries"]["nodes"] for who in (stranger, staff)]
    assert [[node["seq"] for node in nodes] for nodes in orders] == [[1, 2], [1, 2] if "乙" < "甲" else [2, 1]]
    assert [answer_to(who, remark)["data"]["issues"]["totalCount"] for who in (stranger, staff)] == [0, 1]


def test_a_stale_version_is_explained_without_names_of_residents(home: Place) -> None:
    row = home.issues[COMMUNITY]["working"]
    issue = models.Issue.get_by_id(row.split("_")[1])
    resident = home.accounts[R.RESIDENT]
    make.make_ledger_entry(issue, seq=1, actor=resident, actor_name=resident.name, actor_role=R.RESIDENT)
    text = mutation("commentIssue", "__typename")

    def told(who: Role) -> str:
        given = {"issueId": row, "text": "示范", "expectedVersion": 0}
        payload = answer_to(home.accounts[who].id, text, input=given)["data"]["commentIssue"]
        return payload["userErrors"][0]["message"]

    names = {who: re.findall("by (.*?) at", told(who)) for who in (R.MEMBER, R.STAFF, R.UNIT_CONTACT, R.RESIDENT)}
    assert names == {
        R.MEMBER: ["居民"], R.STAFF: [resident.name], R.UNIT_CONTACT: [resident.name], R.RESIDENT: [resident.name],
    }  # fmt: skip


def test_an_anonymous_report_hides_its_reporter_from_the_handler_and_not_from_the_staff(home: Place) -> None:
    row = home.issues[COMMUNITY]["working"]
    contact = "query ($id: ID!) { issue(id: $id) { contact { name phone address } } }"

    def shown() -> list[Any]:
        asking = (R.STAFF, R.UNIT_CONTACT, R.RESIDENT, R.MEMBER)
        return [answer_to(home.accounts[who].id, contact, id=row)["data"]["issue"]["contact"] for who in asking]

    masked = {"name": "示****", "phone": "138****0000", "address": "示范小****"}
    assert shown() == [masked, masked, masked, None]
    models.Issue.update(is_anonymous=True).where(models.Issue.id == row.split("_")[1]).execute()
    assert shown() == [masked, None, masked, None]


def test_members_see_their_own_number_and_others_masked(home: Place) -> None:
    models.Member.update(phone="13812345678").where(models.Member.committee == home.committee).execute()
    text = "query ($id: ID!) { member(id: $id) { phone } }"

    phones = [
        answer_to(home.accounts[who].id, text, id=home.rows["MEMBER"])["data"]["member"]["phone"]
        for who in (R.MEMBER, R.DIRECTOR, R.STAFF)
    ]

    assert phones == ["13812345678", "138****5678", "138****5678"]
