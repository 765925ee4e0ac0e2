"""Rows of health work for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.city import models
from db.health.models.figure import HealthFigure, HealthIndicator
from db.health.models.sub_committee import (
    SubCommittee,
    SubCommitteeKind,
    SubCommitteeMember,
    SubCommitteeRole,
    SubCommitteeState,
)
from tests.factories import AT, TODAY, make_committee, make_division, make_person


def make_sub_committee(committee: models.Committee | None = None, **values: Any) -> SubCommittee:
    """Make the public-health committee of a committee."""
    committee = committee or make_committee()
    given = {
        "division": committee.division_id, "division_code": committee.division_code, "formed_on": TODAY,
        "kind": SubCommitteeKind.PUBLIC_HEALTH, "state": SubCommitteeState.ACTIVE, "created_at": AT, "version": 1,
        **values,
    }  # fmt: skip
    return SubCommittee.create(committee=committee, **given)


def make_sub_committee_member(sub_committee: SubCommittee | None = None, **values: Any) -> SubCommitteeMember:
    """Make the head of a sub-committee: of the first that there is, if none is named."""
    sub_committee = sub_committee or SubCommittee.select().first() or make_sub_committee()
    given = {
        "division_code": sub_committee.division_code, "role": SubCommitteeRole.HEAD, "since": TODAY, **values,
    }  # fmt: skip
    given["person"] = given.get("person") or make_person()
    return SubCommitteeMember.create(sub_committee=sub_committee, **given)


def make_health_figure(division: models.Division | None = None, **values: Any) -> HealthFigure:
    """Make what a community recorded for this month."""
    division = division or make_division()
    given = {
        "division_code": division.code, "month": f"{TODAY:%Y-%m}", "indicator": HealthIndicator.OVER_65_VISITED,
        "value": 12, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return HealthFigure.create(division=division, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    SubCommittee: make_sub_committee,
    SubCommitteeMember: make_sub_committee_member,
    HealthFigure: make_health_figure,
}
