"""The life of a match: staff suggest it, and the owner of the resource accepts, declines or lets it lapse."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Need, Transition, Way
from db.matches.models import MatchState

A, C, G, S = JournalAction, Capacity, RowGuard, MatchState
_ANSWER = ("answerMatch",)
# Whoever speaks for the unit that offers the resource, or offers it as their own skill.
_OWNERS = (C.UNIT_CONTACT, C.SUBJECT)
# Each of these closes the way to a claim: the owner can decline all the same.
CLAIM_GUARDS = (G.NEED_CLOSED, G.OFFER_ENDED, G.OWNER_WAITS)
MATCH_LIFECYCLE: Machine[JournalAction, MatchState, RowGuard, Capacity] = Machine(
    "Match",
    ("a match", "对接"),
    MatchState,
    {
        A.CREATE: Transition((), ("suggestMatch",), (None,), (S.SUGGESTED,), (C.COMMUNITY_STAFF,), ("resourceId",)),
        A.ACCEPT: Transition(
            (), _ANSWER, (S.SUGGESTED,), (S.ACCEPTED,), _OWNERS, ("answer", "promise", "promisedOn"),
            needs=(Need(G.WINDOW_NEEDED, (("windowId",),)), Need(G.QUANTITY_NEEDED, (("quantity",),))),
            ways=(Way(guards=CLAIM_GUARDS),),
        ),
        A.DECLINE: Transition((), _ANSWER, (S.SUGGESTED,), (S.DECLINED,), _OWNERS, ("answer", "reason")),
        A.LAPSE: Transition((), (), (S.SUGGESTED,), (S.LAPSED,), (C.SYSTEM,)),
    },
)  # fmt: skip
