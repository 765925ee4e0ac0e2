"""Places of the demo city that claims took, each by the history of its claim; and the calendar ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from db.access.models.journal import JournalAction
from db.access.seed.journal import Step, add_with_journal
from db.bookings import models
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import KEPT_DAYS, BookingPurpose, BookingState, PlaceUse
from db.bookings.openings import DAYS_AHEAD, is_holiday
from db.issues.models.claim import ClaimState
from db.issues.seed.claims import Claim
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import DAY, MINUTE, Present, day, midnight, utc

A, S = JournalAction, BookingState


def add_calendar(rows: Rows, present: Present) -> None:
    """Add the days ahead, which lists of openings read."""
    for after in range(DAYS_AHEAD):
        at = present.date + timedelta(days=after)
        rows.add(models.CalendarDate, day=at.isoformat(), weekday=at.isoweekday(), is_holiday=is_holiday(at))


@dataclass
class _Used:
    """A slot while its places are added. taken: by live ones."""

    id: int
    claim: Claim
    taken: int = 0


def add_claimed(rows: Rows, code: str, claims: Sequence[Claim], persons: Mapping[int, int], present: Present) -> None:
    """Add what the claims of a community took in windows. persons: of the members, by their ids."""
    used: dict[tuple[int, str], _Used] = {}
    for claim in claims:
        if claim.window is not None and claim.confirmed_at is not None:
            _add(rows, code, claim, persons, present, used)
    for (window, opened), slot in used.items():
        assert slot.claim.window is not None
        assert slot.claim.offer is not None
        began = midnight(opened)
        rows.add(
            models.Slot, id=slot.id, resource_id=slot.claim.offer.resource, window_id=window, division_code=code,
            day=opened, starts_at=utc(began + slot.claim.window.starts * MINUTE),
            ends_at=utc(began + slot.claim.window.ends * MINUTE), capacity=hundredths(slot.claim.offer.places),
            taken=hundredths(slot.taken), is_closed=False,
        )  # fmt: skip


def _add(
    rows: Rows,
    code: str,
    claim: Claim,
    persons: Mapping[int, int],
    present: Present,
    used: dict[tuple[int, str], _Used],
) -> None:
    assert claim.window is not None
    assert claim.offer is not None
    steps, column, amount = _life(claim, present), claim.claimant.column, claim.amount or 1
    holder = {"person_id": persons[claim.claimant.id]} if column == "member_id" else {column: claim.claimant.id}
    state = steps[-1].state
    booking = add_with_journal(
        rows, BOOKING_LIFECYCLE, models.Booking, steps, resource_id=claim.offer.resource, division_code=code,
        purpose=BookingPurpose.OTHER, first_day=claim.promised_on, last_day=claim.promised_on,
        quantity=hundredths(amount), claim_id=claim.id, warning_count=0, created_at=utc(steps[0].at),
        ended_at=None if state is S.CONFIRMED else utc(steps[-1].at), **holder,
    )  # fmt: skip
    rows.add(models.BookingWindow, booking_id=booking, window_id=claim.window.id)
    if claim.promised_on < present.day_after(-KEPT_DAYS):
        # The clock has deleted what is past for so long.
        return
    key = (claim.window.id, claim.promised_on)
    slot = used.setdefault(key, _Used(rows.new_id(models.Slot) if key not in used else 0, claim))
    is_live = state is not S.CANCELLED
    slot.taken += amount if is_live else 0
    is_over = state is S.ENDED and claim.state is ClaimState.FULFILLED
    use = PlaceUse.CANCELLED if not is_live else PlaceUse.ATTENDED if is_over else PlaceUse.EXPECTED
    rows.add(
        models.BookingSlot, booking_id=booking, slot_id=slot.id, person_id=holder.get("person_id"),
        division_code=code, quantity=hundredths(amount), is_live=is_live, attendance=use,
    )  # fmt: skip


def _life(claim: Claim, present: Present) -> list[Step]:
    """Return the steps of a booking: made as its claim was confirmed, and ended with it or once its day was over."""
    assert claim.confirmed_at is not None
    at = claim.confirmed_at
    steps = [Step(at, A.CREATE, S.REQUESTED), Step(at, A.ALLOT, S.CONFIRMED)]
    if claim.state is ClaimState.RELEASED and claim.ended_at is not None and day(claim.ended_at) <= claim.promised_on:
        return [*steps, Step(claim.ended_at, A.CANCEL, S.CANCELLED)]
    if claim.promised_on < present.date.isoformat():
        return [*steps, Step(midnight(claim.promised_on) + DAY, A.COMPLETE, S.ENDED)]
    return steps
