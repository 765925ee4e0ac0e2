"""What holds of bookings whatever happens: I12, I32, I33 and I36."""

from collections import Counter, defaultdict
from decimal import Decimal

from db.bookings.lots import order_of_lots
from db.bookings.models import Booking, BookingSlot, BookingState, LotDrawing, PlaceUse, Slot


def check() -> None:
    """Check every invariant over all rows."""
    bookings = Booking.find_all()
    live = [place for place in BookingSlot.find_all() if place.is_live]
    for held in ("unit_id", "person_id"):
        twice = Counter((place.slot_id, getattr(place, held)) for place in live if getattr(place, held) is not None)
        assert all(count == 1 for count in twice.values()), ("I12", held)

    taken: dict[int, Decimal] = defaultdict(Decimal)
    for place in live:
        taken[place.slot_id] += place.quantity
    for slot in Slot.find_all():
        assert slot.taken == taken[slot.id] <= slot.capacity, ("I32", slot.id)
        assert not (slot.is_closed and slot.taken), ("I36", slot.id)

    for drawing in LotDrawing.find_all():
        drawn = [int(name.removeprefix("Booking_")) for name in drawing.drawn.split()]
        assert order_of_lots(drawing.beacon, sorted(drawn)) == drawn, ("I33", drawing.id)
        rows = {booking.id: booking for booking in bookings if booking.drawing_id == drawing.id}
        assert [rows[row_id].lot for row_id in drawn] == list(range(1, len(drawn) + 1))
        # All ask for the same places, so that whatever fits one fits the other, unless they had one of them already
        # when the others got theirs.
        holding = {place.person_id for place in BookingSlot.find_all()}
        waits = [rows[row_id].state is BookingState.WAITING for row_id in drawn if _counts(rows[row_id], holding)]
        assert waits == sorted(waits), ("I33", drawing.id)

    gone = (BookingState.REQUESTED, BookingState.WAITING, BookingState.CANCELLED, BookingState.FORFEITED)
    held_by = {place.booking_id for place in live if place.attendance is PlaceUse.EXPECTED}
    assert not [booking for booking in bookings if booking.state in gone and booking.id in held_by], "I36"


def _counts(booking: Booking, holding: set[int | None]) -> bool:
    waits = booking.state is BookingState.WAITING and booking.person_id not in holding
    return waits or booking.state is BookingState.CONFIRMED
