"""The README as printed: every command and query runs against a served demo city, and all that it names is there.

The info string of a block tells what is done with it. `sh` and `crontab` are run, except what installs or runs all
tests, whose files are looked up. `graphql` is sent by a visitor, or `# With the token of ROLE`. `json` is what the
block before it prints. `text` lists files and folders. A block of another kind fails, so that none goes untested.
"""

import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

from graph_api import create_app
from graph_api.config import Config
from tests.graph_api.processes import TOP, Served, environment, serving

README = (TOP / "README.md").read_text("utf-8")
# What stands in the README for the reader's own.
ADDRESS, FOLDER = "127.0.0.1:8000", "/srv/city"
EXAMPLES = TOP / "ide/src/examples.graphql"
PARTS = (
    "wsgi.py",
    "graph_api",
    "schema",
    "db",
    "examples",
    "Makefile",
    "requirements.txt",
    "requirements-s3.txt",
    "requirements-dev.txt",
)
KINDS = {"sh", "crontab", "graphql", "json", "text"}
SCHEDULE = re.compile(r"(?:(?:\*|[0-9]+) ){5} *(.+)")
pytestmark = pytest.mark.xdist_group("readme")


class Block(NamedTuple):
    """A fenced block. line: of the README, where its text begins."""

    kind: str
    text: str
    line: int


def blocks_of(readme: str) -> list[Block]:
    """Find the fenced blocks."""
    found = re.finditer(r"^```(.*)\n([\s\S]*?)^```$", readme, re.MULTILINE)
    return [Block(each[1], each[2], readme[: each.start(2)].count("\n") + 1) for each in found]


BLOCKS = blocks_of(README)


def of_kind(*kinds: str) -> Any:
    """Parametrize a test by the blocks of some kinds."""
    chosen = [block for block in BLOCKS if block.kind in kinds]
    return pytest.mark.parametrize("block", chosen, ids=lambda block: f"line {block.line}")


class Checkout(NamedTuple):
    """A copy of the project whose demo city is served."""

    folder: Path
    served: Served

    def run(self, command: str) -> str:
        """Run a shell command as it is printed, and return what it prints."""
        # Tokens are named in the README as the roles that hold them.
        settings = environment(self.folder, PORT=str(self.served.port), **self.served.tokens())
        for name in ("DATABASE_URL", "PYTHONPATH", "FLASK_APP"):
            settings.pop(name, None)
        printed = command.replace(ADDRESS, f"127.0.0.1:{self.served.port}").replace(FOLDER, str(self.folder))
        shell = ["sh", "-euc", printed]
        done = subprocess.run(shell, cwd=self.folder, env=settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def look_up(self, command: str) -> bool:
        """Check a command that installs or runs everything without running it; return whether it is one."""
        if match := re.fullmatch(r"make ([a-z-]+)", command):
            self.run(f"make --dry-run {match[1]}")
        elif " pip install " in command:
            files = re.findall(r"-r (\S+)", command)
            assert files
            assert all((self.folder / file).is_file() for file in files)
        return bool(match) or " pip install " in command


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Copy the project, and serve the demo city from there."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in PARTS:
        if (TOP / part).is_dir():
            shutil.copytree(TOP / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(TOP / part, folder / part)
    (folder / ".venv").symlink_to(sys.prefix)
    with serving(folder, PYTHONPATH=str(folder)) as served:
        yield Checkout(folder, served)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    assert {block.kind for block in BLOCKS} == KINDS
    assert README.count("\n```") == 2 * len(BLOCKS)


def test_a_block_of_another_kind_is_seen() -> None:
    kinds = [block.kind for block in blocks_of("a\n```\nplain\n```\n\n```python\nx\n```\n```sh\ny\n\nz\n```\n")]

    assert kinds == ["", "python", "sh"]


@of_kind("sh")
def test_commands_do_what_is_printed(checkout: Checkout, block: Block) -> None:
    lines = [line.split("#")[0].strip() for line in block.text.splitlines()]
    if any(checkout.look_up(line) for line in lines):
        for line in lines:
            assert checkout.look_up(line) or checkout.run(line)
        return
    printed = checkout.run(block.text)

    following = BLOCKS[BLOCKS.index(block) + 1]
    if following.kind == "json":
        assert printed.strip() == following.text.strip()


def test_every_answer_follows_a_command() -> None:
    assert all(BLOCKS[number - 1].kind == "sh" for number, block in enumerate(BLOCKS) if block.kind == "json")


@of_kind("crontab")
def test_cron_lines_run(checkout: Checkout, block: Block) -> None:
    for line in block.text.splitlines():
        match = SCHEDULE.fullmatch(line)
        assert match, line
        assert checkout.run(match[1])


@of_kind("graphql")
def test_queries_are_answered(checkout: Checkout, block: Block) -> None:
    role = re.match(r"# With the token of ([A-Z_]+)\n", block.text)

    answer = checkout.served.ask(block.text, checkout.served.tokens()[role[1]] if role else None)

    assert "errors" not in answer
    assert _lists_in(answer["data"])
    for name, values in _lists_in(answer["data"]):
        assert (name, bool(values)) == (name, name != "userErrors"), answer


def _lists_in(value: Any, name: str = "") -> list[tuple[str, list[Any]]]:
    """Name the lists at the top of an answer: those of its rows may well be empty."""
    if isinstance(value, list):
        return [(name, value)]
    fields = value.items() if isinstance(value, dict) else ()
    return [found for key, below in fields for found in _lists_in(below, key)]


@pytest.mark.parametrize(
    ("comment", "name"), re.findall(r"((?:^#.*\n)+)query (\w+)", EXAMPLES.read_text("utf-8"), re.MULTILINE)
)
def test_examples_of_graphiql_are_answered(checkout: Checkout, comment: str, name: str) -> None:
    role = re.search(r"token of ([A-Z_]+)", comment)
    variables = json.loads(EXAMPLES.with_name("variables.json").read_text("utf-8"))
    request = {"query": EXAMPLES.read_text("utf-8"), "variables": variables, "operationName": name}

    answer = checkout.served.post(request, checkout.served.tokens()[role[1]] if role else None)

    assert "errors" not in answer
    lists = _lists_in(answer["data"])
    assert lists
    assert [name for name, values in lists if not values] == []
    if name == "OverdueIssues":
        assert len(lists[0][1]) == 10


@of_kind("text")
def test_files_are_there(block: Block) -> None:
    folder = TOP
    for line in block.text.splitlines():
        path = line.split()[0].replace("<context>", "issues")
        is_inside = line.startswith(" ")
        assert ((folder if is_inside else TOP) / path).exists(), line
        folder = folder if is_inside else TOP / path


def test_links_lead_somewhere() -> None:
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    headings = {re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in README.splitlines()}

    assert len(targets) > 10
    for target in targets:
        path, _, heading = target.partition("#")
        assert (TOP / path).exists() if path else heading in headings, target


def _inline() -> list[str]:
    text = re.sub(r"^```.*\n[\s\S]*?^```$", "", README, flags=re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", text)


def _commands(group: Any, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


def test_every_command_is_listed_and_has_the_options_that_are_printed() -> None:
    there = dict(_commands(create_app(Config()).cli))
    spans = [span.removeprefix(".venv/bin/") for span in _inline()]
    printed = [span.removeprefix("flask ") for span in spans if re.match(r"flask \w", span)]

    named = set()
    for span in printed:
        name = next((name for name in there if re.match(rf"{name}(?![\w-])", span)), None)
        assert name, f"flask {span}"
        named.add(name)
        options = {option for parameter in there[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z][a-z-]+", span)) <= options, f"flask {span}"
    assert named == set(there)


def test_other_commands_in_the_text_are_there(checkout: Checkout) -> None:
    for span in _inline():
        if match := re.match(r"make [a-z-]+", span):
            assert checkout.look_up(match[0])
        if span.startswith("gunicorn "):
            module, _, name = span.split()[-1].partition(":")
            assert callable(getattr(importlib.import_module(module), name))


def test_the_address_that_is_printed_is_the_default() -> None:
    assert f"{Config().host}:{Config().port}" == ADDRESS
    assert README.count(ADDRESS) >= 3
