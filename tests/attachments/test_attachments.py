"""Attachments: who adds them, with the subject and later, and who sees them."""

from typing import Any

from db.attachments.models import Attachment
from tests.activities.mutations.test_activities import gid, recorded
from tests.asking import Asking
from tests.linkage.mutations.test_linkage import person
from tests.linkage.mutations.test_visits import visit

HASH = "ab" * 32
FILE = {"kind": "PHOTO", "description": "楼道照片", "uri": "https://example.org/a.jpg", "sha256": HASH}
SHOWN = "visit { id attachments { totalCount nodes { kind description uri sha256 subjectId } } }"
READ = "query ($id: ID!) { visit(id: $id) { attachments { totalCount } } }"


def test_a_visit_brings_files_which_are_seen_with_its_findings(ask: Asking) -> None:
    person(ask, "member")
    target = visit(ask.town.home)

    made = ask.change("member", "logVisit", SHOWN, **target, attachments=[FILE])
    assert made["userErrors"] == []
    row = made["visit"]["id"]
    assert made["visit"]["attachments"]["nodes"] == [FILE | {"subjectId": row}]
    later = {"subjectId": row, **FILE, "description": "会议纪要"}
    shown = ask.change("member", "addAttachment", "attachment { description subjectId }", **later)["attachment"]
    assert shown == {"description": "会议纪要", "subjectId": row}
    for who, count in (("member", 2), ("staff", 2), ("district", 2), ("resident", 0), (None, 0)):
        assert ask.answer(who, READ, id=row)["data"]["visit"]["attachments"]["totalCount"] == count, who

    bad: list[tuple[str, dict[str, Any], Any]] = [
        ("staff", {}, [("NOT_PERMITTED", ["subjectId"])]),
        ("resident", {}, [("NOT_FOUND", ["subjectId"])]),
        ("member", {"subjectId": "Visit_999999"}, [("NOT_FOUND", ["subjectId"])]),
        ("member", {"uri": "http://example.org/a.jpg"}, [("INVALID_INPUT", ["uri"])]),
        ("member", {"sha256": "AB"}, [("INVALID_INPUT", ["sha256"])]),
        ("member", {"description": "长" * 201}, [("INVALID_INPUT", ["description"])]),
    ]
    for who, given, refusal in bad:
        assert ask.refused(who, "addAttachment", **later | given) == refusal, (who, given)
    wrong = {**FILE, "sha256": "AB"}
    assert ask.refused("member", "logVisit", **target, attachments=[FILE, wrong]) == [
        ("INVALID_INPUT", ["attachments", "1", "sha256"])
    ]
    for _ in range(18):
        assert ask.refused("member", "addAttachment", **later) == []
    assert ask.refused("member", "addAttachment", **later) == [("LIMIT_REACHED", ["subjectId"])]
    assert Attachment.select().count() == 20


def test_files_of_activities_are_for_everybody(ask: Asking) -> None:
    home = ask.town.home.division
    held = recorded(home, organizationIds=[gid(ask.town.unit)], attachments=[FILE])
    shown = "activity { id attachments { nodes { description subjectId } } }"

    made = ask.change("contact", "recordActivity", shown, **held)["activity"]
    assert made["attachments"]["nodes"] == [{"description": "楼道照片", "subjectId": made["id"]}]
    later = {"subjectId": made["id"], **FILE}
    for who in ("contact", "staff", "member"):
        assert ask.refused(who, "addAttachment", **later) == [], who
    for who in ("resident", "next_staff", "subdistrict"):
        assert ask.refused(who, "addAttachment", **later) == [("NOT_PERMITTED", ["subjectId"])], who
    read = "query ($id: ID!) { activity(id: $id) { attachments { totalCount } } }"
    for reader in (None, "resident", "city"):
        assert ask.answer(reader, read, id=made["id"])["data"]["activity"]["attachments"]["totalCount"] == 4, reader
    wrong = recorded(home, attachments=[FILE, {**FILE, "uri": "http://example.org/a.jpg"}])
    assert ask.refused("staff", "recordActivity", **wrong) == [("INVALID_INPUT", ["attachments", "1", "uri"])]
    many = recorded(home, attachments=[FILE] * 21)
    assert ask.refused("staff", "recordActivity", **many) == [("INVALID_INPUT", ["attachments"])]
    assert Attachment.select().count() == 4
