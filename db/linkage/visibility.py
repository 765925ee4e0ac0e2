"""Who reads what visitors found: the visitor, the staff of the community, and the offices above it."""

from peewee import SQL, ColumnBase, fn

from db.access.models.access import has_power, part_of
from db.access.viewers import ViewerSql
from db.kernel.expressions import Row
from db.people.models.person import Person


def reads_findings(visit: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer reads the findings of a visit."""
    person = Person.alias("visiting")
    is_own = (person.id == visit.visitor) & (person.account == viewer.account_id)

    def is_office(grant: Row) -> ColumnBase:
        holds = has_power(grant.role, lambda powers: powers.capacity in ("STAFF", "OFFICER"))
        return holds & part_of(grant).covers(visit.division_code)

    own = fn.EXISTS(person.select(SQL("1")).where(is_own))
    return viewer.covers(visit.division_code) & (own | viewer.holds(is_office))
