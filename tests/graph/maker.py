"""What random rows are made of: values that are hard to quote or to order, and how they are drawn."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from peewee import Model

Rows = list[tuple[type[Model], list[dict[str, Any]]]]
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
# Around the ends of days, weeks, months and years in Asia/Shanghai (UTC+8), a leap day, and a few that come often.
MOMENTS = [
    datetime.fromisoformat(text)
    for text in (
        "2024-02-28T16:00:00Z", "2024-02-29T15:59:59Z", "2024-12-29T15:59:59Z", "2024-12-29T16:00:00Z",
        "2025-12-31T15:59:59Z", "2025-12-31T16:00:00Z", "2026-01-01T00:00:00Z", "2026-01-04T15:59:59Z",
        "2026-01-04T16:00:00Z", "2026-01-05T07:59:59Z", "2026-01-05T08:00:00Z", "2026-01-05T08:00:01Z",
        "2026-01-31T16:00:00Z",
    )
]  # fmt: skip
DAYS = [date(2024, 2, 29), date(2024, 12, 30), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 5)]
# One line each: no control characters but those that a line may hold.
LINES = [
    "路灯不亮", 'He said "no"', "back\\slash \\n", "100% of %s and %%", "it's; -- quoted", "😀👨\u200d👩\u200d👧 émoji",
    "\u2028 and \u2029", "\x80\x9f\u00a0", "\uffff\U0010fffd", "a_b%c", "路灯不亮", "{}[],:", "$1 ?1 $$", "tail\\",
    "\ufeffmark", "Z", "a", "é", "e\u0301",
]  # fmt: skip
PROSE = [*LINES, "", "line\nbreak\r\n\ttab", "\x01\x02\x08\x0b\x0c\x1f\x7f", '"\n"', "</script>", "a" * 50, "\\u0041\n"]
ADDRESSES = ["https://files.example/1.jpg", "https://files.example:8443?a=1#b", "HTTPS://Files.example/@a"]
PHONES = ["13800005678", "0931-8461234", "110", "1380000", ""]
QUANTITIES = [Decimal(text) for text in ("0.01", "0.50", "1", "2.00", "2.50", "10", "12345678.90", "0.99")]


class Maker:
    """Draws the rows of one random database, and keeps those that later rows belong to."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rows: Rows = []
        self.tree: list[dict[str, Any]] = []
        self.homes: list[dict[str, Any]] = []
        self.people: list[dict[str, Any]] = []
        self.persons: list[dict[str, Any]] = []
        self.sites: list[dict[str, Any]] = []
        self.boards: list[dict[str, Any]] = []
        self.members: list[dict[str, Any]] = []
        self.units: list[dict[str, Any]] = []
        self.teams: list[dict[str, Any]] = []
        self.incidents: list[dict[str, Any]] = []
        self.matters: list[dict[str, Any]] = []
        self.decisions: list[dict[str, Any]] = []
        self.offers: list[dict[str, Any]] = []
        self.windows: list[dict[str, Any]] = []
        self.needs: list[dict[str, Any]] = []
        self.claims: list[dict[str, Any]] = []

    def one(self, choices: Sequence[Any]) -> Any:
        """Draw one."""
        return self.random.choice(choices)

    def maybe(self, choices: Sequence[Any], often: float = 0.6) -> Any:
        """Draw one, or None."""
        return self.random.choice(choices) if choices and self.random.random() < often else None

    def few(self, most: int) -> range:
        """Draw how many of something there are."""
        return range(self.random.randint(0, most))

    def add(self, model: type[Model], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Keep a table's rows, with ids that rise, have gaps, and tell nothing of any other order."""
        at = self.random.randint(0, 30)
        for row in rows:
            at += self.random.choice([1, 1, 1, 2, 7])
            row["id"] = at
        self.random.shuffle(rows)
        self.rows.append((model, rows))
        return rows

    def ids(self, rows: list[dict[str, Any]]) -> list[int]:
        """Return the ids of rows."""
        return [row["id"] for row in rows]

    def some(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Draw some of the rows, in their order."""
        return [row for row in rows if self.random.random() < 0.6]

    def several(self, rows: Sequence[Any], most: int) -> list[Any]:
        """Draw a few, in any order."""
        return self.random.sample(list(rows), min(len(rows), self.random.randint(0, most)))

    def on(self, issue: dict[str, Any], **values: Any) -> dict[str, Any]:
        """Build a row that belongs to an issue."""
        created = self.one(MOMENTS)
        return {"issue": issue["id"], "division_code": issue["division_code"], "created_at": created, **values}
