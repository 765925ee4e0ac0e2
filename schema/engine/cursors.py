"""Keyset cursors: the text of a place in a list, `fingerprint~key~…~id`, written by SQL and read here.

The fingerprint names the list's type, order and filter, so a cursor of another list is refused instead of misread.
Texts are written in hexadecimal, everything else as it is; a key without a value is `!`.
"""

from typing import TypeAlias

from schema.catalog.fields import Kind
from schema.engine.bindings import Convert, Leaf, RequestValues
from schema.errors import RequestErrorCode, RequestRefused

SEPARATOR = "~"
NULL = "!"
HEX_KINDS = (Kind.LINE, Kind.PROSE)
_NUMERIC_KINDS = (Kind.ID, Kind.INT, Kind.DECIMAL)
_GREATEST = 2**63
_MAX_CURSOR_LENGTH = 20_000
# A key of a row, as it is compared with.
CursorKey: TypeAlias = str | int | bool | None


def reader(kinds: tuple[Kind, ...], index: int, fingerprint: Leaf, path: tuple[str, ...]) -> Convert[CursorKey]:
    """Make the function that reads one key out of a cursor.

    kinds: of all keys, the id's last. The function raises RequestRefused (INVALID_CURSOR).
    """

    def read(value: object, request_values: RequestValues) -> CursorKey:
        text, *keys = str(value)[:_MAX_CURSOR_LENGTH].split(SEPARATOR)
        if text != fingerprint.read(request_values) or len(keys) != len(kinds):
            raise _invalid(path)
        try:
            return _key(keys[index], kinds[index])
        except ValueError:
            raise _invalid(path) from None

    return read


def _key(text: str, kind: Kind) -> CursorKey:
    if text == NULL:
        return None
    if kind in HEX_KINDS:
        text = bytes.fromhex(text).decode()
    if kind in _NUMERIC_KINDS:
        number = int(text) if text.isascii() and len(text) < 21 else _GREATEST
        if not -_GREATEST <= number < _GREATEST:
            raise ValueError(text)
        return number
    if kind is Kind.BOOLEAN:
        return text == "1"
    if "\x00" in text or not (kind in HEX_KINDS or text.isascii()):
        raise ValueError(text)
    return text


def _invalid(path: tuple[str, ...]) -> RequestRefused:
    return RequestRefused(
        RequestErrorCode.INVALID_CURSOR,
        "The cursor belongs to another list, order or filter; start again without it.",
        path,
    )
