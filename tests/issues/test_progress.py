"""Progress reports: the handler's word on the way, what it leaves in the ledger, and the reminder of the clock."""

from datetime import timedelta
from typing import Any

from db.city import models
from db.issues.handling import assign_issue, report_issue_done
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.issue import EvidenceKind, EvidenceStage, Urgency
from db.issues.progress import report_progress
from db.kernel.errors import ErrorCode
from db.settings.commands import set_setting
from db.settings.models import SettingKey
from tests.asking import Asking
from tests.factories import AT, TODAY
from tests.issues.model.replay import replayed
from tests.issues.model.rows import read
from tests.issues.test_tick import assigned, ticked
from tests.town import HIDDEN, NOT_THEIRS, Town, issue_of, last_of, ledger_of

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PIECE = {"kind": EvidenceKind.PHOTO, "description": "新灯杆"}


def report(town: Town, issue_id: int, at: Any = AT, **given: Any) -> Any:
    inputs = {"percent": 40, "text": "灯杆已更换", **given}
    rows = town.act("contact", report_progress, at, issue_id=issue_id, **inputs).rows
    return models.ProgressReport.get_by_id(rows["progressReport"])


def test_a_report_is_kept_with_its_evidence_and_the_issue_stays(town: Town) -> None:
    issue_id = assigned(town)
    before = issue_of(issue_id)

    made = report(town, issue_id, next_on=TODAY + 3 * DAY, evidence=[PIECE])

    after, entry = issue_of(issue_id), last_of(issue_id)
    [piece] = models.Evidence.select().where(models.Evidence.progress_report == made)
    assert (made.percent, made.text, made.next_on) == (40, "灯杆已更换", TODAY + 3 * DAY)
    assert (made.reporter, made.reporter_name) == (town.accounts["contact"], "示范contact")
    assert (piece.issue_id, piece.description, piece.stage) == (issue_id, "新灯杆", EvidenceStage.WORK)
    assert (after.state, after.due_at, after.version) == (IssueState.IN_PROGRESS, before.due_at, before.version + 1)
    assert (ledger_of(issue_id)[-1], entry.note) == ("PROGRESS", "灯杆已更换")
    assert entry.told == {"progress_report_id": made.id, "percent": 40, "next_on": "2026-01-08", "evidence": 1}


def test_replaying_a_ledger_with_progress_gives_the_present_issue(town: Town) -> None:
    issue_id = assigned(town)
    for percent in (20, 80):
        report(town, issue_id, percent=percent)

    rows = read()
    ledger = sorted(
        (row for row in rows["ledger_entry"].values() if row["issue_id"] == issue_id), key=lambda e: e["seq"]
    )
    told, issue = replayed(ledger), rows["issue"][(issue_id,)]
    assert {name: issue[name] for name in told} == told
    assert [entry["action"] for entry in ledger][-2:] == ["PROGRESS", "PROGRESS"]


def test_only_the_handler_reports_and_only_while_it_is_in_progress(town: Town) -> None:
    issue_id, waiting, private = assigned(town), town.accept(), town.submit()
    given: dict[str, Any] = {"percent": 40, "text": "灯杆已更换"}
    done = assigned(town)
    result = {"result": "已修复", "evidence": [PIECE], "done_on": TODAY, "outcome": IssueOutcome.RESOLVED}
    town.act("contact", report_issue_done, issue_id=done, **result)

    refused = [
        town.refused("staff", report_progress, issue_id=issue_id, **given),
        town.refused("resident", report_progress, issue_id=issue_id, **given),
        town.refused("stranger", report_progress, issue_id=private, **given),
        town.refused("contact", report_progress, issue_id=done, **given),
        town.refused("contact", report_progress, issue_id=waiting, **given),
        *(
            town.refused("contact", report_progress, issue_id=issue_id, **{**given, name: value})
            for name, value in (("percent", 101), ("percent", -1), ("text", " "), ("next_on", TODAY - DAY))
        ),
    ]

    assert refused == [
        NOT_THEIRS, NOT_THEIRS, HIDDEN, (ErrorCode.ILLEGAL_TRANSITION, ""), NOT_THEIRS,
        (ErrorCode.INVALID_INPUT, "percent"), (ErrorCode.INVALID_INPUT, "percent"), (ErrorCode.INVALID_INPUT, "text"),
        (ErrorCode.INVALID_INPUT, "nextOn"),
    ]  # fmt: skip


def asked_for_progress(at: Any) -> int:
    return ticked(at).get("progress asked for", 0)


def test_the_handler_of_a_complex_issue_is_asked_once_for_each_silence(town: Town) -> None:
    complex_issue = assigned(town, urgency=Urgency.COMPLEX)
    assigned(town)

    assert asked_for_progress(AT + 7 * DAY - MINUTE) == 0
    assert [asked_for_progress(AT + 7 * DAY + after * MINUTE) for after in (0, 1)] == [1, 0]
    report(town, complex_issue, AT + 8 * DAY)
    assert asked_for_progress(AT + 15 * DAY - MINUTE) == 0
    assert asked_for_progress(AT + 15 * DAY) == 1

    notices: Any = models.Notice.select().where(models.Notice.kind == "PROGRESS_DUE").order_by(models.Notice.id)
    told = [(notice.issue_id, notice.role, notice.account_id) for notice in notices]
    assert told == [(complex_issue, "UNIT_CONTACT", town.accounts["contact"].id)] * 2


def test_how_long_a_silence_may_be_is_set_by_the_district(town: Town) -> None:
    assigned(town, urgency=Urgency.COMPLEX)
    code = town.district.code
    town.act("district", set_setting, division_code=code, key=SettingKey.PROGRESS_DAYS, value=2)

    assert [asked_for_progress(AT + 2 * DAY - MINUTE), asked_for_progress(AT + 2 * DAY)] == [0, 1]


def test_progress_is_reported_and_read_in_graphql(ask: Asking) -> None:
    assert ask.town.unit
    issue_id = ask.town.accept()
    ask.town.act("staff", assign_issue, issue_id=issue_id, handler_id=("Organization", ask.town.unit.id))
    shows = """issue { state progressReports(first: 2) {
        nodes { percent text nextOn reporterName attachments(first: 2) { nodes { description stage } } } } }
        event { action fromState toState } progressReport { percent }"""
    given = {
        "issueId": f"Issue_{issue_id}", "percent": 40, "text": "灯杆已更换", "nextOn": "2026-01-09",
        "evidence": [{"kind": "PHOTO", "description": "新灯杆"}],
    }  # fmt: skip

    tried = ask.change("contact", "reportProgress", shows, **given, dryRun=True)
    nothing = models.ProgressReport.select().count()
    made = ask.change("contact", "reportProgress", shows, **given)

    assert (tried, nothing) == (made, 0)
    assert made == {
        "issue": {"state": "IN_PROGRESS", "progressReports": {"nodes": [{
            "percent": 40, "text": "灯杆已更换", "nextOn": "2026-01-09", "reporterName": "示范contact",
            "attachments": {"nodes": [{"description": "新灯杆", "stage": "WORK"}]},
        }]}},
        "event": {"action": "PROGRESS", "fromState": "IN_PROGRESS", "toState": "IN_PROGRESS"},
        "progressReport": {"percent": 40}, "userErrors": [],
    }  # fmt: skip
