"""Who takes the steps of an assessment, and what stands in the way; see `db.access.steps`."""

from typing import Any

from peewee import SQL, Case, ColumnBase, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.access import has_power, part_of
from db.access.models.account import Powers, Role
from db.access.steps import Capacities, RowFacts, RowSteps, mask
from db.access.subjects import Subject
from db.access.viewers import ViewerSql
from db.assessment.lifecycle import PERIOD_LIFECYCLE
from db.assessment.models import AppealState, AssessmentPeriod, CommitteeResult
from db.assessment.visibility import assesses, assessing_role, is_assessor, may_see
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.expressions import Row
from db.kernel.moments import day_of

C, G = Capacity, RowGuard


def _leads(powers: Powers) -> bool:
    return powers.leads


def leading_role(call: Call, committee_id: int) -> Role | None:
    """Return the role in which an actor directs a committee; None where they do not."""
    leading = (held.role for held in call.actor.held if _leads(held.role.powers) and held.committee_id == committee_id)
    return next(leading, None)


def to_period(call: Call, period: Any) -> Capacities:
    """Return what an actor is to an assessment period, by which role."""
    found: dict[Capacity, Role] = {}
    code = period.division_code
    led = (held for held in call.actor.held if _leads(held.role.powers))
    assessed = (held.role for held in led if CommitteeResult.find(period=period.id, committee=held.committee_id))
    if (role := next(assessed, None)) is not None:
        found[C.DIRECTOR] = role
    if is_assessor(call.actor, period):
        found[C.ASSESSOR] = assessing_role(code)
    if call.actor.mandate.part.covers(code) and call.actor.holds(Role.CITY_OFFICER, over=code):
        found[C.APPEAL_OFFICE] = Role.CITY_OFFICER
    return found


def _led(period: Row, asker: ViewerSql, *, is_open: bool = False) -> ColumnBase:
    """Build the condition that the asker directs a committee that has a result in a period.

    is_open: one that has not appealed against it.
    """
    result: Any = CommitteeResult.alias("its_result")
    directed = asker.holds(lambda grant: has_power(grant.role, _leads) & (grant.committee == result.committee))
    found = result.select(SQL("1")).where(result.period == period.id, directed)
    return fn.EXISTS(found.where(result.appeal_state == AppealState.NONE.value) if is_open else found)


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    above = asker.covers(row.division_code) & asker.holds(
        lambda grant: (grant.role == Role.CITY_OFFICER.value) & part_of(grant).covers(row.division_code)
    )
    conditions = {C.DIRECTOR: _led(row, asker), C.ASSESSOR: assesses(row, asker), C.APPEAL_OFFICE: above}
    bits: ColumnBase = SQL("0")
    for capacity, condition in conditions.items():
        bits = bits + Case(None, [(condition, mask([capacity]))], 0)
    return bits


def _is_pending(facts: RowFacts) -> ColumnBase:
    result: Any = CommitteeResult.alias("appealed")
    pending = (result.period == facts.row.id) & (result.appeal_state == AppealState.PENDING.value)
    return fn.EXISTS(result.select(SQL("1")).where(pending))


PERIOD_STEPS = RowSteps(
    AssessmentPeriod,
    PERIOD_LIFECYCLE,
    to_period,
    _bits,
    {
        G.COMPUTED_EARLY: lambda facts: day_of(facts.row.computed_at) <= facts.row.ends_on,
        G.APPEALS_OVER: lambda facts: facts.row.appeal_until < facts.asker.now,
        G.APPEALED_ONCE: lambda facts: ~_led(facts.row, facts.asker, is_open=True),
        G.NOTHING_APPEALED: lambda facts: ~_is_pending(facts),
        G.APPEALS_PENDING: _is_pending,
        G.APPEALS_OPEN: lambda facts: facts.row.appeal_until >= facts.asker.now,
    },
    serves_issue=False,
)
PERIOD = Subject(
    model=AssessmentPeriod,
    keys={"assessment_period_id": "id"},
    missing=("There is no such assessment period; check the id.", "没有此考核周期，请核对 ID。"),
    is_known=may_see,
    stale=stale_by_journal(PERIOD_LIFECYCLE),
    stand=lambda call, row, mutation: PERIOD_STEPS.require(call, row, mutation, "assessmentPeriodId"),
)
