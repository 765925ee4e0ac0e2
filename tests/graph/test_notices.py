"""Notices in the graph: who was told reads them, offices over the place read them, and nobody else."""

from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from tests import factories as make
from tests.asking import Asking
from tests.town import build, issue_of

OWN = "{ viewer { notices { nodes { kind text officeCode role } } } }"
OF_ISSUE = "query ($id: ID!) { issue(id: $id) { notices { totalCount nodes { id text } } } }"
WITH = "query ($id: ID!) { issues(filter: {id: {eq: $id}, notices: {count: {gte: 1}}}) { totalCount } }"


@pytest.fixture
def ask(scratch: DatabaseProxy) -> Asking:
    """Return somebody to ask."""
    return Asking(build())


@pytest.fixture
def issue(ask: Asking) -> Any:
    """Return an issue about which its community's staff were told, and one resident."""
    issue = issue_of(ask.town.accept())
    make.make_notice(issue, text="请尽快办理")
    make.make_notice(issue, role=Role.RESIDENT, account=ask.town.accounts["neighbour"], text="请尽快换灯")
    return issue


@pytest.mark.parametrize(
    ("who", "own", "about_it"),
    [
        ("staff", ["请尽快办理"], {"请尽快办理", "请尽快换灯"}),
        ("neighbour", ["请尽快换灯"], {"请尽快换灯"}),
        ("resident", [], set()),
        ("next_staff", [], set()),
        ("contact", [], set()),
        ("subdistrict", [], {"请尽快办理", "请尽快换灯"}),
        ("other_subdistrict", [], set()),
        ("city", [], {"请尽快办理", "请尽快换灯"}),
    ],
)
def test_who_reads_what(ask: Asking, issue: Any, who: str, own: list[str], about_it: set[str]) -> None:
    issue_id = f"Issue_{issue.id}"

    viewer = ask.answer(who, OWN)["data"]["viewer"]["notices"]["nodes"]
    found = ask.answer(who, OF_ISSUE, id=issue_id)["data"]["issue"]["notices"]
    counted = ask.answer(who, WITH, id=issue_id)["data"]["issues"]["totalCount"]

    assert [notice["text"] for notice in viewer] == own
    assert {notice["text"] for notice in found["nodes"]} == about_it
    assert (found["totalCount"], counted) == (len(about_it), int(bool(about_it)))


def test_a_notice_is_found_by_its_id_by_who_may_read_it(ask: Asking, issue: Any) -> None:
    found = ask.answer("staff", OF_ISSUE, id=f"Issue_{issue.id}")["data"]["issue"]["notices"]["nodes"]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = sorted(notice["id"] for notice in found)

    answers = [ask.answer(who, query, ids=ids)["data"]["nodes"] for who in ("staff", "stranger", None)]

    assert answers == [[{"id": ids[0]}, {"id": ids[1]}], [None, None], [None, None]]
