"""Where a payer stands: points of cost, as requests report them."""

from datetime import UTC, datetime
from typing import NamedTuple

from db.kernel.fields import utc_text


class Spent(NamedTuple):
    """Where a payer stands after a request. limit: points an hour, 0 for no limit. resets: seconds since 1970."""

    limit: int
    used: int
    resets: int
    cost: int

    @property
    def remaining(self) -> int:
        """What is left; a request that took longer than it paid for may have used more than there was."""
        return max(0, self.limit - self.used)

    @property
    def reset_at(self) -> str:
        """When the hour ends, as UTC text."""
        return utc_text(datetime.fromtimestamp(self.resets, UTC))


# Where nothing is counted.
NOTHING_SPENT = Spent(0, 0, 0, 0)
