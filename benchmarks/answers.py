"""Sees that all servers answer the same before anything is measured."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import workload
from benchmarks.load import ask
from benchmarks.servers import PEERS, Server

_COMPARED = 5
_OFFSET = workload.PAGE * workload.PAGES_BEFORE - 1
# What PostGraphile names or writes in its own way, and cursors, which are everybody's own affair.
_ID = re.compile(r"[A-Za-z]+_([0-9]+)")
_OWN_WORDS = {"endCursor", "quantity"}
# The white space by which the engine counts the rows of an answer; a hand-written statement has none.
ROW_MARKS = b"\n\t\r"


class Different(RuntimeError):
    """Two servers answer differently, so that comparing their speed would mean nothing."""


@dataclass(frozen=True)
class Task:
    """A query with its requests for one server."""

    name: str
    bodies: list[dict[str, Any]]


def stamped(engine: Server, token: str, drawn: dict[str, workload.Variables]) -> dict[str, str]:
    """Put the stamp of the engine's cursors into Q7's, and give the stamps of Q2's lists, by topic."""

    def stamp(name: str, values: dict[str, Any]) -> str:
        return stamp_of(ask(engine, workload.request(name, values), token))

    mark = stamp("Q7", {"after": None})
    for values in drawn["Q7"]:
        values["after"] = f"{mark}{values['after']}"
    return {values["topic"]: stamp("Q2", values) for values in drawn["Q2"]}


def stamp_of(answer: bytes) -> str:
    """Take the stamp off the cursor that an answer with a page of issues ends with."""
    return str(json.loads(answer)["data"]["issues"]["pageInfo"]["endCursor"]).split("~")[0]


def tasks(server: Server, token: str, drawn: dict[str, workload.Variables]) -> dict[str, Task]:
    """Make each query's requests in the words of a server; those that it cannot answer are left out."""
    if server.contestant.name != "postgraphile":
        return {name: Task(name, [workload.request(name, v) for v in values]) for name, values in drawn.items()}
    folder = PEERS / "postgraphile"
    made: dict[str, Task] = {}
    for name, values in drawn.items():
        document = folder / f"{name}.graphql"
        if not document.exists():
            continue
        if name == "Q7":
            values = [{"after": _postgraphile_cursor(server, token, folder)}]
        own = [{key: _ID.sub(r"\1", v) if key == "id" else v for key, v in each.items()} for each in values]
        made[name] = Task(name, [workload.request(name, each, document.read_text()) for each in own])
    return made


def compare(engine: Server, server: Server, token: str, asked: dict[str, Task], answered: dict[str, Task]) -> None:
    """Compare a server's answers with the engine's: the limit's byte for byte (marks of rows aside), others' as JSON.

    Raises:
        Different: names the server, the query and the variables.
    """
    is_limit = server.contestant.name in ("limit", "floor")
    for name, task in answered.items():
        pairs = list(zip(asked[name].bodies, task.bodies, strict=True))
        for ours, theirs in pairs if is_limit else pairs[:_COMPARED]:
            first, second = ask(engine, ours, token), ask(server, theirs, token)
            same = first.translate(None, ROW_MARKS) == second if is_limit else _essence(first) == _essence(second)
            if not same:
                raise Different(f"{server.contestant.title} answers {name} {ours['variables']} differently.")


def _postgraphile_cursor(server: Server, token: str, folder: Path) -> str:
    body = workload.request("Q7", {"offset": _OFFSET}, (folder / "Q7-start.graphql").read_text())
    return json.loads(ask(server, body, token))["data"]["issues"]["pageInfo"]["endCursor"]


def _essence(answer: bytes) -> list[str]:
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key in sorted(value.keys() - _OWN_WORDS):
                walk(value[key])
        elif isinstance(value, list):
            for item in value:
                walk(item)
        else:
            found.append(_ID.sub(r"\1", str(value)))

    walk(json.loads(answer)["data"])
    return found
