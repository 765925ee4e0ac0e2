"""Bulk forms: rows performed in one transaction, answered one by one."""

from typing import Any

import pytest

from db.access.viewers import Visibility
from db.city import models
from db.kernel.database import is_postgres
from schema.engine import RequestValues
from schema.ids import global_id
from tests.asking import Asking, executor
from tests.stored import everything

RESULTS = (
    "results { index issue { title version } event { seq } userErrors { code field } } isReplayed clientMutationId"
)


def row(ask: Asking, title: str = "示范小区路灯不亮", **values: Any) -> dict[str, Any]:
    return {
        "divisionCode": ask.town.home.division_code,
        "channel": "HOTLINE",
        "title": title,
        "description": "不亮",
        "duty": "PUBLIC_BENEFIT_SERVICE",
        "urgency": "NORMAL",
        "contactName": "示范居民",
        **values,
    }


def test_rows_are_performed_in_order_and_answered_in_order(ask: Asking) -> None:
    rows = [row(ask, "第一件事项"), row(ask, "第二件事项", place="三号楼")]

    payload = ask.change("staff", "submitIssues", RESULTS, rows=rows, clientMutationId="一")

    assert payload == {
        "results": [
            {"index": at, "issue": {"title": rows[at]["title"], "version": 1}, "event": {"seq": 1}, "userErrors": []}
            for at in (0, 1)
        ],
        "isReplayed": False,
        "clientMutationId": "一",
        "userErrors": [],
    }
    assert [issue.title for issue in models.Issue.select().order_by(models.Issue.id)] == ["第一件事项", "第二件事项"]


def test_one_refused_row_refuses_all_and_each_says_why(ask: Asking) -> None:
    before = everything()
    rows = [row(ask), row(ask, "短"), row(ask, "两行的\n标题"), row(ask, divisionCode="999999999999")]

    payload = ask.change("staff", "submitIssues", RESULTS, rows=rows)

    errors = [
        {"code": "ROLLED_BACK", "field": ["rows", "0"]},
        {"code": "INVALID_INPUT", "field": ["rows", "1", "title"]},
        {"code": "INVALID_INPUT", "field": ["rows", "2", "title"]},
        {"code": "NOT_FOUND", "field": ["rows", "3", "divisionCode"]},
    ]
    assert payload["results"] == [
        {"index": at, "issue": None, "event": None, "userErrors": [error]} for at, error in enumerate(errors)
    ]
    assert [{"code": error["code"], "field": error["field"]} for error in payload["userErrors"]] == errors
    assert everything() == before


def test_failed_rows_are_skipped_when_that_is_asked_for(ask: Asking) -> None:
    rows = [row(ask, "短"), row(ask), row(ask, divisionCode="999999999999"), row(ask)]

    payload = ask.change("staff", "submitIssues", RESULTS, rows=rows, errorPolicy="SKIP_FAILED")

    assert [result["issue"] is not None for result in payload["results"]] == [False, True, False, True]
    assert [error["field"] for error in payload["userErrors"]] == [
        ["rows", "0", "title"],
        ["rows", "2", "divisionCode"],
    ]
    assert models.Issue.select().count() == 2
    assert models.LedgerEntry.select().count() == 2


@pytest.mark.parametrize("policy", ["REJECT_ALL", "SKIP_FAILED"])
def test_a_dry_run_of_many_keeps_none(ask: Asking, policy: str) -> None:
    before = everything()

    payload = ask.change("staff", "submitIssues", RESULTS, rows=[row(ask)], errorPolicy=policy, dryRun=True)

    assert payload["results"][0]["issue"] == {"title": "示范小区路灯不亮", "version": 1}
    assert everything() == before


def test_the_same_key_gives_the_first_results_refusals_included(ask: Asking) -> None:
    given = {"rows": [row(ask), row(ask, "短")], "errorPolicy": "SKIP_FAILED", "idempotencyKey": "import-1"}

    first = ask.change("staff", "submitIssues", RESULTS, **given)
    again = ask.change("staff", "submitIssues", RESULTS, **given)
    other = ask.refused("staff", "submitIssues", **given | {"rows": [row(ask)]})

    assert again == first | {"isReplayed": True}
    assert other == [("IDEMPOTENCY_KEY_MISMATCH", ["idempotencyKey"])]
    assert models.Issue.select().count() == 1


def test_each_row_says_which_version_it_saw(ask: Asking) -> None:
    issues = [global_id("Issue", ask.town.accept()) for _ in range(2)]
    handler = global_id("Organization", ask.town.unit.id if ask.town.unit else 0)
    rows = [
        {"issueId": issue, "handlerId": handler, "expectedVersion": seen}
        for issue, seen in zip(issues, (2, 1), strict=True)
    ]

    payload = ask.change("staff", "assignIssues", "results { issue { state } userErrors { code field } }", rows=rows,
                         errorPolicy="SKIP_FAILED")  # fmt: skip

    assert payload["results"] == [
        {"issue": {"state": "IN_PROGRESS"}, "userErrors": []},
        {"issue": None, "userErrors": [{"code": "STALE_OBJECT", "field": ["rows", "1", "expectedVersion"]}]},
    ]


@pytest.mark.parametrize("count", [0, 101])
def test_there_are_one_to_a_hundred_rows(ask: Asking, count: int) -> None:
    payload = ask.change("staff", "submitIssues", RESULTS, rows=[row(ask)] * count)

    assert payload["results"] == []
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("INVALID_INPUT", ["rows"])]


def test_rows_may_stand_in_the_document_and_hold_variables(ask: Asking) -> None:
    document = """mutation ($code: String!, $title: String!, $rows: [SubmitIssuesRow!]!) {
        one: submitIssues(input: {rows: {divisionCode: $code, channel: APP, title: $title, description: "不亮",
            duty: DISPUTE_RESOLUTION, urgency: NORMAL, isAnonymous: true}}) {
            results { __typename index issue { title } } }
        many: submitIssues(input: {rows: $rows, errorPolicy: SKIP_FAILED}) { results { i: index } __typename }
    }"""
    code = ask.town.home.division_code

    answer = ask.answer("staff", document, code=code, title="第一件事项", rows=[row(ask), row(ask, isAnonymous=True)])

    assert answer["data"] == {
        "one": {"results": [{"__typename": "SubmitIssuesResult", "index": 0, "issue": {"title": "第一件事项"}}]},
        "many": {"results": [{"i": 0}, {"i": 1}], "__typename": "SubmitIssuesPayload"},
    }


def test_rows_of_any_number_and_form_share_one_plan(ask: Asking) -> None:
    forms = ([row(ask)], [row(ask), row(ask)], [row(ask, place="三号楼", isAnonymous=False)])
    document = "mutation ($input: SubmitIssuesInput!) { submitIssues(input: $input) { results { index } } }"

    answers = [ask.answer("staff", document, input={"rows": rows}) for rows in forms]

    assert [len(answer["data"]["submitIssues"]["results"]) for answer in answers] == [1, 2, 1]
    assert executor(is_postgres()).engine.operation(document, None).shapes == 1


def test_the_cost_grows_with_the_rows(ask: Asking) -> None:
    document = "mutation ($input: SubmitIssuesInput!) { submitIssues(input: $input) { results { issue { id } } } }"
    operation = executor(is_postgres()).engine.operation(document, None)

    costs = []
    for count in (1, 2, 50):
        variables = operation.variables.read({"input": {"rows": [row(ask)] * count}})
        costs.append(
            executor(is_postgres()).engine.cost(
                operation.fields(variables, Visibility.OWN), RequestValues(variables, "", 0)
            )
        )

    assert [cost / costs[0] for cost in costs] == [1, 2, 50]
