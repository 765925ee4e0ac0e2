"""What a command is about: how its row is named, found and locked, and what is checked before its rule.

A rule is a function `rule(call, row, standing, *, its own inputs)`. `@command(SUBJECT, action)` makes a command of it,
which is called as `command(call, **inputs)` with the subject's keys among the inputs.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from db.access.actor import Actor
from db.access.commands import Call, CommandResult
from db.kernel.database import locked
from db.kernel.errors import DomainError
from db.kernel.refusals import camel, invalid, not_found


@dataclass(frozen=True, slots=True)
class Subject:
    """The row that a command is about.

    model: its table. keys: inputs that name it, each with its column; exactly one is given. missing: the refusal where
    there is none, in English and Chinese. is_known: whether an actor may know of a row. stale: builds the refusal of an
    old version; None where the table has no versions. stand: returns what the actor is towards the row, and refuses the
    action that is not theirs or not possible.
    """

    model: Any
    keys: Mapping[str, str]
    missing: tuple[str, str]
    is_known: Callable[[Actor, Any], bool]
    stale: Callable[[Call, Any, int], DomainError] | None
    stand: Callable[[Call, Any, Any], Any]

    def named(self, inputs: Mapping[str, Any]) -> tuple[str, Any]:
        """Return the input that names the row, and the condition that selects it.

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
        return key, getattr(self.model, self.keys[key]) == inputs[key]

    def find(self, call: Call, inputs: Mapping[str, Any]) -> Any:
        """Find the row that a caller names, lock it, and check that it is the version that the caller saw.

        Raises:
            DomainError: INVALID_INPUT, several keys or none were given; NOT_FOUND, there is no such row, or the actor
                may not know of it; STALE_OBJECT, it has changed since.
        """
        key, condition = self.named(inputs)
        row = locked(self.model.select().where(condition)).first()
        if row is None or not self.is_known(call.actor, row):
            raise not_found(camel(key), *self.missing)
        seen = call.expected_version
        if self.stale is not None and seen is not None and seen != row.version:
            raise self.stale(call, row, seen)
        return row


class Command:
    """A rule with its subject and action. Called as `command(call, **inputs)`, with the keys of the subject."""

    __name__: str
    __module__: str

    def __init__(
        self,
        rule: Callable[..., CommandResult],
        subject: Subject,
        action: Any,
        lock: Callable[[Mapping[str, Any]], None] | None,
    ) -> None:
        functools.update_wrapper(self, rule)
        self.rule = rule
        self.subject = subject
        self.action = action
        self.lock = lock

    def __call__(self, call: Call, **inputs: Any) -> CommandResult:
        """Find and lock the row, check its version and the action, and follow the rule.

        Raises:
            DomainError: as the subject, its action or the rule refuses.
        """
        if self.lock is not None:
            self.lock(inputs)
        row = self.subject.find(call, inputs)
        standing = self.subject.stand(call, row, self.action)
        own = {name: value for name, value in inputs.items() if name not in self.subject.keys}
        return self.rule(call, row, standing, **own)


def command(
    subject: Subject, action: Any = None, *, lock: Callable[[Mapping[str, Any]], None] | None = None
) -> Callable[[Callable[..., CommandResult]], Command]:
    """Declare a rule as a command about a subject.

    action: as the subject's `stand` reads it; None where the rule decides by itself. lock: locks, by the inputs, rows
    that must be locked before the subject itself.
    """
    return lambda rule: Command(rule, subject, action, lock)
