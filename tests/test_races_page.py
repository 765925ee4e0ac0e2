"""`docs/races.md`: each test that it names is there, and does what it does with threads."""

import ast
import re
from pathlib import Path

TOP = Path(__file__).parents[1]


def functions(path: Path) -> dict[str, str]:
    """Return the functions of a module by their names, as they are written."""
    text = path.read_text("utf-8")
    found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_source_segment(text, node) or "" for node in found}


def test_each_hazard_has_a_test_with_threads() -> None:
    rows = [line for line in (TOP / "docs/races.md").read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row) for row in rows]

    assert len(rows) >= 20
    assert all(named), "each row names a test"
    for path, name in (one for row in named for one in row):
        written = functions(TOP / path).get(name, "")
        assert re.search(r"at_once|Thread|race", written), f"{path} has no {name} that runs threads"
