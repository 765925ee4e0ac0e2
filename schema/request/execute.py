"""Answers a GraphQL request: the one way in for HTTP, the command line and tests. The answer is JSON text."""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeVar

import orjson
from graphql import FieldNode, GraphQLError

from db.access.audit import Event, record_refusal
from db.access.models.access import TokenScope
from db.access.models.account import roles_with
from db.access.models.audit import AuditAction
from db.kernel.failures import DRIVER_ERRORS, Failure, failure_of
from schema.chinese import in_chinese
from schema.engine import DocumentRefused, Engine, Limits, Operation, PreparedField, RequestValues, document_points
from schema.errors import RequestErrorCode, RequestRefused, unanswered
from schema.graph import CATALOG
from schema.graph.viewer import ViewerValues
from schema.request.budget import A_STEP, Budget, OverBudget, points_of_time
from schema.request.changes import Changes
from schema.request.context import Context
from schema.request.counts import Counts
from schema.request.documents import Documents, not_supported
from schema.request.introspection import Introspection, holds_any
from schema.root import schema
from schema.spending import Spent

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)
_MAX_ERRORS = 20
_STATUS = {
    RequestErrorCode.PERSISTED_QUERY_HASH_MISMATCH: 400,
    RequestErrorCode.METHOD_NOT_ALLOWED: 405,
    RequestErrorCode.UNAUTHENTICATED: 401,
    RequestErrorCode.RATE_LIMITED: 429,
    # Only before anything was begun.
    RequestErrorCode.UNAVAILABLE: 503,
}


class Request(NamedTuple):
    """A GraphQL request. `extensions`: `{"plan": true}` asks for the plan, `{"cost": true}` for the cost alone.

    is_get: then only queries are answered. sha256: of the document, in hexadecimal; then `query` may be None. written:
    gives the variables again with `schema.scalars.WrittenNumber` for numbers that have a point.
    """

    query: str | None
    variables: Mapping[str, object]
    operation_name: str | None = None
    is_get: bool = False
    extensions: Mapping[str, object] | None = None
    sha256: str | None = None
    written: Callable[[], Mapping[str, object]] | None = None


class Response(NamedTuple):
    """The answer. body: the whole JSON text. is_request_error: nothing was executed, and there is no `data`.

    cost: what it costs at most. status: an HTTP status that the error asks for, where there is one. spent: where the
    payer stands after it; None where nothing is limited. retry_after: seconds to wait, for one who has asked too much.
    """

    body: bytes
    is_request_error: bool = False
    status: int | None = None
    cost: int = 0
    spent: Spent | None = None
    retry_after: int | None = None


class Change(Protocol):
    """Performs work that changes the database, and returns its answer once what it changed is kept."""

    def __call__(self, work: Callable[[], Answer]) -> Answer: ...


class Turns(NamedTuple):
    """What a request is worked on in, so that no more are worked on at once than there are connections for.

    reading: a context; change: performs work. Both wait for a connection, and raise `RequestRefused` when none becomes
    free in time.
    """

    reading: AbstractContextManager[object]
    change: Change


def _perform(work: Callable[[], Answer]) -> Answer:
    return work()


# Mutations for visitors too.
_OPEN = {name for name, mutation in CATALOG.mutations.items() if mutation.is_open}
ANY_TIME = Turns(nullcontext(), _perform)


class Executor:
    """Answers requests over one schema and the bound database.

    documents: None when hashes of documents are no use. introspection: None when everybody may introspect.
    turns: at the database; without them a request is worked on at any time. counts: where points and requests are
    counted; by this process alone where they are not given.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        max_operations: int = 1000,
        points_an_hour: int = 0,
        requests_a_minute: int = 0,
        documents: Documents | None = None,
        introspection: Introspection | None = None,
        turns: Turns = ANY_TIME,
        counts: Counts | None = None,
    ) -> None:
        self._limits = limits
        self._max_operations = max_operations
        self.budget = Budget(points_an_hour, requests_a_minute, counts)
        self._documents = documents
        self._introspection = introspection
        self._turns = turns

    @cached_property
    def engine(self) -> Engine:
        """The read engine, built with the schema when it is first asked for."""
        payloads = {name: mutation.shows for name, mutation in CATALOG.mutations.items()}
        return Engine(schema()._schema, CATALOG, payloads, self._limits, self._max_operations)

    def prepare(self) -> None:
        """Build what the first request would wait for."""
        _ = self.engine

    def execute(self, request: Request, context: Context) -> Response:
        """Execute a request. A client's mistakes and a database's failures become responses and are never raised.

        What a refusal took to find out is charged too, be the points there or not.
        """
        bill = _Bill()
        is_change = False
        try:
            self.budget.enter(context.payer)
            with self._turns.reading:
                operation = self._operation(request, context)
                if operation.is_query:
                    return self._read(operation, request, context, bill)
            if request.is_get:
                raise _not_by_get()
            is_change = True
            # A change that waits for others must not keep a connection from those who read.
            return self._turns.change(lambda: self._change(operation, request, context, bill))
        except OverBudget as refusal:
            return refused(refusal, context.language)
        except (DocumentRefused, GraphQLError, RequestRefused, RecursionError) as refusal:
            points = bill.owed(bill.seconds()) if bill.spent else 1 + document_points(request.query or "")
            return self._refusal(refusal, points, context)
        except DRIVER_ERRORS as error:
            failure = failure_of(error)
            if failure is None:
                raise
            _log.warning("request %s: %s: %s", context.request_id, failure.name, error)
            points = bill.owed(bill.seconds()) if failure is Failure.TOO_SLOW else 0
            return self._refusal(unanswered(failure, is_change), points, context)

    def _refusal(self, refusal: Exception, points: int, context: Context) -> Response:
        """Return the answer to a refused request, and charge what its work is worth."""
        match refusal:
            case DocumentRefused():
                response = self._unfit(refusal.errors, refusal.code, context)
            case GraphQLError():
                response = self._unfit([refusal], RequestErrorCode.BAD_USER_INPUT, context)
            case RequestRefused():
                points = 0 if refusal.code is RequestErrorCode.UNAVAILABLE else points + refusal.points
                if refusal.code is RequestErrorCode.FORBIDDEN:
                    self._record(refusal, context)
                response = refused(refusal, context.language)
            case _:
                # Of values in variables alone: what is written in a document is measured before it is read.
                too_deep = RequestRefused(RequestErrorCode.QUERY_TOO_DEEP, "The variables are nested too deeply.")
                response = refused(too_deep, context.language)
        return response._replace(spent=self.budget.charge(context.payer, points))

    def _operation(self, request: Request, context: Context) -> Operation:
        if self._documents is None:
            if request.query is None:
                raise not_supported()
            return self.engine.operation(request.query, request.operation_name)
        text = self._documents.text(request.query, request.sha256)
        operation = self.engine.operation(text, request.operation_name)
        payer = context.payer
        self._documents.keep(request.sha256, text, payer, lambda points: self.budget.spend(payer, points))
        return operation

    def _read(self, operation: Operation, request: Request, context: Context, bill: "_Bill") -> Response:
        is_explained = _wants_plan(request, context) and _may_explain(context)
        began = time.perf_counter() if is_explained else 0.0
        variables = operation.variables.read(request.variables, request.written)
        viewer = context.viewer
        if viewer is not None and TokenScope.READ not in viewer.mandate.scopes:
            raise _out_of_scope(TokenScope.READ)
        fields = operation.fields(variables, context.visibility)
        if self._introspection is not None:
            self._introspection.check(fields, context)
        request_values = _request_values(variables, context)
        self._pay(operation, fields, request_values, context, bill)
        if is_explained:
            return self._explained(fields, request_values, context, bill, bill.started - began)
        pieces, before = [], b'"'
        lists: list[tuple[PreparedField, bytes]] = []
        for field in fields:
            text = self._execute_field(field, request_values)
            pieces += (before, field.key.encode(), b'":', text)
            before = b',"'
            if field.tally is not None:
                lists.append((field, text))
        if lists:
            self._settle(lists, len(fields) == 1, request_values, context, bill)
        if (seconds := time.perf_counter() - bill.started) >= A_STEP:
            self._charge_time(seconds, request_values, context, bill)
        return self._response(pieces, request, context, request_values, bill)

    def _pay(
        self,
        operation: Operation,
        fields: tuple[PreparedField, ...],
        request_values: RequestValues,
        context: Context,
        bill: "_Bill",
    ) -> None:
        """Charge the points that a request costs at most, and those for preparing its operation."""
        if operation.unpaid:
            unpaid, operation.unpaid = operation.unpaid, 0
            self.budget.charge(context.payer, unpaid)
        bill.cost = max(self.engine.cost(fields, request_values), 1)
        bill.spent = request_values.spent = self.budget.spend(context.payer, bill.cost)
        bill.started = time.perf_counter()

    def _settle(
        self,
        lists: list[tuple[PreparedField, bytes]],
        is_alone: bool,
        request_values: RequestValues,
        context: Context,
        bill: "_Bill",
    ) -> None:
        """Refund the points of rows that were not returned.

        lists: fields that hold lists, with their answers. is_alone: there is one field, whose cost is the request's.
        """
        cost = bill.cost
        for field, text in lists:
            assert field.tally
            max_cost = cost if is_alone else field.cost.points(request_values)
            cost -= max(0, max_cost - field.tally.points(text))
        bill.spent = request_values.spent = self.budget.settle(context.payer, request_values.spent, max(cost, 1))

    def _charge_time(self, seconds: float, request_values: RequestValues, context: Context, bill: "_Bill") -> None:
        """Charge for time that the points do not cover. seconds: since the statements were begun."""
        if (owed := bill.owed(seconds)) and (charged := self.budget.charge(context.payer, owed)) and charged.limit:
            request_values.spent = charged._replace(cost=request_values.spent.cost)

    def _execute_field(self, field: PreparedField, request_values: RequestValues) -> bytes:
        if field.statement is not None:
            return self.engine.execute_field(field, request_values)
        if field.text is not None:
            return field.text
        if field.description is not None:
            return field.description.text(request_values)
        assert field.resolved is not None
        resolve, selected = field.resolved
        return orjson.dumps(resolve(selected, request_values))

    def _change(self, operation: Operation, request: Request, context: Context, bill: "_Bill") -> Response:
        variables = operation.variables.read(request.variables, request.written)
        viewer = context.viewer
        if viewer is None and not _is_open(operation):
            raise RequestRefused(
                RequestErrorCode.UNAUTHENTICATED,
                "A mutation needs a signed-in user: send a token in the Authorization header.",
            )
        fields = operation.fields(variables, context.visibility)
        request_values = _request_values(variables, context)
        for field in fields:
            if viewer is None or field.payload is None:
                continue
            if not viewer.mandate.allows(scope := CATALOG.scopes[field.payload.selected.name]):
                raise _out_of_scope(scope)
        self.engine.check(fields, request_values)
        self._pay(operation, fields, request_values, context, bill)
        changes = Changes(self.engine, context, request_values)
        try:
            data = changes.all_or_none(fields) if operation.is_atomic else changes.in_order(fields)
        finally:
            changes.record_refusals()
        return self._response([data], request, context, request_values, bill)

    def _record(self, refusal: RequestRefused, context: Context) -> None:
        event = Event(
            action=AuditAction.REFUSED,
            at=datetime.fromisoformat(context.now),
            account_id=context.viewer and context.viewer.account_id,
            origin=context.origin,
            reason=refusal.message,
        )
        try:
            self._turns.change(lambda: record_refusal(event))
        except (RequestRefused, *DRIVER_ERRORS) as error:
            _log.error("an audit entry of request %s was lost: %s", context.request_id, error)

    def _unfit(self, errors: list[GraphQLError], code: RequestErrorCode, context: Context) -> Response:
        """Return what is wrong with a document or its variables, in the library's words or in Chinese."""
        formatted = [_formatted(error, code) for error in errors[:_MAX_ERRORS]]
        if self._introspection is not None:
            self._introspection.withhold_hints(formatted, context)
        if context.language == "zh":
            for error in formatted:
                error["message"] = in_chinese(code.value, error["message"])
        return Response(orjson.dumps({"errors": formatted}), True)

    def _response(
        self, data: list[bytes], request: Request, context: Context, request_values: RequestValues, bill: "_Bill"
    ) -> Response:
        """Build the response, copied once: the fields of `data` in pieces, and the cost where it is requested."""
        end = b"}}"
        if context.wants_cost or (request.extensions and request.extensions.get("cost")):
            end = b'},"extensions":%s}' % orjson.dumps({"cost": self._cost(request_values.spent)})
        return Response(b"".join((b'{"data":{', *data, end)), cost=bill.cost, spent=request_values.spent)

    def _cost(self, spent: Spent) -> dict[str, object]:
        told: dict[str, object] = {"points": spent.cost, "limit": self.engine.limits.max_cost}
        if spent.limit:
            told |= {"hourly": spent.limit, "remaining": spent.remaining, "resetAt": spent.reset_at}
        return told

    def _explained(
        self,
        fields: tuple[PreparedField, ...],
        request_values: RequestValues,
        context: Context,
        bill: "_Bill",
        planned: float,
    ) -> Response:
        pieces: list[bytes] = []
        explained: list[Mapping[str, object]] = []
        lists: list[tuple[PreparedField, bytes]] = []
        for field in fields:
            if field.statement is not None:
                body, plan = self.engine.explain(field, request_values)
                explained.append(plan)
                if field.tally is not None:
                    lists.append((field, body))
            else:
                body = self._execute_field(field, request_values)
            pieces.append(b'"%s":%s' % (field.key.encode(), body))
        if lists:
            self._settle(lists, len(fields) == 1, request_values, context, bill)
        self._charge_time(bill.seconds(), request_values, context, bill)
        plan = {
            "cost": bill.cost,
            "planMilliseconds": round(planned * 1000, 3),
            "statements": explained,
            "cache": asdict(self.engine.figures()),
        }
        body = b'{"data":{%s},"extensions":%s}' % (b",".join(pieces), orjson.dumps({"plan": plan}))
        return Response(body, cost=bill.cost, spent=request_values.spent)


class _Bill:
    """What a request costs at most, what it has paid (None until it has), and since when its statements run."""

    __slots__ = ("cost", "spent", "started")

    def __init__(self) -> None:
        self.cost = 0
        self.spent: Spent | None = None
        self.started = 0.0

    def seconds(self) -> float:
        """Return how long its statements have run."""
        return time.perf_counter() - self.started

    def owed(self, seconds: float) -> int:
        """Return the points of a time that are not paid for."""
        return max(0, points_of_time(seconds) - self.spent.cost) if self.spent else 0


def _request_values(variables: Mapping[str, object], context: Context) -> RequestValues:
    viewer = context.viewer
    if viewer is None:
        return ViewerValues(variables, context.now, 0, language=context.language)
    return ViewerValues(
        variables, context.now, viewer.account_id, language=context.language, mandate=viewer.mandate,
        reads=viewer.reads,
    )  # fmt: skip


def _wants_plan(request: Request, context: Context) -> bool:
    return context.wants_plan or bool(request.extensions and request.extensions.get("plan"))


def _may_explain(context: Context) -> bool:
    """Return whether the viewer may see plans: city officers and auditors, and in development everybody signed in."""
    if context.viewer is None or context.may_explain:
        return context.viewer is not None
    return holds_any(context, roles_with(lambda powers: powers.explains))


def _is_open(operation: Operation) -> bool:
    """Return whether a visitor may ask for each mutation of an operation; one in a fragment needs a signed-in user."""
    selections = operation.node.selection_set.selections
    return all(isinstance(one, FieldNode) and one.name.value in _OPEN for one in selections)


def _out_of_scope(scope: TokenScope) -> RequestRefused:
    message = f"The token does not have the required scope {scope.value}; send one that has it."
    return RequestRefused(RequestErrorCode.FORBIDDEN, message, details={"scope": scope.value})


def _not_by_get() -> RequestRefused:
    message = "A GET request can only send a query; send a mutation by POST."
    return RequestRefused(RequestErrorCode.METHOD_NOT_ALLOWED, message)


def _formatted(error: GraphQLError, code: RequestErrorCode) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    formatted["extensions"] = {**(error.extensions or {}), "code": code.value}
    return formatted


def refused(refusal: RequestRefused, language: str) -> Response:
    """Return the answer to a request that is refused as a whole. language: of the message, `en` or `zh`."""
    formatted = refusal.formatted(language)
    if refusal.code in (RequestErrorCode.TIMEOUT, RequestErrorCode.UNAVAILABLE) and refusal.retry_after is None:
        return Response(orjson.dumps({"errors": [formatted], "data": None}))
    body = orjson.dumps({"errors": [formatted]})
    spent = refusal.spent if isinstance(refusal, OverBudget) else None
    return Response(body, True, _STATUS.get(refusal.code), spent=spent, retry_after=refusal.retry_after)
