"""The ledger's chain: how an entry's hash is made from its own content and the hash of the entry before, and its head.

`db.issues.ledger_check` finds what was tampered with; `db.issues.ledger_export` writes a month to a file and works out
heads.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# What the first entry of an issue's chain names as the hash before it.
GENESIS = "0" * 64

# The columns that the hash covers, in this order; a column added later is appended, and only when it is set.
HASHED_COLUMNS = (
    "issue_id",
    "seq",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "actor_role",
    "office_code",
    "from_state",
    "to_state",
    "from_level",
    "to_level",
    "due_before",
    "due_after",
    "note",
    "details",
    "idempotency_key",
)
# One encoder for all: making one costs as much as writing an entry.
_canonical_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def entry_hash(entry: Mapping[str, Any], prev_hash: str) -> str:
    """Hash an entry as SHA-256 over the hash before it and its columns as canonical JSON.

    entry: values as the database stores them (texts and whole numbers), keys as in `HASHED_COLUMNS`.
    Returns 64 lower-case hexadecimal digits.
    """
    values = [entry.get(column) for column in HASHED_COLUMNS]
    content = _canonical_json([prev_hash, *values])
    return hashlib.sha256(content.encode()).hexdigest()


class Head:
    """The head of a division's ledgers: one hash that changes with every entry of every issue.

    SHA-256 over a line `community's code:issue's id:seq:hash` for the last entry that each issue has in a community, in
    the order of codes and ids. Written down elsewhere, it shows later that nobody has made a whole chain anew.
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, code: str, issue_id: int, seq: int, last_hash: str) -> None:
        """Add the last entry of the next issue."""
        self._digest.update(f"{code}:{issue_id}:{seq}:{last_hash}\n".encode())

    def text(self) -> str:
        """Return 64 lower-case hexadecimal digits."""
        return self._digest.hexdigest()
