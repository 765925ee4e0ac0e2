"""The life of a publication: it is issued, and it may be withdrawn. Whether it is in force, the clock alone says."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.publications.models import PublicationState

A, C, S = JournalAction, Capacity, PublicationState
# Staff issue to everybody in their community; officers to any audience. `db.publications.standing` tells them apart.
ISSUERS = (C.DISTRICT_OFFICER, C.CITY_OFFICER, C.SUBDISTRICT_OFFICER, C.COMMUNITY_STAFF)
PUBLICATION_LIFECYCLE: Machine[JournalAction, PublicationState, RowGuard, Capacity] = Machine(
    "Publication",
    ("a publication", "发布资料"),
    PublicationState,
    {
        A.CREATE: Transition((), ("issuePublication",), (None,), (S.PUBLISHED,), ISSUERS, ("kind", "title")),
        A.WITHDRAW: Transition((), ("withdrawPublication",), (S.PUBLISHED,), (S.WITHDRAWN,), ISSUERS, ("reason",)),
    },
)
