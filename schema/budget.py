"""How much a client may read in a time: points of cost, counted for each payer (a token's account, or an address)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from db.fields import utc_text
from schema.errors import RequestErrorCode, RequestRefused


@dataclass(frozen=True, slots=True)
class Spent:
    """Where a payer stands after a request. limit: points an hour, 0 for no limit. reset_at: UTC text."""

    limit: int
    remaining: int
    used: int
    reset_at: str
    cost: int


class Budget:
    """Counts points by the hour, in this process alone: with several workers each counts its own share."""

    def __init__(self, points_an_hour: int) -> None:
        self.points = points_an_hour
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerHour(max(points_an_hour, 1))

    def spend(self, payer: str, cost: int, now: str) -> Spent:
        """Take the points of one request.

        Raises:
            RequestRefused: RATE_LIMITED, there are not enough points left in this hour; says when there will be.
        """
        if not self.points:
            return Spent(0, 0, 0, now, cost)
        if not self._limiter.hit(self._item, payer, cost=cost):
            spent = self._spent(payer, cost)
            left = f"{spent.remaining} are left until {spent.reset_at}"
            raise RequestRefused(
                RequestErrorCode.RATE_LIMITED,
                f"The request costs {cost} points and {left}; wait till then, or ask for less.",
                details={"cost": cost, "remaining": spent.remaining, "limit": spent.limit, "resetAt": spent.reset_at},
            )
        return self._spent(payer, cost)

    def _spent(self, payer: str, cost: int) -> Spent:
        reset, remaining = self._limiter.get_window_stats(self._item, payer)
        reset_at = utc_text(datetime.fromtimestamp(reset, UTC))
        return Spent(self.points, remaining, self.points - remaining, reset_at, cost)
