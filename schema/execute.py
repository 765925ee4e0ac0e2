"""Answers a GraphQL request: the one way in for HTTP, the command line and tests. The answer is JSON text."""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLError

from db.audit import Event, record_refusal
from db.failures import DRIVER_ERRORS, failure_of
from db.models.access import TokenScope
from db.models.account import Role
from db.models.audit import AuditAction
from schema.budget import Budget, Spent
from schema.chinese import in_chinese
from schema.context import Context
from schema.documents import Documents, not_supported
from schema.engine import DocumentRefused, Engine, Limits, Moment, Operation, Ready
from schema.errors import RequestErrorCode, RequestRefused, unanswered
from schema.introspection import Introspection, holds_any
from schema.mutations import MUTATIONS, scope_of
from schema.mutations.perform import Changes
from schema.root import SCHEMA

_log = logging.getLogger(__name__)
_MOST_ERRORS = 20
_EXPLAINERS = (Role.CITY_OFFICER, Role.AUDITOR)
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
    variables: Mapping[str, Any]
    operation_name: str | None = None
    is_get: bool = False
    extensions: Mapping[str, Any] | None = None
    sha256: str | None = None
    written: Callable[[], Mapping[str, Any]] | None = None


class Response(NamedTuple):
    """The answer. body: the whole JSON text. is_request_error: nothing was executed, and there is no `data`.

    status: an HTTP status that the error asks for, where there is one. spent: where the payer stands after it.
    retry_after: seconds to wait, for one who has asked too much.
    """

    body: bytes
    is_request_error: bool = False
    status: int | None = None
    cost: int = 0
    spent: Spent | None = None
    retry_after: int | None = None


class Turns(NamedTuple):
    """What a request is worked on in, so that no more are worked on at once than there are connections for.

    reading, changing: contexts that wait for a connection, and raise `RequestRefused` when none becomes free in time.
    """

    reading: AbstractContextManager[Any]
    changing: AbstractContextManager[Any]


ANY_TIME = Turns(nullcontext(), nullcontext())


class Executor:
    """Answers requests over one schema and the bound database.

    documents: None when hashes of documents are no use. introspection: None when everybody may introspect.
    turns: at the database; without them a request is worked on at any time.
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
    ) -> None:
        payloads = {name: mutation.shows for name, mutation in MUTATIONS.items()}
        self.engine = Engine(SCHEMA._schema, payloads, limits, max_operations)
        self.budget = Budget(points_an_hour, requests_a_minute)
        self._documents = documents
        self._introspection = introspection
        self._turns = turns

    def execute(self, request: Request, context: Context) -> Response:
        """Answer a request. A client's mistakes and a database's failures are answered, never raised."""
        is_change = False
        try:
            with self._turns.reading:
                self.budget.enter(context.payer)
                operation = self._operation(request, context)
                if operation.is_query:
                    return self._read(operation, request, context)
            if request.is_get:
                return _refused(_not_by_get(), context)
            is_change = True
            # A change that waits for others must not keep a connection from those who read.
            with self._turns.changing:
                return self._change(operation, request, context)
        except DocumentRefused as refusal:
            return self._unfit(refusal.errors, refusal.code, context)
        except GraphQLError as error:
            return self._unfit([error], RequestErrorCode.BAD_USER_INPUT, context)
        except RequestRefused as refusal:
            if refusal.code is RequestErrorCode.FORBIDDEN:
                self._record(refusal, context)
            return _refused(refusal, context)
        except RecursionError:
            # Of values in variables alone: what is written in a document is measured before it is read.
            too_deep = RequestRefused(RequestErrorCode.QUERY_TOO_DEEP, "The variables are nested too deeply.")
            return _refused(too_deep, context)
        except DRIVER_ERRORS as error:
            failure = failure_of(error)
            if failure is None:
                raise
            _log.warning("request %s: %s: %s", context.request_id, failure.name, error)
            return _refused(unanswered(failure, is_change), context)

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

    def _read(self, operation: Operation, request: Request, context: Context) -> Response:
        started = time.perf_counter()
        variables = operation.variables.read(request.variables, request.written)
        viewer = context.viewer
        if viewer is not None and TokenScope.READ not in viewer.mandate.scopes:
            raise _out_of_scope(TokenScope.READ)
        fields = operation.fields(variables, context.sight)
        if self._introspection is not None:
            self._introspection.see(fields, context)
        moment = _moment(variables, context)
        cost = self._pay(fields, moment, context)
        if _wants_plan(request, context) and _may_explain(context):
            return self._explained(fields, moment, cost, started)
        pieces, before = [], b'"'
        for field in fields:
            pieces += (before, field.key.encode(), b'":', self._answer(field, moment))
            before = b',"'
        return self._answered(pieces, request, context, moment)

    def _pay(self, fields: tuple[Ready, ...], moment: Moment, context: Context) -> int:
        cost = max(self.engine.cost(fields, moment), 1)
        moment.spent = self.budget.spend(context.payer, cost)
        return cost

    def _answer(self, field: Ready, moment: Moment) -> bytes:
        if field.statement is not None:
            return self.engine.answer(field, moment)
        if field.text is not None:
            return field.text
        if field.description is not None:
            return field.description.text(moment)
        assert field.resolved is not None
        resolve, selected = field.resolved
        return orjson.dumps(resolve(selected, moment))

    def _change(self, operation: Operation, request: Request, context: Context) -> Response:
        variables = operation.variables.read(request.variables, request.written)
        if context.viewer is None:
            raise RequestRefused(
                RequestErrorCode.UNAUTHENTICATED, "A mutation needs somebody: send a token in the Authorization header."
            )
        fields = operation.fields(variables, context.sight)
        moment = _moment(variables, context)
        for field in fields:
            if field.payload and not context.viewer.mandate.allows(scope := scope_of(field.payload.selected.name)):
                raise _out_of_scope(scope)
        self.engine.check(fields, moment)
        self._pay(fields, moment, context)
        changes = Changes(self.engine, context, moment)
        try:
            data = changes.all_or_none(fields) if operation.is_atomic else changes.in_order(fields)
        finally:
            changes.record_refusals()
        return self._answered([data], request, context, moment)

    def _record(self, refusal: RequestRefused, context: Context) -> None:
        event = Event(
            action=AuditAction.REFUSED,
            at=datetime.fromisoformat(context.now),
            account_id=context.viewer and context.viewer.account_id,
            origin=context.origin,
            reason=refusal.message,
        )
        try:
            with self._turns.changing:
                record_refusal(event)
        except RequestRefused:
            _log.error("an audit entry of request %s was lost: the server is too busy", context.request_id)

    def _unfit(self, errors: list[GraphQLError], code: RequestErrorCode, context: Context) -> Response:
        """Return what is wrong with a document or its variables, in the library's words or in Chinese."""
        formatted = [_formatted(error, code) for error in errors[:_MOST_ERRORS]]
        if self._introspection is not None:
            self._introspection.withhold_hints(formatted, context)
        if context.language == "zh":
            for error in formatted:
                error["message"] = in_chinese(code.value, error["message"])
        return Response(orjson.dumps({"errors": formatted}), True)

    def _answered(self, data: list[bytes], request: Request, context: Context, moment: Moment) -> Response:
        """Put an answer together, copied once: the fields of `data` in pieces, and the cost where it is asked for."""
        end = b"}}"
        if context.wants_cost or (request.extensions and request.extensions.get("cost")):
            end = b'},"extensions":%s}' % orjson.dumps({"cost": self._cost(moment.spent)})
        spent = moment.spent
        return Response(b"".join((b'{"data":{', *data, end)), cost=spent.cost, spent=spent)

    def _cost(self, spent: Spent) -> dict[str, Any]:
        told: dict[str, Any] = {"points": spent.cost, "limit": self.engine.limits.max_cost}
        if spent.limit:
            told |= {"hourly": spent.limit, "remaining": spent.remaining, "resetAt": spent.reset_at}
        return told

    def _explained(self, fields: tuple[Ready, ...], moment: Moment, cost: int, started: float) -> Response:
        planned = round((time.perf_counter() - started) * 1000, 3)
        pieces: list[bytes] = []
        explained: list[Mapping[str, Any]] = []
        for field in fields:
            if field.statement is not None:
                body, plan = self.engine.explain(field, moment)
                explained.append(plan)
            else:
                body = self._answer(field, moment)
            pieces.append(b'"%s":%s' % (field.key.encode(), body))
        cache = asdict(self.engine.figures())
        extensions = {"plan": {"cost": cost, "planMilliseconds": planned, "statements": explained, "cache": cache}}
        data = b",".join(pieces)
        return Response(b'{"data":{%s},"extensions":%s}' % (data, orjson.dumps(extensions)), cost=cost)


def _moment(variables: Mapping[str, Any], context: Context) -> Moment:
    viewer = context.viewer
    if viewer is None:
        return Moment(variables, context.now, 0, language=context.language)
    return Moment(variables, context.now, viewer.account_id, viewer.mandate, viewer.reads, language=context.language)


def _wants_plan(request: Request, context: Context) -> bool:
    return context.wants_plan or bool(request.extensions and request.extensions.get("plan"))


def _may_explain(context: Context) -> bool:
    """Tell whether the viewer may see plans: city officers and auditors, and in development everybody signed in."""
    if context.viewer is None or context.may_explain:
        return context.viewer is not None
    return holds_any(context, _EXPLAINERS)


def _out_of_scope(scope: TokenScope) -> RequestRefused:
    message = f"The token does not have the scope {scope.value}, which this needs; send one that has it."
    return RequestRefused(RequestErrorCode.FORBIDDEN, message, details={"scope": scope.value})


def _not_by_get() -> RequestRefused:
    message = "A GET request can only query; send a mutation by POST."
    return RequestRefused(RequestErrorCode.METHOD_NOT_ALLOWED, message)


def _formatted(error: GraphQLError, code: RequestErrorCode) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    formatted["extensions"] = {**(error.extensions or {}), "code": code.value}
    return formatted


def _refused(refusal: RequestRefused, context: Context) -> Response:
    formatted = refusal.formatted(context.language)
    retry_after = refusal.details.get("retryAfter")
    if refusal.code in (RequestErrorCode.TIMEOUT, RequestErrorCode.UNAVAILABLE) and retry_after is None:
        return Response(orjson.dumps({"errors": [formatted], "data": None}))
    body = orjson.dumps({"errors": [formatted]})
    return Response(body, True, _STATUS.get(refusal.code), retry_after=retry_after)
