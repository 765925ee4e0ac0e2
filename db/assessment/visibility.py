"""Who knows of an assessment: the office that assesses, and once it is published everybody."""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.access import part_of
from db.access.models.account import Role, role_at
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.assessment.models import PUBLIC_STATES, AssessmentPeriod, CommitteeResult, Score
from db.kernel.expressions import Row
from db.places.models.division import DivisionLevel, code_at, level_of

# The levels whose offices assess.
LEVELS = (DivisionLevel.CITY, DivisionLevel.DISTRICT)


def assessing_role(division_code: str) -> Role:
    """Return the role of the officers who assess in a division, a city or a district."""
    return role_at(next(level for level in LEVELS if level is level_of(division_code)))


def is_assessor(actor: Actor, period: Any) -> bool:
    """Return whether an actor is of the office that assesses."""
    code = period.division_code
    return actor.mandate.part.covers(code) and actor.holds(assessing_role(code), over=code) is not None


def is_of(code: Any, level: DivisionLevel) -> ColumnBase:
    """Build the condition that a code is that of a division of a level. It is of none below that of a district."""
    is_city = code == code_at(code, DivisionLevel.CITY)
    return is_city if level is DivisionLevel.CITY else ~is_city


def assesses(period: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the same condition as `is_assessor`."""
    code = period.division_code

    def is_one(grant: Row) -> ColumnBase:
        city, district = (is_of(code, level) & (grant.role == role_at(level).value) for level in LEVELS)
        return (city | district) & part_of(grant).covers(code)

    return viewer.covers(code) & viewer.holds(is_one)


def may_see(actor: Actor, period: Any) -> bool:
    """Return whether an actor knows of a period."""
    return period.state in PUBLIC_STATES or is_assessor(actor, period)


def sees(period: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the same condition."""
    return period.state.in_([state.value for state in PUBLIC_STATES]) | assesses(period, viewer)


def _may_see_part(actor: Actor, row: Any) -> bool:
    return may_see(actor, AssessmentPeriod.get_by_id(row.period_id))


def _sees_part(row: Row, viewer: ViewerSql) -> ColumnBase:
    period: Any = AssessmentPeriod.alias("its_period")
    return fn.EXISTS(period.select(SQL("1")).where(period.id == row.period, sees(period, viewer)))


PERIOD = hide_subject(Rule(AssessmentPeriod, may_see, sees))
RESULT = Rule(CommitteeResult, _may_see_part, _sees_part)
SCORE = Rule(Score, _may_see_part, _sees_part)
RULES = (PERIOD, RESULT, SCORE)
