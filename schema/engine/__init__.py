"""The read engine: an operation over the graph becomes one SQL statement per root field, which builds its own JSON.

selection -> plan -> emit -> run; each stage is a function of plain data, and they meet here.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from graphql import GraphQLSchema

from schema.catalog.registry import Catalog
from schema.engine import run
from schema.engine.bindings import PayloadRow, RequestValues
from schema.engine.bounds import Bounds
from schema.engine.emit import Emitted
from schema.engine.operation import (
    DocumentRefused,
    Operation,
    Payload,
    PayloadField,
    PayloadShape,
    PreparedField,
    document_points,
    read_document,
)
from schema.engine.planner import Limits
from schema.errors import RequestErrorCode, RequestRefused

__all__ = [
    "Bounds",
    "CacheFigures",
    "DocumentRefused",
    "Engine",
    "Limits",
    "Operation",
    "Payload",
    "PayloadField",
    "PreparedField",
    "RequestRefused",
    "RequestValues",
    "document_points",
]


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """How the cache of ready operations is doing."""

    size: int
    max_size: int
    hits: int
    misses: int


class Engine:
    """Reads the graph for one schema and one database.

    payloads: mutation to the objects that its payload shows, by name and type; a name may stand for a list of results,
    and then for what each shows. max_operations: how many documents'
    operations are kept ready. max_tokens: how long a document may be.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        catalog: Catalog,
        payloads: Mapping[str, PayloadShape],
        limits: Limits | None = None,
        max_operations: int = 1000,
    ) -> None:
        self.schema = schema
        self.catalog = catalog
        self.payloads = payloads
        self.limits = limits or Limits()
        self._dialect = run.dialect()
        self._operation = lru_cache(max_operations)(self._made)

    def operation(self, text: str, name: str | None) -> Operation:
        """Return an operation ready to run; a document that was seen lately is neither parsed nor validated again.

        Raises:
            DocumentRefused: the document is not GraphQL or does not fit the schema.
        """
        return self._operation(text, name)

    def misfits(self, text: str) -> list[tuple[int, str]]:
        """List the errors of a document, each with its line, from 1; nothing when it would be answered."""
        try:
            read_document(self.schema, text, self.limits.bounds)
        except DocumentRefused as refusal:
            return [(error.locations[0].line if error.locations else 1, error.message) for error in refusal.errors]
        except RequestRefused as refusal:
            return [(1, refusal.message)]
        return []

    def figures(self) -> CacheFigures:
        """Return figures of the cache."""
        info = self._operation.cache_info()
        return CacheFigures(info.currsize, info.maxsize or 0, info.hits, info.misses)

    def cost(self, fields: tuple[PreparedField, ...], request_values: RequestValues) -> int:
        """Compute the points of a request before it runs.

        Raises:
            RequestRefused: QUERY_TOO_COSTLY, or what reading a page's size refuses.
        """
        points = 0
        for field in fields:
            points += field.cost.points(request_values)
            if field.description and points > self.limits.max_cost:
                break  # To know the cost of a description is most of its work.
        if points > self.limits.max_cost:
            raise RequestRefused(
                RequestErrorCode.QUERY_TOO_COSTLY,
                f"The query costs {points} points; at most {self.limits.max_cost} are allowed. Ask for smaller pages.",
                details={"cost": points, "limit": self.limits.max_cost},
                # The size of a description is known when it has been made.
                points=self.limits.max_cost if any(field.description for field in fields) else 0,
            )
        return points

    def check(self, fields: tuple[PreparedField, ...], request_values: RequestValues) -> None:
        """Check the values that the payloads of mutations are read with, before anything is changed.

        Raises:
            RequestRefused: what binding a value refuses.
        """
        waiting = [part for field in fields if field.payload for part in field.payload.fields]
        while waiting:
            part = waiting.pop()
            waiting += part.results or ()
            for param in part.statement.params if part.statement else ():
                # Which row it is will be known when it was changed.
                if not isinstance(param.source, PayloadRow):
                    param.bind(request_values)

    def execute_field(self, field: PreparedField, request_values: RequestValues) -> bytes:
        """Execute a root field that a statement reads; return JSON text."""
        assert field.statement is not None
        return run.fetch(self._dialect, field.statement, request_values) or b"null"

    def show(self, statement: Emitted, request_values: RequestValues) -> bytes:
        """Read an object of a mutation's payload, as JSON text."""
        return run.fetch(self._dialect, statement, request_values) or b"null"

    def explain(self, field: PreparedField, request_values: RequestValues) -> tuple[bytes, Mapping[str, object]]:
        """Execute a root field, and return its statement, its cost and its time too."""
        assert field.statement is not None
        started = time.perf_counter()
        body = self.execute_field(field, request_values)
        return body, {
            "field": field.key,
            "sql": field.statement.sql,
            "parameters": [param.cast or "text" for param in field.statement.params],
            "cost": field.cost.points(request_values),
            "milliseconds": round((time.perf_counter() - started) * 1000, 3),
        }

    def _made(self, text: str, name: str | None) -> Operation:
        return Operation(self.schema, self.catalog, self.payloads, text, name, self.limits, self._dialect)
