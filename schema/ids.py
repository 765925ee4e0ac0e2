"""Global ids: opaque to clients, stable for ever, and naming their type: `Issue_20481`."""

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
