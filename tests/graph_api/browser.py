"""A headless Chromium for tests, which can reach 127.0.0.1 and nothing else, and GraphiQL as a person handles it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
MISSING = f"needs a browser: `apt-get install chromium chromium-driver` puts {CHROMIUM} and {DRIVER} there"

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1440,900",
    "--lang=en",
)


def is_installed() -> bool:
    """Return whether Debian's chromium and chromium-driver are here."""
    return CHROMIUM.exists() and DRIVER.exists()


@contextmanager
def chromium() -> Iterator[Chrome]:
    """Start a browser with an empty profile, and quit it afterwards."""
    with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        browser = Chrome(options=_options(profile), service=ChromeService(str(DRIVER)))
        try:
            yield browser
        finally:
            browser.quit()


class Page:
    """GraphiQL in a browser: its panes, the play button with its menu, the buttons at the side."""

    QUERY = "operation.graphql"
    VARIABLES = "variables.json"
    HEADERS = "request-headers.json"
    ANSWER = "response.json"

    def __init__(self, browser: Chrome, address: str) -> None:
        self.browser = browser
        browser.get(address)
        self.wait(lambda: "query" in self.read(self.QUERY))

    def run(self, operation: str) -> dict[str, Any]:
        """Choose an operation at the play button and give the answer that is shown."""
        self.write(self.ANSWER, "")
        self.press("Execute query")
        self.wait(lambda: self.find(f"//*[@role='menuitem'][text()='{operation}']")).click()
        return json.loads(self.wait(lambda: self.read(self.ANSWER)))

    def press(self, label: str) -> None:
        """Press the button that is called so."""
        self.wait(lambda: self.find(f"//button[contains(@aria-label, '{label}')]")).click()

    def read(self, pane: str) -> str:
        """Return the text of a pane."""
        return self.browser.execute_script(f"return ({_MODEL})?.getValue() ?? ''", pane)

    def write(self, pane: str, text: str) -> None:
        """Put a text into a pane."""
        self.browser.execute_script(f"({_MODEL}).setValue(arguments[1])", pane, text)

    def find(self, path: str) -> WebElement | None:
        """Find an element by its XPath, or give None."""
        return next(iter(self.browser.find_elements(By.XPATH, path)), None)

    def wait(self, look: Callable[[], Any]) -> Any:
        """Wait until there is something, up to 20 seconds, and give it."""
        return WebDriverWait(self.browser, 20, 0.05).until(lambda _: look())


_MODEL = "window.__MONACO?.editor.getModels().find(model => model.uri.path.endsWith(arguments[0]))"


def errors(browser: Chrome) -> list[str]:
    """List the console's errors since the last call; what the security policy refuses is among them."""
    messages = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    return [message for message in messages if _EXPLORER_CANNOT_SHOW_A_LIST not in message]


# The explorer leaves arguments out that are written as lists, and says so each time.
_EXPLORER_CANNOT_SHOW_A_LIST = "arg mismatch between arg and selection"


def hosts(browser: Chrome) -> set[str]:
    """List the hosts, with port, that the page and its workers asked for something since the last call."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return {urlsplit(url).netloc for event in events if (url := _url(event)).startswith(("http", "ws"))}


def _url(event: dict[str, Any]) -> str:
    if event["method"] == "Network.requestWillBeSent":
        return event["params"]["request"]["url"]
    return event["params"]["url"] if event["method"] == "Network.webSocketCreated" else ""


def _options(profile: str) -> ChromeOptions:
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return options
