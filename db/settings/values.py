"""Which value of a setting applies in a division: the nearest one that an office set, or the default.

A process remembers all that was set, because there is little of it and every rule may ask. It reads it again after
`_SECONDS`, so a change takes effect at once where it was made, and within that time in other processes.
"""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from db.kernel.database import database
from db.kernel.statements import compiled
from db.places.models.division import ancestor_codes
from db.settings.models import Setting, SettingKey

_SECONDS = 5.0
# What was set, by key and division.
Values = Mapping[tuple[str, str], int]


class _Remembered(NamedTuple):
    """What was set, as it was read from a database at a time of the process's own clock."""

    of: Any
    values: Values
    read_at: float


_remembered: _Remembered | None = None
# Grows with each change, so that what was read before a change is not remembered after it.
_changes = 0


def setting(key: SettingKey, division_code: str) -> int:
    """Return the value of a setting that applies in a division."""
    values = _values()
    for code in (division_code, *ancestor_codes(division_code)):
        if (value := values.get((key.value, code))) is not None:
            return value
    return key.default


def greatest(key: SettingKey) -> int:
    """Return the greatest value of a setting that may apply anywhere."""
    return max([key.default, *(value for (name, _), value in _values().items() if name == key.value)])


def forget_after_commit() -> None:
    """Drop what is remembered once the open transaction, which changes it, is committed."""
    database.after_commit(_forget)


def _forget() -> None:
    global _remembered, _changes
    _remembered, _changes = None, _changes + 1


def _values() -> Values:
    global _remembered
    if _forget in database._state.commit_callbacks:
        # This transaction alone sees its change, which may yet be undone.
        return _read()
    now, known, changes = time.monotonic(), _remembered, _changes
    if known is None or known.of is not database.obj or now - known.read_at > _SECONDS:
        known = _Remembered(database.obj, _read(), now)
        if changes == _changes:
            _remembered = known
    return known.values


def _read() -> Values:
    return {(key, code): value for key, code, value in _all_set.tuples()}


@compiled
def _all_set() -> Any:
    return Setting.select(Setting.key, Setting.division_code, Setting.value)
