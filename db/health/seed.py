"""Health work of the demo city: both sub-committees in every community, and figures of the last twelve months."""

from calendar import monthrange
from datetime import date, timedelta
from random import Random

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.models.committee import MemberPost
from db.committees.seed.committees import Committee
from db.health.lifecycle import SUB_COMMITTEE_LIFECYCLE
from db.health.models.figure import HealthFigure, HealthIndicator
from db.health.models.sub_committee import (
    SubCommittee,
    SubCommitteeKind,
    SubCommitteeMember,
    SubCommitteeRole,
    SubCommitteeState,
)
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import HOUR, Present, midnight, utc
from db.people.models.person import PeopleGroup
from db.people.seed import Home, add_person

K, R = SubCommitteeKind, SubCommitteeRole
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
# How long after the committee both were formed: within the month that rule H1 allows.
_FORMED = timedelta(20)
# By which post each is headed (H2).
_HEADS = {K.PUBLIC_HEALTH: MemberPost.RESIDENTS_DIRECTOR, K.PATRIOTIC_HEALTH: MemberPost.RESIDENTS_MEMBER}
_MONTHS = 12
_RANGES = {
    HealthIndicator.OVER_65_VISITED: (20, 120),
    HealthIndicator.CHRONIC_FOLLOWED_UP: (30, 150),
    HealthIndicator.VACCINATED: (10, 200),
    HealthIndicator.CLEANUP_DAYS: (1, 4),
    HealthIndicator.PLACES_DISINFECTED: (2, 20),
    HealthIndicator.HEALTH_TALKS: (0, 3),
}


def add_health(rows: Rows, home: Home, committee: Committee, present: Present) -> None:
    """Add both sub-committees of a community with their members, and its figures."""
    formed = committee.director.term_start + _FORMED
    since, worker = formed.isoformat(), f"公共卫生干事{committee.id:03}"
    nurse = add_person(rows, home, worker, since, groups=(PeopleGroup.HEALTH_PROFESSIONAL,))
    deputy = next(one for one in committee.members if MemberPost.PARTY_ORG_MEMBER in one.posts)
    others = {K.PUBLIC_HEALTH: nurse, K.PATRIOTIC_HEALTH: committee.captain.person_id}
    at = midnight(since) + 10 * HOUR
    for kind, post in _HEADS.items():
        row = add_with_journal(
            rows, SUB_COMMITTEE_LIFECYCLE, SubCommittee,
            [Step(at, JournalAction.CREATE, SubCommitteeState.ACTIVE, _STAFF)], committee_id=committee.id,
            division_id=home.division_id, division_code=home.code, kind=kind, formed_on=since, dissolved_on=None,
            created_at=utc(at),
        )  # fmt: skip
        head = next(one for one in committee.members if post in one.posts)
        for person, role in ((head.person_id, R.HEAD), (deputy.person_id, R.DEPUTY), (others[kind], R.MEMBER)):
            rows.add(
                SubCommitteeMember, sub_committee_id=row, person_id=person, division_code=home.code, role=role,
                since=since, until=None,
            )  # fmt: skip
    _add_figures(rows, home, present)


def _add_figures(rows: Rows, home: Home, present: Present) -> None:
    """Add the figures of the months before this one, each recorded on its last day."""
    rng = Random(f"{home.code} health")
    for offset in range(-_MONTHS, 0):
        year, month = present.month(offset)
        last = date(year, month, monthrange(year, month)[1]).isoformat()
        created_at = utc(midnight(last) + 18 * HOUR)
        for indicator, between in _RANGES.items():
            rows.add(
                HealthFigure, division_id=home.division_id, division_code=home.code, month=last[:7],
                indicator=indicator, value=rng.randint(*between), created_at=created_at, version=1,
            )  # fmt: skip
