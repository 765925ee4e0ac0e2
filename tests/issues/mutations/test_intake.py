"""Intake, levels, notes and requests through the API: who may, and what every mutation's input has."""

from typing import Any

import pytest

from db.issues.models.issue import Urgency
from schema.ids import global_id
from tests import factories as make
from tests.asking import Asking, mutation
from tests.factories import AT
from tests.stored import everything
from tests.town import issue_of, ledger_of

CONCERN = {
    "channel": "APP",
    "title": "示范小区路灯不亮",
    "description": "示范小区三号楼前的路灯\n已经三天不亮",
    "duty": "PUBLIC_BENEFIT_SERVICE",
    "urgency": "NORMAL",
    "contactName": "示范居民",
}


def submitted(ask: Asking) -> str:
    return global_id("Issue", ask.town.submit())


def test_a_concern_goes_from_the_resident_to_the_ledger(ask: Asking) -> None:
    shown = "issue { id state dueAt submitter { name } } event { seq action actorName actorRole }"
    made = ask.change("resident", "submitIssue", shown, divisionCode=ask.town.home.division_code, **CONCERN)
    issue_id = made["issue"]["id"]

    accepted = ask.change(
        "staff", "acceptIssue", "issue { number needs { nodes { state } } ledger { nodes { action } } }",
        issueId=issue_id, urgency="NORMAL", duty="DISPUTE_RESOLUTION",
    )  # fmt: skip

    assert made == {
        "issue": {"id": issue_id, "state": "SUBMITTED", "dueAt": "2026-01-06T08:00:00Z", "submitter": None},
        "event": {"seq": 1, "action": "CREATE", "actorName": "示范resident", "actorRole": "RESIDENT"},
        "userErrors": [],
    }
    assert accepted["issue"] == {
        "number": f"LZ-{ask.town.home.division_code}-2026-000001",
        "needs": {"nodes": [{"state": "OPEN"}]},
        "ledger": {"nodes": [{"action": "CREATE"}, {"action": "ACCEPT"}]},
    }


def test_nobody_changes_anything(ask: Asking) -> None:
    document = 'mutation { urgeIssue(input: {issueNumber: "LZ-1", text: "请尽快"}) { userErrors { code } } }'

    answer = ask.answer(None, document)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    ("who", "errors"),
    [
        ("stranger", [("NOT_FOUND", ["issueId"])]),
        ("member", [("NOT_PERMITTED", None)]),
        ("staff", []),
    ],
)
def test_asking_is_for_staff_of_the_community(ask: Asking, who: str, errors: list[Any]) -> None:
    assert ask.refused(who, "requestIssueInfo", issueId=submitted(ask), question="在几号楼？") == errors


@pytest.mark.parametrize(
    ("who", "name", "given"),
    [
        ("staff", "requestIssueInfo", {"question": "在几号楼？"}),
        ("staff", "rejectIssue", {"reason": "NORM_ABSTAIN", "advice": "请向法院反映", "normCode": "ABSTAIN-1"}),
        ("resident", "withdrawIssue", {"reason": "已自行解决"}),
        ("resident", "urgeIssue", {"text": "请尽快处理"}),
        ("member", "commentIssue", {"text": "我家门口也不亮"}),
        ("staff", "regradeIssue", {"urgency": "URGENT", "reason": "有人摔倒"}),
        ("staff", "requestIssueTransfer", {"divisionCode": None, "reason": "属邻近社区"}),
    ],
)
def test_a_dry_run_shows_what_would_be_and_keeps_nothing(
    ask: Asking, who: str, name: str, given: dict[str, Any]
) -> None:
    issue_id = submitted(ask)
    make.make_conduct_norm(ask.town.district)
    if "divisionCode" in given:
        given = given | {"divisionCode": ask.town.next_door.division_code}
    before = everything()

    dry = ask.change(who, name, "issue { version } event { seq }", issueId=issue_id, dryRun=True, **given)
    after = everything()
    real = ask.change(who, name, "issue { version } event { seq }", issueId=issue_id, **given)

    assert before == after
    assert dry == real
    assert real["issue"]["version"] == real["event"]["seq"] == 2


def test_the_same_key_is_answered_with_the_first_answer(ask: Asking) -> None:
    given: dict[str, Any] = {"issueId": submitted(ask), "text": "请尽快处理", "idempotencyKey": "key-1"}

    shown = "event { id } isReplayed clientMutationId"
    first = ask.change("leader", "urgeIssue", shown, **given, clientMutationId="一")
    again = ask.change("leader", "urgeIssue", shown, **given, clientMutationId="二")
    other = ask.refused("leader", "urgeIssue", **given | {"text": "再催"})

    assert (first["isReplayed"], again["isReplayed"]) == (False, True)
    assert first["event"] == again["event"]
    assert (first["clientMutationId"], again["clientMutationId"]) == ("一", "二")
    assert other == [("IDEMPOTENCY_KEY_MISMATCH", ["idempotencyKey"])]


def test_an_issue_that_has_changed_since_is_stale(ask: Asking) -> None:
    issue_id = submitted(ask)
    ask.change("leader", "urgeIssue", "event { seq }", issueId=issue_id, text="请尽快处理", expectedVersion=1)

    payload = ask.change("leader", "urgeIssue", "event { seq }", issueId=issue_id, text="请尽快处理", expectedVersion=1)

    (error,) = payload["userErrors"]
    assert (error["code"], error["field"]) == ("STALE_OBJECT", ["expectedVersion"])
    assert "URGE by 示范leader at 2026-01-05T08:00:00Z" in error["message"]


def test_an_issue_is_named_by_its_id_or_its_number(ask: Asking) -> None:
    row_id = ask.town.accept()
    number, issue_id = issue_of(row_id).number, global_id("Issue", row_id)

    assert ask.refused("leader", "urgeIssue", issueNumber=number, text="请尽快处理") == []
    assert ask.refused("leader", "urgeIssue", text="请尽快处理") == [("INVALID_INPUT", ["issueId"])]
    both = ask.refused("leader", "urgeIssue", issueNumber=number, issueId=issue_id, text="请尽快处理")
    assert both == [("INVALID_INPUT", ["issueId"])]
    for wrong in ("Issue_999999", f"Member_{row_id}", "nonsense"):
        assert ask.refused("leader", "urgeIssue", issueId=wrong, text="请尽快处理") == [("NOT_FOUND", ["issueId"])]


def test_a_wrong_name_is_refused_with_what_is_wrong(ask: Asking) -> None:
    place = ask.town.home.division_code
    given = CONCERN | {"divisionCode": place}
    cases: list[tuple[str, dict[str, Any], str, str]] = [
        ("urgeIssue", {"issueId": "123", "text": "催"}, "123 is no id; an id looks like Issue_12.",
         "123 不是 ID；ID 形如 Issue_12。"),
        ("urgeIssue", {"issueId": "Committee_1", "text": "催"},
         "Committee_1 is the id of a Committee; send that of an Issue, such as Issue_12.",
         "Committee_1 是 Committee 的 ID，此处须填 Issue 的 ID，如 Issue_12。"),
        ("urgeIssue", {"issueId": "Issue_999999", "text": "催"}, "There is no such issue; check the id or number.",
         "没有这个事项。"),
        ("submitIssue", given | {"divisionCode": place[:6] + "0" * 6},
         f"{place[:6]}000000 is the code of a district; send that of a community, 12 digits such as 620102001005.",
         "，请填写社区的 12 位代码，如 620102001005。"),
        ("submitIssue", given | {"divisionCode": place[:6]},
         "The code of a community has 12 digits such as 620102001005; this one has 6.",
         "社区须填 12 位代码，如 620102001005，现有 6 位。"),
        ("submitIssue", given | {"divisionCode": "999999999999"},
         "There is no community of this code with an active committee.", "没有此代码的社区，或该社区尚未成立社工委。"),
    ]  # fmt: skip
    for name, inputs, english, chinese in cases:
        document = mutation(name, "__typename")
        for language, words in (("en", english), ("zh", chinese)):
            payload = ask.answer("resident", document, language=language, input=inputs)["data"][name]
            [error] = payload["userErrors"]
            assert (error["code"], error["message"][-len(words) :]) == ("NOT_FOUND", words)


def test_refusals_speak_the_language_that_was_asked_for(ask: Asking) -> None:
    document = """mutation ($id: ID) { rateIssue(input: {issueId: $id, rating: 5}) { userErrors { message } } }"""
    issue_id = submitted(ask)

    english, chinese = (
        ask.answer("resident", document, language=language, id=issue_id)["data"]["rateIssue"]["userErrors"][0][
            "message"
        ]
        for language in ("en", "zh")
    )

    assert english.startswith(
        "An issue that is SUBMITTED does not allow this step. Possible now: acceptIssue, attachEvidence, commentIssue,"
    )
    assert chinese.startswith("事项当前状态为“待受理”，不能执行此操作。当前可执行：受理（acceptIssue）、")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "两行的\n标题"}, "title"),
        ({"description": "零\x00"}, "description"),
        ({"topicCode": "住房 1"}, "topicCode"),
        ({"idempotencyKey": "a key"}, "idempotencyKey"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused(ask: Asking, given: dict[str, Any], field: str) -> None:
    concern = {"divisionCode": ask.town.home.division_code, **CONCERN, **given}

    assert ask.refused("resident", "submitIssue", **concern) == [("INVALID_INPUT", [field])]


def test_an_atomic_operation_keeps_all_or_nothing(ask: Asking) -> None:
    issue_id = submitted(ask)
    document = """mutation ($id: ID!) @atomic {
        first: urgeIssue(input: {issueId: $id, text: "请尽快处理"}) { issue { version } userErrors { code } }
        second: rateIssue(input: {issueId: $id, rating: 5}) { issue { version } userErrors { code } }
    }"""

    answer = ask.answer("resident", document, id=issue_id)

    assert answer["data"] == {
        "first": {"issue": None, "userErrors": [{"code": "ROLLED_BACK"}]},
        "second": {"issue": None, "userErrors": [{"code": "ILLEGAL_TRANSITION"}]},
    }
    assert ledger_of(int(issue_id.removeprefix("Issue_"))) == ["CREATE"]


def test_an_issue_goes_up_and_comes_down(ask: Asking) -> None:
    issue_id = global_id("Issue", ask.town.accept())
    shown = "issue { currentLevel dueAt } event { fromLevel toLevel }"

    up = ask.change("director", "escalateIssue", shown, issueId=issue_id, reason="需协调", tried="已联系物业")
    down = ask.change(
        "subdistrict", "handDownIssue", shown, issueId=issue_id, divisionCode=ask.town.home.division_code,
        instruction="请牵头办理", dueAt="2026-01-10T16:00:00+08:00",
    )  # fmt: skip

    assert up["event"] == {"fromLevel": "COMMUNITY", "toLevel": "SUBDISTRICT"}
    assert down["issue"] == {"currentLevel": "COMMUNITY", "dueAt": "2026-01-10T08:00:00Z"}


def test_issues_are_merged_and_parted(ask: Asking) -> None:
    master, issue_id = submitted(ask), submitted(ask)
    shown = "issue { state mergedInto { id } } master { reporterCount mergedIssues { totalCount } }"

    merged = ask.change("staff", "mergeIssue", shown, issueId=issue_id, masterId=master)
    parted = ask.change("staff", "unmergeIssue", shown, issueId=issue_id, reason="不是同一盏灯")

    assert merged["issue"] == {"state": "MERGED", "mergedInto": {"id": master}}
    assert merged["master"] == {"reporterCount": 2, "mergedIssues": {"totalCount": 1}}
    assert parted["issue"] == {"state": "ACCEPTED", "mergedInto": None}
    assert parted["master"] == {"reporterCount": 1, "mergedIssues": {"totalCount": 0}}


def test_a_request_is_seen_on_its_issue_and_decided_by_its_id(ask: Asking) -> None:
    issue_id = submitted(ask)
    given = {"divisionCode": ask.town.next_door.division_code, "reason": "属邻近社区"}
    asked = ask.change("staff", "requestIssueTransfer", "request { id kind state }", issueId=issue_id, **given)
    request_id = asked["request"]["id"]
    decision = {"requestId": request_id, "decision": "APPROVED", "reason": "同意"}

    wrong = ask.refused("subdistrict", "reviewIssueRequest", issueId=issue_id, **decision | {"requestId": issue_id})
    decided = ask.change(
        "subdistrict", "reviewIssueRequest",
        "issue { division { code } requests { nodes { id state decidedByName target { code } } } }",
        issueId=issue_id, **decision,
    )  # fmt: skip

    code = ask.town.next_door.division_code
    assert asked["request"] == {"id": request_id, "kind": "TRANSFER", "state": "PENDING"}
    assert wrong == [("NOT_FOUND", ["requestId"])]
    assert decided["issue"]["division"] == {"code": code}
    assert decided["issue"]["requests"]["nodes"] == [
        {"id": request_id, "state": "APPROVED", "decidedByName": "示范subdistrict", "target": {"code": code}}
    ]


def test_what_one_resident_asks_of_the_api_at_another_time_is_of_that_time(ask: Asking) -> None:
    row_id = ask.town.submit(urgency=Urgency.URGENT)
    ask.change(
        "resident", "urgeIssue", "__typename", AT.replace(hour=9), issueId=global_id("Issue", row_id), text="请尽快"
    )

    assert issue_of(row_id).updated_at == AT.replace(hour=9)
