"""The life of a donation: it is pledged, and received or called off."""

from db.access.models.journal import JournalAction
from db.funds.models import DonationState
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition

A, C, G, S = JournalAction, Capacity, RowGuard, DonationState
_GIVERS = (C.PARTY, C.COMMUNITY_STAFF)
DONATION_LIFECYCLE: Machine[JournalAction, DonationState, RowGuard, Capacity] = Machine(
    "Donation",
    ("a donation", "捐赠"),
    DonationState,
    {
        A.CREATE: Transition((), ("pledgeDonation",), (None,), (S.PLEDGED,), _GIVERS),
        # By rule, where a claim on money was fulfilled.
        A.RECEIVE: Transition(
            (),
            ("receiveDonation",),
            (S.PLEDGED,),
            (S.RECEIVED,),
            (C.COMMUNITY_STAFF, C.SYSTEM),
            guards=(G.OWN_DONATION, G.PROJECT_ENDED),
        ),
        A.CANCEL: Transition((), ("cancelDonation",), (S.PLEDGED,), (S.CANCELLED,), _GIVERS, ("reason",)),
    },
)
