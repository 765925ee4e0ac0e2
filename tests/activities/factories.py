"""Rows of activities for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.activities.models import Activity, ActivityOrganization
from db.city import models
from db.issues.models.duty import Duty
from tests.factories import MAKERS, make_division, make_organization
from tests.times import AT, TODAY


def make_activity(division: models.Division | None = None, **values: Any) -> Activity:
    """Make an activity that was held in a community today."""
    division = division or make_division()
    given = {
        "held_on": TODAY, "title": "小院清洁日", "duty": Duty.CIVILITY_PROMOTION, "participant_count": 15,
        "summary": "居民一起清扫楼院。", "created_at": AT, **values,
    }  # fmt: skip
    return Activity.create(division=division, division_code=division.code, **given)


def make_activity_organization(
    activity: Activity | None = None, organization: models.Organization | None = None
) -> ActivityOrganization:
    """Let an organization take part in an activity."""
    return ActivityOrganization.create(
        activity=activity or make_activity(), organization=organization or make_organization()
    )


ACTIVITY_MAKERS: dict[type[Any], Callable[..., Any]] = {
    Activity: make_activity,
    ActivityOrganization: make_activity_organization,
}
MAKERS |= ACTIVITY_MAKERS
