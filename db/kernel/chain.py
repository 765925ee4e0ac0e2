"""Chains of hashes: an append-only entry is hashed from its own content and the hash of the entry before it."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from peewee import ColumnBase, Value, fn

from db.kernel.expressions import Row
from db.kernel.json_items import JsonValue

# What the first entry of a chain names as the hash before it.
GENESIS = "0" * 64


def chained_hash(columns: Iterable[str], entry: Mapping[str, Any], prev_hash: str) -> str:
    """Hash an entry as SHA-256 over the hash before it and its columns as canonical JSON.

    entry: values as the database stores them (texts and whole numbers), by column. Returns 64 lower-case hexadecimal
    digits.
    """
    # orjson writes what the standard library does without spaces and escapes of letters, several times as fast.
    return hashlib.sha256(orjson.dumps([prev_hash, *map(entry.get, columns)])).hexdigest()


def chained_text(columns: Iterable[str], entry: Row) -> ColumnBase:
    """Build the text that the hash of an entry is the SHA-256 of, in UTF-8."""
    first, *others = [fn.COALESCE(JsonValue(getattr(entry, name)), "null") for name in ("prev_hash", *columns)]
    text = Value("[").concat(first)
    for other in others:
        text = text.concat(",").concat(other)
    return text.concat("]")
