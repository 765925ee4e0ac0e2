"""Rows of committees for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.city import models
from db.committees.models.committee import CommitteeState, MemberCategory, NominationChannel, SeatKind
from db.committees.models.norm import NormKind
from tests.places.factories import make_division
from tests.times import AT, TODAY


def make_committee(division: models.Division | None = None, **values: Any) -> models.Committee:
    """Make the committee of a community."""
    division = division or make_division()
    given = {"name": f"{division.name}社工委", "state": CommitteeState.ACTIVE, "established_on": TODAY, **values}
    return models.Committee.create(division=division, division_code=division.code, **given)


def make_seat(committee: models.Committee | None = None, **values: Any) -> models.Seat:
    """Make the next seat of a committee."""
    committee = committee or make_committee()
    taken = models.Seat.select().where(models.Seat.committee == committee).count()
    given = {"number": taken + 1, "kind": SeatKind.ROTATING, "division_code": committee.division_code, **values}
    return models.Seat.create(committee=committee, **given)


def make_member(committee: models.Committee | None = None, **values: Any) -> models.Member:
    """Make a member on the next seat of a committee."""
    committee = committee or make_committee()
    seat = values.pop("seat", None) or make_seat(committee)
    given = {
        "division_code": committee.division_code,
        "name": f"示范委员{seat.number}",
        "category": MemberCategory.OTHER,
        "nomination_channel": NominationChannel.SELF_NOMINATION,
        "term_start": TODAY,
        "term_end": TODAY + timedelta(days=364),
        **values,
    }
    return models.Member.create(committee=committee, seat=seat, **given)


def make_conduct_norm(division: models.Division | None = None, **values: Any) -> models.ConductNorm:
    """Make the first norm of a division that committees keep out of."""
    division = division or make_division()
    given = {
        "version": 1,
        "kind": NormKind.ABSTAIN,
        "position": 1,
        "code": "ABSTAIN-1",
        "text": "示范条款",
        "published_at": AT,
        **values,
    }
    return models.ConductNorm.create(division_code=division.code, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    models.Committee: make_committee,
    models.ConductNorm: make_conduct_norm,
    models.Member: make_member,
    models.Seat: make_seat,
}
