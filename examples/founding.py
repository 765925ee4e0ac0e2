"""Bring a community to life in an empty city, over HTTP, with a public client library: nothing but mutations.

Prepare an empty database (`flask migrate`, `flask import-divisions FILE`; docs/rosters.md shows such a file), and make
its first officer:

    flask grant first-officer CITY_OFFICER 620100000000 --new 市级干部
    flask token issue first-officer --name founding

Start the server (`flask serve`), put that token into the variable FIRST_TOKEN, and run
`.venv/bin/python examples/founding.py --community 620102001001`. It registers people, sites and a unit, founds the
committee and puts its candidates to public notice. A notice takes days, and so does calling a meeting: the script then
says when to run it again, and goes on where it ended. What it knows, it keeps in a file of its own, with the tokens.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gql import Client, gql
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.requests import RequestsHTTPTransport

CITY_TIME = ZoneInfo("Asia/Shanghai")
SEATS = 13
CONSENT = "本人书面同意"
DUTY = "PUBLIC_BENEFIT_SERVICE"
KEPT = Path("var/founding.json")


class Later(Exception):
    """What comes next has to wait for a time."""


class City:
    """The API as the people of one community see it, and what the script remembers of them.

    kept: ids and codes by name; tokens: of those who have an account, by what they are; done: the steps that are done.
    """

    def __init__(self, url: str, kept: dict[str, Any]) -> None:
        self.url = url
        self.kept = kept
        self.kept.setdefault("tokens", {})
        self.kept.setdefault("done", [])

    def now(self) -> datetime:
        """Return the time: the only clock of this script."""
        return datetime.now(UTC)

    def today(self) -> str:
        """Return the day that it is in the city."""
        return self.now().astimezone(CITY_TIME).date().isoformat()

    def ask(self, who: str | None, document: str, **variables: Any) -> dict[str, Any]:
        """Send a document in somebody's name; a visitor's where `who` is None."""
        headers = {"Authorization": f"Bearer {self.kept['tokens'][who]}"} if who else {}
        client = Client(transport=RequestsHTTPTransport(url=self.url, headers=headers))
        query = gql(document)
        query.variable_values = variables
        return client.execute(query)

    def do(self, who: str | None, mutation: str, shows: str, **given: Any) -> Any:
        """Perform a mutation, say so, and return its payload; a refusal ends the script."""
        payload = self.do_quietly(who, mutation, shows, **given)
        print(f"  {who or 'a visitor':<14} {mutation}")
        return payload

    def do_quietly(self, who: str | None, mutation: str, shows: str, **given: Any) -> Any:
        """Perform a mutation and return its payload; a refusal ends the script."""
        payload, errors = self.try_to(who, mutation, shows, **given)
        if errors:
            sys.exit(f"{mutation} by {who} was refused: {errors}")
        return payload

    def try_to(self, who: str | None, mutation: str, shows: str, **given: Any) -> tuple[Any, list[dict[str, Any]]]:
        """Send a mutation and return its payload, with the refusals in it."""
        title = mutation[0].upper() + mutation[1:]
        document = (
            f"mutation($input: {title}Input!) {{ done: {mutation}(input: $input) "
            f"{{ {shows} userErrors {{ code field message }} }} }}"
        )
        payload = self.ask(who, document, input=given)["done"]
        rows = payload.get("results", ())
        return payload, payload["userErrors"] + [error for row in rows for error in row["userErrors"]]

    def wait_until(self, time: datetime) -> None:
        """Go on when it is later than a time.

        Raises:
            Later: it is not.
        """
        if self.now() <= time:
            raise Later(f"Run this again after {time.astimezone(CITY_TIME):%Y-%m-%d %H:%M}.")

    def joins(self, who: str, name: str, by: str) -> str:
        """Register somebody of the community, invite them, and let them open their account; return the person's id."""
        given = {"divisionCode": self.kept["community"], "name": name}
        person = self.do(by, "registerPerson", "person { id }", **given)["person"]["id"]
        self.opens_account(who, person, by)
        return person

    def opens_account(self, who: str, person: str, by: str) -> None:
        """Invite somebody who is registered, and let them open their account."""
        secret = self.do(by, "inviteAccount", "secret", personId=person)["secret"]
        opened = self.do(None, "acceptInvitation", "text", secret=secret, label="founding")
        self.kept["tokens"][who] = opened["text"]

    def may(self, person: str, by: str, role: str, code: str, **of: str) -> None:
        """Give somebody who has an account a role."""
        account = self.ask(by, "query($id: ID!) { person(id: $id) { accountId } }", id=person)["person"]["accountId"]
        given = {"accountId": account, "role": role, "divisionCode": code, "reason": "组建社区"}
        self.do(by, "grantRole", "grant { role }", **given, **of)


def offices(city: City) -> None:
    """The city's first officer brings in the district, the subdistrict and the community's staff."""
    home = city.kept["community"]
    ancestors = city.ask(
        "city", "query($code: String!) { division(code: $code) { ancestors { code level } } }", code=home
    )
    if ancestors["division"] is None:
        sys.exit(f"There is no division {home}; give the code of a community of this city, 12 digits.")
    codes = {above["level"]: above["code"] for above in ancestors["division"]["ancestors"]}
    city.kept["subdistrict code"] = codes["SUBDISTRICT"]
    for who, name, role, code in (
        ("district", "区级干部", "DISTRICT_OFFICER", codes["DISTRICT"]),
        ("subdistrict", "街道干部", "SUBDISTRICT_OFFICER", codes["SUBDISTRICT"]),
        ("clerk", "社区干部", "STAFF", home),
        ("grid worker", "网格员", "GRID_WORKER", home),
    ):
        city.kept[who] = city.joins(who, name, "city")
        city.may(city.kept[who], "city", role, code)


def places_and_units(city: City) -> None:
    """The staff register a grid, a compound in it, and a unit that helps."""
    home = city.kept["community"]
    shows = "results { site { id } userErrors { code field message } }"
    grid = {"divisionCode": home, "kind": "GRID", "code": "G-01", "name": "第一网格"}
    city.do("subdistrict", "registerSites", shows, rows=[grid])
    compound = {
        "divisionCode": home, "kind": "COMPOUND", "code": "C-01", "name": "示范小区", "gridCode": "G-01",
        "householdCount": 320,
    }  # fmt: skip
    made = city.do("clerk", "registerSites", shows, rows=[compound])
    city.kept["compound"] = made["results"][0]["site"]["id"]
    unit = city.do(
        "clerk", "registerOrganization", "organization { id }", divisionCode=home, name="示范单位",
        kind="PUBLIC_INSTITUTION", isPartnerUnit=True, partyOrganizationName="示范单位党支部",
    )  # fmt: skip
    city.kept["unit"] = unit["organization"]["id"]


def candidates(city: City) -> None:
    """The committee is founded; people are nominated, discussed, and put to public notice."""
    home = city.kept["community"]
    founded = city.do(
        "subdistrict", "foundCommittee", "committee { id }", divisionCode=home, name="示范社区建设工作委员会",
        establishedOn=city.today(),
    )  # fmt: skip
    committee = city.kept["committee"] = founded["committee"]["id"]
    city.kept["secretary"] = city.joins("director", "社区书记", "clerk")
    shows = "results { person { id } userErrors { code field message } }"
    rows = [{"divisionCode": home, "name": f"示范委员{number:02}"} for number in range(2, SEATS + 1)]
    registered = city.do("clerk", "registerPersons", shows, rows=rows)["results"]
    people = [city.kept["secretary"], *(row["person"]["id"] for row in registered)]
    city.kept["people"] = people
    candidacies = []
    for person in people:
        by_post = {"category": "TWO_COMMITTEES", "exOfficioPost": "PARTY_SECRETARY"}
        nominated = city.do(
            "clerk", "nominateMember", "candidacy { id }", committeeId=committee, personId=person,
            channel="SELF_NOMINATION", personConsent=CONSENT,
            **(by_post if person == people[0] else {"category": "NOTABLE_RESIDENT"}),
        )  # fmt: skip
        candidacies.append(nominated["candidacy"]["id"])
        city.do("clerk", "discussCandidacy", "candidacy { state }", candidacyId=candidacies[-1])
    met = city.do(
        "clerk", "recordTwoCommitteesMeeting", "meeting { id }", committeeId=committee, heldOn=city.today(),
        expectedCount=9, presentCount=7, minutes="会议同意全部人选。",
        decisions=[{"candidacyId": one, "decision": "APPROVED"} for one in candidacies],
    )  # fmt: skip
    city.kept["decided at"] = met["meeting"]["id"]
    city.kept["candidacies"] = candidacies[1:]


def committee_at_work(city: City) -> None:
    """After the notice the members are appointed, the leads settled, and the committee begins its work."""
    committee, shows = city.kept["committee"], "query($id: ID!) { candidacy(id: $id) { noticeUntil } }"
    last = city.ask("clerk", shows, id=city.kept["candidacies"][0])["candidacy"]["noticeUntil"]
    city.wait_until(datetime.fromisoformat(last).replace(tzinfo=CITY_TIME) + timedelta(days=1))
    members = [
        city.do("clerk", "appointMember", "member { id }", candidacyId=one)["member"]["id"]
        for one in city.kept["candidacies"]
    ]
    seated = city.ask(
        "clerk",
        "query($id: ID!) { committee(id: $id) { members(filter: { seatKind: { eq: STANDING } }) { nodes { id } } } }",
        id=committee,
    )
    director = seated["committee"]["members"]["nodes"][0]["id"]
    posts = ["PARTY_SECRETARY", "RESIDENTS_DIRECTOR"]
    city.do("clerk", "setMemberPosts", "member { posts }", memberId=director, posts=posts)
    city.do(
        "clerk", "settleCommitteeLeads", "event { action }", committeeId=committee, directorId=director,
        deputyIds=members[:4], meetingId=city.kept["decided at"],
    )  # fmt: skip
    city.do("subdistrict", "activateCommittee", "committee { state }", committeeId=committee)
    city.kept["members"] = [director, *members]


def team(city: City) -> None:
    """A veterans' team is formed, with its captain and its instructor."""
    captain, second, third, instructor = city.kept["people"][1:5]
    for person, group in ((captain, "VETERAN"), (second, "VETERAN"), (third, "VETERAN"), (instructor, "POLICE")):
        city.do(
            "clerk", "verifyPersonGroups", "person { groups }", personId=person, groups=[group], note="已查验证件。"
        )
    roles = {captain: "CAPTAIN", second: "MEMBER", third: "MEMBER", instructor: "INSTRUCTOR"}
    formed = city.do(
        "clerk", "formTeam", "volunteerTeam { id state }", divisionCode=city.kept["community"],
        name="退役军人志愿服务队", kind="VETERAN",
        members=[{"memberId": person, "role": role} for person, role in roles.items()],
    )  # fmt: skip
    city.kept["team"] = formed["volunteerTeam"]


def linked(city: City) -> None:
    """The unit and a cadre register; sponsors, a leader in contact and a patch are assigned."""
    home, unit = city.kept["community"], city.kept["unit"]
    cadre = city.kept["cadre"] = city.joins("contact", "单位联络人", "clerk")
    registered = city.do(
        "clerk", "submitRegistration", "registration { id }", divisionCode=home, kind="PARTY_ORG", partyId=unit,
        duties=[DUTY], yearlyHours="80", contactPersonId=cadre, hasConsent=True,
    )  # fmt: skip
    own = city.do(
        "clerk", "submitRegistration", "registration { id }", divisionCode=home, kind="PARTY_MEMBER", partyId=cadre,
        duties=[DUTY], yearlyHours="8", workUnitId=unit, hasConsent=True,
    )  # fmt: skip
    for one in (registered, own):
        city.do(
            "clerk", "reviewRegistration", "registration { state }", registrationId=one["registration"]["id"],
            decision="APPROVED", reason="情况属实。",
        )  # fmt: skip
    rows = "results { sponsorship { id } userErrors { code field message } }"
    city.do(
        "clerk", "assignSponsor", rows, kind="TARGET", sponsorId=unit, rows=[{"targetId": city.kept["compound"]}],
        leadPersonId=cadre,
    )  # fmt: skip
    contact = city.do(
        "city", "assignSponsor", rows, kind="LEADER_CONTACT", sponsorId=city.kept["district"],
        rows=[{"targetId": city.kept["committee"]}],
    )  # fmt: skip
    city.kept["contact"] = contact["results"][0]["sponsorship"]["id"]
    city.do(
        "subdistrict", "assignPatch", rows, divisionCode=city.kept["subdistrict code"], patchName="第一片区",
        supervisorId=city.kept["subdistrict"], rows=[{"committeeId": city.kept["committee"]}],
    )  # fmt: skip


def first_issue(city: City) -> None:
    """The leader's visit brings the first issue; the director deals with it, and a grid worker closes it."""
    brought = city.do(
        "district", "logVisit", "visit { issues(first: 1) { nodes { id } } }", targetId=city.kept["committee"],
        sponsorshipId=city.kept["contact"], visitedAt=f"{city.now():%Y-%m-%dT%H:%M:%SZ}", form="ON_SITE",
        findings="走访示范小区。",
        issues=[{
            "title": "楼道照明灯不亮", "description": "三单元二楼的灯坏了一周，晚上老人上下楼不方便。", "duty": DUTY,
            "urgency": "NORMAL",
        }],
    )  # fmt: skip
    issue = brought["visit"]["issues"]["nodes"][0]["id"]
    shows = "issue { state }"
    city.do("clerk", "acceptIssue", shows, issueId=issue, urgency="NORMAL", duty=DUTY)
    city.do("clerk", "assignIssue", shows, issueId=issue, handlerId=city.kept["members"][0])
    city.do(
        "director", "reportIssueDone", shows, issueId=issue, result="灯已更换。", doneOn=city.today(),
        outcome="RESOLVED", evidence=[{"kind": "PHOTO", "description": "灯亮了。"}],
    )  # fmt: skip
    closed = city.do(
        "grid worker", "closeIssue", "issue { id number state outcome }", issueId=issue, verification="晚上去看过。",
        rating=5, outcome="RESOLVED",
    )  # fmt: skip
    city.kept["issue"] = closed["issue"]


def meeting_called(city: City) -> None:
    """The director calls the month's meeting, three days ahead at least."""
    at = city.now() + timedelta(days=3, hours=1)
    called = city.do(
        "director", "scheduleMeeting", "meeting { id }", committeeId=city.kept["committee"], place="社区会议室",
        scheduledAt=f"{at:%Y-%m-%dT%H:%M:%SZ}",
        agenda=[{"title": "本月工作安排", "proposedById": city.kept["members"][0]}],
    )  # fmt: skip
    city.kept["meeting"], city.kept["meets at"] = called["meeting"]["id"], at.isoformat()


def meeting_held(city: City) -> None:
    """The month's meeting is held, votes, and ends with minutes that are published."""
    city.wait_until(datetime.fromisoformat(city.kept["meets at"]))
    meeting, members = city.kept["meeting"], city.kept["members"]
    attendance = [{"memberId": member, "status": "PRESENT"} for member in members]
    held = city.do(
        "director", "holdMeeting", "meeting { agendaItems(first: 1) { nodes { id } } }", meetingId=meeting,
        attendance=attendance,
    )  # fmt: skip
    item = held["meeting"]["agendaItems"]["nodes"][0]["id"]
    city.do("director", "castVote", "vote { choice }", agendaItemId=item, choice="FOR")
    for member in members[1:]:
        city.do("director", "castVote", "vote { choice }", agendaItemId=item, choice="FOR", memberId=member)
    city.do(
        "director", "closeMeeting", "meeting { state }", meetingId=meeting, minutes="会议听取并通过本月工作安排。",
        resolutions=[{"agendaItemId": item, "text": "通过。"}],
    )  # fmt: skip
    city.do("director", "publishMinutes", "meeting { state }", meetingId=meeting)


STEPS: tuple[Callable[[City], None], ...] = (
    offices, places_and_units, candidates, committee_at_work, team, linked, first_issue, meeting_called, meeting_held,
)  # fmt: skip


def drive(city: City, steps: Sequence[Callable[[City], None]] = STEPS) -> Iterator[str]:
    """Take the steps that are not done yet, and name each when it is done.

    Raises:
        Later: the next one has to wait.
    """
    for step in steps:
        if step.__name__ not in city.kept["done"]:
            step(city)
            city.kept["done"].append(step.__name__)
            yield step.__name__


def report(city: City) -> str:
    """Say what the committee is now, as anybody may read it."""
    shown = city.ask(
        None,
        "query($id: ID!) { committee(id: $id) { name state memberCount director { name } "
        "meetings(first: 5) { totalCount } issues(first: 5) { totalCount } } }",
        id=city.kept["committee"],
    )["committee"]
    return (
        f"{shown['name']}: {shown['state']}, {shown['memberCount']} members, director {shown['director']['name']}, "
        f"{shown['issues']['totalCount']} issue, {shown['meetings']['totalCount']} meeting"
    )


def keep(city: City, path: Path) -> None:
    """Remember what is done, in a file that nobody else can read, since it holds tokens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(0o600)
    path.write_text(json.dumps(city.kept, ensure_ascii=False), "utf-8")


def go_on(city: City, path: Path, steps: Sequence[Callable[[City], None]], report: Callable[[City], str]) -> None:
    """Go on as far as can be gone today, keep what is done in a file, and report at the end."""
    try:
        for step in drive(city, steps):
            keep(city, path)
            print(f"{step}: done")
    except Later as later:
        print(later)
    except TransportQueryError as refused:
        sys.exit(f"The server refused: {refused}")
    except (TransportError, OSError) as error:
        sys.exit(f"There is no answer from {city.url}: {error}\nStart the server with `flask serve`.")
    else:
        print(report(city))


def founded(parser: argparse.ArgumentParser) -> tuple[City, argparse.Namespace]:
    """Read where the server and the founded community are, for a script that goes on from there."""
    parser.add_argument("--url", default=_url())
    parser.add_argument("--keep", type=Path, default=KEPT, help="the file that founding.py keeps")
    given = parser.parse_args()
    kept = json.loads(given.keep.read_text("utf-8")) if given.keep.exists() else {}
    if STEPS[-1].__name__ not in kept.get("done", ()):
        sys.exit(f"{given.keep} tells of no founded community; run examples/founding.py to its end first.")
    return City(given.url, kept), given


def _url() -> str:
    # The setting that the server has, too.
    return f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/graphql"


def main() -> None:
    """Read where the server is, and go on as far as can be gone today."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default=_url())
    parser.add_argument("--community", required=True, help="the code of a community that has no committee")
    parser.add_argument("--keep", type=Path, default=KEPT, help="where to remember what is done")
    given = parser.parse_args()
    if given.keep.exists():
        kept = json.loads(given.keep.read_text("utf-8"))
        if kept["community"] != given.community:
            sys.exit(f"{given.keep} is about community {kept['community']}; name another file with --keep.")
    else:
        first = os.environ.get("FIRST_TOKEN")
        if not first:
            sys.exit("Put the first officer's token into the variable FIRST_TOKEN.")
        kept = {"community": given.community, "tokens": {"city": first}}
    go_on(City(given.url, kept), given.keep, STEPS, report)


if __name__ == "__main__":
    main()
