"""Docstrings open with the words that readers of code expect: Return, Check, Build, and not Give, Tell or Say."""

import ast
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parents[1]
# Each of these has a standard word: Return, Check, Build the condition, Record, Request, Execute, Compute, Submit.
REFUSED = {
    "answer", "ask", "be", "bring", "carry", "deal", "do", "forget", "give", "go", "have", "lay", "let", "lift",
    "look", "name", "note", "point", "press", "put", "remark", "say", "see", "slip", "strike", "take", "tell", "treat",
    "work",
}  # fmt: skip


def public_functions(folder: str) -> Iterator[tuple[str, str]]:
    """List the public functions and methods with a docstring, as place and opening word."""
    for path in sorted((TOP / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            if text := ast.get_docstring(node):
                yield f"{path.relative_to(TOP)}:{node.lineno} {node.name}", text.split()[0].strip(".,:;").lower()


def test_docstrings_open_with_words_that_readers_expect() -> None:
    functions = [found for folder in ("db", "schema", "graph_api") for found in public_functions(folder)]

    assert len(functions) > 500
    assert [place for place, opening in functions if opening in REFUSED] == []
