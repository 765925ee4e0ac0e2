"""The ledger's chain: how an entry's hash is made from its own content and the hash of the entry before, and its head.

`db.issues.ledger_check` finds what was tampered with; `db.issues.ledger_export` writes a month to a file and works out
heads.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from peewee import ColumnBase, Value, fn

from db.issues.lifecycle import LedgerAction
from db.kernel.chain import GENESIS, chained_hash, chained_text
from db.kernel.expressions import Row

__all__ = ["GENESIS", "HASHED_COLUMNS", "Head", "corrects", "entry_hash", "hashed_text"]

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
    """Hash a ledger entry, its keys as in `HASHED_COLUMNS`; see `db.kernel.chain`."""
    return chained_hash(HASHED_COLUMNS, entry, prev_hash)


def hashed_text(entry: Row) -> ColumnBase:
    """Build the text that the hash of a row of the ledger covers."""
    return chained_text(HASHED_COLUMNS, entry)


def corrects(entry: Row, other: Row) -> ColumnBase:
    """Build the condition that an entry corrects another one of the same issue."""
    begins = Value('{"corrects": ').concat(other.seq.cast("TEXT")).concat(",")
    says = fn.SUBSTR(entry.details, 1, fn.LENGTH(begins)) == begins
    return (entry.issue == other.issue) & (entry.action == LedgerAction.CORRECT.value) & says


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
