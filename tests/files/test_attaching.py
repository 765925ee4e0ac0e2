"""A file begins to belong to evidence: of a report and of work that is done, once, by who uploaded it."""

from typing import Any

from peewee import DatabaseProxy

from db.files.models import File
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
