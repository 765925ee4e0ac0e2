"""Performs the mutations of an operation and writes their payloads; what a payload shows is read by the engine."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from db.actor import Actor, actor_of
from db.database import write
from db.errors import DomainError, ErrorCode
from db.verbs import Call, Done, perform
from schema.context import Context
from schema.engine import Engine, Moment, Payload, Ready
from schema.engine.values import resolve
from schema.mutations import MUTATIONS
from schema.mutations.declare import Mutation, read_arguments


class _Undone(Exception):
    """Ends the transaction of an atomic operation of which one mutation was refused."""


class Changes:
    """The mutations of one request, in order."""

    def __init__(self, engine: Engine, context: Context, moment: Moment) -> None:
        assert context.viewer is not None
        self.engine = engine
        self.context = context
        self.moment = moment
        self.at = datetime.fromisoformat(context.now)
        self.account_id = context.viewer.account_id
        self._refusals: dict[str, DomainError] = {}

    def in_order(self, fields: tuple[Ready, ...]) -> bytes:
        """Perform each in a transaction of its own, and give their payloads as JSON fields."""
        return b",".join([b'"%s":%s' % (field.key.encode(), self._answer(field)) for field in fields])

    def all_or_none(self, fields: tuple[Ready, ...]) -> bytes:
        """Perform all in one transaction; when one is refused, all are undone and say so."""
        try:
            with write():
                answers = self.in_order(fields)
                if self._refusals:
                    raise _Undone
                return answers
        except _Undone:
            return b",".join([b'"%s":%s' % (field.key.encode(), self._rolled_back(field)) for field in fields])

    def _answer(self, field: Ready) -> bytes:
        if field.payload is None:
            return field.text or b"null"
        given: dict[str, Any] = resolve(field.payload.selected.arguments["input"], self.moment)
        try:
            return self._performed(field.payload, given)
        except DomainError as refusal:
            self._refusals[field.key] = refusal
            return self._refused(field.payload, given, refusal)

    def _performed(self, payload: Payload, given: Mapping[str, Any]) -> bytes:
        mutation = MUTATIONS[payload.selected.name]
        inputs = read_arguments(mutation.inputs(), given, ())
        call = Call(
            self._actor(), self.at, given.get("expectedVersion"), given.get("idempotencyKey"), bool(given.get("dryRun"))
        )
        return perform(mutation.name, mutation.verb, call, inputs, lambda done: self._payload(payload, given, done, []))

    def _actor(self) -> Actor:
        return actor_of(self.account_id, self.at)

    def _refused(self, payload: Payload, given: Mapping[str, Any], refusal: DomainError) -> bytes:
        message = refusal.chinese if self.context.language == "zh" else refusal.message
        error = {"code": refusal.code.value, "field": list(refusal.field) or None, "message": message}
        return self._payload(payload, given, Done(), [error])

    def _rolled_back(self, field: Ready) -> bytes:
        if field.payload is None:
            return field.text or b"null"
        given: dict[str, Any] = resolve(field.payload.selected.arguments["input"], self.moment)
        refusal = self._refusals.get(field.key) or DomainError(
            ErrorCode.ROLLED_BACK,
            "Another mutation of this atomic operation was refused, so this one was undone.",
            chinese="同一原子操作中的其他变更被拒绝，本变更已撤销。",
        )
        return self._refused(field.payload, given, refusal)

    def _payload(self, payload: Payload, given: Mapping[str, Any], done: Done, errors: list[dict[str, Any]]) -> bytes:
        """Write a payload; run in the verb's transaction, so that a dry run shows what would be."""
        mutation = MUTATIONS[payload.selected.name]
        moment = replace(self.moment, memo={}, rows=done.rows)
        pieces: list[bytes] = []
        selections = payload.selected.only()
        for (key, name, statement), selected in zip(payload.fields, selections, strict=True):
            if statement is not None:
                text = self.engine.show(statement, moment) if name in done.rows else b"null"
            else:
                text = orjson.dumps(self._plain(mutation, name, given, done, errors, selected))
            pieces.append(b'"%s":%s' % (key.encode(), text))
        return b"{%s}" % b",".join(pieces)

    def _plain(
        self,
        mutation: Mutation,
        name: str,
        given: Mapping[str, Any],
        done: Done,
        errors: list[dict[str, Any]],
        selected: Any,
    ) -> Any:
        match name:
            case "userErrors":
                return [
                    {
                        below.key: "UserError" if below.name == "__typename" else error[below.name]
                        for below in selected.only()
                    }
                    for error in errors
                ]
            case "isReplayed":
                return done.is_replayed
            case "clientMutationId":
                return given.get("clientMutationId")
        return f"{mutation.title}Payload"
