"""Performs the mutations of an operation and writes their payloads; what a payload shows is read by the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from db.access.actor import VISITOR, Actor, actor_of
from db.access.audit import Event, record_refusal
from db.access.bulk import BulkRefused
from db.access.commands import Call, CommandResult, RowResult, retry_on_conflict, run_command
from db.kernel.database import retry_when_lost, write
from db.kernel.errors import DomainError, ErrorCode
from schema.catalog.mutations import COMMON_ARGUMENTS, ToldList, read_arguments
from schema.engine import Engine, Payload, PayloadField, PreparedField, RequestValues
from schema.engine.bindings import resolve
from schema.engine.selection import Selected
from schema.graph import CATALOG
from schema.request.context import Context
from schema.request.refusals import refused_authority


class _Undone(Exception):
    """Ends the transaction of an atomic operation of which one mutation was refused."""


class Changes:
    """The mutations of one request, in order."""

    def __init__(self, engine: Engine, context: Context, request_values: RequestValues) -> None:
        self.engine = engine
        self.context = context
        self.request_values = request_values
        self.at = datetime.fromisoformat(context.now)
        self.viewer = context.viewer
        self._refusals: dict[str, DomainError] = {}
        self._for_audit: list[Event] = []

    def record_refusals(self) -> None:
        """Record in the audit what was refused for want of authority, after the commit or rollback."""
        for event in self._for_audit:
            record_refusal(event)

    def in_order(self, fields: tuple[PreparedField, ...]) -> bytes:
        """Perform each in a transaction of its own, and give their payloads as JSON fields."""
        return b",".join([b'"%s":%s' % (field.key.encode(), self._execute_field(field)) for field in fields])

    def all_or_none(self, fields: tuple[PreparedField, ...]) -> bytes:
        """Perform all in one transaction; when one is refused, all are undone and say so."""
        try:
            return retry_on_conflict(lambda: self._together(fields))
        except _Undone:
            return b",".join([b'"%s":%s' % (field.key.encode(), self._rolled_back(field)) for field in fields])

    def _together(self, fields: tuple[PreparedField, ...]) -> bytes:
        self._refusals.clear()
        with write():
            answers = self.in_order(fields)
            if self._refusals:
                raise _Undone
            return answers

    def _execute_field(self, field: PreparedField) -> bytes:
        if field.payload is None:
            return field.text or b"null"
        given: dict[str, Any] = resolve(field.payload.selected.arguments["input"], self.request_values)
        try:
            return self._performed(field.payload, given)
        except DomainError as refusal:
            self._refusals[field.key] = refusal
            return self._refused(field.payload, given, refusal)

    def _performed(self, payload: Payload, given: Mapping[str, Any]) -> bytes:
        mutation = CATALOG.mutations[payload.selected.name]
        inputs = read_arguments(mutation.inputs, given, ())
        key = read_arguments(COMMON_ARGUMENTS, given, ()).get("idempotency_key")
        call = Call(
            self._actor(), self.at, given.get("expectedVersion"), key, bool(given.get("dryRun")), self.context.origin
        )
        return run_command(
            mutation.name, mutation.command, call, inputs, lambda done: self._payload(payload, given, done)
        )

    def _actor(self) -> Actor:
        viewer = self.viewer
        if viewer is None:
            return VISITOR
        return retry_when_lost(lambda: actor_of(viewer.account_id, self.at, viewer.mandate))

    def _refused(self, payload: Payload, given: Mapping[str, Any], refusal: DomainError) -> bytes:
        results = refusal.results if isinstance(refusal, BulkRefused) else ()
        return self._payload(payload, given, CommandResult(results=results), [refusal])

    def _rolled_back(self, field: PreparedField) -> bytes:
        if field.payload is None:
            return field.text or b"null"
        given: dict[str, Any] = resolve(field.payload.selected.arguments["input"], self.request_values)
        refusal = self._refusals.get(field.key) or DomainError(
            ErrorCode.ROLLED_BACK,
            "Another mutation of this atomic operation was refused, so this one was undone.",
            chinese="同一原子操作中的其他变更被拒绝，本变更已撤销。",
        )
        return self._refused(field.payload, given, refusal)

    def _payload(
        self, payload: Payload, given: Mapping[str, Any], done: CommandResult, refusals: Sequence[DomainError] = ()
    ) -> bytes:
        """Write a payload; run in the command's transaction, so that a dry run shows what would be."""
        mutation = CATALOG.mutations[payload.selected.name]
        title = mutation.title
        self._for_audit += refused_authority(self.context, payload.selected.name, given, done, refusals)
        of_rows = [result.refusal for result in done.results if result.refusal]
        plain = {
            "__typename": f"{title}Payload",
            "isReplayed": done.is_replayed,
            "userErrors": [self._told(refusal) for refusal in of_rows or refusals],
            "clientMutationId": given.get("clientMutationId"),
            **{name: _told_once(name, told, done) for name, told in mutation.tells.items()},
        }
        results = [self._result(f"{title}Result", index, result) for index, result in enumerate(done.results)]
        return self._object(payload.fields, plain, done.rows, results)

    def _result(self, type_name: str, index: int, result: RowResult) -> tuple[dict[str, Any], Mapping[str, int]]:
        errors = [self._told(result.refusal)] if result.refusal else []
        return {"__typename": type_name, "index": index, "userErrors": errors}, result.rows

    def _object(
        self,
        fields: tuple[PayloadField, ...],
        plain: Mapping[str, Any],
        rows: Mapping[str, int],
        results: Sequence[tuple[dict[str, Any], Mapping[str, int]]] = (),
    ) -> bytes:
        request_values = replace(self.request_values, rows=rows)
        pieces: list[bytes] = []
        for field in fields:
            name = field.selected.name
            if field.statement is not None:
                text = self.engine.show(field.statement, request_values) if name in rows else b"null"
            elif field.results is not None:
                text = b"[%s]" % b",".join([self._object(field.results, *result) for result in results])
            else:
                text = orjson.dumps(_selected(plain[name], field.selected))
            pieces.append(b'"%s":%s' % (field.selected.key.encode(), text))
        return b"{%s}" % b",".join(pieces)

    def _told(self, refusal: DomainError) -> dict[str, Any]:
        message = refusal.chinese if self.context.language == "zh" else refusal.message
        field = list(refusal.field) or None
        return {"__typename": "UserError", "code": refusal.code.value, "field": field, "message": message}


def _told_once(name: str, told: str | ToldList, done: CommandResult) -> Any:
    """Return a text or a list that a command tells once, the objects of a list with the name of their type."""
    if isinstance(told, str):
        return done.texts.get(name)
    found = done.lists.get(name)
    return None if found is None else [{"__typename": told.of.name, **item} for item in found]


def _selected(value: Any, selected: Selected) -> Any:
    """Shape a plain value as it was selected: objects of a list field by field, others whole."""
    if not isinstance(value, list):
        return value
    return [{below.key: item[below.name] for below in selected.only()} for item in value]
