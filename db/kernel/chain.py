"""Chains of hashes: an append-only entry is hashed from its own content and the hash of the entry before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

# What the first entry of a chain names as the hash before it.
GENESIS = "0" * 64
# One encoder for all: making one costs as much as writing an entry.
_canonical_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def chained_hash(columns: Iterable[str], entry: Mapping[str, Any], prev_hash: str) -> str:
    """Hash an entry as SHA-256 over the hash before it and its columns as canonical JSON.

    entry: values as the database stores them (texts and whole numbers), by column. Returns 64 lower-case hexadecimal
    digits.
    """
    content = _canonical_json([prev_hash, *[entry.get(column) for column in columns]])
    return hashlib.sha256(content.encode()).hexdigest()
