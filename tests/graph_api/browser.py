"""A headless Chromium for tests, which can reach 127.0.0.1 and nothing else, and reports what it asked for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver import Chrome, ChromeOptions, ChromeService

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
    """Say whether Debian's chromium and chromium-driver are here."""
    return CHROMIUM.exists() and DRIVER.exists()


@contextmanager
def chromium(*, is_dark: bool = False) -> Iterator[Chrome]:
    """Start a browser with an empty profile, and quit it afterwards."""
    with TemporaryDirectory(prefix="chromium-") as profile:
        options = ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        browser = Chrome(options=options, service=ChromeService(str(DRIVER)))
        try:
            scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
            yield browser
        finally:
            browser.quit()


def complaints(browser: Chrome) -> list[str]:
    """List what the console called a warning or worse since the last call: errors, refusals of the security policy."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]


def hosts(browser: Chrome) -> set[str]:
    """List the hosts, with port, that the page and its workers asked for something since the last call."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return {urlsplit(url).netloc for event in events if (url := _url(event)).startswith(("http", "ws"))}


def _url(event: dict[str, Any]) -> str:
    if event["method"] == "Network.requestWillBeSent":
        return event["params"]["request"]["url"]
    return event["params"]["url"] if event["method"] == "Network.webSocketCreated" else ""
