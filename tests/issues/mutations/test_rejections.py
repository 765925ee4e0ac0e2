"""Rejections as they are read back: why, by which norm, and by whom; and whom a reporter was told to call."""

from typing import Any

import tests.factories as make
from db.city import models
from tests.asking import Asking

READ = """query ($code: String!) {
  issues(filter: {rejection: {norm: {code: {eq: "ABSTAIN-1"}}}}) {
    totalCount nodes { state rejection { reason advice norm { code version text } at } }
  }
  issueAggregate(filter: {hasRejection: true}, groupBy: [REJECTION_REASON, REJECTION_NORM_CODE]) {
    groups { key { rejectionReason rejectionNormCode } count }
  }
  division(code: $code) { conductNorms(first: 12) { nodes { version rejectedIssueCount } } }
}"""
ADVICE = {"advice": "请向法院反映"}


def test_a_rejection_is_read_back_by_whoever_sees_the_issue(ask: Asking) -> None:
    district = ask.town.district
    make.make_conduct_norm(district, version=1)
    for _ in range(2):
        reject(ask, reason="NORM_ABSTAIN", normCode="ABSTAIN-1")
    appealed = reject(ask, reason="OUT_OF_SCOPE")
    make.make_conduct_norm(district, version=2)
    ask.change("resident", "appealIssue", "__typename", issueId=appealed, grounds="就在本社区")
    again = {"issueId": appealed, "reason": "NORM_ABSTAIN", "normCode": "ABSTAIN-1", "advice": "请向仲裁机构反映"}
    ask.change("subdistrict", "rejectIssue", "__typename", **again)
    reject(ask, reason="ABUSIVE")

    staff, stranger = (ask.answer(who, READ, code=district.code)["data"] for who in ("staff", None))

    assert staff["issues"]["totalCount"] == 3
    told = [(node["rejection"]["norm"]["version"], node["rejection"]["advice"]) for node in staff["issues"]["nodes"]]
    assert sorted(told) == [(1, "请向法院反映"), (1, "请向法院反映"), (2, "请向仲裁机构反映")]
    groups = [(*group["key"].values(), group["count"]) for group in staff["issueAggregate"]["groups"]]
    assert sorted(groups, key=str) == [("ABUSIVE", None, 1), ("NORM_ABSTAIN", "ABSTAIN-1", 3)]
    assert counts(staff) == [(2, 1), (1, 2)]
    # Rejected issues are not public, and neither is that they were rejected.
    assert (stranger["issues"]["totalCount"], stranger["issueAggregate"]["groups"]) == (0, [])
    assert counts(stranger) == [(2, 0), (1, 0)]


def counts(read: Any) -> list[tuple[int, int]]:
    return [(norm["version"], norm["rejectedIssueCount"]) for norm in read["division"]["conductNorms"]["nodes"]]


def reject(ask: Asking, **given: Any) -> str:
    """Submit an issue and reject it; return its id."""
    issue = f"Issue_{ask.town.submit()}"
    assert ask.refused("staff", "rejectIssue", issueId=issue, **ADVICE, **given) == []
    return issue


def test_whoever_reports_an_emergency_is_told_whom_to_call(ask: Asking) -> None:
    given = {
        "divisionCode": ask.town.home.division_code, "channel": "APP", "title": "楼道起火", "description": "三号楼起火",
        "duty": "JOINT_PREVENTION", "isAnonymous": True, "referredTo": "FIRE_BRIGADE",
    }  # fmt: skip

    refused = ask.refused("resident", "submitIssue", **given, urgency="URGENT")
    shown = "issue { referredTo emergencyNumber ledger { nodes { action } } }"
    made = ask.change("resident", "submitIssue", shown, **given, urgency="EMERGENCY")["issue"]

    assert refused == [("INVALID_INPUT", ["urgency"])]
    assert (made["referredTo"], made["emergencyNumber"]) == ("FIRE_BRIGADE", "119")
    assert models.LedgerEntry.select(models.LedgerEntry.details).order_by(-models.LedgerEntry.id).scalar() == (
        '{"channel": "APP", "is_anonymous": true, "referred_to": "FIRE_BRIGADE"}'
    )
