"""Deadlines that the city sets for a division and all below it, in the place of the general ones (rules 7.3)."""

from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.officers import as_seen, division_of
from db.access.subjects import command
from db.issues.deadlines import rules
from db.issues.models.clock import AMOUNT, Clock, SlaRule, SpanUnit
from db.issues.models.issue import Urgency
from db.places.models.division import Division


@command(division_of(Role.CITY_OFFICER))
def set_sla_rule(
    call: Call,
    division: Division,
    standing: None,
    *,
    clock: Clock,
    urgency: Urgency,
    amount: Annotated[int, AMOUNT],
    unit: SpanUnit,
) -> CommandResult:
    """Set how long a clock runs for one urgency, in a division and below it (设定时限); deadlines that run stay.

    Raises:
        DomainError: NOT_FOUND, no such division; NOT_PERMITTED, the city's officers set deadlines; STALE_OBJECT, it was
            set anew meanwhile; INVALID_INPUT, the amount is out of bounds.
    """
    rule = SlaRule.find(division_code=division.code, clock=clock, urgency=urgency)
    version = rule.version if rule else 0
    as_seen(call, version)
    values = {
        "amount": amount, "unit": unit, "version": version + 1, "set_at": call.at, "set_by_name": call.actor.name,
    }  # fmt: skip
    if rule is None:
        rule = SlaRule.create(division_code=division.code, clock=clock, urgency=urgency, **values)
    else:
        rule.change(**values)
    rules.forget_after_commit()
    return CommandResult({"slaRule": rule.id})
