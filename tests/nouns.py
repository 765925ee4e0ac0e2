"""What each context adds to the tests that span all nouns: the module `nouns` of its folder, found by its name.

A module fills the tables of `tests.factories` (MAKERS), `tests.graph.rows` (FILLS), `tests.graph.evaluator` (LISTS,
ROOT_LISTS, COMPUTED) and `tests.graph.places` (THINGS) when it is imported. It declares READS, MAY and INPUTS for the
matrices of roles, which `collected` gives to them.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

MODULES = tuple(f"tests.{path.parent.name}.nouns" for path in sorted(Path(__file__).parent.glob("*/nouns.py")))


def register() -> None:
    """Import every module, so that its rows are in the tables before a test reads them."""
    for name in MODULES:
        import_module(name)


def collected(table: str) -> dict[str, Any]:
    """Merge a table that several modules declare, by its name."""
    return {key: row for name in MODULES for key, row in getattr(import_module(name), table, {}).items()}
