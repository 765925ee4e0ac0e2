"""What rules of the clock share: their form, how they find what is due, what a purge is, and the report of a tick."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Generic, TypeVar

from peewee import ColumnBase, Model

from db.access.commands import Call
from db.access.models.purge import PurgeRun
from db.kernel.calendar import beginning_of
from db.kernel.database import locked, write
from db.kernel.fields import utc_text
from db.kernel.statements import Statement

Row = TypeVar("Row", bound=Model)


@dataclass(slots=True)
class TickReport:
    """What a tick did. counts: by rule, as the rules name themselves. refusals: sentences for a person."""

    at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[str] = field(default_factory=list)


# A rule that the clock runs: it finds what its time has come for, does it, and reports it.
ClockRule = Callable[[Call, TickReport], None]


class Tick:
    """The time of a tick in the condition of a rule, which is compiled once: places for what each tick brings."""

    def __init__(self, call: Any) -> None:
        self._call = call

    @property
    def now(self) -> ColumnBase:
        """The moment."""
        return self._call.through(lambda call: call.now)

    @property
    def today(self) -> ColumnBase:
        """The day in Asia/Shanghai."""
        return self.day(lambda: 0)

    @property
    def month(self) -> ColumnBase:
        """The first day of the month in Asia/Shanghai."""
        return self._call.through(lambda call: call.day.replace(day=1).isoformat())

    def ago(self, time: timedelta) -> ColumnBase:
        """Return the moment that lies so long before."""
        return self._call.through(lambda call: utc_text(call.at - time))

    def days_ago(self, days: Callable[[], int]) -> ColumnBase:
        """Return the moment that lies so many days before; a setting may say how many."""
        return self._call.through(lambda call: utc_text(call.at - timedelta(days=days())))

    def day(self, ahead: Callable[[], int]) -> ColumnBase:
        """Return the day that lies so many days ahead; a setting may say how many."""
        return self._call.through(lambda call: (call.day + timedelta(days=ahead())).isoformat())


class Due(Generic[Row]):
    """The rows of a table that a rule's time has come for.

    when: the condition that finds them. batch: how many are read at once.
    """

    def __init__(self, model: type[Row], when: Callable[[Tick], Any], batch: int = 500) -> None:
        table: Any = model

        def page(call: Any, after: Any) -> Any:
            # `+ 0` keeps the planner from scanning the primary key instead of the index of what is due.
            key = table.id + 0
            return table.select().where(when(Tick(call)), key > after).order_by(key).limit(batch)

        def again(call: Any, key: Any) -> Any:
            # Whoever holds the row is at work on it; the next tick comes in a minute.
            return locked(table.select().where(table.id == key, when(Tick(call))), skip=True)

        self._page: Statement[Row] = Statement(page, ("call", "after"))
        self._again: Statement[Row] = Statement(again, ("call", "key"))

    def rows(self, call: Call) -> Iterator[Row]:
        """Yield what is due, in the order of the keys, while more is found."""
        last = 0
        while found := self._page.all(call, last):
            yield from found
            last = found[-1].get_id()

    def lock(self, call: Call, key: int) -> Row | None:
        """Lock a row and return it, unless it is not due any more or another transaction holds it."""
        return self._again.first(call, key)

    def take(self, call: Call, key: int, step: Callable[[Row], None]) -> None:
        """Run a step with a row that is still due, which is locked, in a transaction of its own."""
        with write():
            if (found := self.lock(call, key)) is not None:
                step(found)

    def for_each(self, call: Call, step: Callable[[Row], None]) -> None:
        """Run a step with each row that is due."""
        for row in self.rows(call):
            self.take(call, row.get_id(), step)


# How many rows a purge erases in one transaction.
_PURGED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Purge(Generic[Row]):
    """A rule of the clock that erases or deletes what is kept no longer, and leaves a record of it (`PurgeRun`).

    rule: its code, such as booking.plate. due: the rows that hold it. before: all that is erased lies before this.
    forget: erases it of a row. is_over: whether the time of a row is over, where the condition of `due` does not say
    all of it.
    """

    rule: str
    due: Due[Row]
    before: Callable[[Call], datetime]
    forget: Callable[[Row], object]
    is_over: Callable[[Call, Row], bool] = lambda call, row: True

    def __call__(self, call: Call, report: TickReport) -> None:
        """Purge some rows at a time, each looked at again under its lock, with the record in the same transaction."""
        over = (row.get_id() for row in self.due.rows(call) if self.is_over(call, row))
        while keys := list(islice(over, _PURGED_AT_ONCE)):
            purge(call, report, self.rule, self.before(call), partial(self._forget, call, keys))

    def _forget(self, call: Call, keys: Sequence[int]) -> int:
        found = [row for key in keys if (row := self.due.lock(call, key)) is not None]
        for row in found:
            self.forget(row)
        return len(found)


def purge(call: Call, report: TickReport, rule: str, before: datetime, forget: Callable[[], int]) -> int:
    """Run a step that forgets rows, with its record in the same transaction, and return how many they were."""
    with write():
        if count := forget():
            PurgeRun.create(rule=rule, at=call.at, before=before, count=count)
    if count:
        report.counts[f"purged {rule}"] += count
    return count


def days_before(days: Callable[[], int]) -> Callable[[Call], datetime]:
    """Return the `before` of a purge of days that lie so many back: the beginning of that day in Asia/Shanghai."""
    return lambda call: beginning_of(call.day - timedelta(days=days()))
