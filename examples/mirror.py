"""Mirror the issues of a division into a SQLite file of your own, by the change feed; stop it and start it as you like.

    python examples/mirror.py --division 620102000000 --into var/mirror.sqlite3

The first run takes the cursor of now and reads all issues; every later one goes on after the last page that it kept. A
page and its cursor are kept in one transaction, so a run that is killed loses nothing and doubles nothing. It begins
anew by itself when the server says CURSOR_TOO_OLD. `--watch 5` asks again every five seconds.
"""

import argparse
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import requests

ISSUE = "fragment Line on Issue { id version number title state divisionCode updatedAt }"
READ = """query ($division: String!, $after: String) {
    division(code: $division) {
        issues(first: 100, after: $after, orderBy: [{field: ID, direction: ASC}]) {
            nodes { ...Line } pageInfo { hasNextPage endCursor }
        }
    }
}"""
FOLLOW = """query ($division: String!, $after: SyncCursor) {
    changes(types: [ISSUE], divisionCode: $division, after: $after, first: 100) {
        changes { nodeId kind node { ...Line } } cursor hasMore
    }
}"""
COLUMNS = ("id", "version", "number", "title", "state", "divisionCode", "updatedAt")


class TooOld(Exception):
    """The server does not tell what came after the cursor."""


class Mirror:
    """A copy of a division's issues. token: of the viewer whose eyes it has; a visitor's when None."""

    def __init__(self, url: str, token: str | None, division: str, file: Path) -> None:
        self.url, self.division = url, division
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"
        self.kept = sqlite3.connect(file)
        self.kept.execute("CREATE TABLE IF NOT EXISTS position (cursor TEXT NOT NULL)")
        self.kept.execute(f"CREATE TABLE IF NOT EXISTS issue (id TEXT PRIMARY KEY, {', '.join(COLUMNS[1:])})")

    def run(self) -> str:
        """Bring the copy up to date, and say what was done."""
        cursor = self.kept.execute("SELECT cursor FROM position").fetchone()
        try:
            return self._follow(cursor[0]) if cursor else self._begin()
        except TooOld:
            return self._begin()

    def _begin(self) -> str:
        """Take the cursor of now first: what happens while all is read comes once more, which does no harm."""
        cursor = self._ask(FOLLOW, after=None)["changes"]["cursor"]
        rows, page = [], {"hasNextPage": True, "endCursor": None}
        while page["hasNextPage"]:
            found = self._ask(READ, after=page["endCursor"])["division"]["issues"]
            rows, page = rows + found["nodes"], found["pageInfo"]
        with self.kept:
            self.kept.execute("DELETE FROM issue")
            self._write(rows)
            self._keep(cursor)
        return f"read {len(rows)} issues"

    def _follow(self, cursor: str) -> str:
        count, has_more = 0, True
        while has_more:
            page = self._ask(FOLLOW, after=cursor)["changes"]
            changes, cursor, has_more = page["changes"], page["cursor"], page["hasMore"]
            with self.kept:
                for change in changes:
                    if change["node"] is not None:
                        self._write([change["node"]])
                    elif change["kind"] == "GONE":
                        self.kept.execute("DELETE FROM issue WHERE id = ?", (change["nodeId"],))
                self._keep(cursor)
            count += len(changes)
        return f"followed {count} changes"

    def _write(self, rows: list[dict[str, Any]]) -> None:
        marks = ", ".join("?" * len(COLUMNS))
        values = [[row[column] for column in COLUMNS] for row in rows]
        self.kept.executemany(f"INSERT OR REPLACE INTO issue VALUES ({marks})", values)

    def _keep(self, cursor: str) -> None:
        self.kept.execute("DELETE FROM position")
        self.kept.execute("INSERT INTO position VALUES (?)", (cursor,))

    def _ask(self, document: str, **variables: Any) -> dict[str, Any]:
        body = {"query": document + ISSUE, "variables": {"division": self.division, **variables}}
        answer = self.session.post(self.url, json=body, timeout=60).json()
        for error in answer.get("errors", ()):
            if error["extensions"]["code"] == "CURSOR_TOO_OLD":
                raise TooOld
            sys.exit(f"{error['extensions']['code']}: {error['message']}")
        return answer["data"]


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000/graphql")
    parser.add_argument("--token", help="of the viewer whose eyes the copy has; without one it has those of a visitor")
    parser.add_argument("--division", default="620100000000", help="the 12-digit code")
    parser.add_argument("--into", type=Path, default=Path("mirror.sqlite3"))
    parser.add_argument("--watch", type=float, help="seconds after which to ask again, until it is stopped")
    given = parser.parse_args()
    mirror = Mirror(given.url, given.token, given.division, given.into)
    print(mirror.run(), flush=True)
    while given.watch is not None:
        time.sleep(given.watch)
        print(mirror.run(), flush=True)


if __name__ == "__main__":
    main()
