"""What meetings resolve, in the tests that span all nouns."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from db.kernel.calendar import SHANGHAI
from tests.graph.evaluator import COMPUTED, World


def entries(_: World, edition: Any) -> list[dict[str, Any]]:
    """List the entries of an edition's sealed text."""
    lists = json.loads(edition.content)
    return [
        _entry("NEEDS", position, found, quantity=found["quantity"], dueOn=_day(found["claimUntil"]))
        for position, found in enumerate(lists.get("needs", ()), 1)
    ] + [
        _entry("PROJECTS", position, found, unit="元", quantity=found["budget"], dueOn=_date(found["dueOn"]))
        for position, found in enumerate(lists.get("projects", ()), 1)
    ] + [
        _entry("RESOURCES", position, found, title=found["name"], quantity=found["quantity"], left=found["left"])
        for position, found in enumerate(lists.get("resources", ()), 1)
    ]  # fmt: skip


def _entry(name: str, position: int, found: dict[str, Any], **given: Any) -> dict[str, Any]:
    known = {"title": found.get("title"), "unit": found.get("unit"), "state": found.get("state"), **given}
    amounts = {key: value and Decimal(value) for key, value in known.items() if key in ("quantity", "left")}
    return {"list": name, "position": position, "left": None, "dueOn": None, **known, **amounts}


def _day(moment: str | None) -> date | None:
    return None if moment is None else datetime.fromisoformat(moment).astimezone(SHANGHAI).date()


def _date(text: str) -> date:
    return date.fromisoformat(text)


COMPUTED["ListEdition", "entries"] = entries
