"""What a committee is made of (rules C2 to C6): each rule once, as an SQL condition.

That a community has one committee (C1), a committee one director (half of C3) and no sixteenth seat (half of C2) are
indexes and checks of the tables.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any, NamedTuple

from peewee import SQL, Case, ColumnBase, Node, SelectQuery, fn

from db.committees.models.committee import (
    DEPUTIES,
    DIRECTOR_POSTS,
    MAX_MEMBERS,
    MIN_MEMBERS,
    Committee,
    Member,
    MemberPosition,
    MemberPost,
    Seat,
    SeatKind,
)
from db.kernel.expressions import Row
from db.kernel.statements import compiled


class Rule(NamedTuple):
    """How many active members a committee has. position: those in it are counted; None counts everybody."""

    code: str
    position: MemberPosition | None
    min_count: int
    max_count: int
    english: str
    chinese: str

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


def active_count(committee: Row, position: MemberPosition | None = None) -> SelectQuery:
    """Build the sub-select that counts a committee's active members, or those in one position."""
    seated = Member.alias("seated")
    in_position = [] if position is None else [seated.position == position.value]
    return seated.select(fn.COUNT(seated.id)).where(seated.committee == committee.id, seated.is_active, *in_position)


def holds_post(member: Row, post: Any) -> ColumnBase:
    """Build the condition that a member holds a post. post: its name, as it is stored or as SQL."""
    held = fn.REPLACE(SQL("' '").concat(member.posts).concat(" "), SQL("' '").concat(post).concat(" "), "")
    return held != SQL("' '").concat(member.posts).concat(" ")


def _lacks_posts(committee: Row, today: Any) -> ColumnBase:
    """Build the condition that the director lacks one of both posts (C3), without a waiver that runs.

    Of most directors from before posts were kept nothing is known (`has_known_posts`).
    """
    lead = Member.alias("lead")

    def lacks(post: MemberPost) -> ColumnBase:
        waived = (fn.COALESCE(committee.lead_waiver_post, "") == post.value) & (committee.lead_waiver_until >= today)
        return ~holds_post(lead, post.value) & ~waived

    is_director = (lead.committee == committee.id) & lead.is_active & (lead.position == MemberPosition.DIRECTOR.value)
    short = reduce(or_, [lacks(post) for post in DIRECTOR_POSTS])
    return fn.EXISTS(lead.select(SQL("1")).where(is_director & lead.has_known_posts & short))


def _seated_otherwise(committee: Row, today: Any) -> ColumnBase:
    """Build the condition that somebody who has a seat by post holds one that rotates (C5)."""
    return _on_rotating_seats(committee, lambda member: member.posts != "")


def _without_end(committee: Row, today: Any) -> ColumnBase:
    """Build the condition that a seat that rotates is held without an end (C6)."""
    return _on_rotating_seats(committee, lambda member: member.term_end.is_null())


def _on_rotating_seats(committee: Row, condition: Callable[[Row], ColumnBase]) -> ColumnBase:
    member, seat = Member.alias("held"), Seat.alias("of")
    rotates = (seat.id == member.seat) & (seat.kind == SeatKind.ROTATING.value)
    held = member.select(SQL("1")).join(seat, on=rotates)
    return fn.EXISTS(held.where((member.committee == committee.id) & member.is_active & condition(member)))


class Requirement(NamedTuple):
    """A rule that a committee breaks while a condition holds: of its row and of today, as it is stored.

    counted: the rule of numbers that it is, if any.
    """

    code: str
    is_broken: Callable[[Row, Any], ColumnBase]
    english: str
    chinese: str
    counted: Rule | None = None

    def counting(self, committee: Row) -> Node:
        """Build the number of those whom the rule counts; NULL where it counts nobody."""
        return SQL("NULL") if self.counted is None else active_count(committee, self.counted.position)

    def with_count(self, count: int | None) -> "Requirement":
        """Return the rule with how many a committee has in its words."""
        if count is None:
            return self
        english, chinese = self.english.removesuffix("."), self.chinese.removesuffix("。")
        return self._replace(english=f"{english}; this one has {count}.", chinese=f"{chinese}，现有 {count} 名。")


_REQUIREMENTS = (
    *(
        Requirement(rule.code, lambda row, _, rule=rule: rule.is_broken(row), rule.english, rule.chinese, rule)
        for rule in RULES
    ),
    Requirement(
        "C3", _lacks_posts,
        "The director is both secretary of the party organization and director of the residents' committee, or the "
        "subdistrict granted a waiver.",
        "主任应同时担任社区党组织书记和居委会主任，或由街道批准豁免。",
    ),
    Requirement(
        "C5", _seated_otherwise, "Whoever has a seat by post holds a standing seat.", "依职任职的委员应为常任委员。",
    ),
    Requirement(
        "C6", _without_end, "Whoever holds a rotating seat has a term that ends.", "轮值委员应有任期届满日。",
    ),
)  # fmt: skip
# In the order of their codes.
REQUIREMENTS = tuple(sorted(_REQUIREMENTS, key=lambda one: one.code))
# Rules that make a committee non-compliant, and those that it meets before it begins its work.
OF_STATE, OF_START = ("C2", "C3", "C4"), ("C2", "C3", "C4", "C5")
ALL = tuple(dict.fromkeys(one.code for one in REQUIREMENTS))


def is_any_broken(committee: Row, today: Any, codes: Sequence[str]) -> ColumnBase:
    """Build the condition that a committee breaks one of some rules. today: as it is stored."""
    return reduce(or_, [one.is_broken(committee, today) for one in REQUIREMENTS if one.code in codes])


def broken_by(committee_id: int, today: date) -> list[Requirement]:
    """List the rules that a committee breaks on a day, with how many it has where they count."""
    [found] = _broken.tuples(committee_id, today.isoformat())
    tried = zip(REQUIREMENTS, found[::2], found[1::2], strict=True)
    return [requirement.with_count(count) for requirement, is_broken, count in tried if is_broken]


@compiled
def _broken(committee_id: Any, today: Any) -> Any:
    committee = Committee.alias("checked")
    columns = [(Case(None, [(one.is_broken(committee, today), 1)], 0), one.counting(committee)) for one in REQUIREMENTS]
    return committee.select(*chain.from_iterable(columns)).where(committee.id == committee_id)
