"""Replays a ledger, by the rules alone (rules 7.2) and without the production code: what the issue must be by now."""

import json
from typing import Any

from tests.issues.model.rows import Row

_HANDLERS = ("organization_id", "team_id", "member_id", "account_id")
_NO_HANDLER = dict.fromkeys(f"handler_{name}" for name in _HANDLERS)


def replayed(ledger: list[Row]) -> Row:
    """Return the columns of an issue that its ledger tells. `urgency` and `duty` are told from its acceptance on."""
    issue: Row = {
        "number": None, "outcome": None, "rating": None, "merged_into_id": None, "resume_on": None, "accepted_at": None,
        "closed_at": None, "reopen_count": 0, "return_count": 0, "deferral_count": 0, "transfer_count": 0,
        "is_extended": False, "is_suspended_once": False, "is_appealed": False, **_NO_HANDLER,
    }  # fmt: skip
    for seq, entry in enumerate(ledger, start=1):
        assert entry["seq"] == seq
        if seq > 1:
            assert (entry["from_state"], entry["from_level"]) == (issue["state"], issue["current_level"])
            assert entry["due_before"] == issue["due_at"]
        issue |= {
            "state": entry["to_state"], "current_level": entry["to_level"], "due_at": entry["due_after"],
            "version": seq, "updated_at": entry["at"],
        }  # fmt: skip
        issue |= _changes(issue, entry, json.loads(entry["details"]))
    return issue


def reporters_told(ledger: list[Row]) -> int:
    """Return how many people reported an issue, as its ledger tells."""
    told = (json.loads(entry["details"]) for entry in ledger)
    return next((one["reporter_count"] for one in reversed(list(told)) if "reporter_count" in one), 1)


def _changes(issue: Row, entry: Row, told: dict[str, Any]) -> Row:  # noqa: C901  A table, action by action.
    at, code = entry["at"], told.get("to_code")
    match entry["action"]:
        case "CREATE":
            return {"created_at": at, "division_code": entry["division_code"], "responsible_code": entry["office_code"]}
        case "ACCEPT":
            return {"accepted_at": at, **{name: told[name] for name in ("number", "urgency", "duty")}}
        case "REGRADE":
            return {"urgency": told["to_urgency"]}
        case "APPEAL":
            return {"is_appealed": True, "responsible_code": code}
        case "MERGE":
            return {"merged_into_id": told["master_id"]}
        case "UNMERGE":
            accepted_at = issue["accepted_at"] or at
            return {"merged_into_id": None, "number": told["number"], "accepted_at": accepted_at}
        case "RESOLVE_MEETING" if entry["to_state"] == "ACCEPTED":
            return {"deferral_count": issue["deferral_count"] + 1}
        case "RESOLVE_MEETING" | "ASSIGN" | "REPORT_DONE":
            outcome = {"outcome": told["outcome"]} if "outcome" in told else {}
            return outcome | _handler(told, "")
        case "CLAIM":
            return _handler(told, "handler_")
        case "RETURN":
            return _NO_HANDLER | {"return_count": issue["return_count"] + 1}
        case "SUSPEND":
            return {"resume_on": told["resume_on"], "is_suspended_once": True}
        case "RESUME":
            return {"resume_on": None}
        case "EXTEND":
            return {"is_extended": True}
        case "CLOSE_OFF":
            return {"outcome": told["outcome"], "rating": told["rating"], "closed_at": at}
        case "REWORK":
            return {"outcome": None, "rating": None}
        case "REOPEN":
            return {"outcome": None, "rating": None, "closed_at": None, "reopen_count": issue["reopen_count"] + 1}
        case "ESCALATE":
            return _NO_HANDLER | {"responsible_code": code, "return_count": 0}
        case "HAND_DOWN":
            moved = {"division_code": code} if entry["to_level"] == "COMMUNITY" else {}
            return moved | {"responsible_code": code, "return_count": 0}
        case "TRANSFER":
            count = issue["transfer_count"] + 1
            return {"responsible_code": code, "division_code": code, "transfer_count": count}
        case "NOTE":
            # A merged issue follows its master into another one; the reporter rates.
            names = {"master_id": "merged_into_id", "rating": "rating"}
            return {column: told[name] for name, column in names.items() if name in told}
    return {}


def _handler(told: dict[str, Any], prefix: str) -> Row:
    found = {f"{prefix}{name}": row_id for name, row_id in told.items() if f"{prefix}{name}" in _NO_HANDLER}
    return _NO_HANDLER | found if found else {}
