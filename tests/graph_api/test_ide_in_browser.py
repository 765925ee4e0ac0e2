"""The GraphiQL page in a real browser, with the demo city behind it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from selenium.webdriver import Chrome
from werkzeug.serving import make_server

from db.kernel.database import database as proxy
from graph_api import create_app
from graph_api.config import Config
from tests.graph_api.browser import MISSING, Page, chromium, errors, hosts, is_installed

# The page is the same whichever database answers; that the examples run on both, test_ide.py shows.
pytestmark = [
    pytest.mark.skipif(not is_installed(), reason=MISSING),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session"),
]


@pytest.fixture(scope="module")
def address(demo_city_url: str) -> Iterator[str]:
    """Serve the demo city on a free port."""
    with serving(DATABASE_URL=demo_city_url) as address:
        yield address


@contextmanager
def serving(**settings: str) -> Iterator[str]:
    before = proxy.obj
    server = make_server("127.0.0.1", 0, create_app(Config.from_env(settings)), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/graphql"
    finally:
        server.shutdown()
        thread.join()
        if before is not None:
            proxy.initialize(before)


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """Return one browser to all tests here; starting it takes longer than most of them."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Chrome, address: str) -> Page:
    """Open the page like somebody who was never there, with empty logs."""
    # An open page would write down its tabs once more.
    browser.get("about:blank")
    origin = address.removesuffix("/graphql")
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    errors(browser)
    hosts(browser)
    return Page(browser, address)


def test_first_visit_shows_examples_variables_and_room_for_a_token(page: Page) -> None:
    assert page.browser.title == "GraphiQL: community committees, issues and resources"
    assert page.read(page.QUERY).startswith("# A city as one graph")
    assert json.loads(page.read(page.VARIABLES))["district"] == "620102000000"
    assert '// "Authorization": "Bearer …"' in page.read(page.HEADERS)
    assert page.find("//*[contains(@class, 'view-line')]//*[contains(text(), 'Authorization')]")


def test_second_visit_shows_what_was_left_behind_but_no_token(page: Page, address: str) -> None:
    page.write(page.QUERY, "query Mine { __typename }")
    page.write(page.HEADERS, '{"Authorization": "Bearer secret"}')
    page.wait(lambda: "Mine" in page.browser.execute_script("return localStorage.getItem('graphiql:tabState') ?? ''"))

    again = Page(page.browser, address)

    assert again.read(page.QUERY) == "query Mine { __typename }"
    assert "secret" not in again.read(page.HEADERS)
    assert "secret" not in page.browser.execute_script("return JSON.stringify(localStorage)")


def test_play_button_runs_the_examples(page: Page) -> None:
    figures = page.run("CityFigures")
    of_district = page.run("IssuesOfDistrict")

    assert figures["data"]["division"]["name"] == "兰州市"
    assert figures["data"]["division"]["stats"]["memberCount"] == 6046
    # The variables went along.
    assert of_district["data"]["division"]["name"] == "城关区"
    assert len(of_district["data"]["division"]["issues"]["nodes"]) == 5


def test_headers_go_with_the_request(page: Page) -> None:
    page.write(page.HEADERS, '{"Authorization": "Bearer no-such-token"}')

    answer = page.run("CityFigures")

    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_documentation_and_explorer_know_the_schema(page: Page) -> None:
    page.press("Show Documentation Explorer")
    page.wait(lambda: page.find("//*[@class='graphiql-doc-explorer-content']//a[text()='Query']"))

    page.press("Show GraphiQL Explorer")

    page.wait(lambda: page.find("//*[contains(@class, 'graphiql-explorer')]//*[text()='issueAggregate']"))


def test_page_asks_no_other_host_and_keeps_to_its_policy(page: Page, address: str) -> None:
    page.run("CityFigures")
    for label in ("Show Documentation Explorer", "Show History", "Show GraphiQL Explorer", "Prettify", "Copy", "Merge"):
        page.press(label)

    assert hosts(page.browser) == {address.removeprefix("http://").removesuffix("/graphql")}
    assert errors(page.browser) == []


def test_policy_refuses_scripts_of_others_and_requests_to_others(page: Page, address: str) -> None:
    refused, was_run = page.browser.execute_async_script(
        """
        const [elsewhere, done] = arguments, refused = [];
        document.addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective));
        document.body.appendChild(document.createElement('script')).textContent = 'window.wasRun = true';
        document.body.appendChild(document.createElement('img')).src = elsewhere;
        fetch(elsewhere).catch(() => setTimeout(() => done([refused.sort(), window.wasRun ?? false]), 200));
        """,
        address.replace("127.0.0.1", "localhost"),
    )

    assert refused == ["connect-src", "img-src", "script-src-elem"]
    assert was_run is False


def test_page_is_dark_for_who_prefers_it(page: Page) -> None:
    background = "return getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor"
    dark = {"name": "prefers-color-scheme", "value": "dark"}

    in_light = page.browser.execute_script(background)
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [dark]})
    in_dark = page.browser.execute_script(background)
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    assert (in_light, in_dark) == ("rgb(255, 255, 255)", "rgb(33, 42, 59)")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"INTROSPECTION": "signed-in"}, "INTROSPECTION_DISABLED"),
        ({"ONLY_KNOWN_DOCUMENTS": "yes"}, "DOCUMENT_NOT_ALLOWED"),
    ],
)
def test_page_shows_why_it_cannot_have_the_schema(
    browser: Chrome, demo_city_url: str, settings: dict[str, str], code: str
) -> None:
    with serving(DATABASE_URL=demo_city_url, **settings) as address:
        page = Page(browser, address)
        answer = json.loads(page.wait(lambda: page.read(page.ANSWER)))

    assert answer["errors"][0]["extensions"]["code"] == code
