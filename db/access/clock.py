"""What every rule of the clock shares: the form of a rule, and the report of what a tick did."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from db.access.commands import Call


@dataclass(slots=True)
class TickReport:
    """What a tick did. counts: by rule, as the rules name themselves. refusals: sentences for a person."""

    at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[str] = field(default_factory=list)


# A rule that the clock runs: it finds what its time has come for, does it, and reports it.
ClockRule = Callable[[Call, TickReport], None]
