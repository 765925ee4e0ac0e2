"""Global ids: opaque to clients, stable for ever, and naming their type: `Issue_20481`."""

from collections.abc import Sequence

from db.kernel.errors import DomainError, ErrorCode

# The greatest row id either database can hold; also bounds the digits that are worth parsing.
GREATEST_ROW_ID = 2**63 - 1
# What an id that names no row of the wanted type is read as: no row has it.
NO_ROW = -1


def global_id(type_name: str, row_id: int) -> str:
    """Write the id of a row as clients see it."""
    return f"{type_name}_{row_id}"


def row_id(value: str, type_name: str) -> int:
    """Read the row id out of a global id; an id of another type, or one that is no id, names `NO_ROW`."""
    prefix, _, digits = value.rpartition("_")
    if prefix != type_name or not (digits.isascii() and digits.isdecimal()) or len(digits) > 19:
        return NO_ROW
    if digits[0] == "0" or int(digits) > GREATEST_ROW_ID:
        return NO_ROW
    return int(digits)


def type_name(value: str) -> str:
    """Read the type that a global id claims to be of; an empty text when it names none."""
    prefix = value.rpartition("_")[0]
    return prefix if prefix.isascii() and prefix.isalnum() else ""


def read_id(value: str, types: Sequence[str], path: Sequence[str]) -> tuple[str, int]:
    """Read the type and the row id out of an id in the input of a mutation. Whether the row exists, it does not tell.

    types: those that are meant. path: of the input, as the API names it.

    Raises:
        DomainError: NOT_FOUND, the text is no id, or the id of another type.
    """
    name = type_name(value)
    row = row_id(value, name)
    if row != NO_ROW and name in types:
        return name, row
    like = f"{types[0]}_12"
    if row != NO_ROW and name[:1].isupper() and len(name) <= _MAX_SHOWN:
        meant = " or ".join(map(_with_article, types))
        english = f"{value} is the id of {_with_article(name)}; send that of {meant}, such as {like}."
        chinese = f"{value} 是 {name} 的 ID，此处须填 {'、'.join(types)} 的 ID，如 {like}。"
    else:
        is_shown = value.isprintable() and 0 < len(value) <= _MAX_SHOWN
        english = f"{value if is_shown else 'This text'} is no id; an id looks like {like}."
        chinese = f"{value if is_shown else '所填内容'} 不是 ID；ID 形如 {like}。"
    raise DomainError(ErrorCode.NOT_FOUND, english, path, chinese=chinese)


# How long a text may be to be repeated to whoever sent it.
_MAX_SHOWN = 60


def _with_article(type_name: str) -> str:
    return f"{'an' if type_name[:1] in 'AEIO' else 'a'} {type_name}"
