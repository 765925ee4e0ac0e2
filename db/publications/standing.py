"""Who may issue and withdraw publications; see `db.access.steps`."""

from typing import Any

from peewee import Case

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, offices_over, require
from db.access.subjects import Subject
from db.issues.lifecycle import Capacity
from db.publications.lifecycle import ISSUERS, PUBLICATION_LIFECYCLE
from db.publications.models import Audience, Publication
from db.publications.visibility import may_see

# Staff issue what everybody may see; officers also what is for members and for offices.
_OFFICERS = tuple(capacity for capacity in ISSUERS if capacity is not Capacity.COMMUNITY_STAFF)


def issuers_of(audience: Audience) -> tuple[Capacity, ...]:
    """Return who issues publications for an audience, and withdraws them."""
    return ISSUERS if audience is Audience.PUBLIC else _OFFICERS


def require_issuer(call: Call, audience: Audience, division_code: str) -> Role:
    """Check that the actor issues publications for an audience in a division; return the role in which they do.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    return require(offices_over(call, division_code), issuers_of(audience), "divisionCode")


def _to_publication(call: Call, row: Publication) -> dict[Capacity, Role]:
    held = offices_over(call, row.division_code)
    return {capacity: role for capacity, role in held.items() if capacity in issuers_of(row.audience)}


def _bits(facts: RowFacts) -> Any:
    is_public = facts.row.audience == Audience.PUBLIC.value
    return Case(None, [(is_public, facts.office_bits(*ISSUERS))], facts.office_bits(*_OFFICERS))


PUBLICATION_STEPS = RowSteps(Publication, PUBLICATION_LIFECYCLE, _to_publication, _bits, {}, serves_issue=False)
_MISSING = ("There is no such publication; check the id.", "没有此发布资料，请核对 ID。")
PUBLICATION = Subject(
    model=Publication,
    keys={"publication_id": "id"},
    missing=_MISSING,
    is_known=may_see,
    stale=stale_by_journal(PUBLICATION_LIFECYCLE),
    stand=lambda call, row, mutation: PUBLICATION_STEPS.require(call, row, mutation, "publicationId"),
)
# Whoever reads locks nothing, so that many can read at once.
READ_PUBLICATION = Subject(
    model=Publication, keys={"publication_id": "id"}, missing=_MISSING, is_known=may_see, is_locked=False
)
