"""Rows of committees for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.city import models
from db.committees.models.candidacy import CandidacyState
from db.committees.models.committee import CommitteeState, MemberCategory, NominationChannel, SeatKind
from db.committees.models.norm import NormKind
from tests.access.factories import make_account
from tests.people.factories import make_person
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


def make_two_committees_meeting(division: models.Division | None = None, **values: Any) -> models.TwoCommitteesMeeting:
    """Make a meeting of the two committees of a community, with a quorum."""
    division = division or make_division()
    given = {
        "division_code": division.code, "held_on": TODAY, "expected_count": 9, "present_count": 7,
        "minutes": "示范纪要", "created_at": AT, **values,
    }  # fmt: skip
    return models.TwoCommitteesMeeting.create(division=division, **given)


def make_candidacy(committee: models.Committee | None = None, **values: Any) -> models.Candidacy:
    """Make the public notice of a person's candidacy; in another state, with what that demands."""
    committee = committee or make_committee()
    state = values.get("state", CandidacyState.PUBLIC_NOTICE)
    given: dict[str, Any] = {
        "division_code": committee.division_code, "category": MemberCategory.NOTABLE_RESIDENT,
        "seat_kind": SeatKind.ROTATING, "channel": NominationChannel.SELF_NOMINATION, "created_at": AT, "state": state,
    }  # fmt: skip
    if "person" not in values:
        given["person"] = make_person(committee.division)
    if state is CandidacyState.PUBLIC_NOTICE:
        given["notice_until"] = TODAY
    if state is CandidacyState.APPOINTED and "member" not in values:
        given["member"] = make_member(committee)
    return models.Candidacy.create(committee=committee, **given | values)


def make_candidacy_objection(candidacy: models.Candidacy | None = None, **values: Any) -> models.CandidacyObjection:
    """Make what a resident objected to a candidacy."""
    candidacy = candidacy or make_candidacy()
    account = values.pop("account", None) or make_account()
    given = {
        "division_code": candidacy.division_code, "author_name": account.name, "text": "示范异议", "created_at": AT,
        **values,
    }  # fmt: skip
    return models.CandidacyObjection.create(candidacy=candidacy, account=account, **given)


def make_compliance_event(committee: models.Committee | None = None, **values: Any) -> models.ComplianceEvent:
    """Make a rule that a committee breaks."""
    committee = committee or make_committee()
    given = {"division_code": committee.division_code, "rule": "C2", "since": TODAY, **values}
    return models.ComplianceEvent.create(committee=committee, **given)


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
    models.Candidacy: make_candidacy,
    models.CandidacyObjection: make_candidacy_objection,
    models.Committee: make_committee,
    models.ComplianceEvent: make_compliance_event,
    models.ConductNorm: make_conduct_norm,
    models.Member: make_member,
    models.Seat: make_seat,
    models.TwoCommitteesMeeting: make_two_committees_meeting,
}
