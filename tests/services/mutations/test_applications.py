"""An application from its filing to its rating, and what is refused on the way (办件)."""

from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.notice import Notice, NoticeKind
from db.attachments.models import Attachment
from db.city.journal_check import verify_journals
from db.files.models import File
from db.kernel.fields import utc_text
from db.services.models.application import ServiceApplication
from tests.asking import Asking
from tests.factories import AT
from tests.files.factories import make_file
from tests.services.desk import DAY, FILE, FILED, ITEM, OF_THE_STREET, SHOWN, Desk
from tests.threads import at_once
from tests.town import build

ID = ["applicationId"]
REFUSED = {"decision": "REFUSED", "grounds": "不符合条件", "remedy": "可申请行政复议"}


@pytest.fixture
def desk(ask: Asking) -> Desk:
    return Desk(ask)


def test_an_application_goes_from_filing_to_rating(desk: Desk) -> None:
    made = desk.ask.change("resident", "submitApplication", SHOWN, itemCode="MZ-001")
    row, named = made["application"]["id"], {"applicationId": made["application"]["id"]}
    assert made["application"]["number"] == f"BJ-{desk.town.home.division_code}-2026-000001"
    # On Monday at four in the afternoon: until the same time on Tuesday.
    assert (made["application"]["state"], made["application"]["dueAt"]) == ("SUBMITTED", utc_text(AT + DAY))
    assert made["event"] == {"action": "CREATE", "actorName": "示范resident"}

    assert desk.do("staff", "requestApplicationMaterials", **named, materials=["M-2", "M-1", "M-2"]) == []
    shows = "state dueAt requestedMaterials materials { nodes { code attachment { uri subjectId } } }"
    assert desk.read("resident", row, shows) == {
        "state": "NEEDS_MATERIALS", "dueAt": None, "requestedMaterials": ["M-2", "M-1"], "materials": {"nodes": []},
    }  # fmt: skip
    # Two working days later, on Wednesday: its day to be accepted moves as far, from Tuesday to Thursday.
    at = AT + 2 * DAY
    papers = [{"code": "M-1", "attachment": FILE}]
    assert desk.do("resident", "supplementApplication", at, **named, note="补交", materials=papers) == []
    assert desk.read("staff", row, shows, at) == {
        "state": "SUBMITTED", "dueAt": utc_text(AT + 3 * DAY), "requestedMaterials": ["M-2", "M-1"],
        "materials": {"nodes": [{"code": "M-1", "attachment": {"uri": FILE["uri"], "subjectId": row}}]},
    }  # fmt: skip
    assert desk.do("staff", "requestApplicationMaterials", at, **named, materials=["M-1"]) == [("LIMIT_REACHED", ID)]

    # Five working days from Wednesday: the Wednesday of the next week.
    assert desk.do("staff", "acceptApplication", at, applicationNumber=made["application"]["number"]) == []
    assert desk.read("resident", row, "state dueAt acceptedAt", at) == {
        "state": "ACCEPTED", "dueAt": utc_text(at + 7 * DAY), "acceptedAt": utc_text(at),
    }  # fmt: skip
    assert desk.do("staff", "decideApplication", at, **named, decision="APPROVED") == []
    shows = "state decision decidedAt rateUntil rating ratingText availableTransitions { mutation isAllowed }"
    assert desk.read("resident", row, shows, at) == {
        "state": "DECIDED", "decision": "APPROVED", "decidedAt": utc_text(at), "rateUntil": utc_text(at + 30 * DAY),
        "rating": None, "ratingText": None,
        "availableTransitions": [{"mutation": "rateApplication", "isAllowed": True}],
    }  # fmt: skip
    late = at + 30 * DAY
    assert desk.do("resident", "rateApplication", late + DAY, **named, rating=5) == [("LIMIT_REACHED", ID)]
    assert desk.do("resident", "rateApplication", late, **named, rating=6) == [("INVALID_INPUT", ["rating"])]
    assert desk.do("resident", "rateApplication", late, **named, rating=2, ratingText="太慢") == []
    [notice] = Notice.select().where(Notice.kind == NoticeKind.APPLICATION_RATED)
    assert (notice.role, notice.office_code) == ("SUBDISTRICT_OFFICER", desk.town.street.code)
    assert not [one for one in verify_journals().findings if one.subject_type == "ServiceApplication"]


def test_staff_file_for_somebody_who_agreed_and_do_not_decide_it(desk: Desk) -> None:
    applicant = {"itemCode": "MZ-001", "applicantId": f"Person_{desk.other.id}"}
    assert desk.do("staff", "submitApplication", **applicant) == [("CONSENT_REQUIRED", ["consent"])]
    for who in ("neighbour", "resident", "subdistrict", "next_staff"):
        assert desk.do(who, "submitApplication", **applicant, consent="SIGNED") == [("NOT_PERMITTED", ["applicantId"])]
    assert desk.do("resident", "submitApplication", itemCode="MZ-001", consent="SIGNED") == [
        ("INVALID_INPUT", ["consent"])
    ]
    assert desk.do("neighbour", "submitApplication", itemCode="MZ-001") == [("INVALID_INPUT", ["applicantId"])]

    row = desk.file_for("staff")
    named = {"applicationId": row}
    assert desk.read("staff", row, "assistedByName consent applicant { name }") == {
        "assistedByName": "示范staff", "consent": "SIGNED", "applicant": {"name": "李示范"},
    }  # fmt: skip
    assert desk.do("staff", "acceptApplication", **named) == []
    assert desk.do("staff", "decideApplication", **named, **REFUSED) == [("NOT_PERMITTED", ID)]
    assert desk.do("clerk", "withdrawApplication", **named, reason="示范") == [("NOT_PERMITTED", None)]
    assert desk.do("clerk", "decideApplication", **named, decision="REFUSED") == [("INVALID_INPUT", ["grounds"])]
    assert desk.do("clerk", "decideApplication", **named, **REFUSED | {"remedy": None}) == [
        ("INVALID_INPUT", ["remedy"])
    ]
    assert desk.do("clerk", "decideApplication", **named, **REFUSED) == []
    assert desk.do("staff", "rateApplication", **named, rating=5) == [("NOT_PERMITTED", None)]
    # Nobody decides for themselves either.
    own = desk.file("resident")
    assert desk.do("staff", "acceptApplication", applicationId=own) == []
    desk.person.change(account=desk.town.accounts["staff"])
    assert desk.do("staff", "decideApplication", applicationId=own, decision="APPROVED") == [("NOT_PERMITTED", ID)]
    second = desk.file_for("staff")
    assert desk.do("staff", "withdrawApplication", applicationId=second, reason="不再需要") == []


def test_assisted_filing_is_decided_by_the_office_that_it_is_forwarded_to(desk: Desk) -> None:
    town, row = desk.town, desk.file("resident", itemCode="CJ-001")
    named = {"applicationId": row}
    forward = {**named, "outsideNumber": "JD-1"}
    assert desk.do("staff", "forwardApplication", **forward, forwardedTo=town.street.code) == [
        ("ILLEGAL_TRANSITION", ID)
    ]
    assert desk.do("staff", "acceptApplication", **named) == []
    assert desk.do("staff", "decideApplication", **named, decision="APPROVED") == [("ILLEGAL_TRANSITION", ID)]
    for code in (town.home.division_code, "620000000000", town.far.division_code[:9] + "000", "X"):
        assert desk.do("staff", "forwardApplication", **forward, forwardedTo=code) == [
            ("INVALID_INPUT", ["forwardedTo"])
        ]
    before = desk.read("staff", row, "dueAt")
    assert desk.read("subdistrict", row, "state") is None
    assert desk.do("staff", "forwardApplication", AT + DAY, **forward, forwardedTo=town.street.code) == []

    # The clock goes on, and whoever accepted it still sees it.
    assert desk.read("staff", row, "dueAt") == before
    assert desk.read("subdistrict", row, "state forwardedTo outsideNumber") == {
        "state": "FORWARDED", "forwardedTo": town.street.code, "outsideNumber": "JD-1",
    }  # fmt: skip
    assert desk.read("district", row, "state") is None
    assert desk.do("staff", "decideApplication", **named, decision="APPROVED") == [("NOT_PERMITTED", None)]
    assert desk.do("district", "decideApplication", **named, decision="APPROVED") == [("NOT_FOUND", ID)]
    assert desk.do("subdistrict", "decideApplication", AT + 2 * DAY, **named, decision="APPROVED") == []
    plain = desk.file("resident")
    assert desk.do("staff", "acceptApplication", applicationId=plain) == []
    assert desk.do(
        "staff", "forwardApplication", **forward | {"applicationId": plain}, forwardedTo=town.street.code
    ) == [("ILLEGAL_TRANSITION", ID)]  # fmt: skip


def test_who_knows_of_an_application(desk: Desk) -> None:
    here, street = desk.file("resident"), desk.file("resident", itemCode="ZF-001")
    helped = desk.file_for("staff", itemCode="ZF-001")

    def knowing(row: str) -> set[str | None]:
        people = (*desk.town.accounts, None)
        return {who for who in people if desk.read(who, row, "id") is not None}

    assert knowing(here) == {"resident", "staff", "clerk"}
    assert knowing(street) == {"resident", "subdistrict"}
    assert knowing(helped) == {"staff", "subdistrict"}
    listed = "{ applicationAggregate { count } viewer { applications { totalCount } } }"
    for who, count, own in (("resident", 2, 2), ("staff", 2, 0), ("subdistrict", 2, 0), ("district", 0, 0)):
        found = desk.ask.answer(who, listed)["data"]
        assert (found["applicationAggregate"]["count"], found["viewer"]["applications"]["totalCount"]) == (count, own)
    entries = '{ journalEntries(filter: {subjectType: {eq: "ServiceApplication"}}) { totalCount } }'
    assert desk.ask.answer("neighbour", entries)["data"]["journalEntries"]["totalCount"] == 0
    assert desk.do("subdistrict", "acceptApplication", applicationId=street) == []
    assert desk.do("staff", "acceptApplication", applicationId=helped) == [("NOT_PERMITTED", None)]
    # Everybody sees how many there are.
    stats = f'{{ division(code: "{desk.town.city.code}") {{ stats {{ applicationCount serviceRating }} }} }}'
    assert desk.ask.answer(None, stats)["data"]["division"]["stats"] == {"applicationCount": 3, "serviceRating": None}


def test_an_application_keeps_the_service_that_it_was_filed_for(desk: Desk) -> None:
    row = desk.file("resident")
    item = desk.read("resident", row, "item { id }")["item"]["id"]
    desk.publish({**ITEM, "promisedDays": 20, "materials": []}, FILED, OF_THE_STREET)

    assert desk.read("resident", row, "item { promisedDays isInForce catalogue { version } }")["item"] == {
        "promisedDays": 5, "isInForce": False, "catalogue": {"version": 1},
    }  # fmt: skip
    assert desk.do("staff", "requestApplicationMaterials", applicationId=row, materials=["M-1"]) == []
    assert desk.do("resident", "submitApplication", itemId=item) == [("INVALID_INPUT", ["itemId"])]
    for named, field in (({}, "itemId"), ({"itemId": item, "itemCode": "MZ-001"}, "itemId")):
        assert desk.do("resident", "submitApplication", **named) == [("INVALID_INPUT", [field])]
    assert desk.do("resident", "submitApplication", itemCode="X-1") == [("NOT_FOUND", ["itemCode"])]
    assert desk.do("resident", "submitApplication", itemId="ServiceItem_99") == [("NOT_FOUND", ["itemId"])]


def test_materials_are_those_that_the_service_lists(desk: Desk) -> None:
    def refused(*materials: Any) -> Any:
        return desk.do("resident", "submitApplication", itemCode="MZ-001", materials=list(materials))

    paper = {"code": "M-1", "attachment": FILE}
    assert refused(paper, {**paper, "code": "M-9"}) == [("INVALID_INPUT", ["materials", "1", "code"])]
    assert refused({**paper, "attachment": {**FILE, "sha256": "AB"}}) == [
        ("INVALID_INPUT", ["materials", "0", "attachment", "sha256"])
    ]
    assert refused(*[paper] * 21) == [("INVALID_INPUT", ["materials"])]
    assert not Attachment.select().exists()
    row = desk.file("resident", materials=[paper] * 20)
    assert desk.do("staff", "requestApplicationMaterials", applicationId=row, materials=["M-9"]) == [
        ("INVALID_INPUT", ["materials"])
    ]
    assert desk.do("staff", "requestApplicationMaterials", applicationId=row, materials=["M-1"]) == []
    given = {"applicationId": row, "note": "补交", "materials": [paper]}
    assert desk.do("resident", "supplementApplication", **given) == [("LIMIT_REACHED", ["materials"])]
    assert desk.do("resident", "addAttachment", subjectId=row, **FILE) == [("LIMIT_REACHED", ["subjectId"])]
    # Another file beside the materials, until it is accepted.
    other = desk.file_for("staff")
    assert desk.do("staff", "addAttachment", subjectId=other, **FILE) == []
    assert desk.do("clerk", "addAttachment", subjectId=other, **FILE) == [("NOT_PERMITTED", ["subjectId"])]
    assert desk.do("clerk", "acceptApplication", applicationId=other) == []
    assert desk.do("staff", "addAttachment", subjectId=other, **FILE) == [("ILLEGAL_TRANSITION", ["subjectId"])]


def test_an_application_is_decided_once_whoever_is_first(database: DatabaseProxy) -> None:
    desk = Desk(Asking(build()))
    row = desk.file_for("staff")
    assert desk.do("clerk", "acceptApplication", applicationId=row) == []

    def decide_or_withdraw(decides: bool) -> Any:
        if decides:
            return desk.do("clerk", "decideApplication", applicationId=row, decision="APPROVED")
        return desk.do("staff", "withdrawApplication", applicationId=row, reason="示范")

    turns = iter([True, False] * 3)
    refused = at_once(6, lambda: decide_or_withdraw(next(turns)))

    assert sorted(refused, key=len) == [[], *[[("ILLEGAL_TRANSITION", ID)]] * 5]
    rows = at_once(6, desk.file)
    numbers = {int(one.number[-6:]) for one in ServiceApplication.select()}
    assert (len(set(rows)), numbers) == (6, set(range(1, 8)))


def test_a_material_may_be_a_file_that_was_uploaded_which_is_seen_with_the_application(desk: Desk) -> None:
    photo, taken = (make_file(desk.town.accounts["resident"]) for _ in range(2))
    foreign = make_file(desk.town.accounts["neighbour"])

    def paper(file: File, **more: str) -> dict[str, Any]:
        attachment = {"kind": "PHOTO", "description": "身份证", "fileId": f"File_{file.id}", **more}
        return {"code": "M-1", "attachment": attachment}

    row = desk.file(materials=[paper(photo)])
    path = ["materials", "0", "attachment", "fileId"]
    for given, code in (
        (paper(foreign), "NOT_FOUND"), (paper(photo), "ALREADY_EXISTS"),
        (paper(taken, sha256="0" * 64), "INVALID_INPUT"),
    ):  # fmt: skip
        assert desk.do("resident", "submitApplication", itemCode="MZ-001", materials=[given]) == [(code, path)]

    shown = desk.read("staff", row, "materials { nodes { attachment { uri sha256 file { id } } } }")
    attachment = {"uri": None, "sha256": photo.sha256, "file": {"id": f"File_{photo.id}"}}
    assert shown == {"materials": {"nodes": [{"attachment": attachment}]}}
    find = f'{{ file(id: "File_{photo.id}") {{ id }} }}'
    readers = [who for who in ("resident", "staff", "neighbour", "next_staff", "city") if _finds(desk, who, find)]
    assert readers == ["resident", "staff"]


def _finds(desk: Desk, who: str, text: str) -> bool:
    return desk.ask.answer(who, text)["data"]["file"] is not None
