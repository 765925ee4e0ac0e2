"""The life of an application: it is filed, accepted, perhaps forwarded, decided and rated, or withdrawn."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.services.models.application import OPEN, ApplicationState

A, C, G, S = JournalAction, Capacity, RowGuard, ApplicationState
_OFFICE = (C.ANSWERING_OFFICE,)
# The applicant, and whoever filed it for them.
_FILERS = (C.SUBJECT, C.ASSISTANT)
_DECIDING = (S.ACCEPTED, S.FORWARDED)
APPLICATION_LIFECYCLE: Machine[JournalAction, ApplicationState, RowGuard, Capacity] = Machine(
    "ServiceApplication",
    ("an application", "办件"),
    ApplicationState,
    {
        A.CREATE: Transition(
            (), ("submitApplication",), (None,), (S.SUBMITTED,), (C.SUBJECT, C.COMMUNITY_STAFF), ("itemCode",)
        ),
        A.REQUEST: Transition(
            (), ("requestApplicationMaterials",), (S.SUBMITTED,), (S.NEEDS_MATERIALS,), _OFFICE, ("materials",),
            (G.MATERIALS_REQUESTED,),
        ),
        A.SUPPLEMENT: Transition(
            (), ("supplementApplication",), (S.NEEDS_MATERIALS,), (S.SUBMITTED,), (*_FILERS, *_OFFICE), ("note",)
        ),
        A.TAKE_ON: Transition((), ("acceptApplication",), (S.SUBMITTED,), (S.ACCEPTED,), _OFFICE),
        A.FORWARD: Transition(
            (), ("forwardApplication",), (S.ACCEPTED,), (S.FORWARDED,), _OFFICE, ("forwardedTo", "outsideNumber"),
            (G.DECIDED_HERE,),
        ),
        A.DECIDE: Transition(
            (), ("decideApplication",), _DECIDING, (S.DECIDED,), _OFFICE, ("decision",),
            (G.DECIDED_ELSEWHERE, G.OWN_APPLICATION),
        ),
        A.RATE: Transition(
            (), ("rateApplication",), (S.DECIDED,), (S.RATED,), (C.SUBJECT,), ("rating",), (G.RATED_TOO_LATE,)
        ),
        A.WITHDRAW: Transition((), ("withdrawApplication",), OPEN, (S.WITHDRAWN,), _FILERS, ("reason",)),
    },
)  # fmt: skip
