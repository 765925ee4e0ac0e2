"""Which value of a setting applies in a division: the nearest one that an office set, or the default."""

from typing import Any

from peewee import fn

from db.kernel.remembered import Remembered
from db.kernel.statements import compiled
from db.places.models.division import DivisionLevel, ancestor_codes, code_at
from db.settings.models import Setting, SettingKey


def setting(key: SettingKey, division_code: str) -> int:
    """Return the value of a setting that applies in a division."""
    values = all_set()
    for code in (division_code, *ancestor_codes(division_code)):
        if (value := values.get((key.value, code))) is not None:
            return value
    return key.default


def greatest(key: SettingKey) -> int:
    """Return the greatest value of a setting that may apply anywhere."""
    return max([key.default, *(value for (name, _), value in all_set().items() if name == key.value)])


def least(key: SettingKey) -> int:
    """Return the least value of a setting that may apply anywhere."""
    return min([key.default, *(value for (name, _), value in all_set().items() if name == key.value)])


def _read() -> dict[tuple[str, str], int]:
    return {(key, code): value for key, code, value in _all_rows.tuples()}


# What was set, by key and division.
all_set = Remembered(_read)


@compiled
def _all_rows() -> Any:
    return Setting.select(Setting.key, Setting.division_code, Setting.value)


def setting_sql(key: SettingKey, division_code: Any) -> Any:
    """Write the value of a setting that applies in the division of a row. division_code: its column."""
    row: Any = Setting.alias("applying")
    above = row.division_code.in_([code_at(division_code, level) for level in DivisionLevel])
    # The code of a division is greater than those of the divisions above it, so the greatest is the nearest.
    nearest = row.select(row.value).where((row.key == key.value) & above).order_by(row.division_code.desc()).limit(1)
    return fn.COALESCE(nearest, key.default)
