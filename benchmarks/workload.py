"""The questions that every server is asked: documents in `queries/`, and variables drawn from the city's rows.

Each document is asked with many values in turn, so that nobody measures one answer kept warm.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from benchmarks.data import path_of

Variables = list[dict[str, Any]]

TITLES = {
    "Q1": "committee → members → issues → claims → resource",
    "Q2": "50 issues by state and topic, with committee, community, submitter",
    "Q3": "subdistrict → communities → committee → members → 3 issues",
    "Q4": "one issue, four fields",
    "Q5": "500 issues, eight fields",
    "Q6": "issues by state per district",
    "Q7": "page 400 of the issues, by cursor",
}
DOCUMENTS = {name: (Path(__file__).parent / "queries" / f"{name}.graphql").read_text() for name in TITLES}
SIZES = (10, 50, 100, 200, 500)
PAGE, PAGES_BEFORE = 20, 399
_VALUES = 50


def variables(url: str) -> dict[str, Variables]:
    """Draw the variables of each query from an SQLite city.

    Q7's cursor lacks its stamp, which only the engine knows.
    """
    with closing(apsw.Connection(path_of(url))) as connection:

        def ids(sql: str) -> list[Any]:
            found = [value for (value,) in connection.execute(sql)]
            return found[:: max(1, len(found) // _VALUES)][:_VALUES]

        committees = ids("SELECT id FROM committee ORDER BY id")
        topics = ids("SELECT topic_code FROM issue WHERE topic_code IS NOT NULL GROUP BY 1 ORDER BY 1")
        subdistricts = ids("SELECT code FROM division WHERE level = 'SUBDISTRICT' ORDER BY code")
        issues = ids("SELECT id FROM issue ORDER BY id")
        ((created_at, issue),) = connection.execute(
            "SELECT created_at, id FROM issue ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET ?",
            [PAGE * PAGES_BEFORE - 1],
        )
    return {
        "Q1": [{"id": f"Committee_{row}"} for row in committees],
        "Q2": [{"state": "CLOSED", "topic": topic} for topic in topics],
        "Q3": [{"code": code} for code in subdistricts],
        "Q4": [{"id": f"Issue_{row}"} for row in issues],
        "Q5": [{"first": SIZES[-1]}],
        "Q6": [{}],
        "Q7": [{"after": f"~{created_at}~{issue}"}],
    }


def request(name: str, values: dict[str, Any], document: str | None = None) -> dict[str, Any]:
    """Make the body of a request."""
    return {"query": document or DOCUMENTS[name], "operationName": name, "variables": values}
