"""Take one issue from a resident's report to its verified closing, over HTTP, with a public client library.

Start the server with `make serve`, then run `.venv/bin/python examples/lifecycle.py` (it needs the packages of
`requirements-dev.txt`). On the way the issue is escalated and handed down, a claim is declined, the work is sent back
once, and the closed issue is opened again. Each step is one mutation by somebody else, with the version that they saw.
"""

import argparse
import json
import os
import sys
import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport

TOKENS = Path("var/demo-tokens.json")
# Days in the API, such as `doneOn`, are those of the city.
CITY_TIME = ZoneInfo("Asia/Shanghai")
SHOWN = "issue { id number state currentLevel version } event { seq action } userErrors { code field message }"


class City:
    """The API as its people see it: one client for each role of the demo city."""

    def __init__(self, url: str, tokens: dict[str, str]) -> None:
        self.url = url
        self.tokens = tokens
        self.issue: dict[str, Any] = {}

    def now(self) -> datetime:
        """Return the time: the only clock of this script."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the day that it is in the city, which for eight hours is not the day in UTC."""
        return self.now().astimezone(CITY_TIME).date()

    def ask(self, role: str, document: str, **variables: Any) -> dict[str, Any]:
        """Send a document in somebody's name."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        client = Client(transport=RequestsHTTPTransport(url=self.url, headers=headers))
        query = gql(document)
        query.variable_values = variables
        return client.execute(query)

    def act(self, role: str, mutation: str, more: str = "", **given: Any) -> dict[str, Any]:
        """Perform a mutation on the issue and remember its new version; a refusal ends the script."""
        if self.issue:
            given |= {"issueId": self.issue["id"], "expectedVersion": self.issue["version"]}
        given["idempotencyKey"] = str(uuid.uuid4())
        title = mutation[0].upper() + mutation[1:]
        document = f"mutation($input: {title}Input!) {{ {mutation}(input: $input) {{ {SHOWN} {more} }} }}"
        payload = self.ask(role, document, input=given)[mutation]
        if payload["userErrors"]:
            sys.exit(f"{mutation} by {role} was refused: {payload['userErrors']}")
        self.issue, event = payload["issue"], payload["event"]
        print(
            f"{event['seq']:>3}  {role:<20} {mutation:<20} {event['action']:<16}"
            f" {self.issue['state']:<22} {self.issue['currentLevel']}"
        )
        return payload


def drive(city: City) -> None:
    """Take an issue through its life."""
    home = city.ask("STAFF", "{ viewer { grants { nodes { divisionCode } } } }")
    community = home["viewer"]["grants"]["nodes"][0]["divisionCode"]

    def in_days(days: int) -> str:
        return f"{city.now() + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"

    def tomorrow() -> str:
        return (city.today() + timedelta(days=1)).isoformat()

    photo = [{"kind": "PHOTO", "description": "The lamp burns again."}]

    city.act(
        "RESIDENT", "submitIssue", divisionCode=community, channel="APP", title="楼道照明灯不亮",
        description="三单元二楼的灯坏了一周，晚上老人上下楼不方便。", duty="PUBLIC_BENEFIT_SERVICE", urgency="NORMAL",
        contactName="三单元住户",
    )  # fmt: skip
    city.act("STAFF", "acceptIssue", urgency="NORMAL", duty="PUBLIC_BENEFIT_SERVICE")
    city.act(
        "DIRECTOR", "escalateIssue", reason="The wiring belongs to the street.", tried="Asked the property company."
    )
    city.act(
        "SUBDISTRICT_OFFICER", "handDownIssue", divisionCode=community, dueAt=in_days(7),
        instruction="The wiring is checked; replace the lamp.",
    )  # fmt: skip
    city.act("STAFF", "publishIssue", wantedHelp="Somebody who can replace a lamp.", claimUntil=in_days(3))
    offer = city.act("UNIT_CONTACT", "claimIssue", "claim { id }", promise="Tomorrow.", promisedOn=tomorrow())
    city.act("STAFF", "declineClaim", claimId=offer["claim"]["id"], reason="The stairs are dark now.")
    offer = city.act("TEAM_CAPTAIN", "claimIssue", "claim { id }", promise="We come today.", promisedOn=tomorrow())
    city.act("STAFF", "confirmClaim", claimId=offer["claim"]["id"])

    def report() -> None:
        result = {"result": "The lamp was replaced.", "evidence": photo, "outcome": "RESOLVED"}
        city.act("TEAM_CAPTAIN", "reportIssueDone", **result, doneOn=city.today().isoformat())

    report()
    city.act("RESIDENT", "reworkIssue", missing="It flickers.")
    report()
    city.act("GRID_WORKER", "closeIssue", verification="Seen in the evening.", rating=4, outcome="RESOLVED")
    city.act("RESIDENT", "reopenIssue", reason="It went out again after a day.")
    report()
    city.act("GRID_WORKER", "closeIssue", verification="The fitting was replaced too.", rating=5, outcome="RESOLVED")

    ledger = (
        "query($id: ID!) { issue(id: $id) { number ledger(first: 100) { totalCount nodes { seq hash prevHash } } } }"
    )
    issue = city.ask("AUDITOR", ledger, id=city.issue["id"])["issue"]
    entries = issue["ledger"]["nodes"]
    is_chained = all(later["prevHash"] == earlier["hash"] for earlier, later in pairwise(entries))
    print(f"\n{issue['number']}: {issue['ledger']['totalCount']} ledger entries, chained: {is_chained}")


def main() -> None:
    """Read where the server is, and drive."""
    parser = argparse.ArgumentParser(description=__doc__)
    # The setting that the server has, too.
    port = os.environ.get("PORT", "8000")
    parser.add_argument("--url", default=f"http://127.0.0.1:{port}/graphql")
    parser.add_argument(
        "--tokens", type=Path, default=TOKENS, help="the file that `make serve` keeps the demo tokens in"
    )
    given = parser.parse_args()
    if not given.tokens.exists():
        sys.exit(f"{given.tokens} is not there: start the demo city with `make serve`, or name the file with --tokens")
    try:
        drive(City(given.url, json.loads(given.tokens.read_text())))
    except OSError as error:
        sys.exit(f"There is no answer from {given.url}: {error}\nStart the demo city with `make serve`.")


if __name__ == "__main__":
    main()
