"""Share what a community has, over HTTP: bays by lot, a garden that lives on a donation, and what residents say.

It goes on in the community of `examples/founding.py`, once that is at its end, with the file that it keeps:

    .venv/bin/python -m examples.sharing --keep var/founding.json

A unit opens two bays at night, four residents ask, lots are drawn, and anybody draws them again; who gets a bay and
overstays twice is barred. A garden is given money, spends some, and is reaped. A forum session brings an issue, which
is closed with a photograph. Nights have to pass before somebody overstays, and a session is announced a day ahead: the
script then says when to run it again, and goes on where it ended.
"""

import argparse
import sys
from base64 import b64decode
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

import requests

from examples.founding import CITY_TIME, City, founded, go_on

RESIDENTS = ("resident 1", "resident 2", "resident 3", "resident 4")
# When the bays are open: from 18:00 to 7:30 of the next day.
OPENS, CLOSES = 18 * 60, (24 + 7) * 60 + 30
SEASON_DAYS = 120
# A white picture of 8 by 8 pixels; somebody there would send a photograph.
PHOTO = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR42mP4DwUMlDEA98A/wa9cD80AAAAASUVORK5CYII=")


def day(city: City, ahead: int) -> date:
    """Return a day of the city. ahead: how many days after today."""
    return city.now().astimezone(CITY_TIME).date() + timedelta(days=ahead)


def photograph(city: City, who: str, description: str) -> dict[str, str]:
    """Upload a photograph with POST /files, which is no GraphQL, and return it as a piece of evidence."""
    address = city.url.removesuffix("/graphql") + "/files"
    headers = {"Authorization": f"Bearer {city.kept['tokens'][who]}"}
    answer = requests.post(address, files={"file": ("photograph", PHOTO)}, headers=headers, timeout=60)
    if answer.status_code != requests.codes.created:
        sys.exit(f"POST /files by {who} was refused: {answer.text}")
    print(f"  {who:<14} POST /files")
    return {"kind": "PHOTO", "description": description, "fileId": answer.json()["file"]["id"]}


def offer(city: City, by: str, units: list[str], terms: dict[str, Any], **resource: Any) -> dict[str, Any]:
    """Offer numbered places, which staff look at first; return the ids of the resource and of its windows."""
    made = city.do(
        by, "registerResource", "resource { id }", divisionCode=city.kept["community"],
        capacityModel="RECURRING_WINDOW", **resource,
    )["resource"]  # fmt: skip
    city.do(
        "clerk", "reviewResource", "resource { state }", resourceId=made["id"], decision="APPROVED",
        checkedOn=city.today(),
    )  # fmt: skip
    shows = "resource { id }"
    city.do(by, "changeResourceUnits", shows, resourceId=made["id"], add=[{"number": number} for number in units])
    city.do(by, "setBookingTerms", shows, resourceId=made["id"], **terms)
    query = "query($id: ID!) { resource(id: $id) { windows(first: 7) { nodes { id } } } }"
    windows = city.ask(by, query, id=made["id"])["resource"]["windows"]["nodes"]
    return {"id": made["id"], "windows": [window["id"] for window in windows]}


def wanted_bay(city: City, who: str, first: date) -> dict[str, Any]:
    """Say which nights somebody wants a bay: a week from a first day."""
    bays, last = city.kept["bays"], first + timedelta(days=6)
    return {
        "resourceId": bays["id"], "windowIds": bays["windows"], "firstDay": first.isoformat(),
        "lastDay": last.isoformat(), "plate": f"甘A000{RESIDENTS.index(who) + 1}",
    }  # fmt: skip


def bays_offered(city: City) -> None:
    """A unit opens two bays at night, staff look at them, and four residents ask for a week."""
    home, unit = city.kept["community"], city.kept["unit"]
    city.may(city.kept["cadre"], "subdistrict", "UNIT_CONTACT", home, organizationId=unit)
    nights = [
        {"weekday": weekday, "startsMinute": OPENS, "endsMinute": CLOSES, "quantity": "2"} for weekday in range(1, 8)
    ]
    city.kept["bays"] = offer(
        city, "contact", ["B-01", "B-02"], {"purpose": "PARKING", "allotment": "LOTTERY", "termDays": 7},
        organizationId=unit, name="示范小区夜间车位", description="夜间向居民开放，按车牌登记。", topicCode="SPACE-01",
        duty="RESOURCE_COORDINATION", unit="车位·时段", windows=nights,
    )  # fmt: skip
    first = day(city, 1)
    city.kept["first night"], city.kept["bookings"] = first.isoformat(), {}
    for number, who in enumerate(RESIDENTS, 1):
        city.joins(who, f"示范住户{number:02}", "clerk")
        asked = city.do(who, "requestBooking", "booking { id state }", **wanted_bay(city, who, first))
        city.kept["bookings"][asked["booking"]["id"]] = who


def garden(city: City) -> None:
    """The meeting's resolution becomes a garden; a resident gives money for it, and another one gets a plot."""
    query = "query($id: ID!) { meeting(id: $id) { agendaItems(first: 1) { nodes { resolution { id } } } } }"
    item = city.ask("director", query, id=city.kept["meeting"])["meeting"]["agendaItems"]["nodes"][0]
    ends = day(city, SEASON_DAYS)
    started = city.do(
        "director", "startProject", "project { id }", resolutionId=item["resolution"]["id"], duty="CIVILITY_PROMOTION",
        project={
            "title": "共享菜园", "kind": "SHARED_GARDEN", "areaSquareMeters": 60, "siteId": city.kept["compound"],
            "leadId": city.kept["members"][0], "budget": "500.00", "dueOn": ends.isoformat(),
            "milestones": [{"title": "整地划块", "dueOn": ends.isoformat()}],
        },
    )  # fmt: skip
    project = city.kept["project"] = started["project"]["id"]
    pledged = city.do(
        "resident 4", "pledgeDonation", "donation { id }", recipientId=project, kind="MONEY", amount="500.00",
        purposeNote="买工具和种子。",
    )  # fmt: skip
    received = city.do(
        "clerk", "receiveDonation", "donation { receiptNumber } event { hash }", donationId=pledged["donation"]["id"]
    )
    city.kept["beacon"] = received["event"]["hash"]
    print(f"  The receipt is {received['donation']['receiptNumber']}.")
    city.do(
        "director", "recordExpense", "expense { id }", projectId=project, day=city.today(), amount="320.00",
        payee="示范五金店", purpose="锄头、水管和种子", voucher="V-001",
    )  # fmt: skip
    opens = day(city, 1)
    season = {
        "weekday": opens.isoweekday(), "startsMinute": 6 * 60, "endsMinute": 20 * 60, "quantity": "3",
        "recurrence": "SEASON", "opensOn": opens.isoformat(), "closesOn": ends.isoformat(),
    }  # fmt: skip
    plots = offer(
        city, "clerk", ["P-01", "P-02", "P-03"], {"purpose": "PLOT", "isAutoConfirmed": True, "termDays": SEASON_DAYS},
        name="示范小区共享菜园", description="由居民认种一季。", topicCode="SPACE-11", duty="CIVILITY_PROMOTION",
        unit="块·季", windows=[season],
    )  # fmt: skip
    booked = city.do(
        "resident 3", "requestBooking", "booking { id state unit { number } }", resourceId=plots["id"],
        windowIds=plots["windows"], firstDay=opens.isoformat(), lastDay=ends.isoformat(),
    )["booking"]  # fmt: skip
    city.kept["plot"] = booked["id"]
    print(f"  Resident 3 gets plot {booked['unit']['number']}: {booked['state']}.")


def bays_drawn(city: City) -> None:
    """The unit draws lots by a text that is younger than the last request, and anybody draws them again."""
    bays = city.kept["bays"]
    city.do(
        "contact", "drawLots", "lotDrawing { id }", resourceId=bays["id"], windowIds=bays["windows"],
        firstDay=city.kept["first night"], beacon=city.kept["beacon"],
    )  # fmt: skip
    query = "query($id: ID!) { resource(id: $id) { lotDrawings(first: 1) { nodes { beacon drawn placeCount } } } }"
    drawing = city.ask(None, query, id=bays["id"])["resource"]["lotDrawings"]["nodes"][0]
    order = sorted(city.kept["bookings"], key=lambda one: sha256(f"{drawing['beacon']}{one}".encode()).hexdigest())
    if drawing["drawn"].split() != order:
        sys.exit("The lots were not drawn by the beacon.")
    city.kept["winners"] = order[: drawing["placeCount"]]
    for lot, booking in enumerate(order, 1):
        shown = city.ask("contact", "query($id: ID!) { booking(id: $id) { state unit { number } } }", id=booking)
        unit = shown["booking"]["unit"]
        where = f", bay {unit['number']}" if unit else ""
        print(f"  lot {lot}, drawn again: {city.kept['bookings'][booking]}, {shown['booking']['state']}{where}")


def forum_announced(city: City) -> None:
    """The director announces a forum session, a day ahead at least, and a resident speaks beforehand."""
    at = city.now() + timedelta(days=1, hours=1)
    session = city.do(
        "director", "scheduleForum", "forumSession { id }", committeeId=city.kept["committee"], title="居民说事",
        scheduledAt=f"{at:%Y-%m-%dT%H:%M:%SZ}", place="示范小区院内",
    )["forumSession"]["id"]  # fmt: skip
    said = city.do(
        "resident 1", "addStatement", "statement { id }", sessionId=session, text="菜园边的水井没有盖，孩子常在那里玩。"
    )
    city.kept |= {"session": session, "statement": said["statement"]["id"], "speaks at": at.isoformat()}


def bays_used(city: City) -> None:
    """After two nights one resident came and left in time; the other one overstayed twice, and is barred."""
    second = date.fromisoformat(city.kept["first night"]) + timedelta(days=1)
    late = 45
    city.wait_until(datetime.combine(second, time(), CITY_TIME) + timedelta(minutes=CLOSES + late))
    query = "query($id: ID!) { booking(id: $id) { places(first: 7) { nodes { id slot { day } } } } }"
    good, bad = city.kept["winners"]
    for booking in (good, bad):
        places = city.ask("contact", query, id=booking)["booking"]["places"]["nodes"]
        for place in sorted(places, key=lambda one: one["slot"]["day"])[:2]:
            city.do(
                "contact", "recordBookingAttendance", "bookingSlot { attendance }", bookingSlotId=place["id"],
                attendance="ATTENDED",
            )  # fmt: skip
            if booking == bad:
                city.do("contact", "reportOverstay", "bookingSlot { id }", bookingSlotId=place["id"], minutes=late)
    who = city.kept["bookings"][bad]
    _, refusals = city.try_to(who, "requestBooking", "booking { id }", **wanted_bay(city, who, day(city, 14)))
    if [one["code"] for one in refusals] != ["BARRED"]:
        sys.exit(f"{who} overstayed twice and is not barred: {refusals}")
    print(f"  {who:<14} requestBooking is refused: {refusals[0]['message']}")


def garden_reaped(city: City) -> None:
    """Whoever holds the plot records a harvest, and how much of it was shared."""
    city.do(
        "resident 3", "recordHarvest", "harvest { id }", bookingId=city.kept["plot"], day=city.today(), crop="小白菜",
        kilograms="4.5", sharedKilograms="3", sharedWith="楼里的独居老人",
    )  # fmt: skip


def forum_held(city: City) -> None:
    """The session is held; a statement becomes an issue with a photograph; the session is made public."""
    city.wait_until(datetime.fromisoformat(city.kept["speaks at"]))
    session = city.kept["session"]
    city.do("director", "holdForum", "forumSession { state }", sessionId=session, participantCount=16)
    settled = city.do(
        "director", "settleStatement", "issue { id }", statementId=city.kept["statement"], outcome="ISSUE",
        issue={
            "title": "菜园边的水井没有盖", "duty": "PUBLIC_BENEFIT_SERVICE", "urgency": "NORMAL",
            "siteId": city.kept["compound"],
        },
    )  # fmt: skip
    issue = city.kept["said issue"] = settled["issue"]["id"]
    evidence = [photograph(city, "resident 1", "水井敞着口。")]
    city.do("resident 1", "attachEvidence", "issue { state }", issueId=issue, evidence=evidence)
    city.do("director", "closeForum", "forumSession { state }", sessionId=session, summary="水井一事已立为事项。")


def issue_closed(city: City) -> None:
    """The director deals with the issue and shows another photograph; a grid worker looks, and closes it."""
    issue, shows = city.kept["said issue"], "issue { state }"
    city.do("clerk", "acceptIssue", shows, issueId=issue, urgency="NORMAL", duty="PUBLIC_BENEFIT_SERVICE")
    city.do("clerk", "assignIssue", shows, issueId=issue, handlerId=city.kept["members"][0])
    evidence = [photograph(city, "director", "井盖装好了。")]
    city.do(
        "director", "reportIssueDone", shows, issueId=issue, result="井盖已装。", doneOn=city.today(),
        outcome="RESOLVED", evidence=evidence,
    )  # fmt: skip
    city.do("grid worker", "closeIssue", shows, issueId=issue, verification="到场看过。", rating=5, outcome="RESOLVED")
    query = "query($id: ID!) { issue(id: $id) { evidence(first: 2) { nodes { stage file { mediaType url } } } } }"
    for piece in city.ask("resident 1", query, id=issue)["issue"]["evidence"]["nodes"]:
        print(f"  resident 1 sees {piece['file']['mediaType']} {piece['file']['url']} of {piece['stage']}")


STEPS: tuple[Callable[[City], None], ...] = (
    bays_offered, garden, bays_drawn, forum_announced, bays_used, garden_reaped, forum_held, issue_closed,
)  # fmt: skip


def report(city: City) -> str:
    """Say what came of it, as anybody may read it."""
    shown = city.ask(
        None,
        "query($project: ID!, $session: ID!, $home: String!) { "
        "node(id: $project) { ... on Project { title received spent balance } } "
        "division(code: $home) { harvests(first: 1) { nodes { crop kilograms sharedKilograms } } } "
        "forumSession(id: $session) { state statements(first: 1) { nodes { outcome issue { number state } } } } }",
        project=city.kept["project"], session=city.kept["session"], home=city.kept["community"],
    )  # fmt: skip
    project, [reaped] = shown["node"], shown["division"]["harvests"]["nodes"]
    [said] = shown["forumSession"]["statements"]["nodes"]
    return (
        f"{project['title']}: {project['received']} yuan received, {project['spent']} spent, "
        f"{project['balance']} left\n"
        f"harvest: {reaped['kilograms']} kg, {reaped['sharedKilograms']} shared\n"
        f"forum: {shown['forumSession']['state']}; issue {said['issue']['number']}: {said['issue']['state']}"
    )


def main() -> None:
    """Read where the server and the founded community are, and go on as far as can be gone today."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    city, given = founded(parser)
    go_on(city, given.keep, STEPS, report)


if __name__ == "__main__":
    main()
