"""Publications: who issues and withdraws what, who reads it and how that is counted, and what others learn of it."""

from datetime import timedelta
from typing import Any

from peewee import DatabaseProxy

from db.city.journal_check import verify_journals
from db.kernel.fields import utc_text
from db.publications.models import Publication, PublicationRead
from tests.asking import Asking
from tests.factories import AT
from tests.publications.factories import make_publication
from tests.threads import at_once
from tests.town import build

DAY = timedelta(days=1)
HASH = "ab" * 32
SHOWN = """publication { id kind audience title isInForce version uri viewCount readerCount addresseeCount readShare
    unreadOffices { nodes { code } } reads { nodes { readerName readDays } } journal { nodes { action } } }
    event { action }"""
ONE = f"query ($id: ID!) {{ {SHOWN.split('event')[0].replace(' {', '(id: $id) {', 1)} }}"
READ = "publication { id } read { readDays firstReadAt lastReadAt readerName }"
LISTS = """query ($code: String!) {
    viewer { unreadPublications { nodes { title } } publicationReads { nodes { publication { title } readDays } } }
    division(code: $code) { publications { nodes { title } } issuedPublications { nodes { title } } }
    publicationAggregate { count }
}"""


def policy(code: str, **more: Any) -> dict[str, Any]:
    return {
        "divisionCode": code, "kind": "POLICY", "audience": "PUBLIC", "title": "示范政策", "body": "示范正文", **more,
    }  # fmt: skip


def titles(nodes: Any) -> list[str]:
    return [node["title"] for node in nodes["nodes"]]


def test_a_plan_goes_down_to_offices_and_the_city_sees_who_has_read_it(ask: Asking) -> None:
    town = ask.town
    code, home = town.city.code, town.home.division_code
    plan = policy(code, kind="PLAN", audience="OFFICES", title="工作方案", needsReceipt=True, duty="JOINT_PREVENTION")
    made = ask.change("city", "issuePublication", SHOWN, **plan, uri="https://example.org/plan.pdf", sha256=HASH)
    assert made["userErrors"] == []
    shown, plan_id = made["publication"], made["publication"]["id"]
    # Two communities have staff, two subdistricts, a district and the city their officers.
    assert (shown["addresseeCount"], shown["readerCount"], shown["readShare"], shown["isInForce"]) == (
        6,
        0,
        "0.0",
        True,
    )
    assert len(shown["unreadOffices"]["nodes"]) == 6
    ask.change(
        "subdistrict", "issuePublication", SHOWN, **policy(town.street.code, title="街道通告", kind="ANNOUNCEMENT")
    )
    ask.change("staff", "issuePublication", SHOWN, **policy(home, title="社区通告", kind="ANNOUNCEMENT"))
    ask.change(
        "district", "issuePublication", SHOWN, **policy(town.district.code, audience="MEMBERS", title="委员须知")
    )

    for who, unread in (
        ("staff", ["工作方案", "街道通告", "社区通告"]), ("resident", ["街道通告", "社区通告"]),
        ("member", ["街道通告", "社区通告", "委员须知"]), ("stranger", []), ("other_subdistrict", ["工作方案"]),
    ):  # fmt: skip
        answer = ask.answer(who, LISTS, code=home)["data"]
        assert sorted(titles(answer["viewer"]["unreadPublications"])) == sorted(unread), who
    everything = ask.answer("city", LISTS, code=home)["data"]
    assert sorted(titles(everything["division"]["publications"])) == ["委员须知", "工作方案", "社区通告", "街道通告"]
    assert titles(everything["division"]["issuedPublications"]) == ["社区通告"]
    nobody = ask.answer(None, LISTS.replace("viewer {", "viewer @skip(if: true) {"), code=home)["data"]
    assert sorted(titles(nobody["division"]["publications"])) == ["社区通告", "街道通告"]
    assert (everything["publicationAggregate"]["count"], nobody["publicationAggregate"]["count"]) == (4, 2)

    for at in (AT, AT + timedelta(hours=1), AT + DAY):
        read = ask.change("staff", "confirmReading", READ, at, publicationId=plan_id)["read"]
    assert read == {
        "readDays": 2, "firstReadAt": utc_text(AT), "lastReadAt": utc_text(AT + DAY), "readerName": "示范staff",
    }  # fmt: skip
    ask.change("district", "confirmReading", READ, publicationId=plan_id)
    again = ask.answer("city", ONE, id=plan_id)
    counted = again["data"]["publication"]
    assert (counted["viewCount"], counted["readerCount"], counted["readShare"]) == (3, 2, "33.3")
    assert counted["reads"]["nodes"] == [
        {"readerName": "示范staff", "readDays": 2}, {"readerName": "示范district", "readDays": 1},
    ]  # fmt: skip
    assert {node["code"] for node in counted["unreadOffices"]["nodes"]} == {
        code, town.street.code, town.across.division.parent.code, town.next_door.division_code,
    }  # fmt: skip
    # Whoever it addresses knows of their own reading alone.
    seen = ask.answer("staff", ONE, id=plan_id)
    own = seen["data"]["publication"]
    assert own["reads"]["nodes"] == [{"readerName": "示范staff", "readDays": 2}]
    assert [own[name] for name in ("viewCount", "readerCount", "addresseeCount", "readShare")] == [None] * 4
    assert own["unreadOffices"]["nodes"] == []
    # The town's committees and units were made without a journal.
    assert "Publication" not in {finding.subject_type for finding in verify_journals(code).findings}


def test_what_was_superseded_or_withdrawn_is_no_longer_in_force(ask: Asking) -> None:
    code, state = ask.town.home.division_code, "query ($id: ID!) { publication(id: $id) { isInForce state } }"

    def is_in_force(row_id: str, at: Any = AT) -> Any:
        return ask.answer(None, state, at, id=row_id)["data"]["publication"]["isInForce"]

    old = ask.change("staff", "issuePublication", SHOWN, **policy(code))["publication"]["id"]
    new = policy(code, supersedesId=old, validFrom=utc_text(AT + DAY), validUntil=utc_text(AT + 3 * DAY))
    newer = ask.change("staff", "issuePublication", SHOWN, **new)["publication"]["id"]
    assert ask.refused("staff", "issuePublication", **new) == [("ALREADY_EXISTS", ["supersedesId"])]
    assert [(is_in_force(old, at), is_in_force(newer, at)) for at in (AT, AT + DAY, AT + 4 * DAY)] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip
    assert ask.refused("stranger", "confirmReading", AT + 3 * DAY, publicationId=newer) == [
        ("LIMIT_REACHED", ["publicationId"])
    ]

    gone = ask.change("staff", "withdrawPublication", SHOWN, publicationId=newer, reason="内容有误")
    assert gone["event"] == {"action": "WITHDRAW"}
    assert [node["action"] for node in gone["publication"]["journal"]["nodes"]] == ["CREATE", "WITHDRAW"]
    assert (is_in_force(old, AT + DAY), is_in_force(newer, AT + DAY)) == (True, False)
    for name in ("confirmReading", "withdrawPublication"):
        given = {"reason": "再撤"} if name == "withdrawPublication" else {}
        assert ask.refused("staff", name, publicationId=newer, **given) == [("ILLEGAL_TRANSITION", ["publicationId"])]
    gone = {"supersedesId": newer}
    assert ask.refused("staff", "issuePublication", **policy(code, **gone)) == [("NOT_FOUND", ["supersedesId"])]


def test_refusals(ask: Asking) -> None:
    town = ask.town
    home, street = town.home.division_code, town.street.code
    other = make_publication(town.district, audience="OFFICES")
    for who, given, refusal in (
        ("staff", {"audience": "OFFICES"}, ("NOT_PERMITTED", ["divisionCode"])),
        ("staff", {"divisionCode": street}, ("NOT_PERMITTED", ["divisionCode"])),
        ("member", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("next_staff", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("staff", {"divisionCode": "990000000000"}, ("NOT_FOUND", ["divisionCode"])),
        ("staff", {"body": None}, ("INVALID_INPUT", ["uri"])),
        ("staff", {"sha256": HASH}, ("INVALID_INPUT", ["uri"])),
        ("staff", {"kind": "TRAINING_VIDEO"}, ("INVALID_INPUT", ["uri"])),
        ("staff", {"uri": "http://example.org/a"}, ("INVALID_INPUT", ["uri"])),
        ("staff", {"uri": "https://example.org/a", "sha256": "AB"}, ("INVALID_INPUT", ["sha256"])),
        ("staff", {"durationSeconds": 60}, ("INVALID_INPUT", ["durationSeconds"])),
        ("staff", {"validUntil": utc_text(AT)}, ("INVALID_INPUT", ["validUntil"])),
        ("staff", {"title": "长" * 101}, ("INVALID_INPUT", ["title"])),
        ("staff", {"supersedesId": f"Publication_{other.id}"}, ("NOT_FOUND", ["supersedesId"])),
    ):  # fmt: skip
        assert ask.refused(who, "issuePublication", **policy(home, **given) | given) == [refusal], (who, given)
    assert Publication.select().count() == 1
    row = f"Publication_{other.id}"
    for who, name, refusal in (
        ("resident", "confirmReading", ("NOT_FOUND", ["publicationId"])),
        ("member", "withdrawPublication", ("NOT_FOUND", ["publicationId"])),
        ("staff", "withdrawPublication", ("NOT_PERMITTED", None)),
        ("staff", "confirmReading", None),
    ):
        given = {"reason": "有误"} if name == "withdrawPublication" else {}
        assert ask.refused(who, name, publicationId=row, **given) == ([refusal] if refusal else []), (who, name)
    stale = {"publicationId": row, "reason": "有误", "expectedVersion": 7}
    assert ask.refused("district", "withdrawPublication", **stale) == [("STALE_OBJECT", ["expectedVersion"])]
    # The city sees what is for members, and is none of them.
    members = f"Publication_{make_publication(town.district, audience='MEMBERS').id}"
    assert ask.refused("city", "confirmReading", publicationId=members) == [("NOT_PERMITTED", ["publicationId"])]
    assert ask.refused("director", "confirmReading", publicationId=members) == []


def test_of_many_readings_on_a_day_one_counts(database: DatabaseProxy) -> None:
    ask = Asking(build())
    row = f"Publication_{make_publication(ask.town.home.division).id}"

    for at in (AT, AT + DAY):
        assert at_once(4, lambda at=at: ask.refused("resident", "confirmReading", at, publicationId=row)) == [[]] * 4

    assert [(read.read_days, read.last_read_at) for read in PublicationRead.select()] == [(2, AT + DAY)]
