"""Who may change sub-committees, and who records the figures of health work."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.account import Role
from db.access.officers import division_of
from db.access.steps import RowSteps, offices_over
from db.access.subjects import Subject
from db.committees.models.committee import Committee
from db.health.lifecycle import SUB_COMMITTEE_LIFECYCLE
from db.health.models.sub_committee import SubCommittee, SubCommitteeMember, SubCommitteeRole
from db.issues.lifecycle import Capacity
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.places.models.division import Division, DivisionLevel

SUB_COMMITTEE_STEPS = RowSteps(
    SubCommittee,
    SUB_COMMITTEE_LIFECYCLE,
    lambda call, row: offices_over(call, row.division_code),
    lambda facts: facts.office_bits(Capacity.COMMUNITY_STAFF),
    {},
    serves_issue=False,
)
SUB_COMMITTEE = Subject(
    model=SubCommittee,
    keys={"sub_committee_id": "id"},
    missing=("There is no such sub-committee; check the id.", "没有此下属委员会，请核对 ID。"),
    stale=stale_by_journal(SUB_COMMITTEE_LIFECYCLE),
    stand=lambda call, row, mutation: SUB_COMMITTEE_STEPS.require(call, row, mutation, "subCommitteeId"),
)


def lock_committee(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock the committee of a sub-committee before it, so that nobody's posts change meanwhile."""
    found = SubCommittee.find(id=inputs.get("sub_committee_id"))
    if found is not None:
        Committee.lock(id=found.committee_id)


def _require_keeper(call: Call, division: Division, action: Any) -> None:
    """Check that an actor is on the staff of a community, or heads a sub-committee of it.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    account_id, code = call.actor.account_id, division.code
    is_head = account_id is not None and call.actor.mandate.part.covers(code) and _headed.exists(account_id, code)
    if not is_head and Capacity.COMMUNITY_STAFF not in offices_over(call, code):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "This needs staff of the community, or the head of one of its sub-committees.",
            ("divisionCode",),
            chinese="此事由社区工作人员或下属委员会主任办理。",
        )


@compiled
def _headed(account_id: Any, division_code: Any) -> Any:
    member = SubCommitteeMember
    is_head = (member.role == SubCommitteeRole.HEAD.value) & member.until.is_null()
    people = member.select(member.id).join(Person, on=member.person == Person.id)
    return people.where(Person.account == account_id, member.division_code == division_code, is_head)


# A community whose figures are recorded.
KEPT_COMMUNITY = replace(division_of(Role.STAFF, level=DivisionLevel.COMMUNITY), stand=_require_keeper)
