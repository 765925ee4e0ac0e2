"""What each noun of its own file adds to the tests that span all nouns: one module for each, found by its place here.

A module fills the tables of `tests.factories` (MAKERS), `tests.schema.rows` (FILLS), `tests.schema.evaluator` (LISTS,
ROOT_LISTS, COMPUTED) and `tests.schema.places` (THINGS) when it is imported. It declares READS, MAY and INPUTS for the
matrices of roles, which `collected` gives to them.
"""

import pkgutil
from importlib import import_module
from typing import Any

MODULES = tuple(f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__))


def register() -> None:
    """Import every module, so that its rows are in the tables before a test reads them."""
    for name in MODULES:
        import_module(name)


def collected(table: str) -> dict[str, Any]:
    """Merge a table that several modules declare, by its name."""
    return {key: row for name in MODULES for key, row in getattr(import_module(name), table, {}).items()}
