"""The same Strawberry schema, resolved as one does without the engine: field by field, from Peewee rows.

`naive` loads each related row and list when its field is resolved. `batched` collects what a level of the answer needs
in Strawberry's DataLoader and reads it with one statement. Both keep parsed documents and skip Flask, which is kind.
"""

import asyncio
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import orjson
from graphql import GraphQLObjectType, execute, execute_sync, parse, validate
from peewee import SQL, Case, fn
from strawberry.dataloader import DataLoader

from db.city import models
from db.issues.lifecycle import IssueState
from db.kernel.database import connect
from db.kernel.fields import utc_text
from db.places.models.division import DivisionLevel, code_at
from schema.root import schema

# Lists below a row: of which model, by which column they belong to it, in which order.
LISTS: dict[tuple[str, str], tuple[Any, Any, list[Any]]] = {
    ("Committee", "members"): (models.Member, models.Member.committee, [models.Member.id]),
    ("Member", "submittedIssues"): (
        models.Issue, models.Issue.submitter, [models.Issue.created_at.desc(), models.Issue.id.desc()]
    ),
    ("Issue", "claims"): (
        models.Claim, models.Claim.issue, [models.Claim.created_at.desc(), models.Claim.id.desc()]
    ),
    ("Division", "children"): (models.Division, models.Division.parent, [models.Division.code]),
}  # fmt: skip
# Single rows beside a row: of which model, by which of their columns, and the attribute of the row that it equals.
ONES: dict[tuple[str, str], tuple[Any, Any, str]] = {
    ("Claim", "resource"): (models.Resource, models.Resource.id, "resource_id"),
    ("Issue", "committee"): (models.Committee, models.Committee.id, "committee_id"),
    ("Issue", "division"): (models.Division, models.Division.id, "division_id"),
    ("Issue", "submitter"): (models.Member, models.Member.id, "submitter_id"),
    ("Division", "committee"): (models.Committee, models.Committee.division, "id"),
    ("IssueGroupKey", "district"): (models.Division, models.Division.code, "district_code"),
}
_core = schema()._schema
_local = threading.local()


# --- Roots: the same for both -----------------------------------------------------------------------------------------


def _by_id(model: Any) -> Callable[..., Any]:
    return lambda _root, _info, **given: model.get_or_none(model.id == int(given["id"].rpartition("_")[2]))


def _division(_root: Any, _info: Any, code: str, **_: Any) -> Any:
    return models.Division.get_or_none(models.Division.code == code)


def _issues(_root: Any, _info: Any, first: int = 20, after: str | None = None, **more: Any) -> Any:
    issue, filter_ = models.Issue, more.get("filter")
    rows = issue.select().order_by(issue.created_at.desc(), issue.id.desc()).limit(first + 1)
    if filter_:
        rows = rows.where(issue.state == filter_["state"]["eq"].value, issue.topic_code == filter_["topicCode"]["eq"])
    if after:
        _, created_at, row_id = after.split("~")
        older = (issue.created_at < created_at) | ((issue.created_at == created_at) & (issue.id < int(row_id)))
        rows = rows.where(older)
    found: list[Any] = list(rows)
    nodes = found[:first]
    end = f"~{utc_text(nodes[-1].created_at)}~{nodes[-1].id}" if nodes else None
    return {"nodes": nodes, "pageInfo": {"hasNextPage": len(found) > first, "endCursor": end}}


# States come in the order of an issue's life.
_RANKS = [(state, rank) for rank, state in enumerate(IssueState)]


def _issue_aggregate(*_: Any, **__: Any) -> Any:
    district = code_at(models.Issue.division_code, DivisionLevel.DISTRICT)
    rows = models.Issue.select(district.alias("code"), models.Issue.state, fn.COUNT(models.Issue.id).alias("count"))
    rows = rows.group_by(SQL("1"), SQL("2")).order_by(SQL("1"), Case(models.Issue.state, _RANKS))
    found: Any = rows.tuples()
    return {"groups": [{"key": _Key(code, state), "count": count} for code, state, count in found]}


class _Key:
    def __init__(self, district_code: str, state: Any) -> None:
        self.district_code = district_code
        self.state = state


# --- Naive ------------------------------------------------------------------------------------------------------------


def _list_now(model: Any, column: Any, order: list[Any]) -> Callable[..., Any]:
    def resolve(row: Any, _info: Any, first: int = 20, **_: Any) -> Any:
        return {"nodes": list(model.select().where(column == row.id).order_by(*order).limit(first))}

    return resolve


def _one_now(model: Any, column: Any, attribute: str) -> Callable[..., Any]:
    def resolve(row: Any, _info: Any) -> Any:
        key = getattr(row, attribute)
        return None if key is None else model.get_or_none(column == key)

    return resolve


# --- Batched ----------------------------------------------------------------------------------------------------------


def _list_later(model: Any, column: Any, order: list[Any]) -> Callable[..., Any]:
    async def load(keys: list[tuple[int, int]]) -> list[Any]:
        # One field asks with one page size; the window numbers each parent's rows.
        first = max(size for _, size in keys)
        place = fn.ROW_NUMBER().over(partition_by=[column], order_by=order)
        numbered = model.select(model.id, place.alias("place")).where(column << [parent for parent, _ in keys])
        rows = model.select(model).join(numbered.alias("numbered"), on=(model.id == SQL("numbered.id")))
        by_parent = defaultdict(list)
        for row in rows.where(SQL("numbered.place") <= first).order_by(*order):
            by_parent[row.__data__[column.name]].append(row)
        return [{"nodes": by_parent[parent][:size]} for parent, size in keys]

    return lambda row, info, first=20, **_: _loader(info, load).load((row.id, first))


def _one_later(model: Any, column: Any, attribute: str) -> Callable[..., Any]:
    async def load(keys: list[Any]) -> list[Any]:
        found = {row.__data__[column.name]: row for row in model.select().where(column << keys)}
        return [found.get(key) for key in keys]

    def resolve(row: Any, info: Any) -> Any:
        key = getattr(row, attribute)
        return None if key is None else _loader(info, load).load(key)

    return resolve


def _loader(info: Any, load: Any) -> DataLoader[Any, Any]:
    loaders = info.context
    if load not in loaders:
        loaders[load] = DataLoader(load_fn=load)
    return loaders[load]


# --- Serving ----------------------------------------------------------------------------------------------------------


def _value(row: Any, info: Any, **_: Any) -> Any:
    if isinstance(row, dict):
        return row[info.field_name]
    name = info.field_name
    if name == "id":
        return f"{info.parent_type.name}_{row.id}"
    value = getattr(row, "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name))
    return utc_text(value) if name.endswith("At") and value is not None else value


def _resolve_with(a_list: Callable[..., Any], a_one: Callable[..., Any]) -> None:
    """Put resolvers behind the schema's fields; this process answers nothing else."""
    roots = {
        "committee": _by_id(models.Committee),
        "issue": _by_id(models.Issue),
        "division": _division,
        "issues": _issues,
        "issueAggregate": _issue_aggregate,
    }
    for type_ in _core.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            type_.is_type_of = None  # Strawberry's own asks for an instance of its class, and rows are not.
            for name, field in type_.fields.items():
                key = (type_.name, name)
                if key in LISTS:
                    field.resolve = a_list(*LISTS[key])
                elif key in ONES:
                    field.resolve = a_one(*ONES[key])
                else:
                    field.resolve = roots.get(name, _value) if type_ is _core.query_type else _value


@lru_cache(100)
def _document(text: str) -> Any:
    document = parse(text)
    errors = validate(_core, document)
    if errors:
        raise errors[0]
    return document


def _answer_naively(document: Any, variables: Any) -> Any:
    return execute_sync(_core, document, variable_values=variables)


def _answer_in_batches(document: Any, variables: Any) -> Any:
    if not hasattr(_local, "loop"):
        _local.loop = asyncio.new_event_loop()

    async def answer() -> Any:
        result = execute(_core, document, variable_values=variables, context_value={})
        return await result if asyncio.iscoroutine(result) else result

    return _local.loop.run_until_complete(answer())


def _app(answer: Callable[..., Any]) -> Callable[..., Iterable[bytes]]:
    connect(os.environ["DATABASE_URL"])

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        body = orjson.dumps(answer(_document(request["query"]), request["variables"]).formatted)
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return app


def naive() -> Callable[..., Iterable[bytes]]:
    """Make the WSGI application that loads a row when it comes to it."""
    _resolve_with(_list_now, _one_now)
    return _app(_answer_naively)


def batched() -> Callable[..., Iterable[bytes]]:
    """Make the WSGI application that loads a level at once."""
    _resolve_with(_list_later, _one_later)
    return _app(_answer_in_batches)
