"""What a request is answered with in Chinese: errors of every kind, rules, and names of steps."""

from typing import Any

import orjson
import pytest

from db.access.step_names import STEP_NAMES
from db.city.machines import MACHINES
from db.issues.lifecycle import LedgerAction
from graph_api.refusal import STATUS
from schema.chinese import BY_CODE, in_chinese
from schema.errors import RequestErrorCode
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests.asking import Asking
from tests.graph.town import NOW
from tests.issues.mutations.test_intake import submitted


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{ nothing }", "类型“Query”没有字段“nothing”。"),
        ("{ issuess { totalCount } }", "类型“Query”没有字段“issuess”。您是否想用 'issues'"),
        ("{ issues(a: 1) { totalCount } }", "字段“Query.issues”没有参数“a”。"),
        ("{ issues }", "字段“issues”的类型是“IssueConnection!”，须选择其子字段。"),
        ("{ issues { totalCount }", "语法错误：应为"),
        ("query ($a: Int!) { issues(first: $a) { totalCount } }", "变量“$a”的值无效：缺少 Int! 类型的必填值。"),
        ("{ issues(first: 1, last: 1) { totalCount } }", "first 与 last 只能提供一个。"),
        ("{ issues(first: 101) { totalCount } }", "first 须在 0 与 100 之间，现为 101。"),
        ("{ issues(filter: {urgency: {eq: SLOW}}) { totalCount } }", "枚举 Urgency 中没有“SLOW”。"),
        ('mutation { urgeIssue(input: {issueNumber: "a", text: "b"}) { __typename } }', "变更须先登录"),
    ],
)
def test_errors_at_the_top_speak_chinese(document: str, message: str) -> None:
    context = Context(None, NOW, language="zh")

    (error, *_) = orjson.loads(Executor().execute(Request(document, {}), context).body)["errors"]

    assert error["message"].startswith(message)
    assert RequestErrorCode(error["extensions"]["code"])


def test_every_code_has_a_sentence() -> None:
    assert {*map(str, RequestErrorCode), *STATUS} <= {*BY_CODE}


def test_an_unlisted_sentence_follows_its_code() -> None:
    assert in_chinese("FORBIDDEN", "Only on Mondays.") == "您的角色或令牌无权执行此操作（Only on Mondays.）"


def test_what_clients_read_by_its_text_stays() -> None:
    assert in_chinese("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound") == "PersistedQueryNotFound"


def test_a_long_message_is_not_searched() -> None:
    message = "Variable '$a' got invalid value " + "' at '" * 50_000

    assert in_chinese("BAD_USER_INPUT", message) == f"{BY_CODE['BAD_USER_INPUT']}（{message}）"


def test_every_step_has_a_name() -> None:
    steps = [step for machine in MACHINES.values() for step in machine.steps]
    assert {*STEP_NAMES} == {name for step in steps for name in step.mutations}
    for names in zip(*STEP_NAMES.values(), strict=True):
        assert len(set(names)) == len(STEP_NAMES)


def names_of(ask: Asking, language: str) -> Any:
    text = """query ($id: ID!) { issue(id: $id) {
        ledger { nodes { action actionName } } availableTransitions { mutation actionName } } }"""
    return ask.answer("staff", text, language=language, id=submitted(ask))["data"]["issue"]


def test_steps_and_entries_have_names_in_both_languages(ask: Asking) -> None:
    english, chinese = names_of(ask, "en"), names_of(ask, "zh")

    assert english["ledger"]["nodes"] == [{"action": "CREATE", "actionName": "The issue was submitted"}]
    assert chinese["ledger"]["nodes"] == [{"action": "CREATE", "actionName": "提交"}]
    assert {row["mutation"]: row["actionName"] for row in english["availableTransitions"]}["acceptIssue"] == "Accept"
    assert {row["mutation"]: row["actionName"] for row in chinese["availableTransitions"]}["acceptIssue"] == "受理"


def test_refused_steps_name_what_is_possible_in_chinese(ask: Asking) -> None:
    text = 'mutation ($id: ID!) { reopenIssue(input: {issueId: $id, reason: "再"}) { userErrors { message } } }'

    (error,) = ask.answer("staff", text, language="zh", id=submitted(ask))["data"]["reopenIssue"]["userErrors"]

    assert "受理（acceptIssue）" in error["message"]


def test_a_stale_version_is_told_in_chinese(ask: Asking) -> None:
    text = """mutation ($id: ID!) { requestIssueInfo(input: {issueId: $id, question: "在哪里？", expectedVersion: 0}) {
        userErrors { message } } }"""

    (error,) = ask.answer("staff", text, language="zh", id=submitted(ask))["data"]["requestIssueInfo"]["userErrors"]

    assert (
        error["message"].startswith("您看到的是第 0 版，现在是第 1 版（示范resident于 ") or "提交）" in error["message"]
    )
    assert "CREATE" not in error["message"]


@pytest.mark.parametrize(
    ("language", "message"),
    [("en", "A committee has exactly one director."), ("zh", "社工委应有且仅有一名主任。")],
)
def test_rules_of_composition_speak_both_languages(ask: Asking, language: str, message: str) -> None:
    text = "{ committees(first: 50) { nodes { compliance { violations { rule message } } } } }"

    nodes = ask.answer(None, text, language=language)["data"]["committees"]["nodes"]

    told = {broken["rule"]: broken["message"] for node in nodes for broken in node["compliance"]["violations"]}
    assert told["C3"] == message


def test_every_entry_has_a_name_in_chinese() -> None:
    assert all(any(character >= "\u4e00" for character in action.chinese) for action in LedgerAction)
    assert all(action.english and "(" not in action.english for action in LedgerAction)
