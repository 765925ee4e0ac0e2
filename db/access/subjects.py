"""What a command is about: how its row is named, found and locked, and what is checked before its rule.

A rule is a function `rule(call, row, standing, *, its own inputs)`. `@command(SUBJECT, action)` makes a command of it,
which is called as `command(call, **inputs)` with the subject's keys among the inputs. The types of the rule's
parameters hold the bounds of the inputs (`db.access.inputs`). A rule without a subject is `rule(call, *, its inputs)`.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from db.access.actor import Actor
from db.access.commands import Call, CommandResult
from db.access.inputs import Input, inputs_of, read_inputs
from db.kernel.database import locked
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import camel, invalid, not_found
from db.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class Subject:
    """The row that a command is about.

    model: its table. keys: inputs that name it, each with its column; exactly one is given. missing: the refusal where
    there is none, in English and Chinese. stand: returns what the actor is towards the row, and refuses the action that
    is not theirs or not possible. is_known: whether an actor may know of a row. stale: builds the refusal of an old
    version; None where the table has no versions. only: the condition that its rows meet. is_locked: False where
    `stand` locks what the row is a part of.
    """

    model: Any
    keys: Mapping[str, str]
    missing: tuple[str, str]
    stand: Callable[[Call, Any, Any], Any] = lambda call, row, action: None
    is_known: Callable[[Actor, Any], bool] = lambda actor, row: True
    stale: Callable[[Call, Any, int], DomainError] | None = None
    only: Any = None
    is_locked: bool = True
    _statements: dict[str, Statement[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def named(self, inputs: Mapping[str, Any]) -> str:
        """Return the input that names the row.

        Raises:
            DomainError: INVALID_INPUT, several keys or none were given.
        """
        given = [key for key in self.keys if inputs.get(key) is not None]
        if len(given) != 1:
            names = [camel(key) for key in self.keys]
            raise invalid(
                names[0],
                f"Send exactly one of {' and '.join(names)}.",
                f"{' 与 '.join(names)} 必须且只能提供一个。",
            )
        [key] = given
        return key

    def _named_by(self, key: str) -> Statement[Any]:
        """Return the statement that finds, and locks, the row of one of its keys."""
        if key not in self._statements:
            column = getattr(self.model, self.keys[key])

            def query(**value: Any) -> Any:
                rows = self.model.select().where(column == value[self.keys[key]])
                rows = rows if self.only is None else rows.where(self.only)
                return locked(rows) if self.is_locked else rows

            self._statements[key] = Statement(query, [self.keys[key]], finds=self.model)
        return self._statements[key]

    def find(self, call: Call, inputs: Mapping[str, Any]) -> Any:
        """Find the row that a caller names, lock it, and check that it is the version that the caller saw.

        Raises:
            DomainError: INVALID_INPUT, several keys or none were given; NOT_FOUND, there is no such row, or the actor
                may not know of it; STALE_OBJECT, it has changed since.
        """
        key = self.named(inputs)
        row = self._named_by(key).first(inputs[key])
        if row is None or not self.is_known(call.actor, row):
            raise not_found(camel(key), *self.missing)
        seen = call.expected_version
        if self.stale is not None and seen is not None and seen != row.version:
            raise self.stale(call, row, seen)
        return row


def old_version(seen: int, version: int) -> DomainError:
    """Build the refusal of a version that is no longer the newest one."""
    return DomainError(
        ErrorCode.STALE_OBJECT,
        f"You expected version {seen}, but it is now {version}. Read the object again before you retry.",
        ("expectedVersion",),
        chinese=f"您看到的是第 {seen} 版，现在是第 {version} 版，请刷新后再办理。",
    )


def stale_row(call: Call, row: Any, seen: int) -> DomainError:
    """Build the refusal of an old version, for a subject whose rows have versions and no history to name."""
    return old_version(seen, row.version)


class Command:
    """A rule with its subject, its action and the bounds of its inputs. Called as `command(call, **inputs)`.

    subject: None where the rule finds by itself what it is about.
    """

    __name__: str
    __module__: str

    def __init__(
        self,
        rule: Callable[..., CommandResult],
        subject: Subject | None,
        action: Any,
        lock: Callable[[Call, Mapping[str, Any]], None] | None = None,
        inputs: Mapping[str, Input] | None = None,
    ) -> None:
        """Wrap a rule. inputs: what it takes; None to read them from its parameters."""
        functools.update_wrapper(self, rule)
        self.rule = rule
        self.subject = subject
        self.action = action
        self.lock = lock
        self.inputs = inputs_of(rule) if inputs is None else inputs

    def __call__(self, call: Call, **inputs: Any) -> CommandResult:
        """Find and lock the row, check its version, the action and the bounds of the inputs, and follow the rule.

        Raises:
            DomainError: as the subject, its action, a bound or the rule refuses.
        """
        subject = self.subject
        if subject is None:
            return self.rule(call, **read_inputs(self.inputs, inputs, (), call.at))
        if self.lock is not None:
            self.lock(call, inputs)
        row = subject.find(call, inputs)
        standing = subject.stand(call, row, self.action)
        own = {name: value for name, value in inputs.items() if name not in subject.keys}
        return self.rule(call, row, standing, **read_inputs(self.inputs, own, (), call.at))


def command(
    subject: Subject | None = None, action: Any = None, *, lock: Callable[[Call, Mapping[str, Any]], None] | None = None
) -> Callable[[Callable[..., CommandResult]], Command]:
    """Declare a rule as a command, about a subject where one is named.

    action: as the subject's `stand` reads it; None where the rule decides by itself. lock: locks, by the inputs, rows
    that must be locked before the subject itself.
    """
    return lambda rule: Command(rule, subject, action, lock)
