"""How much may be asked in a time: requests and points of cost, for each payer (a token's account, or an address)."""

import time
from datetime import UTC, datetime
from typing import NamedTuple

from db.fields import utc_text
from schema.errors import RequestErrorCode, RequestRefused

_HOUR = 3600
_MINUTE = 60
_MOST_PAYERS = 100_000


class Spent(NamedTuple):
    """Where a payer stands after a request. limit: points an hour, 0 for no limit. resets: seconds since 1970."""

    limit: int
    used: int
    resets: int
    cost: int

    @property
    def remaining(self) -> int:
        """Points that are left in this hour."""
        return self.limit - self.used

    @property
    def reset_at(self) -> str:
        """When the hour ends, as UTC text."""
        return utc_text(datetime.fromtimestamp(self.resets, UTC))


class Budget:
    """Counts points by the clock's hour and requests by its minute; 0 is no limit.

    In this process alone: with several workers each counts its own share.

    Counts of its own, and not the limits library's: that starts a timer's thread for its clean-up every few requests,
    which took a quarter of a small request's time. Here all counts end together with the hour, so none needs cleaning.
    """

    def __init__(self, points_an_hour: int, requests_a_minute: int = 0) -> None:
        self.points = points_an_hour
        self.requests = requests_a_minute
        self._resets = 0
        self._used: dict[str, int] = {}
        self._minute_ends = 0
        self._asked: dict[str, int] = {}

    def enter(self, payer: str) -> None:
        """Count a request, whatever becomes of it.

        Raises:
            RequestRefused: RATE_LIMITED, there were as many in this minute as may be.
        """
        if not self.requests:
            return
        now = time.time()
        if now >= self._minute_ends or len(self._asked) > _MOST_PAYERS:
            self._minute_ends, self._asked = int(now) // _MINUTE * _MINUTE + _MINUTE, {}
        asked = self._asked[payer] = self._asked.get(payer, 0) + 1
        if asked > self.requests:
            wait = max(1, self._minute_ends - int(now))
            raise RequestRefused(
                RequestErrorCode.RATE_LIMITED,
                f"There were {self.requests} requests in this minute already; wait {wait} seconds.",
                details={"requestsAMinute": self.requests, "retryAfter": wait},
            )

    def spend(self, payer: str, cost: int) -> Spent:
        """Take the points of one request.

        Raises:
            RequestRefused: RATE_LIMITED, there are not enough points left in this hour; says when there will be.
        """
        if not self.points:
            return Spent(0, 0, int(time.time()), cost)
        now = time.time()
        if now >= self._resets or len(self._used) > _MOST_PAYERS:
            self._resets, self._used = int(now) // _HOUR * _HOUR + _HOUR, {}
        used = self._used.get(payer, 0) + cost
        if used > self.points:
            raise self._refusal(Spent(self.points, used - cost, self._resets, cost))
        self._used[payer] = used
        return Spent(self.points, used, self._resets, cost)

    def _refusal(self, spent: Spent) -> RequestRefused:
        left = f"{spent.remaining} are left until {spent.reset_at}"
        return RequestRefused(
            RequestErrorCode.RATE_LIMITED,
            f"The request costs {spent.cost} points and {left}; wait till then, or ask for less.",
            details={
                "cost": spent.cost,
                "remaining": spent.remaining,
                "limit": spent.limit,
                "resetAt": spent.reset_at,
                "retryAfter": max(1, spent.resets - int(time.time())),
            },
        )
