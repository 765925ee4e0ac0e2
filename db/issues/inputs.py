"""Inputs that commands on issues share, with their bounds."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from db.access.inputs import Inputs
from db.issues.models.issue import RATING
from db.kernel.bounds import Ahead, Between, Length, Prose

# The longest time for which an issue may be open for claims.
CLAIM_WINDOW_DAYS = 31
_CENT = Decimal("0.01")
# Sums and averages of such amounts stay within 64 bits.
MAX_AMOUNT = 10**12 - _CENT
Amount = Annotated[Decimal, Between(_CENT, MAX_AMOUNT, places=2)]
Rating = Annotated[int, RATING]


@dataclass(frozen=True, slots=True)
class WantedHelp(Inputs):
    """The help that an issue needs, how much of it, and until when it is asked for."""

    wanted_help: Prose | None = None
    claim_until: Annotated[datetime, Ahead(days=CLAIM_WINDOW_DAYS)] | None = None
    wanted_quantity: Amount | None = None
    unit: Annotated[str, Length(1, 20)] | None = None


@dataclass(frozen=True, slots=True)
class Offer(Inputs):
    """What a claimant offers: so much of a resource, or of the wanted help itself."""

    resource_id: int | None = None
    window_id: int | None = None
    quantity: Amount | None = None
