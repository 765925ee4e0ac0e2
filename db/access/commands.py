"""Runs a command: in one transaction, once per idempotency key, or as a dry run that is rolled back.

A command is a function `command(call, **inputs) -> CommandResult`. It raises `DomainError` to refuse, and then nothing
is kept.
"""

import hashlib
import json
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

import orjson

from db.access.actor import Actor
from db.access.audit import NOWHERE, Event, Origin, record
from db.access.models.audit import AuditAction
from db.access.models.performed import Performed
from db.kernel.calendar import SHANGHAI
from db.kernel.database import database, write
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.failures import DRIVER_ERRORS, Failure, failure_of
from db.kernel.fields import utc_text
from db.kernel.statements import compiled

Answer = TypeVar("Answer")
# How often a transaction that lost against another is run again, and how long it waits for, at most, in seconds.
_TRIES = 8
_WAIT_SECONDS = 0.05
# Or against a pooler, which gave the transaction a session without what was prepared for it, or against a migration,
# which changed a column since (`db.kernel.sessions`).
_LOST_RACES = ("40001", "40P01", "26000", "42P05", "0A000")
# Of two requests that make the same at once, the second finds what the first one made when it runs again.
_UNIQUE_VIOLATION = "23505"
_KEY = re.compile(r"[A-Za-z0-9_.:+-]{1,200}")


@dataclass(frozen=True, slots=True)
class Call:
    """What a command gets besides its own inputs. at: aware, UTC, whole seconds. origin: for the audit."""

    actor: Actor
    at: datetime
    expected_version: int | None = None
    idempotency_key: str | None = None
    is_dry: bool = False
    origin: Origin = NOWHERE

    @property
    def day(self) -> date:
        """The calendar day of the call in Asia/Shanghai."""
        return self.at.astimezone(SHANGHAI).date()

    @property
    def now(self) -> str:
        """The moment as it is stored."""
        return utc_text(self.at)


class Audited(Protocol):
    """A row that the audit tells of, whatever it is."""

    @property
    def id(self) -> Any: ...

    @property
    def division_code(self) -> Any: ...


def record_act(call: Call, action: AuditAction, row: Audited, reason: str) -> None:
    """Record in the audit what an actor did to a token, a role or a person, or saw of somebody."""
    subject = (type(row).__name__, row.id)
    record(
        Event(
            action=action, at=call.at, account_id=call.actor.account_id, origin=call.origin, subject=subject,
            division_code=row.division_code, reason=reason,
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowResult:
    """What a bulk form did for one of its rows: as `CommandResult.rows`, or why it was refused."""

    rows: Mapping[str, int]
    refusal: DomainError | None = None


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command did.

    rows: ids of the rows that its answer shows, by the answer's own names (`issue`, `event`, `claim`). results: of a
    bulk form, in the order of its rows. texts: what the first answer alone tells, and no replay.
    lists: likewise, of objects by the names of their fields.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    is_replayed: bool = False
    results: tuple[RowResult, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Serialize what a replay returns."""
        return json.dumps([dict(self.rows), [[dict(row.rows), _told(row.refusal)] for row in self.results]])

    @classmethod
    def replayed(cls, text: str) -> "CommandResult":
        """Deserialize what a replay returns."""
        rows, results = json.loads(text)
        return cls(rows, True, tuple(RowResult(below, _refusal(told)) for below, told in results))


def _told(refusal: DomainError | None) -> list[Any] | None:
    return refusal and [refusal.code.value, refusal.message, refusal.field, refusal.chinese]


def _refusal(told: list[Any] | None) -> DomainError | None:
    return DomainError(ErrorCode(told[0]), told[1], told[2], chinese=told[3]) if told else None


class _Undo(Exception):
    """Ends the transaction of a dry run. answer: what was read in it."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer


def run_command(
    name: str,
    command: Callable[..., CommandResult],
    call: Call,
    inputs: Mapping[str, Any],
    read: Callable[[CommandResult], Answer],
) -> Answer:
    """Perform a command and read its answer in the same transaction.

    name: of the command, which the idempotency key belongs to. inputs: values of the domain, as the command takes them.
    Run inside another transaction it is part of that one.

    Raises:
        DomainError: a rule said no, and nothing was kept.
    """
    return retry_on_conflict(lambda: _once(name, command, call, inputs, read))


def retry_on_conflict(work: Callable[[], Answer]) -> Answer:
    """Run work that is one transaction, and run it again when the transaction lost against another.

    A connection that takes no changes may have been opened while none were possible: the work is run once more on a
    new one. Inside another transaction it is run once: the other one is lost as a whole, and whoever began it runs it
    again.
    """
    if database.in_transaction():
        return work()
    is_renewed = False
    for tried in range(_TRIES):
        try:
            return work()
        except DRIVER_ERRORS as error:
            is_refused = failure_of(error) is Failure.READ_ONLY and not (is_renewed or database.in_transaction())
            if tried == _TRIES - 1 or not (is_refused or _was_lost(error)):
                raise
            if is_refused:
                database.close()
                is_renewed = True
            time.sleep(random.uniform(0, _WAIT_SECONDS) * (tried + 1))
    raise AssertionError("the last try returns or raises")


def _once(
    name: str,
    command: Callable[..., CommandResult],
    call: Call,
    inputs: Mapping[str, Any],
    read: Callable[[CommandResult], Answer],
) -> Answer:
    try:
        with write():
            done = _known(name, call, inputs) or _run(name, command, call, inputs)
            answer = read(done)
            if call.is_dry:
                raise _Undo(answer)
            return answer
    except _Undo as undone:
        return undone.answer


def _run(name: str, command: Callable[..., CommandResult], call: Call, inputs: Mapping[str, Any]) -> CommandResult:
    done = command(call, **inputs)
    # What a visitor does is kept for nobody to ask again: nobody is known by their key.
    if call.idempotency_key is not None and call.actor.account_id is not None and not call.is_dry:
        Performed.create(
            account_id=call.actor.account_id,
            idempotency_key=call.idempotency_key,
            verb=name,
            input_hash=_input_hash(inputs),
            rows=done.to_json(),
            at=call.at,
        )
    return done


def _known(name: str, call: Call, inputs: Mapping[str, Any]) -> CommandResult | None:
    if call.idempotency_key is None:
        return None
    if not _KEY.fullmatch(call.idempotency_key):
        raise DomainError(
            ErrorCode.INVALID_INPUT,
            "The idempotency key must have 1 to 200 characters: letters, digits and _ . : + - only.",
            ("idempotencyKey",),
            chinese="幂等键须为 1 至 200 个字母、数字和 _ . : + - 字符。",
        )
    earlier = _earlier.first(call.actor.account_id, call.idempotency_key)
    if earlier is None:
        return None
    if earlier.verb != name or earlier.input_hash != _input_hash(inputs):
        raise DomainError(
            ErrorCode.IDEMPOTENCY_KEY_MISMATCH,
            f"The idempotency key was used for {earlier.verb} with another input; choose a new key.",
            ("idempotencyKey",),
            chinese=f"该幂等键已用于 {earlier.verb}，且输入不同；请换一个新键。",
        )
    return CommandResult.replayed(earlier.rows)


@compiled
def _earlier(account_id: Any, key: Any) -> Any:
    return Performed.select().where(Performed.account == account_id, Performed.idempotency_key == key)


def _input_hash(inputs: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(inputs, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _was_lost(error: Exception) -> bool:
    """Return whether a transaction failed only because another was faster, so that it may be run again."""
    # Peewee wraps the driver's exception, which knows the SQL state, and may wrap it once more on its way out.
    cause: Any = error
    while (orig := getattr(cause, "orig", None)) is not None:
        cause = orig
    state = getattr(cause, "sqlstate", None)
    return state in (*_LOST_RACES, _UNIQUE_VIOLATION) or "UNIQUE constraint failed" in str(cause)
