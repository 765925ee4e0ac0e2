"""What an actor is to an application, and what stands in the way of its steps; see `db.access.steps`."""

from typing import Any

from peewee import SQL, Case, ColumnBase, fn

from db.access.commands import Call
from db.access.journal import illegal_transition, stale_by_journal
from db.access.models.account import Role
from db.access.steps import Capacities, RowFacts, RowSteps, mask, require
from db.access.subjects import Subject
from db.attachments.subjects import AttachmentSubject, add_subject
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.services.lifecycle import APPLICATION_LIFECYCLE
from db.services.models.application import ApplicationState, ServiceApplication
from db.services.models.catalogue import ServiceItem, ServiceMode
from db.services.visibility import APPLICATION as RULE
from db.services.visibility import answering_role, answers, applies, assists, is_applicant, is_assistant, may_see

C, G, S = Capacity, RowGuard, ApplicationState


def to_application(call: Call, application: ServiceApplication) -> Capacities:
    """Return what an actor is to an application, by which role."""
    found: dict[Capacity, Role] = {}
    if not call.actor.mandate.part.covers(application.division_code):
        return found
    if is_applicant(call.actor, application):
        found[C.SUBJECT] = Role.RESIDENT
    if is_assistant(call.actor, application):
        found[C.ASSISTANT] = Role.STAFF
    office = answering_role(call.actor, application)
    return found if office is None else {**found, C.ANSWERING_OFFICE: office}


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    bits: ColumnBase = SQL("0")
    conditions = {C.SUBJECT: applies, C.ASSISTANT: assists, C.ANSWERING_OFFICE: answers}
    for capacity, condition in conditions.items():
        bits = bits + Case(None, [(asker.covers(row.division_code) & condition(row, asker), mask([capacity]))], 0)
    return bits


def _is_assisted_filing(facts: RowFacts) -> Any:
    item = ServiceItem.alias("its_item")
    filed = (item.id == facts.row.item) & (item.mode == ServiceMode.ASSISTED.value)
    return fn.EXISTS(item.select(SQL("1")).where(filed))


APPLICATION_STEPS = RowSteps(
    ServiceApplication,
    APPLICATION_LIFECYCLE,
    to_application,
    _bits,
    {
        G.MATERIALS_REQUESTED: lambda facts: facts.row.requested_at.is_null(False),
        G.DECIDED_HERE: lambda facts: ~_is_assisted_filing(facts),
        G.DECIDED_ELSEWHERE: lambda facts: facts.row.forwarded_to.is_null() & _is_assisted_filing(facts),
        # Whoever filed it, even one who has left the staff since.
        G.OWN_APPLICATION: lambda facts: (
            applies(facts.row, facts.asker) | (fn.COALESCE(facts.row.assisted_by, -1) == facts.asker.account_id)
        ),
        G.RATED_TOO_LATE: lambda facts: facts.row.rate_until < facts.asker.now,
    },
    serves_issue=False,
)
APPLICATION = Subject(
    model=ServiceApplication,
    keys={"application_id": "id", "application_number": "number"},
    missing=("There is no such application; check the id or number.", "没有此办件，请核对 ID 或编号。"),
    is_known=may_see,
    stale=stale_by_journal(APPLICATION_LIFECYCLE),
    stand=lambda call, row, mutation: APPLICATION_STEPS.require(call, row, mutation, "applicationId"),
)


def _require_filer(call: Call, application: ServiceApplication) -> None:
    """Check that the actor may attach a file besides the materials: who filed it, until it is accepted."""
    require(to_application(call, application), (C.SUBJECT, C.ASSISTANT), "subjectId")
    if application.state not in (S.SUBMITTED, S.NEEDS_MATERIALS):
        raise illegal_transition(APPLICATION_LIFECYCLE, application.state, "subjectId")


add_subject(AttachmentSubject(RULE, _require_filer))
