"""What a tick did."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class TickReport:
    """What a tick did. counts: by rule, as the rules name themselves. refusals: sentences for a person."""

    at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[str] = field(default_factory=list)
