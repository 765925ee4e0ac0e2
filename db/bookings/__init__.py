"""Bookings: who holds a place of a shared resource, on which days (预约)."""

from db.bookings.claimed import BY_BOOKING
from db.bookings.clock import RULES
from db.bookings.models import TABLES
from db.issues.capacity import PLACES
from db.kernel.context import DomainContext

CONTEXT = DomainContext(TABLES, clock=RULES)
PLACES.append(BY_BOOKING)
