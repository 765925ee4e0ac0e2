"""A file begins to belong to evidence: of a report and of work that is done, once, by who uploaded it."""

from typing import Any

from peewee import DatabaseProxy

from db.files.models import File
from db.issues.models.issue import Evidence
from tests.asking import Asking
from tests.factories import AT
from tests.files.factories import make_file
from tests.town import build

SHOWS = "issue { id evidence { nodes { stage sha256 uri file { id mediaType thumbnailUrl(width: 160) } } } }"
DONE = {"result": "已更换灯泡", "doneOn": "2026-01-05", "outcome": "RESOLVED"}


def piece(file: File, **more: Any) -> dict[str, Any]:
    return {"kind": "PHOTO", "description": "路灯", "fileId": f"File_{file.id}", **more}


def test_files_belong_to_evidence(scratch: DatabaseProxy) -> None:
    ask = Asking(build())
    town = ask.town
    theirs = [make_file(town.accounts["resident"]) for _ in range(2)]
    photo = make_file(town.accounts["contact"], sha256="cd" * 32)
    concern = {
        "divisionCode": town.home.division_code, "channel": "APP", "title": "楼道照明灯不亮", "description": "灯坏了",
        "duty": "PUBLIC_BENEFIT_SERVICE", "urgency": "NORMAL", "contactName": "住户",
    }  # fmt: skip

    submitted = ask.change("resident", "submitIssue", SHOWS, **concern, evidence=[piece(theirs[0])])
    assert submitted["userErrors"] == []
    [shown] = submitted["issue"]["evidence"]["nodes"]
    name = f"File_{theirs[0].id}"
    file = {"id": name, "mediaType": "image/jpeg", "thumbnailUrl": f"/files/{name}?width=160"}
    assert shown == {"stage": "REPORT", "sha256": theirs[0].sha256, "uri": None, "file": file}

    issue = f"Issue_{town.accept()}"
    assert town.unit is not None
    given = {"issueId": issue, "handlerId": f"Organization_{town.unit.id}"}
    ask.change("staff", "assignIssue", "issue { id }", **given)
    path = ["evidence", "0", "fileId"]
    for evidence, refusal in (
        (piece(theirs[0]), ("NOT_FOUND", path)),
        (piece(theirs[1]), ("NOT_FOUND", path)),
        (piece(photo, uri="https://files.example.com/1"), ("INVALID_INPUT", path)),
        (piece(photo, sha256="0" * 64), ("INVALID_INPUT", path)),
        (piece(photo) | {"fileId": "File_99999"}, ("NOT_FOUND", path)),
    ):
        assert ask.refused("contact", "reportIssueDone", issueId=issue, evidence=[evidence], **DONE) == [refusal]
    twice = [piece(photo), piece(photo)]
    refused = ask.refused("contact", "reportIssueDone", issueId=issue, evidence=twice, **DONE)
    assert refused == [("ALREADY_EXISTS", ["evidence", "1", "fileId"])]
    assert File.get_by_id(photo.id).attached_at is None

    done = ask.change("contact", "reportIssueDone", SHOWS, issueId=issue, evidence=[piece(photo)], **DONE)
    assert [(shown["stage"], shown["sha256"]) for shown in done["issue"]["evidence"]["nodes"]] == [
        ("RESULT", "cd" * 32)
    ]
    assert File.get_by_id(photo.id).attached_at == AT


def test_evidence_is_attached_later_by_whose_turn_it_is(scratch: DatabaseProxy) -> None:
    ask = Asking(build())
    town = ask.town
    assert town.unit is not None
    issue_id = town.submit()
    issue, elsewhere = f"Issue_{issue_id}", {"kind": "DOCUMENT", "description": "现场记录"}
    files = [make_file(town.accounts[who]) for who in ("resident", "contact")]

    def attach(who: str, *evidence: dict[str, Any]) -> list[str]:
        shows = "issue { evidence { nodes { stage description } } } event { action }"
        made = ask.change(who, "attachEvidence", shows, issueId=issue, evidence=list(evidence))
        assert (made["userErrors"], made["event"]["action"]) == ([], "NOTE")
        return [shown["stage"] for shown in made["issue"]["evidence"]["nodes"]]

    def refused(who: str, *evidence: dict[str, Any]) -> Any:
        return ask.refused(who, "attachEvidence", issueId=issue, evidence=list(evidence or [elsewhere]))

    assert attach("resident", piece(files[0]), elsewhere) == ["REPORT"] * 2
    assert attach("staff", elsewhere) == ["REPORT"] * 3
    assert refused("neighbour") == [("NOT_FOUND", ["issueId"])]
    assert refused("contact") == [("NOT_FOUND", ["issueId"])]

    ask.change("staff", "acceptIssue", "issue { id }", issueId=issue, urgency="NORMAL", duty="DISPUTE_RESOLUTION")
    assert refused("resident") == refused("contact") == [("NOT_PERMITTED", None)]
    given = {"issueId": issue, "handlerId": f"Organization_{town.unit.id}"}
    ask.change("staff", "assignIssue", "issue { id }", **given)
    assert attach("contact", piece(files[1])) == [*["REPORT"] * 3, "WORK"]
    # What is shown on the way is not what closes an issue.
    assert ask.refused("contact", "reportIssueDone", issueId=issue, evidence=[], **DONE) == [
        ("INVALID_INPUT", ["evidence"])
    ]
    for evidence, refusal in (
        ([piece(files[1])], ("ALREADY_EXISTS", ["evidence", "0", "fileId"])),
        ([elsewhere, {**elsewhere, "uri": "http://example.com/1"}], ("INVALID_INPUT", ["evidence", "1", "uri"])),
        ([elsewhere] * 21, ("INVALID_INPUT", ["evidence"])),
    ):
        assert refused("contact", *evidence) == [refusal]
    done = ask.change("contact", "reportIssueDone", SHOWS, issueId=issue, evidence=[elsewhere], **DONE)
    assert done["userErrors"] == []
    assert attach("staff", elsewhere)[3:] == ["WORK", "RESULT", "WORK"]
    closed = ask.change("staff", "closeIssue", "issue { state }", issueId=issue, verification="已核实", rating=5)
    assert (closed["userErrors"], refused("staff")) == ([], [("ILLEGAL_TRANSITION", None)])
    assert Evidence.select().where(Evidence.issue == issue_id).count() == 6
