"""Rows of linkage for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.linkage.models.helper import SponsorshipHelper
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind, SponsorshipState
from db.linkage.models.task_force import TaskForce, TaskForceKind, TaskForceMember, TaskForceRole, TaskForceState
from db.linkage.models.visit import Visit, VisitForm, VisitIssue
from db.registrations.models.registration import Registration
from tests.factories import (
    AT,
    TODAY,
    make_account,
    make_committee,
    make_division,
    make_issue,
    make_person,
    make_role_grant,
    make_site,
)
from tests.registrations.factories import make_registration


def make_task_force(division: models.Division | None = None, **values: Any) -> TaskForce:
    """Make a task force of a subdistrict."""
    division = division or make_division().parent
    assert division is not None
    given = {
        "division_code": division.code, "kind": TaskForceKind.TASK_FORCE, "name": "示范工作专班", "formed_on": TODAY,
        "state": TaskForceState.ACTIVE, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return TaskForce.create(division=division, **given)


def make_task_force_member(task_force: TaskForce | None = None, **values: Any) -> TaskForceMember:
    """Make the lead of a task force: of the first that there is, if none is named."""
    task_force = task_force or TaskForce.select().first() or make_task_force()
    given = {"division_code": task_force.division_code, "role": TaskForceRole.LEAD, "work": "统筹协调", **values}
    given["person"] = given.get("person") or make_person()
    return TaskForceMember.create(task_force=task_force, **given)


def make_sponsorship(kind: SponsorshipKind = SponsorshipKind.TARGET, target: Any = None, **values: Any) -> Sponsorship:
    """Make a sponsorship: of a site, or of a committee where the kind is for one, by a person if no unit is named."""
    is_target = kind is SponsorshipKind.TARGET
    target = target or (make_site() if is_target else make_committee())
    person = None if values.get("sponsor_organization") else values.get("sponsor_person") or make_person()
    if kind is SponsorshipKind.LEADER_CONTACT and "grant" not in values:
        assert person is not None
        account = models.Account.get_by_id(person.account_id) if person.account_id else make_account()
        values["grant"] = make_role_grant(Role.LEADER, target.division, account=account)
    given = {
        "division_code": target.division_code, "kind": kind, "starts_on": TODAY, "state": SponsorshipState.ACTIVE,
        "patch_name": "第一片区" if kind is SponsorshipKind.PATCH else None, "visit_by": TODAY + timedelta(days=31),
        "remind_on": TODAY + timedelta(days=32), "created_at": AT, "version": 1,
        type(target).__name__.lower(): target, **values, "sponsor_person": person,
    }  # fmt: skip
    return Sponsorship.create(division=target.division, **given)


def make_visit(target: Any = None, **values: Any) -> Visit:
    """Make a visit to a site."""
    target = target or make_site()
    given = {
        "division_code": target.division_code, "visited_at": AT, "visited_on": TODAY, "form": VisitForm.ON_SITE,
        "findings": "示范情况", "created_at": AT, type(target).__name__.lower(): target, **values,
    }  # fmt: skip
    given["visitor"] = given.get("visitor") or make_person()
    return Visit.create(division=target.division, **given)


def make_visit_issue(visit: Visit | None = None, issue: models.Issue | None = None) -> VisitIssue:
    """Let a visit have brought an issue."""
    return VisitIssue.create(visit=visit or make_visit(), issue=issue or make_issue())


def make_sponsorship_helper(
    registration: Registration | None = None, sponsorship: Sponsorship | None = None
) -> SponsorshipHelper:
    """Let a registered person help with a sponsorship."""
    registration = registration or make_registration(make_person())
    return SponsorshipHelper.create(registration=registration, sponsorship=sponsorship or make_sponsorship())


MAKERS: dict[type[Any], Callable[..., Any]] = {
    TaskForce: make_task_force,
    TaskForceMember: make_task_force_member,
    Sponsorship: make_sponsorship,
    SponsorshipHelper: make_sponsorship_helper,
    Visit: make_visit,
    VisitIssue: make_visit_issue,
}
