"""Rows of matches for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.city import models
from db.issues.lifecycle import IssueState
from db.matches.models import Match, MatchState
from tests.issues.factories import make_claim, make_issue, make_need
from tests.organizations.factories import make_organization, make_resource
from tests.times import AT, TODAY


def make_match(need: models.Need | None = None, **values: Any) -> Match:
    """Make a match of a need with what a unit of its community offers."""
    need = need or make_need(make_issue(IssueState.OPEN_FOR_CLAIM))
    resource = values.pop("resource", None) or make_resource(make_organization(need.committee.division))
    if values.get("state") == MatchState.ACCEPTED and "claim" not in values:
        values["claim"] = make_claim(
            need.issue, need=need, resource=resource, organization=resource.organization, quantity=1
        )
    given = {
        "state": MatchState.SUGGESTED, "suggested_by": "示范工作人员", "answer_by": TODAY + timedelta(days=7),
        "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return Match.create(need=need, resource=resource, division_code=need.division_code, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {Match: make_match}
