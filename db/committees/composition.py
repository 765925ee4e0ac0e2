"""What a committee is made of (rules C2 to C4): each rule once, as a check of a committee and as an SQL condition.

That a community has one committee (C1), a committee one director (half of C3) and no sixteenth seat (half of C2) are
indexes and checks of the tables. How long a seat is held (C5, C6) is a column of the seat.
"""

from collections import Counter
from typing import NamedTuple

from peewee import ColumnBase, SelectQuery, fn

from db.committees.models.committee import DEPUTIES, MAX_MEMBERS, MIN_MEMBERS, Member, MemberPosition
from db.kernel.expressions import Row


class Rule(NamedTuple):
    """How many active members a committee has. position: those in it are counted; None counts everybody."""

    code: str
    position: MemberPosition | None
    min_count: int
    max_count: int
    english: str
    chinese: str

    def is_broken_by(self, counts: Counter[MemberPosition]) -> bool:
        """Check the rule for a committee. counts: its active members by position."""
        count = counts.total() if self.position is None else counts[self.position]
        return not self.min_count <= count <= self.max_count

    def is_broken(self, committee: Row) -> ColumnBase:
        """Build the SQL condition that a committee breaks the rule."""
        # Without COALESCE, Peewee can neither compare nor calculate with a sub-select.
        count = fn.COALESCE(active_count(committee, self.position), 0)
        if self.min_count == self.max_count:
            return count != self.min_count
        return ~count.between(self.min_count, self.max_count)


RULES = (
    Rule(
        "C2", None, MIN_MEMBERS, MAX_MEMBERS,
        f"A committee has {MIN_MEMBERS} to {MAX_MEMBERS} active members.",
        f"社工委应有 {MIN_MEMBERS} 至 {MAX_MEMBERS} 名在任委员。",
    ),
    Rule("C3", MemberPosition.DIRECTOR, 1, 1, "A committee has exactly one director.", "社工委应有且仅有一名主任。"),
    Rule(
        "C4", MemberPosition.DEPUTY_DIRECTOR, DEPUTIES, DEPUTIES,
        "A committee has exactly four deputy directors.", "社工委应有四名副主任。",
    ),
)  # fmt: skip


def is_compliant(committee_id: int) -> bool:
    """Check a committee's active members against every rule."""
    active = Member.select(Member.position).where(Member.committee == committee_id, Member.is_active)
    counts = Counter(member.position for member in active)
    return not any(rule.is_broken_by(counts) for rule in RULES)


def active_count(committee: Row, position: MemberPosition | None = None) -> SelectQuery:
    """Build the sub-select that counts a committee's active members, or those in one position."""
    seated = Member.alias("seated")
    in_position = [] if position is None else [seated.position == position.value]
    return seated.select(fn.COUNT(seated.id)).where(seated.committee == committee.id, seated.is_active, *in_position)
