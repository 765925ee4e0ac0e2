"""Matches, and the resources that would fit a need."""

from collections.abc import Sequence

from peewee import SQL, Case, ColumnBase, Node, Value, fn

from db.access.models.journal import JournalEntry
from db.bookings.models import Allotment, BookingTerms
from db.bookings.openings import available
from db.issues.models.issue import Issue
from db.kernel.calendar import today
from db.kernel.expressions import Row
from db.matches import models, visibility
from db.organizations.models.resource import ResourceState
from db.places.models.division import DivisionLevel, code_at
from schema.catalog.declare import column, computed, listed, model_type, one
from schema.catalog.fields import Kind
from schema.graph.viewer import ASKER, seen_by

MOST_FITTING = 20


def _first_note(match: Row) -> Node:
    entry = JournalEntry.alias("suggesting")
    own = (entry.subject_type == "Match") & (entry.subject_id == match.id) & (entry.seq == 1)
    return entry.select(entry.note).where(own)


@model_type(
    models.Match,
    "A resource that staff suggest for a need, until its owner answers (对接).",
    visible=seen_by(visibility.MATCH),
)
class Match:
    """For the owner of the resource, staff of the need's community, and the offices above."""

    need = one("Need", "The need that the resource would meet.")
    resource = one("Resource", "The resource that is suggested.")
    division_code = column("The 12-digit code of the community of the need.")
    suggested_by = column("The name of the staff who suggested it.")
    note = computed(
        Kind.PROSE, _first_note, "What the staff say about it to the owner; null if nothing.", nullable=True
    )
    answer_by = column("The last day on which the owner can answer; then the match lapses.")
    claim = one("Claim", "The claim that the owner made by accepting; null before that.")
    state = column("The state of the match.")
    created_at = column("When the match was suggested.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


def _family(code: ColumnBase) -> ColumnBase:
    """Return the family of a topic: `SPACE-` of SPACE-03."""
    return fn.RTRIM(code, "0123456789")


def _fits(need: Row, resource: Row) -> Node:
    """Build the condition that a resource would fit a need, and that somebody can be asked for it."""
    issue, terms = Issue.alias("of_need"), BookingTerms.alias("by_lot")
    same = (issue.duty == resource.duty) | (_family(issue.topic_code) == _family(resource.topic_code))
    is_about = fn.EXISTS(issue.select(SQL("1")).where(issue.id == need.issue, same))
    drawn = terms.select(SQL("1")).where(terms.resource == resource.id, terms.allotment == Allotment.LOTTERY.value)
    first = code_at(need.division_code, DivisionLevel.SUBDISTRICT)
    last = fn.SUBSTR(need.division_code, 1, 9).concat("999")
    is_near = resource.division_code.between(first, last)
    is_timely = resource.valid_until.is_null() | (resource.valid_until >= ASKER.when(today))
    is_offered = (resource.state == ResourceState.ON_OFFER.value) & is_timely
    has_owner = resource.organization.is_null(False) | resource.person.is_null(False)
    return is_near & is_offered & has_owner & is_about & ~fn.EXISTS(drawn) & _is_enough(need, resource)


def _is_enough(need: Row, resource: Row) -> Node:
    """Build the condition that as much is left as is wanted; that anything is, where units differ; or no end to it."""
    is_counted_alike = (need.unit == resource.unit) & need.wanted_quantity.is_null(False)
    least = Case(None, [(is_counted_alike, need.wanted_quantity)], Value(1, converter=False))
    return fn.COALESCE(available(resource, ASKER.when) >= least, SQL("TRUE"))


def _nearest(need: Row, resource: Row) -> Sequence[Node]:
    """Order resources: those of the need's own community first, then the others of the subdistrict."""
    return Case(None, [(resource.division_code == need.division_code, 0)], 1), resource.id


FITTING = listed(
    "Resource",
    f"Up to {MOST_FITTING} resources that would fit the need, of its community first and then of the subdistrict: of "
    "the issue's duty or family of topics, on offer by a unit or a resident, and not used up.",
    on=_fits,
    order=_nearest,
    bound=MOST_FITTING,
)
