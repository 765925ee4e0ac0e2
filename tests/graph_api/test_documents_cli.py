"""`flask documents`: what is added, listed and removed, and which files are refused."""

import hashlib
from pathlib import Path

import pytest
from peewee import DatabaseProxy

from db.city.models import KnownDocument
from tests.conftest import url_of
from tests.factories import make_known_document
from tests.graph_api.test_cli import Run, run

__all__ = ["run"]

GOOD = "query A { __typename }\r\nquery B($code: String!) { division(code: $code) { name } }\n"
SHA256 = hashlib.sha256(GOOD.encode()).hexdigest()


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_bytes(text.encode())
    return str(path)


def texts() -> dict[str, str]:
    return {one.file_name: one.text for one in KnownDocument.select().order_by(KnownDocument.id)}


def test_files_are_added_once_as_they_are(database: DatabaseProxy, run: Run, tmp_path: Path) -> None:
    url, file = url_of(database), write(tmp_path, "示范.graphql", GOOD)
    other = write(tmp_path, "other.graphql", "{ __typename }")

    first = run("documents", "add", file, DATABASE_URL=url)
    again = run("documents", "add", file, other, DATABASE_URL=url)

    assert first.stdout == f"{SHA256}\tadded\t示范.graphql\n"
    assert [line.split("\t")[1:] for line in again.stdout.splitlines()] == [
        ["known already", "示范.graphql"], ["added", "other.graphql"],
    ]  # fmt: skip
    assert texts() == {"示范.graphql": GOOD, "other.graphql": "{ __typename }"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{\n  nothing\n}", "2: Cannot query field 'nothing' on type 'Query'."),
        ("{ __typename }\n{", "2: Syntax Error: Expected Name, found <EOF>."),
        ("", "1: Syntax Error: Unexpected <EOF>."),
        ("query A { __typename }\nquery A { __typename }", "1: There can be only one operation named 'A'."),
        ("{" + " a: __typename" * 101 + "}", "1: The request has 101 aliases; at most 100 are allowed."),
        ("subscription { a }", "1: "),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_nothing_is_added(
    database: DatabaseProxy, run: Run, tmp_path: Path, text: str, problem: str
) -> None:
    good, bad = write(tmp_path, "good.graphql", GOOD), write(tmp_path, "bad.graphql", text)

    refused = run("documents", "add", good, bad, DATABASE_URL=url_of(database))

    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: nothing was added.\n{bad}:{problem}")
    assert texts() == {}


def test_all_bad_files_are_named(database: DatabaseProxy, run: Run, tmp_path: Path) -> None:
    first = write(tmp_path, "a.graphql", "{ qqqqqqqq zzzzzzzz }")
    second = tmp_path / "b.graphql"
    second.write_bytes(b"{ \xff }")

    refused = run("documents", "add", first, str(second), DATABASE_URL=url_of(database))

    assert refused.stderr.splitlines() == [
        "Error: nothing was added.",
        f"{first}:1: Cannot query field 'qqqqqqqq' on type 'Query'.",
        f"{first}:1: Cannot query field 'zzzzzzzz' on type 'Query'.",
        f"{second}: it is not UTF-8.",
    ]


def test_documents_are_listed_and_removed_by_the_beginnings_of_their_hashes(database: DatabaseProxy, run: Run) -> None:
    url, one, two = url_of(database), make_known_document(file_name="b"), make_known_document(file_name="a")

    before = run("documents", "list", DATABASE_URL=url)
    removed = run("documents", "remove", one.sha256[:12], two.sha256, DATABASE_URL=url)
    after = run("documents", "list", DATABASE_URL=url)

    assert before.stdout == "".join(
        f"{known.sha256}\t2026-01-05T08:00:00+00:00\t{known.file_name}\n" for known in (two, one)
    )
    assert removed.stdout == f"{one.sha256}\tremoved\tb\n{two.sha256}\tremoved\ta\n"
    assert after.stdout == "nothing to show\n"


@pytest.mark.parametrize(("beginning", "count"), [("f" * 64, 0), ("", 2), ("%", 0)])
def test_a_hash_that_is_not_of_one_document_removes_none(
    database: DatabaseProxy, run: Run, beginning: str, count: int
) -> None:
    known = [make_known_document(), make_known_document()]

    refused = run("documents", "remove", known[0].sha256, beginning, DATABASE_URL=url_of(database))

    assert (refused.exit_code, KnownDocument.select().count()) == (1, 2)
    begins = f"{count} known documents have a hash that begins with {beginning!r}"
    assert refused.stderr == f"Error: {begins}; nothing was removed.\n"
