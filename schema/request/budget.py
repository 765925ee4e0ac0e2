"""How much may be asked in a time: requests and points of cost, for each payer (a token's account, or an address)."""

import time

from schema.errors import RequestErrorCode, RequestRefused
from schema.request.counts import HOUR, MINUTE, Counts, OwnCounts
from schema.spending import Spent

# A point stands for a tenth of a millisecond. Statements are paid for by what they may read; one that takes longer than
# that is paid for by its time, in whole steps, so that what a busy machine adds is nobody's to pay.
A_STEP, POINTS_A_STEP = 0.05, 500


class OverBudget(RequestRefused):
    """RATE_LIMITED. spent: where the payer stands, by the limit that was reached: points, or requests."""

    def __init__(self, message: str, spent: Spent, details: dict[str, object]) -> None:
        super().__init__(RequestErrorCode.RATE_LIMITED, message, details=details)
        self.spent = spent


def points_of_time(seconds: float) -> int:
    """Return the points of a time for which a connection was held: 500 for each full twentieth of a second."""
    return int(seconds / A_STEP) * POINTS_A_STEP


class Budget:
    """Counts points by the clock's hour and requests by its minute; 0 is no limit.

    counts: where they are kept; by this process alone where it is not given.
    """

    def __init__(self, points_an_hour: int, requests_a_minute: int = 0, counts: Counts | None = None) -> None:
        self.points = points_an_hour
        self.requests = requests_a_minute
        self._add = (counts or OwnCounts()).add
        self._hour_ends = 0

    def enter(self, payer: str) -> None:
        """Count a request, whatever becomes of it.

        Raises:
            OverBudget: there were as many in this minute as may be, or no points of this hour are left.
        """
        self._count(payer, 1)

    def require_room(self, payer: str) -> None:
        """Check that one more request could be counted, without counting it.

        Raises:
            OverBudget: as for `enter`.
        """
        self._count(payer, 0)

    def _count(self, payer: str, requests: int) -> None:
        now = time.time()
        points, asked = self._add(payer, 0, requests, now)
        if asked >= self.requests + requests and self.requests:
            raise self._too_many(now)
        if points >= self.points and self.points:
            raise self._too_dear(Spent(self.points, points, _end(now, HOUR), 1))

    def spend(self, payer: str, cost: int) -> Spent:
        """Charge the points of one request.

        Raises:
            OverBudget: there are not enough points left in this hour; says when there will be.
        """
        now = time.time()
        points = self.points
        if not points:
            return Spent(0, 0, int(now), cost)
        if now >= self._hour_ends:
            self._hour_ends = _end(now, HOUR)
        used, _ = self._add(payer, cost, 0, now)
        if used > points:
            used, _ = self._add(payer, -cost, 0, now)
            raise self._too_dear(Spent(points, used, self._hour_ends, cost))
        return Spent(points, used, self._hour_ends, cost)

    def settle(self, payer: str, spent: Spent, cost: int) -> Spent:
        """Make the points of a request what it turned out to cost, and return where the payer stands then."""
        if not self.points:
            return spent._replace(cost=cost)
        if cost == spent.cost:
            return spent
        used, _ = self._add(payer, cost - spent.cost, 0, time.time())
        return Spent(spent.limit, used, spent.resets, cost)

    def charge(self, payer: str, points: int) -> Spent | None:
        """Charge points for work that is done, even beyond the limit; None where nothing is limited."""
        now = time.time()
        if self.points:
            used, _ = self._add(payer, points, 0, now)
            return Spent(self.points, used, _end(now, HOUR), points)
        if self.requests:
            _, asked = self._add(payer, 0, 0, now)
            return Spent(self.requests, asked, _end(now, MINUTE), points)
        return None

    def _too_many(self, now: float) -> OverBudget:
        ends = _end(now, MINUTE)
        wait = max(1, ends - int(now))
        return OverBudget(
            f"There were {self.requests} requests in this minute already; wait {wait} seconds.",
            Spent(self.requests, self.requests, ends, 0),
            {"requestsAMinute": self.requests, "retryAfter": wait},
        )

    def _too_dear(self, spent: Spent) -> OverBudget:
        left = f"{spent.remaining} are left until {spent.reset_at}"
        return OverBudget(
            f"The request costs {spent.cost} points and {left}; wait until then, or ask for less.",
            spent,
            {
                "cost": spent.cost,
                "remaining": spent.remaining,
                "limit": spent.limit,
                "resetAt": spent.reset_at,
                "retryAfter": max(1, spent.resets - int(time.time())),
            },
        )


def _end(now: float, length: int) -> int:
    return int(now) // length * length + length
