"""The ledger's chain: how an entry's hash is made from its own content and the hash of the entry before."""

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


def entry_hash(entry: Mapping[str, Any], prev_hash: str) -> str:
    """Hash an entry as SHA-256 over the hash before it and its columns as canonical JSON.

    entry: values as the database stores them (texts and whole numbers), keys as in `HASHED_COLUMNS`.
    Returns 64 lower-case hexadecimal digits.
    """
    values = [entry.get(column) for column in HASHED_COLUMNS]
    content = json.dumps([prev_hash, *values], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
