"""Rows for tests: believable where it matters, plainly synthetic, and any column can be given by keyword.

What a row belongs to is made along with it unless it is given; the first division of a level is shared. Each context
has its own in `tests/<context>/factories.py`; they are gathered here.
"""

from collections.abc import Callable
from typing import Any

from tests.access import factories as access
from tests.access.factories import (
    make_account,
    make_api_token,
    make_audit_entry,
    make_invitation,
    make_known_document,
    make_performed,
    make_purge_run,
    make_role_grant,
)
from tests.committees import factories as committees
from tests.committees.factories import (
    make_candidacy,
    make_candidacy_objection,
    make_committee,
    make_compliance_event,
    make_conduct_norm,
    make_member,
    make_seat,
    make_two_committees_meeting,
)
from tests.deliberation import factories as deliberation
from tests.deliberation.factories import (
    make_agenda_item,
    make_attendance,
    make_list_edition,
    make_meeting,
    make_meeting_demand,
    make_resolution,
    make_vote,
)
from tests.issues import factories as issues
from tests.issues.factories import (
    make_claim,
    make_comment,
    make_evidence,
    make_issue,
    make_issue_contact,
    make_issue_follower,
    make_issue_request,
    make_ledger_entry,
    make_ledger_serial,
    make_need,
    make_notice,
    make_progress_report,
    make_project,
    make_project_issue,
    make_project_milestone,
    make_sla_rule,
)
from tests.organizations import factories as organizations
from tests.organizations.factories import make_organization, make_resource, make_resource_window
from tests.people import factories as people
from tests.people.factories import make_person
from tests.places import factories as places
from tests.places.factories import make_division, make_statistics_snapshot, make_work_calendar_day
from tests.sites import factories as sites
from tests.sites.factories import make_site
from tests.teams import factories as teams
from tests.teams.factories import make_deployment, make_team, make_team_membership
from tests.times import AT, TODAY

__all__ = [
    "AT",
    "MAKERS",
    "TODAY",
    "make_account",
    "make_agenda_item",
    "make_api_token",
    "make_attendance",
    "make_audit_entry",
    "make_candidacy",
    "make_candidacy_objection",
    "make_claim",
    "make_comment",
    "make_committee",
    "make_compliance_event",
    "make_conduct_norm",
    "make_deployment",
    "make_division",
    "make_evidence",
    "make_invitation",
    "make_issue",
    "make_issue_contact",
    "make_issue_follower",
    "make_issue_request",
    "make_known_document",
    "make_ledger_entry",
    "make_ledger_serial",
    "make_list_edition",
    "make_meeting",
    "make_meeting_demand",
    "make_member",
    "make_need",
    "make_notice",
    "make_organization",
    "make_performed",
    "make_person",
    "make_progress_report",
    "make_project",
    "make_project_issue",
    "make_project_milestone",
    "make_purge_run",
    "make_resolution",
    "make_resource",
    "make_resource_window",
    "make_role_grant",
    "make_seat",
    "make_site",
    "make_sla_rule",
    "make_statistics_snapshot",
    "make_team",
    "make_team_membership",
    "make_two_committees_meeting",
    "make_vote",
    "make_work_calendar_day",
]
# One maker for each table, so that a new table cannot be forgotten.
MAKERS: dict[type[Any], Callable[..., Any]] = {
    **places.MAKERS,
    **access.MAKERS,
    **people.MAKERS,
    **committees.MAKERS,
    **organizations.MAKERS,
    **sites.MAKERS,
    **teams.MAKERS,
    **issues.MAKERS,
    **deliberation.MAKERS,
}
