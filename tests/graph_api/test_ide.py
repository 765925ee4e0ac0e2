"""The GraphiQL page as files and as answers; `test_ide_in_browser.py` tries it in a browser."""

import hashlib
import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from graphql import OperationDefinitionNode, parse, validate
from werkzeug.test import TestResponse

from db.access.models.account import Role
from db.city import seed
from graph_api import create_app, ide
from graph_api.config import Config
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests.graph.evaluator import printed_schema
from tests.graph.sides import signed_in

TOP = Path(__file__).parents[2]
SOURCES = TOP / "ide"
EXAMPLES = SOURCES / "src" / "examples.graphql"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"
GRAPHIQL = "application/graphql-response+json, application/json;q=0.9"


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.register_blueprint(ide.blueprint)
    return app


@pytest.fixture
def get(app: Flask) -> Callable[..., TestResponse]:
    """Return the client's `get`, which reads files to their end and closes them."""
    return partial(app.test_client().get, buffered=True)


def recorded() -> dict[str, str]:
    lines = (ide.BUILD / "BUILD").read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def files(folder: Path) -> set[str]:
    return {path.relative_to(TOP).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_build_is_made_of_the_sources_as_they_are() -> None:
    actual = {name: hashlib.sha256((TOP / name).read_bytes()).hexdigest() for name in recorded()}

    assert actual == recorded(), "ide/ changed since the page was built: run `make ide` and commit what it makes"


def test_build_records_every_source_and_every_built_file() -> None:
    sources = {name for name in files(SOURCES) if "node_modules/" not in name}

    assert sources | files(ide.BUILD) == set(recorded()) | {"graph_api/static/ide/BUILD"}


def test_build_stays_small_and_without_source_maps() -> None:
    built = [path for path in ide.BUILD.rglob("*") if path.is_file()]

    assert sum(path.stat().st_size for path in built) < 8_000_000
    assert [path.name for path in built if path.suffix == ".map"] == []


def test_lockfile_names_no_registry() -> None:
    assert '"resolved"' not in (SOURCES / "package-lock.json").read_text()


def test_page_is_html_with_a_strict_policy(get: Callable[..., TestResponse]) -> None:
    response = get("/")

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self'; "
        "connect-src 'self'; img-src 'self' data:; font-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Vary"] == "Accept"


def test_page_is_asked_about_again_each_time(get: Callable[..., TestResponse]) -> None:
    first = get("/")
    again = get("/", headers={"If-None-Match": first.headers["ETag"]})

    assert first.cache_control.no_cache
    assert again.status_code == 304


def test_page_loads_everything_from_beside_itself(get: Callable[..., TestResponse]) -> None:
    addresses = re.findall(r'(?:src|href)="([^"]*)"', get("/").text)

    assert len(addresses) >= 3
    for address in addresses:
        assert address.startswith("./assets/")
        assert get(address.removeprefix(".")).status_code == 200


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        (".js", "text/javascript; charset=utf-8"),
        (".css", "text/css; charset=utf-8"),
        (".svg", "image/svg+xml; charset=utf-8"),
        (".ttf", "font/ttf"),
    ],
)
def test_assets_have_their_media_type_and_are_kept_for_a_year(
    get: Callable[..., TestResponse], suffix: str, media_type: str
) -> None:
    names = [path.name for path in (ide.BUILD / "assets").iterdir() if path.suffix == suffix]

    assert names != []
    for name in names:
        response = get(f"/assets/{name}")
        assert response.content_type == media_type
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Security-Policy"] == ide.CONTENT_SECURITY_POLICY


def test_assets_have_only_media_types_that_are_known() -> None:
    assert {path.suffix for path in (ide.BUILD / "assets").iterdir()} == set(ide.MEDIA_TYPES)


@pytest.mark.parametrize("name", ["none.js", "../ide.py", "..%2f..%2f..%2fide.py", "none", "BUILD"])
def test_other_names_are_not_found(get: Callable[..., TestResponse], name: str) -> None:
    assert get(f"/assets/{name}").status_code == 404


@pytest.mark.parametrize(
    ("method", "address", "accept", "is_asked_for"),
    [
        ("GET", "/graphql", FIREFOX, True),
        ("GET", "/graphql", CHROMIUM, True),
        ("HEAD", "/graphql", CHROMIUM, True),
        ("GET", "/graphql", "*/*", False),
        ("GET", "/graphql", "", False),
        ("GET", "/graphql", GRAPHIQL, False),
        ("GET", "/graphql", "application/json, text/html;q=0.5", False),
        ("GET", "/graphql?query={__typename}", CHROMIUM, False),
        ("POST", "/graphql", CHROMIUM, False),
    ],
)
def test_page_is_for_browsers_that_open_the_address(
    app: Flask, method: str, address: str, accept: str, is_asked_for: bool
) -> None:
    with app.test_request_context(address, method=method, headers={"Accept": accept}):
        assert ide.is_asked_for(request) is is_asked_for


@pytest.mark.parametrize("address", ["/", "/graphql"])
def test_application_shows_the_page_to_browsers(tmp_path: Path, address: str) -> None:
    client = create_app(Config(database_url=f"sqlite:///{tmp_path}/none.sqlite3")).test_client()

    response = client.get(address, headers={"Accept": CHROMIUM}, buffered=True)

    assert response.data == (ide.BUILD / "index.html").read_bytes()
    assert response.headers.getlist("Content-Security-Policy") == [ide.CONTENT_SECURITY_POLICY]
    assert response.headers["Cache-Control"].startswith("no-cache")


def test_application_answers_scripts_with_json(tmp_path: Path) -> None:
    client = create_app(Config(database_url=f"sqlite:///{tmp_path}/none.sqlite3")).test_client()

    response = client.get("/graphql?query={__typename}", headers={"Accept": CHROMIUM})
    without_query = client.get("/graphql", headers={"Accept": "*/*"})

    assert response.json == {"data": {"__typename": "Query"}}
    assert without_query.is_json


def test_examples_are_valid_queries_with_names_and_numbers() -> None:
    text = EXAMPLES.read_text()
    document = parse(text)

    errors = validate(printed_schema(), document)

    assert errors == []
    operations = [item for item in document.definitions if isinstance(item, OperationDefinitionNode)]
    assert [operation.name.value for operation in operations if operation.name] == [
        "CityFigures",
        "CommunityToResources",
        "IssuesByDistrictAndState",
        "OverdueIssues",
        "IssuesOfDistrict",
        "SubdistrictToHours",
        "SitesToIssues",
        "TeamsAndHours",
        "SharedPlaces",
        "ForumToIssues",
        "FifteenMinuteCircle",
        "IncidentToVisits",
        "MyMonitoring",
        "SuppliesToMoves",
        "RankingWithOtherWeights",
        "TryToApply",
        "PassesToGates",
        "TryToFormTeam",
    ]
    assert re.findall(r"^# (\d+)\. ", text, re.MULTILINE) == [str(number) for number in range(1, 19)]


@pytest.mark.usefixtures("demo_city")
def test_examples_give_the_figures_of_the_city() -> None:
    assert run_example("CityFigures") == {
        "division": {
            "name": "兰州市",
            "stats": {
                "communityCount": 427,
                "committeeCount": 427,
                "memberCount": 6046,
                "memberCountByCategory": [
                    {"category": "TWO_COMMITTEES", "count": 1789},
                    {"category": "DEPUTY_DELEGATE_CPPCC", "count": 414},
                    {"category": "VETERAN", "count": 441},
                    {"category": "COMMUNITY_POLICE", "count": 271},
                    {"category": "NON_PUBLIC_ECONOMY", "count": 373},
                    {"category": "SOCIAL_ORGANIZATION", "count": 303},
                    {"category": "PROPERTY_COMPANY", "count": 524},
                    {"category": "OWNERS_COMMITTEE", "count": 77},
                    {"category": "NOTABLE_RESIDENT", "count": 468},
                    {"category": "OTHER", "count": 1386},
                ],
                "socialOrganizationCount": 4050,
                "communitiesWithTenSocialOrganizations": 376,
                "shareWithTenSocialOrganizations": "88.1",
            },
        }
    }


@pytest.mark.usefixtures("demo_city")
def test_examples_go_from_a_community_to_the_resources_of_its_issues() -> None:
    (community,) = run_example("CommunityToResources")["divisions"]["nodes"]

    members = community["committee"]["members"]["nodes"]
    issues = [issue for member in members for issue in member["submittedIssues"]["nodes"]]
    claims = [claim for issue in issues for claim in issue["claims"]["nodes"]]
    assert [above["name"] for above in community["ancestors"]] == ["甘肃省", "兰州市", "城关区", "酒泉路街道"]
    assert len(members) == 5
    assert all(member["submittedIssues"]["nodes"] for member in members)
    assert any(claim["resource"] for claim in claims)


@pytest.mark.usefixtures("demo_city")
def test_examples_count_page_and_filter_issues() -> None:
    counted = run_example("IssuesByDistrictAndState")["issueAggregate"]
    overdue = run_example("OverdueIssues")["issues"]
    of_district = run_example("IssuesOfDistrict")["division"]

    assert len({group["key"]["district"]["name"] for group in counted["groups"]}) == 8
    # All but what is not taken up, which nobody in particular does not see.
    assert sum(group["count"] for group in counted["groups"]) == counted["count"] == 18_511
    assert overdue["pageInfo"]["hasNextPage"] is True
    assert [issue["dueAt"] for issue in overdue["nodes"]] == sorted(issue["dueAt"] for issue in overdue["nodes"])
    assert of_district["name"] == "城关区"
    assert {issue["state"] for issue in of_district["issues"]["nodes"]} <= {"OPEN_FOR_CLAIM", "IN_PROGRESS"}
    assert len(of_district["issues"]["nodes"]) == 5


@pytest.mark.usefixtures("demo_city")
def test_examples_show_who_answers_for_whom() -> None:
    street = run_example("SubdistrictToHours")["division"]
    sites = run_example("SitesToIssues")
    teams = run_example("TeamsAndHours")

    [committee, _] = street["committees"]["nodes"]
    candidacies = committee["candidacies"]["nodes"]
    assert {office["role"] for office in street["offices"]} == {"SUBDISTRICT_OFFICER"}
    assert len(street["taskForces"]["nodes"]) == len(committee["subCommittees"]["nodes"]) == 2
    assert committee["leader"]["name"]
    assert len([one["member"]["seatNumber"] for one in candidacies]) == 3
    for site in sites["sites"]["nodes"]:
        assert site["sponsorships"]["nodes"]
        assert site["visits"]["nodes"]
    assert {row["targetKind"] for row in sites["division"]["stats"]["coverage"]} >= {"GRID", "COMPOUND"}
    assert {team["state"] for team in teams["volunteerTeams"]["nodes"]} == {"ACTIVE"}
    assert all(
        team["captainPerson"]["name"] and team["instructor"]["name"] for team in teams["volunteerTeams"]["nodes"]
    )
    assert teams["hourAggregate"]["groups"]


@pytest.mark.usefixtures("demo_city")
def test_examples_show_what_neighbours_share_and_say() -> None:
    shared = run_example("SharedPlaces")["resources"]["nodes"]
    said = run_example("ForumToIssues")["division"]["forumSessions"]["nodes"]
    circle = run_example("FifteenMinuteCircle")

    assert len(shared) == 2
    assert all(window["openings"] for resource in shared for window in resource["windows"]["nodes"])
    assert any(statement["outcome"] for session in said for statement in session["statements"]["nodes"])
    assert [row["kind"] for row in circle["division"]["serviceCircle"]] == [
        "FOOD", "LODGING", "TRAVEL", "FUN", "SHOPPING",
    ]  # fmt: skip
    ways = [point["distanceMeters"] for point in circle["servicePoints"]["nodes"]]
    assert len(ways) == 5
    assert ways == sorted(ways)


@pytest.mark.usefixtures("demo_city")
def test_examples_show_an_outbreak_and_what_came_of_it() -> None:
    incident = run_example("IncidentToVisits")["incident"]
    [period] = run_example("RankingWithOtherWeights")["division"]["assessmentPeriods"]["nodes"]
    supplies = run_example("SuppliesToMoves")["division"]["stocks"]["nodes"]

    assert (incident["state"], incident["children"]["totalCount"]) == ("REVIEWED", 427)
    # Each grid, compound and courtyard, and each unit that is one's target (F6).
    assert incident["visits"]["totalCount"] == 1_794 + 1_917 + 6_490 + 1_471
    assert [row["rank"] for row in period["ranking"]] == [1, 2, 3]
    assert period["byContentment"][0]["rank"] == 1
    assert period["byContentment"][0]["total"] == max((row["total"] for row in period["byContentment"]), key=Decimal)
    for stock in supplies:
        assert Decimal(stock["quantity"]) <= Decimal(stock["reorderAt"])
        assert sum(Decimal(move["quantity"]) for move in stock["moves"]["nodes"]) == Decimal(stock["quantity"])


@pytest.mark.usefixtures("demo_city")
def test_examples_show_a_resident_what_is_theirs_and_nobody_else() -> None:
    [case] = run_example("MyMonitoring", Role.RESIDENT)["viewer"]["monitoringCases"]["nodes"]
    others = [
        run_example("MyMonitoring", role)["viewer"]["monitoringCases"]["nodes"] for role in (Role.DIRECTOR, Role.STAFF)
    ]
    [access_pass] = run_example("PassesToGates", Role.RESIDENT)["viewer"]["passes"]["nodes"]

    assert (case["state"], len(case["readings"]["nodes"])) == ("OPEN", 6)
    assert [task["state"] for task in case["aidTasks"]["nodes"]] == ["OPEN"]
    assert others == [[], []]
    assert access_pass["state"] == "VALID"
    assert all(gate["days"]["nodes"] for gate in access_pass["site"]["accessPoints"]["nodes"])


def run_example(name: str, role: Role | None = None) -> dict[str, Any]:
    variables = json.loads((EXAMPLES.parent / "variables.json").read_text())
    request, now = Request(EXAMPLES.read_text(), variables, name), "2022-02-10T04:17:00Z"
    account = dict(seed.demo_accounts())[role] if role else None
    viewer = signed_in(account.id, now) if account else None
    answer = json.loads(Executor().execute(request, Context(viewer, now)).body)
    assert "errors" not in answer
    return answer["data"]
