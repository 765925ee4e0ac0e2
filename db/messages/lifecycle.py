"""The life of a message: it is received, and becomes an issue, joins one, is answered or discarded."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.messages.models import OF_AN_ISSUE, MessageState

A, C, G, S = JournalAction, Capacity, RowGuard, MessageState
# Those who deal with messages; whoever takes part in the community may write one themselves.
OFFICES = (C.DISTRICT_OFFICER, C.CITY_OFFICER, C.SUBDISTRICT_OFFICER, C.COMMUNITY_STAFF)
MESSAGE_LIFECYCLE: Machine[JournalAction, MessageState, RowGuard, Capacity] = Machine(
    "ChannelMessage",
    ("a message", "来电来信"),
    MessageState,
    {
        A.CREATE: Transition(
            (), ("takeInMessage",), (None,), (S.RECEIVED,), (*OFFICES, C.LOCAL), ("divisionCode", "channel", "text")
        ),
        A.CONVERT: Transition(
            (), ("convertMessage",), (S.RECEIVED,), (S.CONVERTED,), OFFICES, ("title", "duty", "urgency")
        ),
        A.LINK: Transition((), ("linkMessage",), (S.RECEIVED,), (S.LINKED,), OFFICES, ("issueId",)),
        A.ANSWER: Transition((), ("answerMessage",), (S.RECEIVED,), (S.ANSWERED,), OFFICES, ("reply",)),
        A.REPLY: Transition((), ("answerMessage",), OF_AN_ISSUE, OF_AN_ISSUE, OFFICES, ("reply",), (G.REPLIED,)),
        A.DISCARD: Transition((), ("discardMessage",), (S.RECEIVED,), (S.DISCARDED,), OFFICES, ("reason",)),
        A.RESTORE: Transition(
            (), ("restoreMessage",), (S.DISCARDED,), (S.RECEIVED,), OFFICES, guards=(G.DISCARDED_LONG_AGO,)
        ),
    },
)
