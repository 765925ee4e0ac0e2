"""The invariants I1 to I9 of the rules (7.7), each said of rows alone; I10 is the graph's, in `test_model`.

I7 is read so: the deadline of a clock changes only through the actions that the rules name; a step into another state
starts that state's own clock, or none. I11 has no table of its own: what is left of a stock is what I8 holds to be zero
or more. I12 has none either: permits for parking are not kept yet.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from db.city.machines import JOURNALED
from tests.issues.model.replay import replayed
from tests.issues.model.rows import Row, Rows, ledgers, of

OPEN = {
    "SUBMITTED", "NEEDS_INFO", "ACCEPTED", "IN_DELIBERATION", "OPEN_FOR_CLAIM", "IN_PROGRESS", "SUSPENDED",
    "AWAITING_VERIFICATION",
}  # fmt: skip
LISTED = OPEN - {"SUBMITTED", "NEEDS_INFO"}
HANDLED = {"IN_PROGRESS", "SUSPENDED", "AWAITING_VERIFICATION", "CLOSED"}
# An office moves these along; a transfer goes back to the beginning at the new place.
SETS_DEADLINES = {
    "ACCEPT", "ASSIGN", "RESOLVE_MEETING", "CLAIM", "EXTEND", "SUSPEND", "RESUME", "REGRADE", "REWORK", "REOPEN",
    "ESCALATE", "HAND_DOWN", "TRANSFER",
}  # fmt: skip
_HASHED = (
    "issue_id", "seq", "at", "action", "actor_id", "actor_name", "actor_role", "office_code", "from_state", "to_state",
    "from_level", "to_level", "due_before", "due_after", "note", "details", "idempotency_key",
)  # fmt: skip
_JOURNAL_HASHED = (
    "subject_type", "subject_id", "seq", "at", "action", "actor_id", "actor_name", "actor_role", "office_code",
    "from_state", "to_state", "note", "facts",
)  # fmt: skip
# What has a journal, by its name there, and its table.
_JOURNALED = {model.__name__: model._meta.table_name for model in JOURNALED}


def ledger_leads_to_the_issue(rows: Rows) -> None:
    """I1, and that the chain of hashes holds."""
    found = ledgers(rows)
    for issue in rows["issue"].values():
        ledger = found[issue["id"]]
        expected = replayed(ledger)
        assert {column: issue[column] for column in expected} == expected, issue["id"]
        assert ledger[-1]["office_code"] == issue["responsible_code"]
        before = "0" * 64
        for entry in ledger:
            before = _hash([before, *(entry[name] for name in _HASHED)])
            assert entry["hash"] == before
    assert len(rows["ledger_entry"]) == sum(issue["version"] for issue in rows["issue"].values())


def journals_lead_to_their_rows(rows: Rows) -> None:
    """Replay each journal: it leads to the present state and version of its row, and its chain of hashes holds.

    Only the hash of a newest entry is worked out: each entry was the newest once.
    """
    told: dict[tuple[str, int], Row] = {}
    for entry in sorted(rows["journal_entry"].values(), key=lambda entry: entry["seq"]):
        subject = (_JOURNALED[entry["subject_type"]], entry["subject_id"])
        before = told.get(subject, {"seq": 0, "to_state": None, "hash": "0" * 64})
        assert (entry["seq"] - 1, entry["from_state"]) == (before["seq"], before["to_state"]), subject
        assert entry["prev_hash"] == before["hash"], subject
        told[subject] = entry
    for (table, row_id), entry in told.items():
        row = rows[table][(row_id,)]
        assert (row["state"], row["version"]) == (entry["to_state"], entry["seq"]), (table, row)
        assert entry["hash"] == _hash([entry["prev_hash"], *(entry[name] for name in _JOURNAL_HASHED)])
        assert all(_is_impersonal(fact) for fact in json.loads(entry["facts"]).values()), entry["facts"]
    assert len(told) == sum(len(rows[table]) for table in _JOURNALED.values())


def _is_impersonal(fact: object) -> bool:
    """Return whether a fact is a number, a day, the name of a state or an id of a row: nothing that names a person."""
    return isinstance(fact, int) or re.fullmatch(r"[A-Z_]+|\d{4}-\d\d-\d\d|[A-Z][A-Za-z]+_\d+", str(fact)) is not None


def _hash(content: list[object]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def one_handles_what_is_handled(rows: Rows) -> None:
    """I2, and nobody handles what is not handled yet or any more."""
    for issue in rows["issue"].values():
        handlers = [value for column, value in issue.items() if column.startswith("handler_") and value is not None]
        assert len(handlers) == int(issue["state"] in HANDLED), issue


def closed_issues_were_verified(rows: Rows) -> None:
    """I3: evidence, an outcome, and a verifier who neither handled nor reported it."""
    shown = {row["issue_id"] for row in rows["evidence"].values()}
    found = ledgers(rows)
    for issue in rows["issue"].values():
        if issue["state"] != "CLOSED":
            continue
        assert issue["id"] in shown
        assert issue["outcome"]
        closing = next(entry for entry in reversed(found[issue["id"]]) if entry["action"] == "CLOSE_OFF")
        reported = next(
            entry
            for entry in reversed(found[issue["id"]])
            if entry["to_state"] == "AWAITING_VERIFICATION" and entry["from_state"] != "AWAITING_VERIFICATION"
        )
        verifier = closing["actor_id"]
        assert verifier is None or verifier not in {reported["actor_id"], *_speakers(rows, issue, closing["at"])}
        assert issue["outcome"] != "NOT_FEASIBLE" or closing["actor_role"].endswith("_OFFICER")


def _speakers(rows: Rows, issue: Row, at: str) -> set[int]:
    """Name the accounts that handle an issue or speak for who does."""
    found = {issue["handler_account_id"]}
    if issue["handler_member_id"] is not None:
        found.add(rows["member"][(issue["handler_member_id"],)]["account_id"])
    for column in ("organization_id", "team_id"):
        if issue[f"handler_{column}"] is not None:
            grants = of(rows, "role_grant", **{column: issue[f"handler_{column}"]})
            found |= {grant["account_id"] for grant in grants if grant["ends_at"] is None or grant["ends_at"] > at}
    return found


def needs_are_listed_with_their_issues(rows: Rows) -> None:
    """I4, and L1 and L3: one need on the list, of the right committee, met when claims bring what it wants."""
    on_the_list = defaultdict(list)
    for need in rows["need"].values():
        if need["state"] in ("OPEN", "MET"):
            on_the_list[need["issue_id"]].append(need)
    for issue in rows["issue"].values():
        needs = on_the_list[issue["id"]]
        assert [need["committee_id"] for need in needs] == [issue["committee_id"]] * (issue["state"] in LISTED), issue
        for need in needs:
            assert need["state"] == ("MET" if _is_met(rows, need) else "OPEN"), need


def _is_met(rows: Rows, need: Row) -> bool:
    claims = [claim for claim in of(rows, "claim", need_id=need["id"]) if claim["state"] in ("CONFIRMED", "FULFILLED")]
    units = {key[0]: row["unit"] for key, row in rows["resource"].items()}
    brought = sum(
        claim["quantity"] or 0
        for claim in claims
        if need["unit"] is None or units.get(claim["resource_id"]) in (None, need["unit"])
    )
    return bool(claims) and brought >= (need["wanted_quantity"] or 0)


def claims_end_with_their_issues(rows: Rows) -> None:
    """L4: nothing waits for, or takes from a resource for, an issue that is no more."""
    for claim in rows["claim"].values():
        issue = rows["issue"][(claim["issue_id"],)]
        assert claim["state"] not in ("PENDING", "CONFIRMED") or issue["state"] in OPEN, claim


def merges_have_no_cycle(rows: Rows) -> None:
    """I5, A6 and I29: an issue counts its reporter, those of issues merged into it, and messages linked to it."""
    linked = Counter(row["issue_id"] for row in rows["channel_message"].values() if row["state"] == "LINKED")
    merged = Counter()
    for issue in rows["issue"].values():
        assert (issue["state"] == "MERGED") == (issue["merged_into_id"] is not None)
        if issue["merged_into_id"] is not None:
            assert rows["issue"][(issue["merged_into_id"],)]["state"] != "MERGED"
            merged[issue["merged_into_id"]] += 1 + linked[issue["id"]]
    for issue in rows["issue"].values():
        assert issue["reporter_count"] == 1 + linked[issue["id"]] + merged[issue["id"]], issue


def deadlines_change_by_the_rules(rows: Rows) -> None:
    """I7, as this module reads it."""
    for entry in rows["ledger_entry"].values():
        if entry["due_before"] != entry["due_after"]:
            starts_another = entry["from_state"] != entry["to_state"]
            assert starts_another or entry["action"] in SETS_DEADLINES, entry
        if entry["to_state"] == "SUSPENDED" or entry["to_state"] not in OPEN:
            assert entry["due_after"] is None
        else:
            assert entry["due_after"] is not None, entry


def nothing_is_taken_twice(rows: Rows) -> None:
    """I8 and I11: what confirmed claims take of a resource is there, and in a window on each promised day."""
    taken: Counter[int | None] = Counter()
    in_window: Counter[tuple[int, Any]] = Counter()
    for claim in rows["claim"].values():
        if claim["state"] not in ("CONFIRMED", "FULFILLED"):
            continue
        if claim["window_id"] is None:
            taken[claim["resource_id"]] += claim["quantity"] or 0
        else:
            in_window[claim["window_id"], claim["promised_on"]] += claim["quantity"]
    for (resource_id,), resource in rows["resource"].items():
        assert resource["quantity"] is None or taken[resource_id] <= resource["quantity"], resource_id
    for (window_id, day), quantity in in_window.items():
        assert quantity <= rows["resource_window"][window_id,]["quantity"], (window_id, day)


def active_committees_are_complete(rows: Rows) -> None:
    """I9: 13 to 15 members (C2), one director (C3), four deputies (C4)."""
    for (committee_id,), committee in rows["committee"].items():
        members = [member for member in of(rows, "member", committee_id=committee_id) if member["is_active"]]
        positions = Counter(member["position"] for member in members)
        assert len(members) <= 15
        if committee["state"] == "ACTIVE":
            counts = (len(members) >= 13, positions["DIRECTOR"], positions["DEPUTY_DIRECTOR"])
            assert counts == (True, 1, 4), (committee_id, positions)


def projects_end_with_their_work(rows: Rows) -> None:
    """L2: closed when, and only when, its milestones are done and its issues closed or gone."""
    for (project_id,), project in rows["project"].items():
        served = [row["issue_id"] for row in of(rows, "project_issue", project_id=project_id)]
        steps = of(rows, "project_milestone", project_id=project_id)
        is_done = all(rows["issue"][(issue_id,)]["state"] not in OPEN for issue_id in served) and all(
            step["done_on"] for step in steps
        )
        assert project["state"] == "CANCELLED" or (project["state"] == "CLOSED") == is_done, project


def numbers_have_no_gap(rows: Rows) -> None:
    """Ledger numbers (7.6) count from one in each community and year."""
    series = defaultdict(list)
    for issue in rows["issue"].values():
        if issue["number"]:
            _, code, year, serial = issue["number"].split("-")
            series[code, int(year)].append(int(serial))
    last = {key: serial["last"] for key, serial in rows["ledger_serial"].items()}
    assert {key: sorted(found) for key, found in series.items()} == {
        key: list(range(1, count + 1)) for key, count in last.items()
    }


INVARIANTS: tuple[Callable[[Rows], None], ...] = (
    ledger_leads_to_the_issue, journals_lead_to_their_rows, one_handles_what_is_handled, closed_issues_were_verified,
    needs_are_listed_with_their_issues, claims_end_with_their_issues, merges_have_no_cycle,
    deadlines_change_by_the_rules, nothing_is_taken_twice, active_committees_are_complete,
    projects_end_with_their_work, numbers_have_no_gap,
)  # fmt: skip
